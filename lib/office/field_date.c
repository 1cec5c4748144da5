/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "field_value.h"
#include "i18n.h"
#include "vntime.h"

#define FIRST_YEAR 1900
#define LAST_YEAR 2200

/* Takes @least to @most digits off *@s; a further digit is not theirs. */
static bool take_number(const char **s, size_t least, size_t most, int *n)
{
	size_t len = strspn(*s, "0123456789");

	if (len < least || len > most)
		return false;
	for (*n = 0; len; len--)
		*n = *n * 10 + *(*s)++ - '0';
	return true;
}

static bool take(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

/* Vietnam puts the day first; never the month. */
static bool take_day_first(const char **s, struct tm *tm)
{
	const char *p = *s;
	char separator;

	if (!take_number(&p, 1, 2, &tm->tm_mday) || !*p || !strchr("/-.", *p))
		return false;
	separator = *p++;
	if (!take_number(&p, 1, 2, &tm->tm_mon) || !take(&p, separator) ||
	    !take_number(&p, 4, 4, &tm->tm_year))
		return false;
	*s = p;
	return true;
}

static bool take_year_first(const char **s, struct tm *tm)
{
	return take_number(s, 4, 4, &tm->tm_year) && take(s, '-') &&
	       take_number(s, 1, 2, &tm->tm_mon) && take(s, '-') &&
	       take_number(s, 1, 2, &tm->tm_mday);
}

static bool take_clock(const char **s, struct tm *tm)
{
	if (!take_number(s, 2, 2, &tm->tm_hour) || !take(s, ':') ||
	    !take_number(s, 2, 2, &tm->tm_min))
		return false;
	if (take(s, ':')) {
		if (!take_number(s, 2, 2, &tm->tm_sec))
			return false;
		if (take(s, '.'))
			*s += strspn(*s, "0123456789");
	}
	return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec <= 60;
}

/* The zone's seconds east of Greenwich; *@known is false where none is. */
static bool take_zone(const char **s, long *east, bool *known)
{
	int sign = **s == '-' ? -1 : 1, hours = 0, minutes = 0;

	*known = **s;
	*east = 0;
	if (!**s || take(s, 'Z'))
		return true;
	if (!take(s, '+') && !take(s, '-'))
		return false;
	if (!take_number(s, 2, 2, &hours) || !take(s, ':') ||
	    !take_number(s, 2, 2, &minutes) || hours > 14 || minutes > 59)
		return false;
	*east = sign * (hours * 3600L + minutes * 60L);
	return true;
}

static bool is_day(const struct tm *tm)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30,
				       31, 31, 30, 31, 30, 31 };
	int y = tm->tm_year;
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return tm->tm_mon >= 1 && tm->tm_mon <= 12 && tm->tm_mday >= 1 &&
	       tm->tm_mday <=
		       lengths[tm->tm_mon - 1] + (leap && tm->tm_mon == 2);
}

/* A moment is kept as the day it falls on in Vietnam. */
static void to_vietnam(struct tm *tm, long east)
{
	struct tm utc = *tm;

	utc.tm_year -= 1900;
	utc.tm_mon -= 1;
	*tm = vn_tm(timegm(&utc) - east);
	tm->tm_year += 1900;
	tm->tm_mon += 1;
}

/* The moment or day that @s tells, whether there is such a day or not. */
static bool take_date(const char *s, struct tm *tm, long *east, bool *zone)
{
	if (!take_day_first(&s, tm)) {
		if (!take_year_first(&s, tm))
			return false;
		if ((take(&s, 'T') || take(&s, ' ')) &&
		    (!take_clock(&s, tm) || !take_zone(&s, east, zone)))
			return false;
	}
	return !*s;
}

const char *field_date(const char *s, char *out)
{
	struct tm tm = { 0 };
	bool zone = false;
	long east = 0;

	if (!take_date(s, &tm, &east, &zone))
		return _("This is not a date. Write day/month/year, as in "
			 "21/11/2026.");
	if (!is_day(&tm))
		return _("There is no such day. Write day/month/year, as in "
			 "21/11/2026.");
	if (zone)
		to_vietnam(&tm, east);
	if (tm.tm_year < FIRST_YEAR || tm.tm_year > LAST_YEAR)
		return _("The year must be between 1900 and 2200.");
	(void)snprintf(out, FIELD_ROOM, "%04d-%02d-%02d", tm.tm_year, tm.tm_mon,
		       tm.tm_mday);
	return NULL;
}
