/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of datafile.h, for each other only. */
#ifndef OFFICE_DATAFILE_READING_H
#define OFFICE_DATAFILE_READING_H

#include <stdbool.h>

#include "datafile.h"
#include "field.h"

#define DATA_ROWS_MAX 100000
#define DATA_PARTS_MAX 8

/* What a heading stands for. Of no field: it is passed over. */
struct data_target {
	const struct field *fields[DATA_PARTS_MAX];
	size_t n;
	const char *model; /* of several, how they are written */
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
	struct data_row *rows;
	size_t n_rows;
	json_t *others; /* the objects beside the rows */
	bool failed;	/* memory */
};

/* Sets names and known. */
void data_names_make(struct reading *r, const struct data_column *columns,
		     size_t n_columns);

/* NULL: there is none, or no memory. */
const struct data_target *data_names_find(struct reading *r,
					  const char *heading);

/* A new row, the last; NULL: memory. */
struct data_row *data_row_new(struct reading *r, size_t number);

/* The last row is whole; one that says nothing is dropped. */
void data_row_end(struct reading *r);

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

/* Tells that what stands under @column, NULL for all of @row, is wrong. */
#define data_row_refuse(r, row, column, ...)                        \
	do {                                                        \
		data_errors_add((r)->errors, (row)->number, column, \
				__VA_ARGS__);                       \
		(row)->wrong = true;                                \
	} while (0)

/* data_row_take() of a text that holds several fields. */
void data_split(struct reading *r, struct data_row *row,
		const struct data_target *target, const char *column,
		const char *text);

/* Reads CSV, which it changes; @len without the NUL at its end. */
void data_read_csv(struct reading *r, char *text, size_t len);

void data_read_json(struct reading *r, const char *text, size_t len);

/* Puts what stands beside the rows as @name into the others, clean. */
void data_take_part(struct reading *r, const char *name, json_t *object);

/* Tells of rows that say the same, or the same of two subscribers. */
void data_find_doubles(struct reading *r);

/*
 * @text as UTF-8 without a byte order mark, from UTF-16 when it begins with the
 * mark of that. The caller's to free(). NULL: memory, or, with *@odd set, half
 * a letter of UTF-16.
 */
char *data_to_utf8(const char *text, size_t *len, bool *odd);

#endif
