/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Letters: the request that each makes, and its items. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record_private.h"

/* A letter, its items and, of the request found, where each is there. */
struct request {
	struct letter *l;
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

#define SAME_ITEM                                   \
	"coalesce(\"subscriber\", 0) = $2 AND "     \
	"coalesce(\"device_serial\", '') = $3 AND " \
	"coalesce(\"certificate_serial\", '') = $4"

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
		letter_fail(r->l);
}

/* The first of the request's items about the same, but those in @taken; 0:
 * there is none. */
static json_int_t find_item(const struct request *r, json_int_t request,
			    const json_t *item, json_t *taken)
{
	struct query *q = store_query(register_store(r->l->reg),
				      "SELECT \"item\" FROM \"items\" WHERE "
				      "\"request\" = $1 AND " SAME_ITEM
				      " ORDER BY \"item\"");
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

/* Whether the request asks for the same, no more and no less. */
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

/* The same letter, made before with this number and day. */
static json_int_t find_letter(const struct request *r)
{
	struct query *q;
	json_int_t found = 0;

	if (!*text_of(r, "document_number"))
		return 0;
	q = store_query(register_store(r->l->reg),
			"SELECT \"request\" FROM \"requests\" WHERE "
			"\"procedure\" = $1 AND \"document_number\" = $2 AND "
			"\"document_date\" = $3");
	query_put_text(q, text_of(r, "procedure"));
	query_put_text(q, text_of(r, "document_number"));
	query_put_text(q, text_of(r, "document_date"));
	if (query_next(q))
		found = (json_int_t)query_number(q, 0);
	query_end(q);
	return found;
}

/* What may be a draft of it: as many items, the first about the same. */
static json_t *find_drafts(const struct request *r)
{
	const json_t *first = json_array_get(r->items, 0);
	json_t *list = json_array();
	struct query *q = store_query(
		register_store(r->l->reg),
		"SELECT \"r\".\"request\" FROM \"requests\" \"r\" WHERE "
		"\"r\".\"document_number\" IS NULL AND "
		"\"r\".\"procedure\" = $1 AND \"r\".\"outcome\" IS NULL AND "
		"\"r\".\"done_date\" IS NULL AND (EXISTS (SELECT 1 FROM "
		"\"items\" WHERE \"request\" = \"r\".\"request\" AND " SAME_ITEM
		") OR $5 = 0) AND $5 = (SELECT count(*) FROM \"items\" "
		"\"i\" WHERE \"i\".\"request\" = \"r\".\"request\") AND "
		"coalesce(\"r\".\"period\", '') = $6 "
		"ORDER BY \"r\".\"request\" DESC");

	query_put_text(q, text_of(r, "procedure"));
	query_put_number(q, key_of(first, "subscriber"));
	query_put_text(q, import_text(first, "device_serial"));
	query_put_text(q, import_text(first, "certificate_serial"));
	query_put_number(q, (long long)json_array_size(r->items));
	query_put_text(q, text_of(r, "period"));
	while (query_next(q))
		if (json_array_append_new(list,
					  json_integer(query_number(q, 0))))
			letter_fail(r->l);
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

/* What the letter says of the request itself. */
static void describe(struct request *r)
{
	static const char *const paths[][2] = {
		{ "procedure", "form.procedure" },
		{ "form", "form.number" },
		{ "document_date", "document.date" },
		{ "period", "document.period" },
		{ "recipient", "document.recipient" },
	};
	const struct letter *l = r->l;
	const json_t *d = l->dossier;
	bool report = strcmp(dossier_text(d, paths[0][1]), "report") == 0;
	char *number = letter_number(l, report ? "BC" : "");

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		letter_set(l, r->fields, paths[i][0],
			   dossier_get(d, paths[i][1]));
	letter_set_text(l, r->fields, "document_number", number);
	letter_set_text(l, r->fields, "channel", l->channel);
	free(number);
}

/* What is asked of a row; what an earlier version of the letter said besides
 * goes. */
static void describe_item(const struct letter *l, const json_t *row,
			  json_t *item)
{
	static const char *const names[] = { "reason", "renew", "update",
					     "change", "change_to" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (json_object_set_new(item, names[i], json_null()))
			letter_fail(l);
		letter_set(l, item, names[i], json_object_get(row, names[i]));
	}
}

static void take_rows(struct request *r)
{
	json_t *rows = (json_t *)dossier_get(r->l->dossier, "subscribers");
	json_t *row;
	size_t i;

	json_array_foreach (rows, i, row) {
		json_t *item = letter_row(r->l, row);

		describe_item(r->l, row, item);
		if (json_array_append_new(r->items, item))
			letter_fail(r->l);
	}
}

static json_int_t next_item(const struct request *r)
{
	struct query *q = store_query(register_store(r->l->reg),
				      "SELECT coalesce(max(\"item\"), 0) + 1 "
				      "FROM \"items\" WHERE \"request\" = $1");
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
		letter_set(r->l, item, "request",
			   json_object_get(r->fields, "request"));
		if (json_object_set_new(item, "item", json_integer(number)))
			letter_fail(r->l);
		letter_put_record(r->l, RECORD_ITEM, json_incref(item));
	}
	json_decref(taken);
}

void letter_put_request(struct letter *l)
{
	struct request r = { .l = l,
			     .fields = json_object(),
			     .items = json_array() };

	describe(&r);
	take_rows(&r);
	r.number = find_letter(&r);
	if (!r.number)
		r.number = find_draft(&r);
	if (!r.number)
		r.number = register_next_key(l->reg, RECORD_REQUEST);
	if (json_object_set_new(r.fields, "request", json_integer(r.number)))
		letter_fail(l);
	letter_put_record(l, RECORD_REQUEST, json_incref(r.fields));
	put_items(&r);
	l->done.request = r.number;
	l->done.n_gone = count_items(&r) - json_array_size(r.items);
	json_decref(r.fields);
	json_decref(r.items);
}
