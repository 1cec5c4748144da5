/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "store_sqlite.h"

void store_free_queries(struct store *s)
{
	while (s->queries) {
		struct query *q = s->queries;

		s->queries = q->next;
		sqlite3_finalize(q->stmt);
		free(q->sql);
		free(q);
	}
}

/* SQLite numbers "$2" by its place among the parameters, and "?2" as it says.
 * The caller's to free(). */
static char *number_parameters(const char *sql)
{
	char *own = strdup(sql);

	for (char *p = own; p && (p = strchr(p, '$')); p++)
		*p = '?';
	return own;
}

static struct query *make_query(struct store *s, const char *sql)
{
	struct query *q = calloc(1, sizeof(*q));
	char *own = number_parameters(sql);
	int rc;

	if (!q || !own || !(q->sql = strdup(sql))) {
		free(q);
		free(own);
		store_fail(s, -ENOMEM);
		return &s->broken;
	}
	q->store = s;
	rc = sqlite3_prepare_v3(s->db, own, -1, SQLITE_PREPARE_PERSISTENT,
				&q->stmt, NULL);
	free(own);
	if (rc)
		store_fail_sqlite(s, rc);
	q->next = s->queries;
	s->queries = q;
	return q;
}

struct query *store_query(struct store *s, const char *sql)
{
	struct query *q = s->queries;

	if (s->error)
		return &s->broken;
	while (q && strcmp(q->sql, sql) != 0)
		q = q->next;
	if (!q)
		return make_query(s, sql);
	query_end(q);
	return q;
}

static void put(struct query *q, int rc)
{
	if (rc)
		store_fail_sqlite(q->store, rc);
}

void query_put_text(struct query *q, const char *text)
{
	q->n_put++;
	if (!q->store->error)
		put(q, sqlite3_bind_text(q->stmt, q->n_put, text, -1,
					 SQLITE_STATIC));
}

void query_put_number(struct query *q, long long number)
{
	q->n_put++;
	if (!q->store->error)
		put(q, sqlite3_bind_int64(q->stmt, q->n_put, number));
}

/* As every parameter is before it is put. */
void query_put_null(struct query *q)
{
	q->n_put++;
}

bool query_next(struct query *q)
{
	int rc;

	if (q->store->error)
		return false;
	rc = sqlite3_step(q->stmt);
	if (rc == SQLITE_ROW)
		return true;
	if (rc != SQLITE_DONE)
		store_fail_sqlite(q->store, rc);
	query_end(q);
	return false;
}

void query_end(struct query *q)
{
	if (q->stmt)
		sqlite3_reset(q->stmt);
	if (q->stmt && q->n_put)
		sqlite3_clear_bindings(q->stmt);
	q->n_put = 0;
}

void query_run(struct query *q)
{
	while (query_next(q))
		;
}

const char *query_text(struct query *q, int column)
{
	const unsigned char *text = sqlite3_column_text(q->stmt, column);

	return text ? (const char *)text : "";
}

long long query_number(struct query *q, int column)
{
	return sqlite3_column_int64(q->stmt, column);
}

bool query_is_null(struct query *q, int column)
{
	return sqlite3_column_type(q->stmt, column) == SQLITE_NULL;
}

void query_run_once(struct query *q)
{
	query_run(q);
	if (!q->store->error && sqlite3_changes(q->store->db) != 1)
		store_fail(q->store, -EBADMSG);
}

size_t query_length(struct query *q, int column)
{
	return (size_t)sqlite3_column_bytes(q->stmt, column);
}

char *store_schema(struct store *s)
{
	struct query *q = store_query(
		s, "SELECT type, name, tbl_name, sql FROM sqlite_master "
		   "WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
		   "ORDER BY type, name");
	struct buffer b = { 0 };

	while (query_next(q))
		buffer_printf(&b, "%s %s %s %s\n", query_text(q, 0),
			      query_text(q, 1), query_text(q, 2),
			      query_text(q, 3));
	buffer_put(&b, "", 1);
	if (b.failed || s->error)
		buffer_free(&b);
	return (char *)b.data;
}
