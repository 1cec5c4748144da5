/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labels.h"
#include "message.h"
#include "register/row_writer.h"
#include "register_common.h"
#include "register_find.h"

static const char *member(const json_t *event, const char *name)
{
	const char *text = json_string_value(json_object_get(event, name));

	return text ? text : "";
}

static void print_value(const struct field *f, const json_t *value)
{
	char number[LABEL_ROOM] = "";

	if (json_is_integer(value))
		(void)snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
			       json_integer_value(value));
	else if (json_is_boolean(value))
		(void)snprintf(number, sizeof(number), "%d",
			       json_is_true(value));
	register_print_field(
		f, json_is_string(value) ? json_string_value(value) : number,
		8);
}

static void print_record(const json_t *record)
{
	enum record_kind kind = record_kind_find(member(record, "record"));
	const char *name;
	json_t *value;

	if (kind == RECORD_KINDS)
		return;
	printf("    %s\n", record_kind_label(kind));
	json_object_foreach ((json_t *)record, name, value) {
		const struct field *f = field_find_any(name);

		if (f && strcmp(name, "record") != 0)
			print_value(f, value);
	}
}

static void print_clean(const char *text)
{
	char *clean = cks_text_clean(text, strlen(text));

	printf("  %s", clean ? clean : "");
	free(clean);
}

static void print_event(struct query *q, const json_t *event,
			const json_t *records)
{
	static const struct field moment = { .type = FIELD_TIME };
	char room[LABEL_ROOM];

	printf("%lld", query_number(q, 0));
	print_clean(register_value_label(&moment, member(event, "time"), room));
	print_clean(member(event, "officer"));
	print_clean(member(event, "by"));
	putchar('\n');
	for (size_t i = 0; i < json_array_size(records); i++)
		print_record(json_array_get(records, i));
}

static void write_event(struct row_writer *w, struct query *q,
			const json_t *event, const json_t *records)
{
	json_t *number = json_integer(query_number(q, 0));

	row_begin(w);
	row_json(w, "number", number);
	row_text(w, "hash", query_text(q, 1));
	row_json(w, "time", json_object_get(event, "time"));
	row_json(w, "officer", json_object_get(event, "officer"));
	row_json(w, "by", json_object_get(event, "by"));
	row_list(w, "records", records);
	row_end(w);
	json_decref(number);
}

/* @w NULL: for people. */
static void take_event(struct query *q, struct subject_filter *filter,
		       struct row_writer *w)
{
	json_t *event = json_loads(query_text(q, 2), 0, NULL);
	json_t *records = json_object_get(event, "records");

	bool wanted = subject_filter_take(filter, records);

	if (wanted && w)
		write_event(w, q, event, records);
	else if (wanted)
		print_event(q, event, records);
	json_decref(event);
}

static void go_through(struct custody_register *reg,
		       struct subject_filter *filter, struct row_writer *w)
{
	struct query *q = store_query(
		register_store(reg),
		"SELECT \"number\", \"hash\", \"text\" FROM \"events\" "
		"ORDER BY \"number\"");

	while (query_next(q))
		if (subject_filter_may(filter, query_text(q, 2)))
			take_event(q, filter, w);
}

static int write_json(struct custody_register *reg,
		      struct subject_filter *filter)
{
	struct row_writer w = { .stream = stdout };

	writer_begin(&w);
	writer_list(&w, "events");
	go_through(reg, filter, &w);
	writer_list_end(&w);
	writer_end(&w);
	return writer_close(&w);
}

/* 0 or -ENOMEM. */
static int print(struct custody_register *reg, const struct subject *subject,
		 bool json)
{
	struct subject_filter filter;
	int error = subject_filter_begin(&filter, reg, subject), at_end;

	if (!error && json)
		error = write_json(reg, &filter);
	else if (!error)
		go_through(reg, &filter, NULL);
	at_end = subject_filter_end(&filter);
	return error ? error : at_end;
}

int cmd_register_history(const struct globals *globals,
			 const struct register_options *o)
{
	struct subject_list found = { 0 };
	struct custody_register *reg = NULL;
	int ret = register_require(globals, o->file, REGISTER_READ, &reg);

	if (!ret && o->args[0])
		ret = register_find_one(reg, o->args[0], &found);
	if (!ret)
		ret = register_written(reg, print(reg, found.list, o->json));
	subject_free(&found);
	register_close(&reg);
	return ret;
}
