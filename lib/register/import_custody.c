/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keepers of tokens: earlier custody ends when new custody begins. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "import_private.h"
#include "names.h"
#include "normalize.h"
#include "register/import.sql.h"

static void set_text(struct import *in, json_t *row, const char *field,
		     json_t *text)
{
	if (json_object_set_new(row, field, text))
		store_fail(register_store(in->reg), -ENOMEM);
}

/* Custody of the row's token that has not ended: that of other keepers, or an
 * earlier one of the same keeper. */
static json_t *open_custody(struct import *in, const json_t *row)
{
	struct store *store = register_store(in->reg);
	struct query *q = store_query(store, sql_custody_open);
	json_t *list = json_array();

	query_put_text(q, import_text(row, "device_serial"));
	query_put_text(q, import_text(row, "from_date"));
	query_put_text(q, import_text(row, "keeper"));
	while (list && query_next(q))
		if (json_array_append_new(
			    list,
			    json_pack("{s:s, s:s, s:s, s:s}", "device_serial",
				      query_text(q, 0), "keeper",
				      query_text(q, 1), "from_date",
				      query_text(q, 2), "to_date",
				      import_text(row, "from_date"))))
			store_fail(store, -ENOMEM);
	query_end(q);
	return list;
}

/* If @row does not say when its custody ends and the register has custody of
 * the token that begins later, it ends on that day. */
static void end_at_next(struct import *in, json_t *row)
{
	struct query *q;

	if (json_object_get(row, "to_date"))
		return;
	q = store_query(register_store(in->reg), sql_custody_next);
	query_put_text(q, import_text(row, "device_serial"));
	query_put_text(q, import_text(row, "from_date"));
	query_put_text(q, import_text(row, "keeper"));
	if (query_next(q) && *query_text(q, 0))
		set_text(in, row, "to_date", json_string(query_text(q, 0)));
	query_end(q);
}

void import_end_custody(struct import *in, json_t *row)
{
	json_t *list;
	size_t i;
	json_t *ended;

	import_spell_serial(in, row);
	if (!*import_text(row, "from_date"))
		return;
	list = open_custody(in, row);
	json_array_foreach (list, i, ended)
		(void)register_put(in->reg, RECORD_CUSTODY, ended, NULL);
	json_decref(list);
	end_at_next(in, row);
}

/* Keepers of a token in the register. The texts are the owner's to free(). */
struct keepers {
	char *same;  /* the row's keeper, as the register spells the name */
	char *since; /* the day from which that keeper has it, or NULL */
	char *other; /* another keeper who has it, or NULL */
	char *other_since;
	bool exact, several; /* the name is there; it may be any of several */
};

static void keep(struct import *in, char **kept, const char *text)
{
	free(*kept);
	*kept = strdup(text);
	if (!*kept)
		store_fail(register_store(in->reg), -ENOMEM);
}

/* Columns of the query for keepers. */
enum { KEEPER, FROM, IS_OPEN };

static void take_keeper(struct import *in, struct query *q, const char *keeper,
			struct keepers *k)
{
	const char *known = query_text(q, KEEPER);
	bool exact = strcmp(known, keeper) == 0;
	bool same = normalize_same(known, keeper) ||
		    names_spelt_alike(known, keeper);
	bool open = query_number(q, IS_OPEN) != 0;

	k->exact |= exact;
	/* One name without accents may be any of two. */
	k->several |= same && k->same && !normalize_same(known, k->same) &&
		      !names_spelt_alike(known, k->same);
	if (same && (!k->same || exact))
		keep(in, &k->same, known);
	if (same && open)
		keep(in, &k->since, query_text(q, FROM));
	if (!same && open) {
		keep(in, &k->other, known);
		keep(in, &k->other_since, query_text(q, FROM));
	}
}

static void find_keepers(struct import *in, const json_t *row,
			 struct keepers *k)
{
	char today[DATE_SIZE];
	struct query *q =
		store_query(register_store(in->reg), sql_custody_keepers);

	date_iso(date_day(in->act.now), today);
	query_put_text(q, import_text(row, "device_serial"));
	query_put_text(q, today);
	while (query_next(q))
		take_keeper(in, q, import_text(row, "keeper"), k);
	query_end(q);
}

/* The row does not say whether the other keeper still has the token, so there
 * might be two. */
static void refuse_second(struct import *in, const struct keepers *k)
{
	char words[DATE_SIZE] = "";
	long day;

	/* Memory was out, as the store knows. */
	if (!k->other_since)
		return;
	if (date_read_iso(k->other_since, &day))
		import_refuse(
			in, "from_date",
			_("%s has kept this token since %s: give the day from which the new keeper has it."),
			k->other, date_dmy(day, words));
	else
		import_refuse(
			in, "from_date",
			_("%s keeps this token: give the day from which the new keeper has it."),
			k->other);
}

/* Decides on a keeper whose row does not say since when. */
static bool keeps_undated(struct import *in, json_t *row, bool listed,
			  const struct keepers *k)
{
	if (k->since && !listed) {
		set_text(in, row, "from_date", json_string(k->since));
		return true;
	}
	if (!k->since && k->other)
		refuse_second(in, k);
	return !k->since && !k->other;
}

bool import_keeps(struct import *in, json_t *row, bool listed)
{
	bool dated = *import_text(row, "from_date"), keeps = true;
	struct keepers k = { 0 };

	find_keepers(in, row, &k);
	if (k.same && !k.exact && !k.several)
		set_text(in, row, "keeper", json_string(k.same));
	/* Custody from an export is taken as it is, even with two keepers. */
	if (!dated && (listed || in->ends))
		keeps = keeps_undated(in, row, listed, &k);
	if (keeps && in->ends)
		import_end_custody(in, row);
	free(k.same);
	free(k.since);
	free(k.other);
	free(k.other_since);
	return keeps;
}
