/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "normalize.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/text.h"
#include "input/field.h"
#include "token/ckstoken.h"

static bool is_within_letter(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Most texts that are compared differ only after a common beginning. */
static size_t common_letters(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] && a[n] == b[n])
		n++;
	while (n && (is_within_letter(a[n]) || is_within_letter(b[n])))
		n--;
	return n;
}

bool normalize_same(const char *a, const char *b)
{
	size_t common = common_letters(a, b);
	size_t a_len = strlen(a += common), b_len = strlen(b += common);

	while (a_len && b_len) {
		int32_t x, y;
		size_t n = text_decode(a, a_len, &x);
		size_t m = text_decode(b, b_len, &y);

		if (x != y && utf8proc_tolower(x) != utf8proc_tolower(y))
			return false;
		a += n;
		a_len -= n;
		b += m;
		b_len -= m;
	}
	return !a_len && !b_len;
}

bool normalize_same_serial(const char *a, const char *b)
{
	/* Two things that have no number are not one thing. */
	if (!a[strspn(a, " ")])
		return false;
	do {
		a += strspn(a, " ");
		b += strspn(b, " ");
		if (toupper((unsigned char)*a) != toupper((unsigned char)*b))
			return false;
	} while (*a++ && *b++);
	return true;
}

static int32_t in_case(int32_t c, bool capital)
{
	if (c < 0x80)
		return capital ? toupper(c) : tolower(c);
	return capital ? utf8proc_toupper(c) : utf8proc_tolower(c);
}

static char *respell(const char *name, bool title)
{
	/* A letter may take more bytes as a capital. */
	size_t len = strlen(name);
	char *own = malloc(4 * len + 1), *out = own;
	bool begins = true;

	while (own && len) {
		int32_t c;
		size_t n = text_decode(name, len, &c);

		name += n;
		len -= n;
		c = in_case(c, !title || begins);
		out += text_encode(c, out);
		begins = c == ' ' || c == '-';
	}
	if (own)
		*out = '\0';
	return own;
}

char *normalize_capitals(const char *name)
{
	return respell(name, false);
}

char *normalize_title(const char *name)
{
	return respell(name, true);
}

char *normalize_serial(const char *serial)
{
	size_t len = strlen(serial);
	char *own = malloc(len + 2), *out = own;

	if (!own)
		return NULL;
	if (len && strspn(serial, "0123456789ABCDEF") == len) {
		serial += strspn(serial, "0");
		len = strlen(serial);
		if (len % 2 || !len)
			*out++ = '0';
		if (!len)
			*out++ = '0';
	}
	memcpy(out, serial, len + 1);
	return own;
}

/* Numbers of documents, as they are cited. */

/* The length of the day there, "21/11/2026" or "21 thang 11 nam 2026" without
 * its accents, or 0. */
static size_t day_length(const char *text)
{
	static const char *const between[][2] = { { "/", "/" },
						  { " thang ", " nam " } };

	for (size_t way = 0; way < 2; way++) {
		size_t len = 0, n = 0;
		int i = 0;

		for (; i < 3; i++) {
			const char *next = i < 2 ? between[way][i] : "";

			n = strspn(text + len, "0123456789");
			if (n < 1 || n > (i < 2 ? 2U : 4U) ||
			    strncmp(text + len + n, next, strlen(next)) != 0)
				break;
			len += n + strlen(next);
		}
		if (i == 3 && n == 4)
			return len;
	}
	return 0;
}

/* Reads the @len bytes at @text into @day. */
static bool read_day(const char *text, size_t len, char day[CITED_DAY_SIZE])
{
	static const struct field date = { .type = FIELD_DATE };
	char *written = strndup(text, len);
	const char *why = NULL;
	json_t *value = written ? field_parse(&date, written, &why) : NULL;
	bool found = json_is_string(value);

	if (found)
		memcpy(day, json_string_value(value), CITED_DAY_SIZE);
	json_decref(value);
	free(written);
	return found;
}

bool normalize_cited_day(const char *text, char day[CITED_DAY_SIZE])
{
	char *folded = cks_text_fold(text);
	const char *at = folded ? folded : "";
	bool found = false;

	while (!found && *at) {
		size_t len;

		at += strcspn(at, "0123456789");
		len = day_length(at);
		found = len && read_day(at, len, day);
		at += strspn(at, "0123456789/");
	}
	free(folded);
	return found;
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " ");
}

/* Where @number ends if @text begins with it, blanks and leading zeros aside;
 * else NULL. */
static const char *match(const char *text, const char *number)
{
	text += strspn(text, "0");
	number += strspn(number, "0 ");
	for (number = skip_blanks(number); *number;
	     number = skip_blanks(number + 1)) {
		text = skip_blanks(text);
		if (*text++ != *number)
			return NULL;
	}
	return text;
}

/* Whether the number goes on at @text: with "/STC" or "-VP" it does, with a
 * dash between blanks it does not. */
static bool goes_on(const char *text)
{
	const char *next = skip_blanks(text);

	if (isalnum((unsigned char)*text) || *next == '/')
		return true;
	return *next == '-' && (next == text || next[1] != ' ');
}

/* Whether the folded @text has the folded @number, not as a part of another
 * number or of a day. */
static bool stands_in(const char *text, const char *number)
{
	if (!number[strspn(number, "0 ")])
		return false;
	for (const char *at = text; *at; at++) {
		const char *end = NULL;

		if (at == text ||
		    (!isalnum((unsigned char)at[-1]) && at[-1] != '/'))
			end = match(at, number);
		if (end && !goes_on(end))
			return true;
	}
	return false;
}

/* 05/STC-VP, 5/stc-vp and 5 / STC-VP are one number. */
static bool cites(const char *text, const char *number)
{
	char *x = cks_text_fold(text), *y = cks_text_fold(number);
	bool found = x && y && stands_in(x, y);

	free(x);
	free(y);
	return found;
}

bool normalize_cites(const char *text, const char *number, const char *day)
{
	char cited[CITED_DAY_SIZE];

	return cites(text, number) &&
	       (!normalize_cited_day(text, cited) || strcmp(cited, day) == 0);
}
