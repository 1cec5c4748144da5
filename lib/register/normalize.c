/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "normalize.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/text.h"
#include "input/field.h"
#include "token/ckstoken.h"

#define DIGITS "0123456789"

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

char *normalize_serial(const char *serial)
{
	size_t len = strlen(serial);
	char *own = malloc(len + 2), *out = own;

	if (!own)
		return NULL;
	if (len && strspn(serial, DIGITS "ABCDEF") == len) {
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

/* The length of the day there, "21/11/2026", "21.11.2026", "21-11-2026" or "21
 * thang 11 nam 2026" without its accents, or 0. */
static size_t day_length(const char *text)
{
	static const char *const between[][2] = {
		{ "/", "/" },		{ ".", "." },	    { "-", "-" },
		{ " thang ", " nam " }, { " thang ", "/" },
	};

	for (size_t way = 0; way < sizeof(between) / sizeof(between[0]);
	     way++) {
		size_t len = 0, n = 0;
		int i = 0;

		for (; i < 3; i++) {
			const char *next = i < 2 ? between[way][i] : "";

			n = strspn(text + len, DIGITS);
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

/* That of "2026-11-21", or 0. */
static size_t iso_length(const char *text)
{
	static const size_t digits[] = { 4, 2, 2 };
	size_t len = 0;

	for (int i = 0; i < 3; i++) {
		if (strspn(text + len, DIGITS) != digits[i] ||
		    (i < 2 && text[len + digits[i]] != '-'))
			return 0;
		len += digits[i] + (i < 2);
	}
	return len;
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

/*
 * Reads the next day of the @folded text at *@at, and goes behind it. False
 * past the last; *@none: it is written as a day, behind "ngày", and there is no
 * such day.
 */
static bool next_day(const char *folded, const char **at,
		     char day[CITED_DAY_SIZE], bool *none)
{
	static const char word[] = "ngay ";
	const size_t n = strlen(word);

	*none = false;
	while (**at) {
		const char *begin = *at + strcspn(*at, DIGITS);
		size_t len = day_length(begin);

		if (!len)
			len = iso_length(begin);
		*at = begin + (len ? len : strspn(begin, DIGITS "/"));
		if (len && read_day(begin, len, day))
			return true;
		*none = len && (size_t)(begin - folded) >= n &&
			strncmp(begin - n, word, n) == 0;
		if (*none)
			return true;
	}
	return false;
}

bool normalize_cited_day(const char *text, char day[CITED_DAY_SIZE])
{
	char *folded = cks_text_fold(text);
	const char *at = folded ? folded : "";
	bool none = true, found = true;

	while (found && none)
		found = next_day(folded, &at, day, &none);
	free(folded);
	return found;
}

enum cited_day normalize_check_day(const char *text, const char *day)
{
	char *folded = cks_text_fold(text), cited[CITED_DAY_SIZE];
	const char *at = folded ? folded : "";
	enum cited_day result = CITED_NO_DAY;
	bool none;

	while (result != CITED_IMPOSSIBLE &&
	       next_day(folded, &at, cited, &none)) {
		if (none)
			result = CITED_IMPOSSIBLE;
		else if (!*day || strcmp(cited, day) == 0)
			result = CITED_THIS_DAY;
		else if (result == CITED_NO_DAY)
			result = CITED_OTHER_DAY;
	}
	free(folded);
	return result;
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

/* True if the number goes on at @text: with "/STC" or "-VP" it does, with a
 * dash between blanks it does not. */
static bool goes_on(const char *text)
{
	const char *next = skip_blanks(text);

	if (isalnum((unsigned char)*text) || *next == '/')
		return true;
	return *next == '-' && (next == text || next[1] != ' ');
}

/* True if the folded @text has the folded @number, not as a part of another
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

/* The year in the part of a number at @at, up to the next slash, or NULL. */
static const char *year_at(const char *at)
{
	size_t len = strcspn(at, "/");

	while (len && at[len - 1] == ' ')
		len--;
	at += strspn(at, " ");
	return strspn(at, DIGITS) == 4 &&
			       (at[4] == '\0' || strchr(" /", at[4])) &&
			       (strncmp(at, "19", 2) == 0 ||
				strncmp(at, "20", 2) == 0)
		       ? at
		       : NULL;
}

int normalize_number(const char *number, char year[YEAR_SIZE], char **plain)
{
	const char *slash = number, *found = NULL;

	*plain = NULL;
	year[0] = '\0';
	while (!found && (slash = strchr(slash, '/'))) {
		slash++;
		found = year_at(slash);
	}
	if (!found)
		return 0;
	memcpy(year, found, YEAR_SIZE - 1);
	year[YEAR_SIZE - 1] = '\0';
	found += YEAR_SIZE - 1;
	if (asprintf(plain, "%.*s%s", (int)(slash - 1 - number), number,
		     found) >= 0)
		return 0;
	*plain = NULL;
	return -ENOMEM;
}

/* "15/STC-VP" of 2026 is also written 15/2026/STC-VP and 15/STC-VP/2026. */
static bool cites_with_year(const char *text, const char *number,
			    const char *day)
{
	size_t first = strcspn(number, "/");
	char *ways[3] = { NULL }, year[YEAR_SIZE];
	bool found = false;

	if (strlen(day) < strlen("YYYY"))
		return false;
	if (asprintf(&ways[0], "%.*s/%.4s%s", (int)first, number, day,
		     number + first) < 0)
		ways[0] = NULL;
	if (asprintf(&ways[1], "%s/%.4s", number, day) < 0)
		ways[1] = NULL;
	(void)normalize_number(number, year, &ways[2]);
	for (size_t i = 0; i < 3; i++) {
		if (ways[i] && (i < 2 || strncmp(year, day, 4) == 0))
			found = found || cites(text, ways[i]);
		free(ways[i]);
	}
	return found;
}

bool normalize_cites(const char *text, const char *number, const char *day)
{
	char cited[CITED_DAY_SIZE];

	return (cites(text, number) || cites_with_year(text, number, day)) &&
	       (!normalize_cited_day(text, cited) || strcmp(cited, day) == 0);
}
