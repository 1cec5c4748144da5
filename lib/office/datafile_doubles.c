/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rows that cannot both be meant. Rows are sorted by a digest of what they may
 * clash in, and each is compared with the first of its digest only: a file made
 * of digests that collide can hide a double, but not slow the search down.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "datafile_reading.h"
#include "i18n.h"

#define FNV_BASIS 0xcbf29ce484222325ULL
#define FNV_PRIME 0x100000001b3ULL

struct mark {
	uint64_t digest;
	size_t row;
};

/* One thing that rows may clash in. */
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

static const char *value_of(const json_t *row, const char *field)
{
	return json_string_value(json_object_get(row, field));
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

static uint64_t digest_field(const struct data_row *row, const char *field)
{
	const char *value = value_of(row->values, field);

	return value ? digest_bytes(FNV_BASIS, value) : 0;
}

static uint64_t digest_certificate(const struct data_row *row)
{
	return digest_field(row, "certificate_serial");
}

static uint64_t digest_person(const struct data_row *row)
{
	return digest_field(row, "id_number");
}

static bool same(const json_t *a, const json_t *b, const char *field)
{
	const json_t *value = json_object_get(a, field);

	return value && json_equal(value, json_object_get(b, field));
}

static bool clash_all(const json_t *a, const json_t *b)
{
	return json_equal(a, b);
}

static bool clash_certificate(const json_t *a, const json_t *b)
{
	return same(a, b, "certificate_serial") && !json_equal(a, b);
}

static bool clash_person(const json_t *a, const json_t *b)
{
	return same(a, b, "id_number") && value_of(a, "name") &&
	       value_of(b, "name") && !same(a, b, "name");
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

void data_find_doubles(struct reading *r)
{
	const struct check checks[] = {
		{ digest_all, clash_all, NULL,
		  _("This row says the same as row %zu.") },
		{ digest_certificate, clash_certificate, "certificate_serial",
		  _("Row %zu has the same certificate.") },
		{ digest_person, clash_person, "id_number",
		  _("Row %zu has the same number with another name.") },
	};
	struct mark *marks = calloc(r->n_rows + 1, sizeof(*marks));
	size_t i;

	for (i = 0; marks && i < sizeof(checks) / sizeof(checks[0]); i++)
		run(r, &checks[i], marks);
	if (!marks)
		r->failed = true;
	free(marks);
}
