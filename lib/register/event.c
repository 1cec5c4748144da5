/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events: how one is made of the records put into it, how its text is applied
 * to the tables again, and what all of them say of one record. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "input/json_members.h"
#include "input/secret_text.h"
#include "register/register.sql.h"
#include "register/undo.sql.h"
#include "register_private.h"
#include "roles.h"
#include "token/ckstoken.h"

static void put_string(struct buffer *b, const char *s)
{
	buffer_puts(b, "\"");
	while (*s) {
		size_t plain = 0;

		while ((unsigned char)s[plain] >= ' ' && s[plain] != '"' &&
		       s[plain] != '\\')
			plain++;
		buffer_put(b, s, plain);
		s += plain;
		if (*s)
			buffer_printf(b, "\\u%04x", (unsigned int)*s++);
	}
	buffer_puts(b, "\"");
}

static void put_value(struct buffer *b, const json_t *value)
{
	if (json_is_string(value))
		put_string(b, json_string_value(value));
	else if (json_is_integer(value))
		buffer_printf(b, "%" JSON_INTEGER_FORMAT,
			      json_integer_value(value));
	else if (json_is_boolean(value))
		buffer_puts(b, json_is_true(value) ? "true" : "false");
	else
		buffer_puts(b, "null");
}

static void put_member(struct buffer *b, const char *name, const json_t *value)
{
	buffer_puts(b, ",\"");
	buffer_puts(b, name);
	buffer_puts(b, "\":");
	put_value(b, value);
}

/* A login name need not be valid UTF-8. */
static void put_clean(struct buffer *b, const char *text)
{
	char *clean = cks_text_clean(text, strlen(text));

	if (clean)
		put_string(b, clean);
	else
		b->failed = true;
	free(clean);
}

static const char records_begin[] = ",\"records\":[";

void register_act_begin(struct custody_register *reg,
			const struct register_act *act)
{
	char moment[DATE_SIZE], clock[DATE_SIZE];
	struct buffer *b = &reg->act;

	b->len = 0;
	reg->n_put = 0;
	reg->act_undoes = act->undoes;
	reg->act_explains = act->explains > 0;
	buffer_printf(b, "{\"time\":\"%s\",\"clock\":\"%s\",\"officer\":",
		      date_vietnam(act->now, moment),
		      date_vietnam(time(NULL), clock));
	put_clean(b, act->officer ? act->officer : "");
	buffer_puts(b, ",\"by\":");
	put_clean(b, act->command);
	if (act->undoes)
		buffer_printf(b, ",\"undoes\":%lu", act->undoes);
	if (act->explains)
		buffer_printf(b, ",\"explains\":%lu", act->explains);
	if ((act->undoes || act->explains) && act->reason) {
		buffer_puts(b, ",\"reason\":");
		put_clean(b, act->reason);
	}
	if (act->signed_by) {
		buffer_puts(b, ",\"signed\":");
		put_clean(b, act->signed_by);
	}
	/* The server knows of an agency's events what their records say. */
	if (act->from && !roles_agency(reg)) {
		buffer_puts(b, ",\"from\":");
		put_clean(b, act->from);
		if (act->verified) {
			buffer_puts(b, ",\"verified\":");
			put_clean(b, act->verified);
		}
	}
	buffer_puts(b, records_begin);
	reg->act_len = b->len;
}

void register_act_of(struct custody_register *reg, const char *paper)
{
	struct buffer *b = &reg->act;

	if (b->failed || reg->n_put)
		return;
	b->len = reg->act_len - strlen(records_begin);
	buffer_puts(b, ",\"paper\":");
	put_clean(b, paper);
	buffer_puts(b, records_begin);
}

void register_act_again(struct custody_register *reg)
{
	reg->act.len = reg->act_len - strlen(records_begin);
	buffer_puts(&reg->act, records_begin);
	reg->n_put = 0;
}

/* A part of a key that is not known is left out, however that was given. */
static bool is_known(const json_t *value)
{
	const char *text = json_string_value(value);

	return value && !json_is_null(value) && (!text || *text);
}

/* The key of the record, and the values that differ from those in the table. */
static void add_record(struct custody_register *reg, const struct record *r,
		       unsigned int columns)
{
	const struct record_type *type = &record_types[r->kind];
	struct buffer *b = &reg->act;

	buffer_puts(b, reg->n_put++ ? ",{\"record\":\"" : "{\"record\":\"");
	buffer_puts(b, type->name);
	buffer_puts(b, "\"");
	for (size_t i = 0; type->columns[i]; i++)
		if (i < type->n_keys ? is_known(r->values[i])
				     : (columns & 1u << i) != 0)
			put_member(b, type->columns[i], r->values[i]);
	buffer_puts(b, "}");
}

/* Which columns of a record that is not there yet are given. */
static unsigned int given_in(const struct record *r)
{
	unsigned int columns = 0;

	for (size_t i = record_types[r->kind].n_keys; i < RECORD_COLUMNS_MAX;
	     i++)
		if (r->values[i] && !json_is_null(r->values[i]))
			columns |= 1u << i;
	return columns;
}

/* The last door for a secret, whichever command and field it comes by. */
static bool refuse_secrets(struct custody_register *reg, const struct record *r)
{
	const struct record_type *type = &record_types[r->kind];

	for (size_t i = 0; type->columns[i]; i++) {
		const char *text = json_string_value(r->values[i]);
		int secret =
			text ? secret_is_in_field(type->columns[i], text) : 0;

		if (secret)
			store_fail(reg->store,
				   secret < 0 ? secret : -EKEYREJECTED);
		if (secret)
			return true;
	}
	return false;
}

enum put register_put_over(struct custody_register *reg, enum record_kind kind,
			   const json_t *fields, unsigned long *clash,
			   json_t **was)
{
	unsigned long event = reg->chain.n + 1;
	struct row_diff row_diff;
	struct record r;

	record_of(kind, fields, &r);
	if (refuse_secrets(reg, &r))
		return PUT_FAILED;
	/* In a table one new record follows another: to add each without asking
	 * for it first is half of the work. */
	if (reg->tables.was_new[kind] &&
	    record_insert(&reg->tables, &r, event)) {
		add_record(reg, &r, given_in(&r));
		return PUT_NEW;
	}
	row_diff = record_compare(&reg->tables, &r);
	if (store_error(reg->store))
		return PUT_FAILED;
	reg->tables.was_new[kind] = !row_diff.exists;
	if (row_diff.exists && !row_diff.differs)
		return PUT_SAME;
	if (clash && row_diff.overwrites && row_diff.event > reg->table &&
	    row_diff.event < event) {
		*clash = row_diff.event - reg->table;
		return PUT_CLASH;
	}
	if (was && row_diff.overwrites)
		*was = register_get(reg, kind, fields);
	add_record(reg, &r, row_diff.differs);
	record_apply(&reg->tables, &r, &row_diff, event);
	if (store_error(reg->store))
		return PUT_FAILED;
	if (!row_diff.exists)
		return PUT_NEW;
	return clash && row_diff.event > reg->table ? PUT_ADDED : PUT_CHANGED;
}

enum put register_put(struct custody_register *reg, enum record_kind kind,
		      const json_t *fields, unsigned long *clash)
{
	return register_put_over(reg, kind, fields, clash, NULL);
}

void event_keep(struct store *store, unsigned long number, const char *hash,
		const char *text)
{
	struct query *q = store_query(store, sql_event_add);

	query_put_number(q, (long long)number);
	query_put_text(q, hash);
	query_put_text(q, text);
	query_run_once(q);
}

void register_remove(struct custody_register *reg, enum record_kind kind,
		     const json_t *fields)
{
	json_t *there = register_get(reg, kind, fields);
	const struct record_type *type = &record_types[kind];
	struct buffer *b = &reg->act;
	struct record r;

	record_of(kind, there, &r);
	buffer_puts(b, reg->n_put++ ? ",{\"record\":\"" : "{\"record\":\"");
	buffer_puts(b, type->name);
	buffer_puts(b, "\",\"gone\":true");
	for (size_t i = 0; type->columns[i]; i++)
		if (r.values[i] &&
		    (i < type->n_keys ||
		     record_subject_of(type->columns[i]) != RECORD_KINDS))
			put_member(b, type->columns[i], r.values[i]);
	buffer_puts(b, "}");
	record_remove(&reg->tables, &r, reg->chain.n + 1);
	json_decref(there);
}

static void add_undo(struct store *store, unsigned long event,
		     unsigned long undoes)
{
	struct query *q = store_query(store, sql_undo_add);

	query_put_number(q, (long long)event);
	query_put_number(q, (long long)undoes);
	query_run_once(q);
}

json_t *register_event_read(struct custody_register *reg, unsigned long number)
{
	struct query *q = store_query(reg->store, sql_event_of_number);
	json_t *event = NULL;

	query_put_number(q, (long long)number);
	if (query_next(q))
		event = json_loads(query_text(q, 2), 0, NULL);
	query_end(q);
	return event;
}

/* An event that took back the one at @parent of the list. */
struct taking_back {
	unsigned long event;
	size_t parent;
	bool undone;
};

/* Appends those that took back the event at @parent. */
static struct taking_back *add_undos(struct custody_register *reg,
				     struct arena *arena,
				     struct taking_back *list, size_t *n,
				     size_t parent)
{
	struct query *q = store_query(reg->store, sql_undos_of);

	query_put_number(q, (long long)list[parent].event);
	while (query_next(q)) {
		struct taking_back *grown =
			arena_grow(arena, list, *n, sizeof(*list));

		if (!grown)
			continue;
		list = grown;
		list[(*n)++] = (struct taking_back){
			.event = (unsigned long)query_number(q, 0),
			.parent = parent,
		};
	}
	return list;
}

/* Each may have been taken back itself, and that again. It comes in the list
 * before those that took it back, so they are judged first. */
unsigned long register_undone_by(struct custody_register *reg,
				 unsigned long event)
{
	struct arena arena = { 0 };
	struct taking_back *list = arena_grow(&arena, NULL, 0, sizeof(*list));
	unsigned long by = 0;
	size_t n = 0;

	if (list)
		list[n++] = (struct taking_back){ .event = event };
	for (size_t i = 0; i < n; i++)
		list = add_undos(reg, &arena, list, &n, i);
	for (size_t i = n; i-- > 1;) {
		if (list[i].undone)
			continue;
		list[list[i].parent].undone = true;
		if (list[i].parent == 0 && list[i].event > by)
			by = list[i].event;
	}
	if (arena.failed)
		store_fail(reg->store, -ENOMEM);
	arena_free(&arena);
	return by;
}

void register_act_end(struct custody_register *reg)
{
	struct chain *c = &reg->chain;
	struct buffer *b = &reg->act;
	char hash[CHAIN_HASH_SIZE];
	int ret;

	if (!reg->n_put && !reg->act_explains)
		return;
	buffer_puts(b, "]}");
	buffer_put(b, "", 1);
	ret = b->failed ? -ENOMEM
			: chain_hash(c->last, (const char *)b->data, hash);
	if (ret) {
		store_fail(reg->store, ret);
		return;
	}
	event_keep(reg->store, c->n + 1, hash, (const char *)b->data);
	if (reg->act_undoes)
		add_undo(reg->store, c->n + 1, reg->act_undoes);
	chain_add(c, hash);
	reg->n_put = 0;
	reg->act_explains = false;
}

bool event_takes_away(const json_t *record)
{
	return json_is_true(json_object_get(record, "gone"));
}

unsigned long event_undoes(const json_t *event)
{
	json_int_t number =
		json_integer_value(json_object_get(event, "undoes"));

	return number > 0 ? (unsigned long)number : 0;
}

static bool apply_one(struct tables *tables, unsigned long number,
		      const json_t *fields)
{
	const char *name = json_string_value(json_object_get(fields, "record"));
	enum record_kind kind = name ? record_kind_find(name) : RECORD_KINDS;
	struct row_diff row_diff;
	struct record r;

	if (kind == RECORD_KINDS)
		return false;
	record_of(kind, fields, &r);
	if (event_takes_away(fields)) {
		record_remove(tables, &r, number);
		/* As register_put() does: one new record follows another. */
	} else if (!tables->was_new[kind] ||
		   !record_insert(tables, &r, number)) {
		row_diff = record_compare(tables, &r);
		tables->was_new[kind] = !row_diff.exists;
		record_apply(tables, &r, &row_diff, number);
	}
	return true;
}

bool event_apply(struct tables *tables, unsigned long number, const char *text,
		 struct event_times *times)
{
	json_t *event = json_loads(text, 0, NULL);
	const json_t *records = json_object_get(event, "records");
	bool ok = json_is_array(records);

	/* What could not be read for want of memory is not ill-formed. */
	if (json_is_short())
		store_fail(tables->store, -ENOMEM);
	for (size_t i = 0; ok && i < json_array_size(records); i++)
		ok = apply_one(tables, number, json_array_get(records, i));
	if (ok && event_undoes(event))
		add_undo(tables->store, number, event_undoes(event));
	if (ok && times)
		event_times_take(times, number, event);
	json_decref(event);
	return ok;
}

/* What the events say of one record. */

static const char *event_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

char *record_name(enum record_kind kind, const json_t *fields)
{
	struct buffer name = { 0 };
	struct record r;

	record_of(kind, fields, &r);
	record_put_name(&name, kind, NULL, &r);
	if (name.failed)
		buffer_free(&name);
	return (char *)name.data;
}

json_t *record_follow(json_t *state, enum record_kind kind,
		      const json_t *record, bool *failed)
{
	const char *const *columns = record_types[kind].columns;

	if (event_takes_away(record)) {
		json_decref(state);
		return NULL;
	}
	if (!state)
		state = json_object();
	for (size_t i = 0; columns[i]; i++) {
		json_t *value = json_object_get(record, columns[i]);

		if (json_is_null(value))
			(void)json_object_del(state, columns[i]);
		else if (value && json_object_set(state, columns[i], value))
			*failed = true;
	}
	*failed |= !state;
	return state;
}

struct query *record_events(struct custody_register *reg, enum record_kind kind,
			    const char *name, const json_t *fields,
			    unsigned long before)
{
	struct row_diff there;
	struct record r;
	struct query *q;

	record_of(kind, fields, &r);
	there = record_compare(&reg->tables, &r);
	q = store_query(reg->store, sql_undo_events_before);
	query_put_text(q, name);
	query_put_number(q, (long long)before);
	query_put_number(q, (long long)there.event);
	return q;
}

/* The events of a record that stand: they were not taken back, and take none
 * back themselves. */
struct standing {
	struct custody_register *reg;
	enum record_kind kind;
	char *name;
	struct query *q;
	unsigned long number;
	json_t *event;
	bool failed;
};

static void standing_of(struct custody_register *reg, enum record_kind kind,
			const json_t *fields, struct standing *s)
{
	*s = (struct standing){ .reg = reg, .kind = kind };
	s->name = record_name(kind, fields);
	s->failed = !s->name;
	s->q = record_events(reg, kind, s->name ? s->name : "", fields,
			     reg->chain.n + 1);
}

static bool standing_next(struct standing *s)
{
	json_decref(s->event);
	s->event = NULL;
	while (!s->failed && query_next(s->q)) {
		s->number = (unsigned long)query_number(s->q, 0);
		s->event = json_loads(query_text(s->q, 1), 0, NULL);
		s->failed |= !s->event;
		if (s->event && !event_undoes(s->event) &&
		    !register_undone_by(s->reg, s->number))
			return true;
		json_decref(s->event);
		s->event = NULL;
	}
	return false;
}

/* Remembers that memory was out. */
static void standing_end(struct standing *s)
{
	if (s->failed)
		store_fail(s->reg->store, -ENOMEM);
	query_end(s->q);
	json_decref(s->event);
	free(s->name);
}

/* The next record at or after *@i of the event that is the one asked about. */
static const json_t *standing_record(struct standing *s, size_t *i)
{
	const json_t *records = json_object_get(s->event, "records");

	while (*i < json_array_size(records)) {
		const json_t *record = json_array_get(records, (*i)++);
		bool same;
		char *name;

		if (strcmp(event_text(record, "record"),
			   record_types[s->kind].name) != 0)
			continue;
		name = record_name(s->kind, record);
		s->failed |= !name;
		same = name && strcmp(name, s->name) == 0;
		free(name);
		if (same)
			return record;
	}
	return NULL;
}

/* True if the event saw the token @serial: it has the hour of that. */
static bool sees_token(const json_t *event, const char *serial)
{
	const json_t *records = json_object_get(event, "records");

	for (size_t i = 0; i < json_array_size(records); i++) {
		const json_t *record = json_array_get(records, i);

		if (strcmp(event_text(record, "record"),
			   record_types[RECORD_TOKEN].name) == 0 &&
		    strcmp(event_text(record, "device_serial"), serial) == 0 &&
		    *event_text(record, "seen_time"))
			return true;
	}
	return false;
}

json_t *register_certificate_seen(struct custody_register *reg,
				  const json_t *fields)
{
	json_t *state = NULL, *seen = NULL;
	struct standing s;

	standing_of(reg, RECORD_CERTIFICATE, fields, &s);
	while (standing_next(&s)) {
		const json_t *record;
		size_t i = 0;

		while ((record = standing_record(&s, &i)))
			state = record_follow(state, RECORD_CERTIFICATE, record,
					      &s.failed);
		if (!sees_token(s.event, event_text(state, "device_serial")))
			continue;
		json_decref(seen);
		seen = json_copy(state);
		s.failed |= !seen;
	}
	standing_end(&s);
	json_decref(state);
	return seen;
}

static bool is_among(const json_t *events, unsigned long number)
{
	for (size_t i = 0; i < json_array_size(events); i++)
		if (json_integer_value(json_array_get(events, i)) ==
		    (json_int_t)number)
			return true;
	return false;
}

bool register_same_paper(const char *a, const char *b)
{
	const char *x = strchr(a, ' '), *y = strchr(b, ' ');
	const char *end = strrchr(a, ';');
	size_t len = end ? (size_t)(end - a) : strlen(a);

	if (!x || !y)
		return false;
	end = strrchr(b, ';');
	len -= (size_t)(x - a);
	return len == (end ? (size_t)(end - y) : strlen(y)) &&
	       strncmp(x, y, len) == 0;
}

/* Takes from @list what papers, in the list @by, gave before: a later version
 * goes over the earlier, and what no paper says over all. */
static void drop_given(json_t *list, json_t *by, const char *paper)
{
	for (size_t i = json_array_size(list); i-- > 0;) {
		const char *other = json_string_value(json_array_get(by, i));

		if (*paper && !register_same_paper(other, paper))
			continue;
		(void)json_array_remove(list, i);
		(void)json_array_remove(by, i);
	}
}

/* Adds what the event gives in @column; it may tell of two. */
static void take_given(struct standing *s, const char *column, json_t *list,
		       json_t *by)
{
	json_t *paper = json_object_get(s->event, "paper");
	const json_t *record;
	bool any = false;
	size_t i = 0;

	paper = paper ? json_incref(paper) : json_string("");
	while ((record = standing_record(s, &i))) {
		json_t *value = json_object_get(record, column);

		if (value && !any)
			drop_given(list, by, json_string_value(paper));
		any |= value != NULL;
		if (json_is_string(value))
			s->failed |= json_array_append(list, value) ||
				     json_array_append(by, paper);
	}
	json_decref(paper);
}

json_t *register_given(struct custody_register *reg, enum record_kind kind,
		       const json_t *fields, const char *column,
		       const json_t *but)
{
	json_t *now = register_get(reg, kind, fields);
	json_t *list = json_array(), *by = json_array();
	json_t *last = json_object_get(now, column);
	struct standing s;

	if (last) {
		standing_of(reg, kind, fields, &s);
		while (standing_next(&s))
			if (!is_among(but, s.number))
				take_given(&s, column, list, by);
		s.failed |= json_array_append(list, last) != 0;
		standing_end(&s);
	}
	json_decref(by);
	json_decref(now);
	return list;
}

json_t *register_papers(struct custody_register *reg, enum record_kind kind,
			const json_t *fields)
{
	json_t *list = json_array();
	struct standing s;

	standing_of(reg, kind, fields, &s);
	while (standing_next(&s)) {
		const char *paper = event_text(s.event, "paper");

		if (*paper)
			s.failed |=
				json_array_append_new(
					list, json_pack("{s:I, s:s}", "event",
							(json_int_t)s.number,
							"paper", paper)) != 0;
	}
	standing_end(&s);
	return list;
}

/* Whose a column is: whoever gave it last has it. */
static void share_columns(struct record_share *share, enum record_kind kind,
			  const json_t *record, bool ours)
{
	const struct record_type *type = &record_types[kind];

	for (size_t i = type->n_keys; type->columns[i]; i++) {
		if (!json_object_get(record, type->columns[i]))
			continue;
		if (ours)
			(void)json_object_set_new(share->own, type->columns[i],
						  json_true());
		else
			(void)json_object_del(share->own, type->columns[i]);
	}
}

void register_share(struct custody_register *reg, enum record_kind kind,
		    const json_t *fields, const json_t *events,
		    struct record_share *share)
{
	bool is_there = false;
	struct standing s;

	*share = (struct record_share){ .own = json_object(),
					.later = json_array() };
	standing_of(reg, kind, fields, &s);
	while (standing_next(&s)) {
		bool ours = is_among(events, s.number);
		const json_t *record;
		size_t i = 0;

		while ((record = standing_record(&s, &i))) {
			share->brought |= ours && !is_there;
			is_there = !event_takes_away(record);
			if (!is_there)
				(void)json_object_clear(share->own);
			share_columns(share, kind, record, ours);
			if (ours)
				continue;
			share->without = record_follow(share->without, kind,
						       record, &s.failed);
			if (share->brought && !is_among(share->later, s.number))
				(void)json_array_append_new(
					share->later,
					json_integer((json_int_t)s.number));
		}
	}
	standing_end(&s);
}

void record_share_free(struct record_share *share)
{
	json_decref(share->own);
	json_decref(share->without);
	json_decref(share->later);
}
