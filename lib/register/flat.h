/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The tokens as officers list them: a row for each certificate, with the token
 * it is on, the subscriber and whoever keeps the token today; a row for a token
 * without certificate; and then those for certificates on no token. Its columns
 * are what "register import" takes such a row apart into.
 */
#ifndef REGISTER_FLAT_H
#define REGISTER_FLAT_H

#include "base/vnday.h"
#include "register.h"

#define FLAT_COLUMNS_MAX 80

/* Of a token and one certificate; the first that is so. */
enum flat_state {
	FLAT_RETURNED,
	FLAT_LOST,
	FLAT_REVOKED,
	FLAT_REPLACED, /* by a later certificate */
	FLAT_EXPIRED,
	FLAT_LOCKED,
	FLAT_NOT_YET,
	FLAT_EXPIRING,
	FLAT_IN_USE,
	FLAT_EMPTY, /* no certificate is known */
};

struct flat {
	/* NULL: any. */
	const char *organization, *unit, *holder;
	long today, days; /* one with less than @days left is expiring */
	bool by_place;	  /* sorted as people read, and so held in memory */

	struct query *q; /* the row */

	/* The columns of the row, in their order. */
	const struct field *fields[FLAT_COLUMNS_MAX];
	size_t n_fields;

	/* Private. */
	const char *tables[FLAT_COLUMNS_MAX];
	struct store *store;
	bool loose; /* now those on no token */
	char day[VNDAY_SIZE];
};

/* Asks @reg, which must outlive @flat; what is wanted has been set before. */
void flat_begin(struct flat *flat, struct custody_register *reg);

/* The next row; false after the last, and at an error, which the register
 * remembers. */
bool flat_next(struct flat *flat);

/* The column of that name, which there must be. */
int flat_column(const struct flat *flat, const char *name);

enum flat_state flat_state(const struct flat *flat);

/* "in-use", "expiring", … */
const char *flat_state_key(enum flat_state state);

#endif
