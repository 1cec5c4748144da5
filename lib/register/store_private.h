/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What store.c shares with the file of each database, and with nobody else. */
#ifndef REGISTER_STORE_PRIVATE_H
#define REGISTER_STORE_PRIVATE_H

#include "store.h"

/* Each database has structs of its own that begin with these. */
struct query {
	struct store *store;
	char *sql;
	int n_put;
	struct query *next;
};

#define DAY_SIZE 11

struct store {
	const struct store_kind *kind;
	char today[DAY_SIZE]; /* as store_today() was told */
	int error;
	char message[200];
	struct query *queries; /* the one asked for last goes first */
	struct query broken;   /* stands for one that could not be made */
};

/*
 * What a database does, as store.h says. Once there is an error only close,
 * rollback and end are called. What a database need not do is NULL:
 * open_scratch, where one in memory does; mirror, settle, views, filled,
 * is_long; send; and is_bytes, where a column holds what it is declared for.
 */
struct store_kind {
	size_t query_size;
	bool has_roles;

	void (*close)(struct store *s);
	int (*open_scratch)(struct store *s, struct store **out);
	bool (*is_new)(struct store *s);
	void (*claim)(struct store *s);
	void (*begin)(struct store *s);
	void (*snapshot)(struct store *s);
	void (*mirror)(struct store *s, struct store *mirror);
	void (*settle)(struct store *s);
	void (*commit)(struct store *s);
	void (*rollback)(struct store *s);
	void (*run)(struct store *s, const char *sql);
	void (*define)(struct store *s, const char *sql);
	void (*views)(struct store *s, bool make);
	void (*filled)(struct store *s);
	void (*append_only)(struct store *s, const char *table);
	char *(*schema)(struct store *s);

	/* Makes a query ready whose shared part is filled in; or remembers an
	 * error, and it is freed. */
	void (*prepare)(struct query *q);
	void (*free)(struct query *q);
	void (*put_text)(struct query *q, const char *text);
	void (*put_number)(struct query *q, long long number);
	void (*is_long)(struct query *q);
	void (*send)(struct query *q);
	bool (*next)(struct query *q);
	void (*put)(struct query *q, bool once);
	void (*end)(struct query *q);
	int (*changes)(struct query *q);
	const char *(*text)(struct query *q, int column);
	size_t (*length)(struct query *q, int column);
	long long (*number)(struct query *q, int column);
	bool (*is_null)(struct query *q, int column);
	bool (*is_bytes)(struct query *q, int column);
};

void store_free_queries(struct store *s);

/* Forgets the error. */
void store_forget(struct store *s);

/* store_open() of a place on a server; with an error *@out may be there, to be
 * asked and closed. */
int store_postgres_open(const char *place, enum store_mode mode,
			struct store **out);

#endif
