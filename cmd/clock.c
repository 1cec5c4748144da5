/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clock.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/i18n.h"
#include "message.h"

/* The first second that Vietnam writes with five digits for the year. */
#define END_OF_TIME 253402275600L

/* @east is the zone of a time that names none. */
static int parse(const char *text, long east, time_t *t, bool *has_hour)
{
	struct date date;

	if (date_read(text, east, &date) || !clock_is_sane(date.time))
		return -1;
	*t = date.time;
	*has_hour = date.has_hour;
	return 0;
}

bool clock_is_sane(time_t t)
{
	return t > 0 && t < END_OF_TIME;
}

int clock_parse(const char *text, time_t *t, bool *has_hour)
{
	return parse(text, DATE_UTC_OFFSET, t, has_hour);
}

int clock_now(time_t *now)
{
	const char *fixed = getenv("CKSTOKEN_NOW");
	bool has_hour;

	if (!fixed || fixed[0] == '\0') {
		*now = time(NULL);
		return 0;
	}
	if (parse(fixed, 0, now, &has_hour)) {
		print_message(
			_("CKSTOKEN_NOW=%s is not a time such as 2026-11-21T02:00:00Z"),
			fixed);
		return -1;
	}
	return 0;
}
