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

/* Returns @s made clean. Bytes that are not UTF-8 become U+FFFD; NULL counts as
 * "". NULL when memory runs out. */
char *text_clean(struct arena *arena, const char *s);

/* U+FFFD, which stands where bytes were no letter. */
#define TEXT_REPLACEMENT "\xEF\xBF\xBD"

/* True if there is a letter or a digit in @s, and not just dots. */
bool text_says_something(const char *s);

/* True if nothing of @s can be seen: blanks of any kind, marks of no width. */
bool text_is_blank(const char *s);

/* True if @cp is in NFC beyond doubt, wherever it stands, as the letters of
 * Vietnamese are. */
bool text_is_composed(int32_t cp);

/* Returns clean text in capitals; NULL when memory runs out. */
char *text_upper(struct arena *arena, const char *s);

/*
 * Decode the character at @s, of which @len bytes are left; @len must not be
 * 0. Returns how many bytes it takes; a wrong byte counts as U+FFFD.
 */
size_t text_decode(const char *s, size_t len, int32_t *cp);

/* Write @cp as UTF-8 into @s, which has room for 4. Returns the bytes used. */
size_t text_encode(int32_t cp, char *s);

/*
 * Returns @s as a reader sees it, in ASCII: letters without accents, those that
 * look like Latin ones among them, and digits of every script; what cannot be
 * seen is left out, and what is neither is TEXT_OTHER. The caller frees it;
 * NULL: memory.
 */
char *text_seen(const char *s);
#define TEXT_OTHER '\x7f'

/* Drops what is half a letter at the end of @s, where a buffer ended. */
void text_cut(char *s);

/* The known word that an unknown one may stand for. Zeroed but for @wanted. */
struct text_nearest {
	const char *wanted;
	const char *found; /* the nearest so far; NULL: none is near */
	size_t distance;   /* how many letters of it differ */
};

/* Compares @candidate, which must last. */
void text_nearest_try(struct text_nearest *n, const char *candidate);

/*
 * Returns @s as one word of a command that is printed to be copied: it means @s
 * and nothing else to a shell, and is one line that a terminal shows as it is.
 * "" when memory runs out, which @arena remembers.
 */
const char *text_shell_word(struct arena *arena, const char *s);

/* Bytes in upper-case hexadecimal. The caller frees it; NULL: memory. */
char *text_hex(const void *bytes, size_t len);

#endif
