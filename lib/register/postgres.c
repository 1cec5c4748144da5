/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "postgres.h"

#include <ctype.h>
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/library.h"
#include "base/soname.h"
#include "base/text.h"

#define LIBPQ_SYMBOLS(X)             \
	X(PQclear)                   \
	X(PQcmdStatus)               \
	X(PQcmdTuples)               \
	X(PQconnectPoll)             \
	X(PQconnectStartParams)      \
	X(PQconninfo)                \
	X(PQconninfoFree)            \
	X(PQconninfoParse)           \
	X(PQconnectionNeedsPassword) \
	X(PQenterPipelineMode)       \
	X(PQerrorMessage)            \
	X(PQexec)                    \
	X(PQexitPipelineMode)        \
	X(PQfinish)                  \
	X(PQftype)                   \
	X(PQgetisnull)               \
	X(PQgetlength)               \
	X(PQgetResult)               \
	X(PQgetvalue)                \
	X(PQntuples)                 \
	X(PQpipelineSync)            \
	X(PQresultErrorField)        \
	X(PQresultStatus)            \
	X(PQsendPrepare)             \
	X(PQsendQueryParams)         \
	X(PQsendQueryPrepared)       \
	X(PQserverVersion)           \
	X(PQsetErrorVerbosity)       \
	X(PQsetNoticeProcessor)      \
	X(PQsocket)                  \
	X(PQstatus)

LIBRARY(LIBPQ_SYMBOLS, libpq, SONAME_LIBPQ, "Keeps the register on a server")

/* How long a server may take to answer where its address says nothing else. */
#define CONNECT_SECONDS 10
/* So many answers fit into the buffers of a connection that nobody reads. */
#define QUEUE_MAX 128
#define VALUES_MAX 64
#define BOOLEAN 16

struct postgres {
	PGconn *conn;
	bool in_tls; /* what was last tried is to agree on TLS */
	bool piped;
	size_t n_queued;
	struct {
		int wish;
		struct pg_result **place; /* of the answer, or NULL */
	} queued[QUEUE_MAX];
	int error;
	char message[200];
};

/* Errors. */

int postgres_error(const struct postgres *p)
{
	return p->error;
}

const char *postgres_message(const struct postgres *p)
{
	return p->message;
}

void postgres_forget(struct postgres *p)
{
	p->error = 0;
	p->message[0] = '\0';
}

static bool is_lost(const struct postgres *p)
{
	return sym_PQstatus(p->conn) == CONNECTION_BAD;
}

/* Of a message of several lines the first. */
static void fail(struct postgres *p, int error, const char *message)
{
	if (p->error)
		return;
	p->error = error;
	(void)snprintf(p->message, sizeof(p->message), "%.*s",
		       (int)strcspn(message, "\n"), message);
	text_cut(p->message);
}

/* An SQLSTATE, or a class of them, as the manual of PostgreSQL lists them. */
static int errno_of(const char *state)
{
	static const struct {
		const char *state;
		int error;
	} errors[] = {
		{ "08", ECONNRESET },	 { "22", EDOM },
		{ "23", EDOM },		 { "25006", EROFS },
		{ "28P01", ENOKEY },	 { "28", EPERM },
		{ "3D", ENODEV },	 { "3F", EBADMSG },
		{ "40", EBUSY },	 { "42501", EACCES },
		{ "42", EBADMSG },	 { "53100", ENOSPC },
		{ "53300", EUSERS },	 { "54", EDOM },
		{ "55P03", EBUSY },	 { "57014", ETIMEDOUT },
		{ "57P01", ECONNRESET }, { "57P02", ECONNRESET },
		{ "57P03", EUSERS },	 { "57P05", ECONNRESET },
		{ "XX001", EBADMSG },	 { "XX002", EBADMSG },
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strncmp(state, errors[i].state, strlen(errors[i].state)) ==
		    0)
			return -errors[i].error;
	return -EIO;
}

static void fail_answer(struct postgres *p, const PGresult *r)
{
	const char *state = sym_PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *words = sym_PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);

	if (is_lost(p) || !state)
		fail(p, -ECONNRESET,
		     words ? words : sym_PQerrorMessage(p->conn));
	else
		fail(p, errno_of(state), words ? words : state);
}

static void fail_connection(struct postgres *p)
{
	fail(p, is_lost(p) ? -ECONNRESET : -EIO, sym_PQerrorMessage(p->conn));
}

/* Connecting. */

/* "FATAL:  28P01: password authentication failed", the last of several such
 * lines: where its SQLSTATE begins; or NULL. */
static const char *find_state(const char *message)
{
	const char *found = NULL, *at = message;

	while ((at = strstr(at, ":  "))) {
		at += 3;
		if (strspn(at, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5 &&
		    at[5] == ':')
			found = at;
	}
	return found;
}

/* What libpq says has a line for each address that it tried, and in front of
 * the cause which that was. */
static void fail_to_connect(struct postgres *p)
{
	const char *message = sym_PQerrorMessage(p->conn);
	const char *state = find_state(message), *why = message, *next;
	int error = sym_PQconnectionNeedsPassword(p->conn) ? -ENOKEY
		    : p->in_tls				   ? -EPROTONOSUPPORT
							   : -ECONNREFUSED;

	if (state) {
		fail(p, errno_of(state), state + strlen("28P01: "));
		return;
	}
	while ((next = strstr(why, "failed: ")))
		why = next + strlen("failed: ");
	fail(p, error, why);
}

/* As the address says, or the service file, or the environment. */
static int connect_seconds(const struct postgres *p)
{
	PQconninfoOption *options = sym_PQconninfo(p->conn);
	long seconds = 0;

	for (PQconninfoOption *o = options; o && o->keyword; o++)
		if (strcmp(o->keyword, "connect_timeout") == 0 && o->val)
			seconds = strtol(o->val, NULL, 10);
	sym_PQconninfoFree(options);
	return seconds > 0 && seconds < 3600 ? (int)seconds : CONNECT_SECONDS;
}

static long long now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits until the server has said yes or no. */
static void wait_for_server(struct postgres *p)
{
	long long end = now_ms() + 1000LL * connect_seconds(p);
	PostgresPollingStatusType state = PGRES_POLLING_WRITING;

	while (state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED) {
		struct pollfd fd = {
			.fd = sym_PQsocket(p->conn),
			.events = state == PGRES_POLLING_READING ? POLLIN
								 : POLLOUT,
		};
		long long left = end - now_ms();
		int n = left > 0 ? poll(&fd, 1, (int)left) : 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			fail(p, -ECONNREFUSED, strerror(ETIMEDOUT));
			return;
		}
		p->in_tls = sym_PQstatus(p->conn) == CONNECTION_SSL_STARTUP;
		state = sym_PQconnectPoll(p->conn);
	}
	if (state == PGRES_POLLING_FAILED)
		fail_to_connect(p);
}

/* What the server only remarks is not for the officer. */
static void ignore(void *user, const char *message)
{
	(void)user;
	(void)message;
}

/* True if libpq reads an address in @place, and in it no password and nothing
 * that it could only complain of by repeating it. */
static bool is_address(const char *place)
{
	PQconninfoOption *options = sym_PQconninfoParse(place, NULL);
	bool right = options != NULL;

	for (PQconninfoOption *o = options; o && o->keyword; o++) {
		if (!o->val)
			continue;
		/* libpq's sign for what is not to be shown. */
		if (strchr(o->dispchar, '*'))
			right = false;
		if (strcmp(o->keyword, "port") == 0 &&
		    o->val[strspn(o->val, "0123456789,")])
			right = false;
	}
	sym_PQconninfoFree(options);
	return right;
}

int postgres_connect(const char *place, struct postgres **out)
{
	/* What stands before "dbname" the address may set otherwise. A server
	 * that is gone without a word is found out by these. */
	static const char *const names[] = { "keepalives_idle",
					     "keepalives_interval",
					     "keepalives_count",
					     "tcp_user_timeout",
					     "dbname",
					     "client_encoding",
					     "fallback_application_name",
					     NULL };
	const char *const values[] = { "30",  "10",   "3",	  "60000",
				       place, "UTF8", "ckstoken", NULL };
	struct postgres *p;
	int ret = library_load(&libpq, NULL);

	if (ret)
		return ret;
	if (!is_address(place))
		return -EINVAL;
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->conn = sym_PQconnectStartParams(names, values, 1);
	if (!p->conn) {
		free(p);
		return -ENOMEM;
	}
	*out = p;
	(void)sym_PQsetNoticeProcessor(p->conn, ignore, NULL);
	/* libpq tells the SQLSTATE of a refusal in its words alone. */
	(void)sym_PQsetErrorVerbosity(p->conn, PQERRORS_VERBOSE);
	if (is_lost(p) && sym_PQsocket(p->conn) < 0) {
		fail_to_connect(p);
		return 0;
	}
	wait_for_server(p);
	return 0;
}

void postgres_close(struct postgres *p)
{
	if (!p)
		return;
	sym_PQfinish(p->conn);
	free(p);
}

int postgres_version(const struct postgres *p)
{
	return sym_PQserverVersion(p->conn);
}

/* The queue. */

static void enter(struct postgres *p)
{
	if (!p->piped && !p->error)
		p->piped = sym_PQenterPipelineMode(p->conn) == 1;
	if (!p->piped)
		fail_connection(p);
}

static void queue(struct postgres *p, int sent, int wish)
{
	if (sent) {
		p->queued[p->n_queued].wish = wish;
		p->queued[p->n_queued++].place = NULL;
	} else {
		fail_connection(p);
	}
}

/* Makes room for one more. */
static bool make_room(struct postgres *p)
{
	if (p->n_queued == QUEUE_MAX)
		answer_free(postgres_answer(p));
	enter(p);
	return !p->error;
}

void postgres_prepare(struct postgres *p, const char *name, const char *sql,
		      size_t n, const struct postgres_value *values)
{
	Oid types[VALUES_MAX] = { 0 };

	for (size_t i = 0; i < n && i < VALUES_MAX; i++)
		types[i] = values[i].type;
	if (make_room(p))
		queue(p, sym_PQsendPrepare(p->conn, name, sql, (int)n, types),
		      POSTGRES_SUCCESS);
}

void postgres_execute(struct postgres *p, const char *name, size_t n,
		      const struct postgres_value *values, int wish)
{
	const char *texts[VALUES_MAX];

	for (size_t i = 0; i < n && i < VALUES_MAX; i++)
		texts[i] = values[i].text;
	if (make_room(p))
		queue(p,
		      sym_PQsendQueryPrepared(p->conn, name, (int)n, texts,
					      NULL, NULL, 0),
		      wish);
}

void postgres_execute_for(struct postgres *p, const char *name, size_t n,
			  const struct postgres_value *values,
			  struct pg_result **place)
{
	postgres_execute(p, name, n, values, POSTGRES_SUCCESS);
	if (!p->error)
		p->queued[p->n_queued - 1].place = place;
}

void postgres_ask(struct postgres *p, const char *sql, size_t n,
		  const struct postgres_value *values, int wish)
{
	const char *texts[VALUES_MAX];
	Oid types[VALUES_MAX] = { 0 };

	for (size_t i = 0; i < n && i < VALUES_MAX; i++) {
		texts[i] = values[i].text;
		types[i] = values[i].type;
	}
	if (make_room(p))
		queue(p,
		      sym_PQsendQueryParams(p->conn, sql, (int)n, types, texts,
					    NULL, NULL, 0),
		      wish);
}

/* Rows. */

/* The arrays of such values. */
static unsigned int array_of(unsigned int type)
{
	return type == POSTGRES_NUMBER ? 1016 : 1009;
}

static void put_quoted(struct buffer *b, const char *text)
{
	buffer_puts(b, "\"");
	while (*text) {
		size_t plain = strcspn(text, "\"\\");

		buffer_put(b, text, plain);
		text += plain;
		if (*text) {
			buffer_puts(b, "\\");
			buffer_put(b, text++, 1);
		}
	}
	buffer_puts(b, "\",");
}

/* A column begins with its first value. */
static void put_in_column(struct postgres_column *c, size_t n_before,
			  const struct postgres_value *value)
{
	if (!value->text && !c->type)
		return;
	if (!c->type) {
		c->type = value->type;
		buffer_puts(&c->array, "{");
		for (size_t i = 0; i < n_before; i++)
			buffer_puts(&c->array, "NULL,");
	}
	if (value->text)
		put_quoted(&c->array, value->text);
	else
		buffer_puts(&c->array, "NULL,");
}

bool postgres_rows_add(struct postgres_rows *rows, size_t n,
		       const struct postgres_value *values)
{
	for (size_t i = 0; i < n; i++)
		if (values[i].text && rows->columns[i].type &&
		    rows->columns[i].type != values[i].type)
			return false;
	for (size_t i = 0; i < n; i++)
		put_in_column(&rows->columns[i], rows->n, &values[i]);
	rows->n++;
	return true;
}

/* The statement for all rows; columns that are null in each are left out. The
 * caller's to free(); NULL: no memory. */
static char *of_rows(const struct postgres_rows *rows, const char *sql)
{
	const char *at = strchr(sql, '('), *end = strstr(sql, ") VALUES (");
	const char *rest = strchr(end + 1, ')') + 1;
	struct buffer b = { 0 };
	size_t n = 0;

	buffer_put(&b, sql, (size_t)(at - sql));
	for (size_t i = 0; at < end; i++) {
		size_t len = strcspn(at + 1, ",)");

		if (rows->columns[i].type)
			buffer_printf(&b, "%s%.*s", n++ ? "," : "(", (int)len,
				      at + 1);
		at += len + 1;
	}
	buffer_puts(&b, ") SELECT * FROM unnest(");
	for (size_t i = 1; i <= n; i++)
		buffer_printf(&b, i > 1 ? ", $%zu" : "$%zu", i);
	buffer_printf(&b, ") %s", rest);
	buffer_put(&b, "", 1);
	if (b.failed)
		buffer_free(&b);
	return (char *)b.data;
}

void postgres_rows_put(struct postgres *p, struct postgres_rows *rows,
		       const char *sql)
{
	struct postgres_value values[POSTGRES_COLUMNS_MAX] = { 0 };
	char *all = of_rows(rows, sql);
	bool failed = !all;
	size_t n = 0;

	for (size_t i = 0; i < POSTGRES_COLUMNS_MAX; i++) {
		struct postgres_column *c = &rows->columns[i];

		if (!c->type)
			continue;
		/* In the place of the last comma. */
		if (!c->array.failed)
			c->array.data[c->array.len - 1] = '}';
		buffer_put(&c->array, "", 1);
		failed |= c->array.failed;
		values[n].type = array_of(c->type);
		values[n++].text = (const char *)c->array.data;
	}
	if (failed)
		fail(p, -ENOMEM, "");
	else
		postgres_ask(p, all, n, values, (int)rows->n);
	for (size_t i = 0; i < POSTGRES_COLUMNS_MAX; i++) {
		rows->columns[i].type = POSTGRES_ANY;
		rows->columns[i].array.len = 0;
	}
	rows->n = 0;
	free(all);
}

void postgres_rows_free(struct postgres_rows *rows)
{
	for (size_t i = 0; i < POSTGRES_COLUMNS_MAX; i++)
		buffer_free(&rows->columns[i].array);
	memset(rows, 0, sizeof(*rows));
}

static bool went_well(const PGresult *r)
{
	ExecStatusType status = sym_PQresultStatus(r);

	return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK ||
	       status == PGRES_EMPTY_QUERY;
}

/* The answer to one statement, after which libpq says NULL. */
static PGresult *take_one(struct postgres *p, int wish)
{
	PGresult *r = sym_PQgetResult(p->conn), *more;

	if (!r || is_lost(p)) {
		if (r)
			fail_answer(p, r);
		fail_connection(p);
	} else if (sym_PQresultStatus(r) != PGRES_PIPELINE_ABORTED &&
		   !went_well(r)) {
		fail_answer(p, r);
	} else if (wish >= 0 && answer_changes(r) != wish) {
		fail(p, -EBADMSG, "");
	}
	while (r && !is_lost(p) && (more = sym_PQgetResult(p->conn)))
		sym_PQclear(more);
	return r;
}

struct pg_result *postgres_answer(struct postgres *p)
{
	PGresult *answer = NULL;
	size_t n = p->n_queued;

	p->n_queued = 0;
	if (!n)
		return NULL;
	if (!sym_PQpipelineSync(p->conn))
		fail_connection(p);
	for (size_t i = 0; i < n && !is_lost(p); i++) {
		PGresult *r = take_one(p, p->queued[i].wish);

		if (p->queued[i].place && !p->error) {
			answer_free(*p->queued[i].place);
			*p->queued[i].place = r;
		} else if (p->queued[i].wish == POSTGRES_ANSWER && !p->error) {
			answer_free(answer);
			answer = r;
		} else {
			answer_free(r);
		}
	}
	/* That it is over is an answer too. */
	if (!is_lost(p))
		answer_free(sym_PQgetResult(p->conn));
	else
		fail_connection(p);
	if (p->error) {
		answer_free(answer);
		answer = NULL;
	}
	return answer;
}

struct pg_result *postgres_script(struct postgres *p, const char *sql)
{
	PGresult *r;

	answer_free(postgres_answer(p));
	if (p->piped && !is_lost(p))
		p->piped = sym_PQexitPipelineMode(p->conn) != 1;
	if (p->error)
		return NULL;
	r = sym_PQexec(p->conn, sql);
	if (!r)
		fail_connection(p);
	else if (!went_well(r))
		fail_answer(p, r);
	if (p->error) {
		answer_free(r);
		r = NULL;
	}
	return r;
}

int postgres_commit(struct postgres *p)
{
	PGresult *r;

	answer_free(postgres_answer(p));
	if (p->error)
		return p->error;
	postgres_ask(p, "COMMIT", 0, NULL, POSTGRES_ANSWER);
	r = postgres_answer(p);
	if (p->error == -ECONNRESET)
		p->error = -ECONNABORTED;
	/* Of a transaction that failed the server makes a ROLLBACK. */
	else if (r && strcmp(sym_PQcmdStatus(r), "COMMIT") != 0)
		fail(p, -EIO, sym_PQcmdStatus(r));
	answer_free(r);
	return p->error;
}

/* Answers. */

int answer_rows(const struct pg_result *r)
{
	return r ? sym_PQntuples(r) : 0;
}

const char *answer_text(const struct pg_result *r, int row, int column)
{
	const char *text = sym_PQgetvalue(r, row, column);

	if (!text || sym_PQftype(r, column) != BOOLEAN || !*text)
		return text ? text : "";
	return *text == 't' ? "1" : "0";
}

size_t answer_length(const struct pg_result *r, int row, int column)
{
	return (size_t)sym_PQgetlength(r, row, column);
}

bool answer_is_null(const struct pg_result *r, int row, int column)
{
	return sym_PQgetisnull(r, row, column) == 1;
}

int answer_changes(struct pg_result *r)
{
	return r ? (int)strtol(sym_PQcmdTuples(r), NULL, 10) : 0;
}

void answer_free(struct pg_result *r)
{
	if (r)
		sym_PQclear(r);
}
