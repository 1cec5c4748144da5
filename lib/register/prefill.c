/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/dossier.h"
#include "prefill_private.h"
#include "record_document.h"

/* The only one of the list as a record; what may be one of several is none. */
static json_t *only_one(struct custody_register *reg, enum record_kind kind,
			json_t *list)
{
	json_t *key = NULL, *record = NULL;

	if (json_array_size(list) == 1)
		key = json_pack("{s:O}", record_types[kind].columns[0],
				json_array_get(list, 0));
	if (key)
		record = register_get(reg, kind, key);
	json_decref(key);
	json_decref(list);
	return record;
}

/* The token that the subscriber has, if it is one alone. */
static void find_in_hand(struct facts *f)
{
	struct query *q =
		store_query(register_store(f->reg),
			    "SELECT \"device_serial\" FROM \"tokens\" WHERE "
			    "\"subscriber\" = $1 AND \"returned_date\" IS NULL "
			    "LIMIT 2");
	json_t *list;

	query_put_number(q, prefill_subscriber(f->m.subscriber));
	list = prefill_list(f->reg, q);
	f->n_tokens = json_array_size(list);
	f->m.token = only_one(f->reg, RECORD_TOKEN, list);
}

static void find_certificate(struct facts *f)
{
	json_t *list = prefill_in_use(f->reg, &f->m, f->question->day);

	f->sought = true;
	f->n_certificates = json_array_size(list);
	f->m.certificate = only_one(f->reg, RECORD_CERTIFICATE, list);
	if (f->m.certificate && !f->m.subscriber)
		match_find_subscriber(f->reg, f->row, &f->m);
}

/* What the row leaves open, where only one can be meant. */
static void complete(struct facts *f)
{
	const char *serial = f->fresh ? "old_serial" : "certificate_serial";
	struct match *m = &f->m;

	if (m->other)
		return;
	if (!m->token && m->subscriber &&
	    !*import_text(f->row, "device_serial"))
		find_in_hand(f);
	if (m->token && !m->certificate && !*import_text(f->row, serial))
		find_certificate(f);
}

/* What is of one day, of the register alone, or of the certificate before. */
static bool is_for_documents(const char *name)
{
	const struct field *f = field_find(name);

	return (f && strcmp(name, "user_pin") != 0 &&
		strcmp(name, "old_serial") != 0) ||
	       strcmp(name, "official") == 0;
}

static int add(json_t *facts, const json_t *record)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)record, name, value)
		if (is_for_documents(name) &&
		    json_object_set(facts, name, value))
			return -ENOMEM;
	return 0;
}

/* Documents name the agency with the unit before it. */
static int add_agency(json_t *facts, const json_t *subscriber)
{
	const char *unit = import_text(subscriber, "unit");
	const char *organization = import_text(subscriber, "organization");
	char *text = NULL;
	int ret;

	if (!*unit)
		return 0;
	if (asprintf(&text, "%s, %s", unit, organization) < 0)
		return -ENOMEM;
	ret = dossier_put(facts, "organization", text);
	free(text);
	return ret;
}

/* What they are called otherwise, and no more. */
static int add_other(json_t *facts, const json_t *row, const json_t *other)
{
	static const char *const names[] = { "name", "id_number" };
	int ret = 0;

	for (size_t i = 0; i < 2 && !ret; i++)
		if (*import_text(row, names[i]))
			ret = dossier_put(facts, names[i],
					  import_text(other, names[i]));
	return ret;
}

/* A token or a certificate of somebody else tells nothing of the row's. */
static int add_theirs(json_t *facts, const struct match *m,
		      const json_t *record)
{
	return prefill_is_of(m, record) ? add(facts, record) : 0;
}

static int add_all(json_t *values, const struct facts *f)
{
	const struct match *m = &f->m;
	int ret = 0;

	if (m->subscriber)
		ret = add(values, m->subscriber) ||
		      add_agency(values, m->subscriber);
	else if (m->other)
		ret = add_other(values, f->row, m->other);
	if (ret)
		return ret;
	if (!f->fresh)
		return add_theirs(values, m, m->token) ||
		       add_theirs(values, m, m->certificate);
	if (!prefill_is_of(m, m->certificate))
		return 0;
	return dossier_put(values, "old_serial",
			   import_text(m->certificate, "certificate_serial"));
}

json_t *prefill_of(struct custody_register *reg, const json_t *row,
		   const struct prefill_question *question)
{
	struct facts f = { .reg = reg,
			   .row = row,
			   .question = question,
			   .fresh = letter_is_fresh(question->procedure) };
	json_t *values = json_object();

	match_find(reg, row, f.fresh, &f.m);
	complete(&f);
	if (question->doubts)
		prefill_doubt(&f);
	if (values && add_all(values, &f)) {
		json_decref(values);
		values = NULL;
	}
	match_free(&f.m);
	return values;
}

/* Those in use; where none is, the last, unless it is to be in force. */
static json_t *certificates_of(struct custody_register *reg,
			       const struct match *m, bool fresh,
			       const char *day)
{
	json_t *list = prefill_in_use(reg, m, day);

	if (!list || json_array_size(list) > 0 || (*day && !fresh))
		return list;
	json_decref(list);
	return prefill_last(reg, m);
}

json_t *prefill_rows(struct custody_register *reg, const char *serial,
		     bool fresh, const char *day)
{
	const char *column = fresh ? "old_serial" : "certificate_serial";
	json_t *rows = json_array(), *list = NULL, *certificate;
	json_t *named = json_pack("{s:s}", "device_serial", serial);
	const json_t *device;
	struct match m;
	size_t i;

	match_find(reg, named, false, &m);
	device = json_object_get(m.token, "device_serial");
	if (device)
		list = certificates_of(reg, &m, fresh, day);
	json_array_foreach (list, i, certificate)
		json_array_append_new(rows,
				      json_pack("{s:O, s:O}", "device_serial",
						device, column, certificate));
	if (device && json_array_size(list) == 0)
		json_array_append_new(
			rows, json_pack("{s:O}", "device_serial", device));
	if (rows && device && json_array_size(rows) == 0) {
		json_decref(rows);
		rows = NULL;
	}
	json_decref(list);
	json_decref(named);
	match_free(&m);
	return rows;
}

static json_t *person_of(struct custody_register *reg, struct query *q)
{
	json_t *person = json_object();

	if (dossier_put(person, "name", query_text(q, 0)) ||
	    dossier_put(person, "title", query_text(q, 1)) ||
	    dossier_put(person, "id_number", query_text(q, 2)))
		store_fail(register_store(reg), -ENOMEM);
	return person;
}

json_t *prefill_keeper(struct custody_register *reg, const char *serial,
		       const char *day, const char *but)
{
	json_t *named = json_pack("{s:s}", "device_serial", serial);
	json_t *keeper = NULL;
	struct query *q;
	struct match m;

	match_find(reg, named, false, &m);
	q = store_query(
		register_store(reg),
		"SELECT \"keeper\", \"keeper_title\", \"keeper_id_number\" "
		"FROM \"custody\" WHERE \"device_serial\" = $1 AND "
		"\"from_date\" <= $2 AND coalesce(\"to_date\", '9999') >= $2 "
		"AND \"keeper\" <> $3 ORDER BY coalesce(\"to_date\", '9999') "
		"DESC, \"from_date\" DESC");
	query_put_text(q, import_text(m.token, "device_serial"));
	query_put_text(q, day);
	query_put_text(q, but);
	if (query_next(q))
		keeper = person_of(reg, q);
	query_end(q);
	match_free(&m);
	json_decref(named);
	return keeper;
}

json_t *prefill_owner(struct custody_register *reg, const char *serial)
{
	json_t *named = json_pack("{s:s}", "device_serial", serial);
	json_t *owner = NULL;
	struct match m;

	match_find(reg, named, false, &m);
	if (m.subscriber) {
		owner = json_object();
		if (!owner || add(owner, m.subscriber) ||
		    add_agency(owner, m.subscriber))
			store_fail(register_store(reg), -ENOMEM);
	}
	match_free(&m);
	json_decref(named);
	return owner;
}
