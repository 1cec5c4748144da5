/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the register says is to be done, by when, and under which article: the
 * terms of the regulation, and where what is recorded is not as it asks.
 */
#ifndef REGISTER_DUE_H
#define REGISTER_DUE_H

#include "base/arena.h"
#include "register/register.h"
#include "rules/province.h"
#include "rules/workdays.h"

/* In the order of how pressing they are. */
enum due_state {
	DUE_OVERDUE,
	DUE_WRONG, /* it may not be so, whatever the day */
	DUE_TODAY,
	DUE_SOON,
	DUE_OPEN, /* to be done or recorded; no regulation says by when */
	DUE_STATES
};

#define DUE_NO_DAY (-100000L)

/* Texts are "" where there is nothing to say. */
struct due {
	const char *rule, *article;
	enum due_state state;
	long day; /* the last one, or since when it is wrong; or DUE_NO_DAY */
	const char *device_serial, *certificate_serial;
	const char *name, *organization, *unit; /* of the subscriber */
	const char *who;			/* has to do it */
	const char *text;			/* a sentence, translated */
	const char *command; /* that makes the document for it */
};

struct due_question {
	const struct province *province;
	const struct workdays *holidays;
	long today, days; /* how far ahead to look */
	/* NULL: any. */
	const char *organization, *unit, *holder;
	const json_t *present; /* rows of the tokens plugged in, or NULL */
	bool thorough; /* what is open too, and what takes going through all */
};

struct due_list {
	struct due *list;
	size_t n;
	int unsure_year; /* a term passed days of it that are not known; or 0 */

	struct arena arena; /* private */
};

/*
 * Adds what is due to @list, which begins zeroed, the most pressing first. 0 or
 * -ENOMEM; errors of the database are the register's to tell. Articles belong
 * to the province.
 */
int due_find(struct custody_register *reg, const struct due_question *question,
	     struct due_list *list);
void due_free(struct due_list *list);

/* How many tokens the register has that are not handed back on the day of
 * @question, whomever it is about. */
size_t due_count_tokens(struct custody_register *reg,
			const struct due_question *question);

/* "overdue", "wrong", "today", "soon", "open" */
const char *due_state_key(enum due_state state);

#endif
