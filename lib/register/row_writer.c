/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "row_writer.h"

#include <errno.h>
#include <string.h>

#include "base/csv.h"
#include "certificate.h"
#include "input/field.h"

static const char *clean(struct row_writer *w, const char *text)
{
	const char *cleaned = field_clean(&w->scratch, text);

	if (cleaned)
		return cleaned;
	w->failed = true;
	return "";
}

static void put_string(struct row_writer *w, const char *text)
{
	const char *at = clean(w, text);

	putc('"', w->stream);
	for (; *at; at++) {
		if (*at == '"' || *at == '\\')
			putc('\\', w->stream);
		putc(*at, w->stream);
	}
	putc('"', w->stream);
}

static void put_comma(struct row_writer *w)
{
	if (w->filled)
		fputs(w->csv ? "," : ", ", w->stream);
	w->filled = true;
}

static void put_name(struct row_writer *w, const char *name)
{
	put_comma(w);
	fprintf(w->stream, "\"%s\": ", name);
}

void writer_begin(struct row_writer *w)
{
	if (w->csv)
		return;
	fputs("{\"version\": 1", w->stream);
	w->filled = true;
}

void writer_member(struct row_writer *w, const char *name, const char *text)
{
	if (w->csv)
		return;
	put_name(w, name);
	put_string(w, text);
}

void writer_list(struct row_writer *w, const char *name)
{
	w->listed = false;
	if (!w->csv)
		fprintf(w->stream, ",\n\"%s\": [", name);
}

void writer_list_end(struct row_writer *w)
{
	if (!w->csv)
		fputs(w->listed ? "\n]" : "]", w->stream);
}

void writer_end(struct row_writer *w)
{
	if (!w->csv)
		fputs("}\n", w->stream);
}

void row_begin(struct row_writer *w)
{
	if (!w->csv)
		fputs(w->listed ? ",\n{" : "\n{", w->stream);
	w->listed = true;
	w->filled = false;
}

void row_end(struct row_writer *w)
{
	fputs(w->csv ? "\r\n" : "}", w->stream);
	arena_free(&w->scratch);
}

void row_text(struct row_writer *w, const char *name, const char *text)
{
	if (w->csv) {
		put_comma(w);
		csv_write(w->stream, clean(w, text));
	} else if (*text) {
		put_name(w, name);
		put_string(w, text);
	}
}

static bool is_number(const struct field *f)
{
	return f->type == FIELD_NUMBER || f->type == FIELD_COUNT;
}

/* What stands in the key of a certificate whose number is not known is not for
 * others. */
static const char *text_of(const struct field *f, const char *text)
{
	return strcmp(f->name, "certificate_serial") == 0
		       ? certificate_number(text)
		       : text;
}

void row_value(struct row_writer *w, const struct field *f, struct query *q,
	       int column)
{
	bool null = query_is_null(q, column);

	if (!null && f->type == FIELD_TICK) {
		const char *tick = query_number(q, column) ? "true" : "false";

		if (w->csv)
			put_comma(w);
		else
			put_name(w, f->name);
		fputs(tick, w->stream);
	} else if (!null && is_number(f) && !w->csv) {
		put_name(w, f->name);
		fprintf(w->stream, "%lld", query_number(q, column));
	} else {
		row_text(w, f->name, text_of(f, query_text(q, column)));
	}
}

void row_json(struct row_writer *w, const char *name, const json_t *value)
{
	put_name(w, name);
	if (json_is_string(value))
		put_string(w, json_string_value(value));
	else if (json_is_integer(value))
		fprintf(w->stream, "%" JSON_INTEGER_FORMAT,
			json_integer_value(value));
	else if (json_is_boolean(value))
		fputs(json_is_true(value) ? "true" : "false", w->stream);
	else
		fputs("null", w->stream);
}

static void put_object(struct row_writer *w, const json_t *object)
{
	const char *name;
	json_t *value;

	putc('{', w->stream);
	w->filled = false;
	json_object_foreach ((json_t *)object, name, value)
		row_json(w, clean(w, name), value);
	putc('}', w->stream);
}

void row_list(struct row_writer *w, const char *name, const json_t *objects)
{
	put_name(w, name);
	putc('[', w->stream);
	for (size_t i = 0; i < json_array_size(objects); i++) {
		if (i)
			fputs(", ", w->stream);
		put_object(w, json_array_get(objects, i));
	}
	putc(']', w->stream);
	w->filled = true;
}

int writer_close(struct row_writer *w)
{
	int error = 0;

	arena_free(&w->scratch);
	if (fflush(w->stream) || ferror(w->stream))
		error = errno ? -errno : -EIO;
	return w->failed ? -ENOMEM : error;
}
