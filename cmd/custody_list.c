/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vntime.h"
#include "clock.h"
#include "custody.h"
#include "custody_words.h"
#include "register/row_writer.h"
#include "say.h"

#define EXPIRING_DAYS 60

static void write_headings(struct row_writer *w, const struct flat *flat)
{
	row_begin(w);
	for (size_t i = 0; i < flat->n_fields; i++)
		row_text(w, "", flat->fields[i]->name);
	row_end(w);
}

static void write_row(struct row_writer *w, const struct flat *flat)
{
	row_begin(w);
	if (!w->csv)
		row_text(w, "state", flat_state_key(flat_state(flat)));
	for (size_t i = 0; i < flat->n_fields; i++)
		row_value(w, flat->fields[i], flat->q, (int)i);
	row_end(w);
}

/* Row by row, for there may be very many. */
static int print_rows(const struct globals *globals, struct flat *flat,
		      bool csv, size_t *n)
{
	struct row_writer w = { .stream = stdout, .csv = csv };
	char time[CLOCK_TEXT];

	clock_vietnam(globals->now, time);
	writer_begin(&w);
	writer_member(&w, "time", time);
	writer_list(&w, "tokens");
	if (csv)
		write_headings(&w, flat);
	for (*n = 0; flat_next(flat); (*n)++)
		write_row(&w, flat);
	writer_list_end(&w);
	writer_end(&w);
	return writer_close(&w);
}

static void add_cell(struct table_out *table, const struct flat *flat,
		     int column)
{
	const char *text = query_text(flat->q, column);
	char room[CUSTODY_ROOM];
	char *clean;

	if (*text)
		text = custody_value(flat->fields[column], text, room);
	clean = cks_text_clean(text, strlen(text));
	if (!clean)
		table->failed = true;
	table_add(table, clean ? clean : "", COLOUR_NONE);
	free(clean);
}

static void add_row(struct table_out *table, const struct flat *flat)
{
	int unit = flat_column(flat, "unit");
	enum flat_state state = flat_state(flat);

	if (query_is_null(flat->q, unit))
		unit = flat_column(flat, "organization");
	add_cell(table, flat, flat_column(flat, "device_serial"));
	add_cell(table, flat, flat_column(flat, "name"));
	add_cell(table, flat, unit);
	add_cell(table, flat, flat_column(flat, "keeper"));
	add_cell(table, flat, flat_column(flat, "not_after"));
	table_add(table, custody_state_words(state),
		  custody_state_colour(state));
}

/* -ENOMEM becomes the register's, as with what is written. */
static int print_table(struct flat *flat, size_t *n)
{
	static const char *const headings[] = {
		N_("SERIAL"), N_("NAME"),	 N_("UNIT OR AGENCY"),
		N_("KEEPER"), N_("VALID UNTIL"), N_("STATE")
	};
	size_t n_columns = sizeof(headings) / sizeof(headings[0]);
	struct table_out table;

	table_init(&table, n_columns);
	for (*n = 0; flat_next(flat); (*n)++) {
		for (size_t i = 0; *n == 0 && i < n_columns; i++)
			table_add(&table, _(headings[i]), COLOUR_NONE);
		add_row(&table, flat);
	}
	return table_print(&table) ? -ENOMEM : 0;
}

static int print(const struct globals *globals, const struct custody_options *o,
		 struct custody_register *reg)
{
	struct flat flat = {
		.organization = o->organization,
		.unit = o->unit,
		.holder = o->holder,
		.today = vn_day(globals->now),
		.days = EXPIRING_DAYS,
		.by_place = !o->json && !o->csv,
	};
	size_t n = 0;
	int ret, error;

	flat_begin(&flat, reg);
	error = o->json || o->csv ? print_rows(globals, &flat, o->csv, &n)
				  : print_table(&flat, &n);
	ret = custody_written(reg, error);
	if (!ret && !n) {
		say(_("the register has no such token"));
		ret = EXIT_NO_TOKEN;
	}
	return ret;
}

int custody_list(const struct globals *globals, const struct custody_options *o)
{
	struct custody_register *reg = NULL;
	int ret = custody_open(globals, o->file, REGISTER_READ, &reg);

	if (!ret)
		ret = print(globals, o, reg);
	register_close(&reg);
	return ret;
}
