/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "history.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "letter.h"
#include "names.h"
#include "normalize.h"
#include "register/history.sql.h"
#include "register/register.sql.h"
#include "register_private.h"
#include "token/ckstoken.h"

#define BY_SUBSCRIBER "subscriber = $1"
#define BY_TOKEN "device_serial = $1"
#define BY_CERTIFICATE "certificate_serial = $1"
#define BY_REQUEST "request = $1"

/* For each kind of subject, the SQL condition that selects the records of each
 * kind that belong to it. NULL: records of that kind never do. */
static const char *const scopes[RECORD_KINDS][RECORD_KINDS] = {
	[RECORD_SUBSCRIBER] = {
		[RECORD_SUBSCRIBER] = BY_SUBSCRIBER,
		[RECORD_TOKEN] = sql_of_subscriber_tokens,
		[RECORD_CERTIFICATE] = BY_SUBSCRIBER,
		[RECORD_REQUEST] = sql_of_subscriber_requests,
		[RECORD_ITEM] = BY_SUBSCRIBER,
		[RECORD_CUSTODY] = sql_of_subscriber_tokens,
		[RECORD_LOSS] = sql_of_subscriber_tokens,
		[RECORD_UNBLOCK] = sql_of_subscriber_tokens,
	},
	[RECORD_TOKEN] = {
		[RECORD_SUBSCRIBER] = sql_of_token_subscribers,
		[RECORD_TOKEN] = BY_TOKEN,
		[RECORD_CERTIFICATE] = BY_TOKEN,
		[RECORD_REQUEST] = sql_of_token_requests,
		[RECORD_ITEM] = sql_of_token_items,
		[RECORD_CUSTODY] = BY_TOKEN,
		[RECORD_LOSS] = BY_TOKEN,
		[RECORD_UNBLOCK] = BY_TOKEN,
	},
	[RECORD_CERTIFICATE] = {
		[RECORD_SUBSCRIBER] = sql_of_certificate_subscribers,
		[RECORD_TOKEN] = sql_of_certificate_tokens,
		[RECORD_CERTIFICATE] = BY_CERTIFICATE,
		[RECORD_REQUEST] = sql_of_certificate_requests,
		[RECORD_ITEM] = BY_CERTIFICATE,
		[RECORD_CUSTODY] = sql_of_certificate_tokens,
		[RECORD_LOSS] = sql_of_certificate_tokens,
		[RECORD_UNBLOCK] = sql_of_certificate_tokens,
	},
	[RECORD_REQUEST] = {
		[RECORD_SUBSCRIBER] = sql_of_request_subscribers,
		[RECORD_REQUEST] = BY_REQUEST,
		[RECORD_ITEM] = BY_REQUEST,
		[RECORD_UNBLOCK] = BY_REQUEST,
	},
};

static void put_key(struct query *q, enum record_kind kind, const char *key)
{
	if (record_is_number(record_types[kind].columns[0]))
		query_put_number(q, strtoll(key, NULL, 10));
	else
		query_put_text(q, key);
}

/* Custody is sorted by token and day, all other records by their keys. */
static void put_order(struct buffer *sql, enum record_kind kind)
{
	const struct record_type *type = &record_types[kind];

	buffer_printf(sql, " ORDER BY \"%s\"", type->columns[0]);
	if (kind == RECORD_CUSTODY)
		buffer_puts(sql, ", \"from_date\"");
	for (size_t i = 1; i < type->n_keys; i++)
		buffer_printf(sql, ", \"%s\"", type->columns[i]);
}

static struct query *ask_for(struct custody_register *reg,
			     const struct subject *subject,
			     enum record_kind kind)
{
	const char *scope = scopes[subject->kind][kind];
	struct buffer sql = { 0 };
	struct query *q;

	if (!scope)
		return NULL;
	record_select(&sql, kind);
	buffer_printf(&sql, " WHERE %s", scope);
	put_order(&sql, kind);
	q = store_query_of(reg->store, &sql);
	put_key(q, subject->kind, subject->key);
	query_send(q);
	return q;
}

void subject_records(struct custody_register *reg,
		     const struct subject *subject,
		     struct query *rows[RECORD_KINDS])
{
	for (size_t kind = 0; kind < RECORD_KINDS; kind++)
		rows[kind] = ask_for(reg, subject, kind);
}

static const char *keep(struct subject_list *found, const char *text)
{
	size_t len = strlen(text) + 1;
	char *copy = arena_alloc(&found->arena, len);

	return copy ? memcpy(copy, text, len) : NULL;
}

/* @q stands at a row with the key and up to three words that describe it. */
static void add(struct subject_list *found, enum record_kind kind,
		struct query *q)
{
	struct subject *grown;
	struct buffer words = { 0 };

	for (size_t i = 0; i < found->n; i++)
		if (found->list[i].kind == kind &&
		    strcmp(found->list[i].key, query_text(q, 0)) == 0)
			return;
	for (int i = 1; i <= 3; i++)
		if (*query_text(q, i))
			buffer_printf(&words, "%s%s", words.len ? ", " : "",
				      query_text(q, i));
	buffer_put(&words, "", 1);
	found->arena.failed |= words.failed;
	grown = arena_grow(&found->arena, found->list, found->n,
			   sizeof(*grown));
	if (grown && !words.failed) {
		found->list = grown;
		grown[found->n++] =
			(struct subject){ kind, keep(found, query_text(q, 0)),
					  keep(found,
					       (const char *)words.data) };
	}
	buffer_free(&words);
}

/* A way to name a subject: the field that the name is looked up in, and the SQL
 * that looks it up. */
static const struct way {
	enum record_kind kind;
	const char *field;
	const char *sql;
} ways[] = {
	{ RECORD_TOKEN, "device_serial", sql_history_token },
	{ RECORD_CERTIFICATE, "certificate_serial", sql_history_certificate },
	{ RECORD_SUBSCRIBER, "id_number", sql_history_subscriber_by_id_number },
	{ RECORD_SUBSCRIBER, "email", sql_history_subscriber_by_email },
	{ RECORD_SUBSCRIBER, "name", sql_history_subscriber_by_name },
}, exact[] = {
	{ RECORD_TOKEN, "device_serial", sql_history_token },
	{ RECORD_CERTIFICATE, "certificate_serial", sql_history_certificate },
	{ RECORD_SUBSCRIBER, "subscriber", sql_history_subscriber },
	{ RECORD_REQUEST, "request", sql_history_request },
};

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* The name as the register spells it. Digits alone are not taken for the serial
 * number of a certificate: they are more likely the number of a letter. */
static json_t *value_of(struct custody_register *reg, const struct way *way,
			bool named, const char *text, const char **why)
{
	const struct field *f = field_find_any(way->field);
	json_t *value = field_parse(f, text, why);
	char *whole;

	if (way->kind == RECORD_TOKEN && !named && json_is_string(value)) {
		whole = register_token_spelled(reg->store,
					       json_string_value(value));
		json_decref(value);
		value = whole ? json_string(whole) : json_null();
		free(whole);
		return value;
	}
	if (f->type != FIELD_SERIAL || !json_is_string(value) ||
	    (!named && !text[strspn(text, "0123456789")]))
		return value;
	whole = normalize_serial(json_string_value(value));
	json_decref(value);
	value = whole ? json_string(whole) : NULL;
	free(whole);
	return value;
}

/* A text that is not a valid value of the field names nothing in this way. */
static int try(struct custody_register *reg, const struct way *way, bool named,
	       const char *text, struct subject_list *found)
{
	const char *why = NULL;
	json_t *value = value_of(reg, way, named, text, &why);
	struct query *q;

	if (!value || json_is_null(value)) {
		json_decref(value);
		return value || why ? 0 : -ENOMEM;
	}
	q = store_query(reg->store, way->sql);
	if (json_is_integer(value))
		query_put_number(q, json_integer_value(value));
	else
		query_put_text(q, json_string_value(value));
	while (query_next(q))
		add(found, way->kind, q);
	json_decref(value);
	return found->arena.failed ? -ENOMEM : 0;
}

/* True if the subscriber of the row is called @name, or has it as an address.
 */
static bool is_alike(struct query *q, const char *name)
{
	const char *theirs = query_text(q, 1);

	return strchr(name, '@') ||
	       (*theirs && names_spelt_alike(theirs, name));
}

/* Looks for a name or an address that is spelt otherwise, without accents or in
 * capitals. */
static int find_people_alike(struct custody_register *reg, const char *text,
			     struct subject_list *found)
{
	char *folded = cks_text_fold(text);
	struct query *q;

	if (!folded)
		return -ENOMEM;
	q = store_query(reg->store, sql_history_subscribers_alike);
	query_put_text(q, folded);
	while (query_next(q))
		if (is_alike(q, text))
			add(found, RECORD_SUBSCRIBER, q);
	free(folded);
	return 0;
}

/* Looks for a certificate by digits alone, or letters of another kind. */
static int find_certificates_alike(struct custody_register *reg,
				   const char *text, struct subject_list *found)
{
	const struct field *f = field_find_any("certificate_serial");
	const char *why = NULL;
	json_t *value = field_parse(f, text, &why);
	char *whole = json_is_string(value)
			      ? normalize_serial(json_string_value(value))
			      : NULL;
	struct query *q;
	int ret = (value || why) && (whole || !json_is_string(value)) ? 0
								      : -ENOMEM;

	if (whole) {
		q = store_query(reg->store, sql_history_certificates_alike);
		query_put_text(q, whole);
		while (query_next(q))
			add(found, RECORD_CERTIFICATE, q);
	}
	free(whole);
	json_decref(value);
	return ret;
}

/* Looks for what is not there as it was typed. */
static int find_alike(struct custody_register *reg, const char *what,
		      struct subject_list *found)
{
	struct arena scratch = { 0 };
	const char *text = field_clean(&scratch, what);
	int ret = text ? 0 : -ENOMEM;

	if (text && *text) {
		ret = find_people_alike(reg, text, found);
		if (!ret)
			ret = find_certificates_alike(reg, text, found);
	}
	arena_free(&scratch);
	return ret || found->arena.failed ? -ENOMEM : 0;
}

/* Looks for letters of the number, and of the day, year and sender that are
 * cited with it. */
static int find_letters(struct custody_register *reg, const char *what,
			struct subject_list *found)
{
	struct arena scratch = { 0 };
	const char *text = field_clean(&scratch, what);
	struct letter_cited cited = { 0 };
	int ret = text ? letter_cited_read(text, &cited) : -ENOMEM;
	struct query *q;

	if (!ret) {
		q = letters_cited(reg, &cited);
		while (query_next(q))
			if (letter_is_cited(q, &cited))
				add(found, RECORD_REQUEST, q);
	}
	letter_cited_free(&cited);
	arena_free(&scratch);
	return ret == -ENOMEM || found->arena.failed ? -ENOMEM : 0;
}

/* Looks for the key of what an event took away, whose events stay. */
static int find_gone(struct custody_register *reg, enum record_kind kind,
		     const char *key, struct subject_list *found)
{
	struct query *q = store_query(reg->store, sql_history_gone);
	struct buffer name = { 0 };
	int ret;

	buffer_printf(&name, "%s\n%s", record_types[kind].name, key);
	buffer_put(&name, "", 1);
	ret = name.failed ? -ENOMEM : 0;
	query_put_text(q, ret ? "" : (const char *)name.data);
	query_put_text(q, key);
	if (query_next(q))
		add(found, kind, q);
	query_end(q);
	buffer_free(&name);
	return found->arena.failed ? -ENOMEM : ret;
}

int subject_find(struct custody_register *reg, const char *what,
		 struct subject_list *found)
{
	int ret = 0;

	for (size_t i = 0; i < N(exact) && !ret; i++) {
		const char *name = record_types[exact[i].kind].name;
		size_t len = strlen(name);

		if (strncmp(what, name, len) != 0 || what[len] != '=')
			continue;
		what += len + 1;
		ret = try(reg, &exact[i], true, what, found);
		return !ret && !found->n
			       ? find_gone(reg, exact[i].kind, what, found)
			       : ret;
	}
	for (size_t i = 0; i < N(ways) && !ret; i++)
		ret = try(reg, &ways[i], false, what, found);
	if (!ret)
		ret = find_letters(reg, what, found);
	if (!ret && !found->n)
		ret = find_alike(reg, what, found);
	if (!ret && !found->n)
		ret = find_gone(reg, RECORD_TOKEN, what, found);
	if (!ret && !found->n)
		ret = find_gone(reg, RECORD_CERTIFICATE, what, found);
	return ret;
}

struct query *subject_words(struct custody_register *reg,
			    enum subject_word word, const char *beginning)
{
	static const char *const questions[] = {
		[SUBJECT_WORD_TOKEN] = sql_history_word_token,
		[SUBJECT_WORD_LABEL] = sql_history_word_label,
		[SUBJECT_WORD_NAME] = sql_history_word_name,
		[SUBJECT_WORD_EMAIL] = sql_history_word_email,
		[SUBJECT_WORD_LETTER] = sql_history_word_letter,
		[SUBJECT_WORD_AGENCY] = sql_history_word_agency,
		[SUBJECT_WORD_UNIT] = sql_history_word_unit,
	};
	struct query *q = store_query(reg->store, questions[word]);

	query_put_text(q, beginning);
	return q;
}

void subject_free(struct subject_list *found)
{
	arena_free(&found->arena);
	*found = (struct subject_list){ 0 };
}

char *subject_name(const struct subject *subject)
{
	char *name = NULL;

	if (asprintf(&name, "%s=%s", record_types[subject->kind].name,
		     subject->key) < 0)
		return NULL;
	return name;
}

/* The events of a subject, and in each the records that belong to it. */

#define ROOM ((size_t)32)

/* A part of a key as text; "" when it is not known. */
static const char *text_of(const json_t *value, char room[ROOM])
{
	if (json_is_string(value))
		return json_string_value(value);
	if (!json_is_integer(value))
		return "";
	(void)snprintf(room, ROOM, "%" JSON_INTEGER_FORMAT,
		       json_integer_value(value));
	return room;
}

static void take_event(struct subject_filter *filter, long long number)
{
	long long *grown = arena_grow(&filter->arena, filter->events,
				      filter->n_events, sizeof(*grown));

	if (!grown)
		return;
	filter->events = grown;
	grown[filter->n_events++] = number;
}

/* Takes the record @name, which ends with a NUL, and all events that it is of
 * but its last. @name is freed. */
static void take_name(struct subject_filter *filter, struct buffer *name)
{
	struct query *q;

	if (name->failed ||
	    json_object_set_new_nocheck(
		    filter->records, (const char *)name->data, json_true())) {
		filter->failed = true;
		goto out;
	}
	q = store_query(filter->reg->store, sql_earlier_events);
	query_put_text(q, (const char *)name->data);
	while (query_next(q))
		take_event(filter, query_number(q, 0));
out:
	buffer_free(name);
}

/* Takes the record in @row, and all events that it is of. */
static void take_record(struct subject_filter *filter, enum record_kind kind,
			struct query *row)
{
	struct buffer name = { 0 };

	record_put_name(&name, kind, row, NULL);
	take_event(filter, query_number(row, (int)record_n_columns(kind)));
	take_name(filter, &name);
}

/* What the subject was while it was there, and what belonged to it. */
static void take_subject(struct subject_filter *filter)
{
	struct buffer name = { 0 };

	buffer_printf(&name, "%s\n%s", record_types[filter->subject->kind].name,
		      filter->subject->key);
	buffer_put(&name, "", 1);
	take_name(filter, &name);
}

static int compare_numbers(const void *a, const void *b)
{
	const long long *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int subject_filter_begin(struct subject_filter *filter,
			 struct custody_register *reg,
			 const struct subject *subject)
{
	struct query *rows[RECORD_KINDS];

	*filter = (struct subject_filter){ .reg = reg, .subject = subject };
	if (!subject)
		return 0;
	filter->records = json_object();
	filter->failed = !filter->records;
	if (!filter->failed)
		take_subject(filter);
	if (!filter->failed)
		subject_records(reg, subject, rows);
	for (size_t kind = 0; !filter->failed && kind < RECORD_KINDS; kind++)
		while (rows[kind] && query_next(rows[kind]))
			take_record(filter, kind, rows[kind]);
	if (filter->failed || filter->arena.failed)
		return -ENOMEM;
	if (filter->n_events > 0)
		qsort(filter->events, filter->n_events, sizeof(*filter->events),
		      compare_numbers);
	return 0;
}

/* Each once, however many records it is of. */
static struct query *next_of_subject(struct subject_filter *filter)
{
	long long number;
	struct query *q;

	if (filter->next == filter->n_events)
		return NULL;
	number = filter->events[filter->next];
	while (filter->next < filter->n_events &&
	       filter->events[filter->next] == number)
		filter->next++;
	q = store_query(filter->reg->store, sql_event_of_number);
	query_put_number(q, number);
	return q;
}

struct query *subject_filter_next(struct subject_filter *filter)
{
	bool found;

	if (!filter->subject && !filter->query) {
		filter->query = store_query(filter->reg->store, sql_events);
		query_long(filter->query);
	}
	/* An agency does not see an event that is about others too. */
	do {
		if (filter->subject)
			filter->query = next_of_subject(filter);
		found = filter->query && query_next(filter->query);
	} while (!found && filter->subject && filter->query);
	return found ? filter->query : NULL;
}

/* True if the record itself named the subject at the time of its event. */
static bool refers_to(const json_t *record, const struct subject *subject)
{
	const char *column = record_types[subject->kind].columns[0];
	char room[ROOM];

	return strcmp(text_of(json_object_get(record, column), room),
		      subject->key) == 0;
}

/* A record @name that an event took away belongs to what it named last, though
 * not all of its events name that. */
static void keep_gone(struct subject_filter *filter, const char *name)
{
	struct query *q = store_query(filter->reg->store, sql_history_gone);

	query_put_text(q, name);
	query_put_text(q, "");
	if (query_next(q) &&
	    json_object_set_new_nocheck(filter->records, name, json_true()))
		filter->failed = true;
	query_end(q);
}

static bool is_wanted(struct subject_filter *filter, const json_t *record)
{
	const char *name = json_string_value(json_object_get(record, "record"));
	enum record_kind kind = name ? record_kind_find(name) : RECORD_KINDS;
	struct buffer key = { 0 };
	bool wanted = false;
	struct record r;

	if (kind == RECORD_KINDS)
		return false;
	record_of(kind, record, &r);
	record_put_name(&key, kind, NULL, &r);
	if (key.failed) {
		filter->failed = true;
	} else if (refers_to(record, filter->subject)) {
		wanted = true;
		keep_gone(filter, (const char *)key.data);
	} else {
		wanted = json_object_get(filter->records,
					 (const char *)key.data);
	}
	buffer_free(&key);
	return wanted;
}

bool subject_filter_take(struct subject_filter *filter, json_t *records)
{
	if (!filter->subject)
		return true;
	for (size_t i = json_array_size(records); i-- > 0;)
		if (!is_wanted(filter, json_array_get(records, i)))
			(void)json_array_remove(records, i);
	return json_array_size(records) > 0;
}

int subject_filter_end(struct subject_filter *filter)
{
	bool failed = filter->failed || filter->arena.failed;

	json_decref(filter->records);
	filter->records = NULL;
	arena_free(&filter->arena);
	return failed ? -ENOMEM : 0;
}
