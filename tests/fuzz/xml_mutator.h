/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Changes XML as a tree, so that the schema lets some of it pass: nodes are
 * left out, said twice and moved, attributes get the values of others. Now and
 * then the bytes are changed as libFuzzer does. A fuzzer that includes this has
 * it for its mutator.
 */
#ifndef FUZZ_XML_MUTATOR_H
#define FUZZ_XML_MUTATOR_H

#include <stddef.h>
#include <stdint.h>

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned int seed);

#endif
