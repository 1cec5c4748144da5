/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "email.h"

#include <stddef.h>
#include <string.h>

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
 * Whether the domain ends like "com.vn" or "co.uk", under which names are sold.
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
