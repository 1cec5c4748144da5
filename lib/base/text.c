/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define REPLACEMENT 0xfffd

size_t text_decode(const char *s, size_t len, int32_t *cp)
{
	utf8proc_ssize_t n;

	if (len && !(*s & 0x80)) {
		*cp = (unsigned char)*s;
		return 1;
	}
	n = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)len,
			     cp);
	if (n > 0)
		return (size_t)n;
	*cp = REPLACEMENT;
	return 1;
}

size_t text_encode(int32_t cp, char *s)
{
	return (size_t)utf8proc_encode_char(cp, (utf8proc_uint8_t *)s);
}

/* Of what is mostly written, without a look into the tables of Unicode: ASCII,
 * and the letters of Latin-1, Latin Extended-A and Vietnamese. */
static bool is_usual(int32_t cp)
{
	return (cp >= ' ' && cp <= '~') || (cp >= 0xc0 && cp <= 0x17f) ||
	       (cp >= 0x1ea0 && cp <= 0x1ef9);
}

/* The character to keep for @cp in a line of text: itself, a blank, or 0. */
static int32_t keep(int32_t cp)
{
	if (is_usual(cp))
		return cp;
	/* Unicode's noncharacters, which XML refuses. */
	if ((cp & 0xfffe) == 0xfffe)
		return REPLACEMENT;
	switch (utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_CC:
		return cp >= '\t' && cp <= '\r' ? ' ' : 0;
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return ' ';
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
		return 0;
	default:
		/* Hangul's fillers, variation selectors and their like. */
		return utf8proc_get_property(cp)->ignorable ? 0 : cp;
	}
}

/* Up to U+02FF and in these two blocks each letter is composed as it should be,
 * and none combines. */
bool text_is_composed(int32_t cp)
{
	return cp < 0x300 || (cp >= 0x1ea0 && cp <= 0x1ef9) ||
	       (cp >= 0x2010 && cp <= 0x2027);
}

/* Returns whether @out is in NFC beyond doubt. */
static bool filter(const char *s, size_t len, char *out)
{
	char *start = out;
	bool blank = false, composed = true;
	int32_t cp;

	while (len) {
		size_t n = text_decode(s, len, &cp);

		s += n;
		len -= n;
		cp = keep(cp);
		composed &= text_is_composed(cp);
		if (cp == ' ') {
			blank = true;
		} else if (cp) {
			if (blank && out > start)
				*out++ = ' ';
			blank = false;
			if (cp < 0x80)
				*out++ = (char)cp;
			else
				out += text_encode(cp, out);
		}
	}
	*out = '\0';
	return composed;
}

char *text_clean(struct arena *arena, const char *s)
{
	utf8proc_uint8_t *nfc = NULL;
	utf8proc_ssize_t n;
	size_t len;
	bool done;
	char *out;

	if (!s)
		s = "";
	len = strlen(s);
	/* One byte that is no UTF-8 becomes the three of U+FFFD. */
	out = arena_alloc(arena, 3 * len + 1);
	if (!out)
		return NULL;
	done = filter(s, len, out);
	arena_shrink(arena, out, strlen(out) + 1);
	if (done)
		return out;
	n = utf8proc_map((const utf8proc_uint8_t *)out, 0, &nfc,
			 UTF8PROC_NULLTERM | UTF8PROC_STABLE |
				 UTF8PROC_COMPOSE);
	if (n < 0) {
		arena->failed = true;
		return NULL;
	}
	out = arena_alloc(arena, (size_t)n + 1);
	if (out)
		memcpy(out, nfc, (size_t)n);
	free(nfc);
	return out;
}

char *text_upper(struct arena *arena, const char *s)
{
	size_t len = strlen(s);
	char *out = arena_alloc(arena, 4 * len + 1), *p = out;
	int32_t cp;

	while (out && len) {
		size_t n = text_decode(s, len, &cp);

		s += n;
		len -= n;
		p += text_encode(utf8proc_toupper(cp), p);
	}
	return out;
}

bool text_says_something(const char *s)
{
	size_t len = strlen(s);

	while (len > 0) {
		int32_t cp;
		size_t used = text_decode(s, len, &cp);
		utf8proc_category_t category = utf8proc_category(cp);

		if (category >= UTF8PROC_CATEGORY_LU &&
		    category <= UTF8PROC_CATEGORY_NO)
			return true;
		s += used;
		len -= used;
	}
	return false;
}

bool text_is_blank(const char *s)
{
	size_t len = strlen(s);

	while (len > 0) {
		int32_t cp;
		size_t used = text_decode(s, len, &cp);

		cp = keep(cp);
		if (cp && utf8proc_category(cp) != UTF8PROC_CATEGORY_ZS)
			return false;
		s += used;
		len -= used;
	}
	return true;
}

void text_cut(char *s)
{
	size_t len = strlen(s), from = len;
	int32_t cp;

	while (from && len - from < 3 && (s[from - 1] & 0xc0) == 0x80)
		from--;
	if (from && (s[from - 1] & 0xc0) == 0xc0 &&
	    text_decode(s + from - 1, len - from + 1, &cp) != len - from + 1)
		s[from - 1] = '\0';
}

#define NEAR_MAX ((size_t)60)

static size_t least(size_t a, size_t b, size_t c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

/*
 * How many bytes must be put in, taken out, changed or exchanged with the next
 * one to make @a of @b. Each has at most NEAR_MAX.
 */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][NEAR_MAX + 1] = { 0 };
	size_t *last = rows[0], *row = rows[1], *before = rows[2], *free_row;
	size_t i, k;

	for (k = 0; k <= b_len; k++)
		last[k] = k;
	for (i = 1; i <= a_len; i++) {
		row[0] = i;
		for (k = 1; k <= b_len; k++) {
			row[k] = least(last[k] + 1, row[k - 1] + 1,
				       last[k - 1] + (a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
			    a[i - 2] == b[k - 1] && before[k - 2] < row[k])
				row[k] = before[k - 2] + 1;
		}
		free_row = before;
		before = last;
		last = row;
		row = free_row;
	}
	return last[b_len];
}

void text_nearest_try(struct text_nearest *n, const char *candidate)
{
	size_t len = strlen(n->wanted), other = strlen(candidate), d;

	if (len > NEAR_MAX || other > NEAR_MAX)
		return;
	d = distance(n->wanted, len, candidate, other);
	/* Of a short word one letter may be wrong, of a long one every third.
	 */
	if (d > 1 + len / 4 || (n->found && d >= n->distance))
		return;
	n->found = candidate;
	n->distance = d;
}

char *text_hex(const void *bytes, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";
	const unsigned char *in = bytes;
	char *out = malloc(2 * len + 1);

	if (!out)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[in[i] >> 4];
		out[2 * i + 1] = digits[in[i] & 0xF];
	}
	out[2 * len] = '\0';
	return out;
}
