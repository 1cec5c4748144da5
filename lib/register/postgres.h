/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A connection to a PostgreSQL server, by libpq. Statements are queued and go
 * to the server together, so that what belongs together costs one round trip.
 *
 * The first error is remembered, with the server's words, until
 * postgres_forget(): -ECONNRESET, the connection is lost; -EBUSY, what another
 * process holds was not free in time; -EACCES, the server does not permit it;
 * -ETIMEDOUT, it ended a statement that took longer than the role may; -EROFS,
 * it takes no changes; -EDOM, a constraint or a value is against it;
 * -EBADMSG, a table or column is not there, or damaged; -ENOSPC; -EIO, else.
 */
#ifndef REGISTER_POSTGRES_H
#define REGISTER_POSTGRES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

struct postgres;
struct pg_result; /* libpq's rows, of one statement */

enum { POSTGRES_TEXT = 25, POSTGRES_NUMBER = 20, POSTGRES_ANY = 0 };

/* A parameter; a text that is NULL is null. */
struct postgres_value {
	unsigned int type;
	const char *text;
	char number[24]; /* where a number has its text */
};

/* What is wished of a statement; or how many rows it must change, else
 * -EBADMSG. */
enum {
	POSTGRES_ANSWER = -2,  /* postgres_answer() is asked for it */
	POSTGRES_SUCCESS = -1, /* it must succeed */
};

/* Rows that go to the server together, a column of each parameter. They begin
 * as zeros. */
#define POSTGRES_COLUMNS_MAX 40
struct postgres_rows {
	size_t n;
	struct postgres_column {
		unsigned int type; /* POSTGRES_ANY: all are null so far */
		struct buffer array;
	} columns[POSTGRES_COLUMNS_MAX];
};

/*
 * Connects to @place, a URL or "service=NAME". 0, with *@out, also where there
 * is an error, to be asked and closed: beside those above -ECONNREFUSED, no
 * connection can be made; -EPROTONOSUPPORT, none by TLS; -EPERM, it does not
 * let the role in; -ENOKEY, it wants a password, or another; -EUSERS, it takes
 * no more just now; -ENODEV, it has no such database; or -EINVAL, no address,
 * or one with a password; -ENOMEM; -ELIBACC, no libpq.
 */
int postgres_connect(const char *place, struct postgres **out);
void postgres_close(struct postgres *p);

int postgres_error(const struct postgres *p);
const char *postgres_message(const struct postgres *p);
void postgres_forget(struct postgres *p);

/* As 150000 for 15.0. */
int postgres_version(const struct postgres *p);

/* Runs statements without parameters; the rows of the last, for
 * answer_free(), or NULL at an error. */
struct pg_result *postgres_script(struct postgres *p, const char *sql);

/* Queues that @sql is prepared as @name, and that what was so is executed. */
void postgres_prepare(struct postgres *p, const char *name, const char *sql,
		      size_t n, const struct postgres_value *values);
void postgres_execute(struct postgres *p, const char *name, size_t n,
		      const struct postgres_value *values, int wish);

/* The same, of which postgres_answer() puts the answer into *@place, to be
 * freed, where all went well until then. */
void postgres_execute_for(struct postgres *p, const char *name, size_t n,
			  const struct postgres_value *values,
			  struct pg_result **place);

/* Queues @sql to be executed once. */
void postgres_ask(struct postgres *p, const char *sql, size_t n,
		  const struct postgres_value *values, int wish);

/* Adds a row; false, and nothing was done, where a value is of another type
 * than those before. */
bool postgres_rows_add(struct postgres_rows *rows, size_t n,
		       const struct postgres_value *values);

/*
 * Queues that they are put as @sql says, "INSERT INTO t (a, b) VALUES ($1, $2)"
 * and perhaps more, each of which must add a row. Nothing is left of them.
 */
void postgres_rows_put(struct postgres *p, struct postgres_rows *rows,
		       const char *sql);
void postgres_rows_free(struct postgres_rows *rows);

/* Waits for all that is queued; the answer of the last that it is asked for, to
 * be freed, or NULL where there is none or at an error. */
struct pg_result *postgres_answer(struct postgres *p);

/* 0 when the transaction is committed; -ECONNABORTED where the connection was
 * lost before the server said whether it is; or an error, and it is not. */
int postgres_commit(struct postgres *p);

int answer_rows(const struct pg_result *r);
/* Booleans are "0" and "1", and null is "". */
const char *answer_text(const struct pg_result *r, int row, int column);
size_t answer_length(const struct pg_result *r, int row, int column);
bool answer_is_null(const struct pg_result *r, int row, int column);
int answer_changes(struct pg_result *r);
void answer_free(struct pg_result *r);

#endif
