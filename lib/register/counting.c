/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Helpers of all counts: the query, tallies by kind of holder, and JSON output.
 */
#include "counting.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "register/statistics.sql.h"
#include "register_private.h"
#include "token/ckstoken.h"

struct query *counting_query(const struct counting *c, const char *sql,
			     const char *of_agency, const char *group)
{
	const char *organization = c->question->organization;
	struct buffer whole = { 0 };
	struct query *q;

	if (!organization)
		organization = "";
	buffer_puts(&whole, sql);
	buffer_puts(&whole, *organization ? of_agency : sql_of_all);
	buffer_puts(&whole, group);
	q = store_query_of(c->store, &whole);
	query_put_text(q, organization);
	return q;
}

const char *counting_text(struct counting *c, struct query *row, int column)
{
	return query_is_null(row, column)
		       ? NULL
		       : text_clean(&c->arena, query_text(row, column));
}

const char *const tally_names[TALLY_UNKNOWN] = {
	[TALLY_ORGANIZATION] = "organization",
	[TALLY_PERSON] = "person",
	[TALLY_DEVICE] = "device",
};

static enum tally_of tally_of(const char *holder)
{
	enum tally_of of = 0;

	while (of < TALLY_UNKNOWN && strcmp(tally_names[of], holder) != 0)
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

/* True if ckstoken recorded the attempt as failed; a result in an officer's own
 * words counts as a success. */
bool counting_is_failure(const char *result)
{
	for (enum cks_err err = CKS_OK + 1; err < CKS_ERR_COUNT; err++)
		if (strcmp(cks_err_name(err), result) == 0)
			return true;
	return false;
}

void counting_find_known(struct counting *c, const char *const *rows, size_t n,
			 bool *known)
{
	struct query *q = store_query(c->store, sql_statistics_known);

	query_put_text(q, c->from);
	while (query_next(q)) {
		for (size_t i = 0; i < n; i++) {
			if (strcmp(rows[i], query_text(q, 0)) != 0)
				continue;
			known[i] = query_number(q, 1) != 0;
			if (!known[i])
				(void)snprintf(c->doubts->begun,
					       sizeof(c->doubts->begun),
					       "%.10s", query_text(q, 2));
		}
	}
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
	/* One of nobody known may be of any of the others. */
	for (size_t i = 0; i < TALLY_UNKNOWN; i++)
		if (tally->n[i] || !tally->n[TALLY_UNKNOWN])
			counting_put_number(c, object, tally_names[i],
					    tally->n[i]);
	counting_put_number(c, object, "total", tally_total(tally));
}
