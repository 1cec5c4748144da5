/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "register/register.sql.h"
#include "register/schema.sql.h"
#include "register_private.h"

static void put_version(struct store *store)
{
	char version[16];

	(void)snprintf(version, sizeof(version), "%d", SCHEMA_VERSION);
	meta_put(store, "version", version);
}

void schema_make(struct store *store)
{
	store_run(store, sql_schema_events);
	store_append_only(store, "events");
	store_run(store, sql_schema_tables);
	put_version(store);
}

void schema_rebuild(struct store *store)
{
	struct tables tables = { .store = store };
	struct query *events;

	for (size_t kind = RECORD_KINDS; kind-- > 0;) {
		struct buffer sql = { 0 };

		buffer_printf(&sql, "DROP TABLE IF EXISTS %s",
			      record_types[kind].list);
		query_run(store_query_of(store, &sql));
	}
	store_run(store, sql_schema_tables);
	events = store_query(store, sql_events);
	while (query_next(events))
		if (!event_apply(&tables,
				 (unsigned long)query_number(events, 0),
				 query_text(events, 2)))
			store_fail(store, -EBADMSG);
	query_end(events);
	put_version(store);
}

char *meta_get(struct store *store, const char *name)
{
	struct query *q = store_query(store, sql_meta_get);
	char *text;

	query_put_text(q, name);
	text = strdup(query_next(q) ? query_text(q, 0) : "");
	query_end(q);
	return text;
}

void meta_put(struct store *store, const char *name, const char *text)
{
	struct query *q = store_query(store, sql_meta_put);

	query_put_text(q, name);
	query_put_text(q, text);
	query_run(q);
}
