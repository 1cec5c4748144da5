/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which days are worked, by the calendar that ckstoken-holidays(5) describes:
 * all but Saturdays, Sundays and the days off of a file that officers keep.
 * Days are numbered as in date.h.
 */
#ifndef RULES_WORKDAYS_H
#define RULES_WORKDAYS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/i18n.h"

struct workdays;

/*
 * The last day of a term, or a day by which something is to be done, with what
 * the calendar has to say of it.
 */
struct workdays_term {
	long day; /* what is unsure counting as its day of the week does */
	/* What else it may be, as the calendar settles what it leaves open;
	 * else @day. */
	long earliest, latest;
	const char
		*doubt;	  /* what it leaves open, which is the calendar's; "" */
	int unknown_year; /* whose days off are not known; 0: all are */
	long before; /* of a day off the last working day before; else @day */
};

/*
 * Reads /etc/ckstoken/holidays or, where there is none, the calendar that is
 * installed. 0 with *@out, for workdays_free(); or a negative errno, @error
 * saying what is wrong, with file and line.
 */
int workdays_load(struct workdays **out, struct error *error);

/* Reads the file @path. As workdays_load(); -ENOENT when it is not there. */
int workdays_read(const char *path, struct workdays **out, struct error *error);

void workdays_free(struct workdays **workdays);

/* True if the calendar claims to have each day off of @year. */
bool workdays_has_year(const struct workdays *workdays, int year);

bool workdays_is_working(const struct workdays *workdays, long day);

/*
 * The @n-th working day after @day, which is not counted itself: a term in days
 * runs from the day that follows the event (Bộ luật Dân sự 2015, Điều 147,
 * khoản 2 and khoản 3). With @n below 1 it is @day.
 *
 * Where the calendar leaves open whether a day is off, or worked instead of
 * another, the term may end earlier as well as later.
 */
struct workdays_term workdays_add(const struct workdays *workdays, long day,
				  long n);

/* What there is to say of @day, which no term in working days leads to. Of the
 * days off of a year that is not known nothing is said. */
struct workdays_term workdays_day(const struct workdays *workdays, long day);

/*
 * What belongs beside the date, beginning with it: "26/11/2026, or 27/11/2026,
 * as it is not settled yet: …"; in @language and from @arena. "": nothing does.
 */
const char *workdays_remark(struct arena *arena, enum i18n_language language,
			    const struct workdays_term *term);

#endif
