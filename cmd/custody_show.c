/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "clock.h"
#include "custody.h"
#include "custody_about.h"
#include "custody_words.h"
#include "register/row_writer.h"
#include "say.h"

/* In the order of what one asks first. */
static const enum record_kind order[] = {
	RECORD_SUBSCRIBER, RECORD_TOKEN, RECORD_CERTIFICATE, RECORD_CUSTODY,
	RECORD_REQUEST,	   RECORD_ITEM,	 RECORD_LOSS,	     RECORD_UNBLOCK,
};

#define N_ORDER (sizeof(order) / sizeof(order[0]))

static void print_record(enum record_kind kind, struct query *q, bool first)
{
	const char *const *columns = record_types[kind].columns;

	printf("%s%s\n", first ? "" : "\n", custody_kind_words(kind));
	for (int i = 0; columns[i]; i++)
		if (*query_text(q, i))
			custody_print(field_find_any(columns[i]),
				      query_text(q, i), 2);
}

static void print_text(struct custody_register *reg, const struct about *about)
{
	bool first = true;

	for (size_t i = 0; i < N_ORDER; i++) {
		struct query *q = about_records(reg, about, order[i]);

		while (q && query_next(q)) {
			print_record(order[i], q, first);
			first = false;
		}
	}
}

static void write_list(struct row_writer *w, enum record_kind kind,
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

static int print_json(const struct globals *globals,
		      struct custody_register *reg, const struct about *about)
{
	struct row_writer w = { .stream = stdout };
	char time[CLOCK_TEXT];

	clock_vietnam(globals->now, time);
	writer_begin(&w);
	writer_member(&w, "time", time);
	for (size_t i = 0; i < N_ORDER; i++)
		write_list(&w, order[i], about_records(reg, about, order[i]));
	writer_end(&w);
	return writer_close(&w);
}

int custody_show(const struct globals *globals, const struct custody_options *o)
{
	struct about_list found = { 0 };
	struct custody_register *reg = NULL;
	int ret = custody_open(globals, o->file, REGISTER_READ, &reg);

	if (!ret)
		ret = custody_find(reg, o->args[0], &found);
	if (!ret && o->json)
		ret = custody_written(reg,
				      print_json(globals, reg, &found.list[0]));
	else if (!ret) {
		print_text(reg, &found.list[0]);
		ret = custody_check(reg);
	}
	about_free(&found);
	register_close(&reg);
	return ret;
}
