/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "certificate.h"
#include "import_private.h"
#include "input/datafile.h"
#include "input/moment.h"
#include "input/secret_text.h"
#include "normalize.h"
#include "token/ckstoken.h"

static bool is_given(const json_t *row, const char *field)
{
	const json_t *value = json_object_get(row, field);

	return value && !json_is_null(value);
}

/* Values that are refused in any row. */

#define PIN_STATES_SIZE ((size_t)100)
#define N(a) (sizeof(a) / sizeof((a)[0]))

/* No officer reads more of what a list changes. */
#define MAX_CHANGES_TOLD 100

/* In each pair the first day must not be after the second. */
static const char *const days[][2] = {
	{ "not_before", "not_after" },
	{ "from_date", "to_date" },
	{ "birth_date", "id_date" },
	{ "valid_date", "done_date" },
};

/* What has happened, and so on no day that is to come. */
static const char *const past[] = { "birth_date",    "id_date",
				    "seen_date",     "seen_time",
				    "reported_time", "unblock_time" };

/* These may be for good; all others have an end. */
#define LAST_DAY "9999-12-31"
static const char *const endless[] = { "not_after", "to_date" };

/* Papers that are named with their day, and the columns of that. */
static const char *const papers[][2] = {
	{ "document_number", "document_date" },
	{ "answer_number", "outcome_date" },
	{ "decision", "decision_date" },
	{ "permission", "permission_date" },
	{ "minutes", "minutes_date" },
};

/* Checks only the order of days, in a whole record. */
static void import_check_days(struct import *in, const json_t *record)
{
	for (size_t i = 0; i < N(days); i++) {
		const char *first = import_text(record, days[i][0]);
		const char *second = import_text(record, days[i][1]);

		if (*first && *second && strcmp(first, second) > 0)
			import_refuse(
				in, days[i][1],
				_("This day is before \"%s\". Correct one of the two."),
				data_errors_heading(in->errors, days[i][0]));
	}
}

/* Refuses a day that can be none of what its column tells. Only the few columns
 * that it takes are read, for tables are full of days. */
static void check_one_day(struct import *in, const char *field,
			  const char *text)
{
	bool ends = strncmp(text, LAST_DAY, strlen(LAST_DAY)) == 0;
	struct date date;

	for (size_t i = 0; ends && i < N(endless); i++)
		ends = strcmp(endless[i], field) != 0;
	if (ends)
		import_refuse(
			in, field,
			_("Only what has no end, such as a certificate, is until 31/12/9999."));
	for (size_t i = 0; i < N(past) && !in->wrong; i++)
		if (strcmp(past[i], field) == 0 &&
		    date_read(text, DATE_UTC_OFFSET, &date) == DATE_OK &&
		    date.time > in->act.now + DATE_SKEW)
			import_refuse(
				in, field,
				_("This is still to come, and tells of what has happened. Correct it."));
}

/* Refuses a text with a day that is none, or with another than its column. */
static void check_day_within(struct import *in, const json_t *row,
			     const char *field, const char *text)
{
	struct moment m;
	size_t i = 0;

	if (strcmp(field, "lost_date") == 0 && moment_read(text, &m) &&
	    m.is_written)
		import_refuse(in, field,
			      _("There is no such day or hour. Correct it."));
	while (i < N(papers) && strcmp(papers[i][0], field) != 0)
		i++;
	if (i == N(papers))
		return;
	switch (normalize_check_day(text, import_text(row, papers[i][1]))) {
	case CITED_IMPOSSIBLE:
		import_refuse(in, field,
			      _("There is no such day as it has. Correct it."));
		break;
	case CITED_OTHER_DAY:
		import_refuse(in, papers[i][1],
			      _("\"%s\" has another day; which one is right?"),
			      text);
		break;
	default:
		break;
	}
}

static void check_each_day(struct import *in, const json_t *row)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)row, name, value) {
		const char *text = json_string_value(value);
		const struct field *f = text ? field_find_any(name) : NULL;

		if (f && (f->type == FIELD_DATE || f->type == FIELD_TIME))
			check_one_day(in, name, text);
		else if (f && f->type == FIELD_TEXT)
			check_day_within(in, row, name, text);
	}
}

/* True if the row has any of these days. */
static bool import_has_days(const json_t *row)
{
	for (size_t i = 0; i < N(days); i++)
		if (*import_text(row, days[i][0]) ||
		    *import_text(row, days[i][1]))
			return true;
	return false;
}

static void look_for_secrets(struct import *in, struct secret_cells *cells,
			     const json_t *row)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)row, name, value) {
		const char *text = json_string_value(value);
		int secret = text ? secret_is_in_cell(cells, name, text) : 0;

		if (secret < 0)
			store_fail(register_store(in->reg), -ENOMEM);
		else if (secret)
			import_refuse(
				in, name,
				_("This contains a password, a PIN or a PUK. The register must not hold one."));
	}
}

/* Searches all texts of the row for secrets. */
static void check_secrets(struct import *in, const json_t *row)
{
	struct secret_cells cells = { false };

	look_for_secrets(in, &cells, row);
	/* The code may stand before its name. */
	if (cells.named && !in->wrong)
		look_for_secrets(in, &cells, row);
}

/* "ok, count-low, …" */
static const char *list_pin_states(char text[PIN_STATES_SIZE])
{
	size_t len = 0;

	for (enum cks_pin_state s = CKS_PIN_OK; s <= CKS_PIN_MUST_CHANGE; s++)
		len += (size_t)snprintf(text + len, PIN_STATES_SIZE - len,
					"%s, ", cks_pin_state_name(s));
	(void)snprintf(text + len, PIN_STATES_SIZE - len, "%s",
		       cks_pin_state_name(CKS_PIN_UNKNOWN));
	return text;
}

/* Refuses values that no row may have: a day before the one it must follow, an
 * unknown state of a PIN, a secret. */
static void import_check(struct import *in, const json_t *row)
{
	const char *state = import_text(row, "user_pin");
	char states[PIN_STATES_SIZE];

	import_check_days(in, row);
	check_each_day(in, row);
	check_secrets(in, row);
	if (*state && !record_is_pin_state(state))
		import_refuse(in, "user_pin", _("This must be one of: %s."),
			      list_pin_states(states));
}

/* The days of a record that was put in several rows are compared together. */
static void check_whole(struct import *in, enum record_kind kind,
			const json_t *row)
{
	json_t *record;

	if (in->wrong || !import_has_days(row))
		return;
	record = register_get(in->reg, kind, row);
	import_check_days(in, record);
	json_decref(record);
}

/* @value of @f as an officer would write it, for @arena. */
static const char *say_value(struct arena *arena, const struct field *f,
			     const json_t *value)
{
	const char *text = json_string_value(value);
	char words[FIELD_CHOICE_ROOM], day[DATE_SIZE];
	long when;

	if (json_is_integer(value))
		return arena_format(arena, "%" JSON_INTEGER_FORMAT,
				    json_integer_value(value));
	if (!text)
		return json_is_true(value) ? "x" : "";
	if (f->type == FIELD_CHOICE && field_choice_words(f, text, words))
		return arena_format(arena, "%s", words);
	if (f->type == FIELD_DATE && date_read_iso(text, &when))
		return arena_format(arena, "%s", date_dmy(when, day));
	return text;
}

/* The name of the subscriber number @value, for @arena. */
static const char *name_of(struct import *in, struct arena *arena,
			   const json_t *value)
{
	json_t *key = json_pack("{s:O}", "subscriber", (json_t *)value);
	json_t *one =
		key ? register_get(in->reg, RECORD_SUBSCRIBER, key) : NULL;
	const char *name = arena_format(arena, "%s", import_text(one, "name"));

	if (!key || !name)
		store_fail(register_store(in->reg), -ENOMEM);
	json_decref(key);
	json_decref(one);
	return name ? name : "";
}

/* The first column of @row in which the record has another value already, or
 * NULL. */
static const char *find_clash(enum record_kind kind, const json_t *row,
			      const json_t *there)
{
	const struct record_type *type = &record_types[kind];

	for (size_t i = type->n_keys; type->columns[i]; i++) {
		const char *column = type->columns[i];

		if (is_given(row, column) && is_given(there, column) &&
		    !json_equal(json_object_get(row, column),
				json_object_get(there, column)))
			return column;
	}
	return NULL;
}

/* Tells which column of @row says otherwise than the row before, and how both
 * can be right. */
static void refuse_clash(struct import *in, enum record_kind kind,
			 const json_t *row, unsigned long event)
{
	size_t number = event <= in->n_rows ? in->rows[event - 1] : 0;
	json_t *there = register_get(in->reg, kind, row);
	const char *column = find_clash(kind, row, there);
	const json_t *ours = json_object_get(row, column ? column : "");
	const json_t *theirs = json_object_get(there, column ? column : "");
	struct arena arena = { 0 };

	if (!column) {
		import_refuse(
			in, record_types[kind].columns[0],
			_("Row %zu has other values for the same record."),
			number);
	} else if (strcmp(column, "subscriber") == 0) {
		import_refuse(
			in, record_types[kind].columns[0],
			_("Row %zu gives this to %s, and this row to %s; it can be of one alone. Correct the row that is wrong."),
			number, name_of(in, &arena, theirs),
			name_of(in, &arena, ours));
	} else {
		const struct field *f = field_find_any(column);
		const char *before = say_value(&arena, f, theirs);
		const char *now = say_value(&arena, f, ours);

		if (kind == RECORD_SUBSCRIBER)
			import_refuse(
				in, column,
				_("Row %zu has \"%s\" for the same subscriber, and this row \"%s\". If these are two people of one name, give the personal number or the e-mail address of each; if not, correct the row that is wrong."),
				number, before ? before : "", now ? now : "");
		else
			import_refuse(
				in, column,
				_("Row %zu has \"%s\" for the same record, and this row \"%s\". Correct the row that is wrong."),
				number, before ? before : "", now ? now : "");
	}
	if (arena.failed)
		store_fail(register_store(in->reg), -ENOMEM);
	arena_free(&arena);
	json_decref(there);
}

/* The more of two results of one row: what changed before is told first, for an
 * officer looks for it. */
static enum put greater(enum put a, enum put b)
{
	return a == PUT_CHANGED || b == PUT_CHANGED ? PUT_CHANGED
	       : a == PUT_NEW || b == PUT_NEW	    ? PUT_NEW
						    : PUT_SAME;
}

/* True if the row gives the column another value than @before has. */
static bool differs(const json_t *row, const json_t *before, const char *column)
{
	const json_t *given = json_object_get(row, column);
	const json_t *known = json_object_get(before, column);

	return given && !json_is_null(given) && known &&
	       !json_equal(given, known);
}

/* Refuses another value for what the certificate itself has, or its token. */
static void refuse_rewriting(struct import *in, const json_t *row,
			     const char *column, const char *seen,
			     const char *now)
{
	if (strcmp(column, "device_serial") == 0)
		import_refuse(
			in, column,
			_("The certificate %s was seen on the token %s, and a private key does not leave its token; this row has it on the token %s. Correct the row."),
			import_text(row, "certificate_serial"), seen, now);
	else
		import_refuse(
			in, column,
			_("The certificate itself has %s, as it was read from its token, and the days of a certificate never change; this row has %s. Correct the row."),
			seen, now);
}

/*
 * Judges what never changes in a certificate: a list in which it is not as it
 * was @seen is refused; where lists alone gave it, it is told: one of the two
 * is wrong, and from now on the row counts. An act of its own, which has no
 * number of a row, is meant, or has been read from the token just now.
 */
static void judge_fixed(struct import *in, const json_t *row, const json_t *was,
			const json_t *seen, const char *column)
{
	const struct field *f = field_find_any(column);
	const json_t *now = json_object_get(row, column);
	struct arena arena = { 0 };

	if (in->number > 0 && differs(row, seen, column))
		refuse_rewriting(
			in, row, column,
			say_value(&arena, f, json_object_get(seen, column)),
			say_value(&arena, f, now));
	else if (differs(row, was, column))
		data_notes_add(
			in->errors, in->number,
			_("The certificate %s does not change in itself, but \"%s\" was %s, and is %s from now on; if that is wrong, take it back by \"ckstoken register undo\"."),
			import_text(row, "certificate_serial"),
			data_errors_heading(in->errors, column),
			say_value(&arena, f, json_object_get(was, column)),
			say_value(&arena, f, now));
	if (arena.failed)
		store_fail(register_store(in->reg), -ENOMEM);
	arena_free(&arena);
}

static void judge_certificate(struct import *in, const json_t *row,
			      const json_t *was)
{
	static const char *const fixed[] = { "not_before", "not_after",
					     "device_serial" };
	bool any = false;
	json_t *seen;

	for (size_t i = 0; i < N(fixed); i++)
		any |= differs(row, was, fixed[i]);
	if (!any)
		return;
	seen = register_certificate_seen(in->reg, row);
	for (size_t i = 0; i < N(fixed); i++)
		judge_fixed(in, row, was, seen, fixed[i]);
	json_decref(seen);
}

/* A person who has become an organization would no longer be guarded as one. */
static void judge_subscriber(struct import *in, const json_t *row,
			     const json_t *was)
{
	static const char *const personal[] = { "id_number", "birth_date" };
	struct arena arena = { 0 };

	if (strcmp(import_text(was, "holder"), "person") != 0 ||
	    !differs(row, was, "holder"))
		return;
	for (size_t i = 0; i < 2 && !in->wrong; i++) {
		const json_t *given = json_object_get(row, personal[i]);
		const struct field *f = field_find_any("holder");
		const char *now;

		if (!json_is_string(given ? given
					  : json_object_get(was, personal[i])))
			continue;
		now = say_value(&arena, f, json_object_get(row, "holder"));
		import_refuse(
			in, "holder",
			_("%s is a person in the register, with a value for \"%s\", which only people have; this row has \"%s\". Correct the row."),
			import_text(was, "name"),
			data_errors_heading(in->errors, personal[i]),
			now ? now : "");
	}
	if (arena.failed)
		store_fail(register_store(in->reg), -ENOMEM);
	arena_free(&arena);
}

/* True if judge_certificate() or tell_passing() tells of the column. */
static bool is_told_elsewhere(enum record_kind kind, const char *column)
{
	return kind == RECORD_CERTIFICATE
		       ? strcmp(column, "not_before") == 0 ||
				 strcmp(column, "not_after") == 0 ||
				 strcmp(column, "device_serial") == 0
		       : kind == RECORD_TOKEN &&
				 strcmp(column, "subscriber") == 0;
}

/* An old list that is read by mistake takes a year of corrections back: what
 * goes over what is told, so that it is seen before it counts. */
static void tell_change(struct import *in, const json_t *row, const json_t *was,
			const char *column)
{
	const struct field *f = field_find_any(column);
	const json_t *now = json_object_get(row, column);
	const json_t *then = json_object_get(was, column);
	bool is_person = strcmp(column, "subscriber") == 0;
	struct arena arena = { 0 };

	if (in->n_told == MAX_CHANGES_TOLD) {
		in->n_untold++;
		return;
	}
	in->n_told++;
	data_notes_add(in->errors, in->number,
		       _("\"%s\" was %s, and is %s from now on."),
		       data_errors_heading(in->errors, column),
		       is_person ? name_of(in, &arena, then)
				 : say_value(&arena, f, then),
		       is_person ? name_of(in, &arena, now)
				 : say_value(&arena, f, now));
	if (arena.failed)
		store_fail(register_store(in->reg), -ENOMEM);
	arena_free(&arena);
}

static void tell_changes(struct import *in, enum record_kind kind,
			 const json_t *row, const json_t *was)
{
	const struct record_type *type = &record_types[kind];

	for (size_t i = type->n_keys; type->columns[i]; i++)
		if (is_given(was, type->columns[i]) &&
		    differs(row, was, type->columns[i]) &&
		    !is_told_elsewhere(kind, type->columns[i]))
			tell_change(in, row, was, type->columns[i]);
}

/* Judges the values of the row that went over others of the record, which was
 * @was, and tells of them where they are of a list. */
static void judge_change(struct import *in, enum record_kind kind,
			 const json_t *row, const json_t *was)
{
	if (!in->errors)
		return;
	if (kind == RECORD_CERTIFICATE)
		judge_certificate(in, row, was);
	else if (kind == RECORD_SUBSCRIBER)
		judge_subscriber(in, row, was);
	if (in->number > 0 && !in->wrong)
		tell_changes(in, kind, row, was);
}

/* Puts the record of @kind that @row gives. A clash with an earlier row, or
 * with a day on record, is added to the errors. */
static enum put import_put(struct import *in, enum record_kind kind,
			   const json_t *row)
{
	unsigned long event = 0;
	json_t *was = NULL;
	enum put put = register_put_over(in->reg, kind, row, &event, &was);

	if (put == PUT_CLASH)
		refuse_clash(in, kind, row, event);
	else if (put == PUT_ADDED)
		in->best = greater(in->best, PUT_NEW);
	else if (put != PUT_FAILED)
		in->best = greater(in->best, put);
	if (put == PUT_CHANGED || put == PUT_ADDED)
		check_whole(in, kind, row);
	if (was)
		judge_change(in, kind, row, was);
	json_decref(was);
	return put;
}

static bool has_keys(struct import *in, enum record_kind kind,
		     const json_t *row)
{
	const struct record_type *type = &record_types[kind];
	/* The day from which a keeper has the token, the third key, may be
	 * unknown. */
	size_t n = kind == RECORD_CUSTODY ? 2 : type->n_keys;

	for (size_t i = 0; i < n; i++) {
		if (is_given(row, type->columns[i]))
			continue;
		import_refuse(in, type->columns[i], _("This must be given."));
		return false;
	}
	return true;
}

/* Refuses a value that this kind of record has no column for: it would be lost.
 */
static bool is_of_kind(struct import *in, enum record_kind kind,
		       const json_t *row)
{
	const struct record_type *type = &record_types[kind];
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)row, name, value) {
		size_t i = 0;

		while (type->columns[i] && strcmp(type->columns[i], name) != 0)
			i++;
		if (type->columns[i] || json_is_null(value) ||
		    json_is_false(value) || strcmp(name, "record") == 0)
			continue;
		import_refuse(
			in, name,
			_("A record \"%s\" has no such value. Remove it, or give it to the record that has it."),
			type->name);
		return false;
	}
	return true;
}

static bool refers_rightly(struct import *in, enum record_kind kind,
			   const json_t *row)
{
	switch (kind) {
	case RECORD_TOKEN:
		return import_refers(in, RECORD_SUBSCRIBER, "subscriber", row);
	case RECORD_CERTIFICATE:
		return import_refers(in, RECORD_SUBSCRIBER, "subscriber",
				     row) &&
		       import_refers(in, RECORD_TOKEN, "device_serial", row);
	case RECORD_ITEM:
		return import_refers(in, RECORD_SUBSCRIBER, "subscriber",
				     row) &&
		       import_refers(in, RECORD_REQUEST, "request", row);
	case RECORD_CUSTODY:
	case RECORD_LOSS:
	case RECORD_UNBLOCK:
		return import_refers(in, RECORD_TOKEN, "device_serial", row);
	default:
		return true;
	}
}

/* Spells the names and serial numbers of the row as the register does. */
static void spell(struct import *in, enum record_kind kind, json_t *row)
{
	import_spell_serial(in, row);
	import_spell_certificates(in, row);
	if (kind == RECORD_AGENCY)
		import_spell_place(in, row);
	else if (kind == RECORD_UNIT)
		import_make_agency(in, row);
	else if (kind == RECORD_SUBSCRIBER)
		import_make_place(in, row);
}

/* True if the row gives anything but the key. */
static bool says_more(enum record_kind kind, const json_t *row)
{
	const struct record_type *type = &record_types[kind];
	bool more = false;

	for (size_t i = type->n_keys; type->columns[i]; i++)
		more |= is_given(row, type->columns[i]);
	return more;
}

/*
 * A record whose number the register does not have must say of what it is: by a
 * number alone, or a mistyped one, it would be of nothing. What was exported is
 * taken as it is; an officer gives what the record cannot do without.
 */
static bool is_of_something(struct import *in, enum record_kind kind,
			    const json_t *row)
{
	static const char *const needed[RECORD_KINDS] = {
		[RECORD_SUBSCRIBER] = "name",
		[RECORD_REQUEST] = "procedure",
		[RECORD_LOSS] = "device_serial",
		[RECORD_UNBLOCK] = "device_serial",
	};
	json_t *there;

	if (!needed[kind] || is_given(row, needed[kind]) ||
	    (!in->ends && says_more(kind, row)))
		return true;
	there = register_get(in->reg, kind, row);
	if (!there)
		import_refuse(
			in, record_types[kind].columns[0],
			_("The register has none of this number; to record it, give this too: %s."),
			data_errors_heading(in->errors, needed[kind]));
	json_decref(there);
	return !in->wrong;
}

/* A token that an officer says was given back is kept by nobody from then on.
 */
static void end_by_return(struct import *in, const json_t *row)
{
	json_t *ended =
		json_pack("{s:O, s:O}", "device_serial",
			  json_object_get(row, "device_serial"), "from_date",
			  json_object_get(row, "returned_date"));

	if (ended)
		import_put_ended(in, import_end_custody(in, ended));
	else
		store_fail(register_store(in->reg), -ENOMEM);
	json_decref(ended);
}

/* Tells that the token of @row, as the register had it in @there, passes to
 * another subscriber: nobody sees it from the number of rows changed. */
static void tell_passing(struct import *in, const json_t *there,
			 const json_t *row)
{
	json_t *before = json_object_get(there, "subscriber"), *id, *holder;

	if (!json_is_integer(before) || !is_given(row, "subscriber") ||
	    json_equal(before, json_object_get(row, "subscriber")))
		return;
	id = json_pack("{s:O}", "subscriber", before);
	holder = id ? register_get(in->reg, RECORD_SUBSCRIBER, id) : NULL;
	if (!id)
		store_fail(register_store(in->reg), -ENOMEM);
	else if (holder && in->errors)
		data_notes_add(
			in->errors, in->number,
			_("The token %s passes from %s to another subscriber: %s."),
			import_text(row, "device_serial"),
			import_text(holder, "name"), import_text(row, "name"));
	json_decref(holder);
	json_decref(id);
}

/* Puts a token; returns whether it is new. */
static bool put_token(struct import *in, const json_t *row)
{
	bool known = register_may_have(in->reg, LOOKED_BY_TOKEN,
				       import_text(row, "device_serial"), "");
	json_t *there = known ? register_get(in->reg, RECORD_TOKEN, row) : NULL;
	enum put put = import_put(in, RECORD_TOKEN, row);

	if (put == PUT_CHANGED)
		tell_passing(in, there, row);
	json_decref(there);
	if (in->ends && (put == PUT_CHANGED || put == PUT_ADDED) &&
	    is_given(row, "returned_date"))
		end_by_return(in, row);
	return put == PUT_NEW;
}

static void take_record(struct import *in, enum record_kind kind, json_t *row)
{
	if (!is_of_kind(in, kind, row))
		return;
	spell(in, kind, row);
	if (kind == RECORD_SUBSCRIBER && !import_find_subscriber(in, row))
		return;
	import_number(in, kind, row);
	if (kind == RECORD_CERTIFICATE)
		(void)certificate_find(in->reg, row);
	if (!in->wrong && has_keys(in, kind, row) &&
	    is_of_something(in, kind, row) && refers_rightly(in, kind, row) &&
	    (kind != RECORD_CUSTODY || import_keeps(in, row, false))) {
		if (kind == RECORD_TOKEN)
			(void)put_token(in, row);
		else
			import_put(in, kind, row);
	}
}

static bool names_something(struct import *in, const json_t *row)
{
	if (is_given(row, "device_serial") ||
	    is_given(row, "certificate_serial") || is_given(row, "name"))
		return true;
	import_refuse(
		in, NULL,
		_("This row names no subscriber, token or certificate. Give the name or a serial number, or remove the row."));
	return false;
}

static bool has_column(enum record_kind kind, const char *name)
{
	const char *const *columns = record_types[kind].columns;

	while (*columns && strcmp(*columns, name) != 0)
		columns++;
	return *columns;
}

/* True if a flat row becomes a record of this kind. */
static bool is_of_flat_row(enum record_kind kind)
{
	return kind != RECORD_REQUEST && kind != RECORD_ITEM &&
	       kind != RECORD_LOSS && kind != RECORD_UNBLOCK;
}

/* Tells, once for each, of values that no record of a flat row has room for.
 * The rows of a table have the same few names. */
static void tell_unkept(struct import *in, const json_t *row)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)row, name, value) {
		enum record_kind kind = 0;

		if (json_is_null(value) || json_is_false(value) ||
		    json_object_get(in->judged, name))
			continue;
		if (!in->judged)
			in->judged = json_object();
		if (json_object_set_new(in->judged, name, json_true()))
			store_fail(register_store(in->reg), -ENOMEM);
		while (kind < RECORD_KINDS &&
		       !(is_of_flat_row(kind) && has_column(kind, name)))
			kind++;
		if (kind < RECORD_KINDS || strcmp(name, "record") == 0)
			continue;
		data_notes_add(
			in->errors, in->number,
			_("The column \"%s\" is passed over: there is nothing that keeps it."),
			data_errors_heading(in->errors, name));
	}
}

/* An agency below "Đơn vị", which names parts of agencies, would be none. */
static bool is_of_unit(struct import *in, const json_t *row)
{
	static const char *const agencies[] = {
		"Sở ",
		"SỞ ",
		"UBND ",
		"Ủy ban nhân dân ",
		"Uỷ ban nhân dân ",
		"ỦY BAN NHÂN DÂN ",
		"UỶ BAN NHÂN DÂN ",
	};
	const char *unit = import_text(row, "unit");

	for (size_t i = 0; *unit && i < N(agencies); i++) {
		if (strncmp(unit, agencies[i], strlen(agencies[i])) != 0 ||
		    *import_text(row, "organization"))
			continue;
		import_refuse(
			in, "unit",
			_("This may mean the agency, or a unit in it. Write \"Cơ quan công tác\" or \"Phòng, đơn vị\"."));
		return false;
	}
	return true;
}

static void take_flat(struct import *in, json_t *row)
{
	bool token = is_given(row, "device_serial");
	bool is_new = false;

	if (!names_something(in, row))
		return;
	tell_unkept(in, row);
	spell(in, RECORD_SUBSCRIBER, row);
	if (!import_find_subscriber(in, row) || !is_of_unit(in, row))
		return;
	if (is_given(row, "subscriber"))
		import_put(in, RECORD_SUBSCRIBER, row);
	if (token)
		is_new = put_token(in, row);
	if (certificate_find(in->reg, row))
		import_put(in, RECORD_CERTIFICATE, row);
	if (!is_given(row, "keeper"))
		return;
	if (!token)
		import_refuse(
			in, "keeper",
			_("This row names no token to record a keeper for. Give its serial number, or leave the keeper out."));
	else if (is_new || import_keeps(in, row, true))
		import_put(in, RECORD_CUSTODY, row);
}

void import_part(struct import *in, size_t number, json_t *row)
{
	const char *record = import_text(row, "record");

	in->number = number;
	in->best = PUT_SAME;
	in->wrong = false;
	import_check(in, row);
	if (in->wrong)
		return;
	if (*record)
		take_record(in, record_kind_find(record), row);
	else
		take_flat(in, row);
	in->n_new += in->best == PUT_NEW;
	in->n_changed += in->best == PUT_CHANGED;
	in->n_same += in->best == PUT_SAME;
}

void import_row(struct import *in, size_t number, json_t *row)
{
	unsigned long n = register_n_events(in->reg);
	size_t *rows;

	if (in->begun)
		register_act_again(in->reg);
	else
		register_act_begin(in->reg, &in->act);
	in->begun = true;
	import_part(in, number, row);
	register_act_end(in->reg);
	if (register_n_events(in->reg) == n)
		return;
	rows = arena_grow(&in->arena, in->rows, in->n_rows, sizeof(*rows));
	if (!rows)
		return;
	in->rows = rows;
	rows[in->n_rows++] = number;
}

void import_next_table(struct import *in, struct data_errors *errors)
{
	register_next_table(in->reg);
	in->errors = errors;
	in->begun = false;
	in->rows = NULL;
	in->n_rows = 0;
	json_decref(in->judged);
	in->judged = NULL;
}

void import_free(struct import *in)
{
	json_decref(in->judged);
	json_decref(in->places);
	arena_free(&in->arena);
}
