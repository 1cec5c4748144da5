/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_CLOCK_H
#define CMD_CLOCK_H

#include <stdbool.h>
#include <time.h>

/* The time, or CKSTOKEN_NOW. -1, told on standard error, when that is no
 * time. */
int clock_now(time_t *now);

/* Whether @t falls between 1970 and 9999, as documents can say it. */
bool clock_is_sane(time_t t);

/* The time that an officer wrote, as date_read() takes it. 0, or -1. */
int clock_parse(const char *text, time_t *t, bool *has_hour);

#endif
