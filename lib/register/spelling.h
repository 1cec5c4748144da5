/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is written in several ways and is one all the same. */
#ifndef REGISTER_SPELLING_H
#define REGISTER_SPELLING_H

#include <stdbool.h>

/* Whether two clean texts differ in capitals alone; accents count. */
bool spelling_same(const char *a, const char *b);

/* "NGUYỄN VĂN AN" and "Nguyễn Văn An"; the caller's to free(). NULL: memory. */
char *spelling_capitals(const char *name);
char *spelling_title(const char *name);

/*
 * The serial number of a certificate as whole bytes, "0A" for "A" and "000A",
 * so that one is found however it was copied; what is not hexadecimal stays.
 * The caller's to free(). NULL: memory.
 */
char *spelling_serial(const char *serial);

#endif
