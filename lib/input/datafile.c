/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "datafile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "datafile_reading.h"

#define MIB ((size_t)1024 * 1024)

static int read_whole(FILE *f, size_t max, struct buffer *b)
{
	char chunk[16384];
	size_t n;

	do {
		n = fread(chunk, 1, sizeof(chunk), f);
		buffer_put(b, chunk, n);
	} while (n == sizeof(chunk) && b->len <= max && !b->failed);
	if (ferror(f))
		return -errno;
	if (b->len > max)
		return -EFBIG;
	buffer_put(b, "", 1);
	return b->failed ? -ENOMEM : 0;
}

int datafile_load(const char *path, size_t mib, char **text, size_t *len,
		  struct error *error)
{
	bool standard = !strcmp(path, "-");
	FILE *f = standard ? stdin : fopen(path, "re");
	struct buffer b = { 0 };
	int ret = f ? read_whole(f, mib * MIB, &b) : -errno;

	if (f && !standard)
		(void)fclose(f);
	if (standard)
		path = _("standard input");
	if (!ret) {
		*text = (char *)b.data;
		*len = b.len - 1;
		return 0;
	}
	buffer_free(&b);
	if (ret == -EFBIG)
		return error_set(error, ret, _("%s: larger than %zu MiB"), path,
				 mib);
	if (ret != -ENOMEM)
		return error_set(error, ret, "%s: %s", path, strerror(-ret));
	return ret;
}

static bool is_json(const char *text)
{
	text += strspn(text, " \t\r\n");
	return *text == '[' || *text == '{';
}

void data_read_text(struct reading *r, const char *text, size_t len)
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
	data_memo_free(r);
	free(utf8);
}

void data_reading_free(struct reading *r)
{
	size_t i;

	for (i = 0; i < r->n_rows; i++)
		json_decref(r->rows[i].values);
	json_decref(r->others);
	arena_free(&r->arena);
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

	data_names_make(&r, columns, n_columns);
	if (!r.others || r.failed || r.arena.failed)
		goto out;
	data_read_text(&r, text, len);
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
	data_reading_free(&r);
	return ret;
}
