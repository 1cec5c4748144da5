/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "undo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "normalize.h"
#include "register/register.sql.h"
#include "register/undo.sql.h"
#include "register_private.h"
#include "roles.h"

/* A record that the event to be taken back touched. */
struct touched {
	enum record_kind kind;
	char *name;	    /* record_put_name() */
	char part[64];	    /* stands in each event that names the record */
	json_t *key;	    /* its key columns */
	unsigned int given; /* the columns that the event gave */
	bool went;	    /* the event took it away */
	json_t *before;	    /* as it was before the event; NULL: it was not */
	/* The number and day of a letter that goes, or loses that number, by
	 * which other papers may cite it; "" of what is none. */
	const char *number, *day;
	bool stays; /* the event brought it, and it stays: @why */
	enum undo_kept why;
};

#define N(list) (sizeof(list) / sizeof((list)[0]))

struct undoing {
	struct custody_register *reg;
	struct undo *undo;
	unsigned long event;
	struct touched *list;
	size_t n;
	const json_t *records; /* of the event */
	json_t *places;	       /* by name, the place of each in the list */
	bool failed;	       /* memory */
};

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* A record as one event after the other leaves it. */

static json_t *follow_event(json_t *state, enum record_kind kind,
			    const char *name, const char *text, bool *failed)
{
	json_t *event = json_loads(text, 0, NULL);
	const json_t *records = json_object_get(event, "records");
	const char *type = record_types[kind].name;

	*failed |= !event;
	for (size_t i = 0; i < json_array_size(records); i++) {
		const json_t *record = json_array_get(records, i);
		char *its;

		if (strcmp(text_of(record, "record"), type) != 0)
			continue;
		its = record_name(kind, record);
		*failed |= !its;
		if (its && strcmp(its, name) == 0)
			state = record_follow(state, kind, record, failed);
		free(its);
	}
	json_decref(event);
	return state;
}

/* The record @name, whose key is in @fields, as the events before number
 * @before leave it; the caller's to json_decref(). NULL: there was none. */
static json_t *state_before(struct undoing *u, enum record_kind kind,
			    const char *name, const json_t *fields,
			    unsigned long before)
{
	struct query *q = record_events(u->reg, kind, name, fields, before);
	json_t *state = NULL;

	while (query_next(q))
		state = follow_event(state, kind, name, query_text(q, 1),
				     &u->failed);
	return state;
}

/* What the event touched. */

static struct touched *find(const struct undoing *u, const char *name)
{
	const json_t *place = name ? json_object_get(u->places, name) : NULL;

	return place ? &u->list[json_integer_value(place)] : NULL;
}

static json_t *key_of(enum record_kind kind, const json_t *record)
{
	const struct record_type *type = &record_types[kind];
	json_t *key = json_object();

	for (size_t i = 0; key && i < type->n_keys; i++) {
		json_t *value = json_object_get(record, type->columns[i]);

		if (value && json_object_set(key, type->columns[i], value)) {
			json_decref(key);
			key = NULL;
		}
	}
	return key;
}

/* Of the key its first column, of a unit its name, which may be given without
 * its agency: a number with its column, and a text up to a letter that JSON
 * writes otherwise. */
static void set_part(struct touched *t)
{
	const char *column = record_types[t->kind].columns[0];
	const char *key = strchr(t->name, '\n') + 1;
	size_t len;

	if (t->kind == RECORD_UNIT)
		key = strchr(key, '\n') + 1;
	len = strcspn(key, "\n\"\\");
	if (record_is_number(column))
		(void)snprintf(t->part, sizeof(t->part), "\"%s\":%.*s", column,
			       (int)len, key);
	else
		(void)snprintf(t->part, sizeof(t->part), "%.*s", (int)len, key);
}

static struct touched *add(struct undoing *u, enum record_kind kind,
			   const json_t *record, const char *name)
{
	struct arena *arena = &u->undo->arena;
	struct touched *t = arena_grow(arena, u->list, u->n, sizeof(*u->list));
	size_t len = strlen(name) + 1;
	char *copy = arena_alloc(arena, len);
	json_t *key = key_of(kind, record);

	if (!t || !copy || !key ||
	    json_object_set_new(u->places, name,
				json_integer((json_int_t)u->n))) {
		json_decref(key);
		u->failed = true;
		return NULL;
	}
	u->list = t;
	t += u->n++;
	*t = (struct touched){ .kind = kind,
			       .name = memcpy(copy, name, len),
			       .key = key,
			       .number = "",
			       .day = "" };
	set_part(t);
	t->before = state_before(u, kind, name, key, u->event);
	return t;
}

static unsigned int columns_in(enum record_kind kind, const json_t *record)
{
	const struct record_type *type = &record_types[kind];
	unsigned int columns = 0;

	for (size_t i = type->n_keys; type->columns[i]; i++)
		if (json_object_get(record, type->columns[i]))
			columns |= 1u << i;
	return columns;
}

static void take_record(struct undoing *u, const json_t *record)
{
	enum record_kind kind = record_kind_find(text_of(record, "record"));
	char *name = kind == RECORD_KINDS ? NULL : record_name(kind, record);
	struct touched *t = find(u, name);

	if (name && !t)
		t = add(u, kind, record, name);
	if (t && event_takes_away(record))
		t->went = true;
	else if (t)
		t->given |= columns_in(kind, record);
	u->failed |= !name;
	free(name);
}

static unsigned int column_of(enum record_kind kind, const char *name)
{
	const char *const *columns = record_types[kind].columns;
	size_t i = 0;

	while (strcmp(columns[i], name) != 0)
		i++;
	return 1u << i;
}

static void keep(struct touched *t, enum undo_kept why)
{
	t->stays = true;
	t->why = why;
}

static const char *keep_text(struct undoing *u, const json_t *object,
			     const char *name)
{
	const char *text =
		arena_format(&u->undo->arena, "%s", text_of(object, name));

	return text ? text : "";
}

/* What was done to a token stays on record, and the token with it as it was
 * read then; which letter it answered may have been told wrongly. */
static void keep_attempt(struct undoing *u, struct touched *attempt)
{
	json_t *now = register_get(u->reg, RECORD_UNBLOCK, attempt->key);
	char *name = now ? record_name(RECORD_TOKEN, now) : NULL;
	struct touched *token = find(u, name);

	free(name);
	if (json_object_get(now, "journal")) {
		keep(attempt, UNDO_KEPT_ATTEMPT);
		attempt->given &= column_of(RECORD_UNBLOCK, "request");
		if (token && !token->before)
			keep(token, UNDO_KEPT_TOKEN);
		if (token)
			token->given &= ~(column_of(RECORD_TOKEN, "user_pin") |
					  column_of(RECORD_TOKEN, "seen_date"));
	}
	json_decref(now);
}

static void keep_attempts(struct undoing *u)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->list[i].kind == RECORD_UNBLOCK && !u->list[i].before &&
		    !u->list[i].went)
			keep_attempt(u, &u->list[i]);
}

/* The letters that are known by a number that the event gave, and will not be.
 */
static void number_letters(struct undoing *u)
{
	for (size_t i = 0; i < u->n; i++) {
		struct touched *t = &u->list[i];
		json_t *now = NULL;

		if (t->kind == RECORD_REQUEST && !t->went &&
		    t->given & column_of(t->kind, "document_number"))
			now = register_get(u->reg, t->kind, t->key);
		if (strcmp(text_of(now, "document_number"),
			   text_of(t->before, "document_number")) != 0) {
			t->number = keep_text(u, now, "document_number");
			t->day = keep_text(u, now, "document_date");
		}
		json_decref(now);
	}
}

/* Later events that build on it. */

/* True if event @number counts no more, or only takes back one after the event:
 * either leaves what that one left. */
static bool counts(struct undoing *u, unsigned long number, const json_t *event)
{
	return event_undoes(event) <= u->event &&
	       !register_undone_by(u->reg, number);
}

/* Columns in which a record cites a paper by its number, and of its day. */
static const struct {
	const char *number, *day;
} citing[] = {
	{ "decision", "decision_date" },
	{ "permission", "permission_date" },
	{ "authority", "" },
};

/* True if @record cites a letter that the event brought, or its number. */
static bool cites(const struct undoing *u, const json_t *record)
{
	for (size_t i = 0; i < u->n; i++) {
		const struct touched *t = &u->list[i];

		for (size_t k = 0; *t->number && k < N(citing); k++) {
			const char *day = text_of(record, citing[k].day);

			if ((!*day || !*t->day || strcmp(day, t->day) == 0) &&
			    normalize_cites(text_of(record, citing[k].number),
					    t->number, t->day))
				return true;
		}
	}
	return false;
}

/* A letter's agency and unit stand for themselves: a later event that names
 * them would have brought them. */
static bool is_place(const struct touched *t)
{
	return t->kind == RECORD_AGENCY || t->kind == RECORD_UNIT;
}

/* True if @record, of @kind, refers to a record that the event brought, given
 * the values in @fields. */
static bool refers(struct undoing *u, enum record_kind kind,
		   const json_t *record, const json_t *fields)
{
	bool conflict = false;

	for (size_t k = 0; k < RECORD_KINDS; k++) {
		const struct record_type *type = &record_types[k];
		bool named = k != kind, given = false;
		struct touched *t;
		char *name;

		for (size_t i = 0; i < type->n_keys; i++) {
			const char *column = type->columns[i];

			given |= json_object_get(record, column) != NULL;
			named = named && json_object_get(fields, column);
		}
		if (!named || !given)
			continue;
		name = record_name(k, fields);
		t = find(u, name);
		u->failed |= !name;
		free(name);
		if (!t || t->before)
			continue;
		if (is_place(t))
			keep(t, UNDO_KEPT_PLACE);
		else
			conflict |= !t->stays;
	}
	return conflict;
}

/* True if the event says that the token was given back, or collected, on the
 * day. */
static bool gave_back(const struct undoing *u, const char *device,
		      const char *day)
{
	for (size_t i = 0; i < json_array_size(u->records); i++) {
		const json_t *record = json_array_get(u->records, i);

		if (strcmp(text_of(record, "record"), "token") == 0 &&
		    strcmp(text_of(record, "device_serial"), device) == 0 &&
		    (strcmp(text_of(record, "returned_date"), day) == 0 ||
		     strcmp(text_of(record, "collected_date"), day) == 0))
			return true;
	}
	return false;
}

/* True if the custody of @record, which was recorded later, ends on the day on
 * which another begins by the event, or the token goes back by it: it was given
 * that day for an end, and would keep it. */
static bool ends_by(const struct undoing *u, const json_t *record)
{
	const char *device = text_of(record, "device_serial");
	const char *day = text_of(record, "to_date");

	if (!*day)
		return false;
	for (size_t i = 0; i < u->n; i++) {
		const struct touched *t = &u->list[i];

		if (t->kind == RECORD_CUSTODY && !t->before &&
		    strcmp(text_of(t->key, "device_serial"), device) == 0 &&
		    strcmp(text_of(t->key, "from_date"), day) == 0)
			return true;
	}
	return gave_back(u, device, day);
}

static bool has_unit(const struct undoing *u)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->list[i].kind == RECORD_UNIT && !u->list[i].before)
			return true;
	return false;
}

/* True if @record of event @number changes, or refers to, what the event
 * left. */
static bool builds_on(struct undoing *u, unsigned long number,
		      const json_t *record)
{
	enum record_kind kind = record_kind_find(text_of(record, "record"));
	char *name = kind == RECORD_KINDS ? NULL : record_name(kind, record);
	struct touched *t = find(u, name);
	json_t *whole = NULL;
	bool conflict;

	conflict = t && ((!t->before && !is_place(t)) || t->went ||
			 event_takes_away(record) ||
			 (columns_in(kind, record) & t->given));
	if (t && !t->before && is_place(t))
		keep(t, UNDO_KEPT_PLACE);
	/* The unit alone does not tell of which agency it is. */
	if (name && !conflict && kind == RECORD_SUBSCRIBER && has_unit(u))
		whole = state_before(u, kind, name, record, number + 1);
	if (name && !conflict && !event_takes_away(record))
		conflict = refers(u, kind, record, whole ? whole : record) ||
			   cites(u, record);
	json_decref(whole);
	free(name);
	return conflict;
}

static void take_later(struct undoing *u, unsigned long number)
{
	struct undo *undo = u->undo;
	unsigned long *grown = arena_grow(&undo->arena, undo->later,
					  undo->n_later, sizeof(*grown));

	if (!grown) {
		u->failed = true;
		return;
	}
	undo->later = grown;
	grown[undo->n_later++] = number;
}

/* True if the text of an event may name any of what the event touched. Most
 * events are of others, and need not be read. */
static bool may_name(const struct undoing *u, const char *text)
{
	bool named = false, numbered = false;

	for (size_t i = 0; i < u->n && !named; i++) {
		named = strstr(text, u->list[i].part);
		numbered |= *u->list[i].number != '\0';
	}
	for (size_t k = 0; numbered && !named && k < N(citing); k++)
		named = strstr(text, citing[k].number);
	return named;
}

static void look_at(struct undoing *u, unsigned long number, const char *text)
{
	json_t *event = json_loads(text, 0, NULL);
	const json_t *records = json_object_get(event, "records");
	bool conflict = false, derives;

	u->failed |= !event;
	if (!event || !counts(u, number, event))
		goto out;
	/* A table says by itself when custody ended. */
	derives = *text_of(event, "paper") ||
		  strcmp(text_of(event, "by"), "import") != 0;
	for (size_t i = 0; i < json_array_size(records); i++) {
		const json_t *record = json_array_get(records, i);

		conflict |=
			builds_on(u, number, record) ||
			(derives &&
			 strcmp(text_of(record, "record"), "custody") == 0 &&
			 ends_by(u, record));
	}
	if (conflict)
		take_later(u, number);
out:
	json_decref(event);
}

/* A unit that stays is one of its agency. */
static void keep_agencies(struct undoing *u)
{
	for (size_t i = 0; i < u->n; i++) {
		const struct touched *t = &u->list[i];
		struct touched *agency;
		char *name;

		if (t->kind != RECORD_UNIT || !t->stays)
			continue;
		name = record_name(RECORD_AGENCY, t->key);
		agency = find(u, name);
		u->failed |= !name;
		free(name);
		if (agency && !agency->before)
			keep(agency, UNDO_KEPT_PLACE);
	}
}

static void look_at_later(struct undoing *u)
{
	struct query *q = store_query(u->reg->store, sql_undo_events_after);

	query_long(q);
	query_put_number(q, (long long)u->event);
	while (query_next(q))
		if (may_name(u, query_text(q, 1)))
			look_at(u, (unsigned long)query_number(q, 0),
				query_text(q, 1));
}

/* The event that takes it back. */

static void note(struct undoing *u, json_t *list, const struct touched *t,
		 const char *name, json_t *value)
{
	json_t *o = json_copy(t->key);

	if (!o ||
	    json_object_set_new(o, "record",
				json_string(record_types[t->kind].name)) ||
	    (name && json_object_set(o, name, value)))
		u->failed = true;
	if (json_array_append_new(list, o))
		u->failed = true;
}

/* The values of the record that are not those of @other. */
static json_t *values_unlike(const struct touched *t, const json_t *record,
			     const json_t *other)
{
	const struct record_type *type = &record_types[t->kind];
	json_t *values = json_object();

	for (size_t i = type->n_keys; type->columns[i]; i++) {
		json_t *value = json_object_get(record, type->columns[i]);

		if (value &&
		    !json_equal(value,
				json_object_get(other, type->columns[i])))
			(void)json_object_set(values, type->columns[i], value);
	}
	return values;
}

static void note_change(struct undoing *u, const struct touched *t,
			const json_t *now, const json_t *then)
{
	json_t *before = values_unlike(t, now, then);
	json_t *after = then ? values_unlike(t, then, now) : json_null();
	json_t *list = u->undo->changes;

	note(u, list, t, "before", before);
	if (json_object_set(json_array_get(list, json_array_size(list) - 1),
			    "after", after))
		u->failed = true;
	json_decref(before);
	json_decref(after);
}

static void restore(struct undoing *u, const struct touched *t)
{
	const char *const *columns = record_types[t->kind].columns;
	json_t *now = register_get(u->reg, t->kind, t->key);
	json_t *fields = json_copy(t->key);
	json_t *then;

	for (size_t i = record_types[t->kind].n_keys; fields && columns[i];
	     i++) {
		json_t *value = json_object_get(t->before, columns[i]);

		if (t->went ? value != NULL : (t->given & 1u << i) != 0)
			u->failed |= json_object_set(fields, columns[i],
						     value ? value
							   : json_null()) != 0;
	}
	if (fields)
		(void)register_put(u->reg, t->kind, fields, NULL);
	then = register_get(u->reg, t->kind, t->key);
	if (!now || !json_equal(now, then))
		note_change(u, t, now, then);
	json_decref(fields);
	json_decref(then);
	json_decref(now);
}

static void remove_record(struct undoing *u, const struct touched *t)
{
	json_t *now = register_get(u->reg, t->kind, t->key);

	register_remove(u->reg, t->kind, t->key);
	note_change(u, t, now, NULL);
	json_decref(now);
}

/* What others refer to comes before them, and goes after them. */
static void put_back(struct undoing *u)
{
	for (size_t kind = 0; kind < RECORD_KINDS; kind++)
		for (size_t i = 0; i < u->n; i++)
			if (u->list[i].kind == kind &&
			    (u->list[i].before || u->list[i].stays))
				restore(u, &u->list[i]);
	for (size_t kind = RECORD_KINDS; kind-- > 0;)
		for (size_t i = 0; i < u->n; i++)
			if (u->list[i].kind == kind && !u->list[i].before &&
			    !u->list[i].stays && !u->list[i].went)
				remove_record(u, &u->list[i]);
	for (size_t i = 0; i < u->n; i++)
		if (u->list[i].stays) {
			json_t *why = json_integer(u->list[i].why);

			note(u, u->undo->kept, &u->list[i], "why", why);
			json_decref(why);
		}
}

static void take_back(struct undoing *u, const struct register_act *by)
{
	struct register_act act = *by;

	act.undoes = u->event;
	register_act_begin(u->reg, &act);
	put_back(u);
	register_act_end(u->reg);
	if (json_array_size(u->undo->changes) == 0)
		u->undo->result = UNDO_NOTHING;
}

/* What an agency does not see may build on it. */
static void require_all(struct custody_register *reg)
{
	if (roles_agency(reg))
		store_fail_with(reg->store, -EACCES, register_not_all);
}

void undo_record(struct custody_register *reg, enum record_kind kind,
		 const json_t *fields)
{
	require_all(reg);
	register_remove(reg, kind, fields);
}

int register_undo(struct custody_register *reg, const struct register_act *act,
		  unsigned long event, struct undo *undo)
{
	struct undoing u = { .reg = reg, .undo = undo, .event = event };
	unsigned long by = register_undone_by(reg, event);
	json_t *whole = register_event_read(reg, event);
	const json_t *records = json_object_get(whole, "records");

	*undo = (struct undo){ .changes = json_array(), .kept = json_array() };
	u.records = records;
	u.places = json_object();
	u.failed = !undo->changes || !undo->kept || !u.places;
	require_all(reg);
	if (!records || store_error(reg->store)) {
		undo->result = UNDO_NO_EVENT;
		goto out;
	}
	if (by) {
		undo->result = UNDO_ALREADY;
		take_later(&u, by);
		goto out;
	}
	for (size_t i = 0; i < json_array_size(records); i++)
		take_record(&u, json_array_get(records, i));
	keep_attempts(&u);
	number_letters(&u);
	look_at_later(&u);
	keep_agencies(&u);
	if (undo->n_later)
		undo->result = UNDO_LATER;
	else if (!u.failed)
		take_back(&u, act);
out:
	for (size_t i = 0; i < u.n; i++) {
		json_decref(u.list[i].key);
		json_decref(u.list[i].before);
	}
	json_decref(u.places);
	json_decref(whole);
	return u.failed || undo->arena.failed ? -ENOMEM : 0;
}

void undo_free(struct undo *undo)
{
	json_decref(undo->changes);
	json_decref(undo->kept);
	arena_free(&undo->arena);
	*undo = (struct undo){ 0 };
}
