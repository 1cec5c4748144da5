/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "import_private.h"
#include "match.h"
#include "names.h"
#include "normalize.h"
#include "register/prefill.sql.h"
#include "token/ckstoken.h"

static json_t *get_by_text(struct custody_register *reg, enum record_kind kind,
			   const char *key)
{
	json_t *fields;
	json_t *record = NULL;

	if (!*key)
		return NULL;
	fields = json_pack("{s:s}", record_types[kind].columns[0], key);
	if (fields)
		record = register_get(reg, kind, fields);
	json_decref(fields);
	return record;
}

static json_t *find_certificate(struct custody_register *reg,
				const char *serial)
{
	char *whole = normalize_serial(serial);
	json_t *record = NULL;

	if (whole && *serial)
		record = get_by_text(reg, RECORD_CERTIFICATE, whole);
	free(whole);
	return record;
}

static json_t *subscriber_of(struct custody_register *reg, const json_t *record)
{
	if (!json_object_get(record, "subscriber"))
		return NULL;
	return register_get(reg, RECORD_SUBSCRIBER, record);
}

/* Names that differ only in capitals or accents are the same. */
static bool agree(const char *a, const char *b)
{
	return !*a || !*b || names_same_letters(a, b);
}

static bool is_meant(const json_t *row, const json_t *subscriber)
{
	return agree(import_text(row, "name"),
		     import_text(subscriber, "name")) &&
	       agree(import_text(row, "id_number"),
		     import_text(subscriber, "id_number"));
}

/* Consumes @subscriber, which may be NULL. */
static void consider(struct match *m, const json_t *row, json_t *subscriber)
{
	bool match = is_meant(row, subscriber);

	if (subscriber && match && !m->subscriber)
		m->subscriber = subscriber;
	else if (subscriber && !match && !m->other)
		m->other = subscriber;
	else
		json_decref(subscriber);
}

/* The subscribers that @sql finds with @text. */
static json_t *subscribers_by(struct custody_register *reg, const char *sql,
			      const char *text)
{
	struct store *store = register_store(reg);
	json_t *list = json_array(), *record;
	struct query *q = store_query(store, sql);
	size_t i;

	query_put_text(q, text);
	while (list && query_next(q))
		if (json_array_append_new(
			    list, json_pack("{s:I}", "subscriber",
					    (json_int_t)query_number(q, 0))))
			store_fail(store, -ENOMEM);
	query_end(q);
	json_array_foreach (list, i, record)
		json_array_set_new(
			list, i, register_get(reg, RECORD_SUBSCRIBER, record));
	return list;
}

/* A value that several subscribers share identifies one of them only together
 * with the name. */
static void find_by(struct custody_register *reg, const char *field,
		    const char *sql, const json_t *row, struct match *m)
{
	const char *text = import_text(row, field);
	json_t *list, *record, *found = NULL;
	size_t i, n_meant = 0;

	if (!*text || m->subscriber)
		return;
	list = subscribers_by(reg, sql, text);
	json_array_foreach (list, i, record) {
		bool match = is_meant(row, record);

		n_meant += match;
		if (match || !found)
			found = record;
	}
	if (n_meant > 1)
		m->several = field;
	else if (n_meant == 1 || json_array_size(list) == 1)
		consider(m, row, json_incref(found));
	json_decref(list);
}

void match_find_subscriber(struct custody_register *reg, const json_t *row,
			   struct match *m)
{
	consider(m, row, subscriber_of(reg, m->certificate));
	if (!m->subscriber)
		consider(m, row, subscriber_of(reg, m->token));
	find_by(reg, "id_number", sql_match_by_id_number, row, m);
	find_by(reg, "email", sql_match_by_email, row, m);
	if (m->subscriber)
		m->several = NULL;
}

bool match_is_by_name(const json_t *row)
{
	static const char *const others[] = { "device_serial",
					      "certificate_serial", "id_number",
					      "email" };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (*import_text(row, others[i]))
			return false;
	return *import_text(row, "name") != '\0';
}

/* True if the subscriber of @q may be the one that the row calls so. */
static bool is_called(struct query *q, const json_t *row)
{
	const char *ours = import_text(row, "organization");
	const char *theirs = query_text(q, 2);

	return names_spelt_alike(query_text(q, 1), import_text(row, "name")) &&
	       (!*ours || !*theirs || names_share_agency(ours, theirs));
}

/* Whoever is to be renewed, changed or revoked is in the register: the only one
 * of the name there is meant, and of several nobody. */
static void find_by_name(struct custody_register *reg, const json_t *row,
			 struct match *m)
{
	char *folded = cks_text_fold(import_text(row, "name"));
	struct query *q = store_query(register_store(reg), sql_match_by_name);
	json_int_t found = 0;
	json_t *named;
	size_t n = 0;

	query_put_text(q, folded);
	if (!folded)
		store_fail(register_store(reg), -ENOMEM);
	while (folded && query_next(q)) {
		if (!is_called(q, row))
			continue;
		found = (json_int_t)query_number(q, 0);
		n++;
	}
	query_end(q);
	free(folded);
	if (n > 1)
		m->several = "name";
	if (n != 1)
		return;
	named = json_pack("{s:I}", "subscriber", found);
	m->subscriber =
		named ? register_get(reg, RECORD_SUBSCRIBER, named) : NULL;
	json_decref(named);
}

void match_find(struct custody_register *reg, const json_t *row, bool fresh,
		struct match *m)
{
	const char *certificate =
		import_text(row, fresh ? "old_serial" : "certificate_serial");
	const char *device = import_text(row, "device_serial");

	memset(m, 0, sizeof(*m));
	m->certificate = find_certificate(reg, certificate);
	if (!*device)
		device = import_text(m->certificate, "device_serial");
	m->token = register_find_token(reg, device);
	match_find_subscriber(reg, row, m);
	if (!fresh && !m->subscriber && match_is_by_name(row))
		find_by_name(reg, row, m);
}

void match_free(struct match *m)
{
	json_decref(m->certificate);
	json_decref(m->token);
	json_decref(m->subscriber);
	json_decref(m->other);
	memset(m, 0, sizeof(*m));
}
