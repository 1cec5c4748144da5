/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "export.h"

#include <errno.h>
#include <string.h>

#include "certificate.h"
#include "input/field.h"
#include "register/register.sql.h"
#include "register_private.h"

static const char *clean(struct row_writer *w, const char *text)
{
	const char *cleaned = field_clean(&w->scratch, text);

	if (cleaned)
		return cleaned;
	w->failed = true;
	return "";
}

static void put_string(struct row_writer *w, const char *text)
{
	const char *at = clean(w, text);

	putc('"', w->stream);
	for (; *at; at++) {
		if (*at == '"' || *at == '\\')
			putc('\\', w->stream);
		putc(*at, w->stream);
	}
	putc('"', w->stream);
}

static void put_cell(struct row_writer *w, const char *text)
{
	w->out.stream = w->stream;
	w->out.for_excel = w->for_excel;
	csv_output_cell(&w->out, text);
}

static void put_comma(struct row_writer *w)
{
	if (w->filled)
		fputs(", ", w->stream);
	w->filled = true;
}

static void put_name(struct row_writer *w, const char *name)
{
	put_comma(w);
	fprintf(w->stream, "\"%s\": ", name);
}

void writer_begin(struct row_writer *w)
{
	if (w->csv)
		return;
	fputs("{\"version\": 1", w->stream);
	w->filled = true;
}

void writer_member(struct row_writer *w, const char *name, const char *text)
{
	if (w->csv)
		return;
	put_name(w, name);
	put_string(w, text);
}

void writer_list(struct row_writer *w, const char *name)
{
	w->listed = false;
	if (!w->csv)
		fprintf(w->stream, ",\n\"%s\": [", name);
}

void writer_list_end(struct row_writer *w)
{
	if (!w->csv)
		fputs(w->listed ? "\n]" : "]", w->stream);
}

void writer_end(struct row_writer *w)
{
	if (!w->csv)
		fputs("}\n", w->stream);
}

void row_begin(struct row_writer *w)
{
	if (!w->csv)
		fputs(w->listed ? ",\n{" : "\n{", w->stream);
	w->listed = true;
	w->filled = false;
}

void row_end(struct row_writer *w)
{
	if (w->csv)
		csv_output_end(&w->out);
	else
		putc('}', w->stream);
	arena_free(&w->scratch);
}

void row_text(struct row_writer *w, const char *name, const char *text)
{
	if (w->csv)
		put_cell(w, clean(w, text));
	else if (*text) {
		put_name(w, name);
		put_string(w, text);
	}
}

static bool is_number(const struct field *f)
{
	return f->type == FIELD_NUMBER || f->type == FIELD_COUNT;
}

/* What stands in the key of a certificate whose number is not known is not for
 * others. */
static const char *text_of(const struct field *f, const char *text)
{
	return strcmp(f->name, "certificate_serial") == 0
		       ? certificate_number(text)
		       : text;
}

void row_value(struct row_writer *w, const struct field *f, struct query *q,
	       int column)
{
	bool null = query_is_null(q, column);

	if (!null && f->type == FIELD_TICK) {
		const char *tick = query_number(q, column) ? "true" : "false";

		if (w->csv) {
			put_cell(w, tick);
			return;
		}
		put_name(w, f->name);
		fputs(tick, w->stream);
	} else if (!null && is_number(f) && !w->csv) {
		put_name(w, f->name);
		fprintf(w->stream, "%lld", query_number(q, column));
	} else {
		row_text(w, f->name, text_of(f, query_text(q, column)));
	}
}

void row_json(struct row_writer *w, const char *name, const json_t *value)
{
	put_name(w, name);
	if (json_is_string(value))
		put_string(w, json_string_value(value));
	else if (json_is_integer(value))
		fprintf(w->stream, "%" JSON_INTEGER_FORMAT,
			json_integer_value(value));
	else if (json_is_boolean(value))
		fputs(json_is_true(value) ? "true" : "false", w->stream);
	else
		fputs("null", w->stream);
}

static void put_object(struct row_writer *w, const json_t *object)
{
	const char *name;
	json_t *value;

	putc('{', w->stream);
	w->filled = false;
	json_object_foreach ((json_t *)object, name, value)
		row_json(w, clean(w, name), value);
	putc('}', w->stream);
}

void row_list(struct row_writer *w, const char *name, const json_t *objects)
{
	put_name(w, name);
	putc('[', w->stream);
	for (size_t i = 0; i < json_array_size(objects); i++) {
		if (i)
			fputs(", ", w->stream);
		put_object(w, json_array_get(objects, i));
	}
	putc(']', w->stream);
	w->filled = true;
}

int writer_close(struct row_writer *w)
{
	int error = 0;

	arena_free(&w->scratch);
	if (fflush(w->stream) || ferror(w->stream))
		error = errno ? -errno : -EIO;
	return w->failed ? -ENOMEM : error;
}

/* Every record of it. */

#define CELLS_MAX 128

/* The cells of a row of CSV: each has a field and that field's column in the
 * kind of record being written; -1 where that kind has no such column. */
struct cells {
	const struct field *fields[CELLS_MAX];
	int columns[CELLS_MAX];
	size_t n;
};

static size_t find(const struct cells *cells, const char *column)
{
	size_t i = 0;

	while (i < cells->n && strcmp(cells->fields[i]->name, column) != 0)
		i++;
	return i;
}

static void add_columns(struct cells *cells, enum record_kind kind)
{
	const char *const *columns = record_types[kind].columns;

	for (; *columns; columns++) {
		const struct field *f = field_find_any(*columns);

		if (f && cells->n < CELLS_MAX &&
		    find(cells, *columns) == cells->n)
			cells->fields[cells->n++] = f;
	}
}

static void settle_columns(struct cells *cells, enum record_kind kind)
{
	const char *const *columns = record_types[kind].columns;

	for (size_t i = 0; i < cells->n; i++)
		cells->columns[i] = -1;
	for (int i = 0; columns[i]; i++) {
		size_t place = find(cells, columns[i]);

		if (place < cells->n)
			cells->columns[place] = i;
	}
}

static void write_headings(struct row_writer *w, const struct cells *cells)
{
	row_begin(w);
	row_text(w, "", "record");
	for (size_t i = 0; i < cells->n; i++)
		row_text(w, "", cells->fields[i]->name);
	row_end(w);
}

static void write_row(struct row_writer *w, const struct cells *cells,
		      enum record_kind kind, struct query *q)
{
	row_begin(w);
	if (w->csv)
		row_text(w, "", record_types[kind].name);
	for (size_t i = 0; i < cells->n; i++) {
		if (cells->columns[i] < 0)
			row_text(w, "", "");
		else
			row_value(w, cells->fields[i], q, cells->columns[i]);
	}
	row_end(w);
}

static void write_kind(struct row_writer *w, struct cells *cells,
		       struct store *store, enum record_kind kind)
{
	struct query *q = record_all(store, kind);

	if (!w->csv) {
		cells->n = 0;
		add_columns(cells, kind);
	}
	settle_columns(cells, kind);
	writer_list(w, record_types[kind].list);
	while (query_next(q))
		write_row(w, cells, kind, q);
	writer_list_end(w);
}

void export_undone_row(struct custody_register *reg, struct row_writer *w,
		       unsigned long event, unsigned long by)
{
	static const char *const names[] = { "time", "officer", "reason" };
	json_t *undo = register_event_read(reg, by);
	json_t *numbers[] = { json_integer((json_int_t)event),
			      json_integer((json_int_t)by) };

	row_begin(w);
	row_json(w, "event", numbers[0]);
	row_json(w, "undone_by", numbers[1]);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (json_object_get(undo, names[i]))
			row_json(w, names[i], json_object_get(undo, names[i]));
	row_end(w);
	json_decref(numbers[0]);
	json_decref(numbers[1]);
	json_decref(undo);
}

/* The records are as if the events taken back had not been: which those are is
 * told beside them. */
static void write_undone(struct row_writer *w, struct custody_register *reg)
{
	struct query *q = store_query(reg->store, sql_all_undos);
	bool any = false;

	while (query_next(q)) {
		unsigned long by = (unsigned long)query_number(q, 0);
		unsigned long event = (unsigned long)query_number(q, 1);

		if (register_undone_by(reg, event) != by)
			continue;
		if (!any)
			writer_list(w, "undone");
		any = true;
		export_undone_row(reg, w, event, by);
	}
	if (any)
		writer_list_end(w);
}

void register_export(struct custody_register *reg, struct row_writer *w)
{
	struct cells cells = { .n = 0 };

	if (w->csv) {
		for (size_t kind = 0; kind < RECORD_KINDS; kind++)
			add_columns(&cells, kind);
		write_headings(w, &cells);
	}
	writer_begin(w);
	writer_member(w, "program", "ckstoken " VERSION);
	for (size_t kind = 0; kind < RECORD_KINDS; kind++)
		write_kind(w, &cells, reg->store, kind);
	if (!w->csv)
		write_undone(w, reg);
	writer_end(w);
}
