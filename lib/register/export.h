/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef REGISTER_EXPORT_H
#define REGISTER_EXPORT_H

#include <jansson.h>
#include <stdio.h>

#include "base/arena.h"
#include "input/excel.h"
#include "input/field.h"
#include "register.h"
#include "store.h"

/*
 * Rows of the register onto a stream, one after another so that there may be
 * any number: as one JSON document with lists of objects, or as CSV. Both are
 * what the register takes again. Text is cleaned, though what was taken in is
 * clean, since anyone may have written the file.
 */
struct row_writer {
	FILE *stream;
	bool csv;
	bool for_excel; /* of CSV: see input/excel.h */

	/* Private. */
	struct csv_output out;
	bool filled; /* a comma goes before the next value … */
	bool listed; /* … and before the next row of the list */
	struct arena scratch;
	bool failed;
};

/* The JSON document, its members and its lists; in CSV these write nothing. */
void writer_begin(struct row_writer *w);
void writer_member(struct row_writer *w, const char *name, const char *text);
void writer_list(struct row_writer *w, const char *name);
void writer_list_end(struct row_writer *w);
void writer_end(struct row_writer *w);

void row_begin(struct row_writer *w);
void row_end(struct row_writer *w);

/* A value of the row. In CSV "" is a blank cell; in JSON it is left out. */
void row_text(struct row_writer *w, const char *name, const char *text);

/* The same from a column of the database, as the type of @f has it. */
void row_value(struct row_writer *w, const struct field *f, struct query *q,
	       int column);

/* Only in JSON: any scalar value, and a list of objects of scalar values within
 * the row. */
void row_json(struct row_writer *w, const char *name, const json_t *value);
void row_list(struct row_writer *w, const char *name, const json_t *objects);

/* -ENOMEM, or the errno of the stream, or 0. Ends the use of @w, and leaves the
 * stream, flushed, to the caller. */
int writer_close(struct row_writer *w);

/*
 * Writes every record, those that others refer to first, so that importing it
 * all into an empty register makes the same one: in JSON a list for each kind,
 * in CSV one table of all columns there are, with "record" before them. Errors
 * of the database are the register's, those of the stream the writer's.
 */
void register_export(struct custody_register *reg, struct row_writer *w);

/* A row of the list "undone": that event @by took event @event back. */
void export_undone_row(struct custody_register *reg, struct row_writer *w,
		       unsigned long event, unsigned long by);

#endif
