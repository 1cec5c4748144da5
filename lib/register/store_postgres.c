/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The register on a PostgreSQL server, in the schema "ckstoken" of a database.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "postgres.h"
#include "postgres_schema.h"
#include "store_private.h"

/* Views that see what their reader may see are of this one on. */
#define OLDEST 150000
#define PARAMETERS_MAX POSTGRES_COLUMNS_MAX
/* So many rows of a long answer are in memory. */
#define ROWS_AT_ONCE 500
/* So many rows of a table go to the server together. */
#define ROWS_TOGETHER 500

struct pg_query {
	struct query shared;
	char name[16]; /* of the prepared statement, "" where there is none */
	size_t n_parameters;
	struct postgres_value values[PARAMETERS_MAX];
	bool asks;	    /* and changes nothing */
	bool puts_row;	    /* of its parameters */
	int place;	    /* of its table in the order that those are made in;
			       0: it is not of the mirror */
	struct query *twin; /* in the mirror */
	struct postgres_rows rows; /* that are put later */
	bool is_long;
	bool running;
	bool sent; /* and its answer comes with the next that is waited for */
	char cursor[16]; /* of which more rows may come, or "" */
	struct pg_result *answer;
	int row, n_rows, changes;
};

struct pg_store {
	struct store shared;
	char *place;
	struct postgres *server;
	bool in_transaction;
	bool exists;	  /* the register was there when it was looked for */
	bool scratch;	  /* it is one of temporary tables */
	bool has_members; /* whose triggers see to each event as it comes */
	struct store *mirror;
	char told_today[DAY_SIZE];
	unsigned int n_names;
};

static struct pg_store *pg_of(struct store *s)
{
	return (struct pg_store *)s;
}

static struct pg_query *own(struct query *q)
{
	return (struct pg_query *)q;
}

static struct postgres *server_of(struct store *s)
{
	return pg_of(s)->server;
}

static void check(struct store *s)
{
	struct postgres *server = server_of(s);

	if (!postgres_error(server))
		return;
	store_fail_with(s, postgres_error(server), postgres_message(server));
	postgres_forget(server);
}

/* Puts the rows that wait, those of a table after those that they refer to. */
static void put_waiting(struct store *s)
{
	struct query *next;

	do {
		next = NULL;
		for (struct query *q = s->queries; q; q = q->next)
			if (own(q)->rows.n &&
			    (!next || own(q)->place < own(next)->place))
				next = q;
		if (next)
			postgres_rows_put(server_of(s), &own(next)->rows,
					  next->sql);
	} while (next);
}

/* The rows of the last statement, or NULL at an error. */
static struct pg_result *script(struct store *s, const char *sql)
{
	struct pg_result *r;

	put_waiting(s);
	r = postgres_script(server_of(s), sql);
	check(s);
	return r;
}

/* The first value of the last statement, or -1. */
static long long ask(struct store *s, const char *sql)
{
	struct pg_result *r = script(s, sql);
	long long answer = answer_rows(r) == 1
				   ? strtoll(answer_text(r, 0, 0), NULL, 10)
				   : -1;

	answer_free(r);
	return answer;
}

static void pg_run(struct store *s, const char *sql)
{
	answer_free(script(s, sql));
}

/* The mirror. */

static void end_mirror(struct store *s)
{
	for (struct query *q = s->queries; q; q = q->next)
		own(q)->twin = NULL;
	store_close(&pg_of(s)->mirror);
}

static void pg_mirror(struct store *s, struct store *mirror)
{
	put_waiting(s);
	end_mirror(s);
	pg_of(s)->mirror = mirror;
}

/* Its query that is the same, or NULL where there is none. */
static struct query *twin_of(struct query *q)
{
	struct store *mirror = pg_of(q->store)->mirror;

	if (mirror && !own(q)->twin && (own(q)->asks || own(q)->place))
		own(q)->twin = store_query(mirror, q->sql);
	return own(q)->twin;
}

static void check_mirror(struct store *s)
{
	struct store *mirror = pg_of(s)->mirror;

	if (store_error(mirror))
		store_fail_with(s, store_error(mirror), store_message(mirror));
}

/* Transactions. */

#define BEGIN_WRITE "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"

/* One writer at a time: whoever writes holds the row of "meta" that is always
 * there from the beginning; and who makes a register, a number that stands for
 * it. A right to lock the whole table would be one to keep readers out of it,
 * who wait for nobody. postgres_look sets how long is waited. */
static void pg_begin(struct store *s)
{
	struct pg_store *own = pg_of(s);

	own->in_transaction = true;
	if (own->scratch)
		pg_run(s, BEGIN_WRITE);
	else if (own->exists)
		pg_run(s, BEGIN_WRITE
		       "SELECT FROM meta WHERE name = 'version' FOR UPDATE");
	else
		pg_run(s,
		       BEGIN_WRITE "SELECT pg_advisory_xact_lock(1667986292)");
}

/* One that is opened to be read has it from the first look on. */
static void pg_snapshot(struct store *s)
{
	if (!pg_of(s)->in_transaction)
		pg_run(s, POSTGRES_BEGIN_READ);
	pg_of(s)->in_transaction = true;
}

static void pg_commit(struct store *s)
{
	int error;

	pg_mirror(s, NULL);
	error = postgres_commit(server_of(s));

	if (!error) {
		pg_of(s)->in_transaction = false;
		pg_of(s)->exists = true;
	}
	check(s);
}

static void forget_answer(struct pg_query *q)
{
	answer_free(q->answer);
	q->answer = NULL;
	q->row = q->n_rows = 0;
}

/* Settings and statements that were made in the transaction, or were thought to
 * be, are made again. */
static void pg_rollback(struct store *s)
{
	struct pg_store *own_store = pg_of(s);

	end_mirror(s);
	for (struct query *q = s->queries; q; q = q->next) {
		forget_answer(own(q));
		postgres_rows_free(&own(q)->rows);
		own(q)->name[0] = own(q)->cursor[0] = '\0';
		own(q)->running = own(q)->sent = false;
	}
	own_store->told_today[0] = '\0';
	if (!own_store->in_transaction)
		return;
	own_store->in_transaction = false;
	answer_free(postgres_answer(server_of(s)));
	postgres_forget(server_of(s));
	answer_free(postgres_script(server_of(s), "ROLLBACK;DEALLOCATE ALL"));
	postgres_forget(server_of(s));
}

/* Queries. */

static size_t count_parameters(const char *sql)
{
	size_t n = 0;

	for (; (sql = strchr(sql, '$')); sql++) {
		size_t number = strtoul(sql + 1, NULL, 10);

		if (number > n)
			n = number;
	}
	return n;
}

/* True if it puts one row, whose values are the parameters in their order, and
 * what another has of the same key stays. */
static bool puts_row(const char *sql)
{
	const char *at = strstr(sql, ") VALUES (");
	char parameter[8];

	if (strncmp(sql, "INSERT INTO ", strlen("INSERT INTO ")) != 0 || !at)
		return false;
	at += strlen(") VALUES ");
	for (int i = 1; *at && *at != ')'; i++) {
		size_t len = (size_t)snprintf(parameter, sizeof(parameter),
					      i > 1 ? " $%d" : "$%d", i);

		if (strncmp(++at, parameter, len) != 0)
			return false;
		at += len;
	}
	if (*at != ')')
		return false;
	at += 1 + strspn(at + 1, " ");
	return !*at || strncmp(at, "ON CONFLICT DO NOTHING", 22) == 0;
}

static void pg_prepare(struct query *q)
{
	own(q)->n_parameters = count_parameters(q->sql);
	if (own(q)->n_parameters > PARAMETERS_MAX)
		store_fail(q->store, -E2BIG);
	own(q)->asks = strncmp(q->sql, "SELECT", strlen("SELECT")) == 0;
	own(q)->puts_row = puts_row(q->sql);
	own(q)->place = postgres_place_of(q->sql);
	if (own(q)->place < 0)
		store_fail(q->store, -ENOMEM);
}

static void pg_free(struct query *q)
{
	forget_answer(own(q));
	postgres_rows_free(&own(q)->rows);
}

static struct postgres_value *next_value(struct query *q, unsigned int type)
{
	struct postgres_value *v = &own(q)->values[q->n_put - 1];

	v->type = type;
	return v;
}

static void pg_put_text(struct query *q, const char *text)
{
	struct query *twin = twin_of(q);

	if (q->n_put > PARAMETERS_MAX)
		store_fail(q->store, -E2BIG);
	else
		next_value(q, POSTGRES_TEXT)->text = text;
	if (twin) {
		twin->n_put = q->n_put - 1;
		query_put_text(twin, text);
	}
}

static void pg_put_number(struct query *q, long long number)
{
	struct query *twin = twin_of(q);
	struct postgres_value *v;

	if (twin) {
		twin->n_put = q->n_put - 1;
		query_put_number(twin, number);
	}
	if (q->n_put > PARAMETERS_MAX) {
		store_fail(q->store, -E2BIG);
		return;
	}
	v = next_value(q, POSTGRES_NUMBER);
	(void)snprintf(v->number, sizeof(v->number), "%lld", number);
	v->text = v->number;
}

static void tell_today(struct store *s)
{
	struct pg_store *own = pg_of(s);
	const struct postgres_value day = { POSTGRES_TEXT, s->today, "" };

	if (strcmp(own->told_today, s->today) == 0)
		return;
	postgres_ask(own->server,
		     "SELECT set_config('ckstoken.today', $1, false)", 1, &day,
		     POSTGRES_SUCCESS);
	memcpy(own->told_today, s->today, sizeof(own->told_today));
}

static void new_name(struct store *s, char name[16])
{
	(void)snprintf(name, 16, "ckstoken%u", ++pg_of(s)->n_names);
}

/* The statement, with its parameters that are texts in the order of their
 * bytes, as all of the register's are. The caller's to free(); NULL: no memory.
 */
static char *in_bytes(struct query *q)
{
	struct buffer sql = { 0 };

	for (const char *at = q->sql; *at;) {
		char *end = NULL;
		size_t n = *at == '$' ? strtoul(at + 1, &end, 10) : 0;

		if (n && own(q)->values[n - 1].type == POSTGRES_TEXT) {
			buffer_printf(&sql, "($%zu COLLATE \"C\")", n);
			at = end;
		} else {
			buffer_put(&sql, at++, 1);
		}
	}
	buffer_put(&sql, "", 1);
	if (sql.failed) {
		buffer_free(&sql);
		store_fail(q->store, -ENOMEM);
	}
	return (char *)sql.data;
}

/* Has the server know the statement. */
static void prepare(struct query *q)
{
	struct postgres *server = server_of(q->store);
	char *sql;

	put_waiting(q->store);
	tell_today(q->store);
	if (!own(q)->name[0]) {
		sql = in_bytes(q);
		new_name(q->store, own(q)->name);
		if (sql)
			postgres_prepare(server, own(q)->name, sql,
					 own(q)->n_parameters, own(q)->values);
		free(sql);
	}
}

/* Queues the statement, for @wish. */
static void execute(struct query *q, int wish)
{
	prepare(q);
	postgres_execute(server_of(q->store), own(q)->name,
			 own(q)->n_parameters, own(q)->values, wish);
}

static void fetch(struct query *q)
{
	char sql[64];

	(void)snprintf(sql, sizeof(sql), "FETCH %d FROM %s", ROWS_AT_ONCE,
		       own(q)->cursor);
	postgres_ask(server_of(q->store), sql, 0, NULL, POSTGRES_ANSWER);
}

/* A cursor reads what there was when it was declared, whatever is asked and
 * changed meanwhile. */
static void declare(struct query *q)
{
	char *sql = NULL;

	tell_today(q->store);
	new_name(q->store, own(q)->cursor);
	if (asprintf(&sql, "DECLARE %s NO SCROLL CURSOR FOR %s", own(q)->cursor,
		     q->sql) < 0) {
		store_fail(q->store, -ENOMEM);
		return;
	}
	postgres_ask(server_of(q->store), sql, own(q)->n_parameters,
		     own(q)->values, POSTGRES_SUCCESS);
	fetch(q);
	free(sql);
}

static void take(struct query *q)
{
	struct pg_result *answer = postgres_answer(server_of(q->store));

	if (own(q)->sent) {
		answer_free(answer);
	} else {
		forget_answer(own(q));
		own(q)->answer = answer;
	}
	own(q)->sent = false;
	own(q)->row = 0;
	own(q)->n_rows = answer_rows(own(q)->answer);
	own(q)->changes = answer_changes(own(q)->answer);
	check(q->store);
}

/* Puts what the mirror has now too, at once or with other rows, and where that
 * differs it is an error. What changed nothing there does not here. */
static void put_alike(struct query *q, bool once)
{
	struct store *s = q->store;
	struct postgres_rows *rows = &own(q)->rows;
	struct query *twin = twin_of(q);
	int changes = twin ? query_changes(twin) : 1;

	check_mirror(s);
	own(q)->changes = changes;
	if (once && changes != 1)
		store_fail(s, -EBADMSG);
	if (s->error || !changes)
		return;
	if (!own(q)->puts_row || pg_of(s)->has_members) {
		execute(q, changes);
		return;
	}
	if (!postgres_rows_add(rows, own(q)->n_parameters, own(q)->values)) {
		put_waiting(s);
		(void)postgres_rows_add(rows, own(q)->n_parameters,
					own(q)->values);
	}
	if (rows->n == ROWS_TOGETHER)
		put_waiting(s);
}

static bool next_in_mirror(struct query *q)
{
	bool more = false;

	if (own(q)->asks)
		more = query_next(twin_of(q));
	else
		put_alike(q, false);
	check_mirror(q->store);
	return more;
}

/* A question of a mirror, or in parts, is asked when it is read. */
static void pg_send(struct query *q)
{
	if (pg_of(q->store)->mirror || own(q)->is_long || own(q)->running)
		return;
	own(q)->running = own(q)->sent = true;
	prepare(q);
	postgres_execute_for(server_of(q->store), own(q)->name,
			     own(q)->n_parameters, own(q)->values,
			     &own(q)->answer);
}

static bool pg_next(struct query *q)
{
	if (pg_of(q->store)->mirror)
		return next_in_mirror(q);
	if (!own(q)->running) {
		own(q)->running = true;
		own(q)->changes = 0;
		if (own(q)->is_long && pg_of(q->store)->in_transaction)
			declare(q);
		else
			execute(q, POSTGRES_ANSWER);
		take(q);
		return own(q)->n_rows > 0;
	}
	if (own(q)->sent) {
		take(q);
		return own(q)->n_rows > 0;
	}
	if (++own(q)->row < own(q)->n_rows)
		return true;
	/* Fewer than were asked for are the last. */
	if (!own(q)->cursor[0] || own(q)->n_rows < ROWS_AT_ONCE)
		return false;
	fetch(q);
	take(q);
	return own(q)->n_rows > 0;
}

static void pg_end(struct query *q)
{
	char sql[32];

	if (own(q)->twin)
		query_end(own(q)->twin);
	if (own(q)->sent)
		take(q);
	if (own(q)->cursor[0] && !q->store->error) {
		(void)snprintf(sql, sizeof(sql), "CLOSE %s", own(q)->cursor);
		postgres_ask(server_of(q->store), sql, 0, NULL,
			     POSTGRES_SUCCESS);
	}
	own(q)->cursor[0] = '\0';
	own(q)->running = own(q)->is_long = false;
	forget_answer(own(q));
	memset(own(q)->values, 0, sizeof(own(q)->values));
}

/* Whether it went well is told when something is asked for next. */
static void pg_put(struct query *q, bool once)
{
	if (pg_of(q->store)->mirror)
		put_alike(q, once);
	else
		execute(q, once ? 1 : POSTGRES_SUCCESS);
	check(q->store);
}

static void pg_long(struct query *q)
{
	own(q)->is_long = true;
}

static void pg_settle(struct store *s)
{
	put_waiting(s);
	answer_free(postgres_answer(server_of(s)));
	check(s);
}

static int pg_changes(struct query *q)
{
	return own(q)->changes;
}

static const char *pg_text(struct query *q, int column)
{
	if (own(q)->twin)
		return query_text(own(q)->twin, column);
	return own(q)->row < own(q)->n_rows
		       ? answer_text(own(q)->answer, own(q)->row, column)
		       : "";
}

static size_t pg_length(struct query *q, int column)
{
	if (own(q)->twin)
		return query_length(own(q)->twin, column);
	return own(q)->row < own(q)->n_rows
		       ? answer_length(own(q)->answer, own(q)->row, column)
		       : 0;
}

static long long pg_number(struct query *q, int column)
{
	if (own(q)->twin)
		return query_number(own(q)->twin, column);
	return strtoll(pg_text(q, column), NULL, 10);
}

static bool pg_is_null(struct query *q, int column)
{
	if (own(q)->twin)
		return query_is_null(own(q)->twin, column);
	return own(q)->row >= own(q)->n_rows ||
	       answer_is_null(own(q)->answer, own(q)->row, column);
}

/* The schema. */

static bool pg_is_new(struct store *s)
{
	/* One that is there stays. */
	if (pg_of(s)->scratch || pg_of(s)->exists)
		return pg_of(s)->scratch;
	return ask(s, postgres_is_new) == 1;
}

/* Runs what postgres_schema.c made of a text, which is freed. */
static void run_made(struct store *s, char *sql)
{
	if (sql)
		pg_run(s, sql);
	else
		store_fail(s, -ENOMEM);
	free(sql);
}

static void pg_claim(struct store *s)
{
	pg_run(s, postgres_make_schema);
}

static void pg_define(struct store *s, const char *sql)
{
	run_made(s, postgres_translate(sql, pg_of(s)->scratch));
}

static void pg_views(struct store *s, bool make)
{
	if (make)
		run_made(s, postgres_make_views(pg_of(s)->scratch));
	else
		pg_run(s, postgres_drop_views);
}

static void pg_append_only(struct store *s, const char *table)
{
	run_made(s, postgres_append_only(table, pg_of(s)->scratch));
}

/* What it knows about the tables to plan by comes late, and these are new. */
static void pg_filled(struct store *s)
{
	run_made(s, postgres_foreign_keys());
	if (!s->error && !pg_of(s)->scratch)
		pg_run(s, postgres_analyze);
}

static char *pg_schema(struct store *s)
{
	struct pg_result *r =
		script(s, pg_of(s)->scratch ? postgres_describe_scratch
					    : postgres_describe);
	char *text = r ? strdup(answer_text(r, 0, 0)) : NULL;

	answer_free(r);
	return text;
}

static void pg_close(struct store *s)
{
	end_mirror(s);
	store_free_queries(s);
	postgres_close(server_of(s));
	free(pg_of(s)->place);
	free(pg_of(s));
}

static int open_scratch(struct store *s, struct store **out);

static const struct store_kind pg_kind = {
	.query_size = sizeof(struct pg_query),
	.has_roles = true,
	.close = pg_close,
	.open_scratch = open_scratch,
	.is_new = pg_is_new,
	.claim = pg_claim,
	.begin = pg_begin,
	.snapshot = pg_snapshot,
	.mirror = pg_mirror,
	.settle = pg_settle,
	.commit = pg_commit,
	.rollback = pg_rollback,
	.run = pg_run,
	.define = pg_define,
	.views = pg_views,
	.filled = pg_filled,
	.append_only = pg_append_only,
	.schema = pg_schema,
	.prepare = pg_prepare,
	.free = pg_free,
	.put_text = pg_put_text,
	.put_number = pg_put_number,
	.is_long = pg_long,
	.send = pg_send,
	.next = pg_next,
	.end = pg_end,
	.put = pg_put,
	.changes = pg_changes,
	.text = pg_text,
	.length = pg_length,
	.number = pg_number,
	.is_null = pg_is_null,
};

/* 0, or what keeps a register from being here. */
static int check_server(struct pg_store *own, enum store_mode mode)
{
	struct store *s = &own->shared;
	struct pg_result *r;

	if (postgres_version(own->server) < OLDEST)
		return -EOPNOTSUPP;
	own->in_transaction = mode == STORE_READ;
	r = postgres_script(own->server, mode == STORE_READ
						 ? postgres_look_and_read
						 : postgres_look);
	if (postgres_error(own->server) == -EACCES) {
		postgres_forget(own->server);
		store_fail_with(s, -EACCES, "no part");
	}
	check(s);
	if (!r)
		return s->error;
	own->exists = answer_text(r, 0, 1)[0] == '1';
	own->has_members = answer_text(r, 0, 2)[0] == '1';
	if (strcmp(answer_text(r, 0, 0), "UTF8") != 0)
		store_fail_with(s, -EILSEQ, answer_text(r, 0, 0));
	else if (!own->exists && ask(s, postgres_is_used) == 1)
		store_fail(s, -EMEDIUMTYPE);
	else if (mode != STORE_READ && answer_text(r, 0, 3)[0] == '1')
		store_fail_with(s, -EROFS, "recovery mode");
	else if (!own->exists && mode != STORE_CREATE)
		store_fail(s, -ENOENT);
	answer_free(r);
	return s->error;
}

static int open_on_server(const char *place, struct pg_store **out)
{
	struct pg_store *own = calloc(1, sizeof(*own));
	int ret;

	if (!own || !(own->place = strdup(place))) {
		free(own);
		return -ENOMEM;
	}
	own->shared.kind = &pg_kind;
	ret = postgres_connect(place, &own->server);
	if (ret) {
		free(own->place);
		free(own);
		return ret;
	}
	check(&own->shared);
	*out = own;
	return 0;
}

int store_postgres_open(const char *place, enum store_mode mode,
			struct store **out)
{
	struct pg_store *own;
	int ret = open_on_server(place, &own);

	if (ret)
		return ret;
	*out = &own->shared;
	/* A server keeps what it has for itself. */
	if (mode == STORE_GLANCE)
		mode = STORE_READ;
	return store_error(*out) ? store_error(*out) : check_server(own, mode);
}

/* Its tables are temporary, in a transaction of their own, and leave nothing.
 */
static int open_scratch(struct store *s, struct store **out)
{
	struct pg_store *own;
	int ret = open_on_server(pg_of(s)->place, &own);

	if (ret)
		return ret;
	*out = &own->shared;
	own->scratch = true;
	store_run(*out, postgres_scratch);
	store_begin(*out);
	return 0;
}
