/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The certificates and tokens that an agency will need in a year. */
#ifndef REGISTER_NEEDS_H
#define REGISTER_NEEDS_H

#include <jansson.h>

#include "register.h"
#include "rules/province.h"

struct needs_question {
	const struct province *province; /* says how long renewal is open */
	long today;
	int year;
	const char *organization; /* NULL: of all agencies */
};

/*
 * The "needs" of ckstoken-data(5): the certificates in use on the day that end
 * in the year, each with whether it can be renewed, and the tokens lost that
 * nothing has taken the place of; with how many there are by holder. Those who
 * have left need nothing. The numbers are left out where the register has no
 * certificate at all. *@n_unknown are certificates and tokens in the totals
 * alone, as nobody knows whose they are. The caller's to json_decref(); NULL:
 * memory. Errors of the database are the register's.
 */
json_t *needs_of(struct custody_register *reg,
		 const struct needs_question *question, long long *n_unknown);

#endif
