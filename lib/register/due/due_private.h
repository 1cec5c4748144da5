/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between due.c, which gathers, and the rules. */
#ifndef REGISTER_DUE_PRIVATE_H
#define REGISTER_DUE_PRIVATE_H

#include "base/date.h"
#include "base/i18n.h"
#include "due.h"
#include "due_sql.h"

struct due_context {
	struct store *store;
	const struct due_question *question;
	struct due_list *list;
	char today[DATE_SIZE]; /* as the register writes days */
};

/* The question @sql, and whom it is about, and @end; with its parameters. */
struct query *due_query(const struct due_context *f, const char *sql,
			const char *end);

/* A new item about the subscriber of the row; NULL for the agency's own. Never
 * NULL. It has no day and is open. */
struct due *due_add(const struct due_context *f, const char *rule,
		    const char *article, struct query *row);

/* Gives it its day, and the state that follows; false: it is beyond the days
 * asked for, and is taken away again. */
bool due_by(const struct due_context *f, struct due *d, long day);

const char *due_printf(const struct due_context *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds to the text that a letter for it is drafted, where one is. */
void due_tell_draft(const struct due_context *f, struct due *d, bool drafted);

/* The agency that has the subscriber now, from the column that names it. */
const char *due_new_agency(const struct due_context *f, struct query *q,
			   int column);

/* "request renew" for the item's token, or its certificate, as a shell takes
 * it, with the file it makes. */
const char *due_command(const struct due_context *f, const struct due *d,
			const char *what);

/* The same, and why. */
const char *due_command_for(const struct due_context *f, const struct due *d,
			    const char *what, const char *reason);

/* "request new-person", for who is that, "request new-device", … */
const char *due_command_for_new(const struct due_context *f,
				const struct due *d, const char *holder);

/* The article of the province's duty, procedure or condition; NULL: it has
 * none, and nothing is due by it. */
const char *due_duty(const struct due_context *f, const char *duty);
const char *due_procedure(const struct due_context *f, const char *procedure);
const struct condition *due_condition(const struct due_context *f,
				      const char *procedure, const char *rule);

/* The working-days deadline of a procedure, or NULL. */
const struct deadline *due_deadline(const struct due_context *f,
				    const char *procedure);
/* So many working days after; what is not sure of it is remembered. */
long due_after(const struct due_context *f, long day, long n);

/* The day in a column; DUE_NO_DAY when it is none. */
long due_day(struct query *q, int column);

/* Who answers for the token: the agency that manages the subscriber. */
const char *due_agency(void);

/* Whether the token is plugged in, and told of by due_present(). */
bool due_is_present(const struct due_context *f, const char *device_serial);

/* The rules. */
void due_expiring(const struct due_context *f);
void due_hand_back(const struct due_context *f);
void due_certificates(const struct due_context *f);
void due_custody(const struct due_context *f);
void due_second_devices(const struct due_context *f);
void due_leaving(const struct due_context *f);
void due_losses(const struct due_context *f);
void due_locked(const struct due_context *f);
void due_requests(const struct due_context *f);
void due_reports(const struct due_context *f);
void due_own_keeping(const struct due_context *f);
void due_deliveries(const struct due_context *f);
void due_unknown(const struct due_context *f);
void due_addresses(const struct due_context *f);
void due_present(const struct due_context *f);

#endif
