/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding the records of the register that a row refers to. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_private.h"
#include "normalize.h"
#include "register/import.sql.h"

const char *import_label(const char *field)
{
	const struct field *f = field ? field_find_any(field) : NULL;

	return f ? f->label : field;
}

const char *import_text(const json_t *row, const char *field)
{
	const char *text = json_string_value(json_object_get(row, field));

	return text ? text : "";
}

void import_set_number(struct import *in, json_t *row, const char *field,
		       json_int_t number)
{
	if (number > FIELD_NUMBER_MAX)
		import_refuse(
			in, field,
			_("A number can be %d at most, and the register has that one already; give one that is free."),
			FIELD_NUMBER_MAX);
	else if (json_object_set_new(row, field, json_integer(number)))
		store_fail(register_store(in->reg), -ENOMEM);
}

bool import_refers(struct import *in, enum record_kind kind, const char *column,
		   const json_t *row)
{
	const json_t *value = json_object_get(row, column);
	json_t *there;

	if (!value || json_is_null(value))
		return true;
	there = register_get(in->reg, kind, row);
	if (!there)
		import_refuse(
			in, column,
			_("The register has no such record; add it first."));
	json_decref(there);
	return !in->wrong;
}

void import_spell_serial(struct import *in, json_t *row)
{
	const char *serial = import_text(row, "device_serial");
	char *spelled;

	if (!*serial)
		return;
	spelled = register_token_spelled(register_store(in->reg), serial);
	if (spelled && strcmp(spelled, serial) != 0 &&
	    json_object_set_new(row, "device_serial", json_string(spelled)))
		store_fail(register_store(in->reg), -ENOMEM);
	free(spelled);
}

void import_spell_certificates(struct import *in, json_t *row)
{
	static const char *const fields[] = { "certificate_serial",
					      "old_serial" };

	for (size_t i = 0; i < 2; i++) {
		const char *serial = import_text(row, fields[i]);
		char *whole = *serial ? normalize_serial(serial) : NULL;

		if (*serial &&
		    (!whole ||
		     (strcmp(serial, whole) != 0 &&
		      json_object_set_new(row, fields[i], json_string(whole)))))
			store_fail(register_store(in->reg), -ENOMEM);
		free(whole);
	}
}

/* The number of the record that @sql finds by these fields of the row, or 0. */
static json_int_t number_by(struct import *in, const char *sql,
			    const char *const *fields, const json_t *row)
{
	struct query *q = store_query(register_store(in->reg), sql);
	json_int_t number;

	for (; *fields; fields++) {
		const json_t *value = json_object_get(row, *fields);

		if (json_is_integer(value))
			query_put_number(q, json_integer_value(value));
		else if (record_is_number(*fields))
			query_put_null(q);
		else
			query_put_text(q, import_text(row, *fields));
	}
	number = query_next(q) ? (json_int_t)query_number(q, 0) : 0;
	query_end(q);
	return number;
}

static json_int_t known_number(struct import *in, enum record_kind kind,
			       json_t *row)
{
	static const char *const request[] = { "procedure", "document_date",
					       NULL };
	static const char *const loss[] = { "device_serial", "loss_kind",
					    "lost_date", NULL };
	static const char *const unblock[] = { "device_serial", "journal",
					       "journal_hash", NULL };

	if (kind == RECORD_REQUEST && (*import_text(row, "document_number") ||
				       !*import_text(row, "procedure")))
		return import_find_letter(in, row);
	if (kind == RECORD_REQUEST && *import_text(row, "document_date"))
		return number_by(in, sql_import_request, request, row);
	if (kind == RECORD_LOSS)
		return number_by(in, sql_import_loss, loss, row);
	if (kind == RECORD_UNBLOCK && *import_text(row, "journal_hash"))
		return number_by(in, sql_import_unblock, unblock, row);
	return 0;
}

static json_int_t next_item(struct import *in, const json_t *row)
{
	static const char *const request[] = { "request", NULL };

	return number_by(in, sql_next_item, request, row);
}

static json_int_t known_item(struct import *in, const json_t *row)
{
	static const char *const names[] = { "request", "subscriber" };
	static const char *const serials[] = { "device_serial",
					       "certificate_serial" };
	struct query *q = store_query(register_store(in->reg), sql_import_item);
	json_int_t number;

	for (size_t i = 0; i < 2; i++)
		query_put_number(
			q, json_integer_value(json_object_get(row, names[i])));
	for (size_t i = 0; i < 2; i++)
		query_put_text(q, import_text(row, serials[i]));
	number = query_next(q) ? (json_int_t)query_number(q, 0) : 0;
	query_end(q);
	return number;
}

void import_number(struct import *in, enum record_kind kind, json_t *row)
{
	const char *column = record_types[kind].columns[0];
	json_int_t number;

	if (kind == RECORD_ITEM) {
		if (json_is_integer(json_object_get(row, "item")))
			return;
		number = known_item(in, row);
		import_set_number(in, row, "item",
				  number ? number : next_item(in, row));
		return;
	}
	if (kind != RECORD_REQUEST && kind != RECORD_LOSS &&
	    kind != RECORD_UNBLOCK)
		return;
	if (json_is_integer(json_object_get(row, column)))
		return;
	number = known_number(in, kind, row);
	import_set_number(in, row, column,
			  number ? number : register_next_key(in->reg, kind));
}

/* Agencies and units are remembered: many rows name the same few. */

/* Puts the agency or unit that @row names, with its key alone. */
static void make_one(struct import *in, enum record_kind kind,
		     const json_t *row)
{
	const struct record_type *type = &record_types[kind];
	json_t *key = json_object();

	for (size_t i = 0; i < type->n_keys; i++)
		if (!key ||
		    json_object_set(key, type->columns[i],
				    json_object_get(row, type->columns[i])))
			store_fail(register_store(in->reg), -ENOMEM);
	(void)register_put(in->reg, kind, key, NULL);
	json_decref(key);
}

/* The row of @q that equals @text; else the first that differs from it only in
 * capitals; else NULL. */
static json_t *spelled(struct query *q, const char *text)
{
	json_t *found = NULL;
	bool same = false;

	while (!same && query_next(q)) {
		same = strcmp(query_text(q, 0), text) == 0;
		if (!same && (found || !normalize_same(query_text(q, 0), text)))
			continue;
		json_decref(found);
		found = json_string(query_text(q, 0));
	}
	query_end(q);
	return found;
}

/* Remembers the spelling of the register for @key; NULL if it has none. */
static const char *keep(struct import *in, const char *key, json_t *spelling)
{
	if (!spelling)
		return NULL;
	if (!in->places)
		in->places = json_object();
	if (json_object_set_new(in->places, key, spelling)) {
		store_fail(register_store(in->reg), -ENOMEM);
		return NULL;
	}
	return json_string_value(spelling);
}

static const char *kept(const struct import *in, const char *key)
{
	return json_string_value(json_object_get(in->places, key));
}

/* The agency as the register spells it; NULL if it has none of that name. */
static const char *agency_of(struct import *in, const char *agency)
{
	const char *there = kept(in, agency);
	struct query *q;

	if (there)
		return there;
	q = store_query(register_store(in->reg), sql_import_agencies);
	return keep(in, agency, spelled(q, agency));
}

static const char *unit_of(struct import *in, const char *agency,
			   const char *unit, const char *key)
{
	const char *there = kept(in, key);
	struct query *q;

	if (there)
		return there;
	q = store_query(register_store(in->reg), sql_import_units);
	query_put_text(q, agency);
	return keep(in, key, spelled(q, unit));
}

static void spell(struct import *in, json_t *row, const char *field,
		  const char *spelling)
{
	if (strcmp(import_text(row, field), spelling) != 0 &&
	    json_object_set_new(row, field, json_string(spelling)))
		store_fail(register_store(in->reg), -ENOMEM);
}

static void settle_agency(struct import *in, json_t *row, bool make)
{
	const char *agency = import_text(row, "organization");
	const char *there = agency_of(in, agency);

	if (there) {
		spell(in, row, "organization", there);
	} else if (make) {
		make_one(in, RECORD_AGENCY, row);
		(void)keep(in, agency, json_string(agency));
	}
}

static void settle_unit(struct import *in, json_t *row, bool make)
{
	const char *agency = import_text(row, "organization");
	const char *unit = import_text(row, "unit"), *there;
	char *key = NULL;

	if (asprintf(&key, "%s\n%s", agency, unit) < 0) {
		store_fail(register_store(in->reg), -ENOMEM);
		return;
	}
	there = unit_of(in, agency, unit, key);
	if (there) {
		spell(in, row, "unit", there);
	} else if (make) {
		make_one(in, RECORD_UNIT, row);
		(void)keep(in, key, json_string(unit));
	}
	free(key);
}

static void settle(struct import *in, json_t *row, bool make_agency,
		   bool make_unit)
{
	if (!*import_text(row, "organization"))
		return;
	settle_agency(in, row, make_agency);
	if (*import_text(row, "unit"))
		settle_unit(in, row, make_unit);
}

void import_spell_place(struct import *in, json_t *row)
{
	settle(in, row, false, false);
}

void import_make_agency(struct import *in, json_t *row)
{
	settle(in, row, true, false);
}

void import_make_place(struct import *in, json_t *row)
{
	settle(in, row, true, true);
}
