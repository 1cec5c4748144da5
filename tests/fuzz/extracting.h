/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program "extract" on a file, for the fuzzers of what it reads. */
#ifndef FUZZ_EXTRACTING_H
#define FUZZ_EXTRACTING_H

#include "../../cmd/extract/found.h"

/* What @extract finds in a file with these bytes is of the size that it may be,
 * and the same whether or not it looks for what the file prints. */
void extracting_check(enum extract_exit (*extract)(struct found *found),
		      const void *data, size_t size);

/*
 * Calls @check with the bytes as they are or, where the first one is odd, with
 * a package that is whole and of which they are the entries: a name and a text
 * for each, with 0xFF behind it.
 */
void extracting_package(const uint8_t *data, size_t size,
			void (*check)(const void *data, size_t size));

#endif
