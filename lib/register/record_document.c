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

/* The same document made again. */

/* The event records this paper, by which the same made again is known. */
static void name_paper(struct recording *l, const char *procedure)
{
	char *number = recording_number(l, recording_kind(procedure));

	if (number && asprintf(&l->paper, "%s %s, %s, %s", procedure, number,
			       dossier_text(l->dossier, "document.date"),
			       dossier_text(l->dossier, "agency.name")) < 0) {
		recording_fail(l);
		l->paper = NULL;
	}
	if (l->paper)
		register_act_of(l->reg, l->paper);
	free(number);
}

static bool answers(const char *paper)
{
	return strncmp(paper, "refuse ", strlen("refuse ")) == 0 ||
	       strncmp(paper, "answer ", strlen("answer ")) == 0;
}

/* Whether the document tells who has a token: it is known again by its number,
 * day and agency, whatever it is called. A letter is known by its request. */
static bool hands_over(const char *paper)
{
	static const char *const procedures[] = { "deliver ", "return ",
						  "lost ", "keeper ",
						  "decision " };

	for (size_t i = 0; i < sizeof(procedures) / sizeof(procedures[0]); i++)
		if (strncmp(paper, procedures[i], strlen(procedures[i])) == 0)
			return true;
	return false;
}

/* Whether @other is the paper of an earlier version. */
static bool is_earlier(const struct recording *l, const char *other)
{
	if (hands_over(l->paper))
		return strcmp(strchr(l->paper, ' '), strchr(other, ' ')) == 0;
	return answers(l->paper) == answers(other);
}

/* Adds the earlier versions among the papers of the record. */
static void add_versions(struct recording *l, enum record_kind kind,
			 const json_t *record)
{
	json_t *papers = register_papers(l->reg, kind, record), *one;
	size_t i;

	json_array_foreach (papers, i, one) {
		const char *paper = dossier_text(one, "paper");
		json_t *number = json_object_get(one, "event");
		bool known = !strchr(paper, ' ') || !is_earlier(l, paper);

		for (size_t k = 0; k < json_array_size(l->versions); k++)
			known |= json_equal(number,
					    json_array_get(l->versions, k));
		if (!known && json_array_append(l->versions, number))
			recording_fail(l);
	}
	json_decref(papers);
}

/* Adds those of the records that @q has: kind, token, and the rest of a key. */
static void add_versions_of(struct recording *l, struct query *q)
{
	enum { KIND, DEVICE, KEEPER, FROM, LOSS };

	while (query_next(q)) {
		json_t *key = json_pack("{s:s, s:s, s:s, s:I}", "device_serial",
					query_text(q, DEVICE), "keeper",
					query_text(q, KEEPER), "from_date",
					query_text(q, FROM), "loss",
					(json_int_t)query_number(q, LOSS));

		if (key)
			add_versions(l, record_kind_find(query_text(q, KIND)),
				     key);
		else
			recording_fail(l);
		json_decref(key);
	}
	query_end(q);
}

/* Calls @fn with each record of event @number. */
static void each_record(struct recording *l, const json_t *number,
			void (*fn)(void *owner, enum record_kind kind,
				   const json_t *record),
			void *owner)
{
	json_t *event = register_event_read(
		l->reg, (unsigned long)json_integer_value(number));
	json_t *records = json_object_get(event, "records"), *record;
	size_t i;

	json_array_foreach (records, i, record) {
		enum record_kind kind =
			record_kind_find(dossier_text(record, "record"));

		if (kind != RECORD_KINDS)
			fn(owner, kind, record);
	}
	json_decref(event);
}

void recording_each_earlier(struct recording *l,
			    void (*fn)(void *owner, enum record_kind kind,
				       const json_t *record),
			    void *owner)
{
	for (size_t i = 0; i < json_array_size(l->versions); i++)
		each_record(l, json_array_get(l->versions, i), fn, owner);
}

static void add_versions_beside(void *owner, enum record_kind kind,
				const json_t *record)
{
	if (kind == RECORD_TOKEN || kind == RECORD_CUSTODY ||
	    kind == RECORD_LOSS)
		add_versions(owner, kind, record);
}

/* The versions of a document that hands tokens over, in the events of these and
 * in those of what bears its number. */
static void find_versions(struct recording *l, const char *procedure)
{
	struct store *store = register_store(l->reg);
	const json_t *rows = dossier_get(l->dossier, "subscribers");
	char *number = recording_number(l, recording_kind(procedure));
	struct query *q;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *token = register_find_token(
			l->reg,
			dossier_text(json_array_get(rows, i), "device_serial"));

		q = store_query(store, sql_paper_of_token);
		query_put_text(q, dossier_text(token, "device_serial"));
		add_versions_of(l, q);
		json_decref(token);
	}
	if (number && *number) {
		q = store_query(store, sql_paper_of_number);
		query_put_text(q, number);
		query_put_text(q, dossier_text(l->dossier, "document.date"));
		add_versions_of(l, q);
	}
	/* One may have been of other tokens, which the next took out again. */
	for (size_t i = 0; i < json_array_size(l->versions); i++)
		each_record(l, json_array_get(l->versions, i),
			    add_versions_beside, l);
	free(number);
}

static void take_later(struct recording *l, const json_t *events)
{
	struct recorded *done = &l->done;
	const size_t room = sizeof(done->later) / sizeof(done->later[0]);

	for (size_t i = 0; i < json_array_size(events); i++)
		if (done->n_later < room)
			done->later[done->n_later++] =
				(unsigned long)json_integer_value(
					json_array_get(events, i));
}

bool recording_take_out(struct recording *l, enum record_kind kind,
			const json_t *record)
{
	struct record_share share;
	bool brought;

	register_share(l->reg, kind, record, l->versions, &share);
	brought = share.brought;
	if (brought && json_array_size(share.later)) {
		take_later(l, share.later);
	} else if (brought) {
		register_remove(l->reg, kind, record);
		l->done.n_taken++;
	}
	record_share_free(&share);
	return brought;
}

/* Whether @column of a record is one that a document says anew each time it is
 * made: people and things stay on record. */
static bool is_said_anew(const struct recording *l, enum record_kind kind,
			 const char *column)
{
	static const char *const days[] = { "delivered_date", "collected_date",
					    "returned_date", "returned_to",
					    NULL };
	static const char *const letter[] = { "form",	 "document_date",
					      "period",	 "recipient",
					      "channel", NULL };
	static const char *const answer[] = { "outcome", "outcome_date",
					      "answer_number", "refusal",
					      NULL };
	const char *const *names = days;

	if (kind == RECORD_CUSTODY || kind == RECORD_LOSS)
		return hands_over(l->paper) &&
		       strcmp(column, "device_serial") != 0;
	if (kind == RECORD_REQUEST)
		names = answers(l->paper) ? answer : letter;
	else if (kind != RECORD_TOKEN || !hands_over(l->paper))
		return false;
	while (*names && strcmp(*names, column) != 0)
		names++;
	return *names != NULL;
}

void recording_settle(struct recording *l, enum record_kind kind,
		      const json_t *record)
{
	const json_t *given = recording_given(l, kind, record);
	const struct record_type *type = &record_types[kind];
	json_t *fields = json_object();
	struct record_share share;
	bool any = false;

	register_share(l->reg, kind, record, l->versions, &share);
	for (size_t i = 0; fields && type->columns[i]; i++) {
		const char *column = type->columns[i];
		json_t *value = json_object_get(share.without, column);

		if (i < type->n_keys)
			value = json_object_get(record, column);
		else if (json_object_get(given, column) ||
			 !json_object_get(share.own, column) ||
			 !is_said_anew(l, kind, column))
			continue;
		any |= i >= type->n_keys;
		if (json_object_set(fields, column,
				    value ? value : json_null()))
			recording_fail(l);
	}
	if (any)
		(void)register_put(l->reg, kind, fields, NULL);
	json_decref(fields);
	record_share_free(&share);
}

static void settle(void *owner, enum record_kind kind, const json_t *record)
{
	struct recording *l = owner;
	const json_t *given = recording_given(l, kind, record);
	json_t *there;

	if (kind != RECORD_CUSTODY && kind != RECORD_LOSS &&
	    kind != RECORD_TOKEN && kind != RECORD_REQUEST)
		return;
	if (kind == RECORD_REQUEST &&
	    json_integer_value(json_object_get(record, "request")) !=
		    l->done.request)
		return;
	there = register_get(l->reg, kind, record);
	if (there && (kind != RECORD_LOSS || given ||
		      !recording_take_out(l, kind, record)))
		recording_settle(l, kind, record);
	json_decref(there);
}

struct recorded record_document(struct custody_register *reg,
				const json_t *dossier, const char *channel)
{
	const char *procedure = dossier_text(dossier, "form.procedure");
	struct recording l = {
		.reg = reg,
		.dossier = dossier,
		.channel = channel,
		.fresh = record_is_fresh(procedure),
		.versions = json_array(),
		.given = json_object(),
	};

	name_paper(&l, procedure);
	if (l.paper && hands_over(l.paper))
		find_versions(&l, procedure);
	if (record_is_minutes(procedure))
		record_minutes(&l);
	else if (answers(l.paper ? l.paper : ""))
		record_answer(&l);
	else
		record_request(&l);
	if (strcmp(procedure, "decision") == 0)
		record_decision(&l);
	if (l.paper && l.done.request) {
		json_t *key = json_pack("{s:I}", "request", l.done.request);

		add_versions(&l, RECORD_REQUEST, key);
		json_decref(key);
	}
	if (l.paper)
		recording_each_earlier(&l, settle, &l);
	json_decref(l.versions);
	json_decref(l.given);
	free(l.paper);
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
