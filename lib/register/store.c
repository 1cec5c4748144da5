/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/library.h"
#include "base/outfile.h"
#include "base/path.h"
#include "base/soname.h"
#include "register/schema.sql.h"
#include "store.h"

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
	X(sqlite3_errmsg)                \
	X(sqlite3_errstr)                \
	X(sqlite3_exec)                  \
	X(sqlite3_extended_result_codes) \
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
#define DAY_SIZE 11

struct query {
	struct store *store;
	sqlite3_stmt *stmt; /* NULL where it could not be made */
	char *sql;
	int n_put;
	struct query *next;
};

struct store {
	sqlite3 *db;
	bool fresh; /* the file was empty when it was opened */
	char today[DAY_SIZE];
	int error;
	char message[200];
	struct query *queries;
	struct query
		broken; /* stands for a query that there is no memory for */
};

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
		return system ? -system : -EIO;
	}
}

void store_fail(struct store *s, int error)
{
	if (!s->error)
		s->error = error;
}

static void fail_sqlite(struct store *s, int rc)
{
	if (s->error)
		return;
	s->error = errno_of(s->db, rc);
	(void)snprintf(s->message, sizeof(s->message), "%s",
		       s->db ? sym_sqlite3_errmsg(s->db)
			     : sym_sqlite3_errstr(rc));
}

int store_error(const struct store *s)
{
	return s->error;
}

const char *store_message(const struct store *s)
{
	return s->message;
}

void store_run(struct store *s, const char *sql)
{
	int rc;

	if (s->error)
		return;
	rc = sym_sqlite3_exec(s->db, sql, NULL, NULL, NULL);
	if (rc)
		fail_sqlite(s, rc);
}

static void free_queries(struct store *s)
{
	while (s->queries) {
		struct query *q = s->queries;

		s->queries = q->next;
		sym_sqlite3_finalize(q->stmt);
		free(q->sql);
		free(q);
	}
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
	rc = sym_sqlite3_prepare_v3(s->db, own, -1, SQLITE_PREPARE_PERSISTENT,
				    &q->stmt, NULL);
	free(own);
	if (rc)
		fail_sqlite(s, rc);
	q->next = s->queries;
	s->queries = q;
	return q;
}

struct query *store_query(struct store *s, const char *sql)
{
	struct query **at = &s->queries, *q;

	if (s->error)
		return &s->broken;
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

static void put(struct query *q, int rc)
{
	if (rc)
		fail_sqlite(q->store, rc);
}

void query_put_text(struct query *q, const char *text)
{
	q->n_put++;
	if (!q->store->error)
		put(q, sym_sqlite3_bind_text(q->stmt, q->n_put, text, -1,
					     SQLITE_STATIC));
}

void query_put_number(struct query *q, long long number)
{
	q->n_put++;
	if (!q->store->error)
		put(q, sym_sqlite3_bind_int64(q->stmt, q->n_put, number));
}

/* Parameters are NULL until they are set. */
void query_put_null(struct query *q)
{
	q->n_put++;
}

bool query_next(struct query *q)
{
	int rc;

	if (q->store->error)
		return false;
	rc = sym_sqlite3_step(q->stmt);
	if (rc == SQLITE_ROW)
		return true;
	if (rc != SQLITE_DONE)
		fail_sqlite(q->store, rc);
	query_end(q);
	return false;
}

void query_end(struct query *q)
{
	if (q->stmt)
		sym_sqlite3_reset(q->stmt);
	if (q->stmt && q->n_put)
		sym_sqlite3_clear_bindings(q->stmt);
	q->n_put = 0;
}

void query_run(struct query *q)
{
	while (query_next(q))
		;
}

const char *query_text(struct query *q, int column)
{
	const unsigned char *text = sym_sqlite3_column_text(q->stmt, column);

	return text ? (const char *)text : "";
}

long long query_number(struct query *q, int column)
{
	return sym_sqlite3_column_int64(q->stmt, column);
}

bool query_is_null(struct query *q, int column)
{
	return sym_sqlite3_column_type(q->stmt, column) == SQLITE_NULL;
}

int query_changes(struct query *q)
{
	query_run(q);
	return q->store->error ? 0 : sym_sqlite3_changes(q->store->db);
}

void query_run_once(struct query *q)
{
	if (query_changes(q) != 1)
		store_fail(q->store, -EBADMSG);
}

size_t query_length(struct query *q, int column)
{
	return (size_t)sym_sqlite3_column_bytes(q->stmt, column);
}

/* The value of a pragma, or -1. */
static long long ask(struct store *s, const char *sql)
{
	struct query *q = store_query(s, sql);
	long long answer = query_next(q) ? query_number(q, 0) : -1;

	query_end(q);
	return answer;
}

bool store_is_new(struct store *s)
{
	return ask(s, "SELECT count(*) FROM sqlite_master") == 0;
}

/* What SQLite finds beside the file, and would believe, must be of whom the
 * file is. */
static int check_beside(const char *path)
{
	static const char *const ends[] = { "-journal", "-wal", "-shm" };
	int ret = 0;

	for (size_t i = 0; i < 3 && !ret; i++) {
		struct path_end end;
		char *beside = NULL;

		if (asprintf(&beside, "%s%s", path, ends[i]) < 0)
			return -ENOMEM;
		ret = path_walk(beside, false, &end);
		free(beside);
		if (ret)
			return ret;
		if (end.exists && !S_ISREG(end.st.st_mode))
			ret = -EINVAL;
		else if (end.exists && end.st.st_uid != geteuid())
			ret = -EPERM;
		path_end_free(&end);
	}
	return ret;
}

/* Makes the file private to its owner. A file of another user, or anything but
 * a regular file, is left alone. */
static int prepare_file(const char *path, enum store_mode mode)
{
	int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
	struct stat st;
	int fd, ret = mode == STORE_CREATE ? outfile_folders(path) : 0;

	if (ret)
		return ret;
	if (mode == STORE_CREATE)
		flags |= O_CREAT;
	fd = path_open(path, flags, 0600);
	if (fd < 0)
		return fd == -ELOOP ? -EINVAL : fd;
	if (fstat(fd, &st))
		ret = -errno;
	else if (!S_ISREG(st.st_mode))
		ret = -EINVAL;
	else if (st.st_uid != geteuid())
		ret = -EPERM;
	else if (mode != STORE_READ && access(path, W_OK))
		ret = errno == EACCES ? -EROFS : -errno;
	close(fd);
	return ret ? ret : check_beside(path);
}

/* today(), for the views. PostgreSQL has it as a function over a setting:
 * CREATE FUNCTION today() RETURNS text STABLE
 * RETURN current_setting('ckstoken.today'). */
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

void store_today(struct store *s, const char *day)
{
	(void)snprintf(s->today, sizeof(s->today), "%s", day);
}

static void connect_to(struct store *s, const char *path, int flags)
{
	int rc = sym_sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX,
				     NULL);

	if (rc)
		fail_sqlite(s, rc);
	if (s->error)
		return;
	sym_sqlite3_extended_result_codes(s->db, 1);
	sym_sqlite3_busy_timeout(s->db, BUSY_MS);
	sym_sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sym_sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	/* A column that is not there must not become its own name as text. */
	sym_sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sym_sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sym_sqlite3_db_config(s->db, SQLITE_DBCONFIG_LOOKASIDE, NULL, 1024,
			      256);
	store_run(s, "PRAGMA page_size = 8192;"
		     "PRAGMA foreign_keys = ON;"
		     "PRAGMA temp_store = MEMORY;"
		     "PRAGMA cache_size = -262144");
	rc = sym_sqlite3_create_function(s->db, "today", 0,
					 SQLITE_UTF8 | SQLITE_DETERMINISTIC |
						 SQLITE_INNOCUOUS,
					 s, put_today, NULL, NULL);
	if (rc)
		fail_sqlite(s, rc);
	store_run(s, sql_schema_views);
}

static void disconnect(struct store *s)
{
	free_queries(s);
	sym_sqlite3_close(s->db);
	s->db = NULL;
}

/* The path as an immutable "file:" URI. The caller frees it. */
static char *immutable_uri(const char *path)
{
	static const char end[] = "?immutable=1";
	char *uri = malloc(strlen("file:") + 3 * strlen(path) + sizeof(end));
	char *out = uri;

	if (!uri)
		return NULL;
	out += sprintf(out, "file:");
	for (; *path; path++) {
		if (strchr("%?#", *path))
			out += sprintf(out, "%%%02X", (unsigned int)*path);
		else
			*out++ = *path;
	}
	memcpy(out, end, sizeof(end));
	return uri;
}

/* Whether @path has a journal that must be replayed first. */
static bool has_journal(const char *path)
{
	static const char *const ends[] = { "-wal", "-journal" };
	bool found = false;

	for (size_t i = 0; i < 2; i++) {
		char *beside = NULL;
		struct stat st;

		if (asprintf(&beside, "%s%s", path, ends[i]) < 0)
			return true;
		found |= stat(beside, &st) == 0 && st.st_size > 0;
		free(beside);
	}
	return found;
}

/* The next reader undoes what a killed process left half-written. On a
 * read-only disk the log's shared memory cannot be created either; the file is
 * then read as one that cannot change. */
static void connect_to_read(struct store *s, const char *path)
{
	char *uri;

	connect_to(s, path, SQLITE_OPEN_READWRITE);
	ask(s, "PRAGMA schema_version");
	store_run(s, READER_PRAGMAS);
	if ((s->error != -EROFS && s->error != -EACCES && s->error != -EPERM &&
	     s->error != -ENOENT) ||
	    has_journal(path))
		return;
	s->error = 0;
	s->message[0] = '\0';
	disconnect(s);
	uri = immutable_uri(path);
	if (uri)
		connect_to(s, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
	else
		store_fail(s, -ENOMEM);
	store_run(s, READER_PRAGMAS);
	free(uri);
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
	if (!error && s->error == -EBUSY) {
		s->error = 0;
		s->message[0] = '\0';
	}
}

static void settle_in(struct store *s, const char *path)
{
	store_run(s, "PRAGMA synchronous = FULL");
	/* The first import, perhaps of a whole office, goes without the log,
	 * through which everything is written twice. */
	s->fresh = store_is_new(s);
	if (!s->fresh)
		begin_log(s);
	/* Only after it is known to be a register: the path may be a mistake.
	 */
	if (!s->error && chmod(path, 0600))
		store_fail(s, -errno);
}

void store_claim(struct store *s)
{
	char pragma[64];

	(void)snprintf(pragma, sizeof(pragma), "PRAGMA application_id = %d",
		       APPLICATION_ID);
	store_run(s, pragma);
}

int store_open(const char *path, enum store_mode mode, struct store **out)
{
	struct store *s = NULL;
	int ret = library_load(&sqlite, NULL);

	if (ret)
		return ret;
	s = calloc(1, sizeof(*s));
	ret = s ? 0 : -ENOMEM;
	/* There is one thread, and nothing reads SQLite's memory statistics. */
	(void)sym_sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sym_sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (!ret && mode != STORE_MEMORY)
		ret = prepare_file(path, mode);
	if (ret)
		goto err;
	s->broken.store = s;
	if (mode == STORE_MEMORY)
		connect_to(s, ":memory:", SQLITE_OPEN_READWRITE);
	else if (mode == STORE_READ)
		connect_to_read(s, path);
	else
		connect_to(s, path, SQLITE_OPEN_READWRITE);
	if (mode != STORE_MEMORY)
		check_owner(s);
	if (mode == STORE_WRITE || mode == STORE_CREATE)
		settle_in(s, path);
	ret = s->error;
	if (ret)
		goto err;
	*out = s;
	return 0;
err:
	store_close(&s);
	return ret;
}

void store_close(struct store **store)
{
	struct store *s = *store;
	bool well = s && !s->error;

	if (!s)
		return;
	store_rollback(s);
	if (s->fresh && well && !store_is_new(s))
		begin_log(s);
	disconnect(s);
	free(s);
	*store = NULL;
}

void store_begin(struct store *s)
{
	store_run(s, "BEGIN IMMEDIATE");
}

int store_commit(struct store *s)
{
	int error;

	store_run(s, "COMMIT");
	error = s->error;
	if (error)
		store_rollback(s);
	return error;
}

void store_rollback(struct store *s)
{
	for (struct query *q = s->queries; q; q = q->next)
		sym_sqlite3_reset(q->stmt);
	if (s->db && !sym_sqlite3_get_autocommit(s->db))
		(void)sym_sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	s->error = 0;
	s->message[0] = '\0';
}

void store_append_only(struct store *s, const char *table)
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

char *store_schema(struct store *s)
{
	struct query *q = store_query(
		s,
		"SELECT type, name, tbl_name, "
		"replace(replace(sql, '\"', ''), ' ', '') "
		"FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
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
