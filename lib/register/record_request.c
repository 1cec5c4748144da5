/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recording the request that a letter makes, its items, and its result. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "letter.h"
#include "match.h"
#include "names.h"
#include "normalize.h"
#include "record_private.h"
#include "register/record_document.sql.h"
#include "token/ckstoken.h"

/* A letter as a request with its items, and the request in the register if
 * there is one already. */
struct request {
	struct recording *l;
	json_t *fields; /* of the request itself */
	json_t *items;
	json_int_t number;
};

static const char *text_of(const struct request *r, const char *name)
{
	return import_text(r->fields, name);
}

static json_int_t key_of(const json_t *item, const char *name)
{
	return json_integer_value(json_object_get(item, name));
}

static const char *name_of(json_int_t item, char name[24])
{
	(void)snprintf(name, 24, "%" JSON_INTEGER_FORMAT, item);
	return name;
}

static bool is_taken(const json_t *taken, json_int_t item)
{
	char name[24];

	return json_object_get(taken, name_of(item, name)) != NULL;
}

static void take_item(const struct request *r, json_t *taken, json_int_t item)
{
	char name[24];

	if (json_object_set_new(taken, name_of(item, name), json_true()))
		recording_fail(r->l);
}

/* The first item of @request about the same subscriber, token and certificate
 * that is not in @taken; it is added there. 0 if there is none. */
static json_int_t find_item(const struct request *r, json_int_t request,
			    const json_t *item, json_t *taken)
{
	struct query *q =
		store_query(register_store(r->l->reg), sql_request_items);
	json_int_t found = 0;

	query_put_number(q, request);
	query_put_number(q, key_of(item, "subscriber"));
	query_put_text(q, import_text(item, "device_serial"));
	query_put_text(q, import_text(item, "certificate_serial"));
	while (!found && query_next(q))
		if (!is_taken(taken, (json_int_t)query_number(q, 0)))
			found = (json_int_t)query_number(q, 0);
	query_end(q);
	if (found)
		take_item(r, taken, found);
	return found;
}

/* True if the request has an item for each of the letter's. */
static bool has_same_items(const struct request *r, json_int_t request)
{
	json_t *taken = json_object(), *item;
	bool same = taken != NULL;
	size_t i;

	json_array_foreach (r->items, i, item)
		same = same && find_item(r, request, item, taken);
	json_decref(taken);
	return same;
}

/* True if @row, whose subscriber is number @subscriber or 0, is about the item
 * that stands in @about. */
static bool is_about(const struct recording *l, struct query *about,
		     const json_t *row, bool fresh, json_int_t subscriber)
{
	const char *device =
		fresh ? "" : recording_text(l, row, "device_serial");
	const char *certificate = recording_text(
		l, row, fresh ? "old_serial" : "certificate_serial");
	const char *name = recording_text(l, row, "name");

	if (subscriber && query_number(about, 0))
		return query_number(about, 0) == subscriber;
	/* A row in which all is still to be filled in. */
	if (!subscriber && !*device && !*certificate && !*name)
		return !query_number(about, 0) && !*query_text(about, 2) &&
		       (fresh || !*query_text(about, 1));
	return (*device &&
		normalize_same_serial(query_text(about, 1), device)) ||
	       (*certificate &&
		names_same_certificate(query_text(about, 2), certificate)) ||
	       (*name && strcmp(query_text(about, 3), name) == 0);
}

static bool has_row(struct custody_register *reg, json_int_t request,
		    const json_t *row, bool fresh, size_t *n_items)
{
	struct query *q = store_query(register_store(reg), sql_request_about);
	const struct recording l = { .reg = reg };
	bool found = false;
	struct match m;

	match_find(reg, row, fresh, &m);
	query_put_number(q, request);
	for (*n_items = 0; !found && query_next(q); (*n_items)++)
		found = is_about(&l, q, row, fresh,
				 key_of(m.subscriber, "subscriber"));
	query_end(q);
	match_free(&m);
	return found;
}

bool record_is_version(struct custody_register *reg, json_int_t request,
		       const json_t *dossier)
{
	const json_t *rows = dossier_get(dossier, "subscribers");
	bool fresh = record_is_fresh(dossier_text(dossier, "form.procedure"));
	size_t n = json_array_size(rows), n_items = 1;
	bool found = n == 0;

	for (size_t i = 0; i < n && !found && n_items; i++)
		found = has_row(reg, request, json_array_get(rows, i), fresh,
				&n_items);
	return found || n_items == 0;
}

/* True if the letter has no items: an officer recorded it by its number. */
static bool is_bare(struct custody_register *reg, json_int_t request)
{
	struct query *q = store_query(register_store(reg), sql_request_about);
	bool bare;

	query_put_number(q, request);
	bare = !query_next(q);
	query_end(q);
	return bare;
}

/* The day of the document, "" for a text that is none. */
static const char *day_of(const json_t *dossier)
{
	const char *text = dossier_text(dossier, "document.date");
	long day;

	return date_read_iso(text, &day) ? text : "";
}

/* True if the letter of the row may be that of @dossier. One that is known by
 * its number alone may be of any day. */
static bool may_be(struct custody_register *reg, struct query *q,
		   const json_t *dossier)
{
	const char *procedure = query_text(q, LETTER_PROCEDURE);
	const char *day = query_text(q, LETTER_DAY);
	json_int_t request = (json_int_t)query_number(q, LETTER_REQUEST);

	if (*procedure &&
	    strcmp(procedure, dossier_text(dossier, "form.procedure")) != 0)
		return false;
	if (strcmp(day, day_of(dossier)) != 0 &&
	    (*day || !is_bare(reg, request)))
		return false;
	return letter_may_be_of(query_text(q, LETTER_SENDER),
				dossier_text(dossier, "agency.name")) &&
	       record_is_version(reg, request, dossier);
}

/* One of its day goes before one whose day is not known. */
json_int_t record_find_letter(struct custody_register *reg,
			      const json_t *dossier)
{
	const char *day = day_of(dossier);
	const char *kind =
		recording_kind(dossier_text(dossier, "form.procedure"));
	char *number = record_letter_number(dossier, kind);
	json_int_t found = 0;
	bool same = false;
	struct query *q;

	if (!number)
		store_fail(register_store(reg), -ENOMEM);
	if (!number || !*number)
		goto out;
	q = letters_of_number(reg, number);
	while (!same && query_next(q)) {
		if (!may_be(reg, q, dossier))
			continue;
		same = strcmp(query_text(q, LETTER_DAY), day) == 0;
		if (same || !found)
			found = (json_int_t)query_number(q, LETTER_REQUEST);
	}
	query_end(q);
out:
	free(number);
	return found;
}

/* Requests that may be drafts of the letter: they have as many items, and the
 * first is about the same. */
static json_t *find_drafts(const struct request *r)
{
	const json_t *first = json_array_get(r->items, 0);
	json_t *list = json_array();
	struct query *q =
		store_query(register_store(r->l->reg), sql_request_drafts);

	query_put_text(q, text_of(r, "procedure"));
	query_put_number(q, key_of(first, "subscriber"));
	query_put_text(q, import_text(first, "device_serial"));
	query_put_text(q, import_text(first, "certificate_serial"));
	query_put_number(q, (long long)json_array_size(r->items));
	query_put_text(q, text_of(r, "period"));
	while (query_next(q))
		if (json_array_append_new(list,
					  json_integer(query_number(q, 0))))
			recording_fail(r->l);
	query_end(q);
	return list;
}

static json_int_t find_draft(const struct request *r)
{
	json_t *drafts = find_drafts(r);
	json_int_t found = 0;

	for (size_t i = 0; i < json_array_size(drafts) && !found; i++) {
		json_int_t draft =
			json_integer_value(json_array_get(drafts, i));

		if (has_same_items(r, draft))
			found = draft;
	}
	json_decref(drafts);
	return found;
}

/* Sets the fields that the letter gives for the request itself. */
static void describe(struct request *r)
{
	static const char *const paths[][2] = {
		{ "procedure", "form.procedure" },
		{ "form", "form.number" },
		{ "document_date", "document.date" },
		{ "period", "document.period" },
		{ "sender", "agency.name" },
		{ "recipient", "document.recipient" },
	};
	const struct recording *l = r->l;
	const json_t *d = l->dossier;
	char *number = recording_number(
		l, recording_kind(dossier_text(d, paths[0][1])));

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		recording_set(l, r->fields, paths[i][0],
			      dossier_get(d, paths[i][1]));
	recording_set_text(l, r->fields, "document_number", number);
	recording_set_text(l, r->fields, "channel", l->channel);
	if (strcmp(dossier_text(d, paths[0][1]), "reject") == 0)
		recording_set(l, r->fields, "refusal",
			      dossier_get(d, "document.reason"));
	free(number);
}

/* Sets the fields that the row gives for its item, and removes those that only
 * an earlier version of the letter gave. */
static void describe_item(const struct recording *l, const json_t *row,
			  json_t *item)
{
	static const char *const names[] = { "reason", "renew", "update",
					     "change", "change_to" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (json_object_set_new(item, names[i], json_null()))
			recording_fail(l);
		recording_set(l, item, names[i],
			      json_object_get(row, names[i]));
	}
}

static void take_rows(struct request *r)
{
	json_t *rows = (json_t *)dossier_get(r->l->dossier, "subscribers");
	json_t *row;
	size_t i;

	json_array_foreach (rows, i, row) {
		json_t *item = recording_item(r->l, row);

		describe_item(r->l, row, item);
		if (json_array_append_new(r->items, item))
			recording_fail(r->l);
	}
}

static json_int_t next_item(const struct request *r)
{
	struct query *q =
		store_query(register_store(r->l->reg), sql_request_next_item);
	json_int_t next;

	query_put_number(q, r->number);
	next = query_next(q) ? (json_int_t)query_number(q, 0) : 0;
	query_end(q);
	return next;
}

static size_t count_items(const struct request *r)
{
	return (size_t)(next_item(r) - 1);
}

static void put_items(const struct request *r)
{
	json_t *taken = json_object(), *item;
	size_t i;

	json_array_foreach (r->items, i, item) {
		json_int_t number = find_item(r, r->number, item, taken);

		if (!number) {
			number = next_item(r);
			take_item(r, taken, number);
		}
		recording_set(r->l, item, "request",
			      json_object_get(r->fields, "request"));
		if (json_object_set_new(item, "item", json_integer(number)))
			recording_fail(r->l);
		recording_put(r->l, RECORD_ITEM, json_incref(item));
	}
	json_decref(taken);
}

void record_request(struct recording *l)
{
	struct request r = { .l = l,
			     .fields = json_object(),
			     .items = json_array() };

	describe(&r);
	/* Whom the refused document names is no matter of this letter. */
	if (strcmp(text_of(&r, "procedure"), "reject") != 0)
		take_rows(&r);
	r.number = l->done.request;
	if (!r.number)
		r.number = record_find_letter(l->reg, l->dossier);
	if (!r.number)
		r.number = find_draft(&r);
	if (!r.number)
		r.number = register_next_key(l->reg, RECORD_REQUEST);
	if (json_object_set_new(r.fields, "request", json_integer(r.number)))
		recording_fail(l);
	recording_put(l, RECORD_REQUEST, json_incref(r.fields));
	put_items(&r);
	l->done.request = r.number;
	l->done.n_gone = count_items(&r) - json_array_size(r.items);
	json_decref(r.fields);
	json_decref(r.items);
}

/* The answer that a letter gives to a request. */

/* The letter that asked, as far as the answer tells of it, as a dossier. */
static json_t *asking_letter(const struct recording *l)
{
	static const char *const paths[][2] = {
		{ "form.procedure", "request.procedure" },
		{ "form.number", "request.form" },
		{ "document.date", "request.date" },
		{ "document.recipient", "request.recipient" },
		{ "agency.name", "request.agency" },
	};
	const char *number = dossier_text(l->dossier, "request.number");
	size_t digits = strcspn(number, "/");
	json_t *letter = json_object();
	char *text = strndup(number, digits);
	int rc = !letter || !text;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]) && !rc; i++)
		rc = dossier_put(letter, paths[i][0],
				 dossier_text(l->dossier, paths[i][1]));
	rc = rc || dossier_put(letter, "document.number", text) ||
	     (number[digits] &&
	      dossier_put(letter, "agency.symbol", number + digits + 1)) ||
	     json_object_set(letter, "subscribers",
			     json_object_get(l->dossier, "subscribers"));
	free(text);
	if (rc) {
		recording_fail(l);
		json_decref(letter);
		letter = NULL;
	}
	return letter;
}

static json_int_t find_asked(struct recording *l)
{
	json_int_t key =
		json_integer_value(dossier_get(l->dossier, "request.register"));
	struct recording asking = { .reg = l->reg, .channel = "" };
	json_t *letter;

	if (key && !is_bare(l->reg, key))
		return key;
	letter = asking_letter(l);
	if (!letter)
		return 0;
	asking.done.request = key;
	asking.dossier = letter;
	asking.fresh = record_is_fresh(dossier_text(letter, "form.procedure"));
	record_request(&asking);
	json_decref(letter);
	return asking.done.request;
}

/* Puts the answer into the request @key. */
static void put_answer(struct recording *l, json_int_t key, bool refused)
{
	const json_t *d = l->dossier;
	char *number = recording_number(l, "");
	json_t *record = json_object();

	if (!key || !record ||
	    json_object_set_new(record, "request", json_integer(key)) ||
	    json_object_set_new(record, "refusal", json_null()))
		recording_fail(l);
	recording_set_text(l, record, "outcome",
			   refused ? "refused" : "accepted");
	recording_set(l, record, "outcome_date",
		      dossier_get(d, "document.date"));
	recording_set_text(l, record, "answer_number", number);
	if (refused)
		recording_set(l, record, "refusal",
			      dossier_get(d, "document.reason"));
	recording_put(l, RECORD_REQUEST, record);
	l->done.request = key;
	free(number);
}

void record_answer(struct recording *l)
{
	const char *procedure = dossier_text(l->dossier, "form.procedure");

	put_answer(l, find_asked(l), strcmp(procedure, "refuse") == 0);
}

void record_rejection(struct recording *l)
{
	json_int_t key =
		json_integer_value(dossier_get(l->dossier, "request.register"));

	if (key)
		put_answer(l, key, true);
	else
		record_request(l);
}

/* The result of a request for recovery. */

/* The only letter of the number that @authority begins with, where an officer
 * recorded a request for recovery by its number alone; or 0. */
static json_int_t find_bare(struct custody_register *reg, const char *authority)
{
	struct letter_cited cited = { 0 };
	int rc = letter_cited_read(authority, &cited);
	json_int_t found = 0;
	struct query *q;
	size_t n = 0;

	if (rc == -ENOMEM)
		store_fail(register_store(reg), rc);
	if (rc)
		goto out;
	q = letters_cited(reg, &cited);
	while (query_next(q)) {
		json_int_t request =
			(json_int_t)query_number(q, LETTER_REQUEST);

		if (strcmp(query_text(q, LETTER_PROCEDURE), "recover") != 0 ||
		    !letter_is_cited(q, &cited) || !is_bare(reg, request))
			continue;
		found = request;
		n++;
	}
	query_end(q);
out:
	letter_cited_free(&cited);
	return n == 1 ? found : 0;
}

json_int_t record_request_cited(struct custody_register *reg,
				const char *serial, const char *authority)
{
	json_int_t found = 0;
	struct query *q =
		store_query(register_store(reg), sql_request_recoveries);

	query_put_text(q, serial);
	while (!found && query_next(q))
		if (normalize_cites(authority, query_text(q, 1),
				    query_text(q, 2)))
			found = (json_int_t)query_number(q, 0);
	query_end(q);
	return found ? found : find_bare(reg, authority);
}

static bool is_refused(struct custody_register *reg, json_int_t request)
{
	struct query *q = store_query(register_store(reg), sql_request_refused);
	bool refused;

	query_put_number(q, request);
	refused = query_next(q);
	query_end(q);
	return refused;
}

void record_request_answer(struct custody_register *reg, const char *serial,
			   const char *authority, struct request_answer *answer)
{
	json_int_t request = record_request_cited(reg, serial, authority);
	struct query *q;
	long day;

	*answer = (struct request_answer){ 0 };
	if (!request)
		return;
	q = store_query(register_store(reg), sql_request_restored);
	query_put_text(q, serial);
	query_put_number(q, request);
	answer->restored = query_next(q);
	if (answer->restored && date_read_iso(query_text(q, 0), &day))
		date_dmy(day, answer->day);
	query_end(q);
	answer->refused = !answer->restored && is_refused(reg, request);
}

static bool is_done(struct custody_register *reg, json_int_t request)
{
	struct query *q =
		store_query(register_store(reg), sql_request_unrestored);
	bool done;

	query_put_number(q, request);
	done = !query_next(q);
	query_end(q);
	return done;
}

void record_request_restored(struct custody_register *reg, json_int_t request,
			     const char *day)
{
	struct recording l = { .reg = reg };
	json_t *number = json_integer(request);
	json_t *record = json_object();

	recording_set(&l, record, "request", number);
	recording_set_text(&l, record, "outcome", "accepted");
	/* Of a letter known by its number alone it is not known what is left.
	 */
	if (!is_bare(reg, request) && is_done(reg, request))
		recording_set_text(&l, record, "done_date", day);
	recording_put(&l, RECORD_REQUEST, record);
	json_decref(number);
}
