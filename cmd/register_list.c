/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "labels.h"
#include "message.h"
#include "register/row_writer.h"
#include "register_common.h"

#define EXPIRING_DAYS 60

static void write_headings(struct row_writer *w,
			   const struct inventory_cursor *cursor)
{
	row_begin(w);
	for (size_t i = 0; i < cursor->n_fields; i++)
		row_text(w, "", cursor->fields[i]->name);
	row_end(w);
}

static void write_row(struct row_writer *w,
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

/* Row by row, for there may be very many. */
static int print_rows(const struct globals *globals,
		      struct inventory_cursor *cursor, bool csv, size_t *n)
{
	struct row_writer w = { .stream = stdout, .csv = csv };
	char time[DATE_SIZE];

	date_vietnam(globals->now, time);
	writer_begin(&w);
	writer_member(&w, "time", time);
	writer_list(&w, "tokens");
	if (csv)
		write_headings(&w, cursor);
	for (*n = 0; inventory_next(cursor); (*n)++)
		write_row(&w, cursor);
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

static void add_row(struct table_out *table,
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

/* -ENOMEM becomes the register's, as with what is written. */
static int print_table(struct inventory_cursor *cursor, size_t *n)
{
	static const char *const headings[] = {
		N_("SERIAL"), N_("NAME"),	 N_("UNIT OR AGENCY"),
		N_("KEEPER"), N_("VALID UNTIL"), N_("STATE")
	};
	size_t n_columns = sizeof(headings) / sizeof(headings[0]);
	struct table_out table;

	table_init(&table, n_columns);
	for (*n = 0; inventory_next(cursor); (*n)++) {
		for (size_t i = 0; *n == 0 && i < n_columns; i++)
			table_add(&table, _(headings[i]), COLOUR_NONE);
		add_row(&table, cursor);
	}
	return table_print(&table) ? -ENOMEM : 0;
}

static int print(const struct globals *globals,
		 const struct register_options *o, struct custody_register *reg)
{
	struct inventory_cursor cursor = {
		.organization = o->organization,
		.unit = o->unit,
		.holder = o->holder,
		.today = date_day(globals->now),
		.days = EXPIRING_DAYS,
		.by_place = !o->json && !o->csv,
	};
	size_t n = 0;
	int ret, error;

	inventory_begin(&cursor, reg);
	error = o->json || o->csv ? print_rows(globals, &cursor, o->csv, &n)
				  : print_table(&cursor, &n);
	ret = register_written(reg, error);
	if (!ret && !n) {
		print_message(_("the register has no such token"));
		ret = EXIT_NO_TOKEN;
	}
	return ret;
}

int cmd_register_list(const struct globals *globals,
		      const struct register_options *o)
{
	struct custody_register *reg = NULL;
	int ret = register_require(globals, o->file, REGISTER_READ, &reg);

	if (!ret)
		ret = print(globals, o, reg);
	register_close(&reg);
	return ret;
}
