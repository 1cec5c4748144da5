/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "statistics_private.h"
#include "token/ckstoken.h"

struct query *counting_query(const struct counting *c, const char *sql)
{
	const char *organization = c->question->organization;
	struct query *q = store_query(c->store, sql);

	query_put_text(q, organization ? organization : "");
	query_put_text(q, c->to);
	return q;
}

enum tally_of tally_of(const char *holder)
{
	static const char *const holders[] = {
		[TALLY_ORGANIZATION] = "organization",
		[TALLY_PERSON] = "person",
		[TALLY_DEVICE] = "device",
	};
	enum tally_of of = 0;

	while (of < TALLY_UNKNOWN && strcmp(holders[of], holder) != 0)
		of++;
	return of;
}

void tally_add(struct tally *tally, const char *holder, long long n)
{
	tally->n[tally_of(holder)] += n;
}

long long tally_total(const struct tally *tally)
{
	long long total = 0;

	for (size_t i = 0; i < TALLIES; i++)
		total += tally->n[i];
	return total;
}

void counting_put(struct counting *c, json_t *object, const char *name,
		  json_t *value)
{
	if (json_object_set_new(object, name, value))
		c->failed = true;
}

void counting_put_number(struct counting *c, json_t *object, const char *name,
			 long long number)
{
	counting_put(c, object, name, json_integer((json_int_t)number));
}

void counting_put_text(struct counting *c, json_t *object, const char *name,
		       const char *text)
{
	counting_put(c, object, name, json_string(text));
}

void counting_put_tally(struct counting *c, json_t *object,
			const struct tally *tally)
{
	counting_put_number(c, object, "organization",
			    tally->n[TALLY_ORGANIZATION]);
	counting_put_number(c, object, "person", tally->n[TALLY_PERSON]);
	counting_put_number(c, object, "device", tally->n[TALLY_DEVICE]);
	counting_put_number(c, object, "total", tally_total(tally));
}

/* One whose day of arrival is not recorded was always there. */
static void count_tokens(struct counting *c, json_t *all)
{
	json_t *tokens = json_object();
	struct tally tally = { 0 };
	struct query *q = counting_query(
		c, "SELECT " PLACE ", " HOLDER ", count(*) FROM \"tokens\" "
		   "\"t\" LEFT JOIN \"subscribers\" \"s\" ON "
		   "\"s\".\"subscriber\" = \"t\".\"subscriber\" "
		   "WHERE" COUNTED_AMONG COUNTED_IN_HAND
		   "AND coalesce(\"t\".\"received_date\", "
		   "\"t\".\"delivered_date\", '') <= $2 "
		   "GROUP BY " PLACE ", " HOLDER);

	while (query_next(q)) {
		long long n = query_number(q, PLACE_COLUMNS + 1);

		tally_add(&tally, query_text(q, PLACE_COLUMNS), n);
		place_add(c, q, PLACE_TOKENS, n);
	}
	c->doubts->no_place += tally.n[TALLY_UNKNOWN];
	counting_put_tally(c, tokens, &tally);
	counting_put(c, all, "tokens", tokens);
}

/* Of a token "t" and its subscriber "s"; the second column is the day. */
#define FROM_INCIDENTS(table, as)                                       \
	" FROM \"" table "\" \"" as "\" LEFT JOIN \"tokens\" \"t\" ON " \
	"\"t\".\"device_serial\" = \"" as "\".\"device_serial\" LEFT "  \
	"JOIN \"subscribers\" \"s\" ON \"s\".\"subscriber\" = "         \
	"\"t\".\"subscriber\" WHERE" COUNTED_AMONG

static void count_losses(struct counting *c, json_t *all)
{
	long long losses = 0, leaks = 0;
	struct query *q = counting_query(
		c,
		"SELECT \"l\".\"loss_kind\", count(*), "
		"count(\"l\".\"day\") FROM (SELECT \"l\".\"loss_kind\", "
		"coalesce(substr(\"l\".\"reported_time\", 1, 10), "
		"\"l\".\"minutes_date\") AS \"day\"" FROM_INCIDENTS(
			"losses",
			"l") ") \"l\" WHERE \"l\".\"day\" IS "
			     "NULL OR (\"l\".\"day\" <= $2 AND \"l\".\"day\" >= $3) "
			     "GROUP BY \"l\".\"loss_kind\"");

	query_put_text(q, c->from);
	while (query_next(q)) {
		long long n = query_number(q, 2);

		if (strcmp(query_text(q, 0), "leak") == 0)
			leaks += n;
		else
			losses += n;
		c->doubts->no_day += query_number(q, 1) - n;
	}
	counting_put_number(c, all, "losses", losses);
	counting_put_number(c, all, "leaks", leaks);
}

/* As ckstoken itself says that an attempt failed; an officer's own words are
 * of one that did not. */
static bool is_failure(const char *result)
{
	for (enum cks_err err = CKS_OK + 1; err < CKS_ERR_COUNT; err++)
		if (strcmp(cks_err_name(err), result) == 0)
			return true;
	return false;
}

static void count_unblocks(struct counting *c, json_t *all)
{
	long long unblocks = 0;
	struct query *q = counting_query(
		c,
		"SELECT coalesce(\"u\".\"result\", ''), count(*), "
		"count(\"u\".\"unblock_time\")" FROM_INCIDENTS(
			"unblocks",
			"u") "AND (\"u\".\"unblock_time\" IS NULL OR "
			     "(substr(\"u\".\"unblock_time\", 1, 10) <= $2 AND "
			     "substr(\"u\".\"unblock_time\", 1, 10) >= $3)) "
			     "GROUP BY coalesce(\"u\".\"result\", '')");

	query_put_text(q, c->from);
	while (query_next(q)) {
		if (is_failure(query_text(q, 0)))
			continue;
		unblocks += query_number(q, 2);
		c->doubts->no_day += query_number(q, 1) - query_number(q, 2);
	}
	counting_put_number(c, all, "unblocks", unblocks);
}

json_t *statistics_of_all(struct custody_register *reg,
			  const struct statistics_question *question,
			  struct statistics_doubts *doubts)
{
	static void (*const counts[])(struct counting * c, json_t * all) = {
		count_tokens, count_procedures,	  count_unblocks,
		count_losses, count_certificates, count_places,
	};
	struct counting c = {
		.store = register_store(reg),
		.question = question,
		.doubts = doubts,
	};
	json_t *all = json_object();

	date_iso(question->from, c.from);
	date_iso(question->to, c.to);
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
