/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* By agency, or by the units of the one that is asked about. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "statistics_private.h"
#include "token/ckstoken.h"

struct place {
	const char *organization, *unit; /* NULL: the register has none */
	char *key;			 /* by which people look for it */
	long long n[PLACE_COUNTS];
};

/* A database may say what no register of ours would. */
static const char *text_of(struct counting *c, struct query *row, int column)
{
	return query_is_null(row, column)
		       ? NULL
		       : text_clean(&c->arena, query_text(row, column));
}

static const char *or_none(const char *text)
{
	return text ? text : "";
}

/* "Đài" is among those with D. */
static char *key_of(const struct place *place)
{
	char *organization = cks_text_fold(or_none(place->organization));
	char *unit = cks_text_fold(or_none(place->unit));
	char *key = NULL;

	if (organization && unit &&
	    asprintf(&key, "%s\n%s", organization, unit) < 0)
		key = NULL;
	free(organization);
	free(unit);
	return key;
}

static struct place *place_new(struct counting *c, const struct place *like,
			       const char *name)
{
	struct place *places =
		arena_grow(&c->arena, c->places, c->n_places, sizeof(*places));
	struct place *place;

	if (!places ||
	    json_object_set_new(c->place_index, name,
				json_integer((json_int_t)c->n_places))) {
		c->failed = true;
		return NULL;
	}
	c->places = places;
	place = &places[c->n_places++];
	*place = *like;
	place->key = key_of(place);
	c->failed |= !place->key;
	return place;
}

void place_add(struct counting *c, struct query *row, enum place_count count,
	       long long n)
{
	const struct place like = {
		.organization = text_of(c, row, 0),
		.unit = text_of(c, row, 1),
	};
	struct place *place = NULL;
	const json_t *at;
	char *name;

	if (!c->place_index)
		c->place_index = json_object();
	if (c->arena.failed ||
	    asprintf(&name, "%d%s\n%s", !like.unit, or_none(like.organization),
		     or_none(like.unit)) < 0) {
		c->failed = true;
		return;
	}
	at = json_object_get(c->place_index, name);
	place = at ? &c->places[json_integer_value(at)]
		   : place_new(c, &like, name);
	if (place)
		place->n[count] += n;
	free(name);
}

void places_free(struct counting *c)
{
	for (size_t i = 0; i < c->n_places; i++)
		free(c->places[i].key);
	json_decref(c->place_index);
	arena_free(&c->arena);
}

/* One that has several places counts in each. */
static void add_requests(struct counting *c)
{
	struct query *q = counting_query(
		c, "SELECT " PLACE ", count(DISTINCT \"r\".\"request\") FROM "
		   "\"requests\" \"r\"" WITH_ITEMS "WHERE" ASKED_FOR
		   "AND" COUNTED_AMONG "AND " RECEIVED " <= $2 AND " RECEIVED
		   " >= $3 GROUP BY " PLACE);

	query_put_text(q, c->from);
	while (query_next(q))
		place_add(c, q, PLACE_REQUESTS, query_number(q, PLACE_COLUMNS));
}

static int by_key(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return x->key && y->key ? strcmp(x->key, y->key) : 0;
}

static void put_name(struct counting *c, json_t *row, const char *column,
		     const char *text)
{
	counting_put(c, row, column, text ? json_string(text) : json_null());
}

static void put_place(struct counting *c, json_t *rows,
		      const struct place *place)
{
	json_t *row = json_object();

	put_name(c, row, "organization", place->organization);
	if (c->question->organization)
		put_name(c, row, "unit", place->unit);
	counting_put_number(c, row, "tokens", place->n[PLACE_TOKENS]);
	counting_put_number(c, row, "requests", place->n[PLACE_REQUESTS]);
	counting_put_number(c, row, "expiring", place->n[PLACE_EXPIRING]);
	c->failed |= json_array_append_new(rows, row) != 0;
}

void count_places(struct counting *c, json_t *all)
{
	json_t *rows = json_array();

	add_requests(c);
	if (c->n_places)
		qsort(c->places, c->n_places, sizeof(*c->places), by_key);
	for (size_t i = 0; i < c->n_places; i++)
		put_place(c, rows, &c->places[i]);
	counting_put(c, all, "units", rows);
}
