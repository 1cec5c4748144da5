/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificates: when they end, how long they may last, who issued them. */
#include <limits.h>
#include <string.h>

#include "due_private.h"
#include "register/due/due.sql.h"

/* Columns after those of the subscriber. */
enum {
	END = DUE_WHOSE_COLUMNS,
	IS_RENEWED,
	IS_RENEWAL_ASKED,
	IS_NEW_ASKED,
	IS_DRAFTED,
	ANOTHER,
	WITH_OTHERS,
	LEFT_TO,
};

/* A certificate that is too late to renew, or was renewed before, is replaced
 * by a new one. */
static void ask_for_new(const struct due_context *f, struct query *q,
			enum due_rule rule, long end)
{
	struct due *d =
		due_add_by(f, rule, due_article(f, rule), q, due_on(f, end));

	due_put_day(d, DUE_NOT_AFTER, end);
	due_put_draft(d, q, IS_DRAFTED);
	if (query_number(q, WITH_OTHERS))
		due_set_new_agency(f, d, q, LEFT_TO);
	due_request(d, due_new_procedure(query_text(q, 3)));
}

static void take_expiring(const struct due_context *f, struct query *q,
			  const struct condition *left,
			  const struct condition *once)
{
	long end = due_day(q, END), last = end - left->days;
	bool renewed = once && query_number(q, IS_RENEWED) > 0;
	struct due *d;

	if (query_number(q, IS_NEW_ASKED) ||
	    (!renewed && query_number(q, IS_RENEWAL_ASKED)))
		return;
	if (renewed || last < f->question->today) {
		if (!query_number(q, ANOTHER))
			ask_for_new(f, q,
				    renewed ? DUE_NEW_RENEWED_BEFORE
					    : DUE_NEW_TOO_LATE,
				    end);
		return;
	}
	d = due_add_by(f, DUE_RENEW, left->article, q, due_on(f, last));
	due_put_day(d, DUE_NOT_AFTER, end);
	due_put_day(d, DUE_LAST_DAY, last);
	due_put_draft(d, q, IS_DRAFTED);
	if (query_number(q, WITH_OTHERS))
		due_set_new_agency(f, d, q, LEFT_TO);
	due_request(d, "renew");
}

void due_expiring(const struct due_context *f)
{
	const struct condition *left = due_condition(f, "renew", "days-left");
	const struct condition *once =
		due_condition(f, "renew", "renewed-once");
	char last[DATE_SIZE];
	struct query *q;

	if (!left)
		return;
	q = due_query(f, sql_due_expiring, due_of_agency(f));
	query_put_text(
		q, date_iso(f->question->today + f->question->days + left->days,
			    last));
	while (query_next(q))
		take_expiring(f, q, left, once);
}

/* Columns after those of the subscriber. */
enum {
	NOT_BEFORE = DUE_WHOSE_COLUMNS,
	NOT_AFTER,
	RENEWALS,
	OFFICIAL,
	ISSUED_FOR,
	OLD_END,
};

static bool is_issued_for(struct query *q, const char *what)
{
	return strcmp(query_text(q, ISSUED_FOR), what) == 0;
}

static long years_of(const struct due_context *f, enum due_rule rule)
{
	const struct duty *duty =
		province_duty(f->question->province, due_rule_name(rule));

	return duty ? duty->years : 0;
}

/*
 * What a renewal adds counts from the end of the certificate before it. Where
 * that is not known, or whether the certificate was renewed, only what is
 * longer than both terms together is too long in any case.
 */
static void check_term(const struct due_context *f, struct query *q)
{
	bool renewed =
		query_number(q, RENEWALS) > 0 || is_issued_for(q, "renew");
	bool is_new = !renewed &&
		      (!query_is_null(q, RENEWALS) || is_issued_for(q, "new"));
	long begin = due_day(q, NOT_BEFORE), end = due_day(q, NOT_AFTER);
	long old_end = renewed ? due_day(q, OLD_END) : DUE_NO_DAY;
	enum due_rule rule =
		old_end == DUE_NO_DAY ? DUE_TERM_NEW : DUE_TERM_RENEWED;
	long since = old_end == DUE_NO_DAY ? begin : old_end;
	long years = years_of(f, rule);
	struct due *d;

	if (old_end == DUE_NO_DAY && !is_new)
		years += years_of(f, DUE_TERM_RENEWED);
	if (!years || since == DUE_NO_DAY || end == DUE_NO_DAY ||
	    end <= date_add_years(since, (int)years))
		return;
	d = due_add(f, rule, q);
	due_put_day(d, rule == DUE_TERM_NEW ? DUE_NOT_BEFORE : DUE_OLD_END,
		    since);
	due_put_day(d, DUE_NOT_AFTER, end);
	due_put_number(d, DUE_YEARS, years);
}

static void check_certificate(const struct due_context *f, struct query *q)
{
	long old_end = due_day(q, OLD_END);

	check_term(f, q);
	if (query_number(q, RENEWALS) > 1)
		due_put_number(due_add(f, DUE_RENEWED_AGAIN, q), DUE_RENEWALS,
			       query_number(q, RENEWALS));
	if (!query_is_null(q, OFFICIAL) && !query_number(q, OFFICIAL))
		due_request(due_add(f, DUE_PUBLIC_CA, q),
			    due_new_procedure(query_text(q, 3)));
	/* A change of information must not move the last day. */
	if (is_issued_for(q, "change") && old_end != DUE_NO_DAY &&
	    old_end != due_day(q, NOT_AFTER))
		due_put_day(due_add(f, DUE_TERM_CHANGED, q), DUE_NOT_AFTER,
			    old_end);
}

void due_certificates(const struct due_context *f)
{
	static const char *const terms[] = { "term-new", "term-renewed" };
	const char *of_agency = due_of_agency(f);
	struct query *q =
		due_query(f, sql_due_to_check,
			  *of_agency ? of_agency : sql_due_to_check_of_all);

	for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
		const struct duty *duty =
			province_duty(f->question->province, terms[i]);

		query_put_number(q, duty ? duty->years : LONG_MAX);
	}
	while (query_next(q))
		check_certificate(f, q);
}
