/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * schema.sql as PostgreSQL has it: numbers of 64 bits, texts in the order of
 * their bytes, views that stay and in which everybody sees what they may see.
 * All is in the schema "ckstoken" or, with @scratch, temporary. Texts that are
 * returned are the caller's to free(); NULL: no memory.
 */
#ifndef REGISTER_POSTGRES_SCHEMA_H
#define REGISTER_POSTGRES_SCHEMA_H

#include <stdbool.h>

/* How a session begins; it asks for the encoding, whether there is a register,
 * whether that has members (roles.sql), and whether the server only follows
 * another. It is an error where its schema may not be used. */
extern const char postgres_look[];

/* A transaction that sees the database at one moment, and one from its look on.
 */
#define POSTGRES_BEGIN_READ "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
extern const char postgres_look_and_read[];

/* Whether there is anything in its schema, and whether there is no register. */
extern const char postgres_is_used[];
extern const char postgres_is_new[];
extern const char postgres_make_schema[];
extern const char postgres_scratch[];
extern const char postgres_drop_views[];
extern const char postgres_analyze[];

/* Of a statement that changes a table of records, or of what follows from them,
 * where that stands among them: after those that it refers to. 0 for any other;
 * -1: no memory. */
int postgres_place_of(const char *sql);

/* Without its foreign keys; and those of all tables. A table that was filled is
 * looked through once, where each row would be. */
char *postgres_translate(const char *sql, bool scratch);
char *postgres_foreign_keys(void);

char *postgres_make_views(bool scratch);
char *postgres_append_only(const char *table, bool scratch);

/* All tables, views, indexes, constraints, triggers and functions, as a text
 * that can be compared with that of a scratch. */
extern const char postgres_describe[], postgres_describe_scratch[];

#endif
