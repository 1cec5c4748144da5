/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between the files that read a table; private to them. */
#ifndef INPUT_DATAFILE_READING_H
#define INPUT_DATAFILE_READING_H

#include <stdbool.h>

#include "base/csv.h"
#include "datafile.h"
#include "field.h"

#define DATA_PARTS_MAX 8

/*
 * The fields that a heading stands for. With none it is passed over, or
 * refused.
 */
struct data_target {
	const struct field *fields[DATA_PARTS_MAX];
	size_t n;
	const char *model;   /* of several, how they are written */
	const char *refusal; /* a sentence, to be translated; or NULL */
	const struct heading_doubt *doubt; /* it may mean two things */
	bool counts;			   /* it may tell how many there are */
	bool unkept; /* it is known, and nothing here keeps it */
};

struct data_row {
	json_t *values;
	size_t number; /* for data_error */
	bool wrong;    /* it has an error */
};

#define DATA_CHAINS 256

struct reading {
	struct data_errors *errors;
	struct arena arena;
	struct data_name *names; /* every heading there can be */
	size_t n_names;
	/* By the end of its hash the name added last, from 1 on; 0: none. */
	size_t chains[DATA_CHAINS];
	const char *known; /* the headings of a form, for people; or NULL */
	bool known_listed; /* an error has told of them */
	bool of_register;
	bool own;     /* the file is one that this program wrote */
	bool of_list; /* and "register list" wrote it */
	const struct data_paths *paths; /* of a document; NULL: any */
	const struct data_list *lists;	/* of JSON for the register */
	size_t n_lists;
	struct data_row *rows;
	size_t n_rows;
	/*
	 * Is given each row that is whole and right, instead of keeping it; or
	 * NULL.
	 */
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

/*
 * The fields that @heading stands for. NULL: there is no such heading, or no
 * memory. A heading that is like a password's, and is no column, is refused.
 */
const struct data_target *data_names_find(struct reading *r,
					  const char *heading);

/* The same, without a look at passwords: @heading may be no heading at all. */
const struct data_target *data_names_look(struct reading *r,
					  const char *heading);

/*
 * The target of number @at among the @n @targets of a table, or of an object.
 * One that may mean two things becomes, where the others tell which, that.
 */
const struct data_target *
data_names_settle(struct reading *r, const struct data_target *const *targets,
		  size_t n, size_t at);

/* The field whose name or heading is written nearly as @heading, or NULL. */
const struct field *data_names_nearest(struct reading *r, const char *heading);

/* How many rows are read at most, and the error about more, at @row. */
size_t data_rows_max(const struct reading *r);
void data_rows_exceed(struct reading *r, size_t row);

/* A new row behind the others; NULL: memory. */
struct data_row *data_row_new(struct reading *r, size_t number);

/*
 * Ends the last row, which is a @record where that is not NULL; a row that says
 * nothing is dropped.
 */
void data_row_end(struct reading *r, const char *record);

/*
 * Puts @text, which stands under @column and for @target, into @row, with an
 * error for what is wrong with it.
 */
void data_row_take(struct reading *r, struct data_row *row,
		   const struct data_target *target, const char *column,
		   const char *text);

/*
 * The same for one @value, which is consumed, or for NULL and @why. A second
 * value for the field is an error.
 */
void data_row_put(struct reading *r, struct data_row *row,
		  const struct field *field, const char *column, json_t *value,
		  const char *why);

/* The same for null, which is kept. */
void data_row_clear(struct reading *r, struct data_row *row,
		    const struct field *field, const char *column);

/*
 * Adds an error about @column of @row, or about all of @row where that is NULL.
 */
#define data_row_refuse(r, row, column, ...)                        \
	do {                                                        \
		data_errors_add((r)->errors, (row)->number, column, \
				__VA_ARGS__);                       \
		(row)->wrong = true;                                \
	} while (0)

/* A column of a table. */
struct data_use {
	const char *heading;
	const struct data_target *target; /* NULL: none */
	bool leads; /* it has the subscriber's name, or the row's number */
};

struct data_sheet {
	struct reading *r;
	struct data_use uses[CSV_CELLS_MAX];
	size_t n;
	bool below;	  /* what stands below the table has begun */
	bool is_numbered; /* a row above has its number */
};

/* The headings are among the first rows, of so many that are not blank. */
#define DATA_HEAD_ROWS 20

/*
 * Finds the headings among the first @n @rows of a table, passes over what
 * stands above them, and sets the columns. Returns the number of the row behind
 * them, and 0, with an error, where no column is known.
 */
size_t data_head_take(struct data_sheet *sheet, const struct csv_row *rows,
		      size_t n);

/* Reads CSV, which it changes; @len does not count the NUL at its end. */
void data_read_csv(struct reading *r, char *text, size_t len);

void data_read_json(struct reading *r, const char *text, size_t len);

/* Frees the values that are remembered for later rows. */
void data_cache_free(struct reading *r);

/*
 * Adds an error for each row that repeats another, or that says of one person
 * or device what another row says of a different one.
 */
void data_find_duplicates(struct reading *r);

#endif
