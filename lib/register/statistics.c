/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counting.h"
#include "register/statistics.sql.h"
#include "token/ckstoken.h"

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
