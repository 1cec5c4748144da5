/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What reports say in numbers, counted in the register as it stood at the end
 * of the last day of their period: what came later does not count.
 */
#ifndef REGISTER_STATISTICS_H
#define REGISTER_STATISTICS_H

#include <jansson.h>

#include "base/date.h"
#include "register.h"
#include "rules/province.h"
#include "rules/workdays.h"

struct statistics_question {
	/* The rules whose deadlines count; statistics_of_agency() needs
	 * neither. */
	const struct province *province;
	const struct workdays *holidays;
	long from, to;		  /* first and last day of the period */
	const char *organization; /* NULL: of all agencies */
	/* statistics_of_agency(): what became of tokens too, and not what
	 * letters ask for alone. */
	bool in_full;
};

/* Facts that limit what the numbers mean. */
struct statistics_doubts {
	int unsure_year; /* a term passed days of it that are not known; or 0
			  */
	long long unsettled; /* requests that are late if the calendar is
				settled in one way, and not in the other; they
				are not counted as late */
	long long no_day;    /* requests, losses and the like without a day,
				which are not counted */
	long long no_place;  /* tokens and certificates of nobody known, counted
				in totals alone; statistics_of_agency() does not
				count them */
	/* When the register was begun, where that is after the first day of
	 * the period and what was before has not all been entered; or "". */
	char begun[DATE_SIZE];
};

/*
 * Both return an object, the caller's to json_decref(), or NULL without memory;
 * errors of the database are the register's to tell. @doubts begins zeroed.
 */

/*
 * The rows of an agency's report: "new", "revoked", "changed", "renewed", and
 * in full "recovered", "lost", "in_use" and "expiring", the certificates in use
 * that end within a year of the period; each by holder, "organization",
 * "person" and "device". A nought is left out where the register cannot know
 * that there was none: where it was begun later, or has records without a day
 * or a holder.
 */
json_t *statistics_of_agency(struct custody_register *reg,
			     const struct statistics_question *question,
			     struct statistics_doubts *doubts);

/* The "statistics" of ckstoken-data(5), without the noughts of recoveries,
 * losses and leaks that the register cannot know. */
json_t *statistics_of_all(struct custody_register *reg,
			  const struct statistics_question *question,
			  struct statistics_doubts *doubts);

#endif
