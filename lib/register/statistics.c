/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counting.h"
#include "register/statistics.sql.h"
#include "token/ckstoken.h"

/* Requests: the results of each procedure, whether in time. */

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
enum { PROCEDURE, VALID, DONE_ON, IS_NEW, STATE, N_ALIKE };

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
	long long n = query_number(q, N_ALIKE);
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
	long long n = query_number(q, N_ALIKE);
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
	long long n = query_number(q, N_ALIKE);

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

static void count_procedures(struct counting *c, json_t *all)
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

/* Counts by agency, or by the units of the agency that is asked about. */
#define PLACE_COLUMNS 2

enum place_count { PLACE_TOKENS, PLACE_REQUESTS, PLACE_EXPIRING, PLACE_COUNTS };

struct place {
	const char *organization, *unit; /* NULL: the register has none */
	char *key;			 /* by which people look for it */
	long long n[PLACE_COUNTS];
};

static const char *or_none(const char *text)
{
	return text ? text : "";
}

/* "Đài" is sorted among the names with D. */
static char *key_of(const struct place *place)
{
	char *organization = cks_text_fold(or_none(place->organization));
	char *unit = cks_text_fold(or_none(place->unit));
	char *key = NULL;

	if (organization && unit &&
	    asprintf(&key, "%s\n%s", organization, unit) < 0)
		key = NULL;
	free(organization);
	free(unit);
	return key;
}

static struct place *place_new(struct counting *c, const struct place *like,
			       const char *name)
{
	struct place *places =
		arena_grow(&c->arena, c->places, c->n_places, sizeof(*places));
	struct place *place;

	if (!places ||
	    json_object_set_new(c->place_index, name,
				json_integer((json_int_t)c->n_places))) {
		c->failed = true;
		return NULL;
	}
	c->places = places;
	place = &places[c->n_places++];
	*place = *like;
	place->key = key_of(place);
	c->failed |= !place->key;
	return place;
}

/* Adds to the counts of the place that the row's first columns name. */
static void place_add(struct counting *c, struct query *row,
		      enum place_count count, long long n)
{
	const struct place like = {
		.organization = counting_text(c, row, 0),
		.unit = counting_text(c, row, 1),
	};
	struct place *place = NULL;
	const json_t *at;
	char *name;

	if (!c->place_index)
		c->place_index = json_object();
	if (c->arena.failed ||
	    asprintf(&name, "%d%s\n%s", !like.unit, or_none(like.organization),
		     or_none(like.unit)) < 0) {
		c->failed = true;
		return;
	}
	at = json_object_get(c->place_index, name);
	place = at ? &c->places[json_integer_value(at)]
		   : place_new(c, &like, name);
	if (place)
		place->n[count] += n;
	free(name);
}

static void places_free(struct counting *c)
{
	for (size_t i = 0; i < c->n_places; i++)
		free(c->places[i].key);
	json_decref(c->place_index);
	arena_free(&c->arena);
}

static void count_tokens(struct counting *c, json_t *all)
{
	json_t *tokens = json_object();
	struct tally tally = { 0 };
	struct query *q =
		counting_query(c, sql_statistics_tokens, sql_of_agency_tokens,
			       sql_statistics_tokens_group);

	while (query_next(q)) {
		long long n = query_number(q, PLACE_COLUMNS + 1);

		tally_add(&tally, query_text(q, PLACE_COLUMNS), n);
		place_add(c, q, PLACE_TOKENS, n);
	}
	c->doubts->no_place += tally.n[TALLY_UNKNOWN];
	counting_put_tally(c, tokens, &tally);
	counting_put(c, all, "tokens", tokens);
}

/* Events that may have happened to tokens in the period. */
enum happening { UNBLOCKS, LOSSES, LEAKS, HAPPENINGS };

struct happened {
	long long n, undated;
};

static void take_happened(struct counting *c, struct happened *h,
			  struct query *q)
{
	long long n = query_number(q, 2), undated = query_number(q, 1) - n;

	h->n += n;
	h->undated += undated;
	c->doubts->no_day += undated;
}

static void find_losses(struct counting *c, struct happened *all)
{
	struct query *q = counting_query(c, sql_statistics_losses,
					 sql_of_agency_token_records,
					 sql_statistics_losses_group);

	query_put_text(q, c->from);
	while (query_next(q))
		take_happened(
			c,
			&all[strcmp(query_text(q, 0), "leak") == 0 ? LEAKS
								   : LOSSES],
			q);
}

static void find_unblocks(struct counting *c, struct happened *all)
{
	struct query *q = counting_query(c, sql_statistics_unblocks,
					 sql_of_agency_token_records,
					 sql_statistics_unblocks_group);

	query_put_text(q, c->from);
	while (query_next(q))
		if (!counting_is_failure(query_text(q, 0)))
			take_happened(c, &all[UNBLOCKS], q);
}

static void count_happenings(struct counting *c, json_t *all)
{
	static const char *const names[] = { "unblocks", "losses", "leaks" };
	static const char *const rows[] = { "recovered", "lost", "leaked" };
	struct happened happened[HAPPENINGS] = { 0 };
	bool known[HAPPENINGS] = { false };

	find_unblocks(c, happened);
	find_losses(c, happened);
	counting_find_known(c, rows, HAPPENINGS, known);
	for (size_t i = 0; i < HAPPENINGS; i++)
		if (happened[i].n || (known[i] && !happened[i].undated))
			counting_put_number(c, all, names[i], happened[i].n);
}

/* Certificates that end after the period, and the renewals and new ones needed.
 */
#define MONTHS 12
#define MONTH_TEXT ((size_t)24)

struct ending {
	long year; /* whose needs are counted: the next */
	char year_text[MONTH_TEXT];
	char months[MONTHS][MONTH_TEXT]; /* "YYYY-MM" */
	struct tally expiries[MONTHS], renew, anew;
};

/* The months start with the month of the day after the period. */
static void settle_months(const struct counting *c, struct ending *e)
{
	char next[DATE_SIZE];
	long year, month;

	date_iso(c->question->to + 1, next);
	year = strtol(next, NULL, 10);
	month = strtol(next + strlen("YYYY-"), NULL, 10) - 1;
	for (long i = 0; i < MONTHS; i++)
		(void)snprintf(e->months[i], MONTH_TEXT, "%04ld-%02ld",
			       year + (month + i) / 12, (month + i) % 12 + 1);
	e->year = strtol(c->to, NULL, 10) + 1;
	(void)snprintf(e->year_text, sizeof(e->year_text), "%04ld", e->year);
}

enum { OF_MONTH = PLACE_COLUMNS, OF_HOLDER, RENEWED, NEEDED, NUMBER };

static void take_ending(struct counting *c, struct ending *e, struct query *q)
{
	const char *month = query_text(q, OF_MONTH);
	const char *holder = query_text(q, OF_HOLDER);
	long long n = query_number(q, NUMBER);

	for (size_t i = 0; i < MONTHS; i++) {
		if (strcmp(e->months[i], month) != 0)
			continue;
		tally_add(&e->expiries[i], holder, n);
		place_add(c, q, PLACE_EXPIRING, n);
	}
	if (query_number(q, NEEDED) &&
	    strncmp(month, e->year_text, strlen(e->year_text)) == 0)
		tally_add(query_number(q, RENEWED) ? &e->anew : &e->renew,
			  holder, n);
}

/* The end of the next year is never before that of the twelve months. */
static void find_ending(struct counting *c, struct ending *e)
{
	struct query *q = counting_query(c, sql_statistics_expiring,
					 sql_of_agency_certificates,
					 sql_statistics_expiring_group);
	char last[DATE_SIZE];

	(void)snprintf(last, sizeof(last), "%04ld-12-31", e->year);
	query_put_text(q, last);
	while (query_next(q))
		take_ending(c, e, q);
}

/* Twelve months, or none where nothing ends in any. */
static void put_expiries(struct counting *c, json_t *all,
			 const struct ending *e)
{
	json_t *rows = json_array();
	char label[MONTH_TEXT];
	long long total = 0;

	for (size_t i = 0; i < MONTHS; i++) {
		total += tally_total(&e->expiries[i]);
		c->doubts->no_place += e->expiries[i].n[TALLY_UNKNOWN];
	}
	for (size_t i = 0; i < MONTHS && total; i++) {
		const char *month = e->months[i];
		json_t *row = json_object();

		(void)snprintf(label, sizeof(label), "%.2s/%.4s",
			       month + strlen("YYYY-"), month);
		counting_put_text(c, row, "label", label);
		counting_put_text(c, row, "month", month);
		counting_put_tally(c, row, &e->expiries[i]);
		c->failed |= json_array_append_new(rows, row) != 0;
	}
	counting_put(c, all, "expiries", rows);
}

static void put_need(struct counting *c, json_t *rows, const char *need,
		     const char *label, const struct tally *tally)
{
	json_t *row = json_object();

	counting_put_text(c, row, "need", need);
	counting_put_text(c, row, "label", label);
	counting_put_tally(c, row, tally);
	c->failed |= json_array_append_new(rows, row) != 0;
}

static void count_certificates(struct counting *c, json_t *all)
{
	json_t *needs = json_object(), *rows = json_array();
	struct ending e = { 0 };

	settle_months(c, &e);
	find_ending(c, &e);
	put_expiries(c, all, &e);
	counting_put_number(c, needs, "year", e.year);
	put_need(c, rows, "renew", "Gia hạn chứng thư chữ ký số", &e.renew);
	put_need(c, rows, "new", "Cấp mới chứng thư chữ ký số", &e.anew);
	counting_put(c, needs, "rows", rows);
	counting_put(c, all, "needs", needs);
}

static void add_requests(struct counting *c)
{
	struct query *q =
		counting_query(c, sql_statistics_places, sql_of_agency_requests,
			       sql_statistics_places_group);

	query_put_text(q, c->from);
	while (query_next(q))
		place_add(c, q, PLACE_REQUESTS, query_number(q, PLACE_COLUMNS));
}

static int by_key(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return x->key && y->key ? strcmp(x->key, y->key) : 0;
}

static void put_name(struct counting *c, json_t *row, const char *column,
		     const char *text)
{
	counting_put(c, row, column, text ? json_string(text) : json_null());
}

static void put_place(struct counting *c, json_t *rows,
		      const struct place *place)
{
	json_t *row = json_object();

	put_name(c, row, "organization", place->organization);
	if (c->question->organization)
		put_name(c, row, "unit", place->unit);
	counting_put_number(c, row, "tokens", place->n[PLACE_TOKENS]);
	counting_put_number(c, row, "requests", place->n[PLACE_REQUESTS]);
	counting_put_number(c, row, "expiring", place->n[PLACE_EXPIRING]);
	c->failed |= json_array_append_new(rows, row) != 0;
}

static void count_places(struct counting *c, json_t *all)
{
	json_t *rows = json_array();

	add_requests(c);
	if (c->n_places)
		qsort(c->places, c->n_places, sizeof(*c->places), by_key);
	for (size_t i = 0; i < c->n_places; i++)
		put_place(c, rows, &c->places[i]);
	counting_put(c, all, "units", rows);
}

json_t *statistics_of_all(struct custody_register *reg,
			  const struct statistics_question *question,
			  struct statistics_doubts *doubts)
{
	/* Places come last, as the other counts add to them. */
	static void (*const counts[])(struct counting * c, json_t * all) = {
		count_tokens,	    count_procedures, count_happenings,
		count_certificates, count_places,
	};
	struct counting c = {
		.store = register_store(reg),
		.question = question,
		.doubts = doubts,
	};
	json_t *all = json_object();

	date_iso(question->from, c.from);
	date_iso(question->to, c.to);
	store_today(c.store, c.to);
	if (question->organization)
		counting_put_text(&c, all, "organization",
				  question->organization);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		counts[i](&c, all);
	places_free(&c);
	if (c.failed) {
		json_decref(all);
		all = NULL;
	}
	return all;
}
