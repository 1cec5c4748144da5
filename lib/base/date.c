/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "date.h"

#include <stdio.h>
#include <string.h>

#define SECONDS_PER_DAY 86400

/* No clock on Earth is further from UTC. */
#define ZONE_HOURS_MAX 14

/* 9999-12-31T23:59:59Z */
#define NO_END ((time_t)253402300799)

struct tm date_tm(time_t t)
{
	struct tm tm = { 0 };

	t += DATE_UTC_OFFSET;
	gmtime_r(&t, &tm);
	tm.tm_gmtoff = DATE_UTC_OFFSET;
	return tm;
}

bool date_is_no_end(time_t t)
{
	return t == NO_END;
}

bool date_is_last(long day)
{
	return day == date_day(NO_END);
}

long date_day(time_t t)
{
	if (t > NO_END - DATE_UTC_OFFSET)
		t = NO_END - DATE_UTC_OFFSET;
	t += DATE_UTC_OFFSET;
	return (long)(t / SECONDS_PER_DAY - (t % SECONDS_PER_DAY < 0));
}

time_t date_start(long day)
{
	return (time_t)day * SECONDS_PER_DAY - DATE_UTC_OFFSET;
}

int date_year(long day)
{
	return date_tm(date_start(day)).tm_year + 1900;
}

long date_add_years(long day, int years)
{
	struct tm tm = date_tm(date_start(day));

	tm.tm_year += years;
	return date_day(timegm(&tm) - DATE_UTC_OFFSET);
}

const char *date_iso(long day, char text[DATE_SIZE])
{
	struct tm tm = date_tm(date_start(day));

	(void)snprintf(text, DATE_SIZE, "%04d-%02d-%02d", tm.tm_year + 1900,
		       tm.tm_mon + 1, tm.tm_mday);
	return text;
}

const char *date_dmy(long day, char text[DATE_SIZE])
{
	struct tm tm = date_tm(date_start(day));

	(void)snprintf(text, DATE_SIZE, "%02d/%02d/%04d", tm.tm_mday,
		       tm.tm_mon + 1, tm.tm_year + 1900);
	return text;
}

const char *date_cited(long day, char text[DATE_SIZE])
{
	char dmy[DATE_SIZE];
	const char *month = date_dmy(day, dmy) + strlen("DD/");

	month += month[0] == '0' && month[1] > '2';
	(void)snprintf(text, DATE_SIZE, "ngày %.2s tháng %.*s năm %.4s", dmy,
		       (int)strcspn(month, "/"), month, dmy + strlen("DD/MM/"));
	return text;
}

static const char *write_moment(const struct tm *tm, const char *zone,
				char text[DATE_SIZE])
{
	char iso[DATE_SIZE];

	(void)strftime(iso, sizeof(iso), "-%m-%dT%H:%M:%S", tm);
	(void)snprintf(text, DATE_SIZE, "%04d%.16s%s", tm->tm_year + 1900, iso,
		       zone);
	return text;
}

const char *date_utc(time_t t, char text[DATE_SIZE])
{
	struct tm tm = { 0 };

	gmtime_r(&t, &tm);
	return write_moment(&tm, "Z", text);
}

const char *date_vietnam(time_t t, char text[DATE_SIZE])
{
	struct tm tm = date_tm(t);

	return write_moment(&tm, "+07:00", text);
}

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
static bool take_hour(const char **s, size_t least, struct tm *tm)
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

/* "Z", "+07:00" or "-0530"; none leaves *@east as it is. */
static bool take_zone(const char **s, long *east)
{
	int sign = **s == '-' ? -1 : 1, hours = 0, minutes = 0;

	if (!**s)
		return true;
	*east = 0;
	if (take(s, 'Z'))
		return true;
	if (!take(s, '+') && !take(s, '-'))
		return false;
	if (take_number(s, 4, 4, &minutes)) {
		hours = minutes / 100;
		minutes %= 100;
	} else if (!take_number(s, 2, 2, &hours) || !take(s, ':') ||
		   !take_number(s, 2, 2, &minutes)) {
		return false;
	}
	if (minutes > 59 || hours > ZONE_HOURS_MAX ||
	    (hours == ZONE_HOURS_MAX && minutes > 0))
		return false;
	*east = sign * (hours * 3600L + minutes * 60L);
	return true;
}

/* timegm() makes 31 February the 3rd of March; who wrote it means neither. */
static bool is_day(struct tm tm)
{
	struct tm given = tm;

	(void)timegm(&tm);
	return tm.tm_mday == given.tm_mday && tm.tm_mon == given.tm_mon;
}

enum date_result date_read(const char *text, long east, struct date *date)
{
	struct tm tm = { 0 };
	bool day_first = take_day_first(&text, &tm), has_hour = false;

	if (day_first) {
		has_hour = take(&text, ' ');
		if (has_hour && !take_hour(&text, 1, &tm))
			return DATE_NOT_A_DATE;
	} else {
		if (!take_year_first(&text, &tm))
			return DATE_NOT_A_DATE;
		has_hour = take(&text, 'T') || take(&text, ' ');
		if (has_hour &&
		    (!take_hour(&text, 2, &tm) || !take_zone(&text, &east)))
			return DATE_NOT_A_DATE;
	}
	if (*text)
		return DATE_NOT_A_DATE;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	if (tm.tm_mon < 0 || tm.tm_mon > 11 || tm.tm_mday < 1 || !is_day(tm))
		return DATE_NO_SUCH_DAY;
	date->time = timegm(&tm) - (has_hour ? east : DATE_UTC_OFFSET);
	date->day = date_day(date->time);
	date->has_hour = has_hour;
	date->day_first = day_first;
	return DATE_OK;
}

bool date_read_iso(const char *text, long *day)
{
	static const char day_form[] = "YYYY-MM-DD", utc[] = "Thh:mm:ssZ",
			  vietnam[] = "Thh:mm:ss+07:00";
	size_t len = strlen(text), after = strlen(day_form);
	struct date date;

	if (len != after && len != after + strlen(utc) &&
	    len != after + strlen(vietnam))
		return false;
	if ((len > after && text[after] != 'T') ||
	    (len == after + strlen(utc) && text[len - 1] != 'Z') ||
	    (len == after + strlen(vietnam) &&
	     strcmp(text + len - strlen("+07:00"), "+07:00") != 0))
		return false;
	if (date_read(text, 0, &date) || date.day_first)
		return false;
	*day = date.day;
	return true;
}
