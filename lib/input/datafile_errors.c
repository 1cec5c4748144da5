/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The errors of a table, gathered to be reported at once, and the search for
 * rows that cannot both be right. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/text.h"
#include "datafile.h"
#include "datafile_reading.h"
#include "field.h"
#include "secret_text.h"

/* 1. Errors and notes */

#define COLUMN_LETTERS 100

/*
 * A heading may be as long as its file; so much of it is enough to know it by.
 */
static const char *shown(struct arena *arena, const char *column)
{
	char *part = strndup(column, 4L * COLUMN_LETTERS), *clean, *end;
	size_t n = COLUMN_LETTERS;

	if (!part) {
		arena->failed = true;
		return NULL;
	}
	clean = text_clean(arena, part);
	free(part);
	for (end = clean; end && *end && n; n--)
		do
			end++;
		while ((*end & 0xc0) == 0x80);
	if (end)
		*end = '\0';
	return clean;
}

/*
 * The column as an error shows it: in one of several lists, with the list's
 * name.
 */
static const char *placed(struct data_errors *errors, const char *column)
{
	const char *clean = NULL;
	char *both = NULL;

	if (!errors->part || !column) {
		column = column ? column : errors->part;
		return column ? shown(&errors->arena, column) : NULL;
	}
	if (asprintf(&both, "%s.%s", errors->part, column) < 0) {
		errors->arena.failed = true;
		return NULL;
	}
	clean = shown(&errors->arena, both);
	free(both);
	return clean;
}

static void add_to(struct data_errors *errors, struct data_error **list,
		   size_t *n, struct data_error error)
{
	struct data_error *grown =
		arena_grow(&errors->arena, *list, *n, sizeof(*grown));

	if (!grown)
		return;
	error.text = text_clean(&errors->arena, error.text);
	*list = grown;
	grown[(*n)++] = error;
}

/* True if a column is called by a secret, or is one: in a table without
 * headings its first row is taken for them. */
static bool is_secret(const char *column)
{
	struct secret_cells cells = { .named = true };

	return column && secret_is_in_cell(&cells, "", column);
}

static void add(struct data_errors *errors, size_t row, const char *column,
		const char *text)
{
	if (is_secret(column) || secret_is_in_text(text)) {
		column = is_secret(column) ? NULL : column;
		text = _(
			"This contains a password, a PIN or a PUK, and is not shown here. Remove it from the file.");
	}
	add_to(errors, &errors->list, &errors->n,
	       (struct data_error){ row, placed(errors, column), text });
}

void data_errors_add(struct data_errors *errors, size_t row, const char *column,
		     const char *format, ...)
{
	const char *text;
	va_list args;

	if (errors->n >= DATA_ERRORS_MAX) {
		errors->more++;
		return;
	}
	va_start(args, format);
	text = arena_vformat(&errors->arena, format, args);
	va_end(args);
	if (!errors->arena.failed)
		add(errors, row, column, text);
}

void data_notes_add(struct data_errors *errors, size_t row, const char *format,
		    ...)
{
	const char *text;
	va_list args;

	if (errors->n_notes >= DATA_ERRORS_MAX)
		return;
	va_start(args, format);
	text = arena_vformat(&errors->arena, format, args);
	va_end(args);
	/* A cell that is passed over may tell a secret, too. */
	if (!errors->arena.failed && !secret_is_in_text(text))
		add_to(errors, &errors->notes, &errors->n_notes,
		       (struct data_error){ row, NULL, text });
}

void data_errors_know_heading(struct data_errors *errors, const char *field,
			      const char *heading)
{
	struct data_heading *grown =
		arena_grow(&errors->arena, errors->headings, errors->n_headings,
			   sizeof(*grown));
	const char *clean = grown ? shown(&errors->arena, heading) : NULL;

	if (!clean)
		return;
	errors->headings = grown;
	grown[errors->n_headings++] = (struct data_heading){ field, clean };
}

const char *data_errors_heading(const struct data_errors *errors,
				const char *field)
{
	const struct field *f = field ? field_find_any(field) : NULL;

	for (size_t i = 0; field && errors && i < errors->n_headings; i++)
		if (!strcmp(errors->headings[i].field, field))
			return errors->headings[i].heading;
	return f ? f->label : field;
}

void data_errors_close(struct data_errors *errors)
{
	char *text = NULL;

	if (!errors->more)
		return;
	if (asprintf(&text,
		     Q_("There is %zu more error.",
			"There are %zu more errors.", errors->more),
		     errors->more) < 0) {
		errors->arena.failed = true;
		return;
	}
	errors->more = 0;
	add(errors, 0, NULL, text);
	free(text);
}

void data_errors_free(struct data_errors *errors)
{
	arena_free(&errors->arena);
	*errors = (struct data_errors){ 0 };
}

/*
 * 2. Rows that cannot both be right. Rows are sorted by a digest of the values
 * in which they may clash, and each is compared with the first row of its
 * digest only: a file made of digests that collide can hide a duplicate, but
 * not slow the search down.
 */

#define FNV_BASIS 0xcbf29ce484222325ULL
#define FNV_PRIME 0x100000001b3ULL

struct mark {
	uint64_t digest;
	size_t row;
};

/* One way in which rows may clash. */
struct check {
	/* 0: this row takes no part. */
	uint64_t (*digest)(const struct data_row *row);
	bool (*clash)(const json_t *a, const json_t *b);
	const char *field; /* the one it is about, or NULL */
	const char *text;  /* with the number of the earlier row */
};

static uint64_t digest_bytes(uint64_t digest, const char *s)
{
	do
		digest = (digest ^ (unsigned char)*s) * FNV_PRIME;
	while (*s++);
	return digest;
}

/* "" too when it is not there. */
static const char *text_of(const json_t *row, const char *field)
{
	const char *text = json_string_value(json_object_get(row, field));

	return text ? text : "";
}

static bool is_given(const json_t *row, const char *field)
{
	return text_of(row, field)[0];
}

/* Zeros at the beginning do not count: 0A and A are one number. */
static const char *certificate_of(const json_t *row)
{
	const char *serial = text_of(row, "certificate_serial");

	return serial + strspn(serial, "0");
}

/* The same whatever the order of the fields. */
static uint64_t digest_all(const struct data_row *row)
{
	uint64_t sum = 0;
	const char *name;
	json_t *value;

	if (row->wrong)
		return 0;
	json_object_foreach (row->values, name, value) {
		uint64_t digest = digest_bytes(FNV_BASIS, name);

		if (json_is_string(value))
			digest = digest_bytes(digest, json_string_value(value));
		else
			digest += (uint64_t)json_integer_value(value) +
				  json_is_true(value);
		sum += digest;
	}
	return sum;
}

/* The same for small letters and capitals. */
static uint64_t digest_serial(const char *s)
{
	uint64_t digest = FNV_BASIS;

	for (; *s; s++)
		digest = (digest ^ ((unsigned char)*s | 0x20)) * FNV_PRIME;
	return digest;
}

static uint64_t digest_certificate(const struct data_row *row)
{
	return is_given(row->values, "certificate_serial")
		       ? digest_serial(certificate_of(row->values))
		       : 0;
}

static uint64_t digest_person(const struct data_row *row)
{
	return is_given(row->values, "id_number") &&
			       is_given(row->values, "name")
		       ? digest_bytes(FNV_BASIS,
				      text_of(row->values, "id_number"))
		       : 0;
}

/* One device may have several certificates, or PINs, each with its label. */
static uint64_t digest_device(const struct data_row *row)
{
	if (row->wrong || !is_given(row->values, "device_serial") ||
	    is_given(row->values, "certificate_serial"))
		return 0;
	return digest_bytes(
		digest_serial(text_of(row->values, "device_serial")),
		text_of(row->values, "device_label"));
}

static uint64_t digest_named_device(const struct data_row *row)
{
	uint64_t digest = digest_device(row);

	return digest && is_given(row->values, "name")
		       ? digest_bytes(digest, text_of(row->values, "name"))
		       : 0;
}

static bool same(const json_t *a, const json_t *b, const char *field)
{
	return strcmp(text_of(a, field), text_of(b, field)) == 0;
}

static bool clash_all(const json_t *a, const json_t *b)
{
	return json_equal(a, b);
}

static bool clash_certificate(const json_t *a, const json_t *b)
{
	return strcasecmp(certificate_of(a), certificate_of(b)) == 0 &&
	       !json_equal(a, b);
}

static bool clash_person(const json_t *a, const json_t *b)
{
	return same(a, b, "id_number") && !same(a, b, "name");
}

static bool same_device(const json_t *a, const json_t *b)
{
	return strcasecmp(text_of(a, "device_serial"),
			  text_of(b, "device_serial")) == 0 &&
	       same(a, b, "device_label") &&
	       (same(a, b, "id_number") || !is_given(a, "id_number") ||
		!is_given(b, "id_number")) &&
	       !json_equal(a, b);
}

/* True if the rows are of one person, as far as they tell, and clash. */
static bool clash_device(const json_t *a, const json_t *b)
{
	return same_device(a, b) &&
	       (!is_given(a, "name") || !is_given(b, "name"));
}

static bool clash_named_device(const json_t *a, const json_t *b)
{
	return same_device(a, b) && same(a, b, "name");
}

static int by_digest(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->digest != y->digest)
		return x->digest < y->digest ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static size_t mark_rows(const struct reading *r, const struct check *check,
			struct mark *marks)
{
	size_t n = 0, i;

	for (i = 0; i < r->n_rows; i++) {
		uint64_t digest = check->digest(&r->rows[i]);

		if (digest)
			marks[n++] = (struct mark){ digest, i };
	}
	qsort(marks, n, sizeof(*marks), by_digest);
	return n;
}

static void run(struct reading *r, const struct check *check,
		struct mark *marks)
{
	size_t n = mark_rows(r, check, marks), first = 0, i;
	const char *label =
		check->field ? field_find(check->field)->label : NULL;

	for (i = 1; i < n; i++) {
		struct data_row *a = &r->rows[marks[first].row];
		struct data_row *b = &r->rows[marks[i].row];

		if (marks[i].digest != marks[first].digest)
			first = i;
		else if (check->clash(a->values, b->values))
			data_errors_add(r->errors, b->number, label,
					check->text, a->number);
	}
}

void data_find_duplicates(struct reading *r)
{
	const struct check checks[] = {
		{ digest_all, clash_all, NULL,
		  _("This row says the same as row %zu. Remove one of the two.") },
		{ digest_certificate, clash_certificate, "certificate_serial",
		  _("Row %zu has the same certificate. Correct the serial number, or remove one of the two rows.") },
		{ digest_device, clash_device, "device_serial",
		  _("Row %zu has the same device. Correct the serial number, or remove one of the two rows.") },
		{ digest_named_device, clash_named_device, "device_serial",
		  _("Row %zu has the same device. Correct the serial number, or remove one of the two rows.") },
		{ digest_person, clash_person, "id_number",
		  _("Row %zu has the same number with another name. Correct the number or the name.") },
	};
	struct mark *marks = calloc(r->n_rows + 1, sizeof(*marks));
	size_t i;

	for (i = 0; marks && i < sizeof(checks) / sizeof(checks[0]); i++)
		run(r, &checks[i], marks);
	if (!marks)
		r->failed = true;
	free(marks);
}
