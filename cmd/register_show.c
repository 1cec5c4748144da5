/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "base/date.h"
#include "labels.h"
#include "message.h"
#include "register/row_writer.h"
#include "register_common.h"
#include "register_find.h"

/* In the order of what one asks first. */
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

static void print_text(struct custody_register *reg,
		       const struct subject *subject)
{
	bool first = true;

	for (size_t i = 0; i < N_ORDER; i++) {
		struct query *q = subject_records(reg, subject, order[i]);

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
		      struct custody_register *reg,
		      const struct subject *subject)
{
	struct row_writer w = { .stream = stdout };
	char time[DATE_SIZE];

	date_vietnam(globals->now, time);
	writer_begin(&w);
	writer_member(&w, "time", time);
	for (size_t i = 0; i < N_ORDER; i++)
		write_list(&w, order[i],
			   subject_records(reg, subject, order[i]));
	writer_end(&w);
	return writer_close(&w);
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
			reg, print_json(globals, reg, &found.list[0]));
	else if (!ret) {
		print_text(reg, &found.list[0]);
		ret = register_exit_code(reg);
	}
	subject_free(&found);
	register_close(&reg);
	return ret;
}
