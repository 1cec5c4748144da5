/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "export.h"

#include <string.h>

#include "register/register.sql.h"
#include "register_private.h"

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
