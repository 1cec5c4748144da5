/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How each type of field reads a value. Numbers are made of digits, or of
 * digits and letters, and count by their spelling: Excel takes them for
 * quantities and ruins them.
 */
#include "field_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "moment.h"
#include "secret_text.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define SERIAL_MAX 128
#define EMAIL_MAX 254

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

const char *field_rounded(void)
{
	return _("Excel has turned this into a rounded number. Format the "
		 "column as text and write it again.");
}

const char *field_zeros_lost(void)
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
		return field_rounded();
	if (take_digits(s, " .", out)) {
		size_t n = strlen(out);

		if (n == 12 || n == 9)
			return NULL;
		/* The codes of provinces begin with up to two zeros. */
		if (n == 11 || n == 10 || n == 8)
			return field_zeros_lost();
	}
	return _("A personal identification number has 12 digits, or 9 on an "
		 "old card.");
}

/*
 * Turns a number that begins with the code of Vietnam into the one that is
 * dialled inside the country.
 */
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
		return field_rounded();
	if (!take_digits(s + abroad, " .-()", out))
		goto wrong;
	n = strlen(out);
	if (!strncmp(out, "84", 2) && (abroad || n == 11))
		drop_country(out);
	else if (abroad)
		goto wrong;
	n = strlen(out);
	if (n == 9 && out[0] != '0')
		return field_zeros_lost();
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

/*
 * Copies the letters and digits of @s, and the characters in @also; blanks and
 * colons only separate them.
 */
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
		return field_rounded();
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

/* True if the letter O stands there for the digit 0, or I or l for 1: all else
 * is hexadecimal. */
static bool is_misread(const char *s)
{
	bool misread = false;

	for (; *s; s++) {
		misread |= strchr("OoIl", *s) != NULL;
		if (!is_hex(*s) && !strchr("OoIl", *s))
			return false;
	}
	return misread;
}

const char *field_serial(const char *s, char *out)
{
	const char *why = serial(s, "", out);

	if (!why && is_misread(out))
		return _("A letter O, I or l stands in this number, where only "
			 "a digit 0 or 1 can be. Write the digit.");

	if (!why && all_hex(out))
		for (; *out; out++)
			if (is_letter(*out))
				*out &= ~0x20;
	return why;
}

/* The number on a token may have more signs than letters and digits. */
const char *field_device_serial(const char *s, char *out)
{
	return serial(s, "-_./#", out);
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
		return field_rounded();
	for (; is_digit(*s) && n <= FIELD_NUMBER_MAX; s++)
		n = n * 10 + *s - '0';
	if (*s || n < 1 || n > FIELD_NUMBER_MAX)
		return field_number_wanted();
	*out = (int)n;
	return NULL;
}

const char *field_date(const char *s, char *out)
{
	struct moment m;
	const char *why = moment_read(s, &m);

	if (why && !m.is_written)
		return _("This is not a date. Write day/month/year, as in "
			 "21/11/2026.");
	if (why)
		return why;
	/* "21/11/2026 9:30" is not cut down to its day; but tables write days
	 * as "21/11/2026 0:00". */
	if (m.date.day_first && m.date.time != date_start(m.date.day))
		return _("This is a day with an hour, and only the day belongs "
			 "here. Write day/month/year, as in 21/11/2026.");
	date_iso(m.date.day, out);
	return NULL;
}

const char *field_time(const char *s, char *out)
{
	struct moment m;
	const char *why = moment_read(s, &m);

	if (why && !m.is_written)
		return _("This is not a time. Write day/month/year and "
			 "the hour, as in 21/11/2026 09:30.");
	if (why)
		return why;
	if (m.date.has_hour)
		date_vietnam(m.date.time, out);
	else
		date_iso(m.date.day, out);
	return NULL;
}

static bool is_domain(const char *s)
{
	bool dot = false;

	for (;;) {
		size_t n = strspn(s, LETTERS DIGITS "-");

		if (!n || s[0] == '-' || s[n - 1] == '-')
			return false;
		if (!s[n])
			return dot;
		if (s[n] != '.')
			return false;
		dot = true;
		s += n + 1;
	}
}

const char *field_email(const char *s, char *out)
{
	size_t n = strspn(s, LETTERS DIGITS "!#$%&'*+/=?^_`{|}~.-");

	if (!n || s[n] != '@' || !is_domain(s + n + 1) || strlen(s) > EMAIL_MAX)
		return _("This is not an e-mail address. Write one address, as "
			 "in name@agency.gov.vn.");
	(void)snprintf(out, FIELD_ROOM, "%s", s);
	for (out += n; *out; out++)
		if (*out >= 'A' && *out <= 'Z')
			*out |= 0x20;
	return NULL;
}

/* True if @s is "/cs", the mark of a number that is converted. */
static bool is_conversion(const char *s)
{
	s += *s == ' ';
	if (*s++ != '/')
		return false;
	s += *s == ' ';
	return !strcasecmp(s, "cs");
}

const char *field_sim(const char *s, char *out)
{
	static const char *const carriers[] = { "Viettel", "Vinaphone",
						"Mobifone" };
	size_t i;

	for (i = 0; i < sizeof(carriers) / sizeof(carriers[0]); i++) {
		size_t n = strlen(carriers[i]);

		if (strncasecmp(s, carriers[i], n) != 0)
			continue;
		if (s[n] && !is_conversion(s + n))
			break;
		(void)snprintf(out, FIELD_ROOM, "%s%s", carriers[i],
			       s[n] ? "/cs" : "");
		return NULL;
	}
	return _("A SIM PKI is Viettel, Vinaphone or Mobifone, with /cs after "
		 "it when a number in use is converted.");
}

static bool is_among(const char *const *words, size_t n, const char *key)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(words[i], key))
			return true;
	return false;
}

/* A sign such as × has an empty key, and is compared itself. */
const char *field_tick(const char *s, const char *key, bool *out)
{
	static const char *const yes[] = { "x", "co", "yes", "true", "1" };
	static const char *const no[] = { "khong", "no", "false", "0" };

	*out = is_among(yes, sizeof(yes) / sizeof(yes[0]), key) ||
	       !strcmp(s, "×") || !strcmp(s, "✓") || !strcmp(s, "✔");
	if (*out || is_among(no, sizeof(no) / sizeof(no[0]), key))
		return NULL;
	return _("Mark this with x, or leave it blank.");
}

/*
 * A state is described in words; a single word with a digit in it is likely a
 * PIN, and so is what would be one behind the word.
 */
const char *field_pin_state(const char *s)
{
	char *said = NULL;
	/* Without memory it is not taken. */
	bool is_pin = (strpbrk(s, DIGITS) && !strchr(s, ' ')) ||
		      asprintf(&said, "PIN %s", s) < 0 ||
		      secret_is_in_text(said) != 0;

	free(said);
	if (is_pin)
		return _(
			"This is for the state of the PIN. The PIN itself must not be written anywhere.");
	return NULL;
}

/* Addresses that anyone gets. */

/* Providers under any ending: yahoo.com.vn, hotmail.fr. */
static const char *const providers[] = {
	"gmail",      "googlemail", "yahoo",	"ymail",
	"rocketmail", "hotmail",    "outlook",	"live",
	"msn",	      "icloud",	    "aol",	"proton",
	"protonmail", "zoho",	    "zohomail", "yandex",
};

/* Providers whose name alone is too common a word. */
static const char *const domains[] = { "me.com", "mac.com", "mail.ru",
				       "pm.me" };

#define MAX_LABELS 16

struct label {
	const char *s;
	size_t len;
};

/* The last labels of the domain, from its end; a closing dot is none. */
static size_t split(const char *domain, struct label labels[MAX_LABELS])
{
	const char *end = domain + strlen(domain);
	size_t n = 0;

	if (end > domain && end[-1] == '.')
		end--;
	while (end > domain && n < MAX_LABELS) {
		const char *start = end;

		while (start > domain && start[-1] != '.')
			start--;
		labels[n].s = start;
		labels[n++].len = (size_t)(end - start);
		end = start > domain ? start - 1 : start;
	}
	return n;
}

/* @word is in small letters; the locale has no say in it. */
static bool label_is(const struct label *label, const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < len && i < label->len; i++) {
		char c = label->s[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c != word[i])
			return false;
	}
	return label->len == len;
}

/*
 * True if the domain ends like "com.vn" or "co.uk", under which names are sold.
 */
static bool has_double_ending(const struct label *labels, size_t n)
{
	return n > 2 && labels[0].len == 2 &&
	       (label_is(&labels[1], "com", 3) ||
		label_is(&labels[1], "co", 2) ||
		label_is(&labels[1], "net", 3));
}

static bool ends_as(const struct label *labels, size_t n, const char *domain)
{
	const char *dot = strchr(domain, '.');

	return n > 1 && label_is(&labels[0], dot + 1, strlen(dot + 1)) &&
	       label_is(&labels[1], domain, (size_t)(dot - domain));
}

bool email_is_public(const char *address)
{
	const char *at = strrchr(address, '@');
	struct label labels[MAX_LABELS];
	size_t i, n, name;

	n = at ? split(at + 1, labels) : 0;
	if (n < 2)
		return false;
	name = has_double_ending(labels, n) ? 2 : 1;
	for (i = 0; i < sizeof(providers) / sizeof(providers[0]); i++)
		if (label_is(&labels[name], providers[i], strlen(providers[i])))
			return true;
	for (i = 0; i < sizeof(domains) / sizeof(domains[0]); i++)
		if (ends_as(labels, n, domains[i]))
			return true;
	return false;
}
