/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "event_times.h"

#include <stdio.h>
#include <time.h>

static const char *const names[EVENT_TIMES] = {
	[EVENT_TIME] = "time",
	[EVENT_CLOCK] = "clock",
};

/* False if the text is no moment. */
static bool read_moment(const char *text, time_t *moment)
{
	struct date date;

	if (!*text || date_read(text, DATE_UTC_OFFSET, &date) != DATE_OK)
		return false;
	*moment = date.time;
	return true;
}

/* By how many seconds @b is after @a; 0 where one of them is not known. */
static long between(const char *a, const char *b)
{
	time_t from, to;

	return read_moment(a, &from) && read_moment(b, &to) ? (long)(to - from)
							    : 0;
}

bool event_times_differ(const char *time, const char *clock)
{
	long seconds = between(time, clock);

	return seconds > DATE_SKEW || seconds < -DATE_SKEW;
}

bool event_time_is_later(const char *time, const char *than)
{
	return between(than, time) > DATE_SKEW;
}

void event_times_end(struct event_times *times, unsigned long number)
{
	char now[DATE_SIZE];

	times->ahead = between(date_vietnam(time(NULL), now),
			       times->last[EVENT_CLOCK]) > DATE_SKEW
			       ? number
			       : 0;
}

unsigned long event_times_open(const struct event_times *times)
{
	unsigned long latest = 0;

	for (size_t i = 0; i < EVENT_TIMES; i++)
		if (times->back[i].n && times->back[i].latest > latest)
			latest = times->back[i].latest;
	return latest;
}

/* Whoever explains an earlier step has not seen the later ones. */
static void take_explanation(struct event_times *times, unsigned long number,
			     json_int_t explains)
{
	unsigned long open = event_times_open(times);

	if (!open || explains < (json_int_t)open)
		return;
	times->explained_by = number;
	for (size_t i = 0; i < EVENT_TIMES; i++) {
		times->back[i].n = 0;
		times->back[i].event = 0;
	}
}

void event_times_take(struct event_times *times, unsigned long number,
		      const json_t *event)
{
	for (size_t i = 0; i < EVENT_TIMES; i++) {
		const char *now =
			json_string_value(json_object_get(event, names[i]));
		char *last = times->last[i];

		if (!now)
			now = "";
		if (between(last, now) < -DATE_SKEW) {
			times->back[i].latest = number;
			if (!times->back[i].first)
				times->back[i].first = number;
			if (times->back[i].n++ == 0) {
				times->back[i].event = number;
				(void)snprintf(times->back[i].before, DATE_SIZE,
					       "%s", last);
				(void)snprintf(times->back[i].then, DATE_SIZE,
					       "%s", now);
			}
		}
		/* An event without a clock leaves the one before to be held
		 * against the next. */
		if (*now)
			(void)snprintf(last, DATE_SIZE, "%s", now);
	}
	if (json_object_get(event, names[EVENT_CLOCK]) &&
	    event_times_differ(times->last[EVENT_TIME],
			       times->last[EVENT_CLOCK]) &&
	    times->n_moved++ == 0)
		times->moved = number;
	take_explanation(
		times, number,
		json_integer_value(json_object_get(event, "explains")));
}
