/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Subscribers who leave, whom nobody knows, and whose address is private; their
 * tokens that are lost, locked, in other hands, or not yet in any. */
#include <string.h>

#include "due_private.h"
#include "input/field.h"
#include "register/due/due.sql.h"

/* Columns after those of the subscriber. */
enum {
	REPORTED = DUE_WHOSE_COLUMNS,
	KIND,
	MINUTES,
	ASKED,
	TO_REVOKE,
};

/* A loss must be reported at once, so all its items are due on the day of the
 * loss. */
static struct due *add_loss(const struct due_context *f, struct query *q,
			    enum due_rule rule)
{
	struct due *d = due_add(f, rule, q);
	long reported = due_day(q, REPORTED), today = f->question->today;

	if (reported != DUE_NO_DAY)
		due_set_term(f, d,
			     due_on(f, reported < today ? reported : today));
	return d;
}

static void take_loss(const struct due_context *f, struct query *q)
{
	bool leak = strcmp(query_text(q, KIND), "leak") == 0;
	bool revoke = query_number(q, TO_REVOKE) &&
		      query_number(q, ASKED) != DUE_ASKED;
	struct due *d;

	if (query_is_null(q, REPORTED)) {
		d = add_loss(f, q, DUE_LOSS_UNREPORTED);
		d->actor = DUE_SUBSCRIBER;
		if (!revoke)
			d->state = DUE_OPEN;
	}
	if (revoke) {
		d = add_loss(f, q, leak ? DUE_LEAK_REVOKE : DUE_LOSS_REVOKE);
		due_put_draft(d, q, ASKED);
		due_request(d, "revoke");
		d->reason = leak ? "nghi lộ khóa bí mật" : "thất lạc thiết bị";
	}
	if (!leak && !query_number(q, MINUTES))
		due_handover(add_loss(f, q, DUE_LOSS_MINUTES), "lost");
}

void due_losses(const struct due_context *f)
{
	struct query *q = due_query(f, sql_due_losses, "");

	while (query_next(q))
		take_loss(f, q);
}

void due_locked(const struct due_context *f)
{
	struct query *q;

	if (!due_article(f, DUE_LOCKED))
		return;
	q = due_query(f, sql_due_locked, "");
	while (query_next(q)) {
		long seen = due_day(q, DUE_WHOSE_COLUMNS);
		struct due *d;

		if (query_number(q, DUE_WHOSE_COLUMNS + 1) == DUE_ASKED ||
		    due_is_present(f, query_text(q, 0)))
			continue;
		d = due_add(f,
			    seen == DUE_NO_DAY ? DUE_LOCKED : DUE_LOCKED_SEEN,
			    q);
		due_put_day(d, DUE_SEEN_DATE, seen);
		due_put_draft(d, q, DUE_WHOSE_COLUMNS + 1);
		due_request(d, "recover");
	}
}

void due_own_keeping(const struct due_context *f)
{
	struct query *q;

	if (!due_article(f, DUE_OWN_KEEPING))
		return;
	q = due_query(f, sql_due_own_keeping, "");
	while (query_next(q))
		due_put_text(f, due_add(f, DUE_OWN_KEEPING, q), DUE_KEEPER,
			     query_text(q, DUE_WHOSE_COLUMNS));
}

void due_deliveries(const struct due_context *f)
{
	struct query *q;

	if (!due_article(f, DUE_DELIVER))
		return;
	q = due_query(f, sql_due_deliveries, "");
	while (query_next(q)) {
		struct due *d = due_add(f, DUE_DELIVER, q);

		due_put_day(d, DUE_RECEIVED_DATE,
			    due_day(q, DUE_WHOSE_COLUMNS));
		due_handover(d, "deliver");
	}
}

/* Columns after those of the subscriber, of who leaves. */
enum {
	LEFT = DUE_WHOSE_COLUMNS,
	REASON,
	LEFT_TO,
	END,
	REVOCATION_ASKED,
	CHANGE_DRAFTED,
	COLLECTED,
};

static const struct leaving {
	const char *reason;
	const char *revoke; /* as the letter gives it */
	bool of_person;	    /* the duty is of people; else it is the decree's */
} leavings[] = {
	{ "retired", "nghỉ hưu", true },
	{ "resigned", "thôi việc", true },
	{ "died", "từ trần", false },
	{ "left-state", "chuyển công tác ra ngoài khu vực Nhà nước", true },
	{ "dissolved", "giải thể, chia tách, sáp nhập", false },
	{ "stopped", "ngừng hoạt động", false },
	{ "", "", true },
};

/* A revocation that was asked for leads to a notice, and from then the
 * hand-back has a deadline. */
static void take_leaving(const struct due_context *f, struct query *q)
{
	const struct condition *listed =
		due_condition(f, "revoke", "listed-reason");
	const struct leaving *l = leavings;
	const char *article;
	long day = due_day(q, LEFT), collected = due_day(q, COLLECTED);
	struct due *d;

	while (*l->reason && strcmp(l->reason, query_text(q, REASON)) != 0)
		l++;
	if (!l->of_person && listed)
		article = listed->article;
	else
		article = due_article(f, DUE_LEAVING);
	if (query_number(q, REVOCATION_ASKED) != DUE_ASKED)
		d = due_add_by(f, DUE_LEAVING, article, q, due_on(f, day));
	else if (collected == DUE_NO_DAY)
		d = due_add_under(f, DUE_LEAVING_ASKED, article, q);
	else
		d = due_add_under(f, DUE_LEAVING_COLLECTED, article, q);
	due_put_text(f, d, DUE_LEFT_REASON, l->reason);
	due_put_day(d, DUE_LEFT_DATE, day);
	if (d->rule == DUE_LEAVING) {
		due_put_draft(d, q, REVOCATION_ASKED);
		due_request(d, "revoke");
		d->reason = l->revoke;
	} else {
		due_put_day(d, DUE_COLLECTED_DATE, collected);
		due_handover(d, "return");
	}
}

static void take_moving(const struct due_context *f, struct query *q)
{
	const struct condition *left = due_condition(f, "change", "days-left");
	long end = due_day(q, END), last = end;
	struct due *d;

	if (due_day(q, LEFT) > f->question->today)
		return;
	if (left && end != DUE_NO_DAY)
		last = end - left->days;
	if (last != DUE_NO_DAY && last < f->question->today) {
		d = due_add_by(f, DUE_MOVING_TOO_LATE,
			       due_article(f, DUE_MOVING_TOO_LATE), q,
			       due_on(f, end));
		due_put_day(d, DUE_NOT_AFTER, end);
		due_request(d, due_new_procedure(query_text(q, 3)));
	} else {
		d = due_add(f, last == DUE_NO_DAY ? DUE_MOVING : DUE_MOVING_BY,
			    q);
		if (last - f->question->today <= f->question->days &&
		    last != DUE_NO_DAY)
			due_set_term(f, d, due_on(f, last));
		d->day = last;
		due_put_day(d, DUE_LAST_DAY, last);
		due_put_draft(d, q, CHANGE_DRAFTED);
		due_request(d, "change");
	}
	due_set_new_agency(f, d, q, LEFT_TO);
}

/* @last is for the last day, and must last as long as the query. */
static struct query *ask_who_leaves(const struct due_context *f,
				    const char *sql, const char *end,
				    char last[DATE_SIZE])
{
	struct query *q = due_query(f, sql, end);

	query_put_text(q,
		       date_iso(f->question->today + f->question->days, last));
	return q;
}

static void take_who_leaves(const struct due_context *f, const char *sql)
{
	char last[DATE_SIZE];
	struct query *q = ask_who_leaves(f, sql, sql_due_not_changed, last);

	while (query_next(q)) {
		if (strcmp(query_text(q, REASON), "moved") == 0)
			take_moving(f, q);
		else
			take_leaving(f, q);
	}
}

void due_leaving(const struct due_context *f)
{
	char last[DATE_SIZE];
	struct query *q =
		ask_who_leaves(f, sql_due_leavers, sql_due_first, last);
	bool anybody = query_next(q);

	query_end(q);
	if (!anybody)
		return;
	take_who_leaves(f, sql_due_leaving);
	take_who_leaves(f, sql_due_leaving_tokens);
}

void due_unknown(const struct due_context *f)
{
	const char *const whose[] = { f->question->organization,
				      f->question->unit, f->question->holder };
	struct query *q;

	for (size_t i = 0; i < sizeof(whose) / sizeof(whose[0]); i++)
		if (whose[i] && *whose[i])
			return;
	q = store_query(f->store, sql_due_unknown_tokens);
	while (query_next(q))
		due_add(f, DUE_TOKEN_OF_NOBODY, q);
	q = store_query(f->store, sql_due_unknown_certificates);
	while (query_next(q))
		due_add(f, DUE_CERTIFICATE_OF_NOBODY, q);
}

/* A new certificate is asked for with an address of an office; whether it is,
 * the procedure for who holds it says. */
void due_addresses(const struct due_context *f)
{
	struct query *q = due_query(f, sql_due_addresses, due_of_agency(f));

	while (query_next(q)) {
		const char *email = query_text(q, DUE_WHOSE_COLUMNS);
		const struct condition *official =
			due_condition(f, due_new_procedure(query_text(q, 3)),
				      "official-email");
		struct due *d;

		if (!official || !email_is_public(email))
			continue;
		d = due_add_under(f, DUE_PRIVATE_EMAIL, official->article, q);
		due_put_text(f, d, DUE_EMAIL, email);
		due_request(d, "change");
	}
}

size_t due_count_tokens(struct custody_register *reg,
			const struct due_question *question)
{
	struct store *store = register_store(reg);
	char today[DATE_SIZE];
	struct query *q;
	size_t n;

	store_today(store, date_iso(question->today, today));
	q = store_query(store, sql_due_count_tokens);
	n = query_next(q) ? (size_t)query_number(q, 0) : 0;
	query_end(q);
	return n;
}
