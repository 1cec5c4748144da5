/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/library.h"
#include "base/soname.h"
#include "input/database_url.h"
#include "register/schema.sql.h"
#include "store_file.h"

#define SQLITE_SYMBOLS(X)                \
	X(sqlite3_bind_int64)            \
	X(sqlite3_bind_text)             \
	X(sqlite3_busy_timeout)          \
	X(sqlite3_changes)               \
	X(sqlite3_clear_bindings)        \
	X(sqlite3_close)                 \
	X(sqlite3_column_bytes)          \
	X(sqlite3_column_int64)          \
	X(sqlite3_column_text)           \
	X(sqlite3_column_type)           \
	X(sqlite3_config)                \
	X(sqlite3_create_function)       \
	X(sqlite3_db_config)             \
	X(sqlite3_errcode)               \
	X(sqlite3_errmsg)                \
	X(sqlite3_errstr)                \
	X(sqlite3_exec)                  \
	X(sqlite3_extended_result_codes) \
	X(sqlite3_file_control)          \
	X(sqlite3_finalize)              \
	X(sqlite3_free)                  \
	X(sqlite3_get_autocommit)        \
	X(sqlite3_mprintf)               \
	X(sqlite3_open_v2)               \
	X(sqlite3_prepare_v3)            \
	X(sqlite3_reset)                 \
	X(sqlite3_result_error)          \
	X(sqlite3_result_text)           \
	X(sqlite3_step)                  \
	X(sqlite3_system_errno)          \
	X(sqlite3_user_data)

LIBRARY(SQLITE_SYMBOLS, sqlite, SONAME_SQLITE3, "Keeps the register")

/* "ckst", the SQLite application id of a register. */
#define APPLICATION_ID 0x636b7374
#define BUSY_MS 10000
/* A sort is made in pieces of the size of the page cache, which a writer of a
 * whole office's table needs large. To count a million rows it is done sooner
 * in pieces that a processor's own cache holds; the system has the pages
 * anyway. */
#define READER_PRAGMAS            \
	"PRAGMA query_only = ON;" \
	"PRAGMA cache_size = -16384"

struct sqlite_query {
	struct query shared;
	sqlite3_stmt *stmt;
};

struct sqlite_store {
	struct store shared;
	sqlite3 *db;
	struct kept kept; /* whose the file is */
	bool fresh;	  /* the file was empty when it was opened */
};

static struct sqlite_store *sqlite_of(struct store *s)
{
	return (struct sqlite_store *)s;
}

static sqlite3 *db_of(struct store *s)
{
	return sqlite_of(s)->db;
}

static sqlite3_stmt *stmt_of(struct query *q)
{
	return ((struct sqlite_query *)q)->stmt;
}

static int errno_of(sqlite3 *db, int rc)
{
	int system = db ? sym_sqlite3_system_errno(db) : 0;

	switch (rc & 0xff) {
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	/* It could not be found out for ten seconds what the log has: who may
	 * read the register keeps its index locked. */
	case SQLITE_PROTOCOL:
		return -EBUSY;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_ERROR: /* a table or column is not there */
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	case SQLITE_CONSTRAINT:
		return -EDOM;
	default:
		if (system == EAGAIN)
			return -EBUSY;
		return system ? -system : -EIO;
	}
}

static void fail_sqlite(struct store *s, int rc)
{
	sqlite3 *db = db_of(s);

	store_fail_with(s, errno_of(db, rc),
			db ? sym_sqlite3_errmsg(db) : sym_sqlite3_errstr(rc));
}

static void sqlite_run(struct store *s, const char *sql)
{
	int rc = sym_sqlite3_exec(db_of(s), sql, NULL, NULL, NULL);

	if (rc)
		fail_sqlite(s, rc);
}

/* SQLite numbers "$2" by its position and "?2" by its digits, so "$" becomes
 * "?". The caller frees the text. */
static char *number_parameters(const char *sql)
{
	char *own = strdup(sql);

	for (char *p = own; p && (p = strchr(p, '$')); p++)
		*p = '?';
	return own;
}

static void sqlite_prepare(struct query *q)
{
	struct sqlite_query *own = (struct sqlite_query *)q;
	char *sql = number_parameters(q->sql);
	int rc;

	if (!sql) {
		store_fail(q->store, -ENOMEM);
		return;
	}
	rc = sym_sqlite3_prepare_v3(db_of(q->store), sql, -1,
				    SQLITE_PREPARE_PERSISTENT, &own->stmt,
				    NULL);
	free(sql);
	if (rc)
		fail_sqlite(q->store, rc);
}

static void sqlite_free(struct query *q)
{
	sym_sqlite3_finalize(stmt_of(q));
}

static void sqlite_put_text(struct query *q, const char *text)
{
	int rc = sym_sqlite3_bind_text(stmt_of(q), q->n_put, text, -1,
				       SQLITE_STATIC);

	if (rc)
		fail_sqlite(q->store, rc);
}

static void sqlite_put_number(struct query *q, long long number)
{
	int rc = sym_sqlite3_bind_int64(stmt_of(q), q->n_put, number);

	if (rc)
		fail_sqlite(q->store, rc);
}

static bool sqlite_next(struct query *q)
{
	int rc = sym_sqlite3_step(stmt_of(q));

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		fail_sqlite(q->store, rc);
	return rc == SQLITE_ROW;
}

static void sqlite_end(struct query *q)
{
	sym_sqlite3_reset(stmt_of(q));
	if (q->n_put)
		sym_sqlite3_clear_bindings(stmt_of(q));
}

static int sqlite_changes(struct query *q)
{
	return sym_sqlite3_changes(db_of(q->store));
}

static void sqlite_put(struct query *q, bool once)
{
	while (sqlite_next(q))
		;
	if (once && sqlite_changes(q) != 1)
		store_fail(q->store, -EBADMSG);
}

static const char *sqlite_text(struct query *q, int column)
{
	const unsigned char *text = sym_sqlite3_column_text(stmt_of(q), column);

	/* There was no memory to make a text of the value, which SQLite has
	 * made null meanwhile. */
	if (!text && sym_sqlite3_errcode(db_of(q->store)) == SQLITE_NOMEM)
		store_fail(q->store, -ENOMEM);
	return text ? (const char *)text : "";
}

static size_t sqlite_length(struct query *q, int column)
{
	(void)sqlite_text(q, column);
	return (size_t)sym_sqlite3_column_bytes(stmt_of(q), column);
}

static long long sqlite_number(struct query *q, int column)
{
	return sym_sqlite3_column_int64(stmt_of(q), column);
}

static bool sqlite_is_null(struct query *q, int column)
{
	return sym_sqlite3_column_type(stmt_of(q), column) == SQLITE_NULL;
}

static bool sqlite_is_bytes(struct query *q, int column)
{
	return sym_sqlite3_column_type(stmt_of(q), column) == SQLITE_BLOB;
}

/* The value of a pragma, or -1. */
static long long ask(struct store *s, const char *sql)
{
	struct query *q = store_query(s, sql);
	long long answer = query_next(q) ? query_number(q, 0) : -1;

	query_end(q);
	return answer;
}

static bool sqlite_is_new(struct store *s)
{
	return ask(s, "SELECT count(*) FROM sqlite_master") == 0;
}

/* today(), for the views. */
static void put_today(sqlite3_context *context, int n, sqlite3_value **values)
{
	const struct store *s = sym_sqlite3_user_data(context);

	(void)n;
	(void)values;
	if (*s->today)
		sym_sqlite3_result_text(context, s->today, -1, SQLITE_STATIC);
	else
		sym_sqlite3_result_error(context, "today is not set", -1);
}

/*
 * Sets the umask that gives the files which SQLite makes beside the database
 * the mode of the database at once: a colleague, or who comes after a crash,
 * must not find them with what the user's own umask leaves. Returns that one,
 * to be restored.
 */
static mode_t mask_beside(const struct sqlite_store *own)
{
	return umask(0777 & ~kept_mode(&own->kept));
}

/* In the folder of a group these files stay when nobody has the register open:
 * who may only read it cannot make them. */
static void keep_beside(struct sqlite_store *own)
{
	int keep = 1;
	int rc = sym_sqlite3_file_control(own->db, "main",
					  SQLITE_FCNTL_PERSIST_WAL, &keep);

	if (rc)
		fail_sqlite(&own->shared, rc);
	store_run(&own->shared, "PRAGMA journal_size_limit = 0");
}

static void connect_to(struct sqlite_store *own, const char *path, int flags)
{
	struct store *s = &own->shared;
	int rc = sym_sqlite3_open_v2(path, &own->db,
				     flags | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc)
		fail_sqlite(s, rc);
	if (s->error)
		return;
	sym_sqlite3_extended_result_codes(own->db, 1);
	sym_sqlite3_busy_timeout(own->db, BUSY_MS);
	sym_sqlite3_db_config(own->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sym_sqlite3_db_config(own->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	/* A column that is not there must not become its own name as text. */
	sym_sqlite3_db_config(own->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sym_sqlite3_db_config(own->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sym_sqlite3_db_config(own->db, SQLITE_DBCONFIG_LOOKASIDE, NULL, 1024,
			      256);
	if (own->kept.is_shared)
		keep_beside(own);
	store_run(s, "PRAGMA page_size = 8192;"
		     "PRAGMA foreign_keys = ON;"
		     "PRAGMA temp_store = MEMORY;"
		     "PRAGMA cache_size = -262144");
	rc = sym_sqlite3_create_function(own->db, "today", 0,
					 SQLITE_UTF8 | SQLITE_DETERMINISTIC |
						 SQLITE_INNOCUOUS,
					 s, put_today, NULL, NULL);
	if (rc)
		fail_sqlite(s, rc);
	store_run(s, sql_schema_views);
}

static void disconnect(struct sqlite_store *own)
{
	store_free_queries(&own->shared);
	sym_sqlite3_close(own->db);
	own->db = NULL;
}

static void connect_as_it_stands(struct sqlite_store *own, const char *path)
{
	char *uri = store_file_immutable(path);

	if (uri)
		connect_to(own, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
	else
		store_fail(&own->shared, -ENOMEM);
	store_run(&own->shared, READER_PRAGMAS);
	free(uri);
}

/* The next reader undoes what a killed process left half-written. On a
 * read-only disk the log's shared memory cannot be created either; the file is
 * then read as one that cannot change. */
static void connect_to_read(struct sqlite_store *own, const char *path)
{
	struct store *s = &own->shared;

	connect_to(own, path, SQLITE_OPEN_READWRITE);
	ask(s, "PRAGMA schema_version");
	store_run(s, READER_PRAGMAS);
	if ((s->error != -EROFS && s->error != -EACCES && s->error != -EPERM &&
	     s->error != -ENOENT) ||
	    store_file_has_journal(path))
		return;
	store_forget(s);
	disconnect(own);
	connect_as_it_stands(own, path);
}

/* Whether the database is a register, or still empty. */
static void check_owner(struct store *s)
{
	/* The order matters, as another process may make the register
	 * meanwhile. */
	if (!store_is_new(s) &&
	    ask(s, "PRAGMA application_id") != APPLICATION_ID)
		store_fail(s, -EBADMSG);
}

/* With a write-ahead log readers and a writer do not wait for each other. If
 * others have the file open, the switch can wait. */
static void begin_log(struct store *s)
{
	int error = s->error;

	(void)ask(s, "PRAGMA journal_mode = WAL");
	if (!error && s->error == -EBUSY)
		store_forget(s);
}

static void settle_in(struct sqlite_store *own, const char *path)
{
	struct store *s = &own->shared;

	store_run(s, "PRAGMA synchronous = FULL");
	/* The first import, perhaps of a whole office, goes without the log,
	 * through which everything is written twice. */
	own->fresh = store_is_new(s);
	if (!own->fresh)
		begin_log(s);
	/* Only after it is known to be a register: the path may be a mistake.
	 * What a group has is as the group made it. */
	if (!s->error && !own->kept.is_shared && chmod(path, 0600))
		store_fail(s, -errno);
}

static void sqlite_claim(struct store *s)
{
	char pragma[64];

	(void)snprintf(pragma, sizeof(pragma), "PRAGMA application_id = %d",
		       APPLICATION_ID);
	store_run(s, pragma);
}

bool store_is_head(const unsigned char *head, size_t len)
{
	static const char format[] = "SQLite format 3";
	static const unsigned char id[] = { APPLICATION_ID >> 24 & 0xff,
					    APPLICATION_ID >> 16 & 0xff,
					    APPLICATION_ID >> 8 & 0xff,
					    APPLICATION_ID & 0xff };

	return len >= STORE_HEAD_SIZE &&
	       memcmp(head, format, sizeof(format)) == 0 &&
	       memcmp(head + 68, id, sizeof(id)) == 0;
}

static void sqlite_close(struct store *s)
{
	struct sqlite_store *own = sqlite_of(s);
	bool well = !s->error;
	mode_t mask = mask_beside(own);

	store_rollback(s);
	if (own->fresh && well && !store_is_new(s)) {
		begin_log(s);
		/* Now the files beside it are made. */
		ask(s, "PRAGMA schema_version");
	}
	disconnect(own);
	umask(mask);
	free(own);
}

static void sqlite_begin(struct store *s)
{
	sqlite_run(s, "BEGIN IMMEDIATE");
}

static void sqlite_snapshot(struct store *s)
{
	sqlite_run(s, "BEGIN");
}

/* True if the file is no longer where it was opened: it was moved or removed,
 * or another took its place. */
static bool is_gone(struct store *s)
{
	int moved = 0;

	return sym_sqlite3_file_control(db_of(s), "main",
					SQLITE_FCNTL_HAS_MOVED,
					&moved) == SQLITE_OK &&
	       moved;
}

/*
 * What is written first stands in the log beside the file, which keeps its name
 * where the file is moved: then nobody finds it again, and SQLite leaves it
 * there.
 */
static void sqlite_commit(struct store *s)
{
	if (is_gone(s))
		store_fail_with(s, -ENOLINK, "");
	else
		sqlite_run(s, "COMMIT");
	if (s->error || !is_gone(s))
		return;
	(void)sym_sqlite3_exec(db_of(s), "PRAGMA wal_checkpoint(TRUNCATE)",
			       NULL, NULL, NULL);
	store_fail_with(s, -ENOTRECOVERABLE, "");
}

static void sqlite_rollback(struct store *s)
{
	sqlite3 *db = db_of(s);

	for (struct query *q = s->queries; q; q = q->next)
		sym_sqlite3_reset(stmt_of(q));
	if (db && !sym_sqlite3_get_autocommit(db))
		(void)sym_sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
}

static void sqlite_append_only(struct store *s, const char *table)
{
	static const char *const acts[] = { "UPDATE", "DELETE" };

	for (size_t i = 0; i < 2; i++) {
		char *sql = sym_sqlite3_mprintf(
			"CREATE TRIGGER \"%w_no_%w\" BEFORE %s ON \"%w\" "
			"BEGIN SELECT raise(ABORT, 'append only'); END",
			table, acts[i], acts[i], table);

		if (sql)
			store_run(s, sql);
		else
			store_fail(s, -ENOMEM);
		sym_sqlite3_free(sql);
	}
}

/* Blanks and quotation marks are left out, by which a name is the same. */
static char *sqlite_schema(struct store *s)
{
	struct query *q = store_query(
		s,
		"SELECT type, name, tbl_name, "
		"replace(replace(sql, '\"', ''), ' ', '') "
		"FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!' "
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

static const struct store_kind sqlite_kind = {
	.query_size = sizeof(struct sqlite_query),
	.close = sqlite_close,
	.is_new = sqlite_is_new,
	.claim = sqlite_claim,
	.begin = sqlite_begin,
	.snapshot = sqlite_snapshot,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.run = sqlite_run,
	.define = sqlite_run,
	.append_only = sqlite_append_only,
	.schema = sqlite_schema,
	.prepare = sqlite_prepare,
	.free = sqlite_free,
	.put_text = sqlite_put_text,
	.put_number = sqlite_put_number,
	.next = sqlite_next,
	.put = sqlite_put,
	.end = sqlite_end,
	.changes = sqlite_changes,
	.text = sqlite_text,
	.length = sqlite_length,
	.number = sqlite_number,
	.is_null = sqlite_is_null,
	.is_bytes = sqlite_is_bytes,
};

static int open_file(const char *path, enum store_mode mode, struct store **out)
{
	struct sqlite_store *own = NULL;
	struct store *s;
	char *file = NULL;
	mode_t mask;
	int ret = library_load(&sqlite, NULL);

	if (ret)
		return ret;
	own = calloc(1, sizeof(*own));
	if (!own)
		return -ENOMEM;
	s = &own->shared;
	s->kind = &sqlite_kind;
	/* There is one thread, and nothing reads SQLite's memory statistics. */
	(void)sym_sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sym_sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	*out = s;
	if (mode != STORE_MEMORY)
		ret = store_file_prepare(s, path, mode, &own->kept);
	if (ret)
		return ret;
	/* SQLite takes a name like ":memory:" for no file. */
	if (asprintf(&file, "%s%s", *path == ':' ? "./" : "", path) < 0)
		return -ENOMEM;
	mask = mask_beside(own);
	if (mode == STORE_MEMORY)
		connect_to(own, ":memory:", SQLITE_OPEN_READWRITE);
	else if (mode == STORE_READ)
		connect_to_read(own, file);
	else if (mode == STORE_GLANCE)
		connect_as_it_stands(own, file);
	else
		connect_to(own, file, SQLITE_OPEN_READWRITE);
	if (mode != STORE_MEMORY)
		check_owner(s);
	if (mode == STORE_WRITE || mode == STORE_CREATE)
		settle_in(own, path);
	umask(mask);
	free(file);
	return s->error;
}

/* A place that is no address of a server is a file. */
int store_open(const char *place, enum store_mode mode, struct store **out)
{
	*out = NULL;
	if (!database_is_url(place))
		return open_file(place, mode, out);
	return database_check(place) ? -EINVAL
				     : store_postgres_open(place, mode, out);
}

int store_open_scratch(struct store *s, struct store **out)
{
	*out = NULL;
	return s->kind->open_scratch ? s->kind->open_scratch(s, out)
				     : open_file("", STORE_MEMORY, out);
}
