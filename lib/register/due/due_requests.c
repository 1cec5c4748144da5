/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests that wait for an answer, and reports. */
#include <stdio.h>
#include <string.h>

#include "due_private.h"
#include "register/due/due.sql.h"

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

void due_requests(const struct due_context *f)
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

void due_reports(const struct due_context *f)
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
