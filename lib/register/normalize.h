/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Comparing names and serial numbers that can be written in several ways. */
#ifndef REGISTER_NORMALIZE_H
#define REGISTER_NORMALIZE_H

#include <stdbool.h>

/* Whether two clean texts are equal but for capitals; accents count. */
bool normalize_same(const char *a, const char *b);

/* Whether two serial numbers of tokens are of one token: they may differ in the
 * case of their letters and in blanks, as register_find_token() has it. An
 * empty one is of none. */
bool normalize_same_serial(const char *a, const char *b);

/* "NGUYỄN VĂN AN" and "Nguyễn Văn An"; the caller's to free(). NULL: memory. */
char *normalize_capitals(const char *name);
char *normalize_title(const char *name);

/*
 * The serial number of a certificate as whole bytes, "0A" for "A" and "000A",
 * so that one is found however it was copied; what is not hexadecimal stays.
 * The caller's to free(). NULL: memory.
 */
char *normalize_serial(const char *serial);

#endif
