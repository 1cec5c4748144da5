/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_CLOCK_H
#define CMD_CLOCK_H

#include <stdbool.h>
#include <time.h>

/* Large enough for each text below. */
#define CLOCK_TEXT 32

/* The time, or CKSTOKEN_NOW. -1, told on standard error, when that is no
 * time. */
int clock_now(time_t *now);

/* "2026-11-21T02:00:00Z", or with the offset +07:00, or day-month-year. */
void clock_utc(time_t t, char text[CLOCK_TEXT]);
void clock_vietnam(time_t t, char text[CLOCK_TEXT]);
void clock_date_iso(time_t t, char text[CLOCK_TEXT]);
void clock_date(time_t t, char text[CLOCK_TEXT]);

/* Whether @t falls between 1970 and 9999, as documents can say it. */
bool clock_is_sane(time_t t);

/*
 * Vietnam's time from what an officer writes: "21/11/2026", "21/11/2026 09:30",
 * or ISO 8601, with "Z" or an offset where it is not Vietnam's. Without an hour
 * it is the day's midnight. 0, or -1.
 */
int clock_parse(const char *text, time_t *t, bool *has_hour);

#endif
