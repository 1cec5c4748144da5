/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record_document.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "letter.h"
#include "normalize.h"
#include "record_private.h"
#include "register/record_document.sql.h"

struct recorded record_document(struct custody_register *reg,
				const json_t *dossier, const char *channel)
{
	const char *procedure = dossier_text(dossier, "form.procedure");
	struct recording l = {
		.reg = reg,
		.dossier = dossier,
		.channel = channel,
		.fresh = record_is_fresh(procedure),
	};

	recording_begin(&l);
	if (record_is_minutes(procedure))
		record_minutes(&l);
	else if (strcmp(procedure, "refuse") == 0 ||
		 strcmp(procedure, "answer") == 0)
		record_answer(&l);
	else
		record_request(&l);
	if (strcmp(procedure, "decision") == 0)
		record_decision(&l);
	recording_end(&l);
	return l.done;
}

/* Whether the document asks for something, and may have done so before. */
static bool asks(const char *procedure)
{
	return !*recording_kind(procedure) &&
	       strcmp(procedure, "permission") != 0 &&
	       strcmp(procedure, "refuse") != 0 &&
	       strcmp(procedure, "answer") != 0;
}

/* The number with its symbol, as the document is recorded; the caller's to
 * free(). "" for one without, NULL: memory, remembered. */
static char *number_of(struct custody_register *reg, const json_t *dossier)
{
	const char *procedure = dossier_text(dossier, "form.procedure");
	const struct recording l = { .reg = reg, .dossier = dossier };

	return recording_number(&l, recording_kind(procedure));
}

/* @day is as the register has it. */
static void tell_paper(struct earlier_paper *paper, long long request,
		       const char *number, const char *day)
{
	long n;

	*paper = (struct earlier_paper){ .found = true, .request = request };
	(void)snprintf(paper->number, sizeof(paper->number), "%s", number);
	if (date_read_iso(day, &n))
		date_dmy(n, paper->day);
}

/* Whether the minutes of the row are those of @dossier, made before: they are
 * of one of its tokens. */
static bool is_same_minutes(struct query *q, const json_t *dossier)
{
	const json_t *rows = dossier_get(dossier, "subscribers");
	bool same = false;

	for (size_t i = 0; i < json_array_size(rows) && !same; i++)
		same = normalize_same_serial(
			query_text(q, 3),
			dossier_text(json_array_get(rows, i), "device_serial"));
	return same;
}

/* Whether the answer of the row is that of @dossier, made before: it answers
 * the same request. */
static bool is_same_answer(struct query *q, const json_t *dossier)
{
	const json_t *asked = dossier_get(dossier, "request.register");

	return json_integer_value(asked) == query_number(q, 2);
}

/* Whether the paper that was found is that of @dossier, made before. */
static bool is_the_same(struct custody_register *reg, struct query *q,
			const json_t *dossier)
{
	if (strcmp(query_text(q, 0), "answer") == 0)
		return is_same_answer(q, dossier);
	if (strcmp(query_text(q, 1), dossier_text(dossier, "document.date")) !=
	    0)
		return false;
	if (!query_number(q, 2))
		return is_same_minutes(q, dossier);
	return strcmp(query_text(q, 0),
		      dossier_text(dossier, "form.procedure")) == 0 &&
	       record_is_version(reg, query_number(q, 2), dossier);
}

void record_same_number(struct custody_register *reg, const json_t *dossier,
			struct earlier_paper *paper)
{
	const char *agency = dossier_text(dossier, "agency.name");
	char *number = number_of(reg, dossier);
	struct query *q;

	*paper = (struct earlier_paper){ .found = false };
	if (number && *number) {
		q = store_query(register_store(reg), sql_request_same_number);
		query_put_text(q, number);
		query_put_text(q, dossier_text(dossier, "document.date"));
		while (!paper->found && query_next(q))
			if (letter_may_be_of(query_text(q, 4), agency) &&
			    !is_the_same(reg, q, dossier))
				tell_paper(paper, query_number(q, 2), number,
					   query_text(q, 1));
		query_end(q);
	}
	free(number);
}

void record_asked_before(struct custody_register *reg, const json_t *dossier,
			 const json_t *row, struct earlier_paper *paper)
{
	const char *procedure = dossier_text(dossier, "form.procedure");
	bool fresh = record_is_fresh(procedure);
	bool renews = json_is_true(json_object_get(row, "renew"));
	char *number = number_of(reg, dossier);
	struct query *q;

	*paper = (struct earlier_paper){ .found = false };
	if (!number || !asks(procedure))
		goto out;
	q = store_query(register_store(reg), sql_request_asked_before);
	query_put_text(q, dossier_text(row, fresh ? "old_serial"
						  : "certificate_serial"));
	query_put_text(q, fresh ? "" : dossier_text(row, "device_serial"));
	query_put_text(q, procedure);
	query_put_number(q, renews);
	query_put_text(q, number);
	query_put_text(q, dossier_text(dossier, "document.date"));
	if (query_next(q))
		tell_paper(paper, query_number(q, 0), query_text(q, 1),
			   query_text(q, 2));
	query_end(q);
out:
	free(number);
}
