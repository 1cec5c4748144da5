/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "copy.h"

#include <errno.h>
#include <string.h>

#include "register/register.sql.h"
#include "register/schema.sql.h"
#include "register_private.h"
#include "roles.h"

/* A copy in memory. */

/* Adds the rows of these columns to the same table of @to. */
static void copy_rows(struct store *from, struct store *to, const char *table,
		      const char *columns)
{
	struct buffer select = { 0 }, insert = { 0 };
	struct query *a, *b;
	int n = 1;

	buffer_printf(&select, "SELECT %s FROM \"%s\"", columns, table);
	buffer_printf(&insert, "INSERT INTO \"%s\" (%s) VALUES ($1", table,
		      columns);
	for (const char *c = columns; (c = strchr(c, ',')); c++)
		buffer_printf(&insert, ", $%d", ++n);
	buffer_puts(&insert, ")");
	a = store_query_of(from, &select);
	b = store_query_of(to, &insert);
	query_long(a);
	while (query_next(a)) {
		for (int i = 0; i < n; i++)
			if (query_is_null(a, i))
				query_put_null(b);
			else
				query_put_text(b, query_text(a, i));
		query_run_once(b);
	}
	query_end(a);
}

static void copy_records(struct store *from, struct store *to,
			 enum record_kind kind)
{
	struct buffer columns = { 0 };

	record_columns(&columns, kind);
	buffer_put(&columns, "", 1);
	if (columns.failed)
		store_fail(to, -ENOMEM);
	else
		copy_rows(from, to, record_types[kind].list,
			  (const char *)columns.data);
	buffer_free(&columns);
}

static void copy_tables(struct store *from, struct store *to)
{
	for (size_t kind = 0; kind < RECORD_KINDS; kind++)
		copy_records(from, to, kind);
	copy_rows(from, to, "earlier_events", "record, event");
	copy_rows(from, to, "undos", "event, undoes");
	copy_rows(from, to, "gone_records", "record, event");
}

static void begin_mirror(struct custody_register *reg)
{
	struct store *from = reg->store, *to = NULL;

	/* Without memory, or SQLite, the server is asked. */
	if (store_open("", STORE_MEMORY, &to)) {
		store_close(&to);
		return;
	}
	store_begin(to);
	store_define(to, sql_schema_tables);
	if (reg->chain.n)
		copy_tables(from, to);
	if (store_error(to))
		store_close(&to);
	else
		store_mirror(from, to);
}

/* A row of a table has some two hundred bytes and six questions, and to ask one
 * of a server takes as long as to copy the rows of two events. */
#define BYTES_PER_EVENT 16
#define BYTES_MIN 16384

void register_mirror(struct custody_register *reg, size_t bytes)
{
	if (store_is_far(reg->store) && bytes >= BYTES_MIN &&
	    bytes / BYTES_PER_EVENT >= reg->chain.n && !roles_agency(reg))
		begin_mirror(reg);
}

void register_mirror_end(struct custody_register *reg)
{
	store_mirror(reg->store, NULL);
}

/* To another database. */

/* True if the database @to gives back the events that were read from @from. */
static bool gives_back(struct store *from, struct store *to)
{
	struct query *a = store_query(from, sql_events);
	struct query *b = store_query(to, sql_events);
	bool more_a, more_b, same = true;

	query_long(a);
	query_long(b);
	do {
		more_a = query_next(a);
		more_b = query_next(b);
		same = more_a == more_b &&
		       (!more_a ||
			(query_number(a, 0) == query_number(b, 0) &&
			 strcmp(query_text(a, 1), query_text(b, 1)) == 0 &&
			 query_length(a, 2) == query_length(b, 2) &&
			 strcmp(query_text(a, 2), query_text(b, 2)) == 0));
	} while (more_a && same);
	query_end(a);
	query_end(b);
	return same;
}

int register_copy(struct custody_register *from, struct custody_register *to,
		  struct verification *v)
{
	memset(v, 0, sizeof(*v));
	if (roles_agency(from))
		return -EACCES;
	if (to->chain.n)
		return -EEXIST;
	if (store_is_far(to->store) && !roles_agency(to))
		begin_mirror(to);
	verify_events(from, &to->tables, true, v);
	register_mirror_end(to);
	if (v->result == VERIFY_RIGHT && !store_error(to->store))
		verify_tables(from, to->store, v);
	if (v->result == VERIFY_RIGHT && !gives_back(from->store, to->store))
		store_fail(to->store, -EBADMSG);
	if (v->result == VERIFY_RIGHT)
		to->chain = from->chain;
	return 0;
}
