/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding the subscriber that a row refers to. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "import_private.h"
#include "normalize.h"
#include "register/import.sql.h"

/* Columns of the query for candidates. */
enum { RANK, SUBSCRIBER, NAME, ID_NUMBER, EMAIL, ORGANIZATION, UNIT };
/* How a candidate was found, the surest way first. */
enum { GIVEN, BY_ID_NUMBER, BY_EMAIL, BY_TOKEN, BY_CERTIFICATE, BY_NAME };

/* A search for the subscriber of a row. */
struct search {
	struct import *in;
	const json_t *row;
	bool given;		/* the row gives the subscriber's number */
	char *capitals, *title; /* the name in other spellings, or NULL */
	json_int_t found;	/* 0: nobody yet */
	size_t n_by_name;
	json_t *changes; /* values to be set in the row, or NULL */
};

static const char *text_of(const struct search *s, const char *field)
{
	return import_text(s->row, field);
}

/* Prepares the name in capitals and in title case. */
static void spell_name(struct search *s)
{
	const char *name = text_of(s, "name");

	if (!*name || s->given)
		return;
	s->capitals = normalize_capitals(name);
	s->title = normalize_title(name);
	if (!s->capitals || !s->title)
		store_fail(register_store(s->in->reg), -ENOMEM);
}

/* The agency of the row if it is of an organization, whose name may be spelled
 * in capitals or not; else NULL. */
static const char *agency_of_seal(const struct search *s)
{
	const char *name = text_of(s, "name");
	bool is_seal = strcmp(text_of(s, "holder"), "organization") == 0;

	if (!*name || s->given || !s->capitals ||
	    (!is_seal && strcmp(name, s->capitals) != 0))
		return NULL;
	return text_of(s, "organization");
}

/* @spelling, or NULL where it is the name itself, which is searched for anyway.
 */
static const char *other(const struct search *s, const char *spelling)
{
	return spelling && strcmp(spelling, text_of(s, "name")) != 0 ? spelling
								     : NULL;
}

/* The longer query, which is put together only once. */
static const char *all_candidates(struct import *in)
{
	size_t len = sizeof(sql_import_subscribers) - 1;
	size_t more = sizeof(sql_import_subscribers_more);

	if (!in->candidates)
		in->candidates = arena_alloc(&in->arena, len + more);
	if (!in->candidates) {
		store_fail(register_store(in->reg), -ENOMEM);
		return "";
	}
	if (!*in->candidates) {
		memcpy(in->candidates, sql_import_subscribers, len);
		memcpy(in->candidates + len, sql_import_subscribers_more, more);
	}
	return in->candidates;
}

static struct query *candidates(const struct search *s)
{
	static const char *const fields[] = { "email", "device_serial",
					      "certificate_serial", "name",
					      "organization" };
	const char *seal = agency_of_seal(s), *title = other(s, s->title);
	bool all = seal || title;
	struct query *q = store_query(register_store(s->in->reg),
				      all ? all_candidates(s->in)
					  : sql_import_subscribers);

	query_put_number(
		q, json_integer_value(json_object_get(s->row, "subscriber")));
	query_put_text(q, text_of(s, "id_number"));
	/* With the subscriber's number, nothing else is searched for. */
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		query_put_text(q, s->given ? NULL : text_of(s, fields[i]));
	query_put_text(q, other(s, s->capitals));
	if (!all)
		return q;
	query_put_text(q, title);
	query_put_text(q, seal);
	query_put_text(q, *text_of(s, "email") ? NULL : seal);
	return q;
}

/* Whether row and candidate agree on the field, or one of them lacks it. */
static bool agrees(const struct search *s, struct query *q, int column,
		   const char *field)
{
	const char *text = text_of(s, field);

	return !*text || query_is_null(q, column) ||
	       normalize_same(query_text(q, column), text);
}

static void refuse_owner(const struct search *s, struct query *q,
			 const char *field)
{
	import_refuse(
		s->in, field,
		_("In the register this belongs to %s, subscriber %lld. If it is the same subscriber, give subscriber=%lld; if not, give the name of the present holder, or for a namesake the personal number."),
		query_text(q, NAME), query_number(q, SUBSCRIBER),
		query_number(q, SUBSCRIBER));
}

/* A token may pass to a subscriber of another name. A row with the same name,
 * or none, but another number or address is ambiguous and refused. */
static bool may_have(const struct search *s, struct query *q, const char *field)
{
	if (!agrees(s, q, NAME, "name"))
		return false;
	if (agrees(s, q, ID_NUMBER, "id_number") &&
	    agrees(s, q, EMAIL, "email"))
		return true;
	refuse_owner(s, q, field);
	return false;
}

/* Refuses a personal number that the register has for somebody else. */
static bool has_number(const struct search *s, struct query *q)
{
	bool same = json_integer_value(json_object_get(s->row, "subscriber")) ==
		    query_number(q, SUBSCRIBER);

	if (agrees(s, q, NAME, "name") && (!s->given || same))
		return true;
	import_refuse(s->in, "id_number",
		      _("In the register this number belongs to %s."),
		      query_text(q, NAME));
	return false;
}

/* Whether the candidate may be the subscriber that the row refers to. If not,
 * an error may have been added. */
static bool may_be(const struct search *s, struct query *q)
{
	bool is_named = agrees(s, q, NAME, "name");
	bool is_numbered = agrees(s, q, ID_NUMBER, "id_number");

	switch (query_number(q, RANK)) {
	case GIVEN:
		if (!is_named || !is_numbered)
			import_refuse(s->in, "subscriber",
				      _("In this register that is %s."),
				      query_text(q, NAME));
		return is_named && is_numbered;
	case BY_ID_NUMBER:
		return has_number(s, q);
	case BY_EMAIL:
		return is_named && is_numbered;
	case BY_TOKEN:
		return may_have(s, q, "device_serial");
	case BY_CERTIFICATE:
		return may_have(s, q, "certificate_serial");
	default:
		return is_named && is_numbered && agrees(s, q, EMAIL, "email");
	}
}

static void change(struct search *s, const char *field, json_t *value)
{
	if (!s->changes)
		s->changes = json_object();
	if (json_object_set_new(s->changes, field, value))
		store_fail(register_store(s->in->reg), -ENOMEM);
}

/* A unit belongs to an agency. If the row names only a unit, the agency of the
 * register is set; if it names only another agency, the unit is removed. */
static void follow_agency(struct search *s, struct query *q)
{
	const json_t *agency = json_object_get(s->row, "organization");
	const json_t *unit = json_object_get(s->row, "unit");

	if (!agency && json_is_string(unit) && !query_is_null(q, ORGANIZATION))
		change(s, "organization",
		       json_string(query_text(q, ORGANIZATION)));
	if (!agency || unit || query_is_null(q, UNIT) ||
	    strcmp(text_of(s, "organization"), query_text(q, ORGANIZATION)) ==
		    0)
		return;
	if (query_is_null(q, ORGANIZATION))
		change(s, "unit", json_string(query_text(q, UNIT)));
	else
		change(s, "unit", json_null());
}

static void take(struct search *s, struct query *q)
{
	const char *name = text_of(s, "name");

	s->found = (json_int_t)query_number(q, SUBSCRIBER);
	if (*name && *query_text(q, NAME) &&
	    strcmp(name, query_text(q, NAME)) != 0)
		change(s, "name", json_string(query_text(q, NAME)));
	follow_agency(s, q);
}

static void look_for(struct search *s)
{
	struct query *q = candidates(s);

	while (!s->in->wrong && (!s->found || s->given || s->n_by_name) &&
	       query_next(q)) {
		if (s->n_by_name && query_number(q, SUBSCRIBER) == s->found)
			continue;
		if (!may_be(s, q))
			continue;
		s->n_by_name += query_number(q, RANK) == BY_NAME;
		if (!s->found)
			take(s, q);
	}
	query_end(q);
}

/* Where several have the name, the row must give a number or address, and then
 * means somebody new. */
static void settle_namesakes(struct search *s)
{
	if (s->n_by_name < 2)
		return;
	if (!*text_of(s, "id_number") && !*text_of(s, "email"))
		import_refuse(
			s->in, "name",
			_("The register has several people of this name there; give the personal number or the e-mail address."));
	s->found = 0;
	json_decref(s->changes);
	s->changes = NULL;
}

/* Whether the row has a number or address that nobody in the register has, but
 * no name for a new subscriber. */
static bool is_nobody(const struct search *s)
{
	return !s->found && !s->given && !*text_of(s, "name") &&
	       (*text_of(s, "id_number") || *text_of(s, "email"));
}

bool import_find_subscriber(struct import *in, json_t *row)
{
	struct search s = { .in = in, .row = row };

	s.given = json_is_integer(json_object_get(row, "subscriber"));
	spell_name(&s);
	look_for(&s);
	settle_namesakes(&s);
	if (!in->wrong && is_nobody(&s))
		import_refuse(
			in, "name",
			_("Nobody in the register has this number or address; give the name."));
	if (s.changes) {
		if (json_object_update(row, s.changes))
			store_fail(register_store(in->reg), -ENOMEM);
		import_make_place(in, row);
	}
	json_decref(s.changes);
	free(s.capitals);
	free(s.title);
	if (in->wrong)
		return false;
	if (!s.given && s.found)
		import_set_number(in, row, "subscriber", s.found);
	else if (!s.given && *import_text(row, "name"))
		import_set_number(
			in, row, "subscriber",
			register_next_key(in->reg, RECORD_SUBSCRIBER));
	return !in->wrong;
}
