/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* store.h on SQLite: store_sqlite.c has the database, store_query.c the
 * statements. */
#ifndef REGISTER_STORE_SQLITE_H
#define REGISTER_STORE_SQLITE_H

#include <sqlite3.h>

#include "store.h"

struct query {
	struct store *store;
	sqlite3_stmt *stmt; /* NULL where it could not be made */
	char *sql;
	int n_put;
	struct query *next;
};

struct store {
	sqlite3 *db;
	bool fresh; /* it was new when it was opened */
	int error;
	char message[200];
	struct query *queries;
	struct query broken; /* what is handed out without memory */
};

/* Remembers what SQLite said, unless there was an error before. */
void store_fail_sqlite(struct store *store, int rc);

void store_free_queries(struct store *store);

#endif
