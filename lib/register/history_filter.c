/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which records of an event are of what somebody asks about. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "history.h"

#define ROOM ((size_t)32)
/* With more it is quicker to read every event. */
#define NEEDLES_MAX 16

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

/* The kind and the parts of the key, a line each, of a row or of a record. */
static void put_key(struct buffer *key, enum record_kind kind,
		    struct query *row, const json_t *record)
{
	const struct record_type *type = &record_types[kind];
	char room[ROOM];

	buffer_puts(key, type->name);
	for (size_t i = 0; i < type->n_keys; i++) {
		const json_t *part = json_object_get(record, type->columns[i]);

		buffer_puts(key, "\n");
		buffer_puts(key, row ? query_text(row, (int)i)
				     : text_of(part, room));
	}
	buffer_put(key, "", 1);
}

/* How the first part of the key stands in the text of an event. */
static void put_needle(struct buffer *needle, enum record_kind kind,
		       struct query *row)
{
	const char *column = record_types[kind].columns[0];
	const char *text = query_text(row, 0);

	if (record_is_number(column))
		buffer_printf(needle, "\"%s\":%s", column, text);
	else
		/* Up to what the event has escaped. */
		buffer_printf(needle, "\"%s\":\"%.*s", column,
			      (int)strcspn(text, "\"\\"), text);
	buffer_put(needle, "", 1);
}

static void set(struct subject_filter *filter, json_t *object,
		struct buffer *name)
{
	if (name->failed ||
	    json_object_set_new_nocheck(object, (const char *)name->data,
					json_true()))
		filter->failed = true;
	buffer_free(name);
}

static void gather_keys(struct subject_filter *filter,
			struct custody_register *reg, enum record_kind kind)
{
	struct query *q = subject_records(reg, filter->subject, kind);

	while (q && query_next(q)) {
		struct buffer key = { 0 }, needle = { 0 };

		put_key(&key, kind, q, NULL);
		set(filter, filter->keys, &key);
		put_needle(&needle, kind, q);
		set(filter, filter->needles, &needle);
	}
}

int subject_filter_begin(struct subject_filter *filter,
			 struct custody_register *reg,
			 const struct subject *subject)
{
	*filter = (struct subject_filter){ .subject = subject };
	if (!subject)
		return 0;
	filter->keys = json_object();
	filter->needles = json_object();
	filter->failed = !filter->keys || !filter->needles;
	for (size_t kind = 0; !filter->failed && kind < RECORD_KINDS; kind++)
		gather_keys(filter, reg, kind);
	return filter->failed ? -ENOMEM : 0;
}

bool subject_filter_may(const struct subject_filter *filter, const char *text)
{
	const char *needle;
	json_t *value;

	if (json_object_size(filter->needles) > NEEDLES_MAX)
		return true;
	json_object_foreach (filter->needles, needle, value)
		if (strstr(text, needle))
			return true;
	return !filter->subject;
}

/* What says that it is of what is asked about was so then. */
static bool refers_to(const json_t *record, const struct subject *subject)
{
	const char *column = record_types[subject->kind].columns[0];
	char room[ROOM];

	return strcmp(text_of(json_object_get(record, column), room),
		      subject->key) == 0;
}

static bool is_wanted(struct subject_filter *filter, const json_t *record)
{
	const char *name = json_string_value(json_object_get(record, "record"));
	enum record_kind kind = name ? record_kind_find(name) : RECORD_KINDS;
	struct buffer key = { 0 };
	bool wanted = false;

	if (kind == RECORD_KINDS)
		return false;
	if (refers_to(record, filter->subject))
		return true;
	put_key(&key, kind, NULL, record);
	if (key.failed)
		filter->failed = true;
	else
		wanted = json_object_get(filter->keys, (const char *)key.data);
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
	json_decref(filter->keys);
	json_decref(filter->needles);
	filter->keys = filter->needles = NULL;
	return filter->failed ? -ENOMEM : 0;
}
