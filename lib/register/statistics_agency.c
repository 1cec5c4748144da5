/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The four rows of an agency's report. */
#include "statistics_private.h"

/* The form has no column for devices, services and software. */
static void put_row(struct counting *c, json_t *counts, const char *name,
		    const struct tally *tally)
{
	json_t *row = json_object();

	counting_put_number(c, row, "organization",
			    tally->n[TALLY_ORGANIZATION] +
				    tally->n[TALLY_DEVICE]);
	counting_put_number(c, row, "person", tally->n[TALLY_PERSON]);
	counting_put(c, counts, name, row);
	c->doubts->devices += tally->n[TALLY_DEVICE];
	c->doubts->no_place += tally->n[TALLY_UNKNOWN];
}

static void count_new(struct counting *c, json_t *counts)
{
	struct tally tally = { 0 };
	struct query *q = counting_query(
		c, "SELECT " HOLDER ", count(*)" FROM_CERTIFICATES
		   "AND \"c\".\"not_before\" <= $2 AND "
		   "\"c\".\"not_before\" >= $3 AND (\"c\".\"issued_for\" = "
		   "'new' OR (\"c\".\"issued_for\" IS NULL AND "
		   "coalesce(\"c\".\"renewals\", 0) = 0 AND "
		   "\"c\".\"old_serial\" IS NULL)) GROUP BY " HOLDER);

	query_put_text(q, c->from);
	while (query_next(q))
		tally_add(&tally, query_text(q, 0), query_number(q, 1));
	put_row(c, counts, "new", &tally);
}

/* Form 04 asks for renewal, change or both, and marks which; where nothing is
 * marked the letter's name counts. */
#define MARKED(mark, procedure)                                           \
	"sum(CASE WHEN \"i\".\"" mark "\" = 1 OR (\"r\".\"procedure\" = " \
	"'" procedure "' AND coalesce(\"i\".\"renew\", 0) = 0 AND "       \
	"coalesce(\"i\".\"update\", 0) = 0) THEN 1 ELSE 0 END)"
#define REQUESTS_IN_QUESTION                                \
	"coalesce(\"r\".\"outcome\", '') <> 'refused' AND " \
	"\"r\".\"procedure\" IN ('revoke', 'change', 'renew') AND"

static void count_requested(struct counting *c, json_t *counts)
{
	struct tally revoked = { 0 }, changed = { 0 }, renewed = { 0 };
	struct query *q = counting_query(
		c,
		"SELECT " HOLDER ", sum(CASE WHEN \"r\".\"procedure\" = "
		"'revoke' THEN 1 ELSE 0 END), " MARKED("update", "change") ", " MARKED(
			"renew",
			"renew") " "
				 "FROM \"requests\" \"r\"" WITH_ITEMS
				 "WHERE " REQUESTS_IN_QUESTION COUNTED_AMONG
				 "AND \"r\".\"document_date\" <= $2 AND "
				 "\"r\".\"document_date\" >= $3 GROUP BY " HOLDER);

	query_put_text(q, c->from);
	while (query_next(q)) {
		tally_add(&revoked, query_text(q, 0), query_number(q, 1));
		tally_add(&changed, query_text(q, 0), query_number(q, 2));
		tally_add(&renewed, query_text(q, 0), query_number(q, 3));
	}
	put_row(c, counts, "revoked", &revoked);
	put_row(c, counts, "changed", &changed);
	put_row(c, counts, "renewed", &renewed);
}

static void count_undated(const struct counting *c)
{
	const char *organization = c->question->organization;
	struct query *q = store_query(
		c->store,
		"SELECT count(DISTINCT \"r\".\"request\") FROM \"requests\" "
		"\"r\"" WITH_ITEMS "WHERE " REQUESTS_IN_QUESTION COUNTED_AMONG
		"AND \"r\".\"document_date\" IS NULL");

	query_put_text(q, organization ? organization : "");
	if (query_next(q))
		c->doubts->no_day += query_number(q, 0);
	query_end(q);
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
	json_t *counts = json_object();

	date_iso(question->from, c.from);
	date_iso(question->to, c.to);
	count_new(&c, counts);
	count_requested(&c, counts);
	count_undated(&c);
	if (c.failed) {
		json_decref(counts);
		counts = NULL;
	}
	return counts;
}
