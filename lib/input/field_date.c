/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/date.h"
#include "base/i18n.h"
#include "field_value.h"

#define FIRST_YEAR 1900
#define LAST_YEAR 2200

static const char *check_day(enum date_result result, const struct date *date)
{
	int year;

	if (result == DATE_NO_SUCH_DAY)
		return _("There is no such day. Write day/month/year, as in "
			 "21/11/2026.");
	year = date_year(date->day);
	if (year < FIRST_YEAR || year > LAST_YEAR)
		return _("The year must be between 1900 and 2200.");
	return NULL;
}

const char *field_date(const char *s, char *out)
{
	struct date date = { 0 };
	enum date_result result = date_read(s, DATE_UTC_OFFSET, &date);
	const char *why;

	/* "21/11/2026 9:30" is more than a day, and is not cut to one. */
	if (result == DATE_NOT_A_DATE ||
	    (result == DATE_OK && date.day_first && date.has_hour))
		return _("This is not a date. Write day/month/year, as in "
			 "21/11/2026.");
	why = check_day(result, &date);
	if (!why)
		date_iso(date.day, out);
	return why;
}

const char *field_time(const char *s, char *out)
{
	struct date date = { 0 };
	enum date_result result = date_read(s, DATE_UTC_OFFSET, &date);
	const char *why;

	if (result == DATE_NOT_A_DATE)
		return _("This is not a time. Write day/month/year and "
			 "the hour, as in 21/11/2026 09:30.");
	why = check_day(result, &date);
	if (why)
		return why;
	if (date.has_hour)
		date_vietnam(date.time, out);
	else
		date_iso(date.day, out);
	return NULL;
}
