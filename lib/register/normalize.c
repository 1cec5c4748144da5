/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "normalize.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/text.h"

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
