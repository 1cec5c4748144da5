/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "datafile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "datafile_reading.h"
#include "i18n.h"

#define MAX_FILE ((size_t)64 * 1024 * 1024)

/* 0, or the errno of what went wrong. */
static int read_whole(FILE *f, struct buffer *b)
{
	char chunk[16384];
	size_t n;

	do {
		n = fread(chunk, 1, sizeof(chunk), f);
		buffer_put(b, chunk, n);
	} while (n == sizeof(chunk) && b->len <= MAX_FILE && !b->failed);
	if (ferror(f))
		return errno;
	if (b->len > MAX_FILE)
		return EFBIG;
	buffer_put(b, "", 1);
	return b->failed ? ENOMEM : 0;
}

int datafile_load(const char *path, char **text, size_t *len, char **message)
{
	bool standard = !strcmp(path, "-");
	FILE *f = standard ? stdin : fopen(path, "re");
	struct buffer b = { 0 };
	int error = f ? read_whole(f, &b) : errno, n = 0;

	if (f && !standard)
		(void)fclose(f);
	if (standard)
		path = _("standard input");
	if (error == EFBIG)
		n = asprintf(message, _("%s: larger than 64 MiB"), path);
	else if (error && error != ENOMEM)
		n = asprintf(message, "%s: %s", path, strerror(error));
	if (n < 0 || error == ENOMEM)
		*message = NULL;
	if (error) {
		buffer_free(&b);
		return -1;
	}
	*text = (char *)b.data;
	*len = b.len - 1;
	return 0;
}

struct data_row *data_row_new(struct reading *r, size_t number)
{
	struct data_row *rows =
		arena_grow(&r->arena, r->rows, r->n_rows, sizeof(*rows));
	struct data_row *row;

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

/* Lists are numbered ahead; an empty row has ticks that are none. */
static bool says_nothing(json_t *values)
{
	const char *name;
	json_t *value;

	json_object_foreach (values, name, value) {
		if (!json_is_false(value))
			return false;
	}
	return true;
}

void data_row_end(struct reading *r)
{
	struct data_row *row = &r->rows[r->n_rows - 1];

	if (!row->wrong && says_nothing(row->values)) {
		json_decref(row->values);
		r->n_rows--;
	}
}

void data_row_put(struct reading *r, struct data_row *row,
		  const struct field *field, const char *column, json_t *value,
		  const char *why)
{
	size_t n = json_object_size(row->values);

	if (why)
		data_row_refuse(r, row, column, "%s", why);
	else if (json_is_null(value))
		json_decref(value);
	else if (!value ||
		 json_object_set_new_nocheck(row->values, field->name, value))
		r->failed = true;
	else if (json_object_size(row->values) == n)
		data_row_refuse(r, row, column, _("This is given twice."));
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
		value = field_parse(f, text, &why);
		data_row_put(r, row, f, column, value, why);
	}
}

static bool is_json(const char *text)
{
	text += strspn(text, " \t\r\n");
	return *text == '[' || *text == '{';
}

static void read_text(struct reading *r, const char *text, size_t len)
{
	bool odd = false;
	char *utf8 = data_to_utf8(text, &len, &odd);

	if (odd)
		data_errors_add(r->errors, 0, NULL,
				_("This is not whole as UTF-16. In Excel, save "
				  "the table as \"CSV UTF-8\"."));
	else if (!utf8)
		r->failed = true;
	else if (is_json(utf8))
		data_read_json(r, utf8, len);
	else
		data_read_csv(r, utf8, len);
	free(utf8);
}

static json_t *result(const struct reading *r)
{
	json_t *data = json_object(), *rows = json_array();
	int failed = !data || !rows;
	size_t i;

	for (i = 0; i < r->n_rows && !failed; i++)
		failed = json_array_append(rows, r->rows[i].values);
	failed |= json_object_set_new(data, "subscribers", rows);
	failed |= json_object_update(data, r->others);
	if (!failed)
		return data;
	json_decref(data);
	return NULL;
}

int datafile_read(const char *text, size_t len,
		  const struct data_column *columns, size_t n_columns,
		  json_t **data, struct data_errors *errors)
{
	struct reading r = { .errors = errors, .others = json_object() };
	json_t *found = NULL;
	int ret = -ENOMEM;
	size_t i;

	data_names_make(&r, columns, n_columns);
	if (!r.others || r.failed || r.arena.failed)
		goto out;
	read_text(&r, text, len);
	data_find_doubles(&r);
	if (!errors->n)
		found = result(&r);
	data_errors_close(errors);
	if (r.failed || r.arena.failed || errors->arena.failed)
		goto out;
	ret = errors->n ? -1 : found ? 0 : -ENOMEM;
out:
	if (!ret)
		*data = json_incref(found);
	json_decref(found);
	for (i = 0; i < r.n_rows; i++)
		json_decref(r.rows[i].values);
	json_decref(r.others);
	arena_free(&r.arena);
	return ret;
}
