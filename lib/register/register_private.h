/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the files that implement register.h, and by nothing else. */
#ifndef REGISTER_REGISTER_PRIVATE_H
#define REGISTER_REGISTER_PRIVATE_H

#include <stdint.h>

#include "base/buffer.h"
#include "event_times.h"
#include "register.h"

/*
 * What was put into tables that had been empty, as digests of the values that a
 * row is looked for by: nothing else need be asked for. @all: the tables were
 * empty, and whatever was put since is there.
 */
struct put_values {
	bool all;
	uint32_t *slots; /* 0: free */
	size_t n, room;	 /* a power of two */
};

void put_values_free(struct put_values *values);

/* A store, with the prepared statements that find and add each kind of record.
 */
struct tables {
	struct store *store;
	struct query *select[RECORD_KINDS], *insert[RECORD_KINDS];
	bool was_new[RECORD_KINDS]; /* the last record of the kind was */
	struct put_values values;
};

struct custody_register {
	char *path;
	struct store *store;
	struct tables tables;
	bool making;	     /* its tables are not committed yet */
	bool unmade;	     /* they were rolled back and will never be */
	struct chain chain;  /* its head */
	struct chain found;  /* as it was last read */
	unsigned long since; /* how many events register_begin() found */
	unsigned long table; /* and register_next_table() */
	struct buffer act;   /* the event being made */
	size_t act_len;	     /* length of its beginning, before the records */
	unsigned long act_undoes;
	bool act_explains;
	size_t n_put; /* number of records in it */
	char *agency; /* roles_agency(), once it is known */
	bool agency_known;
	json_int_t next_keys[RECORD_KINDS];
};

/* The values of a record in the order of its columns; NULL: not given. */
struct record {
	enum record_kind kind;
	const json_t *values[RECORD_COLUMNS_MAX];
};

void record_of(enum record_kind kind, const json_t *fields,
	       struct record *record);

/* The kind and each part of the key on a line of its own, with a NUL at the
 * end, of @row, which begins with the key, or of @record where that is NULL. */
void record_put_name(struct buffer *name, enum record_kind kind,
		     struct query *row, const struct record *record);

/* The state of a record in the tables. */
struct row_diff {
	bool exists;
	unsigned long event;  /* the last event that changed it */
	unsigned int differs; /* a bit for each column given otherwise */
	bool overwrites;      /* one of the differing columns has a value */
};

struct row_diff record_compare(struct tables *tables,
			       const struct record *record);

/* Adds the record as part of event @event. False, and nothing was done, where
 * the tables have one of its key; or at an error. */
bool record_insert(struct tables *tables, const struct record *record,
		   unsigned long event);

/* Puts the record into the tables as part of event @event, and what it was
 * before among the earlier events. */
void record_apply(struct tables *tables, const struct record *record,
		  const struct row_diff *row_diff, unsigned long event);

/* Takes the record out of the tables as part of event @event; its events are
 * kept. It is an error where there is no such record. */
void record_remove(struct tables *tables, const struct record *record,
		   unsigned long event);

/* The kind that a history may be of and whose key the column has, where that is
 * of another record; else RECORD_KINDS. */
enum record_kind record_subject_of(const char *column);

/* All columns of the table in @sql, and "SELECT <columns> FROM <table>". */
void record_columns(struct buffer *sql, enum record_kind kind);
void record_select(struct buffer *sql, enum record_kind kind);

/* All records of the kind, in the order of their keys. */
struct query *record_all(struct store *store, enum record_kind kind);

/* Prepares the text in @sql, which is freed. Never NULL. */
struct query *store_query_of(struct store *store, struct buffer *sql);

#define SCHEMA_VERSION 6

/* Creates the empty tables; and, once they are filled, the indexes that filling
 * them does not need. */
void schema_make(struct store *store);
void schema_finish(struct store *store);

/* True if the record of an event went with it; and which event the event @event
 * takes back, or 0. */
bool event_takes_away(const json_t *record);
unsigned long event_undoes(const json_t *event);

/* The name of the record of @kind whose key is in @fields, as record_put_name()
 * has it; the caller's to free(). NULL: memory. */
char *record_name(enum record_kind kind, const json_t *fields);

/* Applies the @record of an event to @state, which is NULL while there is none.
 * The result; NULL where the record went. */
json_t *record_follow(json_t *state, enum record_kind kind,
		      const json_t *record, bool *failed);

/* The events before number @before of the record @name, whose key is in
 * @fields, the first first: number and text. */
struct query *record_events(struct custody_register *reg, enum record_kind kind,
			    const char *name, const json_t *fields,
			    unsigned long before);

/* The message of -EACCES where the whole register must be seen, and is not. */
extern const char register_not_all[];

/* Applies the text of event @number, whose times @times takes unless it is
 * NULL. False if it is not the text of an event. */
bool event_apply(struct tables *tables, unsigned long number, const char *text,
		 struct event_times *times);

/* Adds the event to the events; its hash is the chain's. */
void event_keep(struct store *store, unsigned long number, const char *hash,
		const char *text);

/* The two halves of register_verify(), of which register_copy() has need too.
 * The first checks the chain, and applies the events to @copy up to the first
 * that is wrong; with @keep it adds them to the events there. The second
 * compares the tables with those of @copy. */
struct verification;
void verify_events(struct custody_register *reg, struct tables *copy, bool keep,
		   struct verification *v);
void verify_tables(struct custody_register *reg, struct store *copy,
		   struct verification *v);

#endif
