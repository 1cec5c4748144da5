/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_private.h"

void store_close(struct store **store)
{
	if (!*store)
		return;
	(*store)->kind->close(*store);
	*store = NULL;
}

/* Errors. */

void store_fail_with(struct store *s, int error, const char *message)
{
	if (s->error)
		return;
	s->error = error;
	(void)snprintf(s->message, sizeof(s->message), "%s", message);
}

void store_fail(struct store *s, int error)
{
	store_fail_with(s, error, "");
}

void store_forget(struct store *s)
{
	s->error = 0;
	s->message[0] = '\0';
}

int store_error(const struct store *s)
{
	return s->error;
}

const char *store_message(const struct store *s)
{
	return s->message;
}

/* Transactions and the schema. */

bool store_has_roles(const struct store *s)
{
	return s->kind->has_roles;
}

bool store_is_new(struct store *s)
{
	return !s->error && s->kind->is_new(s);
}

void store_claim(struct store *s)
{
	if (!s->error)
		s->kind->claim(s);
}

void store_begin(struct store *s)
{
	if (!s->error)
		s->kind->begin(s);
}

void store_snapshot(struct store *s)
{
	if (!s->error)
		s->kind->snapshot(s);
}

bool store_is_far(const struct store *s)
{
	return s->kind->mirror;
}

void store_mirror(struct store *s, struct store *mirror)
{
	if (!s->error && s->kind->mirror)
		s->kind->mirror(s, mirror);
	else
		store_close(&mirror);
}

void store_settle(struct store *s)
{
	if (!s->error && s->kind->settle)
		s->kind->settle(s);
}

int store_commit(struct store *s)
{
	char message[sizeof(s->message)];
	int error;

	if (!s->error)
		s->kind->commit(s);
	error = s->error;
	memcpy(message, s->message, sizeof(message));
	if (error)
		store_rollback(s);
	memcpy(s->message, message, sizeof(message));
	return error;
}

void store_rollback(struct store *s)
{
	s->kind->rollback(s);
	store_forget(s);
}

void store_today(struct store *s, const char *day)
{
	(void)snprintf(s->today, sizeof(s->today), "%s", day);
}

void store_run(struct store *s, const char *sql)
{
	if (!s->error)
		s->kind->run(s, sql);
}

void store_define(struct store *s, const char *sql)
{
	if (!s->error)
		s->kind->define(s, sql);
}

void store_make_views(struct store *s)
{
	if (!s->error && s->kind->views)
		s->kind->views(s, true);
}

void store_drop_views(struct store *s)
{
	if (!s->error && s->kind->views)
		s->kind->views(s, false);
}

void store_filled(struct store *s)
{
	if (!s->error && s->kind->filled)
		s->kind->filled(s);
}

void store_append_only(struct store *s, const char *table)
{
	if (!s->error)
		s->kind->append_only(s, table);
}

char *store_schema(struct store *s)
{
	return s->error ? NULL : s->kind->schema(s);
}

/* Queries. */

/* What is asked for after an error, or without memory: nothing is done with it,
 * as its store has the error. */
static struct query *broken(struct store *s, int error)
{
	store_fail(s, error);
	s->broken.store = s;
	return &s->broken;
}

static bool is_broken(const struct query *q)
{
	return q == &q->store->broken;
}

static void free_query(struct query *q)
{
	q->store->kind->free(q);
	free(q->sql);
	free(q);
}

void store_free_queries(struct store *s)
{
	while (s->queries) {
		struct query *q = s->queries;

		s->queries = q->next;
		free_query(q);
	}
}

static struct query *make_query(struct store *s, const char *sql)
{
	struct query *q = calloc(1, s->kind->query_size);

	if (!q || !(q->sql = strdup(sql))) {
		free(q);
		return broken(s, -ENOMEM);
	}
	q->store = s;
	s->kind->prepare(q);
	if (s->error) {
		free_query(q);
		return broken(s, s->error);
	}
	q->next = s->queries;
	s->queries = q;
	return q;
}

struct query *store_query(struct store *s, const char *sql)
{
	struct query **at = &s->queries, *q;

	if (s->error)
		return broken(s, s->error);
	while (*at && strcmp((*at)->sql, sql) != 0)
		at = &(*at)->next;
	q = *at;
	if (!q)
		return make_query(s, sql);
	/* What is asked for each row of a table is found first. */
	*at = q->next;
	q->next = s->queries;
	s->queries = q;
	query_end(q);
	return q;
}

void query_put_text(struct query *q, const char *text)
{
	q->n_put++;
	if (!q->store->error)
		q->store->kind->put_text(q, text);
}

void query_put_number(struct query *q, long long number)
{
	q->n_put++;
	if (!q->store->error)
		q->store->kind->put_number(q, number);
}

/* Parameters are NULL until they are set. */
void query_put_null(struct query *q)
{
	q->n_put++;
}

bool query_next(struct query *q)
{
	if (!q->store->error && q->store->kind->next(q))
		return true;
	query_end(q);
	return false;
}

void query_end(struct query *q)
{
	if (!is_broken(q))
		q->store->kind->end(q);
	q->n_put = 0;
}

void query_long(struct query *q)
{
	if (!q->store->error && q->store->kind->is_long)
		q->store->kind->is_long(q);
}

void query_send(struct query *q)
{
	if (!q->store->error && q->store->kind->send)
		q->store->kind->send(q);
}

void query_run(struct query *q)
{
	if (!q->store->error)
		q->store->kind->put(q, false);
	query_end(q);
}

void query_run_once(struct query *q)
{
	if (!q->store->error)
		q->store->kind->put(q, true);
	query_end(q);
}

int query_changes(struct query *q)
{
	while (query_next(q))
		;
	return q->store->error ? 0 : q->store->kind->changes(q);
}

const char *query_text(struct query *q, int column)
{
	return is_broken(q) ? "" : q->store->kind->text(q, column);
}

size_t query_length(struct query *q, int column)
{
	return is_broken(q) ? 0 : q->store->kind->length(q, column);
}

long long query_number(struct query *q, int column)
{
	return is_broken(q) ? 0 : q->store->kind->number(q, column);
}

bool query_is_null(struct query *q, int column)
{
	return is_broken(q) || q->store->kind->is_null(q, column);
}

bool query_is_bytes(struct query *q, int column)
{
	return !is_broken(q) && q->store->kind->is_bytes &&
	       q->store->kind->is_bytes(q, column);
}
