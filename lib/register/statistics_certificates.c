/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificates that end after the period, and what is needed for them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statistics_private.h"

#define MONTHS 12
#define MONTH_TEXT ((size_t)24)

struct ending {
	long year; /* whose needs are counted: the next */
	char year_text[MONTH_TEXT];
	char months[MONTHS][MONTH_TEXT]; /* "YYYY-MM" */
	struct tally expiries[MONTHS], renew, anew;
};

/* The months begin with that of the day after the period. */
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

/* A certificate is renewed once; then a new one is needed. */
#define IS_RENEWED                                          \
	"CASE WHEN coalesce(\"c\".\"renewals\", 0) > 0 OR " \
	"\"c\".\"issued_for\" = 'renew' THEN 1 ELSE 0 END"
/* Who has left needs none. */
#define IS_NEEDED                                                       \
	"CASE WHEN \"s\".\"left_date\" IS NULL OR \"s\".\"left_date\" " \
	"> $2 OR \"s\".\"left_reason\" = 'moved' THEN 1 ELSE 0 END"
#define MONTH "substr(\"c\".\"not_after\", 1, 7)"

enum { OF_MONTH = PLACE_COLUMNS, OF_HOLDER, RENEWED, NEEDED, NUMBER };

static void take(struct counting *c, struct ending *e, struct query *q)
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
static void ask(struct counting *c, struct ending *e)
{
	struct query *q = counting_query(
		c, "SELECT " PLACE ", " MONTH ", " HOLDER ", " IS_RENEWED
		   ", " IS_NEEDED ", count(*)" FROM_CERTIFICATES IN_FORCE
		   "AND \"c\".\"not_after\" > $2 AND \"c\".\"not_after\" "
		   "<= $3 GROUP BY " PLACE ", " MONTH ", " HOLDER
		   ", " IS_RENEWED ", " IS_NEEDED);
	char last[DATE_SIZE];

	(void)snprintf(last, sizeof(last), "%04ld-12-31", e->year);
	query_put_text(q, last);
	while (query_next(q))
		take(c, e, q);
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

void count_certificates(struct counting *c, json_t *all)
{
	json_t *needs = json_object(), *rows = json_array();
	struct ending e = { 0 };

	settle_months(c, &e);
	ask(c, &e);
	put_expiries(c, all, &e);
	counting_put_number(c, needs, "year", e.year);
	put_need(c, rows, "renew", "Gia hạn chứng thư chữ ký số", &e.renew);
	put_need(c, rows, "new", "Cấp mới chứng thư chữ ký số", &e.anew);
	counting_put(c, needs, "rows", rows);
	counting_put(c, all, "needs", needs);
}
