/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "certificate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "import_private.h"
#include "register/certificate.sql.h"

bool certificate_is_unnumbered(const char *key)
{
	return *key == CERTIFICATE_UNNUMBERED;
}

const char *certificate_number(const char *key)
{
	return certificate_is_unnumbered(key) ? "" : key;
}

/* Columns of the queries. */
enum { KEY, END, BEGINNING };

/* The certificates of the token and the subscriber of @fields. */
static struct query *ask(struct store *store, const char *sql,
			 const json_t *fields)
{
	struct query *q = store_query(store, sql);

	query_put_text(q, import_text(fields, "device_serial"));
	query_put_number(
		q, json_integer_value(json_object_get(fields, "subscriber")));
	return q;
}

/* True if two days are one, but for the hour of midnight in another zone. */
static bool is_near(const char *a, const char *b)
{
	long x, y;

	return date_read_iso(a, &x) && date_read_iso(b, &y) && labs(x - y) <= 1;
}

/* True if the certificate of the row ends, or where an end is not known begins,
 * on the day of @fields. */
static bool is_of_days(struct query *q, const json_t *fields)
{
	const char *end = import_text(fields, "not_after");
	const char *beginning = import_text(fields, "not_before");

	if (*end && *query_text(q, END))
		return is_near(end, query_text(q, END));
	return is_near(beginning, query_text(q, BEGINNING));
}

/* The key of the first that is of the days of @fields, or NULL; the caller's to
 * free(). */
static char *first_of_days(struct store *store, const char *sql,
			   const json_t *fields)
{
	struct query *q = ask(store, sql, fields);
	char *key = NULL;

	while (!key && query_next(q)) {
		if (!is_of_days(q, fields))
			continue;
		key = strdup(query_text(q, KEY));
		if (!key)
			store_fail(store, -ENOMEM);
	}
	query_end(q);
	return key;
}

/* Takes the certificate @key away, and gives @fields what it had and they lack.
 */
static void take_over(struct custody_register *reg, const char *key,
		      json_t *fields)
{
	const struct record_type *type = &record_types[RECORD_CERTIFICATE];
	json_t *named = json_pack("{s:s}", type->columns[0], key);
	json_t *there =
		named ? register_get(reg, RECORD_CERTIFICATE, named) : NULL;
	int rc = !there;

	for (size_t i = type->n_keys; type->columns[i] && !rc; i++) {
		json_t *value = json_object_get(there, type->columns[i]);

		if (value && !json_object_get(fields, type->columns[i]))
			rc = json_object_set(fields, type->columns[i], value);
	}
	if (rc)
		store_fail(register_store(reg), -ENOMEM);
	else
		register_remove(reg, RECORD_CERTIFICATE, named);
	json_decref(there);
	json_decref(named);
}

/* A key for what has no number. */
static char *make_key(const json_t *fields)
{
	const char *token = import_text(fields, "device_serial");
	const char *end = import_text(fields, "not_after");
	json_int_t subscriber =
		json_integer_value(json_object_get(fields, "subscriber"));
	char number[24] = "", *key = NULL;

	if (!*token)
		(void)snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
			       subscriber);
	if (asprintf(&key, "%c%s%s%s/%s%s", CERTIFICATE_UNNUMBERED,
		     *token ? "" : "subscriber-", token, number,
		     *end ? "" : "from-",
		     *end ? end : import_text(fields, "not_before")) < 0)
		return NULL;
	return key;
}

/*
 * True if the certificate of the row, of whose term nothing is known, may be
 * that of @fields, which has one. A term that went to another certificate would
 * stand there for good; one that is kept apart is joined when the number is
 * known. So nothing may speak against it: one that is over, or that another
 * took the place of, is not the one that a list of what is in use has, nor is
 * one that was renewed the one it was renewed by.
 */
static bool may_have_term(struct query *q, const json_t *fields)
{
	enum { OVER = BEGINNING + 1, RENEWED };
	bool ends = *import_text(fields, "revoked_date") ||
		    *import_text(fields, "notice_date");
	bool renewed =
		*import_text(fields, "old_serial") ||
		strcmp(import_text(fields, "issued_for"), "renew") == 0 ||
		json_integer_value(json_object_get(fields, "renewals")) > 0;

	return (query_number(q, OVER) == 0 || ends) &&
	       (!renewed || query_number(q, RENEWED) != 0) &&
	       strcmp(query_text(q, KEY), import_text(fields, "old_serial")) !=
		       0;
}

/* The one certificate of whose term nothing is known, and that may be the one
 * of
 * @fields; NULL where there are none or several. The caller's to free(). */
static char *only_undated(struct custody_register *reg, const json_t *fields)
{
	struct query *q =
		ask(register_store(reg), sql_certificates_undated, fields);
	char *key = NULL;
	size_t n = 0;

	while (query_next(q)) {
		if (!may_have_term(q, fields))
			continue;
		n++;
		free(key);
		key = strdup(query_text(q, KEY));
		if (!key)
			store_fail(register_store(reg), -ENOMEM);
	}
	query_end(q);
	if (n > 1) {
		free(key);
		key = NULL;
	}
	return key;
}

/* The days that the register has of a certificate with a number stay. */
static void keep_days(struct custody_register *reg, json_t *fields)
{
	static const char *const days[] = { "not_before", "not_after" };
	json_t *there = register_get(reg, RECORD_CERTIFICATE, fields);

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		if (json_object_get(there, days[i]))
			(void)json_object_del(fields, days[i]);
	json_decref(there);
}

/* Sets the key of what has no number. */
static void set_key(struct custody_register *reg, json_t *fields)
{
	char *key =
		first_of_days(register_store(reg), sql_certificates_of, fields);
	bool known;

	if (!key)
		key = only_undated(reg, fields);
	known = key != NULL;
	if (!key)
		key = make_key(fields);
	if (!key ||
	    json_object_set_new(fields, "certificate_serial", json_string(key)))
		store_fail(register_store(reg), -ENOMEM);
	else if (known && !certificate_is_unnumbered(key))
		keep_days(reg, fields);
	free(key);
}

bool certificate_find(struct custody_register *reg, json_t *fields)
{
	bool whose = *import_text(fields, "device_serial") ||
		     json_is_integer(json_object_get(fields, "subscriber"));
	bool when = *import_text(fields, "not_after") ||
		    *import_text(fields, "not_before");
	char *key;

	if (*import_text(fields, "certificate_serial")) {
		if (!whose || !when ||
		    !register_may_have(reg, LOOKED_BY_CERTIFICATE, "", ""))
			return true;
		key = first_of_days(register_store(reg),
				    sql_certificates_unnumbered, fields);
		if (key)
			take_over(reg, key, fields);
		free(key);
		return true;
	}
	if (!whose || !when)
		return false;
	set_key(reg, fields);
	return true;
}

bool certificate_is_awaited(struct store *store, const json_t *fields)
{
	char *key = first_of_days(store, sql_certificates_unnumbered, fields);
	bool awaited = key != NULL;

	free(key);
	return awaited;
}
