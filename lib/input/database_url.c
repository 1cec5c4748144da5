/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "database_url.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define N(list) (sizeof(list) / sizeof((list)[0]))

static const char *const schemes[] = { "postgresql://", "postgres://" };
static const char service[] = "service=";

/* The rest of the address behind its scheme; NULL if it has no scheme. */
static const char *after_scheme(const char *place)
{
	for (size_t i = 0; i < N(schemes); i++)
		if (strncmp(place, schemes[i], strlen(schemes[i])) == 0)
			return place + strlen(schemes[i]);
	return NULL;
}

static int hex(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
					  : -1;
}

/* The letter at *@at, made small; "%70" is "p". *@at goes on behind it. */
static int take_letter(const char **at)
{
	const char *s = *at;
	int c = (unsigned char)*s;

	if (c == '%' && hex(s[1]) >= 0 && hex(s[2]) >= 0) {
		c = hex(s[1]) * 16 + hex(s[2]);
		s += 2;
	}
	*at = s + (*s != '\0');
	return tolower(c);
}

/* True if "@name =" stands at @at, the end of a longer name too. */
static bool is_set(const char *at, const char *name)
{
	int c;

	for (; *name; name++)
		if (take_letter(&at) != *name)
			return false;
	do
		c = take_letter(&at);
	while (isspace(c));
	return c == '=';
}

/* True if one of the @n @names is set in @text, before its end or @stop. */
static bool sets_any(const char *text, char stop, const char *const *names,
		     size_t n)
{
	for (; *text && *text != stop; text++)
		for (size_t i = 0; i < n; i++)
			if (is_set(text, names[i]))
				return true;
	return false;
}

/* As libpq calls what it does not show: password and sslpassword,
 * oauth_client_secret, scram_client_key and scram_server_key. */
static const char *const secrets[] = { "password", "secret", "client_key",
				       "server_key" };

bool database_is_url(const char *place)
{
	static const char *const first[] = { "host",   "hostaddr", "port",
					     "dbname", "user",	   "service",
					     "sslmode" };
	static const char postgres[] = "postgres";
	const char *scheme;

	place += strspn(place, " \t\r\n\"'");
	scheme = strstr(place, "://");
	if (scheme && !memchr(place, '/', (size_t)(scheme - place)))
		return true;
	/* With a slash too few. */
	if (strncasecmp(place, postgres, strlen(postgres)) == 0) {
		const char *end = place;

		while (isalpha((unsigned char)*end))
			end++;
		if (*end == ':')
			return true;
	}
	for (size_t i = 0; i < N(first); i++)
		if (is_set(place, first[i]))
			return true;
	return sets_any(place, '/', secrets, N(secrets));
}

/* "user:password@", also where libpq would part it otherwise, as the password
 * has a "/" or stands before the second of several hosts. */
static bool has_password(const char *place)
{
	const char *rest = strstr(place, "://");
	const char *at = strrchr(place, '@'), *colon;

	rest = rest ? rest + strlen("://") : place;
	colon = strchr(rest, ':');
	return (at && colon && colon < at) ||
	       sets_any(place, '\0', secrets, N(secrets));
}

/* Hosts with their ports, up to @end. A port that is no number was meant for
 * something else. */
static bool are_hosts(const char *at, const char *end)
{
	while (at < end) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		const char *stop = comma ? comma : end;
		const char *bracket =
			*at == '[' ? memchr(at, ']', (size_t)(stop - at)) : at;
		const char *port =
			bracket ? memchr(bracket, ':', (size_t)(stop - bracket))
				: NULL;
		char *behind = NULL;

		if (!bracket)
			return false;
		if (port && port + 1 < stop &&
		    (!isdigit((unsigned char)port[1]) ||
		     strtoul(port + 1, &behind, 10) > 65535 || behind != stop))
			return false;
		at = stop + (stop < end);
	}
	return true;
}

/* [USER@][HOST[:PORT],…][/NAME][?…]: any other "@" is written "%40". */
static bool is_address(const char *rest)
{
	const char *at = strchr(rest, '@');

	if (at &&
	    (strcspn(rest, "/?") < (size_t)(at - rest) || strchr(at + 1, '@')))
		return false;
	if (at)
		rest = at + 1;
	return are_hosts(rest, rest + strcspn(rest, "/?"));
}

int database_check(const char *place)
{
	const char *rest = after_scheme(place);

	if (!database_is_url(place))
		return -EINVAL;
	if (has_password(place))
		return -EPERM;
	if (rest)
		return is_address(rest) ? 0 : -EINVAL;
	if (strncmp(place, service, strlen(service)) != 0)
		return -EINVAL;
	/* More settings could follow a blank. */
	rest = place + strlen(service);
	return *rest && !strpbrk(rest, " \t\n='\\") ? 0 : -EINVAL;
}

bool database_may_tell(const char *text)
{
	int ret = database_is_url(text) ? database_check(text) : 0;

	return ret == -EPERM ||
	       (ret == -EINVAL && strcasestr(text, "postgres"));
}
