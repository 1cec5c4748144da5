/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "database_url.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

static const char *const schemes[] = { "postgresql://", "postgres://" };
static const char service[] = "service=";

/* The rest of the address behind its scheme; NULL if it has no scheme. */
static const char *after_scheme(const char *place)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strncmp(place, schemes[i], strlen(schemes[i])) == 0)
			return place + strlen(schemes[i]);
	return NULL;
}

bool database_is_url(const char *place)
{
	return after_scheme(place) ||
	       strncmp(place, service, strlen(service)) == 0;
}

static int hex(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
					  : -1;
}

/* Whether the parameter that begins at @at is called @name; "%70" is "p". */
static bool is_called(const char *at, const char *name)
{
	for (; *name; name++, at++) {
		int c = (unsigned char)*at;

		if (c == '%' && hex(at[1]) >= 0 && hex(at[2]) >= 0) {
			c = hex(at[1]) * 16 + hex(at[2]);
			at += 2;
		}
		if (tolower(c) != *name)
			return false;
	}
	return *at == '=';
}

/* As libpq parts it: "user:password@" goes up to the first "@", where that is
 * before any "/"; parameters come after "?". */
static bool has_password(const char *rest)
{
	const char *at = strpbrk(rest, "@/");

	if (at && *at == '@' && memchr(rest, ':', (size_t)(at - rest)))
		return true;
	for (at = strchr(rest, '?'); at; at = strchr(at, '&')) {
		at++;
		if (is_called(at, "password") || is_called(at, "sslpassword"))
			return true;
	}
	return false;
}

int database_check(const char *place)
{
	const char *rest = after_scheme(place);

	if (rest)
		return has_password(rest) ? -EPERM : 0;
	if (!database_is_url(place))
		return -EINVAL;
	/* More settings could follow a blank. */
	rest = place + strlen(service);
	return *rest && !strpbrk(rest, " \t\n='\\") ? 0 : -EINVAL;
}
