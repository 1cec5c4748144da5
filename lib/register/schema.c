/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "register_private.h"

static void run(struct store *store, struct buffer *sql)
{
	buffer_put(sql, "", 1);
	if (sql->failed)
		store_fail(store, -ENOMEM);
	else
		store_run(store, (const char *)sql->data);
	buffer_free(sql);
	*sql = (struct buffer){ 0 };
}

static void make_table(struct store *store, const struct record_type *type)
{
	struct buffer sql = { 0 };
	size_t i;

	buffer_printf(&sql, "CREATE TABLE \"%s\" (", type->list);
	for (i = 0; type->columns[i]; i++)
		buffer_printf(&sql, "\"%s\" %s%s, ", type->columns[i],
			      record_is_number(type->columns[i]) ? "INTEGER"
								 : "TEXT",
			      i < type->n_keys ? " NOT NULL" : "");
	buffer_puts(&sql, "\"event\" INTEGER NOT NULL, PRIMARY KEY (");
	for (i = 0; i < type->n_keys; i++)
		buffer_printf(&sql, "%s\"%s\"", i ? ", " : "",
			      type->columns[i]);
	buffer_puts(&sql, ")");
	if (type->constraints)
		buffer_printf(&sql, ", %s", type->constraints);
	buffer_puts(&sql, ")");
	run(store, &sql);
}

static void make_index(struct store *store, const char *table, const char *name,
		       int len)
{
	struct buffer sql = { 0 };

	buffer_printf(&sql,
		      "CREATE INDEX \"%s_by_%.*s\" ON \"%s\" (\"%.*s\") "
		      "WHERE \"%.*s\" IS NOT NULL",
		      table, len, name, table, len, name, len, name);
	run(store, &sql);
}

static void make_indexes(struct store *store, const struct record_type *type)
{
	const char *at = type->indexes ? type->indexes : "";

	while (*(at += strspn(at, " "))) {
		int len = (int)strcspn(at, " ");

		make_index(store, type->list, at, len);
		at += len;
	}
	if (type->more_indexes)
		store_run(store, type->more_indexes);
}

static void make_tables(struct store *store)
{
	for (size_t kind = 0; kind < RECORD_KINDS; kind++) {
		make_table(store, &record_types[kind]);
		make_indexes(store, &record_types[kind]);
	}
}

static void put_version(struct store *store)
{
	char version[16];

	(void)snprintf(version, sizeof(version), "%d", SCHEMA_VERSION);
	meta_put(store, "version", version);
}

void schema_make(struct store *store)
{
	store_run(store, "CREATE TABLE \"events\" ("
			 "\"number\" INTEGER NOT NULL PRIMARY KEY, "
			 "\"hash\" TEXT NOT NULL, \"text\" TEXT NOT NULL)");
	store_append_only(store, "events");
	store_run(store, "CREATE TABLE \"meta\" ("
			 "\"name\" TEXT NOT NULL PRIMARY KEY, "
			 "\"text\" TEXT NOT NULL)");
	make_tables(store);
	put_version(store);
}

void schema_rebuild(struct store *store)
{
	struct tables tables = { .store = store };
	struct query *events;

	for (size_t kind = RECORD_KINDS; kind-- > 0;) {
		struct buffer sql = { 0 };

		buffer_printf(&sql, "DROP TABLE IF EXISTS \"%s\"",
			      record_types[kind].list);
		run(store, &sql);
	}
	make_tables(store);
	events = store_query(store, "SELECT \"number\", \"text\" FROM "
				    "\"events\" ORDER BY \"number\"");
	while (query_next(events))
		if (!event_apply(&tables,
				 (unsigned long)query_number(events, 0),
				 query_text(events, 1)))
			store_fail(store, -EBADMSG);
	query_end(events);
	put_version(store);
}

char *meta_get(struct store *store, const char *name)
{
	struct query *q = store_query(
		store, "SELECT \"text\" FROM \"meta\" WHERE \"name\" = $1");
	char *text;

	query_put_text(q, name);
	text = strdup(query_next(q) ? query_text(q, 0) : "");
	query_end(q);
	return text;
}

void meta_put(struct store *store, const char *name, const char *text)
{
	struct query *q = store_query(
		store, "INSERT INTO \"meta\" (\"name\", \"text\") "
		       "VALUES ($1, $2) ON CONFLICT (\"name\") "
		       "DO UPDATE SET \"text\" = excluded.\"text\"");

	query_put_text(q, name);
	query_put_text(q, text);
	query_run(q);
}
