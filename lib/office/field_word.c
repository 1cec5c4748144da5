/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "field_value.h"
#include "i18n.h"

#define EMAIL_MAX 254
#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

struct word {
	const char *key, *value;
};

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

static const char *find_word(const struct word *words, size_t n,
			     const char *key)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(words[i].key, key))
			return words[i].value;
	return NULL;
}

const char *field_holder(const char *key, char *out)
{
	static const struct word words[] = {
		{ "person", "person" },
		{ "canhan", "person" },
		{ "organization", "organization" },
		{ "coquan", "organization" },
		{ "tochuc", "organization" },
		{ "coquantochuc", "organization" },
		{ "device", "device" },
		{ "thietbi", "device" },
		{ "dichvu", "device" },
		{ "phanmem", "device" },
		{ "thietbidichvuphanmem", "device" },
	};
	const char *value =
		find_word(words, sizeof(words) / sizeof(words[0]), key);

	if (!value)
		return _("This must be a person, an organization or a device: "
			 "cá nhân, tổ chức or thiết bị.");
	(void)snprintf(out, FIELD_ROOM, "%s", value);
	return NULL;
}

/* Signs have no key: what is left of them is nothing. */
const char *field_tick(const char *s, const char *key, bool *out)
{
	static const struct word words[] = {
		{ "x", "x" },	 { "co", "x" },	  { "yes", "x" },
		{ "true", "x" }, { "1", "x" },	  { "khong", "" },
		{ "no", "" },	 { "false", "" }, { "0", "" },
	};
	const char *value =
		find_word(words, sizeof(words) / sizeof(words[0]), key);

	if (!strcmp(s, "×") || !strcmp(s, "✓") || !strcmp(s, "✔"))
		value = "x";
	if (!value)
		return _("Mark this with x, or leave it blank.");
	*out = *value;
	return NULL;
}

/* A state is told in words; a digit in a single word is likely a PIN. */
const char *field_pin_state(const char *s)
{
	if (strpbrk(s, DIGITS) && !strchr(s, ' '))
		return _("This tells the state of the PIN. The PIN itself must "
			 "not be written anywhere.");
	return NULL;
}
