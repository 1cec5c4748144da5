/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "register/register.sql.h"
#include "register/roles.sql.h"
#include "register_private.h"
#include "roles.h"

static void find(struct verification *v, enum verify_result result,
		 unsigned long event)
{
	if (v->result != VERIFY_RIGHT)
		return;
	v->result = result;
	v->event = event;
}

/* An event out of sequence is as wrong as one with another hash. */
static int take_event(struct chain *c, struct query *q)
{
	bool is_text = !query_is_bytes(q, 1) && !query_is_bytes(q, 2);
	const char *hash = query_text(q, 1), *text = query_text(q, 2);
	/* Bytes after a NUL would be in no hash. */
	bool right = query_number(q, 0) == (long long)c->n + 1 && is_text &&
		     strlen(hash) == CHAIN_HASH_LEN &&
		     query_length(q, 1) == CHAIN_HASH_LEN &&
		     query_length(q, 2) == strlen(text);

	if (right)
		return chain_take(c, hash, text);
	chain_break(c, CHAIN_CHANGED, c->n + 1);
	return 0;
}

/* Judges the chain that was read, unless that failed with @ret. */
static void judge_chain(struct custody_register *reg, struct chain *c, int ret,
			struct verification *v)
{
	/* What could not be judged is not found wrong. */
	if (ret) {
		store_fail(reg->store, ret);
		return;
	}
	if (c->state == CHAIN_WHOLE &&
	    chain_end(c, reg->chain.n, reg->chain.last))
		chain_break(c, CHAIN_CHANGED, c->n);
	v->chain = *c;
	if (c->state != CHAIN_WHOLE)
		find(v, c->state == CHAIN_CUT ? VERIFY_CUT : VERIFY_CHANGED,
		     c->broken_at);
}

void verify_events(struct custody_register *reg, struct tables *copy, bool keep,
		   struct verification *v)
{
	struct query *q = store_query(reg->store, sql_events);
	struct chain c;
	int ret = 0;

	query_long(q);
	chain_start(&c);
	while (!ret && c.state == CHAIN_WHOLE && query_next(q)) {
		ret = take_event(&c, q);
		if (!ret && c.state == CHAIN_WHOLE &&
		    !event_apply(copy, c.n, query_text(q, 2), &v->times))
			find(v, VERIFY_UNREADABLE, c.n);
		if (!ret && c.state == CHAIN_WHOLE && keep)
			event_keep(copy->store, c.n, c.last, query_text(q, 2));
	}
	query_end(q);
	judge_chain(reg, &c, ret, v);
}

static bool same_rows(struct query *a, struct query *b, size_t n)
{
	for (int i = 0; i < (int)n; i++)
		if (query_is_bytes(a, i) ||
		    query_is_null(a, i) != query_is_null(b, i) ||
		    query_length(a, i) != query_length(b, i) ||
		    strcmp(query_text(a, i), query_text(b, i)) != 0)
			return false;
	return true;
}

/* Of two rows that differ, the one with the smaller key is reported. */
static void tell_row(struct verification *v, enum record_kind kind,
		     struct query *a, struct query *b)
{
	size_t n = record_types[kind].n_keys, len = 0;
	struct query *q = a ? a : b;

	if (a && b && strcmp(query_text(a, 0), query_text(b, 0)) > 0)
		q = b;
	find(v, VERIFY_OTHERWISE,
	     (unsigned long)query_number(q, (int)record_n_columns(kind)));
	v->kind = kind;
	for (size_t i = 0; i < n && len < sizeof(v->key); i++)
		len += (size_t)snprintf(v->key + len, sizeof(v->key) - len,
					"%s%s", i ? ", " : "",
					query_text(q, (int)i));
	text_cut(v->key);
}

static void compare(struct store *ours, struct store *copy,
		    enum record_kind kind, struct verification *v)
{
	struct query *a = record_all(ours, kind), *b = record_all(copy, kind);
	size_t n = record_n_columns(kind) + 1 + !!record_types[kind].folded;
	bool more_a, more_b;

	do {
		more_a = query_next(a);
		more_b = query_next(b);
		if (more_a != more_b || (more_a && !same_rows(a, b, n)))
			tell_row(v, kind, more_a ? a : NULL, more_b ? b : NULL);
	} while (more_a && more_b && v->result == VERIFY_RIGHT);
	query_end(a);
	query_end(b);
}

/* The rows of two columns that @sql reads. */
static void compare_rest(struct store *ours, struct store *copy,
			 const char *sql, struct verification *v)
{
	struct query *a = store_query(ours, sql);
	struct query *b = store_query(copy, sql);
	bool more_a, more_b;

	query_long(a);
	do {
		more_a = query_next(a);
		more_b = query_next(b);
		if (more_a != more_b || (more_a && !same_rows(a, b, 2)))
			find(v, VERIFY_TABLES, 0);
	} while (more_a && more_b && v->result == VERIFY_RIGHT);
	query_end(a);
	query_end(b);
}

void verify_tables(struct custody_register *reg, struct store *copy,
		   struct verification *v)
{
	static const char *const rest[] = { sql_all_earlier_events,
					    sql_all_undos, sql_all_gone };
	int before = store_error(copy);

	for (size_t kind = 0; kind < RECORD_KINDS; kind++)
		if (v->result == VERIFY_RIGHT)
			compare(reg->store, copy, kind, v);
	for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
		if (v->result == VERIFY_RIGHT)
			compare_rest(reg->store, copy, rest[i], v);
	/* A copy that could not be read differs in nothing that is known. */
	if (!before && store_error(copy)) {
		store_fail_with(reg->store, store_error(copy),
				store_message(copy));
		v->result = VERIFY_FAILED;
	}
}

/* With a new one that the same database makes: each writes it in its own way.
 */
static void compare_schema(struct store *ours, struct verification *v)
{
	char *a = store_schema(ours), *b = NULL;
	struct store *scratch = NULL;
	int ret = store_open_scratch(ours, &scratch);

	if (!ret) {
		schema_make(scratch);
		schema_finish(scratch);
		b = store_schema(scratch);
		ret = store_error(scratch);
	}
	if (ret)
		store_fail_with(ours, ret,
				scratch ? store_message(scratch) : "");
	else if (!a || !b)
		store_fail(ours, -ENOMEM);
	else if (strcmp(a, b) != 0)
		find(v, VERIFY_TABLES, 0);
	free(a);
	free(b);
	store_close(&scratch);
}

static size_t count_undone(struct custody_register *reg)
{
	struct query *q = store_query(reg->store, sql_all_undos);
	size_t n = 0;

	while (query_next(q))
		n += register_undone_by(reg,
					(unsigned long)query_number(q, 1)) ==
		     (unsigned long)query_number(q, 0);
	return n;
}

/* Of the events of others an agency has the numbers and hashes: its own follow
 * from those before, and the last is the head. */
static void verify_part(struct custody_register *reg, struct verification *v)
{
	struct query *q = store_query(reg->store, sql_roles_chain);
	struct chain c;
	int ret = 0;

	v->is_part = true;
	chain_start(&c);
	while (!ret && c.state == CHAIN_WHOLE && query_next(q)) {
		if (!query_is_null(q, 2)) {
			ret = take_event(&c, q);
			v->n_read++;
		} else if (query_number(q, 0) == (long long)c.n + 1 &&
			   query_length(q, 1) == CHAIN_HASH_LEN) {
			chain_add(&c, query_text(q, 1));
		} else {
			chain_break(&c, CHAIN_CHANGED, c.n + 1);
		}
	}
	query_end(q);
	judge_chain(reg, &c, ret, v);
}

void register_verify(struct custody_register *reg, struct verification *v)
{
	struct tables tables = { 0 };
	struct store *copy = NULL;

	memset(v, 0, sizeof(*v));
	if (roles_agency(reg)) {
		verify_part(reg, v);
		goto out;
	}
	if (store_open("", STORE_MEMORY, &copy)) {
		store_fail(reg->store, -ENOMEM);
		goto out;
	}
	schema_make(copy);
	store_begin(copy);
	tables.store = copy;
	verify_events(reg, &tables, false, v);
	event_times_end(&v->times, v->chain.n);
	if (store_error(copy) == -ENOMEM || store_error(copy) == -ENOSPC)
		store_fail(reg->store, store_error(copy));
	else if (store_error(copy))
		find(v, VERIFY_UNREADABLE, reg->chain.n);
	verify_tables(reg, copy, v);
	v->n_undone = count_undone(reg);
	if (v->result == VERIFY_RIGHT)
		compare_schema(reg->store, v);
	if (!roles_stand(reg->store))
		find(v, VERIFY_TABLES, 0);
out:
	if (store_error(reg->store))
		v->result = VERIFY_FAILED;
	store_close(&copy);
}

/* Takes the times of an event as it would be made now: after one that was
 * recorded by a clock ahead of time, it is the one that goes back. */
static void take_now(struct event_times *times, unsigned long number,
		     time_t now)
{
	char moment[DATE_SIZE], clock[DATE_SIZE];
	json_t *event =
		json_pack("{s:s, s:s}", "time", date_vietnam(now, moment),
			  "clock", date_vietnam(time(NULL), clock));

	event_times_take(times, number, event);
	json_decref(event);
}

unsigned long register_explain(struct custody_register *reg,
			       const struct register_act *by)
{
	struct query *q = store_query(reg->store, sql_events);
	struct event_times times = { 0 };
	struct register_act act = *by;

	query_long(q);
	while (query_next(q)) {
		json_t *event = json_loads(query_text(q, 2), 0, NULL);

		event_times_take(&times, (unsigned long)query_number(q, 0),
				 event);
		json_decref(event);
	}
	query_end(q);
	/* What it does not see may go back, too. */
	if (roles_agency(reg))
		store_fail_with(reg->store, -EACCES, register_not_all);
	take_now(&times, reg->chain.n + 1, act.now);
	act.explains = event_times_open(&times);
	if (act.explains && !store_error(reg->store)) {
		register_act_begin(reg, &act);
		register_act_end(reg);
	}
	return act.explains;
}
