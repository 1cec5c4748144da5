/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/vntime.h"
#include "clock.h"
#include "message.h"

/* The first second that Vietnam writes with five digits for the year. */
#define END_OF_TIME 253402275600L

/* No clock on Earth is further from UTC. */
#define OFFSET_MAX (14 * 3600L)

/* "Z", "+07:00", "-0530". */
static int take_offset(const char *text, long *offset)
{
	struct tm tm = { 0 };
	const char *rest;

	rest = strptime(text, "%z", &tm);
	if (!rest || rest[0] != '\0' || labs(tm.tm_gmtoff) > OFFSET_MAX)
		return -1;
	*offset = tm.tm_gmtoff;
	return 0;
}

/* @offset is that of a time which names none. */
static int parse(const char *text, long offset, time_t *t, bool *has_hour)
{
	static const struct {
		const char *form;
		bool has_hour;
	} forms[] = {
		{ "%Y-%m-%dT%H:%M:%S", true }, { "%Y-%m-%dT%H:%M", true },
		{ "%Y-%m-%d", false },	       { "%d/%m/%Y %H:%M", true },
		{ "%d/%m/%Y", false },
	};
	struct tm tm = { 0 }, given;
	const char *rest = NULL;
	time_t utc;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]) && !rest; i++) {
		memset(&tm, 0, sizeof(tm));
		rest = strptime(text, forms[i].form, &tm);
		*has_hour = forms[i].has_hour;
		/* A day is a day in Vietnam, and an offset would move it. */
		if (rest && rest[0] != '\0' &&
		    (!*has_hour || take_offset(rest, &offset)))
			rest = NULL;
	}
	given = tm;
	utc = timegm(&tm);
	/* timegm() makes 31 February the 3rd of March; an officer means none.
	 */
	if (!rest || tm.tm_mday != given.tm_mday || tm.tm_mon != given.tm_mon ||
	    !clock_is_sane(utc - offset))
		return -1;
	*t = utc - offset;
	return 0;
}

bool clock_is_sane(time_t t)
{
	return t > 0 && t < END_OF_TIME;
}

int clock_parse(const char *text, time_t *t, bool *has_hour)
{
	return parse(text, VN_UTC_OFFSET, t, has_hour);
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

static void format(const char *how, const struct tm *tm, char text[CLOCK_TEXT])
{
	if (strftime(text, CLOCK_TEXT, how, tm) == 0)
		text[0] = '\0';
}

void clock_utc(time_t t, char text[CLOCK_TEXT])
{
	struct tm tm = { 0 };

	gmtime_r(&t, &tm);
	format("%Y-%m-%dT%H:%M:%SZ", &tm, text);
}

void clock_vietnam(time_t t, char text[CLOCK_TEXT])
{
	struct tm tm = vn_tm(t);

	format("%Y-%m-%dT%H:%M:%S+07:00", &tm, text);
}

void clock_date_iso(time_t t, char text[CLOCK_TEXT])
{
	struct tm tm = vn_tm(t);

	format("%Y-%m-%d", &tm, text);
}

void clock_date(time_t t, char text[CLOCK_TEXT])
{
	struct tm tm = vn_tm(t);

	format("%d/%m/%Y", &tm, text);
}
