/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "buffer.h"

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
		size_t n = 1;

		cp = (unsigned char)*s;
		/* Most of a text is ASCII, and stays as it is. */
		if (cp < ' ' || cp > '~') {
			n = text_decode(s, len, &cp);
			cp = keep(cp);
			composed &= text_is_composed(cp);
		}
		s += n;
		len -= n;
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

/* Letters of other alphabets, and small capitals, that look like Latin ones. */
static const struct {
	int32_t cp;
	char letter;
} look_alikes[] = {
	{ 0xd0, 'D' },	 { 0xf0, 'd' },	 { 0x110, 'D' },  { 0x111, 'd' },
	{ 0x131, 'i' },	 { 0x26a, 'i' }, { 0x274, 'n' },  { 0x391, 'A' },
	{ 0x399, 'I' },	 { 0x39a, 'K' }, { 0x39c, 'M' },  { 0x39d, 'N' },
	{ 0x39f, 'O' },	 { 0x3a1, 'P' }, { 0x3a4, 'T' },  { 0x3b1, 'a' },
	{ 0x3b9, 'i' },	 { 0x3ba, 'k' }, { 0x3bf, 'o' },  { 0x3c1, 'p' },
	{ 0x3c5, 'u' },	 { 0x405, 'S' }, { 0x406, 'I' },  { 0x410, 'A' },
	{ 0x415, 'E' },	 { 0x41a, 'K' }, { 0x41c, 'M' },  { 0x41d, 'H' },
	{ 0x41e, 'O' },	 { 0x420, 'P' }, { 0x421, 'C' },  { 0x422, 'T' },
	{ 0x430, 'a' },	 { 0x435, 'e' }, { 0x43a, 'k' },  { 0x43c, 'm' },
	{ 0x43e, 'o' },	 { 0x440, 'p' }, { 0x441, 'c' },  { 0x442, 't' },
	{ 0x455, 's' },	 { 0x456, 'i' }, { 0x1d0b, 'k' }, { 0x1d18, 'p' },
	{ 0x1d1c, 'u' },
};

/* Digits in circles that Unicode does not take for digits, from 1 on. */
static const int32_t circled[] = { 0x24f5, 0x2776, 0x2780, 0x278a };

#define N(array) (sizeof(array) / sizeof((array)[0]))
/* More than any one character is decomposed into. */
#define PARTS_MAX 32

/* The digits of a script stand together, from 0 on. */
static char digit_of(int32_t cp)
{
	int32_t zero = cp;

	while (utf8proc_category(zero - 1) == UTF8PROC_CATEGORY_ND)
		zero--;
	return (char)('0' + (cp - zero) % 10);
}

static char seen_as(int32_t cp)
{
	if (cp < 0x80)
		return (char)cp;
	for (size_t i = 0; i < N(look_alikes); i++)
		if (look_alikes[i].cp == cp)
			return look_alikes[i].letter;
	for (size_t i = 0; i < N(circled); i++)
		if (cp >= circled[i] && cp < circled[i] + 9)
			return (char)('1' + cp - circled[i]);
	switch (utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_ND:
		return digit_of(cp);
	case UTF8PROC_CATEGORY_ZS:
		return ' ';
	case UTF8PROC_CATEGORY_PD:
		return '-';
	case UTF8PROC_CATEGORY_PI:
	case UTF8PROC_CATEGORY_PF:
		return '"';
	default:
		return TEXT_OTHER;
	}
}

static void put_seen(struct buffer *b, int32_t cp)
{
	utf8proc_int32_t parts[PARTS_MAX];
	utf8proc_ssize_t n;
	int boundary = 0;
	char seen;

	cp = keep(cp);
	if (!cp)
		return;
	/* A digit, though it be a letter of mathematics, is decomposed too. */
	n = utf8proc_decompose_char(cp, parts, PARTS_MAX,
				    UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
					    UTF8PROC_STRIPMARK,
				    &boundary);
	for (utf8proc_ssize_t i = 0; i < n && i < PARTS_MAX; i++) {
		seen = seen_as(parts[i]);
		buffer_put(b, &seen, 1);
	}
}

char *text_seen(const char *s)
{
	size_t len = strlen(s);
	struct buffer b = { 0 };
	int32_t cp;

	while (len) {
		size_t n = text_decode(s, len, &cp);

		put_seen(&b, cp);
		s += n;
		len -= n;
	}
	buffer_put(&b, "", 1);
	if (b.failed)
		buffer_free(&b);
	return (char *)b.data;
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

/* As $'...', in which each byte that is not plain is a number. */
static const char *shell_numbers(struct arena *arena, const char *s,
				 const char *plain)
{
	struct buffer b = { 0 };
	const char *word = "";

	for (; *s; s++)
		if (strchr(plain, *s))
			buffer_put(&b, s, 1);
		else
			buffer_printf(&b, "\\%03o", (unsigned char)*s);
	if (b.failed)
		arena->failed = true;
	else
		word = arena_format(arena, "$'%.*s'", (int)b.len,
				    (const char *)b.data);
	buffer_free(&b);
	return word;
}

const char *text_shell_word(struct arena *arena, const char *s)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789._:/+-";
	const char *clean, *quoted = "'";

	if (*s && s[strspn(s, plain)] == '\0')
		return s;
	/* A line that is cleaned before it is shown would name another. */
	clean = text_clean(arena, s);
	if (!clean)
		return "";
	if (strcmp(clean, s) != 0)
		return shell_numbers(arena, s, plain);
	for (const char *end; (end = strchr(s, '\'')); s = end + 1)
		quoted = arena_format(arena, "%s%.*s'\\''", quoted,
				      (int)(end - s), s);
	return arena_format(arena, "%s%s'", quoted, s);
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
