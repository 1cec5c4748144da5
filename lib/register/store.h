/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The database under the register, so that the rest knows SQL and no more. The
 * SQL stands in files, schema.sql first, and is such as PostgreSQL takes too:
 * parameters are $1, $2, … in their order, nothing depends on types being lax,
 * and where nulls go in an order is said, for databases differ. store.c has
 * what is the same for every database, store_sqlite.c and store_postgres.c what
 * is each one's own.
 *
 * An error is remembered, and what comes after it does nothing, until
 * store_rollback(): ask store_error() once, at the end.
 */
#ifndef REGISTER_STORE_H
#define REGISTER_STORE_H

#include <stdbool.h>
#include <stddef.h>

enum store_mode {
	STORE_READ,
	STORE_GLANCE, /* the same of a file as it stands: nothing is made beside
		       * it, and what is there is not read */
	STORE_WRITE,
	STORE_CREATE, /* and create it, for its owner or group, if it does not
		       * exist */
	STORE_MEMORY, /* a private one, gone when it is closed */
};

struct store;
struct query;

/*
 * Opens the database @place: the path of a file, or one on a server as
 * input/database_url.h has it. 0 with *@out, for store_close(), or -errno; then
 * *@out may be there too, for store_message() and store_close(). -ENOENT, there
 * is none; -EROFS, it cannot be written. Of files -EINVAL, it is no plain file;
 * -EPERM, it or what stands beside it is neither this user's nor the group's
 * whose folder it is in (base/kept.h); -EACCES, such a group's file is not this
 * user's to read or write; -EBADMSG, it is a file of something else, and stays
 * as it is. Of servers -EINVAL, that is no address, or
 * one with a password; -ECONNREFUSED, there is no connection; -EPROTONOSUPPORT,
 * none by TLS; -EPERM, it does not let the role in; -ENOKEY, it wants a
 * password or another; -EACCES, it does not permit it; -EUSERS, it takes no
 * more just now; -ENODEV, it has no such database; -EMEDIUMTYPE, that has
 * something else where the register would be; -EOPNOTSUPP, the server is too
 * old; -EILSEQ, the database cannot hold all letters.
 */
int store_open(const char *place, enum store_mode mode, struct store **out);

/* Opens a new and empty database of the same kind, gone when it is closed. 0 or
 * -errno as above. */
int store_open_scratch(struct store *store, struct store **out);

/* True if a file that begins with the @len bytes of @head is a register's, as
 * SQLite's header and its application id tell. */
#define STORE_HEAD_SIZE 100
bool store_is_head(const unsigned char *head, size_t len);

void store_close(struct store **store); /* uncommitted changes are undone */

/* 0, or the first error since, as -errno: -ENOSPC, -EROFS, -EBUSY when another
 * process kept it for ten seconds, -EBADMSG when it is damaged, -EDOM when a
 * constraint is against what was put, -ECONNRESET when the server is gone and
 * nothing of the transaction was written, … */
int store_error(const struct store *store);

/* The database's own message for that error, or "". */
const char *store_message(const struct store *store);

/* Remembers an error that the caller found, and a database's message for it;
 * the first counts. */
void store_fail(struct store *store, int error);
void store_fail_with(struct store *store, int error, const char *message);

/* True if it has roles, who may see and do different things. */
bool store_has_roles(const struct store *store);

/* True if the database is still empty. */
bool store_is_new(struct store *store);

/* Marks a new database as a register, in the current transaction. */
void store_claim(struct store *store);

/* Begins a transaction and keeps other writers out. */
void store_begin(struct store *store);

/* Begins one that only reads, and sees the database at one moment. */
void store_snapshot(struct store *store);

/* True if each question goes to a server and back. */
bool store_is_far(const struct store *store);

/*
 * From here on until the transaction ends, or @mirror is NULL, a far store asks
 * @mirror, which has all rows that questions are about, and keeps it as itself.
 * What is put goes to the server meanwhile, and where that does otherwise it is
 * an error. @mirror is the store's own then.
 */
void store_mirror(struct store *store, struct store *mirror);

/* Waits for what was put, where a database may tell later that it failed. */
void store_settle(struct store *store);

/* 0 when the changes are on the disk; else the error, and nothing was changed,
 * but with -ECONNABORTED: the server was gone before it had said. */
int store_commit(struct store *store);
void store_rollback(struct store *store);

/*
 * Sets the day that questions are about, "2026-11-21", for the views of
 * schema.sql. Whoever asks them sets it first, every time.
 */
void store_today(struct store *store, const char *day);

/* Runs statements without parameters. */
void store_run(struct store *store, const char *sql);

/* Runs statements of schema.sql, in the words of the database. */
void store_define(struct store *store, const char *sql);

/* Makes the views of schema.sql, and removes them, where a database keeps them:
 * one in a file has them made whenever it is opened. */
void store_make_views(struct store *store);
void store_drop_views(struct store *store);

/* All tables were filled; a database may look at what they refer to, and at how
 * large they are. */
void store_filled(struct store *store);

/* From now on rows can be added to @table, and no more. */
void store_append_only(struct store *store, const char *table);

/* Its tables, indexes and triggers, a line each, to be compared with those of a
 * scratch. The caller's to free(). NULL: memory, or an error. */
char *store_schema(struct store *store);

/*
 * A statement, prepared once and kept, ready for its parameters; the store's
 * own. @sql is copied. It is over when query_next() says no more, or with
 * query_end().
 */
struct query *store_query(struct store *store, const char *sql);

/*
 * Says before the first query_next() that there may be many rows: they are not
 * held in memory, and other queries may be asked between one and the next.
 */
void query_long(struct query *q);

/* The next parameter; NULL is null. Texts must last until it is over. */
void query_put_text(struct query *q, const char *text);
void query_put_number(struct query *q, long long number);
void query_put_null(struct query *q);

/*
 * Has a server begin with it, whose parameters are all put: when it is read, or
 * any other is, its answer comes with those of all that were sent before.
 */
void query_send(struct query *q);

/* The next row, or no more; false at an error too. */
bool query_next(struct query *q);
void query_end(struct query *q);

/* Runs the statement to its end. */
void query_run(struct query *q);

/* The same, and how many rows it changed; 0 at an error. */
int query_changes(struct query *q);

/* The same for what must change one row and no other; -EBADMSG when it did
 * not, as where somebody put a trigger. */
void query_run_once(struct query *q);

/* Columns of the current row, counted from 0; the text of a null is "". */
const char *query_text(struct query *q, int column);
long long query_number(struct query *q, int column);
bool query_is_null(struct query *q, int column);

/* True if it is neither text nor number, though it reads as either: SQLite
 * holds anything in any column, and such a value equals no text. To be asked
 * before the value is read. */
bool query_is_bytes(struct query *q, int column);

/* The length of the text in bytes, those after a NUL included. */
size_t query_length(struct query *q, int column);

#endif
