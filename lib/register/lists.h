/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The people, letters and agencies of the register as officers list them. That
 * of its tokens is inventory.h. */
#ifndef REGISTER_LISTS_H
#define REGISTER_LISTS_H

#include "base/date.h"
#include "register.h"

/* Columns behind those of the record, from list_column() on. */
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
struct query *list_begin(struct custody_register *reg,
			 const struct list_question *question);

/* The number of the column that is one of the above. */
int list_column(const struct list_question *question, int more);

#endif
