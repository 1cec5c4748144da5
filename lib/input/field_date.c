/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/vntime.h"
#include "field_value.h"

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

/* @least digits for the hour: ISO 8601 wants both, Excel drops a zero. */
static bool take_clock(const char **s, size_t least, struct tm *tm)
{
	if (!take_number(s, least, 2, &tm->tm_hour) || !take(s, ':') ||
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

/* The zone's seconds east of Greenwich; Vietnam's where none is told. */
static bool take_zone(const char **s, long *east)
{
	int sign = **s == '-' ? -1 : 1, hours = 0, minutes = 0;

	*east = **s ? 0 : VN_UTC_OFFSET;
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

/* The same moment as clocks have it in Vietnam. */
static void to_vietnam(struct tm *tm, long east)
{
	struct tm utc = *tm;

	utc.tm_year -= 1900;
	utc.tm_mon -= 1;
	*tm = vn_tm(timegm(&utc) - east);
	tm->tm_year += 1900;
	tm->tm_mon += 1;
}

/* What was read, whether there is such a day or not. */
struct moment {
	struct tm tm;
	bool has_clock;
	long east;
};

static bool take_date(const char *s, struct moment *m)
{
	if (take_day_first(&s, &m->tm))
		return !*s;
	if (!take_year_first(&s, &m->tm))
		return false;
	m->has_clock = take(&s, 'T') || take(&s, ' ');
	if (m->has_clock &&
	    (!take_clock(&s, 2, &m->tm) || !take_zone(&s, &m->east)))
		return false;
	return !*s;
}

/* "21/11/2026 9:30", which as a day alone would be more than that. */
static bool take_time(const char *s, struct moment *m)
{
	m->has_clock = true;
	m->east = VN_UTC_OFFSET;
	return take_day_first(&s, &m->tm) && take(&s, ' ') &&
	       take_clock(&s, 1, &m->tm) && !*s;
}

/* Makes it one of Vietnam's; NULL, or why it is none. */
static const char *settle(struct moment *m)
{
	if (!is_day(&m->tm))
		return _("There is no such day. Write day/month/year, as in "
			 "21/11/2026.");
	if (m->has_clock)
		to_vietnam(&m->tm, m->east);
	if (m->tm.tm_year < FIRST_YEAR || m->tm.tm_year > LAST_YEAR)
		return _("The year must be between 1900 and 2200.");
	return NULL;
}

static size_t put_day(const struct tm *tm, char *out)
{
	return (size_t)snprintf(out, FIELD_ROOM, "%04d-%02d-%02d", tm->tm_year,
				tm->tm_mon, tm->tm_mday);
}

const char *field_date(const char *s, char *out)
{
	struct moment m = { 0 };
	const char *why;

	if (!take_date(s, &m))
		return _("This is not a date. Write day/month/year, as in "
			 "21/11/2026.");
	why = settle(&m);
	if (!why)
		(void)put_day(&m.tm, out);
	return why;
}

const char *field_time(const char *s, char *out)
{
	struct moment m = { 0 };
	const char *why;
	size_t n;

	if (!take_date(s, &m)) {
		m = (struct moment){ 0 };
		if (!take_time(s, &m))
			return _("This is not a time. Write day/month/year and "
				 "the hour, as in 21/11/2026 09:30.");
	}
	why = settle(&m);
	if (why)
		return why;
	n = put_day(&m.tm, out);
	if (m.has_clock)
		(void)snprintf(out + n, FIELD_ROOM - n, "T%02d:%02d:%02d+07:00",
			       m.tm.tm_hour, m.tm.tm_min, m.tm.tm_sec);
	return NULL;
}
