/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is made of digits, or of digits and letters, and counts by its spelling:
 * Excel takes it for a number and ruins it. */
#include <string.h>

#include "base/i18n.h"
#include "field_value.h"

#define DIGITS "0123456789"
#define SERIAL_MAX 128

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

size_t field_scientific(const char *s)
{
	const char *start = s;
	size_t whole = strspn(s, DIGITS), part = 0;

	s += whole;
	if (*s == ',' || *s == '.') {
		part = 1 + strspn(s + 1, DIGITS);
		s += part;
	}
	if (!whole || (*s != 'E' && *s != 'e'))
		return 0;
	s++;
	if (*s == '+' || *s == '-')
		s++;
	else if (!part)
		return 0;
	part = strspn(s, DIGITS);
	return part ? (size_t)(s - start) + part : 0;
}

static bool is_scientific(const char *s)
{
	size_t n = field_scientific(s);

	return n && !s[n];
}

static const char *ruined(void)
{
	return _("Excel has turned this into a rounded number. Format the "
		 "column as text and write it again.");
}

static const char *zeros_lost(void)
{
	return _("Zeros are missing at the beginning, as Excel drops them. "
		 "Format the column as text and write it again.");
}

/* Copies @s without what is in @dropped, if the rest is digits. */
static bool take_digits(const char *s, const char *dropped, char *out)
{
	for (; *s; s++) {
		if (is_digit(*s))
			*out++ = *s;
		else if (!strchr(dropped, *s))
			return false;
	}
	*out = '\0';
	return true;
}

const char *field_id_number(const char *s, char *out)
{
	if (is_scientific(s))
		return ruined();
	if (take_digits(s, " .", out)) {
		size_t n = strlen(out);

		if (n == 12 || n == 9)
			return NULL;
		/* The codes of provinces begin with up to two zeros. */
		if (n == 11 || n == 10 || n == 8)
			return zeros_lost();
	}
	return _("A personal identification number has 12 digits, or 9 on an "
		 "old card.");
}

/* The number inside Vietnam of one that begins with the country's. */
static void drop_country(char *digits)
{
	const char *rest = digits + 2;

	if (*rest == '0')
		rest++;
	memmove(digits + 1, rest, strlen(rest) + 1);
	digits[0] = '0';
}

const char *field_phone(const char *s, char *out)
{
	bool abroad = *s == '+';
	size_t n;

	if (is_scientific(s))
		return ruined();
	if (!take_digits(s + abroad, " .-()", out))
		goto wrong;
	n = strlen(out);
	if (!strncmp(out, "84", 2) && (abroad || n == 11))
		drop_country(out);
	else if (abroad)
		goto wrong;
	n = strlen(out);
	if (n == 9 && out[0] != '0')
		return zeros_lost();
	if (n >= 9 && n <= 11 && out[0] == '0' && out[1] != '0')
		return NULL;
wrong:
	return _("This is not a telephone number of Vietnam. Write it as in "
		 "0912345678.");
}

static bool all_hex(const char *s)
{
	while (is_hex(*s))
		s++;
	return !*s;
}

/* Copies the letters and digits of @s, and what is in @also; blanks and colons
 * only part them. */
static bool take_serial(const char *s, const char *also, char *out)
{
	const char *start = out;

	for (; *s; s++) {
		if (is_digit(*s) || is_letter(*s) || strchr(also, *s))
			*out++ = *s;
		else if (*s != ' ' && *s != ':')
			return false;
	}
	*out = '\0';
	return out > start;
}

static const char *serial(const char *s, const char *also, char *out)
{
	if (is_scientific(s))
		return ruined();
	if (!take_serial(s, also, out))
		return _("A serial number is made of letters A to Z and digits "
			 "only.");
	if (out[0] == '0' && (out[1] == 'x' || out[1] == 'X') && out[2] &&
	    all_hex(out + 2))
		memmove(out, out + 2, strlen(out + 2) + 1);
	if (strlen(out) > SERIAL_MAX)
		return _("A serial number has at most 128 letters and digits.");
	return NULL;
}

const char *field_serial(const char *s, char *out)
{
	const char *why = serial(s, "", out);

	if (!why && all_hex(out))
		for (; *out; out++)
			if (is_letter(*out))
				*out &= ~0x20;
	return why;
}

const char *field_device_serial(const char *s, char *out)
{
	return serial(s, "-_.", out);
}

const char *field_count(const char *s, int *out)
{
	size_t n = strspn(s, DIGITS);

	if (!n || n > 2 || s[n])
		return _("This must be a whole number from 0 to 99.");
	for (*out = 0; *s; s++)
		*out = *out * 10 + *s - '0';
	return NULL;
}

const char *field_number_wanted(void)
{
	return _("This must be a whole number from 1 to 2,000,000,000.");
}

const char *field_number(const char *s, int *out)
{
	long long n = 0;

	if (is_scientific(s))
		return ruined();
	for (; is_digit(*s) && n <= FIELD_NUMBER_MAX; s++)
		n = n * 10 + *s - '0';
	if (*s || n < 1 || n > FIELD_NUMBER_MAX)
		return field_number_wanted();
	*out = (int)n;
	return NULL;
}
