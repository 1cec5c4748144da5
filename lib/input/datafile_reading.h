/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of datafile.h, for each other only. */
#ifndef INPUT_DATAFILE_READING_H
#define INPUT_DATAFILE_READING_H

#include <stdbool.h>

#include "datafile.h"
#include "field.h"

#define DATA_PARTS_MAX 8

/* What a heading stands for. Of no field: it is passed over, or refused. */
struct data_target {
	const struct field *fields[DATA_PARTS_MAX];
	size_t n;
	const char *model;   /* of several, how they are written */
	const char *refusal; /* a sentence, to be translated; or NULL */
};

struct data_row {
	json_t *values;
	size_t number; /* for data_error */
	bool wrong;    /* an error has been told of it */
};

struct reading {
	struct data_errors *errors;
	struct arena arena;
	struct data_name *names; /* every heading there can be */
	size_t n_names;
	const char *known; /* the headings, for people */
	bool known_listed; /* an error has listed them */
	bool of_register;
	const struct data_list *lists; /* of JSON for the register */
	size_t n_lists;
	struct data_row *rows;
	size_t n_rows;
	/* Who is given each row that is whole and right, instead of keeping it;
	 * NULL: nobody. */
	void (*take)(void *owner, size_t number, json_t *row);
	void *owner;
	size_t n_taken;
	struct data_cache *cache;
	json_t *others; /* the objects beside the rows */
	bool failed;	/* memory */
};

/* Sets names and known. */
void data_names_make(struct reading *r, const struct data_column *columns,
		     size_t n_columns);

/* NULL: there is none, or no memory. What is called like a password, and is no
 * column, is refused. */
const struct data_target *data_names_find(struct reading *r,
					  const char *heading);

/* How many rows are read, and what is told at @row of more. */
size_t data_rows_max(const struct reading *r);
void data_rows_exceed(struct reading *r, size_t row);

/* A new row, the last; NULL: memory. */
struct data_row *data_row_new(struct reading *r, size_t number);

/* The last row is whole, and of @record where that is not NULL; one that says
 * nothing is dropped. */
void data_row_end(struct reading *r, const char *record);

/*
 * Puts @text, which stands under @column and for @target, into @row, and tells
 * what is wrong with it.
 */
void data_row_take(struct reading *r, struct data_row *row,
		   const struct data_target *target, const char *column,
		   const char *text);

/* The same for one @value, which is taken over, or NULL and @why. A value that
 * is there already is wrong. */
void data_row_put(struct reading *r, struct data_row *row,
		  const struct field *field, const char *column, json_t *value,
		  const char *why);

/* The same for null, which is kept. */
void data_row_clear(struct reading *r, struct data_row *row,
		    const struct field *field, const char *column);

/* Tells that what stands under @column, NULL for all of @row, is wrong. */
#define data_row_refuse(r, row, column, ...)                        \
	do {                                                        \
		data_errors_add((r)->errors, (row)->number, column, \
				__VA_ARGS__);                       \
		(row)->wrong = true;                                \
	} while (0)

/* Reads CSV, which it changes; @len without the NUL at its end. */
void data_read_csv(struct reading *r, char *text, size_t len);

void data_read_json(struct reading *r, const char *text, size_t len);

/* The values that rows have been given so far. */
void data_cache_free(struct reading *r);

/* Tells of rows that say the same, or the same of two subscribers. */
void data_find_duplicates(struct reading *r);

#endif
