/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "register.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/kept.h"
#include "input/database_url.h"
#include "input/json_members.h"
#include "register/register.sql.h"
#include "register/roles.sql.h"
#include "register/schema.sql.h"
#include "register_private.h"
#include "roles.h"
#include "store_file.h"

const char *register_of_machine(void)
{
	struct stat folder;

	return !stat(CKSTOKEN_STATEDIR, &folder) && kept_is_shared(&folder) &&
			       !access(REGISTER_OF_MACHINE, F_OK)
		       ? REGISTER_OF_MACHINE
		       : NULL;
}

struct store *register_store(struct custody_register *reg)
{
	return reg->store;
}

unsigned long register_n_events(const struct custody_register *reg)
{
	return reg->chain.n;
}

unsigned long register_n_before(const struct custody_register *reg)
{
	return reg->since;
}

const char *register_head(const struct custody_register *reg)
{
	return reg->chain.last;
}

bool register_hash_of(struct custody_register *reg, unsigned long number,
		      char hash[CHAIN_HASH_SIZE])
{
	struct query *q = store_query(
		reg->store, roles_agency(reg) ? sql_roles_hash_of_event
					      : sql_hash_of_event);
	bool found;

	query_put_number(q, (long long)number);
	found = query_next(q) && strlen(query_text(q, 0)) == CHAIN_HASH_LEN;
	if (found)
		memcpy(hash, query_text(q, 0), CHAIN_HASH_SIZE);
	query_end(q);
	return found;
}

void register_first(struct custody_register *reg, char hash[CHAIN_HASH_SIZE])
{
	if (!register_hash_of(reg, 1, hash))
		hash[0] = '\0';
}

/* The tables, and the settings kept beside them. */

static void meta_put(struct store *store, const char *name, const char *text)
{
	struct query *q = store_query(store, sql_meta_put);

	query_put_text(q, name);
	query_put_text(q, text);
	query_run(q);
}

static void put_version(struct store *store)
{
	char version[16];

	(void)snprintf(version, sizeof(version), "%d", SCHEMA_VERSION);
	meta_put(store, "version", version);
}

void schema_make(struct store *store)
{
	store_define(store, sql_schema_events);
	store_append_only(store, "events");
	store_define(store, sql_schema_tables);
	store_make_views(store);
	put_version(store);
}

void schema_finish(struct store *store)
{
	store_define(store, sql_schema_indexes);
	store_filled(store);
}

/* Makes all tables anew from the events. */
static void schema_rebuild(struct store *store)
{
	struct tables tables = { .store = store };
	struct query *events;

	store_drop_views(store);
	for (size_t kind = RECORD_KINDS; kind-- > 0;) {
		struct buffer sql = { 0 };

		buffer_printf(&sql, "DROP TABLE IF EXISTS %s",
			      record_types[kind].list);
		query_run(store_query_of(store, &sql));
	}
	store_run(store, "DROP TABLE IF EXISTS earlier_events;"
			 "DROP TABLE IF EXISTS undos;"
			 "DROP TABLE IF EXISTS gone_records");
	store_define(store, sql_schema_tables);
	store_make_views(store);
	roles_restore(store);
	events = store_query(store, sql_events);
	query_long(events);
	while (query_next(events))
		if (!event_apply(&tables,
				 (unsigned long)query_number(events, 0),
				 query_text(events, 2), NULL))
			store_fail(store, -EBADMSG);
	query_end(events);
	schema_finish(store);
	put_version(store);
}

static char *say_why(const char *format, const char *path, const char *why)
{
	char *message = NULL;

	if (asprintf(&message, format, path, why) < 0)
		return NULL;
	return message;
}

const char register_not_all[] = "not all";

/* What -EACCES means whose words begin so, as our own statements have them: in
 * roles.sql, roles.c, postgres_schema.c and store_postgres.c. */
static const struct {
	const char *words, *message;
} refusals
	[] = {
		{ "not of: ",
		  N_("%s: what was to be recorded does not belong to %s, and your role writes nothing else there; nothing was written. Have the desk record it") },
		{ register_not_all,
		  N_("%s: your role sees only a part of the register, and an event is taken back, or its time explained, only where all events are seen; nothing was written. Have the desk do it") },
		{ "clock: ",
		  N_("%s: the clock of this machine is not that of the server, where it is %s; nothing was written. Set it right, and try again") },
		{ "number: ",
		  N_("%s: a new record has a number that is not the next one of its kind there (%s); nothing was written. Leave the number out, and the register gives it") },
		{ "value: ",
		  N_("%s: what was given for %s is not as the register has it, or cannot be checked there; nothing was written. Have the desk record it") },
		{ "attempt: ",
		  N_("%s: what a journal notes of an attempt to unblock (number %s) is not changed; nothing was written. Correct the rest alone") },
		{ "no part",
		  N_("%s: your role has no part in the register there; nothing was read or written. Have the owner of the register give it one with \"ckstoken register grant\", or connect as another role") },
		{ "several: ",
		  N_("%s: your role belongs to several agencies (%s), so nobody knows for which it acts; nothing was written. Connect as a role of one of them, or have the server's administrator take it out of the others") },
		{ "of the owner: ",
		  N_("%s: only the role \"%s\", whose the register is, says who else may use it; nothing was changed. Connect as that role") },
		{ "older: ",
		  N_("%s was made by an older ckstoken and must be upgraded, which only the role \"%s\" can do, whose the register is; it was left unchanged. Have that role use it once") },
		{ "schema of: ",
		  N_("%s: the schema \"ckstoken\" there belongs to the role \"%s\", who could shut others out or take the register away; nothing was written. Have the server's administrator give it to the role whose the register is, by \"ALTER SCHEMA ckstoken OWNER TO ...\"") },
		{ "made by: ",
		  N_("%s: some of the register was made by the role \"%s\", and its owner cannot change that; nothing was written. Have the server's administrator use \"ckstoken register grant\" once, which gives it back to the owner") },
		{ "no temp: ",
		  N_("%s: the register is compared with tables that last as long as the command does, and your role may make none there; nothing was written. Have the server's administrator run \"GRANT TEMP ON DATABASE %s TO ...\"") },
	};

static char *message_of_refusal(const char *place, const char *why)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		size_t len = strlen(refusals[i].words);

		if (strncmp(why, refusals[i].words, len) == 0)
			return say_why(_(refusals[i].message), place,
				       why + len);
	}
	return say_why(
		_("%s: the server refuses (%s), as your role has no right to it; nothing was written. Have the owner of the register give the role its part, or the server's administrator the right"),
		place, why);
}

/* The message for an @error that means something of its own on a server; NULL
 * for the others, which message_of() tells of any register. */
static char *message_of_server(const char *place, int error, const char *why)
{
	switch (-error) {
	case ECONNREFUSED:
		return say_why(
			_("%s: no connection to the server can be made (%s); nothing was read or written. See that the server runs and that the address is right"),
			place, why);
	case EPROTONOSUPPORT:
		return say_why(
			_("%s: no connection to the server can be made by TLS (%s); nothing was read or written. See that its certificate names the host of the address, and that sslrootcert has the authority that issued it"),
			place, why);
	case EPERM:
		return say_why(
			_("%s: the server refuses to let the role in (%s); nothing was read or written. Have its administrator give the role LOGIN, and a line in pg_hba.conf for it and this machine"),
			place, why);
	case ENOKEY:
		return say_why(
			_("%s: the server refuses the password, or was given none (%s); nothing was read or written. Put the right one into ~/.pgpass, which only you can read (mode 0600)"),
			place, why);
	case EACCES:
		return message_of_refusal(place, why);
	case ETIMEDOUT:
		return say_why(
			_("%s: the server stopped what was asked of it (%s); nothing was written; try again, and if it takes longer than your role may, have the server's administrator raise its statement_timeout"),
			place, why);
	case ENOSPC:
		return say_why(
			_("%s: the disk of the server is full (%s); nothing was written. Have its administrator make room, and do it again"),
			place, why);
	case EUSERS:
		return say_why(
			_("%s: the server takes no connection just now (%s); nothing was read or written; try again"),
			place, why);
	case ENODEV:
		return say_why(
			_("%s: the server has no such database (%s); have its administrator create it, or name another"),
			place, why);
	case EINVAL:
		if (database_check(place) == -EPERM)
			return say_why(
				_("the address of a database must not have a password in it; put it into ~/.pgpass, or a service file, where only you can read it"),
				"", "");
		/* Where it cannot be read, a password in it cannot be found. */
		return say_why(
			_("this is not the address of a database, which is postgresql://HOST/NAME or service=NAME, without a password; in a name \"@\" is written %%40, \":\" %%3A and \"/\" %%2F"),
			"", "");
	case EOPNOTSUPP:
		return say_why(
			_("%s: the server is older than PostgreSQL 15, which a register needs; nothing was read or written. Have it upgraded, or name another"),
			place, "");
	case EILSEQ:
		return say_why(
			_("%s: the encoding of the database is %s, which does not have every character; create one with the encoding UTF8"),
			place, why);
	case EMEDIUMTYPE:
	case EBADMSG:
		return say_why(
			_("%s: what the schema \"ckstoken\" of the database has is no register, or is damaged (%s); it was left unchanged. Name another database, or restore a backup"),
			place, *why ? why : strerror(EBADMSG));
	case EROFS:
		return say_why(
			_("%s: the server can only be read (%s), as a copy that follows another; nothing was written. Name the one that is written to"),
			place, why);
	case ECONNRESET:
		return say_why(
			_("the connection to %s broke off (%s); nothing was written; try again"),
			place, why);
	case ENOTRECOVERABLE:
		return say_why(
			_("the connection to %s broke off (%s) while the act was being recorded, and whether it stands there is not known: look with \"ckstoken register history\" before you do it again"),
			place, why);
	case EIO:
		return say_why(
			_("the register %s cannot be read or written: %s; it was left unchanged"),
			place, why);
	default:
		return NULL;
	}
}

/* Who may only read a register of a group can keep it locked, too. */
static char *say_busy(const char *path)
{
	char *who = store_file_holder(path), *message;

	if (who)
		message = say_why(
			_("%s is in use by another process, which has it locked (%s); nothing was written to it; try again when that has ended"),
			path, who);
	else
		message = say_why(
			_("%s is in use by another process; nothing was written to it; try again"),
			path, "");
	free(who);
	return message;
}

/* The message for @error of the register @path. */
static char *message_of(const char *path, int error, const char *why)
{
	char *message = database_is_url(path)
				? message_of_server(path, error, why)
				: NULL;

	if (message)
		return message;
	switch (-error) {
	case ENOMEM:
		return NULL;
	case ENOENT:
		return say_why(
			_("%s: there is no register yet; create it with \"ckstoken register import\" or \"ckstoken register add\""),
			path, "");
	case EINVAL:
		return say_why(
			_("%s is not a regular file, so it cannot be a register; name another"),
			path, "");
	case EACCES:
	case EPERM:
		if (*why)
			return say_why(
				_("the register %s cannot be used: %s; it was left unchanged"),
				path, why);
		return say_why(
			error == -EPERM
				? _("%s belongs to another user, and is in no folder that root gave to a group; only its owner may use it")
				: _("the register %s cannot be read or written: %s; it was left unchanged"),
			path, error_text(NULL, error));
	case EBADMSG:
		return say_why(
			_("%s is not a ckstoken register, or is damaged; it was left unchanged. Name another file, or restore a backup (%s)"),
			path, *why ? why : strerror(-error));
	case ENOPKG:
		return say_why(
			_("the events of the register %s can be neither checked nor added to: %s; it was left unchanged"),
			path, error_text(NULL, error));
	case EDOM:
		return say_why(
			_("the register %s does not accept this change (%s); it was left unchanged"),
			path, why);
	case EOVERFLOW:
		return say_why(
			_("%s: no number is left for another record of the kind \"%s\", for one has the last, 2000000000; nothing was recorded. Give it one that is free with \"ckstoken register add\""),
			path, why);
	case EKEYREJECTED:
		return say_why(
			_("a text for the register %s contains a password, a PIN or a PUK, which it must not hold; nothing was recorded. Leave it out, and do it again"),
			path, "");
	case EBUSY:
		return say_busy(path);
	case ENOLINK:
		return say_why(
			_("%s was moved, removed or replaced while it was in use; nothing was recorded. Find out where it is, and do it again"),
			path, "");
	case ENOTRECOVERABLE:
		return say_why(
			_("%s was moved, removed or replaced while the act was being recorded, and whether it stands there is not known: find out where it is, and look with \"ckstoken register history\" before you do it again"),
			path, "");
	case EAGAIN:
		return say_why(
			_("%s was made by an older ckstoken; the next command that uses it brings it up to date"),
			path, "");
	case ESTALE:
		return say_why(
			_("%s was made by an older ckstoken and must be upgraded, but it cannot be written to. Copy it to a writable folder and name the copy; it was left unchanged"),
			path, "");
	case EPROTO:
		return say_why(
			_("%s was made by a newer ckstoken; it was left unchanged. Have ckstoken upgraded on this machine"),
			path, "");
	default:
		return say_why(
			_("the register %s cannot be read or written: %s; it was left unchanged"),
			path, error_text(NULL, error));
	}
}

/* "<number of events> <hash of the last>", as the head of a chain. */
static void take_head(struct custody_register *reg, const char *text)
{
	char *end = NULL;

	reg->chain.n = strtoul(text, &end, 10);
	if (*end != ' ' || strlen(end + 1) != CHAIN_HASH_LEN)
		store_fail(reg->store, -EBADMSG);
	else
		memcpy(reg->chain.last, end + 1, CHAIN_HASH_SIZE);
}

/* Negative if it is not a number. */
static long version_of(const char *text)
{
	char *end = NULL;
	long version = strtol(text, &end, 10);

	return end == text || *end ? -1 : version;
}

/* Reads the head; returns the version of the tables, negative where there is
 * none. */
static long read_head(struct custody_register *reg)
{
	struct query *q = store_query(reg->store, sql_meta);
	long version = -1;

	chain_start(&reg->chain);
	while (query_next(q))
		if (strcmp(query_text(q, 0), "version") == 0)
			version = version_of(query_text(q, 1));
		else if (strcmp(query_text(q, 0), "head") == 0 &&
			 *query_text(q, 1))
			take_head(reg, query_text(q, 1));
	query_end(q);
	if (!store_error(reg->store))
		reg->found = reg->chain;
	return version;
}

static void write_head(struct custody_register *reg)
{
	char text[CHAIN_HASH_SIZE + 32];

	(void)snprintf(text, sizeof(text), "%lu %s", reg->chain.n,
		       reg->chain.last);
	meta_put(reg->store, "head", text);
}

/* Runs in the transaction begun, unless another process was faster. */
static void make_tables(struct custody_register *reg)
{
	reg->making = store_is_new(reg->store);
	if (!reg->making)
		return;
	store_claim(reg->store);
	schema_make(reg->store);
}

/* The transaction that makes the register lasts until register_commit(). 0 or
 * -errno. */
static int make(struct custody_register *reg)
{
	store_begin(reg->store);
	make_tables(reg);
	return reg->making ? store_error(reg->store) : store_commit(reg->store);
}

/* Another process may have upgraded it meanwhile. 0 or -errno. */
static int bring_up_to_date(struct custody_register *reg)
{
	int ret;

	store_begin(reg->store);
	roles_act_as_owner(reg->store, "older: ");
	if (read_head(reg) < SCHEMA_VERSION)
		schema_rebuild(reg->store);
	ret = store_commit(reg->store);
	/* Whether it is done is seen when the register is opened again. */
	return ret == -ECONNABORTED ? -ECONNRESET : ret;
}

static bool is_to_read(enum register_mode mode)
{
	return mode == REGISTER_READ || mode == REGISTER_LOOK ||
	       mode == REGISTER_GLANCE;
}

/* 0 or -errno; -EAGAIN if it has an earlier version and is only read. */
static int settle(struct custody_register *reg, enum register_mode mode)
{
	bool is_only_read = is_to_read(mode);
	struct store *store = reg->store;
	long version;
	int ret;

	if (store_is_new(store)) {
		if (is_only_read)
			return -ENOENT;
		ret = make(reg);
		if (ret)
			return ret;
	}
	version = read_head(reg);
	if (store_error(store))
		return store_error(store);
	if (version < 0)
		return -EBADMSG;
	if (version > SCHEMA_VERSION)
		return -EPROTO;
	if (version == SCHEMA_VERSION)
		return 0;
	if (is_only_read)
		return -EAGAIN;
	return bring_up_to_date(reg);
}

static int open_store(struct custody_register *reg, enum register_mode mode)
{
	static const enum store_mode modes[] = {
		[REGISTER_READ] = STORE_READ,
		[REGISTER_LOOK] = STORE_READ,
		[REGISTER_GLANCE] = STORE_GLANCE,
		[REGISTER_WRITE] = STORE_WRITE,
		[REGISTER_CREATE] = STORE_CREATE,
		[REGISTER_TRIAL] = STORE_WRITE,
	};
	int ret = store_open(reg->path, modes[mode], &reg->store);

	if (ret == -ENOENT && mode == REGISTER_TRIAL) {
		store_close(&reg->store);
		ret = store_open("", STORE_MEMORY, &reg->store);
	}
	reg->tables = (struct tables){ .store = reg->store };
	/* All queries see the register at one moment. */
	if (!ret && is_to_read(mode))
		store_snapshot(reg->store);
	if (!ret)
		ret = settle(reg, mode);
	if (ret == -EAGAIN && mode != REGISTER_LOOK &&
	    mode != REGISTER_GLANCE) {
		store_close(&reg->store);
		ret = open_store(reg, REGISTER_WRITE);
		/* Of a server it is told why it does not permit it. */
		if (!database_is_url(reg->path) &&
		    (ret == -EROFS || ret == -EACCES))
			ret = -ESTALE;
		if (!ret) {
			store_snapshot(reg->store);
			(void)read_head(reg);
			ret = store_error(reg->store);
		}
	}
	return ret;
}

/* Puts into *@message who keeps the register locked, where the server tells. */
static void name_holder(struct custody_register *reg, char **message)
{
	struct query *q;
	char *text = NULL;

	store_rollback(reg->store);
	q = store_query(reg->store, sql_roles_holder);
	if (query_next(q) &&
	    asprintf(
		    &text,
		    _("%s is locked by another session of the server: role \"%s\", program \"%s\", process %lld; nothing was written. Try again; if it stays so, have the server's administrator end that session"),
		    reg->path, query_text(q, 0), query_text(q, 1),
		    query_number(q, 2)) >= 0) {
		free(*message);
		*message = text;
	}
	query_end(q);
}

/* The message for @error, before what was begun is rolled back. */
static char *explain(struct custody_register *reg, int error)
{
	char *message = message_of(reg->path, error, store_message(reg->store));

	if (error == -EBUSY && store_has_roles(reg->store))
		name_holder(reg, &message);
	return message;
}

int register_open(const char *path, enum register_mode mode,
		  struct custody_register **out, char **message)
{
	struct custody_register *reg = calloc(1, sizeof(*reg));
	int ret = -ENOMEM;

	*message = NULL;
	if (!reg || !(reg->path = strdup(path)))
		goto err;
	ret = open_store(reg, mode);
	if (ret)
		goto err;
	*out = reg;
	return 0;
err:
	*message = reg && reg->store ? explain(reg, ret)
				     : message_of(path, ret, "");
	register_close(&reg);
	/* Of a file that is wrong it is told otherwise than of a server. */
	if (database_is_url(path) && (ret == -EPROTO || ret == -EBADMSG))
		ret = -EMEDIUMTYPE;
	return ret;
}

void register_close(struct custody_register **reg)
{
	if (!*reg)
		return;
	store_close(&(*reg)->store);
	buffer_free(&(*reg)->act);
	put_values_free(&(*reg)->tables.values);
	free((*reg)->path);
	free((*reg)->agency);
	free(*reg);
	*reg = NULL;
}

void register_begin(struct custody_register *reg)
{
	if (!reg->making)
		store_begin(reg->store);
	if (reg->unmade)
		make_tables(reg);
	reg->unmade = false;
	(void)read_head(reg);
	reg->since = reg->table = reg->chain.n;
	reg->tables.values.all = reg->chain.n == 0;
	memset(reg->next_keys, 0, sizeof(reg->next_keys));
}

void register_next_table(struct custody_register *reg)
{
	reg->table = reg->chain.n;
}

/* A server that was killed is soon there again. */
static int open_again(struct custody_register *reg, struct store **out)
{
	const struct timespec nap = { .tv_nsec = 200000000 };
	int ret = 0;

	for (int left = 50; left > 0; left--) {
		ret = store_open(reg->path, STORE_WRITE, out);
		if (ret != -ECONNREFUSED && ret != -EUSERS &&
		    ret != -ECONNRESET)
			break;
		store_close(out);
		(void)nanosleep(&nap, NULL);
	}
	return ret;
}

/*
 * The server was gone before it said whether the events stand. Where it can be
 * asked again it waits until nobody else writes, and so until what was begun is
 * over. 0: they stand; -ECONNRESET: nothing was written; -ENOTRECOVERABLE: that
 * is not known.
 */
static int ask_again(struct custody_register *reg)
{
	struct store *again = NULL;
	struct query *q;
	bool stands = false;
	int ret = open_again(reg, &again);

	if (ret == -ENOENT || (!ret && reg->chain.n == reg->since)) {
		store_close(&again);
		return -ECONNRESET;
	}
	if (ret) {
		store_close(&again);
		return -ENOTRECOVERABLE;
	}
	store_begin(again);
	q = store_query(again, sql_event_of_number);
	query_put_number(q, (long long)reg->chain.n);
	stands =
		query_next(q) && strcmp(query_text(q, 1), reg->chain.last) == 0;
	query_end(q);
	ret = store_error(again) ? -ENOTRECOVERABLE : 0;
	store_rollback(again);
	if (ret || !stands) {
		store_close(&again);
		return ret ? ret : -ECONNRESET;
	}
	store_close(&reg->store);
	reg->store = again;
	reg->tables = (struct tables){ .store = again };
	return 0;
}

int register_commit(struct custody_register *reg, char **message)
{
	int error;

	*message = NULL;
	if (reg->chain.n > reg->since)
		write_head(reg);
	if (reg->making)
		schema_finish(reg->store);
	store_settle(reg->store);
	error = store_error(reg->store);
	/* A record may lack what there was no memory for. */
	if (!error && json_is_short())
		error = -ENOMEM;
	if (error) {
		*message = explain(reg, error);
		register_rollback(reg);
		return error;
	}
	error = store_commit(reg->store);
	if (error == -ECONNABORTED)
		error = ask_again(reg);
	if (error) {
		*message = explain(reg, error);
		register_rollback(reg);
	} else {
		reg->making = false;
		reg->found = reg->chain;
	}
	return error;
}

void register_rollback(struct custody_register *reg)
{
	store_rollback(reg->store);
	reg->n_put = 0;
	reg->unmade |= reg->making;
	reg->making = false;
	if (reg->unmade)
		chain_start(&reg->chain);
	else
		reg->chain = reg->found;
}

/* The largest number of a record of @kind that an event took away. */
static json_int_t last_gone(struct custody_register *reg, enum record_kind kind)
{
	const char *name = record_types[kind].name;
	struct query *q = store_query(reg->store, sql_all_gone);
	size_t len = strlen(name);
	json_int_t last = 0;

	while (query_next(q)) {
		const char *record = query_text(q, 0);
		json_int_t key =
			strncmp(record, name, len) == 0 && record[len] == '\n'
				? strtoll(record + len, NULL, 10)
				: 0;

		if (key > last)
			last = key;
	}
	return last;
}

json_int_t register_next_key(struct custody_register *reg,
			     enum record_kind kind)
{
	const struct record_type *type = &record_types[kind];
	json_int_t gone;
	char sql[128];
	struct query *q;

	if (!reg->next_keys[kind]) {
		(void)snprintf(sql, sizeof(sql), "SELECT max(%s) FROM %s",
			       type->columns[0], type->list);
		/* The number that an agency does not see is taken, too. */
		if (roles_agency(reg))
			(void)snprintf(sql, sizeof(sql),
				       "SELECT last_key('%s')", type->name);
		q = store_query(reg->store, sql);
		reg->next_keys[kind] =
			query_next(q) ? (json_int_t)query_number(q, 0) : 0;
		query_end(q);
		gone = last_gone(reg, kind);
		if (gone > reg->next_keys[kind])
			reg->next_keys[kind] = gone;
	}
	if (reg->next_keys[kind] >= FIELD_NUMBER_MAX)
		store_fail_with(reg->store, -EOVERFLOW, type->name);
	else
		reg->next_keys[kind]++;
	return reg->next_keys[kind];
}
