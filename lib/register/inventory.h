/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The register as officers list it: its tokens, and its people, letters and
 * agencies; and as they choose from it.
 *
 * The list of tokens has a row for each certificate, with the token it is on,
 * the subscriber and whoever keeps the token today; a row for a token without
 * certificate; and then those for certificates on no token. Its columns are
 * what "register import" takes such a row apart into.
 */
#ifndef REGISTER_INVENTORY_H
#define REGISTER_INVENTORY_H

#include <jansson.h>

#include "base/date.h"
#include "register.h"

#define INVENTORY_COLUMNS_MAX 80

/* The state of a token and one certificate: the first of these that applies. */
enum inventory_state {
	INVENTORY_RETURNED,
	INVENTORY_LOST,
	INVENTORY_REVOKED,
	INVENTORY_REPLACED, /* by a later certificate */
	INVENTORY_EXPIRED,
	INVENTORY_LOCKED,
	INVENTORY_NOT_YET,
	INVENTORY_EXPIRING,
	INVENTORY_IN_USE,
	INVENTORY_EMPTY, /* no certificate is known */
};

struct inventory_cursor {
	/* NULL means any. */
	const char *organization, *unit, *holder;
	long today, days; /* one with less than @days left is expiring */
	bool by_place;	  /* sorted as people read, and so held in memory */

	struct query *q; /* the row */

	/* The columns of the row, in their order. */
	const struct field *fields[INVENTORY_COLUMNS_MAX];
	size_t n_fields;

	/* Private. */
	const char *tables[INVENTORY_COLUMNS_MAX];
	struct store *store;
	bool loose; /* the query now returns certificates on no token */
	char last[DATE_SIZE]; /* the first day on which none is expiring */
};

/* Begins the query on @reg, which must outlive @cursor. The filters of @cursor
 * must be set before. */
void inventory_begin(struct inventory_cursor *cursor,
		     struct custody_register *reg);

/* The next row; false after the last, and at an error, which the register
 * remembers. */
bool inventory_next(struct inventory_cursor *cursor);

/* The column of that name, which must exist. */
int inventory_column(const struct inventory_cursor *cursor, const char *name);

enum inventory_state inventory_state(const struct inventory_cursor *cursor);

/* "in-use", "expiring", … */
const char *inventory_state_key(enum inventory_state state);

/* The lists of other records: columns behind those of the record, from
 * inventory_list_column() on. */
enum {
	PEOPLE_TOKENS = 0, /* how many they have in hand */
	PEOPLE_STATE,	   /* "moved", "left", "leaving", "has-token" … */
};
enum {
	LETTERS_AGENCY = 0,  /* who wrote it, or "" */
	LETTERS_ANSWERED,    /* the day of the answer, or "" */
	LETTERS_DEVICE_KIND, /* of its first token, or "" */
	/* "draft", "sent", "accepted", "answered" or "refused": whether it is
	 * overdue is for the province to say. */
	LETTERS_STATE,
};
enum {
	AGENCIES_PEOPLE = 0, /* how many */
	AGENCIES_TOKENS,     /* of all that are its own, in hand */
};

struct list_question {
	/* RECORD_SUBSCRIBER, RECORD_REQUEST or RECORD_AGENCY. */
	enum record_kind kind;
	/* NULL means any; of a holder, of a person. */
	const char *organization, *unit, *holder;
	long today;
};

/* The rows, each with the columns of its kind and those above. */
struct query *inventory_list(struct custody_register *reg,
			     const struct list_question *question);

/* The number of the column that is one of the above. */
int inventory_list_column(const struct list_question *question, int more);

/*
 * The register knows these, which an answer may be, for a person who is asked:
 * lists of objects, the caller's to json_decref(), of the day @day,
 * "2026-11-21"; NULL: memory. Errors of the database are the register's.
 */

/* The people who have not left, and those who keep a token: "name", "title",
 * "id_number", "unit" and "organization", and "namesakes", true, where others
 * have the name. */
json_t *choices_people(struct custody_register *reg, const char *day);

/* "organization" */
json_t *choices_agencies(struct custody_register *reg, const char *day);

/* The tokens that were not returned: "device_serial", the "name" of the
 * subscriber and the "device_label". */
json_t *choices_tokens(struct custody_register *reg, const char *day);

#endif
