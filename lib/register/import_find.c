/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a row means among what the register has. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_private.h"
#include "normalize.h"

/* One by one: a list of spellings would be made anew for each row. */
#define SPELLED_AS(serial)                                \
	"SELECT \"device_serial\" FROM \"tokens\" WHERE " \
	"\"device_serial\" = " serial

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
			_("The register has no such record; give that first."));
	json_decref(there);
	return !in->wrong;
}

void import_spell_serial(struct import *in, json_t *row)
{
	const char *serial = import_text(row, "device_serial");
	struct query *q;

	if (!*serial)
		return;
	q = store_query(
		register_store(in->reg),
		SPELLED_AS("$1") " UNION ALL " SPELLED_AS("upper($1)") " UNION ALL " SPELLED_AS(
			"lower($1)") " UNION ALL SELECT \"device_serial\" FROM \"tokens\" WHERE "
				     "upper(\"device_serial\") = upper($1) AND " RECORD_MIXED_SERIAL);
	query_put_text(q, serial);
	if (query_next(q) && strcmp(query_text(q, 0), serial) != 0 &&
	    json_object_set_new(row, "device_serial",
				json_string(query_text(q, 0))))
		store_fail(register_store(in->reg), -ENOMEM);
	query_end(q);
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

/* The number that @sql finds by these fields of the row, or 0. */
static json_int_t number_by(struct import *in, const char *sql,
			    const char *const *fields, const json_t *row)
{
	struct query *q = store_query(register_store(in->reg), sql);
	json_int_t number;

	for (; *fields; fields++) {
		const json_t *value = json_object_get(row, *fields);

		if (json_is_integer(value))
			query_put_number(q, json_integer_value(value));
		else
			query_put_text(q, import_text(row, *fields));
	}
	number = query_next(q) ? (json_int_t)query_number(q, 0) : 0;
	query_end(q);
	return number;
}

static json_int_t known_number(struct import *in, enum record_kind kind,
			       const json_t *row)
{
	static const char *const request[] = { "procedure", "document_number",
					       "document_date", NULL };
	static const char *const undated[] = { "procedure", "document_number",
					       NULL };
	static const char *const loss[] = { "device_serial", "loss_kind",
					    "lost_date", NULL };
	static const char *const unblock[] = { "device_serial", "journal",
					       "journal_hash", NULL };

	if (kind == RECORD_REQUEST && *import_text(row, "document_date"))
		return number_by(in,
				 "SELECT \"request\" FROM \"requests\" WHERE "
				 "\"procedure\" = $1 AND "
				 "coalesce(\"document_number\", '') = $2 AND "
				 "\"document_date\" = $3 ORDER BY \"request\"",
				 request, row);
	if (kind == RECORD_REQUEST && *import_text(row, "document_number"))
		return number_by(
			in,
			"SELECT \"request\" FROM \"requests\" WHERE "
			"\"procedure\" = $1 AND \"document_number\" = $2 AND "
			"\"document_date\" IS NULL",
			undated, row);
	if (kind == RECORD_LOSS)
		return number_by(
			in,
			"SELECT \"loss\" FROM \"losses\" WHERE "
			"\"device_serial\" = $1 AND \"loss_kind\" = $2 AND "
			"coalesce(\"lost_date\", '') = $3",
			loss, row);
	if (kind == RECORD_UNBLOCK && *import_text(row, "journal_hash"))
		return number_by(
			in,
			"SELECT \"unblock\" FROM \"unblocks\" WHERE "
			"\"device_serial\" = $1 AND \"journal\" = $2 AND "
			"\"journal_hash\" = $3",
			unblock, row);
	return 0;
}

static json_int_t next_item(struct import *in, const json_t *row)
{
	static const char *const request[] = { "request", NULL };

	return number_by(in,
			 "SELECT coalesce(max(\"item\"), 0) + 1 FROM "
			 "\"items\" WHERE \"request\" = $1",
			 request, row);
}

/* The one that is about the same, as far as the row tells; what else stands
 * there was not known when it was told of first, or not now. */
static json_int_t known_item(struct import *in, const json_t *row)
{
	static const char *const names[] = { "request", "subscriber" };
	static const char *const serials[] = { "device_serial",
					       "certificate_serial" };
	struct query *q = store_query(
		register_store(in->reg),
		"SELECT \"item\" FROM \"items\" WHERE \"request\" = $1 AND "
		"(\"subscriber\" = $2 OR \"device_serial\" = $3 OR "
		"\"certificate_serial\" = $4) AND "
		"(\"subscriber\" IS NULL OR $2 = 0 OR \"subscriber\" = $2) AND "
		"(\"device_serial\" IS NULL OR $3 = '' OR "
		"\"device_serial\" = $3) AND "
		"(\"certificate_serial\" IS NULL OR $4 = '' OR "
		"\"certificate_serial\" = $4) ORDER BY \"item\"");
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
