/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "field_value.h"

#define EMAIL_MAX 254
#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

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

/* Whether @s is "/cs", the mark of a number that is converted. */
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

/* Signs have no key: what is left of them is nothing. */
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

/* A state is told in words; a digit in a single word is likely a PIN. */
const char *field_pin_state(const char *s)
{
	if (strpbrk(s, DIGITS) && !strchr(s, ' '))
		return _("This tells the state of the PIN. The PIN itself must "
			 "not be written anywhere.");
	return NULL;
}
