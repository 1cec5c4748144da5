/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/i18n.h"
#include "datafile_reading.h"

size_t data_rows_max(const struct reading *r)
{
	return r->of_register ? 1000000 : 100000;
}

void data_rows_exceed(struct reading *r, size_t row)
{
	if (r->of_register)
		data_errors_add(r->errors, row, NULL,
				_("There are more than 1,000,000 rows."));
	else
		data_errors_add(r->errors, row, NULL,
				_("There are more than 100,000 rows."));
}

struct data_row *data_row_new(struct reading *r, size_t number)
{
	struct data_row *rows = r->rows, *row;

	/* The place of a row that was given away is free again. */
	if (!rows || r->n_rows)
		rows = arena_grow(&r->arena, rows, r->n_rows, sizeof(*rows));
	if (!rows)
		return NULL;
	r->rows = rows;
	row = &rows[r->n_rows];
	*row = (struct data_row){ json_object(), number, false };
	if (!row->values) {
		r->failed = true;
		return NULL;
	}
	r->n_rows++;
	return row;
}

/* Lists are numbered ahead; an empty row of a document has ticks that are none.
 */
static bool says_nothing(const struct reading *r, json_t *values)
{
	const char *name;
	json_t *value;

	if (r->of_register)
		return !json_object_size(values);
	json_object_foreach (values, name, value) {
		if (!json_is_false(value))
			return false;
	}
	return true;
}

/* A row may say itself what it is a record of, but not otherwise. */
static void set_record(struct reading *r, struct data_row *row,
		       const char *record)
{
	const json_t *own = json_object_get(row->values, "record");

	if (!own) {
		if (json_object_set_new_nocheck(row->values, "record",
						json_string(record)))
			r->failed = true;
	} else if (!json_is_string(own) ||
		   strcmp(json_string_value(own), record) != 0) {
		data_row_refuse(r, row, "record",
				_("This is another record than the list has."));
	}
}

void data_row_end(struct reading *r, const char *record)
{
	struct data_row *row = &r->rows[r->n_rows - 1];
	bool nothing = !row->wrong && says_nothing(r, row->values);

	if (record && !nothing)
		set_record(r, row, record);
	if (!nothing && !r->take)
		return;
	if (!nothing && !row->wrong && !r->failed)
		r->take(r->owner, row->number, row->values);
	r->n_taken += !nothing;
	json_decref(row->values);
	r->n_rows--;
}

static void set(struct reading *r, struct data_row *row,
		const struct field *field, const char *column, json_t *value)
{
	size_t n = json_object_size(row->values);

	if (!value ||
	    json_object_set_new_nocheck(row->values, field->name, value))
		r->failed = true;
	else if (json_object_size(row->values) == n)
		data_row_refuse(r, row, column, _("This is given twice."));
}

void data_row_put(struct reading *r, struct data_row *row,
		  const struct field *field, const char *column, json_t *value,
		  const char *why)
{
	if (why)
		data_row_refuse(r, row, column, "%s", why);
	else if (!json_is_null(value))
		set(r, row, field, column, value);
}

void data_row_clear(struct reading *r, struct data_row *row,
		    const struct field *field, const char *column)
{
	set(r, row, field, column, json_null());
}

void data_row_take(struct reading *r, struct data_row *row,
		   const struct data_target *target, const char *column,
		   const char *text)
{
	const struct field *f = target->fields[0];
	const char *why = NULL;
	json_t *value;

	if (target->n > 1) {
		data_split(r, row, target, column, text);
	} else if (target->n) {
		value = data_parse(r, f, text, &why);
		data_row_put(r, row, f, column, value, why);
	}
}
