/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vnday.h"

#include <stdio.h>
#include <string.h>

#include "vntime.h"

/* @n digits, then @end. */
static bool take_number(const char **s, int n, char end, int *value)
{
	*value = 0;
	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		*value = 10 * *value + (**s - '0');
	}
	if (**s != end)
		return false;
	(*s)++;
	return true;
}

static bool take_day(const char **s, char end, struct tm *tm)
{
	if (!take_number(s, 4, '-', &tm->tm_year) ||
	    !take_number(s, 2, '-', &tm->tm_mon) ||
	    !take_number(s, 2, end, &tm->tm_mday))
		return false;
	tm->tm_year -= 1900;
	tm->tm_mon -= 1;
	return true;
}

static bool take_hour(const char **s, struct tm *tm)
{
	return take_number(s, 2, ':', &tm->tm_hour) &&
	       take_number(s, 2, ':', &tm->tm_min) &&
	       take_number(s, 2, 'Z', &tm->tm_sec) && **s == '\0' &&
	       tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec <= 60;
}

bool vnday_read(const char *text, long *day)
{
	bool moment = strlen(text) > strlen("YYYY-MM-DD");
	struct tm tm = { 0 }, date;
	time_t t;

	if (!take_day(&text, moment ? 'T' : '\0', &tm))
		return false;
	date = tm;
	(void)timegm(&date);
	if (date.tm_mon != tm.tm_mon || date.tm_mday != tm.tm_mday)
		return false;
	if (moment && !take_hour(&text, &tm))
		return false;
	t = timegm(&tm);
	*day = vn_day(moment ? t : t - VN_UTC_OFFSET);
	return true;
}

static struct tm midnight(long day)
{
	return vn_tm((time_t)day * SECONDS_PER_DAY - VN_UTC_OFFSET);
}

const char *vnday_words(long day, char words[VNDAY_SIZE])
{
	struct tm tm = midnight(day);

	(void)snprintf(words, VNDAY_SIZE, "%02d/%02d/%04d", tm.tm_mday,
		       tm.tm_mon + 1, tm.tm_year + 1900);
	return words;
}

const char *vnday_iso(long day, char text[VNDAY_SIZE])
{
	struct tm tm = midnight(day);

	(void)snprintf(text, VNDAY_SIZE, "%04d-%02d-%02d", tm.tm_year + 1900,
		       tm.tm_mon + 1, tm.tm_mday);
	return text;
}

long vnday_years_after(long day, int years)
{
	struct tm tm = midnight(day);

	tm.tm_year += years;
	return vn_day(timegm(&tm) - VN_UTC_OFFSET);
}
