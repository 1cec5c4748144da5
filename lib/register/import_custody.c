/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keepers of tokens: custody ends when the next begins, in whatever order the
 * two are recorded. */
#include <errno.h>
#include <stdio.h>
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

/* Columns of the query for the custody of a token. */
enum { CHAIN_KEEPER, CHAIN_FROM, CHAIN_TO, CHAIN_MINUTES, CHAIN_MINUTES_DATE };

/* Custody that begins, or with no keeper the return of a token, among the other
 * custody of the token. */
struct place {
	const char *keeper, *from, *minutes, *minutes_date;
	bool is_known;	      /* the register has this custody */
	char next[DATE_SIZE]; /* the day on which another follows; or "" */
	json_t *ended;	      /* custody that ends when this begins */
};

/* The numbers of the minutes of the row and of @p, which are given in the order
 * of the papers, where both are of one day and have the same symbol. */
static bool numbers_of(struct query *q, const struct place *p, long *theirs,
		       long *ours)
{
	const char *minutes = query_text(q, CHAIN_MINUTES);
	char *symbol, *other;

	*theirs = strtol(minutes, &symbol, 10);
	*ours = strtol(p->minutes, &other, 10);
	return *theirs > 0 && *ours > 0 && strcmp(symbol, other) == 0 &&
	       strcmp(query_text(q, CHAIN_MINUTES_DATE), p->minutes_date) == 0;
}

/* Whether the custody of the row begins before @p, -1, or after, 1. What begins
 * on the same day follows in the order of its minutes, else in that in which it
 * is recorded: 0 where both are on record. A token is returned at the end of a
 * day. */
static int compare(struct query *q, const struct place *p)
{
	int order = strcmp(query_text(q, CHAIN_FROM), p->from);
	long theirs, ours;

	if (order != 0 || !*p->keeper)
		return order > 0 ? 1 : -1;
	if (!numbers_of(q, p, &theirs, &ours) || theirs == ours)
		return p->is_known ? 0 : -1;
	return theirs > ours ? 1 : -1;
}

static void set_next(struct place *p, const char *day)
{
	if (*day && (!*p->next || strcmp(day, p->next) < 0))
		(void)snprintf(p->next, sizeof(p->next), "%s", day);
}

/* Of custody that ended on that day it is told again. */
static void take_other(struct import *in, struct query *q, const char *device,
		       struct place *p)
{
	const char *to = query_text(q, CHAIN_TO);
	int order = compare(q, p);
	bool ends = !*to || strcmp(to, p->from) > 0;

	if (order > 0)
		set_next(p, query_text(q, CHAIN_FROM));
	else if (((ends && order < 0) || strcmp(to, p->from) == 0) &&
		 json_array_append_new(
			 p->ended,
			 json_pack("{s:s, s:s, s:s, s:s}", "device_serial",
				   device, "keeper",
				   query_text(q, CHAIN_KEEPER), "from_date",
				   query_text(q, CHAIN_FROM), "to_date",
				   p->from)))
		store_fail(register_store(in->reg), -ENOMEM);
}

/* The days on which the token was given back, or collected without a keeper who
 * has it from then on, end custody as well. */
static void take_returns(struct import *in, const json_t *key, struct place *p)
{
	static const char *const columns[] = { "returned_date",
					       "collected_date" };

	for (size_t i = 0; i < 2 && *p->keeper; i++) {
		json_t *days = register_given(in->reg, RECORD_TOKEN, key,
					      columns[i], in->versions);
		size_t k;
		json_t *day;

		json_array_foreach (days, k, day) {
			int order = strcmp(json_string_value(day), p->from);

			/* Whoever collects it keeps it from that day on. */
			if (order > 0 || (order == 0 && i == 0))
				set_next(p, json_string_value(day));
		}
		json_decref(days);
	}
}

static void find_place(struct import *in, const json_t *row, struct place *p)
{
	struct query *q =
		store_query(register_store(in->reg), sql_custody_chain);
	const char *device = import_text(row, "device_serial");

	query_put_text(q, device);
	while (query_next(q))
		if (strcmp(query_text(q, CHAIN_KEEPER), p->keeper) != 0 ||
		    strcmp(query_text(q, CHAIN_FROM), p->from) != 0)
			take_other(in, q, device, p);
	query_end(q);
	take_returns(in, row, p);
}

json_t *import_end_custody(struct import *in, json_t *row)
{
	struct place p = { .ended = json_array() };
	const char *to = import_text(row, "to_date");
	json_t *there;

	import_spell_serial(in, row);
	p.keeper = import_text(row, "keeper");
	p.from = import_text(row, "from_date");
	p.minutes = import_text(row, "minutes");
	p.minutes_date = import_text(row, "minutes_date");
	if (!*p.from)
		return p.ended;
	there = *p.keeper ? register_get(in->reg, RECORD_CUSTODY, row) : NULL;
	p.is_known = there != NULL;
	json_decref(there);
	find_place(in, row, &p);
	/* Of custody on record the end is known, unless it is told anew. */
	if (*p.keeper && *p.next &&
	    (*to ? strcmp(to, p.next) > 0 : !p.is_known || in->again))
		set_text(in, row, "to_date", json_string(p.next));
	return p.ended;
}

void import_put_ended(struct import *in, json_t *ended)
{
	size_t i;
	json_t *one;

	json_array_foreach (ended, i, one)
		(void)register_put(in->reg, RECORD_CUSTODY, one, NULL);
	json_decref(ended);
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

static void free_keepers(struct keepers *k)
{
	free(k->same);
	free(k->since);
	free(k->other);
	free(k->other_since);
}

static void spell_keeper(struct import *in, json_t *row, struct keepers *k)
{
	find_keepers(in, row, k);
	if (k->same && !k->exact && !k->several)
		set_text(in, row, "keeper", json_string(k->same));
}

void import_spell_keeper(struct import *in, json_t *row)
{
	struct keepers k = { 0 };

	spell_keeper(in, row, &k);
	free_keepers(&k);
}

bool import_keeps(struct import *in, json_t *row, bool listed)
{
	bool dated = *import_text(row, "from_date"), keeps = true;
	struct keepers k = { 0 };

	spell_keeper(in, row, &k);
	/* Custody from an export is taken as it is, even with two keepers. */
	if (!dated && (listed || in->ends))
		keeps = keeps_undated(in, row, listed, &k);
	if (keeps && in->ends)
		import_put_ended(in, import_end_custody(in, row));
	free_keepers(&k);
	return keeps;
}
