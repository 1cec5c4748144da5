/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which days are worked, by the calendar that ckstoken-holidays(5) describes:
 * all but Saturdays, Sundays and the days off of a file that officers keep.
 * Days are numbered as in date.h.
 */
#ifndef RULES_WORKDAYS_H
#define RULES_WORKDAYS_H

#include <stdbool.h>

#include "base/error.h"

struct workdays;

/*
 * Reads /etc/ckstoken/holidays or, where there is none, the calendar that is
 * installed. 0 with *@out, for workdays_free(); or a negative errno, @error
 * saying what is wrong, with file and line.
 */
int workdays_load(struct workdays **out, struct error *error);

/* Reads the file @path. As workdays_load(); -ENOENT when it is not there. */
int workdays_read(const char *path, struct workdays **out, struct error *error);

void workdays_free(struct workdays **workdays);

/* Whether the calendar claims to have each day off of @year. */
bool workdays_has_year(const struct workdays *workdays, int year);

bool workdays_is_working(const struct workdays *workdays, long day);

/*
 * The @n-th working day after @day, which is not counted itself: a term in days
 * runs from the day that follows the event (Bộ luật Dân sự 2015, Điều 147,
 * khoản 2 and khoản 3). With @n below 1 it is @day.
 *
 * *@unsure becomes the first year on the way whose days off the calendar does
 * not claim to have, or of which a day was passed that it leaves unsure; 0 when
 * all was known. Such a day counts as its day of the week does.
 */
long workdays_add(const struct workdays *workdays, long day, long n,
		  int *unsure);

#endif
