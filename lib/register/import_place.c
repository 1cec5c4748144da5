/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Agencies and units: many rows name the same few. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_private.h"
#include "normalize.h"

/* As far as @row names it. */
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

/* The first of the texts that are @text but for capitals, one that is the same
 * going before; NULL: there is none. */
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

/* Keeps how the register spells it; NULL, it has none such. */
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

/* What the row names, as the register spells it; NULL, it has none such. */
static const char *agency_of(struct import *in, const char *agency)
{
	const char *there = kept(in, agency);
	struct query *q;

	if (there)
		return there;
	q = store_query(register_store(in->reg),
			"SELECT \"organization\" FROM \"agencies\"");
	return keep(in, agency, spelled(q, agency));
}

static const char *unit_of(struct import *in, const char *agency,
			   const char *unit, const char *key)
{
	const char *there = kept(in, key);
	struct query *q;

	if (there)
		return there;
	q = store_query(register_store(in->reg),
			"SELECT \"unit\" FROM \"units\" WHERE "
			"\"organization\" = $1");
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
