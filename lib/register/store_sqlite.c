/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/outfile.h"
#include "store_sqlite.h"

/* "ckst": tells our files from those of others. */
#define APPLICATION_ID 0x636b7374
#define BUSY_MS 10000

static int errno_of(sqlite3 *db, int rc)
{
	int system = db ? sqlite3_system_errno(db) : 0;

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

void store_fail_sqlite(struct store *s, int rc)
{
	if (s->error)
		return;
	s->error = errno_of(s->db, rc);
	(void)snprintf(s->message, sizeof(s->message), "%s",
		       s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc));
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
	rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
	if (rc)
		store_fail_sqlite(s, rc);
}

/* The answer of a pragma, or -1. */
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

/* Makes it for its owner only; that of others, or no file, is left alone. */
static int prepare_file(const char *path, enum store_mode mode)
{
	int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	struct stat st;
	int fd, ret = mode == STORE_CREATE ? outfile_folders(path) : 0;

	if (ret)
		return ret;
	if (mode == STORE_CREATE)
		flags |= O_CREAT;
	fd = open(path, flags, 0600);
	if (fd < 0)
		return errno == ELOOP ? -EINVAL : -errno;
	if (fstat(fd, &st))
		ret = -errno;
	else if (!S_ISREG(st.st_mode))
		ret = -EINVAL;
	else if (st.st_uid != geteuid())
		ret = -EPERM;
	else if (mode != STORE_READ && access(path, W_OK))
		ret = errno == EACCES ? -EROFS : -errno;
	close(fd);
	return ret;
}

static void connect_to(struct store *s, const char *path, int flags)
{
	int rc = sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX,
				 NULL);

	if (rc)
		store_fail_sqlite(s, rc);
	if (s->error)
		return;
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	/* A column that is not there must not become its own name as text. */
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_LOOKASIDE, NULL, 1024, 256);
	store_run(s, "PRAGMA page_size = 8192;"
		     "PRAGMA foreign_keys = ON;"
		     "PRAGMA temp_store = MEMORY;"
		     "PRAGMA cache_size = -262144");
}

static void disconnect(struct store *s)
{
	store_free_queries(s);
	sqlite3_close(s->db);
	s->db = NULL;
}

/* "file:" and the path as a URI has it, and that nothing will change it. The
 * caller's to free(). */
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

/* Whether @path has a journal beside it that must be gone through first. */
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

/*
 * What a killed process left half-written is undone by whoever reads next. On a
 * disk that cannot be written there is no room for the shared memory of the log
 * either; the file is then read as one that cannot change.
 */
static void connect_to_read(struct store *s, const char *path)
{
	char *uri;

	connect_to(s, path, SQLITE_OPEN_READWRITE);
	ask(s, "PRAGMA schema_version");
	store_run(s, "PRAGMA query_only = ON");
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
	free(uri);
}

/* Whether it is ours, or nothing at all yet. */
static void check_owner(struct store *s)
{
	/* In this order: another process may make it meanwhile. */
	if (!store_is_new(s) &&
	    ask(s, "PRAGMA application_id") != APPLICATION_ID)
		store_fail(s, -EBADMSG);
}

/* Readers and a writer then do not wait for each other. Where others are at it,
 * it can wait. */
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
	/*
	 * Who fills it first, perhaps with all that an office has, does so
	 * without the log, through which everything is written twice.
	 */
	s->fresh = store_is_new(s);
	if (!s->fresh)
		begin_log(s);
	/* Not before it is known to be ours: the path may be a mistake. */
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
	struct store *s = calloc(1, sizeof(*s));
	int ret = s ? 0 : -ENOMEM;

	/* There is one thread, and nobody asks how much memory is in use. */
	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
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
		sqlite3_reset(q->stmt);
	if (s->db && !sqlite3_get_autocommit(s->db))
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	s->error = 0;
	s->message[0] = '\0';
}

void store_append_only(struct store *s, const char *table)
{
	static const char *const acts[] = { "UPDATE", "DELETE" };

	for (size_t i = 0; i < 2; i++) {
		char *sql = sqlite3_mprintf(
			"CREATE TRIGGER \"%w_no_%w\" BEFORE %s ON \"%w\" "
			"BEGIN SELECT raise(ABORT, 'append only'); END",
			table, acts[i], acts[i], table);

		if (sql)
			store_run(s, sql);
		else
			store_fail(s, -ENOMEM);
		sqlite3_free(sql);
	}
}
