/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What reports say in numbers, counted in the register as it stood at the end
 * of the last day of their period: what came later does not count.
 */
#ifndef REGISTER_STATISTICS_H
#define REGISTER_STATISTICS_H

#include <jansson.h>

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
	long long
		devices; /* statistics_of_agency(): counted with the agencies */
};

/*
 * Both return an object, the caller's to json_decref(), or NULL without memory;
 * errors of the database are the register's to tell. @doubts begins zeroed.
 */

/* "new", "revoked", "changed" and "renewed", each with "organization" and
 * "person", as the report of an agency has them. */
json_t *statistics_of_agency(struct custody_register *reg,
			     const struct statistics_question *question,
			     struct statistics_doubts *doubts);

/* The "statistics" of ckstoken-data(5). */
json_t *statistics_of_all(struct custody_register *reg,
			  const struct statistics_question *question,
			  struct statistics_doubts *doubts);

#endif
