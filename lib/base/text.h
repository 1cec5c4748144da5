/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Text as documents need it: valid UTF-8 in NFC, one line, without control or
 * formatting characters, single blanks and none at the ends.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"

/* Bytes that are not UTF-8 become U+FFFD. NULL counts as "". NULL: memory. */
char *text_clean(struct arena *arena, const char *s);

/* The mark that stands for what was no letter. */
#define TEXT_REPLACEMENT "\xEF\xBF\xBD"

/* Whether there is a letter or a digit in it, and not just stops. */
bool text_says_something(const char *s);

/* Capitals of clean text. NULL: memory. */
char *text_upper(struct arena *arena, const char *s);

/*
 * Decode the character at @s, of which @len bytes are left; @len must not be
 * 0. Returns how many bytes it takes; a wrong byte counts as U+FFFD.
 */
size_t text_decode(const char *s, size_t len, int32_t *cp);

/* Write @cp as UTF-8 into @s, which has room for 4. Returns the bytes used. */
size_t text_encode(int32_t cp, char *s);

#endif
