/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "due.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "due_private.h"
#include "register/due/due.sql.h"

/* The rules of letters: requests that wait for an answer, and reports. */

/* Columns after those of the subscriber. */
enum {
	VALID = DUE_WHOSE_COLUMNS,
	PROCEDURE,
	REQUEST,
	NUMBER,
	DEVICE_KIND,
};

static void take_request(const struct due_context *f, struct query *q)
{
	const struct deadline *deadline = province_answer_deadline(
		f->question->province, query_text(q, PROCEDURE),
		query_text(q, DEVICE_KIND));
	long valid = due_day(q, VALID);
	struct due *d;

	if (!deadline || valid == DUE_NO_DAY)
		return;
	d = due_add_by(f, DUE_ANSWER, deadline->article, q,
		       due_after(f, valid, deadline->days));
	d->actor_name = deadline->who;
	due_put_number(d, DUE_REQUEST, query_number(q, REQUEST));
	due_put_text(f, d, DUE_DOCUMENT_NUMBER, query_text(q, NUMBER));
	due_put_day(d, DUE_VALID_DATE, valid);
	due_put_number(d, DUE_WORKING_DAYS, deadline->days);
	due_put_day(d, DUE_DONE_DATE, f->question->today);
	d->step = DUE_RECORD_ANSWER;
}

static void due_requests(const struct due_context *f)
{
	struct query *q =
		due_query(f, sql_due_requests,
			  *due_of_agency(f) ? sql_due_requests_of_agency
					    : sql_due_requests_order);
	long long before = 0;

	while (query_next(q)) {
		if (query_number(q, REQUEST) != before)
			take_request(f, q);
		before = query_number(q, REQUEST);
	}
}

/* The day of the first event: the register cannot know of letters before it. */
static long first_day(const struct due_context *f)
{
	struct query *q = store_query(f->store, sql_due_first_day);
	long day = query_next(q) ? due_day(q, 0) : f->question->today + 1;

	query_end(q);
	return day;
}

static bool is_reported(const struct due_context *f, const char *period)
{
	struct query *q = store_query(f->store, sql_due_report);
	bool found;

	query_put_text(q, period);
	found = query_next(q);
	query_end(q);
	return found;
}

/* "trước ngày 15/5" is too late on that day. */
static void take_report(const struct due_context *f,
			const struct deadline *deadline, int year, long since)
{
	bool half = strcmp(deadline->before, "07") < 0;
	char text[DATE_SIZE], period[64];
	struct due *d;
	long day;

	(void)snprintf(text, sizeof(text), "%04d-%.5s", year, deadline->before);
	(void)snprintf(period, sizeof(period),
		       half ? "06 tháng đầu năm %d" : "năm %d", year);
	if (!date_read_iso(text, &day) || day - 1 < since ||
	    is_reported(f, period))
		return;
	d = due_add_by(f, half ? DUE_REPORT_HALF : DUE_REPORT_YEAR,
		       deadline->article, NULL, due_on(f, day - 1));
	d->actor_name = deadline->who;
	if (f->question->organization)
		d->organization = f->question->organization;
	due_put_number(d, DUE_YEAR, year);
	due_put_day(d, DUE_LAST_DAY, day);
	d->step = DUE_WRITE_REPORT;
}

static void due_reports(const struct due_context *f)
{
	const struct procedure *p =
		province_procedure(f->question->province, "report");
	const struct due_question *question = f->question;
	int year = date_year(question->today);
	long since;

	/* A report is the agency's own, and covers its units and people. */
	if (!p || question->unit || question->holder)
		return;
	since = first_day(f);
	for (size_t i = 0; i < p->n_deadlines; i++)
		for (int k = -1; k <= 1 && *p->deadlines[i].before; k++)
			take_report(f, &p->deadlines[i], year + k, since);
}

/* The rules of all, and the list that they fill. */

/* Items of one rule about one record are sorted in the order of the rule's
 * cases, and then by their parameters. */
static int by_values(const struct due *x, const struct due *y)
{
	int order = (x->rule > y->rule) - (x->rule < y->rule);

	for (size_t i = 0; !order && i < x->n_values && i < y->n_values; i++) {
		const struct due_value *v = &x->values[i], *w = &y->values[i];

		order = strcmp(v->text, w->text);
		if (!order)
			order = (v->number > w->number) -
				(v->number < w->number);
	}
	return order;
}

static int by_urgency(const void *a, const void *b)
{
	const struct due *x = a, *y = b;
	int order = (x->state > y->state) - (x->state < y->state);

	if (!order && x->state == DUE_OVERDUE)
		order = due_has_term(y) - due_has_term(x);
	if (!order)
		order = (x->day > y->day) - (x->day < y->day);
	if (!order)
		order = strcmp(x->organization, y->organization);
	if (!order)
		order = strcmp(x->name, y->name);
	if (!order)
		order = strcmp(x->device_serial, y->device_serial);
	if (!order)
		order = strcmp(x->certificate_serial, y->certificate_serial);
	if (!order)
		order = strcmp(due_rule_name(x->rule), due_rule_name(y->rule));
	return order ? order : by_values(x, y);
}

int due_find(struct custody_register *reg, const struct due_question *question,
	     struct due_list *list)
{
	static void (*const always[])(const struct due_context *f) = {
		due_expiring, due_hand_back,	  due_certificates,
		due_custody,  due_second_devices, due_leaving,
		due_losses,   due_locked,	  due_requests,
		due_reports,
	};
	static void (*const thorough[])(const struct due_context *f) = {
		due_own_keeping, due_deliveries, due_unknown,
		due_addresses,	 due_present,
	};
	struct due nothing;
	struct due_context f = { .store = register_store(reg),
				 .question = question,
				 .list = list,
				 .nothing = &nothing };

	date_iso(question->today, f.today);
	store_today(f.store, f.today);
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		always[i](&f);
	for (size_t i = 0;
	     question->thorough && i < sizeof(thorough) / sizeof(thorough[0]);
	     i++)
		thorough[i](&f);
	if (list->n)
		qsort(list->list, list->n, sizeof(*list->list), by_urgency);
	return list->arena.failed ? -ENOMEM : 0;
}

void due_free(struct due_list *list)
{
	arena_free(&list->arena);
	memset(list, 0, sizeof(*list));
}
