/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "needs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certificate.h"
#include "counting.h"
#include "register/needs.sql.h"
#include "register/statistics.sql.h"

/* The columns that both questions begin with; the last two are the end of a
 * certificate and the day a loss was reported, and their names differ. */
enum { HOLDER, NAME, ORGANIZATION, UNIT, DEVICE, DAY, SERIAL, RENEWED };

struct needs {
	struct counting c;
	const struct needs_question *question;
	struct tally renew, anew, replace;
};

/* "Phòng 1, Sở A", or what is known of it. */
static void put_place(struct needs *n, json_t *row, struct query *q)
{
	const char *unit = counting_text(&n->c, q, UNIT);
	const char *organization = counting_text(&n->c, q, ORGANIZATION);
	char *place;

	if (!unit || !organization || (!*unit && !*organization))
		return;
	if (asprintf(&place, "%s%s%s", unit, *unit && *organization ? ", " : "",
		     organization) < 0) {
		n->c.failed = true;
		return;
	}
	counting_put_text(&n->c, row, "place", place);
	free(place);
}

static void put_text(struct needs *n, json_t *row, const char *name,
		     struct query *q, int column)
{
	const char *text = counting_text(&n->c, q, column);

	if (text && *text)
		counting_put_text(&n->c, row, name, text);
}

/* The last row of @rows, with what both questions tell. */
static json_t *add_row(struct needs *n, json_t *rows, struct query *q)
{
	json_t *row = json_object();

	n->c.failed |= json_array_append_new(rows, row) != 0;
	if (n->c.failed)
		return NULL;
	put_text(n, row, "name", q, NAME);
	put_place(n, row, q);
	put_text(n, row, "device_serial", q, DEVICE);
	return row;
}

/* A certificate is renewed once, and while renewal can still be asked for. */
static void take_certificate(struct needs *n, json_t *rows, struct query *q)
{
	bool renewed = query_number(q, RENEWED) != 0, ended, open;
	json_t *row = add_row(n, rows, q);
	char label[128], day[DATE_SIZE];
	long last = 0;

	if (!row || !date_read_iso(query_text(q, DAY), &last))
		return;
	ended = last < n->question->today;
	last -= province_renewal_days(n->question->province);
	open = !renewed && last >= n->question->today;
	tally_add(open ? &n->renew : &n->anew, query_text(q, HOLDER), 1);
	if (open)
		(void)snprintf(label, sizeof(label),
			       "Gia hạn, đề nghị chậm nhất ngày %s",
			       date_dmy(last, day));
	else
		(void)snprintf(label, sizeof(label), "Cấp mới, vì %s",
			       ended	 ? "đã hết hạn"
			       : renewed ? "đã gia hạn 01 lần"
					 : "đã quá hạn đề nghị gia hạn");
	if (!certificate_is_unnumbered(query_text(q, SERIAL)))
		put_text(n, row, "certificate_serial", q, SERIAL);
	put_text(n, row, "not_after", q, DAY);
	counting_put_text(&n->c, row, "need", open ? "renew" : "new");
	if (open)
		counting_put_text(&n->c, row, "renew_by", date_iso(last, day));
	counting_put_text(&n->c, row, "label", label);
}

static void list_certificates(struct needs *n, json_t *all)
{
	struct query *q = counting_query(&n->c, sql_needs_certificates,
					 sql_of_agency_certificates,
					 sql_needs_certificates_order);
	char first[DATE_SIZE], last[DATE_SIZE];
	json_t *rows = json_array();

	(void)snprintf(first, sizeof(first), "%04d-01-01", n->question->year);
	(void)snprintf(last, sizeof(last), "%04d-12-31", n->question->year);
	query_put_text(q, first);
	query_put_text(q, last);
	while (query_next(q))
		take_certificate(n, rows, q);
	counting_put(&n->c, all, "certificates", rows);
}

static void list_tokens(struct needs *n, json_t *all)
{
	struct query *q =
		counting_query(&n->c, sql_needs_tokens, sql_of_agency_tokens,
			       sql_needs_tokens_order);
	json_t *rows = json_array();

	while (query_next(q)) {
		json_t *row = add_row(n, rows, q);

		if (!row)
			continue;
		put_text(n, row, "reported", q, DAY);
		tally_add(&n->replace, query_text(q, HOLDER), 1);
	}
	counting_put(&n->c, all, "tokens", rows);
}

/* A register without any certificate knows of no need; it does not know that
 * there is none. */
static bool knows_any(const struct needs *n)
{
	struct query *q = store_query(n->c.store, sql_needs_any);
	bool any = query_next(q);

	query_end(q);
	return any;
}

static void put_tally(struct needs *n, json_t *all, const char *name,
		      const struct tally *tally)
{
	json_t *row = json_object();

	counting_put_tally(&n->c, row, tally);
	counting_put(&n->c, all, name, row);
}

json_t *needs_of(struct custody_register *reg,
		 const struct needs_question *question, long long *n_unknown)
{
	const struct statistics_question whose = {
		.organization = question->organization,
	};
	struct needs n = { .c = { .store = register_store(reg),
				  .question = &whose },
			   .question = question };
	json_t *all = json_object();
	char today[DATE_SIZE];

	store_today(n.c.store, date_iso(question->today, today));
	counting_put_number(&n.c, all, "year", question->year);
	if (question->organization)
		counting_put_text(&n.c, all, "organization",
				  question->organization);
	list_certificates(&n, all);
	list_tokens(&n, all);
	if (knows_any(&n)) {
		put_tally(&n, all, "renew", &n.renew);
		put_tally(&n, all, "new", &n.anew);
		put_tally(&n, all, "replace", &n.replace);
	}
	*n_unknown = n.renew.n[TALLY_UNKNOWN] + n.anew.n[TALLY_UNKNOWN] +
		     n.replace.n[TALLY_UNKNOWN];
	n.c.failed |= n.c.arena.failed;
	arena_free(&n.c.arena);
	if (n.c.failed) {
		json_decref(all);
		all = NULL;
	}
	return all;
}
