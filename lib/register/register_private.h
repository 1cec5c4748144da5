/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of register.h, for each other only. */
#ifndef REGISTER_REGISTER_PRIVATE_H
#define REGISTER_REGISTER_PRIVATE_H

#include "base/buffer.h"
#include "register.h"

/* A store with the statements that each kind of record is found and added by.
 */
struct tables {
	struct store *store;
	struct query *select[RECORD_KINDS], *insert[RECORD_KINDS];
};

struct custody_register {
	char *path;
	struct store *store;
	struct tables tables;
	bool making;	     /* its tables are not committed yet */
	bool unmade;	     /* nor will be: that was rolled back */
	struct chain chain;  /* its head */
	unsigned long since; /* how many events register_begin() found */
	struct buffer act;   /* the event being made */
	size_t act_len;	     /* of what it begins with */
	size_t n_put;	     /* records in it */
	json_int_t next_keys[RECORD_KINDS];
};

/* A record as its columns, in their order; NULL: not given. */
struct record {
	enum record_kind kind;
	const json_t *values[RECORD_COLUMNS_MAX];
};

void record_of(enum record_kind kind, const json_t *fields,
	       struct record *record);

/* What the tables have of a record. */
struct row_diff {
	bool exists;
	unsigned long event;  /* the last that changed it */
	unsigned int differs; /* a bit for each column given otherwise */
	bool overwrites;      /* one of these has a value */
};

struct row_diff record_compare(struct tables *tables,
			       const struct record *record);

/* Puts it into the tables as event @event has it. */
void record_apply(struct tables *tables, const struct record *record,
		  const struct row_diff *row_diff, unsigned long event);

/* A row of "SELECT <columns>" as an object; nulls are left out. */
json_t *record_of_row(struct query *q, enum record_kind kind);

/* "SELECT <columns>, event FROM <table>" in @sql. */
void record_select(struct buffer *sql, enum record_kind kind);

/* All of these, in the order of their keys. */
struct query *record_all(struct store *store, enum record_kind kind);

/* The query of the text in @sql, which is freed; never NULL. */
struct query *store_query_of(struct store *store, struct buffer *sql);

#define SCHEMA_VERSION 2

/* Makes the tables, empty. */
void schema_make(struct store *store);

/* Applies the text of event @number. False: it is none. */
bool event_apply(struct tables *tables, unsigned long number, const char *text);

#endif
