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

/* Whether the times of one event are not the same moment. */
bool event_times_differ(const char *time, const char *clock);

enum event_time { EVENT_TIME, EVENT_CLOCK, EVENT_TIMES };

/* What is to be said of the times of events that follow each other. */
struct event_times {
	/* Events whose time, or clock, is before that of the event before; and
	 * of the first of them both. */
	struct {
		size_t n;
		unsigned long event;
		char before[DATE_SIZE], then[DATE_SIZE];
	} back[EVENT_TIMES];
	/* Events whose own times differ, and the first of them. */
	size_t n_moved;
	unsigned long moved;

	char last[EVENT_TIMES][DATE_SIZE]; /* private; "" is not known */
};

/* Takes the next event; @times begins zeroed. */
void event_times_take(struct event_times *times, unsigned long number,
		      const json_t *event);

#endif
