/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counting requests: the results of each procedure, whether in time; and the
 * rows of an agency's report. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counting.h"
#include "register/statistics.sql.h"

struct tallied {
	const struct deadline *deadline; /* NULL: no regulation has one */
	long long carried, received, done, refused, open;
	long long on_time, late, no_deadline;
	long long days, n_days; /* worked on, of how many */
};

static const struct {
	const char *name, *label;
} procedures[] = {
	{ "new-person", "Cấp mới cho cá nhân" },
	{ "new-organization", "Cấp mới cho cơ quan, tổ chức" },
	{ "new-device", "Cấp mới cho thiết bị, dịch vụ, phần mềm" },
	{ "renew", "Gia hạn" },
	{ "change", "Thay đổi nội dung thông tin" },
	{ "revoke", "Thu hồi chứng thư chữ ký số" },
	{ "recover", "Khôi phục thiết bị lưu khóa bí mật" },
};

#define N_PROCEDURES (sizeof(procedures) / sizeof(procedures[0]))

/* The columns of the query; a row counts requests that are alike. */
enum { PROCEDURE, VALID, DONE_ON, IS_NEW, STATE, NUMBER };

enum state { OPEN, DONE, REFUSED };

static struct tallied *tallied_of(struct tallied *all, const char *procedure)
{
	size_t i = 0;

	while (i < N_PROCEDURES - 1 &&
	       strcmp(procedures[i].name, procedure) != 0)
		i++;
	return &all[i];
}

static const struct deadline *deadline_of(const struct counting *c,
					  const char *procedure)
{
	const struct procedure *p =
		province_procedure(c->question->province, procedure);

	for (size_t i = 0; p && i < p->n_deadlines; i++)
		if (p->deadlines[i].days > 0)
			return &p->deadlines[i];
	return NULL;
}

/* The last day to answer a request received on the day @valid. */
static struct workdays_term last_day(const struct counting *c,
				     const struct tallied *t, long valid)
{
	struct workdays_term last =
		workdays_add(c->question->holidays, valid, t->deadline->days);

	if (last.unknown_year && !c->doubts->unsure_year)
		c->doubts->unsure_year = last.unknown_year;
	return last;
}

static void judge_time(const struct counting *c, struct tallied *t,
		       struct query *q, enum state state)
{
	long long n = query_number(q, NUMBER);
	long valid = 0, day = c->question->to;
	struct workdays_term last;

	if (!t->deadline || !date_read_iso(query_text(q, VALID), &valid) ||
	    (state == DONE && !date_read_iso(query_text(q, DONE_ON), &day))) {
		t->no_deadline += n;
		return;
	}
	last = last_day(c, t, valid);
	if (day > last.latest)
		t->late += n;
	else if (state == DONE)
		t->on_time += n;
	if (day > last.earliest && day <= last.latest)
		c->doubts->unsettled += n;
}

/* Working days after the day of receipt, up to the day it was done. */
static void measure(const struct counting *c, struct tallied *t,
		    struct query *q)
{
	long long n = query_number(q, NUMBER);
	long day = 0, done = 0;

	if (!date_read_iso(query_text(q, VALID), &day) ||
	    !date_read_iso(query_text(q, DONE_ON), &done))
		return;
	t->n_days += n;
	for (day++; day <= done; day++)
		t->days += n * workdays_is_working(c->question->holidays, day);
}

static void tally(const struct counting *c, struct tallied *t, struct query *q)
{
	enum state state = (enum state)query_number(q, STATE);
	long long n = query_number(q, NUMBER);

	if (query_number(q, IS_NEW))
		t->received += n;
	else
		t->carried += n;
	switch (state) {
	case OPEN:
		t->open += n;
		break;
	case DONE:
		t->done += n;
		measure(c, t, q);
		break;
	case REFUSED:
		t->refused += n;
		return;
	}
	judge_time(c, t, q, state);
}

static void put_procedure(struct counting *c, json_t *rows, size_t i,
			  const struct tallied *t)
{
	json_t *row = json_object();

	counting_put_text(c, row, "procedure", procedures[i].name);
	counting_put_text(c, row, "label", procedures[i].label);
	counting_put_number(c, row, "carried", t->carried);
	counting_put_number(c, row, "received", t->received);
	counting_put_number(c, row, "done", t->done);
	counting_put_number(c, row, "refused", t->refused);
	counting_put_number(c, row, "open", t->open);
	counting_put_number(c, row, "on_time", t->on_time);
	counting_put_number(c, row, "late", t->late);
	counting_put_number(c, row, "no_deadline", t->no_deadline);
	/* In tenths, as it is shown. */
	counting_put(
		c, row, "mean_days",
		t->n_days ? json_real((double)llround(10.0 * (double)t->days /
						      (double)t->n_days) /
				      10)
			  : json_null());
	c->failed |= json_array_append_new(rows, row) != 0;
}

/* Adds the records without a day, which @sql counts, to the doubts. */
static void count_undated(const struct counting *c, const char *sql,
			  const char *of_agency)
{
	struct query *q = counting_query(c, sql, of_agency, "");

	if (query_next(q))
		c->doubts->no_day += query_number(q, 0);
	query_end(q);
}

void count_procedures(struct counting *c, json_t *all)
{
	struct tallied tallied[N_PROCEDURES] = { 0 };
	json_t *rows = json_array();
	struct query *q = counting_query(c, sql_statistics_procedures,
					 sql_of_agency_whole_requests,
					 sql_statistics_procedures_group);

	for (size_t i = 0; i < N_PROCEDURES; i++)
		tallied[i].deadline = deadline_of(c, procedures[i].name);
	query_put_text(q, c->from);
	while (query_next(q))
		tally(c, tallied_of(tallied, query_text(q, PROCEDURE)), q);
	count_undated(c, sql_statistics_procedures_undated,
		      sql_of_agency_whole_requests);
	for (size_t i = 0; i < N_PROCEDURES; i++)
		if (tallied[i].carried + tallied[i].received)
			put_procedure(c, rows, i, &tallied[i]);
	counting_put(c, all, "procedures", rows);
}

/* The rows of an agency's report. */

enum report_row {
	ROW_NEW,
	ROW_REVOKED,
	ROW_CHANGED,
	ROW_RENEWED,
	ROW_RECOVERED,
	ROW_LOST,
	ROW_IN_USE,
	ROW_EXPIRING,
	REPORT_ROWS
};

static const char *const row_names[REPORT_ROWS] = {
	[ROW_NEW] = "new",
	[ROW_REVOKED] = "revoked",
	[ROW_CHANGED] = "changed",
	[ROW_RENEWED] = "renewed",
	[ROW_RECOVERED] = "recovered",
	[ROW_LOST] = "lost",
	[ROW_IN_USE] = "in_use",
	[ROW_EXPIRING] = "expiring",
};

struct report_rows {
	struct tally tallies[REPORT_ROWS];
	/* Records that would be of the row, had they a day. */
	long long undated[REPORT_ROWS];
	bool known[REPORT_ROWS]; /* a nought says that there was none */
};

static void count_new(struct counting *c, struct report_rows *rows)
{
	struct query *q = counting_query(c, sql_statistics_new,
					 sql_of_agency_certificates,
					 sql_statistics_new_group);

	query_put_text(q, c->from);
	while (query_next(q))
		tally_add(&rows->tallies[ROW_NEW], query_text(q, 0),
			  query_number(q, 1));
}

static void count_requested(struct counting *c, struct report_rows *rows)
{
	struct query *q = counting_query(c, sql_statistics_requested,
					 sql_of_agency_requests,
					 sql_statistics_requested_group);

	query_put_text(q, c->from);
	while (query_next(q)) {
		const char *holder = query_text(q, 0);

		for (int i = 0; i < 3; i++)
			tally_add(&rows->tallies[ROW_REVOKED + i], holder,
				  query_number(q, 1 + i));
	}
	q = counting_query(c, sql_statistics_requested_undated,
			   sql_of_agency_requests, "");
	if (query_next(q)) {
		long long all = query_number(q, 0);

		rows->undated[ROW_REVOKED] = query_number(q, 1);
		rows->undated[ROW_CHANGED] = rows->undated[ROW_RENEWED] =
			all - query_number(q, 1);
		c->doubts->no_day += all;
	}
	query_end(q);
}

/* Counts in @rows what the row of the query has at @column, and how much of it
 * has a day. */
static void take_dated(struct counting *c, struct report_rows *rows,
		       enum report_row row, struct query *q, int column)
{
	long long n = query_number(q, column);
	long long dated = query_number(q, column + 1);

	tally_add(&rows->tallies[row], query_text(q, 0), dated);
	rows->undated[row] += n - dated;
	c->doubts->no_day += n - dated;
}

static void count_tokens_of(struct counting *c, struct report_rows *rows)
{
	struct query *q = counting_query(c, sql_statistics_recovered,
					 sql_of_agency_tokens,
					 sql_statistics_recovered_group);

	query_put_text(q, c->from);
	while (query_next(q))
		if (!counting_is_failure(query_text(q, 1)))
			take_dated(c, rows, ROW_RECOVERED, q, 2);
	q = counting_query(c, sql_statistics_lost, sql_of_agency_tokens,
			   sql_statistics_lost_group);
	query_put_text(q, c->from);
	while (query_next(q))
		take_dated(c, rows, ROW_LOST, q, 1);
}

/* Within a year is until the same day of the next. */
static void count_in_use(struct counting *c, struct report_rows *rows)
{
	struct query *q = counting_query(c, sql_statistics_in_use,
					 sql_of_agency_certificates,
					 sql_statistics_in_use_group);
	char last[DATE_SIZE];

	(void)snprintf(last, sizeof(last), "%04ld%.6s",
		       strtol(c->to, NULL, 10) + 1, c->to + strlen("YYYY"));
	query_put_text(q, last);
	while (query_next(q)) {
		tally_add(&rows->tallies[ROW_IN_USE], query_text(q, 0),
			  query_number(q, 1));
		tally_add(&rows->tallies[ROW_EXPIRING], query_text(q, 0),
			  query_number(q, 2));
	}
}

static void put_row(struct counting *c, json_t *counts,
		    const struct report_rows *rows, enum report_row i)
{
	const struct tally *tally = &rows->tallies[i];
	bool known =
		rows->known[i] && !rows->undated[i] && !tally->n[TALLY_UNKNOWN];
	json_t *row = json_object();

	for (size_t k = 0; k < TALLY_UNKNOWN; k++)
		if (known || tally->n[k])
			counting_put_number(c, row, tally_names[k],
					    tally->n[k]);
	counting_put(c, counts, row_names[i], row);
	/* Certificates that end are counted among those in use. */
	if (i != ROW_EXPIRING)
		c->doubts->no_place += tally->n[TALLY_UNKNOWN];
}

json_t *statistics_of_agency(struct custody_register *reg,
			     const struct statistics_question *question,
			     struct statistics_doubts *doubts)
{
	struct counting c = {
		.store = register_store(reg),
		.question = question,
		.doubts = doubts,
	};
	size_t n = question->in_full ? REPORT_ROWS : ROW_RECOVERED;
	struct report_rows rows = { 0 };
	json_t *counts = json_object();

	date_iso(question->from, c.from);
	date_iso(question->to, c.to);
	store_today(c.store, c.to);
	count_new(&c, &rows);
	count_requested(&c, &rows);
	if (question->in_full) {
		count_tokens_of(&c, &rows);
		count_in_use(&c, &rows);
	}
	counting_find_known(&c, row_names, n, rows.known);
	for (enum report_row i = 0; i < n; i++)
		put_row(&c, counts, &rows, i);
	if (c.failed) {
		json_decref(counts);
		counts = NULL;
	}
	return counts;
}
