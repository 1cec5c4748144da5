/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every unit test begins with: cmocka, and what it must come after. */
#ifndef TEST_UNIT_H
#define TEST_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* How often a test of chance tries: a tenth of @all where each try takes fifty
 * times as long, as scripts/test says of valgrind. */
static inline size_t rounds(size_t all)
{
	return getenv("FEW_ROUNDS") ? all / 10 : all;
}

#endif
