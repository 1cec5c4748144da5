/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The times of events that follow each other. */
#include "../unit.h"

#include <jansson.h>

#include "register/event_times.h"

static struct event_times times;

/* The next event; NULL: it has no such time. */
static void take(unsigned long number, const char *time, const char *clock)
{
	json_t *event = json_pack("{s:s?, s:s*}", "time", time, "clock", clock);

	assert_non_null(event);
	event_times_take(&times, number, event);
	json_decref(event);
}

static void clocks_of_two_machines_differ_a_little(void **state)
{
	(void)state;
	times = (struct event_times){ 0 };
	take(1, "2026-11-21T09:00:00+07:00", "2026-11-21T09:00:00+07:00");
	take(2, "2026-11-21T08:55:00+07:00", "2026-11-21T08:55:00+07:00");
	assert_int_equal(times.back[EVENT_TIME].n, 0);
	assert_int_equal(times.back[EVENT_CLOCK].n, 0);
	take(3, "2026-11-21T08:49:59+07:00", "2026-11-21T08:49:59+07:00");
	assert_int_equal(times.back[EVENT_TIME].n, 1);
	assert_int_equal(times.back[EVENT_CLOCK].n, 1);
	assert_int_equal(times.back[EVENT_CLOCK].event, 3);
	assert_string_equal(times.back[EVENT_CLOCK].before,
			    "2026-11-21T08:55:00+07:00");
	assert_string_equal(times.back[EVENT_CLOCK].then,
			    "2026-11-21T08:49:59+07:00");
	assert_int_equal(times.n_moved, 0);
}

static void a_time_that_is_set_is_not_the_clock(void **state)
{
	(void)state;
	times = (struct event_times){ 0 };
	take(1, "2026-11-30T09:00:00+07:00", "2026-11-30T09:00:00+07:00");
	take(2, "2020-01-01T07:00:00+07:00", "2026-11-30T09:00:01+07:00");
	take(3, "2026-11-30T09:00:02+07:00", "2026-11-30T09:00:02+07:00");
	assert_int_equal(times.back[EVENT_TIME].n, 1);
	assert_int_equal(times.back[EVENT_TIME].event, 2);
	assert_int_equal(times.back[EVENT_CLOCK].n, 0);
	assert_int_equal(times.n_moved, 1);
	assert_int_equal(times.moved, 2);
}

static void only_the_first_step_is_kept_and_all_are_counted(void **state)
{
	(void)state;
	times = (struct event_times){ 0 };
	take(1, "2026-11-30T09:00:00+07:00", "2026-11-30T09:00:00+07:00");
	take(2, "2026-11-30T09:00:00+07:00", "2026-11-29T09:00:00+07:00");
	take(3, "2026-11-30T09:00:00+07:00", "2026-11-28T09:00:00+07:00");
	assert_int_equal(times.back[EVENT_CLOCK].n, 2);
	assert_int_equal(times.back[EVENT_CLOCK].event, 2);
	assert_int_equal(times.n_moved, 2);
}

static void an_event_without_a_clock_is_no_step(void **state)
{
	(void)state;
	times = (struct event_times){ 0 };
	take(1, "2026-11-20T09:00:00+07:00", NULL);
	take(2, "2026-11-21T09:00:00+07:00", "2026-11-21T09:00:00+07:00");
	take(3, "2026-11-22T09:00:00+07:00", NULL);
	take(4, "2026-11-22T09:00:00+07:00", "2026-11-20T09:00:00+07:00");
	assert_int_equal(times.n_moved, 1);
	assert_int_equal(times.moved, 4);
	assert_int_equal(times.back[EVENT_CLOCK].event, 4);
	take(5, "no time", "none");
	take(6, NULL, NULL);
	assert_int_equal(times.back[EVENT_CLOCK].n, 1);
	assert_int_equal(times.n_moved, 1);
}

static void explain(unsigned long number, json_int_t last)
{
	json_t *event = json_pack(
		"{s:s, s:s, s:I}", "time", "2026-11-28T09:00:00+07:00", "clock",
		"2026-11-28T09:00:00+07:00", "explains", last);

	assert_non_null(event);
	event_times_take(&times, number, event);
	json_decref(event);
}

static void what_is_explained_is_what_was_there_by_then(void **state)
{
	(void)state;
	times = (struct event_times){ 0 };
	take(1, "2027-11-30T09:00:00+07:00", "2027-11-30T09:00:00+07:00");
	take(2, "2026-11-28T09:00:00+07:00", "2026-11-28T09:00:00+07:00");
	assert_int_equal(event_times_open(&times), 2);
	/* Whoever has not seen it does not explain it. */
	explain(3, 1);
	assert_int_equal(event_times_open(&times), 2);
	assert_int_equal(times.explained_by, 0);
	explain(4, 2);
	assert_int_equal(event_times_open(&times), 0);
	assert_int_equal(times.back[EVENT_CLOCK].n, 0);
	assert_int_equal(times.back[EVENT_CLOCK].first, 2);
	assert_int_equal(times.explained_by, 4);
	/* Nor what is still to come. */
	explain(5, 1000);
	assert_int_equal(times.explained_by, 4);
	take(6, "2026-11-27T09:00:00+07:00", "2026-11-27T09:00:00+07:00");
	assert_int_equal(event_times_open(&times), 6);
	assert_int_equal(times.back[EVENT_CLOCK].event, 6);
	assert_int_equal(times.back[EVENT_CLOCK].first, 2);
	/* One that goes back itself explains itself, too. */
	explain(7, 7);
	take(8, "2026-11-20T09:00:00+07:00", "2026-11-20T09:00:00+07:00");
	assert_int_equal(event_times_open(&times), 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks_of_two_machines_differ_a_little),
		cmocka_unit_test(a_time_that_is_set_is_not_the_clock),
		cmocka_unit_test(
			only_the_first_step_is_kept_and_all_are_counted),
		cmocka_unit_test(an_event_without_a_clock_is_no_step),
		cmocka_unit_test(what_is_explained_is_what_was_there_by_then),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
