/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The two times of an event: "time", that of the act, which CKSTOKEN_NOW moves,
 * and "clock", that of the machine when it was recorded, which nothing moves.
 * Events of an earlier ckstoken have no clock.
 */
#ifndef REGISTER_EVENT_TIMES_H
#define REGISTER_EVENT_TIMES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"

/* True if the times of one event are not the same moment. */
bool event_times_differ(const char *time, const char *clock);

/* True if the moment @time is later than @than by more than clocks differ; not
 * where one of them is not known. */
bool event_time_is_later(const char *time, const char *than);

enum event_time { EVENT_TIME, EVENT_CLOCK, EVENT_TIMES };

/* What is to be said of the times of events that follow each other. */
struct event_times {
	/* Events whose time, or clock, is before that of the event before, and
	 * that no later event explains; of the first of them both times; and
	 * the first of all, also where it is explained. */
	struct {
		size_t n;
		unsigned long event, first;
		char before[DATE_SIZE], then[DATE_SIZE];
		unsigned long latest; /* private */
	} back[EVENT_TIMES];
	unsigned long explained_by; /* the last event that did, or 0 */
	/* The last event, where its clock was ahead of that of this machine
	 * when event_times_end() looked; or 0. */
	unsigned long ahead;
	/* Events whose own times differ, and the first of them. */
	size_t n_moved;
	unsigned long moved;

	char last[EVENT_TIMES][DATE_SIZE]; /* private; "" is not known */
};

/* Takes the next event; @times begins zeroed. One with "explains" is of an
 * officer who knows why time went back, at that event at the latest. */
void event_times_take(struct event_times *times, unsigned long number,
		      const json_t *event);

/* Holds the clock of the last event, @number, against that of this machine. */
void event_times_end(struct event_times *times, unsigned long number);

/* The last event, by either time, that is before the one before it and that
 * none explains; 0: there is none. */
unsigned long event_times_open(const struct event_times *times);

#endif
