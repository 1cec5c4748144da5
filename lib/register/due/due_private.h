/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by due.c, which gathers the items, and the files of rules. */
#ifndef REGISTER_DUE_PRIVATE_H
#define REGISTER_DUE_PRIVATE_H

#include "base/date.h"
#include "due.h"

/* How due.sql tells of letters; else 0 or null. */
#define DUE_ONLY_DRAFTED 1
#define DUE_ASKED 2

struct due_context {
	struct store *store;
	const struct due_question *question;
	struct due_list *list;
	struct due *nothing;   /* takes what is told of no item */
	char today[DATE_SIZE]; /* as the register writes days */
};

/* The first columns of each query of due.sql. */
#define DUE_WHOSE_COLUMNS 6

/* Runs @sql for the subscribers that the question is about, followed by @end,
 * such as an order. The parameters $1 to $3 are already set. */
struct query *due_query(const struct due_context *f, const char *sql,
			const char *end);

/* Such an end for queries of certificates c, by which those of the agency that
 * is asked about are found first; "" where none is. */
const char *due_of_agency(const struct due_context *f);

/*
 * A new item about the subscriber of the row; NULL for the agency's own. It has
 * the state of its rule and no day. Never NULL: where there is no memory, or
 * the regulation does not have the rule, it is an item that is not in the list.
 */
struct due *due_add(const struct due_context *f, enum due_rule rule,
		    struct query *row);

/* Like due_add(), but under another article than the rule's. */
struct due *due_add_under(const struct due_context *f, enum due_rule rule,
			  const char *article, struct query *row);

/* The same with its last day, and the state that follows; beyond the days asked
 * for it is not in the list. */
struct due *due_add_by(const struct due_context *f, enum due_rule rule,
		       const char *article, struct query *row,
		       struct workdays_term term);

/* Gives an item its day, and the state that follows: late is only what is so
 * however the calendar is settled. */
void due_set_term(const struct due_context *f, struct due *d,
		  struct workdays_term term);

/* Its parameters; a day that is none is left out. */
void due_put_day(struct due *d, enum due_param param, long day);
void due_put_number(struct due *d, enum due_param param, long long number);
void due_put_text(const struct due_context *f, struct due *d,
		  enum due_param param, const char *text);

/* That a letter for it is drafted, where the column says that it only is. */
void due_put_draft(struct due *d, struct query *row, int column);

/* Who acts for a subscriber who moved to the agency in the column. */
void due_set_new_agency(const struct due_context *f, struct due *d,
			struct query *row, int column);

/* The command that comes next. */
void due_request(struct due *d, const char *procedure);
void due_handover(struct due *d, const char *procedure);

/* "new-person", "new-device", … by the kind of holder; "" counts as a person.
 */
const char *due_new_procedure(const char *holder);

/* @text in clean letters, kept as long as the list. */
const char *due_keep(const struct due_context *f, const char *text);

/* The article of a rule; NULL: the regulation does not have it, and nothing is
 * due by it. */
const char *due_article(const struct due_context *f, enum due_rule rule);
const struct condition *due_condition(const struct due_context *f,
				      const char *procedure, const char *rule);

/* The working-days deadline of a procedure, or NULL. */
const struct deadline *due_deadline(const struct due_context *f,
				    const char *procedure);
/* The day that many working days later; and a day that no such term leads to.
 */
struct workdays_term due_after(const struct due_context *f, long day, long n);
struct workdays_term due_on(const struct due_context *f, long day);

/* The day in a column; DUE_NO_DAY when it is none. */
long due_day(struct query *q, int column);

/* True if the token is plugged in, so that due_present() reports on it. */
bool due_is_present(const struct due_context *f, const char *device_serial);

/* Each adds the items of its rules. */
void due_expiring(const struct due_context *f);
void due_hand_back(const struct due_context *f);
void due_certificates(const struct due_context *f);
void due_custody(const struct due_context *f);
void due_second_devices(const struct due_context *f);
void due_leaving(const struct due_context *f);
void due_losses(const struct due_context *f);
void due_locked(const struct due_context *f);
void due_own_keeping(const struct due_context *f);
void due_deliveries(const struct due_context *f);
void due_unknown(const struct due_context *f);
void due_addresses(const struct due_context *f);
void due_present(const struct due_context *f);

#endif
