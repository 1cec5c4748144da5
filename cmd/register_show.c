/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/date.h"
#include "labels.h"
#include "message.h"
#include "pager.h"
#include "register/event_times.h"
#include "register/export.h"
#include "register_common.h"

/* 1. register list */

#define EXPIRING_DAYS 60

static void write_token(struct row_writer *w,
			const struct inventory_cursor *cursor)
{
	row_begin(w);
	if (!w->csv)
		row_text(w, "state",
			 inventory_state_key(inventory_state(cursor)));
	for (size_t i = 0; i < cursor->n_fields; i++)
		row_value(w, cursor->fields[i], cursor->q, (int)i);
	row_end(w);
}

/* Prints row by row, as there may be very many. */
static int write_inventory(const struct globals *globals,
			   struct inventory_cursor *cursor, int csv, size_t *n)
{
	struct row_writer w = { .stream = stdout,
				.csv = csv,
				.for_excel = csv & CSV_FOR_EXCEL };
	char time[DATE_SIZE];

	date_vietnam(globals->now, time);
	writer_begin(&w);
	writer_member(&w, "time", time);
	writer_list(&w, "tokens");
	if (csv) {
		row_begin(&w);
		for (size_t i = 0; i < cursor->n_fields; i++)
			row_text(&w, "", cursor->fields[i]->name);
		row_end(&w);
	}
	for (*n = 0; inventory_next(cursor); (*n)++)
		write_token(&w, cursor);
	writer_list_end(&w);
	writer_end(&w);
	return writer_close(&w);
}

static void add_cell(struct table_out *table,
		     const struct inventory_cursor *cursor, int column)
{
	const char *text = query_text(cursor->q, column);
	char room[LABEL_ROOM];
	char *clean;

	if (*text)
		text = register_value_label(cursor->fields[column], text, room);
	clean = cks_text_clean(text, strlen(text));
	if (!clean)
		table->failed = true;
	table_add(table, clean ? clean : "", COLOUR_NONE);
	free(clean);
}

static void add_token(struct table_out *table,
		      const struct inventory_cursor *cursor)
{
	int unit = inventory_column(cursor, "unit");
	enum inventory_state state = inventory_state(cursor);

	if (query_is_null(cursor->q, unit))
		unit = inventory_column(cursor, "organization");
	add_cell(table, cursor, inventory_column(cursor, "device_serial"));
	add_cell(table, cursor, inventory_column(cursor, "name"));
	add_cell(table, cursor, unit);
	add_cell(table, cursor, inventory_column(cursor, "keeper"));
	add_cell(table, cursor, inventory_column(cursor, "not_after"));
	table_add(table, inventory_state_label(state),
		  inventory_state_colour(state));
}

/* 0 or -ENOMEM. */
static int print_inventory_table(struct inventory_cursor *cursor, size_t *n)
{
	static const char *const headings[] = {
		N_("SERIAL"), N_("NAME"),	 N_("UNIT OR AGENCY"),
		N_("KEEPER"), N_("VALID UNTIL"), N_("STATE")
	};
	size_t n_columns = sizeof(headings) / sizeof(headings[0]);
	struct table_out table;

	pager_begin();
	table_init(&table, n_columns);
	for (*n = 0; inventory_next(cursor); (*n)++) {
		for (size_t i = 0; *n == 0 && i < n_columns; i++)
			table_add(&table, _(headings[i]), COLOUR_NONE);
		add_token(&table, cursor);
	}
	return table_print(&table) ? -ENOMEM : 0;
}

static int print_inventory(const struct globals *globals,
			   const struct register_options *o,
			   struct custody_register *reg)
{
	struct register_place place;
	struct inventory_cursor cursor = {
		.holder = o->holder,
		.today = date_day(globals->now),
		.days = EXPIRING_DAYS,
		.by_place = !o->json && !o->csv,
	};
	size_t n = 0;
	int error, ret = register_place_find(reg, o->organization, o->unit,
					     &place);

	if (ret)
		goto out;
	cursor.organization = place.organization;
	cursor.unit = place.unit;
	inventory_begin(&cursor, reg);
	error = o->json || o->csv
			? write_inventory(globals, &cursor, o->csv, &n)
			: print_inventory_table(&cursor, &n);
	ret = register_written(reg, error);
	if (!ret && !n) {
		print_error(_(
			"the register has no such token; \"ckstoken register list\" without --organization and --unit shows those it has"));
		register_place_suggest(reg, place.organization, place.unit);
		ret = EXIT_NO_TOKEN;
	}
out:
	register_place_free(&place);
	return ret;
}

int cmd_register_list(const struct globals *globals,
		      const struct register_options *o)
{
	struct custody_register *reg = NULL;
	int ret;

	if (o->people)
		return register_list_kind(globals, o, RECORD_SUBSCRIBER);
	if (o->letters)
		return register_list_kind(globals, o, RECORD_REQUEST);
	if (o->agencies)
		return register_list_kind(globals, o, RECORD_AGENCY);
	ret = register_require(globals, o->file, REGISTER_READ, &reg);

	if (!ret)
		ret = print_inventory(globals, o, reg);
	register_close(&reg);
	return ret;
}

/* 2. register show */

/* The records of one subject, in the order in which an officer asks. */
static const enum record_kind order[] = {
	RECORD_SUBSCRIBER, RECORD_TOKEN, RECORD_CERTIFICATE, RECORD_CUSTODY,
	RECORD_REQUEST,	   RECORD_ITEM,	 RECORD_LOSS,	     RECORD_UNBLOCK,
};

#define N_ORDER (sizeof(order) / sizeof(order[0]))

static void print_record(enum record_kind kind, struct query *q, bool first)
{
	const char *const *columns = record_types[kind].columns;

	printf("%s%s\n", first ? "" : "\n", record_kind_label(kind));
	for (int i = 0; columns[i]; i++)
		if (*query_text(q, i))
			register_print_field(field_find_any(columns[i]),
					     query_text(q, i), 2);
}

/* Adds to @list the numbers of each event of the subject that was taken back
 * and of that which did so, one after the other. 0 or -ENOMEM. */
static int find_undone(struct custody_register *reg,
		       const struct subject *subject, json_t *list)
{
	struct subject_filter filter;
	int error = subject_filter_begin(&filter, reg, subject), at_end;
	struct query *q;

	while (!error && (q = subject_filter_next(&filter))) {
		unsigned long event = (unsigned long)query_number(q, 0);
		unsigned long by = register_undone_by(reg, event);
		json_t *text =
			by ? json_loads(query_text(q, 2), 0, NULL) : NULL;

		if (subject_filter_take(&filter,
					json_object_get(text, "records")) &&
		    (json_array_append_new(list,
					   json_integer((json_int_t)event)) ||
		     json_array_append_new(list, json_integer((json_int_t)by))))
			error = -ENOMEM;
		json_decref(text);
	}
	at_end = subject_filter_end(&filter);
	return error ? error : at_end;
}

static unsigned long number_at(const json_t *list, size_t i)
{
	return (unsigned long)json_integer_value(json_array_get(list, i));
}

static int print_subject(struct custody_register *reg,
			 const struct subject *subject)
{
	struct query *rows[RECORD_KINDS];
	json_t *undone = json_array();
	bool first = true;
	int error;

	subject_records(reg, subject, rows);
	for (size_t i = 0; i < N_ORDER; i++) {
		struct query *q = rows[order[i]];

		while (q && query_next(q)) {
			print_record(order[i], q, first);
			first = false;
		}
	}
	error = find_undone(reg, subject, undone);
	for (size_t i = 0; !error && i < json_array_size(undone); i += 2) {
		putchar('\n');
		print_indented(
			0,
			_("Taken back: event %lu, by event %lu; \"ckstoken register history\" shows both"),
			number_at(undone, i), number_at(undone, i + 1));
	}
	json_decref(undone);
	return error;
}

static void write_records(struct row_writer *w, enum record_kind kind,
			  struct query *q)
{
	const char *const *columns = record_types[kind].columns;

	writer_list(w, record_types[kind].list);
	while (q && query_next(q)) {
		row_begin(w);
		for (int i = 0; columns[i]; i++)
			row_value(w, field_find_any(columns[i]), q, i);
		row_end(w);
	}
	writer_list_end(w);
}

static int write_subject(const struct globals *globals,
			 struct custody_register *reg,
			 const struct subject *subject)
{
	struct row_writer w = { .stream = stdout };
	struct query *rows[RECORD_KINDS];
	json_t *undone = json_array();
	char time[DATE_SIZE];
	int error, at_end;

	date_vietnam(globals->now, time);
	writer_begin(&w);
	writer_member(&w, "time", time);
	subject_records(reg, subject, rows);
	for (size_t i = 0; i < N_ORDER; i++)
		write_records(&w, order[i], rows[order[i]]);
	error = find_undone(reg, subject, undone);
	if (json_array_size(undone) > 0)
		writer_list(&w, "undone");
	for (size_t i = 0; i < json_array_size(undone); i += 2)
		export_undone_row(reg, &w, number_at(undone, i),
				  number_at(undone, i + 1));
	if (json_array_size(undone) > 0)
		writer_list_end(&w);
	json_decref(undone);
	writer_end(&w);
	at_end = writer_close(&w);
	return error ? error : at_end;
}

int cmd_register_show(const struct globals *globals,
		      const struct register_options *o)
{
	struct subject_list found = { 0 };
	struct custody_register *reg = NULL;
	int ret = register_require(globals, o->file, REGISTER_READ, &reg);

	if (!ret)
		ret = register_find_one(reg, o->args[0], &found);
	if (!ret && o->json)
		ret = register_written(
			reg, write_subject(globals, reg, &found.list[0]));
	else if (!ret) {
		pager_begin();
		ret = register_written(reg, print_subject(reg, &found.list[0]));
	}
	subject_free(&found);
	register_close(&reg);
	return ret;
}

/* 3. register history */

static const char *member(const json_t *event, const char *name)
{
	const char *text = json_string_value(json_object_get(event, name));

	return text ? text : "";
}

/* A record of an event, of which it is told too that it went with it. */
static void print_event_record(const json_t *record)
{
	enum record_kind kind = record_kind_find(member(record, "record"));
	bool gone = json_is_true(json_object_get(record, "gone"));
	const char *name;
	json_t *value;

	if (kind == RECORD_KINDS)
		return;
	printf("    %s%s%s\n", record_kind_label(kind), gone ? ": " : "",
	       gone ? _("taken out") : "");
	json_object_foreach ((json_t *)record, name, value) {
		const struct field *f = field_find_any(name);

		if (f && strcmp(name, "record") != 0)
			register_print_json(f, value, 8);
	}
}

/* Prints @words, and behind them the reason that the event has. */
static void print_with_reason(const json_t *event, const char *words)
{
	char *clean = cks_text_clean(member(event, "reason"),
				     strlen(member(event, "reason")));

	print_indented(4, "%s%s%s", words, clean && *clean ? ": " : "",
		       clean ? clean : "");
	free(clean);
}

/* That the event takes another back, or was taken back, or explains others. */
static void print_undone(struct custody_register *reg, struct query *q,
			 const json_t *event)
{
	json_int_t undoes =
		json_integer_value(json_object_get(event, "undoes"));
	json_int_t explains =
		json_integer_value(json_object_get(event, "explains"));
	unsigned long by =
		register_undone_by(reg, (unsigned long)query_number(q, 0));
	char words[LABEL_ROOM];

	if (undoes) {
		(void)snprintf(words, sizeof(words), _("takes back event %lld"),
			       (long long)undoes);
		print_with_reason(event, words);
	}
	if (explains) {
		(void)snprintf(
			words, sizeof(words),
			_("explains why time goes back, up to event %lld"),
			(long long)explains);
		print_with_reason(event, words);
	}
	if (by)
		print_indented(4, _("taken back by event %lu"), by);
}

static void put_clean(struct buffer *b, const char *text)
{
	char *clean = cks_text_clean(text, strlen(text));

	buffer_printf(b, "  %s", clean ? clean : "");
	free(clean);
}

/* The number of the event, its time, its officer, and what was done. */
static void print_event_head(struct query *q, const json_t *event)
{
	static const struct field moment = { .type = FIELD_TIME };
	char room[LABEL_ROOM];
	struct buffer b = { 0 };

	buffer_printf(&b, "%lld", query_number(q, 0));
	put_clean(&b,
		  register_value_label(&moment, member(event, "time"), room));
	put_clean(&b, member(event, "officer"));
	put_clean(&b, member(event, "by"));
	if (event_times_differ(member(event, "time"), member(event, "clock"))) {
		buffer_puts(&b, "  ");
		buffer_printf(&b, _("(recorded %s)"),
			      register_value_label(
				      &moment, member(event, "clock"), room));
	}
	buffer_put(&b, "", 1);
	print_indented(0, "%s", b.failed ? "" : (char *)b.data);
	buffer_free(&b);
}

static void print_of_event(const json_t *event, const char *name,
			   const char *words)
{
	struct buffer b = { 0 };

	if (!*member(event, name))
		return;
	buffer_printf(&b, "%s:", words);
	put_clean(&b, member(event, name));
	buffer_put(&b, "", 1);
	print_indented(4, "%s", b.failed ? "" : (char *)b.data);
	buffer_free(&b);
}

static void print_event(struct custody_register *reg, struct query *q,
			const json_t *event, const json_t *records)
{
	print_event_head(q, event);
	/* TRANSLATORS: who signed a paper as it was written. */
	print_of_event(event, "signed", _("signed by"));
	/* TRANSLATORS: the SHA-256 of the file that was imported. */
	print_of_event(event, "from", _("from the file"));
	/* TRANSLATORS: in which state they were when it was imported. */
	print_of_event(event, "verified", _("its signatures then"));
	print_undone(reg, q, event);
	for (size_t i = 0; i < json_array_size(records); i++)
		print_event_record(json_array_get(records, i));
}

static void write_event(struct custody_register *reg, struct row_writer *w,
			struct query *q, const json_t *event,
			const json_t *records)
{
	static const char *const of_some[] = {
		"undoes", "explains", "reason", "signed", "from", "verified"
	};
	json_t *number = json_integer(query_number(q, 0));
	json_int_t by = (json_int_t)register_undone_by(
		reg, (unsigned long)query_number(q, 0));
	json_t *undone_by = by ? json_integer(by) : NULL;

	row_begin(w);
	row_json(w, "number", number);
	row_text(w, "hash", query_text(q, 1));
	row_json(w, "time", json_object_get(event, "time"));
	row_json(w, "clock", json_object_get(event, "clock"));
	row_json(w, "officer", json_object_get(event, "officer"));
	row_json(w, "by", json_object_get(event, "by"));
	for (size_t i = 0; i < sizeof(of_some) / sizeof(of_some[0]); i++)
		if (json_object_get(event, of_some[i]))
			row_json(w, of_some[i],
				 json_object_get(event, of_some[i]));
	if (undone_by)
		row_json(w, "undone_by", undone_by);
	row_list(w, "records", records);
	row_end(w);
	json_decref(number);
	json_decref(undone_by);
}

/* Prints each event that is wanted to @w, or as text if that is NULL. */
static void print_events(struct subject_filter *filter, struct row_writer *w)
{
	struct query *q;

	while ((q = subject_filter_next(filter))) {
		json_t *event = json_loads(query_text(q, 2), 0, NULL);
		json_t *records = json_object_get(event, "records");
		bool wanted = subject_filter_take(filter, records);

		if (wanted && w)
			write_event(filter->reg, w, q, event, records);
		else if (wanted)
			print_event(filter->reg, q, event, records);
		json_decref(event);
	}
}

/* 0 or -ENOMEM. */
static int print_history(struct custody_register *reg,
			 const struct subject *subject, bool json)
{
	struct row_writer w = { .stream = stdout };
	struct subject_filter filter;
	int error = subject_filter_begin(&filter, reg, subject), at_end;

	if (!error && json) {
		writer_begin(&w);
		writer_list(&w, "events");
		print_events(&filter, &w);
		writer_list_end(&w);
		writer_end(&w);
		error = writer_close(&w);
	} else if (!error) {
		pager_begin();
		print_events(&filter, NULL);
	}
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
		ret = register_written(reg,
				       print_history(reg, found.list, o->json));
	subject_free(&found);
	register_close(&reg);
	return ret;
}
