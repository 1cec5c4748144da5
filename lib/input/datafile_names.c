/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
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

static void add_key(struct reading *r, const char *key,
		    const struct data_target *target)
{
	struct data_name *names;
	size_t i;

	for (i = 0; i < r->n_names; i++)
		if (!strcmp(r->names[i].key, key))
			return;
	names = arena_grow(&r->arena, r->names, r->n_names, sizeof(*names));
	if (!names || !*key)
		return;
	r->names = names;
	names[i].key = keep(r, key, strlen(key));
	names[i].target = *target;
	if (names[i].key)
		r->n_names++;
}

void data_names_add(struct reading *r, const char *name, size_t len,
		    const struct data_target *target)
{
	const char *copy = keep(r, name, len);
	char *key = copy ? field_key(copy) : NULL;

	if (key)
		add_key(r, key, target);
	else
		r->failed = true;
	free(key);
}

static void add(struct reading *r, const char *name,
		const struct data_target *target)
{
	data_names_add(r, name, strlen(name), target);
}

static void add_field(struct reading *r, const char *name, size_t len,
		      const struct field *field)
{
	const struct data_target target = { .fields = { field }, .n = 1 };

	data_names_add(r, name, len, &target);
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

		add_field(r, p, len, target->fields[i]);
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
	*f = (struct field){ .name = name,
			     .label = heading,
			     .type = FIELD_TEXT };
	add_field(r, name, strlen(name), f);
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

void data_names_add_column(struct reading *r, const struct data_column *column)
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
	static const struct data_target none = { .n = 0 };

	add(r, "STT", &none);
	add(r, "TT", &none);
	add(r, "Số thứ tự", &none);
}

/* Of those of the register nothing is taken for a document. */
static void add_fields(struct reading *r)
{
	struct data_target target = { .n = 0 };
	size_t i;

	for (i = 0; (target.fields[0] = field_at(i)); i++) {
		target.n = r->of_register || !target.fields[0]->of_register;
		add(r, target.fields[0]->name, &target);
	}
	for (i = 0; (target.fields[0] = field_at(i)); i++) {
		target.n = r->of_register || !target.fields[0]->of_register;
		add(r, target.fields[0]->label, &target);
	}
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
		if (r->of_register)
			buffer_printf(&b, "%s%s", i ? "; " : "", f->label);
		else if (!f->of_register)
			buffer_printf(&b, "%s%s", i ? "; " : "", f->name);
	r->known = keep_list(r, &b);
}

void data_names_make(struct reading *r, const struct data_column *columns,
		     size_t n_columns)
{
	size_t i;

	add_ignored(r);
	if (r->of_register)
		data_headings_refuse(r);
	for (i = 0; i < n_columns; i++)
		data_names_add_column(r, &columns[i]);
	add_fields(r);
	if (r->of_register)
		data_headings_add(r);
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

static const struct data_target *find_bare(struct reading *r,
					   const char *heading)
{
	const struct data_target *found = NULL;
	char *bare = without_parentheses(heading);

	if (bare)
		found = find(r, bare);
	else
		r->failed = true;
	free(bare);
	return found;
}

/* The state of a PIN is no PIN. */
static bool is_state(const struct data_target *target)
{
	return target && target->n == 1 &&
	       target->fields[0]->type == FIELD_PIN_STATE;
}

const struct data_target *data_names_find(struct reading *r,
					  const char *heading)
{
	static const struct data_target secret = {
		.refusal = N_(
			"There is no place for a password. Take this out of the file."),
	};
	const struct data_target *found;
	int is_secret;

	if (strlen(heading) > MAX_HEADING)
		return NULL;
	found = find(r, heading);
	if (found)
		return found;
	if (strchr(heading, '('))
		found = find_bare(r, heading);
	is_secret = is_state(found) ? 0 : data_heading_is_secret(heading);
	r->failed |= is_secret < 0;
	return is_secret > 0 ? &secret : found;
}
