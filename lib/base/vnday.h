/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Days of the calendar in Vietnam, numbered as vn_day() does. */
#ifndef BASE_VNDAY_H
#define BASE_VNDAY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Reads "YYYY-MM-DD", or a moment in UTC, "YYYY-MM-DDTHH:MM:SSZ", which falls
 * on a day in Vietnam. False: it is neither, or no day there is.
 */
bool vnday_read(const char *text, long *day);

#define VNDAY_SIZE ((size_t)40)

/* As officers write it: "09/02/2026". Returns @words. */
const char *vnday_words(long day, char words[VNDAY_SIZE]);

/* "2026-02-09". Returns @text. */
const char *vnday_iso(long day, char text[VNDAY_SIZE]);

/* The same day so many years later; for 29 February 1 March, if need be. */
long vnday_years_after(long day, int years);

#endif
