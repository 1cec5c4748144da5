/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record_document.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "letter.h"
#include "names.h"
#include "normalize.h"
#include "record_private.h"
#include "register/record_document.sql.h"
#include "token/ckstoken.h"

/* Minutes: recording who has a token from their day on. */

struct minutes {
	struct recording *l;
	const char *day;
	char *number;
};

static const char *text_of(const struct minutes *m, const char *path)
{
	return dossier_text(m->l->dossier, path);
}

static bool tells_of(const char *text, const char *folded_words)
{
	char *folded = cks_text_fold(text);
	bool tells = folded && strstr(folded, folded_words);

	free(folded);
	return tells;
}

/* "Văn bản cho phép số … ngày 20/11/2026" is a permission, "Quyết định số …" or
 * "12/QĐ-STC" a decision; a letter, minutes or an introduction gives a token to
 * nobody. The first of each is kept. */
static void take_paper(const struct minutes *m, json_t *custody,
		       const char *paper)
{
	bool permits = tells_of(paper, "cho phep");
	bool decides = tells_of(paper, "quyet dinh") || tells_of(paper, "/qd");
	const char *name = permits ? "permission" : "decision";
	char day[CITED_DAY_SIZE];

	if ((!permits && !decides) || json_object_get(custody, name))
		return;
	recording_set_text(m->l, custody, name, paper);
	if (normalize_cited_day(paper, day))
		recording_set_text(
			m->l, custody,
			permits ? "permission_date" : "decision_date", day);
}

static void take_papers(const struct minutes *m, json_t *custody)
{
	json_t *papers =
		(json_t *)dossier_get(m->l->dossier, "document.papers");
	json_t *paper;
	size_t i;

	json_array_foreach (papers, i, paper)
		if (json_is_string(paper))
			take_paper(m, custody, json_string_value(paper));
	take_paper(m, custody, text_of(m, "receiver.grounds"));
}

static void set_minutes(const struct minutes *m, json_t *record)
{
	recording_set_text(m->l, record, "minutes", m->number);
	recording_set_text(m->l, record, "minutes_date", m->day);
}

static json_t *new_record(const struct minutes *m, const char *device)
{
	json_t *record = json_pack("{s:s}", "device_serial", device);

	if (!record)
		recording_fail(m->l);
	return record;
}

/* Ends the custody that ends when that of @record begins, or on the day of a
 * return. */
static void end_others(const struct minutes *m, json_t *record, bool again)
{
	struct import in = { .reg = m->l->reg,
			     .again = again,
			     .versions = m->l->versions };
	json_t *ended = import_end_custody(&in, record), *one;
	size_t i;

	json_array_foreach (ended, i, one)
		recording_put(m->l, RECORD_CUSTODY, json_incref(one));
	json_decref(ended);
	import_free(&in);
}

/* Of custody on record that ended otherwise than by these minutes the end
 * stays; else it is told anew. */
static bool keep_end(const struct minutes *m, json_t *custody)
{
	json_t *there = register_get(m->l->reg, RECORD_CUSTODY, custody);
	const char *end = import_text(there, "to_date");
	const char *until = import_text(custody, "to_date");
	struct record_share share;
	bool kept = false;

	if (*end) {
		register_share(m->l->reg, RECORD_CUSTODY, custody,
			       m->l->versions, &share);
		kept = !json_object_get(share.own, "to_date");
		record_share_free(&share);
	}
	if (kept && (!*until || strcmp(until, end) > 0))
		recording_set_text(m->l, custody, "to_date", end);
	json_decref(there);
	return kept;
}

static void put_custody(const struct minutes *m, json_t *custody)
{
	struct import in = { .reg = m->l->reg };

	import_spell_keeper(&in, custody);
	import_free(&in);
	end_others(m, custody, !keep_end(m, custody));
	recording_put(m->l, RECORD_CUSTODY, custody);
}

static void begin_custody(const struct minutes *m, const char *device)
{
	const char *until = text_of(m, "document.until");
	bool temporary =
		*until ||
		json_is_true(dossier_get(m->l->dossier, "document.temporary"));
	json_t *custody;

	if (!*text_of(m, "receiver.name"))
		return;
	custody = new_record(m, device);
	recording_set_text(m->l, custody, "keeper",
			   text_of(m, "receiver.name"));
	recording_set_text(m->l, custody, "from_date", m->day);
	recording_set_text(m->l, custody, "to_date", until);
	recording_set_text(m->l, custody, "keeper_title",
			   text_of(m, "receiver.title"));
	recording_set_text(m->l, custody, "keeper_id_number",
			   text_of(m, "receiver.id_number"));
	if (temporary && json_object_set_new(custody, "temporary", json_true()))
		recording_fail(m->l);
	take_papers(m, custody);
	set_minutes(m, custody);
	put_custody(m, custody);
}

/* A return without a keeper who has the token from then on. */
static void end_all(const struct minutes *m, const char *device)
{
	json_t *ended = new_record(m, device);

	recording_set_text(m->l, ended, "from_date", m->day);
	end_others(m, ended, false);
	json_decref(ended);
}

/* True if one of the events of the token has told of this day. */
static bool was_told(const struct minutes *m, const json_t *token,
		     const char *name)
{
	json_t *days =
		register_given(m->l->reg, RECORD_TOKEN, token, name, NULL);
	bool told = false;

	for (size_t i = 0; i < json_array_size(days) && !told; i++)
		told = strcmp(json_string_value(json_array_get(days, i)),
			      m->day) == 0;
	json_decref(days);
	return told;
}

/*
 * Puts the day, and to whom, into the token, which has the latest of its kind:
 * where a later one is on record, the event tells of both.
 */
static void put_day(const struct minutes *m, const char *device,
		    const char *name, const char *to)
{
	json_t *token = new_record(m, device), *later = NULL;
	json_t *there = register_get(m->l->reg, RECORD_TOKEN, token);
	const char *known = import_text(there, name);

	if (strcmp(known, m->day) > 0) {
		later = new_record(m, device);
		recording_set_text(m->l, later, name, known);
		if (*to)
			recording_set(m->l, later, "returned_to",
				      json_object_get(there, "returned_to"));
	}
	if (!later || !was_told(m, token, name)) {
		recording_set_text(m->l, token, name, m->day);
		recording_set_text(m->l, token, "returned_to", to);
		recording_put(m->l, RECORD_TOKEN, json_incref(token));
	}
	if (later)
		recording_put(m->l, RECORD_TOKEN, later);
	json_decref(there);
	json_decref(token);
}

static void deliver(const struct minutes *m, const char *device)
{
	put_day(m, device, "delivered_date", "");
	begin_custody(m, device);
}

/* An agency that receives its own token, in any of its offices, has collected
 * it; to any other receiver it was returned. */
static bool is_own(const struct minutes *m)
{
	const char *to = text_of(m, "receiver.organization");

	return !*to || names_within_agency(to, text_of(m, "agency.name"));
}

static void take_back(const struct minutes *m, const char *device)
{
	bool own = is_own(m);

	put_day(m, device, own ? "collected_date" : "returned_date",
		own ? "" : text_of(m, "receiver.organization"));
	if (own && *text_of(m, "receiver.name"))
		begin_custody(m, device);
	else
		end_all(m, device);
}

/* The loss on record that these minutes describe again, perhaps with its day.
 */
static json_int_t find_loss(const struct minutes *m, const char *device)
{
	struct query *q =
		store_query(register_store(m->l->reg), sql_minutes_loss);
	json_int_t found;

	query_put_text(q, device);
	query_put_text(q, text_of(m, "document.lost_date"));
	query_put_text(q, m->number);
	query_put_text(q, m->day);
	found = query_next(q) ? (json_int_t)query_number(q, 0) : 0;
	query_end(q);
	return found ? found : register_next_key(m->l->reg, RECORD_LOSS);
}

static void lose(const struct minutes *m, const char *device)
{
	static const char *const paths[][2] = {
		{ "lost_date", "document.lost_date" },
		{ "lost_place", "document.lost_place" },
		{ "reported_time", "document.reported" },
	};
	const char *circumstances = text_of(m, "document.circumstances");
	json_t *loss = new_record(m, device);

	if (json_object_set_new(loss, "loss",
				json_integer(find_loss(m, device))))
		recording_fail(m->l);
	recording_set_text(m->l, loss, "loss_kind", "lost");
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		recording_set_text(m->l, loss, paths[i][0],
				   text_of(m, paths[i][1]));
	recording_set_text(m->l, loss, "circumstances",
			   *circumstances ? circumstances
					  : text_of(m, "document.reason"));
	set_minutes(m, loss);
	recording_put(m->l, RECORD_LOSS, loss);
}

/* The keeper has the token since an earlier day, or not yet: then the minutes
 * of the hand-over will cite the decision. */
static void decide(const struct minutes *m, const char *device)
{
	struct query *q =
		store_query(register_store(m->l->reg), sql_minutes_keeper);
	json_t *custody = NULL;
	const char *day = m->day;
	char text[256], words[DATE_SIZE];
	long when;

	store_today(register_store(m->l->reg), day);
	(void)snprintf(text, sizeof(text), "Quyết định số %s %s", m->number,
		       date_read_iso(day, &when) ? date_cited(when, words)
						 : day);
	query_put_text(q, device);
	if (query_next(q) &&
	    names_same_letters(query_text(q, 0), text_of(m, "keeper.name")) &&
	    (!*query_text(q, 2) || strcmp(query_text(q, 2), text) == 0)) {
		custody = new_record(m, device);
		recording_set_text(m->l, custody, "keeper", query_text(q, 0));
		recording_set_text(m->l, custody, "from_date",
				   query_text(q, 1));
	}
	query_end(q);
	if (!custody)
		return;
	recording_set_text(m->l, custody, "decision", text);
	recording_set_text(m->l, custody, "decision_date", day);
	recording_put(m->l, RECORD_CUSTODY, custody);
}

static void take_row(const struct minutes *m, const json_t *row)
{
	const char *procedure = text_of(m, "form.procedure");
	json_t *item = recording_item(m->l, row);
	const char *device = import_text(item, "device_serial");

	if (!*device)
		m->l->done.n_unnamed++;
	else if (strcmp(procedure, "deliver") == 0)
		deliver(m, device);
	else if (strcmp(procedure, "keeper") == 0)
		begin_custody(m, device);
	else if (strcmp(procedure, "return") == 0)
		take_back(m, device);
	else
		lose(m, device);
	json_decref(item);
}

/* The decision that gives tokens to a keeper who has them already is put into
 * that custody. */
static void record_decision(struct recording *l)
{
	struct minutes m = { .l = l,
			     .day = dossier_text(l->dossier, "document.date"),
			     .number = recording_number(l, "QĐ") };
	json_t *rows = (json_t *)dossier_get(l->dossier, "subscribers");
	json_t *row;
	size_t i;

	if (!m.number || !*m.number || strlen(m.day) != strlen("YYYY-MM-DD")) {
		free(m.number);
		return;
	}
	json_array_foreach (rows, i, row) {
		json_t *item = recording_item(l, row);
		const char *device = import_text(item, "device_serial");

		if (*device)
			decide(&m, device);
		json_decref(item);
	}
	free(m.number);
}

/* True if these minutes give the token to that keeper, too. A name that has got
 * its accents is written anew. */
static bool gives_again(const struct minutes *m, const json_t *custody)
{
	const char *procedure = text_of(m, "form.procedure");
	const char *name = text_of(m, "receiver.name");
	const char *keeper = import_text(custody, "keeper");
	const json_t *rows = dossier_get(m->l->dossier, "subscribers");
	bool same = false;

	if (strcmp(procedure, "lost") == 0 ||
	    (strcmp(procedure, "return") == 0 && !is_own(m)))
		return false;
	if (strcmp(name, keeper) != 0 &&
	    (!*name || !names_spelt_alike(name, keeper) ||
	     (names_has_accents(name) && !names_has_accents(keeper))))
		return false;
	for (size_t i = 0; i < json_array_size(rows) && !same; i++)
		same = normalize_same_serial(
			dossier_text(json_array_get(rows, i), "device_serial"),
			import_text(custody, "device_serial"));
	return same;
}

/* Custody that an earlier version of the minutes began, and these do not, never
 * was. */
static void leave_out(void *owner, enum record_kind kind, const json_t *record)
{
	const struct minutes *m = owner;
	json_t *there;

	if (kind != RECORD_CUSTODY)
		return;
	there = register_get(m->l->reg, kind, record);
	if (there && strcmp(import_text(there, "minutes"), m->number) == 0 &&
	    strcmp(import_text(there, "minutes_date"), m->day) == 0 &&
	    !gives_again(m, there))
		(void)recording_take_out(m->l, kind, record);
	json_decref(there);
}

/* The days of tokens that the minutes will give, which the version before may
 * have given as well. */
static void note_days(const struct minutes *m, const json_t *rows)
{
	const char *procedure = text_of(m, "form.procedure");
	bool back = strcmp(procedure, "return") == 0;
	const char *name = back && !is_own(m) ? "returned_date"
			   : back	      ? "collected_date"
					      : "delivered_date";

	if (!back && strcmp(procedure, "deliver") != 0)
		return;
	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *token = register_find_token(
			m->l->reg,
			import_text(json_array_get(rows, i), "device_serial"));
		json_t *days =
			new_record(m, dossier_text(token, "device_serial"));

		recording_set_text(m->l, days, name, m->day);
		if (strcmp(name, "returned_date") == 0)
			recording_set_text(m->l, days, "returned_to",
					   text_of(m, "receiver.organization"));
		recording_note(m->l, RECORD_TOKEN, days);
		json_decref(days);
		json_decref(token);
	}
}

static void settle_token(void *owner, enum record_kind kind,
			 const json_t *record)
{
	const struct minutes *m = owner;

	if (kind == RECORD_TOKEN)
		recording_settle(m->l, kind, record);
}

/* What only an earlier version said goes before these are recorded, as they
 * follow on what is left. */
static void take_back_earlier(struct minutes *m, const json_t *rows)
{
	note_days(m, rows);
	recording_each_earlier(m->l, settle_token, m);
	recording_each_earlier(m->l, leave_out, m);
}

static void record_minutes(struct recording *l)
{
	struct minutes m = { .l = l,
			     .day = dossier_text(l->dossier, "document.date"),
			     .number = recording_number(l, "BB") };
	json_t *rows = (json_t *)dossier_get(l->dossier, "subscribers");
	json_t *row;
	size_t i;

	/* Without one they are a draft, and say what nobody did yet. */
	if (m.number && *m.number) {
		take_back_earlier(&m, rows);
		json_array_foreach (rows, i, row)
			take_row(&m, row);
	}
	free(m.number);
}

/* Every document. */

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
	else if (strcmp(procedure, "reject") == 0)
		record_rejection(&l);
	else
		record_request(&l);
	if (strcmp(procedure, "decision") == 0)
		record_decision(&l);
	recording_end(&l);
	return l.done;
}

/* True if the document asks for something, and may have done so before. */
static bool asks(const char *procedure)
{
	return !*recording_kind(procedure) &&
	       strcmp(procedure, "permission") != 0 &&
	       strcmp(procedure, "refuse") != 0 &&
	       strcmp(procedure, "answer") != 0 &&
	       strcmp(procedure, "reject") != 0;
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

/* True if the minutes of the row are those of @dossier, made before: they are
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

/* True if the answer of the row is that of @dossier, made before: it answers
 * the same request. */
static bool is_same_answer(struct query *q, const json_t *dossier)
{
	const json_t *asked = dossier_get(dossier, "request.register");

	return json_integer_value(asked) == query_number(q, 2);
}

/* True if the paper that was found is that of @dossier, made before. */
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
