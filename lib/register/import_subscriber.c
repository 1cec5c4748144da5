/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding the subscriber that a row refers to. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "import_private.h"
#include "names.h"
#include "normalize.h"
#include "register/import.sql.h"
#include "token/ckstoken.h"

/* Columns of the query for candidates. */
enum { RANK, SUBSCRIBER, NAME, ID_NUMBER, EMAIL, ORGANIZATION, UNIT };
/* How a candidate was found, the surest way first. */
enum { GIVEN, BY_ID_NUMBER, BY_EMAIL, BY_TOKEN, BY_CERTIFICATE, BY_NAME };

/* A search for the subscriber of a row. */
struct search {
	struct import *in;
	const json_t *row;
	bool given;	  /* the row gives the subscriber's number */
	char *folded;	  /* the name without case and accents, or NULL */
	json_int_t found; /* 0: nobody yet */
	bool by_name;	  /* and only by it */
	bool exact; /* surely, or by a name that differs in capitals alone */
	size_t n_by_name; /* how many may be meant so */
	json_int_t owner; /* has the token, and is called so but for accents */
	char *owner_name;
	char *other_name; /* the owner's, who is called otherwise */
	json_t *changes;  /* values to be set in the row, or NULL */
};

static const char *text_of(const struct search *s, const char *field)
{
	return import_text(s->row, field);
}

static void fold_name(struct search *s)
{
	const char *name = s->given ? "" : text_of(s, "name");

	if (*name)
		s->folded = cks_text_fold(name);
	if (*name && !s->folded)
		store_fail(register_store(s->in->reg), -ENOMEM);
}

static struct query *candidates(const struct search *s)
{
	static const char *const fields[] = { "email", "device_serial",
					      "certificate_serial" };
	struct store *store = register_store(s->in->reg);
	struct query *q = store_query(store, sql_import_subscribers);

	query_put_number(
		q, json_integer_value(json_object_get(s->row, "subscriber")));
	query_put_text(q, text_of(s, "id_number"));
	/* With the subscriber's number, nothing else is searched for. */
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		query_put_text(q, s->given ? NULL : text_of(s, fields[i]));
	query_put_text(q, s->folded);
	query_put_text(q, s->given ? NULL : text_of(s, "organization"));
	return q;
}

/* True if the candidate is called as the row says but for capitals and, where
 * one of the two has none, accents; or one of them lacks a name. */
static bool is_called(const struct search *s, struct query *q)
{
	const char *name = text_of(s, "name");

	return !*name || query_is_null(q, NAME) ||
	       normalize_same(query_text(q, NAME), name) ||
	       names_spelt_alike(query_text(q, NAME), name);
}

/* True if row and candidate agree on the field, or one of them lacks it. */
static bool agrees(const struct search *s, struct query *q, int column,
		   const char *field)
{
	const char *text = text_of(s, field);

	return !*text || query_is_null(q, column) ||
	       normalize_same(query_text(q, column), text);
}

static void refuse_owner(const struct search *s, const char *field,
			 const char *name, long long number)
{
	import_refuse(
		s->in, field,
		_("In the register this belongs to %s, subscriber %lld. If it is the same subscriber, give subscriber=%lld; if not, give the name of the present holder, or for a namesake the personal number."),
		name, number, number);
}

/* "Hưng" and "Hùng" may be two people, or one whose name was misspelt. */
static void doubt_owner(struct search *s, struct query *q)
{
	if (!s->other_name) {
		s->other_name = strdup(query_text(q, NAME));
		if (!s->other_name)
			store_fail(register_store(s->in->reg), -ENOMEM);
	}
	if (s->owner ||
	    !names_same_letters(query_text(q, NAME), text_of(s, "name")))
		return;
	s->owner = (json_int_t)query_number(q, SUBSCRIBER);
	s->owner_name = strdup(query_text(q, NAME));
	if (!s->owner_name)
		store_fail(register_store(s->in->reg), -ENOMEM);
}

/* A token may pass to a subscriber of another name. A row with the same name,
 * or none, but another number or address is ambiguous and refused, and so is
 * one with another name and the same address, which is mistyped. */
static bool may_have(struct search *s, struct query *q, const char *field)
{
	if (!is_called(s, q)) {
		if (*text_of(s, "email") && !query_is_null(q, EMAIL) &&
		    agrees(s, q, EMAIL, "email"))
			refuse_owner(s, "name", query_text(q, NAME),
				     query_number(q, SUBSCRIBER));
		doubt_owner(s, q);
		return false;
	}
	if (agrees(s, q, ID_NUMBER, "id_number") &&
	    agrees(s, q, EMAIL, "email"))
		return true;
	refuse_owner(s, field, query_text(q, NAME),
		     query_number(q, SUBSCRIBER));
	return false;
}

/* A token passes to nobody for the accents of a name alone: whoever is meant is
 * on record, or has a number or an address. */
static void settle_owner(const struct search *s)
{
	if (s->owner_name && !s->found && !*text_of(s, "id_number") &&
	    !*text_of(s, "email"))
		refuse_owner(s, "name", s->owner_name, s->owner);
}

json_t *import_namesake(struct custody_register *reg, const json_t *row)
{
	static const char *const fields[] = { "id_number", "email",
					      "organization" };
	const char *name = import_text(row, "name");
	struct query *q;
	json_t *there = NULL;
	char *folded;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (*import_text(row, fields[i]))
			return NULL;
	folded = *name ? cks_text_fold(name) : NULL;
	if (!folded) {
		if (*name)
			store_fail(register_store(reg), -ENOMEM);
		return NULL;
	}
	q = store_query(register_store(reg), sql_import_named);
	query_put_text(q, folded);
	if (query_next(q)) {
		there = json_pack("{s:s, s:s}", "name", query_text(q, 0),
				  "organization", query_text(q, 1));
		if (!there)
			store_fail(register_store(reg), -ENOMEM);
	}
	query_end(q);
	free(folded);
	return there;
}

/* A token that passes to a name alone would make a second person of whoever has
 * that name elsewhere in the register. */
static void settle_passing(const struct search *s)
{
	json_t *there;

	if (!s->other_name || s->found || s->in->wrong)
		return;
	there = import_namesake(s->in->reg, s->row);
	if (there)
		import_refuse(
			s->in, "name",
			_("In the register this token or certificate belongs to %s, and %s is in it as well, of \"%s\". Whether that is who has it now cannot be told: correct the row, or give the agency, the personal number or the e-mail address."),
			s->other_name, import_text(there, "name"),
			import_text(there, "organization"));
	json_decref(there);
}

/* Refuses a personal number that the register has for somebody else. */
static bool has_number(const struct search *s, struct query *q)
{
	bool same = json_integer_value(json_object_get(s->row, "subscriber")) ==
		    query_number(q, SUBSCRIBER);

	if (is_called(s, q) && (!s->given || same))
		return true;
	import_refuse(
		s->in, "id_number",
		_("In the register, or in a row before, this number belongs to %s. Correct the number or the name."),
		query_text(q, NAME));
	return false;
}

/* True if the candidate may be the subscriber that the row refers to. If not,
 * an error may have been added. */
static bool may_be(struct search *s, struct query *q)
{
	bool is_named = is_called(s, q);
	bool is_numbered = agrees(s, q, ID_NUMBER, "id_number");

	switch (query_number(q, RANK)) {
	case GIVEN:
		if (!is_named || !is_numbered)
			import_refuse(
				s->in, "subscriber",
				_("In this register that is %s. Correct the number, or leave it out."),
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

/* The name stands as the register has it. One with accents goes over one
 * without where the row surely means that person. */
static void settle_name(struct search *s, struct query *q)
{
	const char *name = text_of(s, "name");
	const char *known = query_text(q, NAME);
	bool sure = s->in->ends || query_number(q, RANK) < BY_TOKEN;

	if (!*name || !*known || strcmp(name, known) == 0 ||
	    (sure && names_has_accents(name) && !names_has_accents(known)))
		return;
	change(s, "name", json_string(known));
}

static void take(struct search *s, struct query *q)
{
	json_decref(s->changes);
	s->changes = NULL;
	s->found = (json_int_t)query_number(q, SUBSCRIBER);
	s->by_name = query_number(q, RANK) == BY_NAME;
	s->exact =
		query_number(q, RANK) < BY_TOKEN || agrees(s, q, NAME, "name");
	settle_name(s, q);
	follow_agency(s, q);
}

/* One more who may be meant by the name alone: who is called so exactly goes
 * before who is called so but for accents. */
static void take_by_name(struct search *s, struct query *q)
{
	bool exact = agrees(s, q, NAME, "name");

	if (s->found && s->exact != exact) {
		if (!exact)
			return;
		s->n_by_name = 0;
		s->found = 0;
	}
	s->n_by_name++;
	if (!s->found)
		take(s, q);
}

/* The row means somebody by the token, whose name it writes without accents,
 * and somebody else is called so exactly. */
static void refuse_two(const struct search *s)
{
	import_refuse(
		s->in, "name",
		_("The register has several people of this name there; give the personal number or the e-mail address."));
}

/* True if there may be anybody whom the row means: in a register that is being
 * filled for the first time there mostly is nobody. */
static bool may_be_there(const struct search *s)
{
	static const struct {
		const char *name;
		enum looked_by by;
	} fields[] = {
		{ "id_number", LOOKED_BY_ID_NUMBER },
		{ "email", LOOKED_BY_EMAIL },
		{ "device_serial", LOOKED_BY_TOKEN },
		{ "certificate_serial", LOOKED_BY_CERTIFICATE },
	};

	if (s->given ||
	    (s->folded &&
	     register_may_have(s->in->reg, LOOKED_BY_NAME, s->folded,
			       text_of(s, "organization"))))
		return true;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const char *text = text_of(s, fields[i].name);

		if (*text &&
		    register_may_have(s->in->reg, fields[i].by, text, ""))
			return true;
	}
	return false;
}

static void look_for(struct search *s)
{
	struct query *q = candidates(s);

	while (!s->in->wrong &&
	       (!s->found || s->given || s->by_name || !s->exact) &&
	       query_next(q)) {
		bool by_name = query_number(q, RANK) == BY_NAME;

		if (query_number(q, SUBSCRIBER) == s->found && !s->given)
			continue;
		if (s->found && !by_name && !s->given)
			continue;
		if (!may_be(s, q))
			continue;
		if (by_name && s->found && !s->by_name) {
			if (agrees(s, q, NAME, "name"))
				refuse_two(s);
		} else if (by_name) {
			take_by_name(s, q);
		} else if (!s->found) {
			take(s, q);
		}
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
		refuse_two(s);
	s->found = 0;
	json_decref(s->changes);
	s->changes = NULL;
}

/* True if the row is of an agency's own token, of which an agency may have
 * several, and no second agency has its name. */
static bool is_of_agency(const struct search *s)
{
	const char *agency = text_of(s, "organization");

	return strcmp(text_of(s, "holder"), "organization") == 0 ||
	       (*agency && normalize_same(text_of(s, "name"), agency));
}

/* By a name alone, or with its agency, a second token is not given to whom the
 * name finds: it may be a namesake's. */
static void settle_second_token(const struct search *s)
{
	struct query *q;

	if (!s->found || !s->by_name || s->in->ends || s->in->wrong ||
	    !*text_of(s, "device_serial") || is_of_agency(s) ||
	    json_is_true(json_object_get(s->row, "second_device")))
		return;
	q = store_query(register_store(s->in->reg), sql_import_token_of);
	query_put_number(q, s->found);
	if (query_next(q))
		import_refuse(
			s->in, "name",
			_("Somebody of this name there has the token %s. Whether this is one person with two tokens, or two people of one name, cannot be told: give the personal number or the e-mail address in the row of each token, the same for one person; or mark this token as the second device (column \"%s\")."),
			query_text(q, 0),
			data_errors_heading(s->in->errors, "second_device"));
	query_end(q);
}

/* True if the row has a number or address that nobody in the register has, but
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
	fold_name(&s);
	if (may_be_there(&s))
		look_for(&s);
	settle_namesakes(&s);
	settle_owner(&s);
	settle_passing(&s);
	settle_second_token(&s);
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
	free(s.owner_name);
	free(s.other_name);
	free(s.folded);
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
