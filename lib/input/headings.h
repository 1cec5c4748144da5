/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The headings under which offices keep their lists, beside the names and
 * labels of fields: one vocabulary for every command that takes a list. Case,
 * accents, blanks and stops do not matter in any of them.
 */
#ifndef INPUT_HEADINGS_H
#define INPUT_HEADINGS_H

#include <stdbool.h>

#include "datafile.h"

/* Between the headings of a text below. */
#define HEADINGS_BETWEEN ";"

/* The headings of a field. A list ends with one that has no field. */
struct heading_words {
	const char *field, *headings;
};

extern const struct heading_words headings_usual[];

/* The same, of headings that may also tell how many there are: "Số token". */
extern const struct heading_words headings_counting[];

/*
 * Headings that may mean either of two fields. Beside columns for one of the
 * fields near[i], which are named with blanks between, they may mean fields[i];
 * beside no such column, or a column for fields[i] itself, they do not. Where a
 * table has columns for fields @against, they mean fields[0] only directly
 * behind or before one for near[0].
 *
 * Nothing here keeps the second meaning where fields[1] is NULL. Without
 * near[0] they mean fields[0] anywhere but directly behind, or before, a column
 * for near[1].
 */
struct heading_doubt {
	const char *headings;
	const char *fields[2];
	const char *near[2];
	const char *against; /* or NULL */
	const char *refusal; /* names both; to be translated */
	bool of_documents;   /* the register has no doubt */
};

/* The last has no headings. */
extern const struct heading_doubt headings_doubtful[];

/* Columns of forms that hold several fields; the last has no heading. */
extern const struct data_column headings_joined[];

/* Headings of columns that number the rows, and of those that lists have and
 * nothing here keeps. */
extern const char headings_numbers[];
extern const char headings_unkept[];

#endif
