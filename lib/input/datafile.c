/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "datafile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/path.h"
#include "base/text.h"
#include "datafile_reading.h"
#include "workbook.h"

#define MIB ((size_t)1024 * 1024)

/* U+FEFF as the three encodings have it. */
#define MARK_UTF8 "\xef\xbb\xbf"
#define MARK_UTF16_LE "\xff\xfe"
#define MARK_UTF16_BE "\xfe\xff"

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

struct utf16 {
	const unsigned char *at;
	size_t units; /* left */
	bool big;     /* the greater byte of a unit comes first */
};

static int32_t unit(struct utf16 *in)
{
	const unsigned char *p = in->at;

	in->at += 2;
	in->units--;
	return in->big ? p[0] << 8 | p[1] : p[1] << 8 | p[0];
}

/* The next character, or -1 where half of one is missing. */
static int32_t character(struct utf16 *in)
{
	int32_t high = unit(in), low;

	if (high < 0xd800 || high > 0xdfff)
		return high;
	if (high > 0xdbff || !in->units)
		return -1;
	low = unit(in);
	if (low < 0xdc00 || low > 0xdfff)
		return -1;
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static char *from_utf16(struct utf16 in, size_t *len, bool *odd)
{
	/* A unit has at most three bytes in UTF-8. */
	char *out = malloc(3 * in.units + 1);

	for (*len = 0; out && in.units;) {
		int32_t c = character(&in);

		if (c < 0) {
			*odd = true;
			free(out);
			return NULL;
		}
		*len += text_encode(c, out + *len);
	}
	if (out)
		out[*len] = '\0';
	return out;
}

static bool begins_with(const char *text, size_t len, const char *mark)
{
	return len >= strlen(mark) && !memcmp(text, mark, strlen(mark));
}

/*
 * @text as UTF-8 without a byte order mark, from UTF-16 when it begins with the
 * mark of that. The caller's to free(). NULL: memory, or, with *@odd set, half
 * a letter of UTF-16.
 */
static char *to_utf8(const char *text, size_t *len, bool *odd)
{
	size_t skip = strlen(MARK_UTF8);
	char *copy;

	if (begins_with(text, *len, MARK_UTF16_LE) ||
	    begins_with(text, *len, MARK_UTF16_BE)) {
		struct utf16 in = { (const unsigned char *)text + 2,
				    *len / 2 - 1,
				    begins_with(text, *len, MARK_UTF16_BE) };

		*odd = *len % 2;
		return *odd ? NULL : from_utf16(in, len, odd);
	}
	if (!begins_with(text, *len, MARK_UTF8))
		skip = 0;
	*len -= skip;
	copy = malloc(*len + 1);
	if (copy) {
		memcpy(copy, text + skip, *len);
		copy[*len] = '\0';
	}
	return copy;
}

/* What programs of Windows write, as whoever reads it expects it. What is no
 * UTF-16 stays, for whoever reads it to tell. 0 or -ENOMEM. */
static int take_mark(char **text, size_t *len)
{
	size_t n = *len;
	bool odd = false;
	char *utf8;

	if (!begins_with(*text, n, MARK_UTF8) &&
	    !begins_with(*text, n, MARK_UTF16_LE) &&
	    !begins_with(*text, n, MARK_UTF16_BE))
		return 0;
	utf8 = to_utf8(*text, &n, &odd);
	if (odd)
		return 0;
	free(*text);
	*text = utf8;
	*len = n;
	return utf8 ? 0 : -ENOMEM;
}

/* Makes the text of what was read, which is a table program's own file, or
 * what it saved as text. */
static int take_bytes(const char *name, const char *sheet, char **text,
		      size_t *len, struct data_errors *told,
		      struct error *error)
{
	const char *other = workbook_other(*text, *len);
	char *bytes = *text;
	int ret;

	if (other)
		return error_set(error, -EINVAL, "%s: %s", name, other);
	if (workbook_is(bytes, *len)) {
		ret = workbook_read(name, bytes, *len, sheet, text, len, told,
				    error);
		if (!ret)
			free(bytes);
		return ret;
	}
	if (sheet)
		return error_set(
			error, -EINVAL,
			_("%s: it has no sheets; --sheet is for a workbook (.xlsx)"),
			name);
	return take_mark(text, len);
}

int datafile_load(const char *path, const char *sheet, size_t mib, char **text,
		  size_t *len, char sha256[DIGEST_HEX_SIZE],
		  struct data_errors *told, struct error *error)
{
	unsigned char digest[DIGEST_SIZE];
	bool standard = !strcmp(path, "-");
	int fd = standard ? -1 : path_open(path, O_RDONLY | O_NOCTTY, 0);
	FILE *f = standard ? stdin : fd < 0 ? NULL : fdopen(fd, "r");
	struct buffer b = { 0 };
	int ret = f ? read_whole(f, mib * MIB, &b) : fd < 0 ? fd : -errno;

	if (!ret && sha256) {
		ret = digest_of(b.data, b.len - 1, digest);
		digest_hex(digest, sha256);
	}
	if (f && !standard)
		(void)fclose(f);
	else if (fd >= 0)
		close(fd);
	if (standard)
		path = _("standard input");
	if (!ret) {
		*text = (char *)b.data;
		*len = b.len - 1;
		ret = take_bytes(path, sheet, text, len, told, error);
		if (ret) {
			free(*text);
			*text = NULL;
		}
		return ret;
	}
	buffer_free(&b);
	if (ret == -EFBIG)
		return error_set(
			error, ret,
			_("%s: larger than %zu MiB; hand it in as several files"),
			path, mib);
	if (ret != -ENOMEM)
		return error_set(error, ret, "%s: %s", path,
				 error_text(NULL, ret));
	return ret;
}

/* Makes rows of @text, whatever it is in. */
static void read_text(struct reading *r, const char *text, size_t len)
{
	bool odd = false;
	char *utf8 = to_utf8(text, &len, &odd);
	const char *begin = utf8 ? utf8 + strspn(utf8, " \t\r\n") : NULL;

	if (odd)
		data_errors_add(
			r->errors, 0, NULL,
			_("This is not valid UTF-16. In Excel, save the table as \"CSV UTF-8\"."));
	else if (!utf8)
		r->failed = true;
	else if (*begin == '[' || *begin == '{')
		data_read_json(r, utf8, len);
	else
		data_read_csv(r, utf8, len);
	data_cache_free(r);
	free(utf8);
}

static void reading_free(struct reading *r)
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

static json_t *numbers_of(const struct reading *r)
{
	json_t *numbers = json_array();
	size_t i;

	for (i = 0; i < r->n_rows; i++) {
		json_int_t number = (json_int_t)r->rows[i].number;

		if (json_array_append_new(numbers, json_integer(number))) {
			json_decref(numbers);
			return NULL;
		}
	}
	return numbers;
}

int datafile_read(const char *text, size_t len,
		  const struct data_column *columns, size_t n_columns,
		  const struct data_paths *paths, json_t **data,
		  json_t **numbers, struct data_errors *errors)
{
	struct reading r = { .errors = errors,
			     .paths = paths,
			     .others = json_object() };
	json_t *found = NULL, *counted = NULL;
	int ret = -ENOMEM;

	data_names_make(&r, columns, n_columns);
	if (!r.others || r.failed || r.arena.failed)
		goto out;
	read_text(&r, text, len);
	data_find_duplicates(&r);
	if (!errors->n) {
		found = result(&r);
		counted = numbers_of(&r);
	}
	data_errors_close(errors);
	if (r.failed || r.arena.failed || errors->arena.failed)
		goto out;
	if (errors->n)
		ret = -EINVAL;
	else if (found && counted)
		ret = 0;
out:
	if (!ret) {
		*data = json_incref(found);
		*numbers = json_incref(counted);
	}
	json_decref(found);
	json_decref(counted);
	reading_free(&r);
	return ret;
}

int datafile_each_record(const char *text, size_t len,
			 const struct data_list *lists, size_t n_lists,
			 void (*take)(void *owner, size_t number, json_t *row),
			 void *owner, struct data_errors *errors)
{
	struct reading r = {
		.errors = errors,
		.of_register = true,
		.lists = lists,
		.n_lists = n_lists,
		.take = take,
		.owner = owner,
	};
	int ret = -ENOMEM;

	data_names_make(&r, NULL, 0);
	if (r.failed || r.arena.failed)
		goto out;
	read_text(&r, text, len);
	if (!r.failed && !r.arena.failed && !errors->arena.failed)
		ret = errors->n ? -EINVAL : 0;
out:
	reading_free(&r);
	return ret;
}

/* Rows as they come, and whether there was memory for all. */
struct collection {
	struct data_records records;
	size_t room;
	bool failed;
};

static void collect(void *owner, size_t number, json_t *row)
{
	struct collection *c = owner;
	size_t n = json_array_size(c->records.rows), *numbers;

	if (n == c->room) {
		c->room = c->room ? 2 * c->room : 64;
		numbers = reallocarray(c->records.numbers, c->room,
				       sizeof(*numbers));
		c->failed |= !numbers;
		if (numbers)
			c->records.numbers = numbers;
	}
	if (c->failed || json_array_append(c->records.rows, row))
		c->failed = true;
	else
		c->records.numbers[n] = number;
}

int datafile_read_records(const char *text, size_t len,
			  const struct data_list *lists, size_t n_lists,
			  struct data_records *records,
			  struct data_errors *errors)
{
	struct collection c = { .records.rows = json_array() };
	int ret = -ENOMEM;

	if (c.records.rows)
		ret = datafile_each_record(text, len, lists, n_lists, collect,
					   &c, errors);
	data_errors_close(errors);
	if (c.failed || errors->arena.failed)
		ret = -ENOMEM;
	if (ret)
		data_records_free(&c.records);
	else
		*records = c.records;
	return ret;
}

void data_records_free(struct data_records *records)
{
	json_decref(records->rows);
	free(records->numbers);
	*records = (struct data_records){ 0 };
}
