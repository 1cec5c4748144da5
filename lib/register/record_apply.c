/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records and the tables. */
#include <errno.h>
#include <string.h>

#include "register_private.h"

void record_of(enum record_kind kind, const json_t *fields, struct record *r)
{
	const struct record_type *type = &record_types[kind];

	memset(r, 0, sizeof(*r));
	r->kind = kind;
	for (size_t i = 0; type->columns[i]; i++)
		r->values[i] = json_object_get(fields, type->columns[i]);
}

struct query *store_query_of(struct store *store, struct buffer *sql)
{
	struct query *q;

	buffer_put(sql, "", 1);
	if (sql->failed)
		store_fail(store, -ENOMEM);
	q = store_query(store, sql->failed ? "" : (const char *)sql->data);
	buffer_free(sql);
	return q;
}

void record_select(struct buffer *sql, enum record_kind kind)
{
	const struct record_type *type = &record_types[kind];

	buffer_puts(sql, "SELECT ");
	for (size_t i = 0; type->columns[i]; i++)
		buffer_printf(sql, "\"%s\", ", type->columns[i]);
	buffer_printf(sql, "\"event\" FROM \"%s\"", type->list);
}

struct query *record_all(struct store *store, enum record_kind kind)
{
	const struct record_type *type = &record_types[kind];
	struct buffer sql = { 0 };

	record_select(&sql, kind);
	for (size_t i = 0; i < type->n_keys; i++)
		buffer_printf(&sql, "%s\"%s\"", i ? ", " : " ORDER BY ",
			      type->columns[i]);
	return store_query_of(store, &sql);
}

static void put_where(struct buffer *sql, const struct record_type *type,
		      size_t first)
{
	for (size_t i = 0; i < type->n_keys; i++)
		buffer_printf(sql, "%s\"%s\" = $%zu", i ? " AND " : " WHERE ",
			      type->columns[i], first + i);
}

static void put_value(struct query *q, const json_t *value)
{
	if (json_is_string(value))
		query_put_text(q, json_string_value(value));
	else if (json_is_integer(value))
		query_put_number(q, json_integer_value(value));
	else if (json_is_boolean(value))
		query_put_number(q, json_is_true(value));
	else
		query_put_null(q);
}

/* A part of a key that is not known is none, and not null. */
static void put_key(struct query *q, const json_t *value)
{
	if (!value || json_is_null(value))
		query_put_text(q, "");
	else
		put_value(q, value);
}

static void put_keys(struct query *q, const struct record *r)
{
	for (size_t i = 0; i < record_types[r->kind].n_keys; i++)
		put_key(q, r->values[i]);
}

static bool stands_so(struct query *q, int column, const json_t *value)
{
	if (json_is_null(value) || query_is_null(q, column))
		return json_is_null(value) && query_is_null(q, column);
	if (json_is_string(value))
		return strcmp(query_text(q, column),
			      json_string_value(value)) == 0;
	if (json_is_integer(value))
		return query_number(q, column) == json_integer_value(value);
	return query_number(q, column) == json_is_true(value);
}

/* The statement kept in @kept, made of @sql at first. */
static struct query *keep(struct tables *tables, struct query **kept,
			  struct buffer *sql)
{
	struct query *q = store_query_of(tables->store, sql);

	if (!store_error(tables->store))
		*kept = q;
	return q;
}

static struct query *select_one(struct tables *tables, const struct record *r)
{
	struct query *q = tables->select[r->kind];
	struct buffer sql = { 0 };

	if (!q) {
		record_select(&sql, r->kind);
		put_where(&sql, &record_types[r->kind], 1);
		q = keep(tables, &tables->select[r->kind], &sql);
	}
	put_keys(q, r);
	return q;
}

struct row_diff record_compare(struct tables *tables, const struct record *r)
{
	size_t n = record_n_columns(r->kind);
	size_t n_keys = record_types[r->kind].n_keys;
	struct query *q = select_one(tables, r);
	struct row_diff s = { .exists = query_next(q) };

	for (size_t i = n_keys; i < n; i++) {
		const json_t *value = r->values[i];

		if (!value || (!s.exists && json_is_null(value)) ||
		    (s.exists && stands_so(q, (int)i, value)))
			continue;
		s.differs |= 1u << i;
		s.overwrites |= s.exists && !query_is_null(q, (int)i);
	}
	if (s.exists)
		s.event = (unsigned long)query_number(q, (int)n);
	query_end(q);
	return s;
}

static struct query *insert_one(struct tables *tables, enum record_kind kind)
{
	const struct record_type *type = &record_types[kind];
	size_t n = record_n_columns(kind), i;
	struct buffer sql = { 0 };

	if (tables->insert[kind])
		return tables->insert[kind];
	buffer_printf(&sql, "INSERT INTO \"%s\" (", type->list);
	for (i = 0; i < n; i++)
		buffer_printf(&sql, "\"%s\", ", type->columns[i]);
	buffer_puts(&sql, "\"event\") VALUES (");
	for (i = 0; i < n; i++)
		buffer_printf(&sql, "$%zu, ", i + 1);
	buffer_printf(&sql, "$%zu)", n + 1);
	return keep(tables, &tables->insert[kind], &sql);
}

static void insert(struct tables *tables, const struct record *r,
		   unsigned long event)
{
	struct query *q = insert_one(tables, r->kind);
	size_t n = record_n_columns(r->kind);

	put_keys(q, r);
	for (size_t i = record_types[r->kind].n_keys; i < n; i++)
		put_value(q, r->values[i]);
	query_put_number(q, (long long)event);
	query_run_once(q);
}

static void update(struct store *store, const struct record *r,
		   unsigned int columns, unsigned long event)
{
	const struct record_type *type = &record_types[r->kind];
	size_t n = record_n_columns(r->kind), k = 0, i;
	struct buffer sql = { 0 };
	struct query *q;

	buffer_printf(&sql, "UPDATE \"%s\" SET ", type->list);
	for (i = 0; i < n; i++)
		if (columns & 1u << i)
			buffer_printf(&sql, "\"%s\" = $%zu, ", type->columns[i],
				      ++k);
	buffer_printf(&sql, "\"event\" = $%zu", k + 1);
	put_where(&sql, type, k + 2);
	q = store_query_of(store, &sql);
	for (i = 0; i < n; i++)
		if (columns & 1u << i)
			put_value(q, r->values[i]);
	query_put_number(q, (long long)event);
	put_keys(q, r);
	query_run_once(q);
}

void record_apply(struct tables *tables, const struct record *r,
		  const struct row_diff *row_diff, unsigned long event)
{
	if (!row_diff->exists)
		insert(tables, r, event);
	else if (row_diff->differs)
		update(tables->store, r, row_diff->differs, event);
}

static json_t *value_of(struct query *q, int column, const char *name)
{
	const struct field *f = field_find_any(name);

	if (!record_is_number(name))
		return json_string(query_text(q, column));
	if (f->type == FIELD_TICK)
		return json_boolean(query_number(q, column) != 0);
	return json_integer(query_number(q, column));
}

json_t *record_of_row(struct query *q, enum record_kind kind)
{
	const struct record_type *type = &record_types[kind];
	json_t *object = json_object();

	for (int i = 0; object && type->columns[i]; i++) {
		if (query_is_null(q, i) ||
		    (!record_is_number(type->columns[i]) &&
		     !query_text(q, i)[0]))
			continue;
		if (json_object_set_new(object, type->columns[i],
					value_of(q, i, type->columns[i]))) {
			json_decref(object);
			object = NULL;
		}
	}
	return object;
}

json_t *register_get(struct custody_register *reg, enum record_kind kind,
		     const json_t *fields)
{
	struct record r;
	struct query *q;
	json_t *found = NULL;

	record_of(kind, fields, &r);
	q = select_one(&reg->tables, &r);
	if (query_next(q))
		found = record_of_row(q, kind);
	query_end(q);
	return found;
}
