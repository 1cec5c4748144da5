/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "datafile_reading.h"
#include "field_value.h"

/* Nothing is called by a name this long. */
#define MAX_HEADING 1000

struct data_name {
	const char *key;
	struct data_target target;
};

static char *keep(struct reading *r, const char *s, size_t len)
{
	char *copy = arena_alloc(&r->arena, len + 1);

	if (copy && len)
		memcpy(copy, s, len);
	return copy;
}

/* @name for @target, if nothing before it is called so. */
static void add(struct reading *r, const char *name,
		const struct data_target *target)
{
	char *key = field_key(name);
	struct data_name *names;
	size_t i;

	if (!key) {
		r->failed = true;
		return;
	}
	for (i = 0; i < r->n_names && strcmp(r->names[i].key, key) != 0; i++)
		;
	if (i < r->n_names || !*key)
		goto out;
	names = arena_grow(&r->arena, r->names, r->n_names, sizeof(*names));
	if (!names)
		goto out;
	r->names = names;
	names[i].key = keep(r, key, strlen(key));
	names[i].target = *target;
	if (names[i].key)
		r->n_names++;
out:
	free(key);
}

static void add_field(struct reading *r, const char *name,
		      const struct field *field)
{
	const struct data_target target = { { field }, 1, NULL };

	add(r, name, &target);
}

/* @s without what stands in parentheses. The caller's to free(). */
static char *without_parentheses(const char *s)
{
	char *copy = strdup(s), *out = copy;
	int depth = 0;

	for (; copy && *s; s++) {
		if (*s == '(')
			depth++;
		if (!depth)
			*out++ = *s;
		if (*s == ')' && depth)
			depth--;
	}
	if (copy)
		*out = '\0';
	return copy;
}

/* "Số định danh cá nhân/Ngày cấp, nơi cấp": as many pieces as fields. */
static void add_pieces(struct reading *r, const char *heading,
		       const struct data_target *target)
{
	const char *p = heading;
	size_t n = 1, i;

	for (; *p; p++)
		n += *p == '/' || *p == ',';
	if (n < 2 || n != target->n)
		return;
	for (i = 0, p = heading; i < n; i++) {
		size_t len = strcspn(p, "/,");
		const char *piece = keep(r, p, len);

		if (piece)
			add_field(r, piece, target->fields[i]);
		p += len + 1;
	}
}

/* How a part of this type is written. */
static const char *example(const struct field *f)
{
	switch (f->type) {
	case FIELD_DATE:
		return "15/03/2022";
	case FIELD_ID_NUMBER:
		return "001234567890";
	case FIELD_PHONE:
		return "0912345678";
	case FIELD_SERIAL:
	case FIELD_DEVICE_SERIAL:
		return "5401A2B3C4D5";
	case FIELD_EMAIL:
		return "ten@coquan.gov.vn";
	default:
		return f->label;
	}
}

static const char *keep_list(struct reading *r, struct buffer *b)
{
	const char *kept = NULL;

	if (b->failed)
		r->failed = true;
	else
		kept = keep(r, (char *)b->data, b->len);
	buffer_free(b);
	return kept;
}

static const char *make_model(struct reading *r,
			      const struct data_target *target)
{
	struct buffer b = { 0 };
	size_t i;

	for (i = 0; i < target->n; i++)
		buffer_printf(&b, "%s%s", i ? ", " : "",
			      example(target->fields[i]));
	return keep_list(r, &b);
}

/* One that only this form knows is text. */
static const struct field *own_field(struct reading *r, const char *name,
				     const char *heading)
{
	struct field *f = arena_alloc(&r->arena, sizeof(*f));

	if (!f)
		return NULL;
	*f = (struct field){ name, heading, FIELD_TEXT };
	add_field(r, name, f);
	return f;
}

static void parse_fields(struct reading *r, const struct data_column *column,
			 struct data_target *target)
{
	const char *names = column->fields;

	while (*(names += strspn(names, " "))) {
		size_t len = strcspn(names, " ");
		const char *name = keep(r, names, len);
		const struct field *f = name ? field_find(name) : NULL;

		if (name && !f)
			f = own_field(r, name, column->heading);
		if (f && target->n < DATA_PARTS_MAX)
			target->fields[target->n++] = f;
		names += len;
	}
	target->model = make_model(r, target);
}

static void add_column(struct reading *r, const struct data_column *column)
{
	struct data_target target = { 0 };
	char *bare = without_parentheses(column->heading);

	if (!bare) {
		r->failed = true;
		return;
	}
	parse_fields(r, column, &target);
	add(r, column->heading, &target);
	add(r, bare, &target);
	add_pieces(r, bare, &target);
	free(bare);
}

/* The order of the numbers in a list is its own. */
static void add_ignored(struct reading *r)
{
	static const struct data_target none = { 0 };

	add(r, "STT", &none);
	add(r, "TT", &none);
	add(r, "Số thứ tự", &none);
}

static void list_known(struct reading *r, const struct data_column *columns,
		       size_t n_columns)
{
	struct buffer b = { 0 };
	const struct field *f;
	size_t i;

	for (i = 0; i < n_columns; i++)
		if (*columns[i].fields)
			buffer_printf(&b, "%s%s", b.len ? "; " : "",
				      columns[i].heading);
	for (i = 0; !n_columns && (f = field_at(i)); i++)
		buffer_printf(&b, "%s%s", b.len ? "; " : "", f->name);
	r->known = keep_list(r, &b);
}

void data_names_make(struct reading *r, const struct data_column *columns,
		     size_t n_columns)
{
	const struct field *f;
	size_t i;

	add_ignored(r);
	for (i = 0; i < n_columns; i++)
		add_column(r, &columns[i]);
	for (i = 0; (f = field_at(i)); i++)
		add_field(r, f->name, f);
	for (i = 0; (f = field_at(i)); i++)
		add_field(r, f->label, f);
	list_known(r, columns, n_columns);
}

static const struct data_target *find(struct reading *r, const char *heading)
{
	char *key = field_key(heading);
	const struct data_target *found = NULL;
	size_t i;

	if (!key)
		r->failed = true;
	for (i = 0; key && !found && i < r->n_names; i++)
		if (!strcmp(r->names[i].key, key))
			found = &r->names[i].target;
	free(key);
	return found;
}

const struct data_target *data_names_find(struct reading *r,
					  const char *heading)
{
	const struct data_target *found = NULL;
	char *bare;

	if (strlen(heading) > MAX_HEADING)
		return NULL;
	found = find(r, heading);
	if (found || !strchr(heading, '('))
		return found;
	bare = without_parentheses(heading);
	if (bare)
		found = find(r, bare);
	else
		r->failed = true;
	free(bare);
	return found;
}
