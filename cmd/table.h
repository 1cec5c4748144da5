/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text for standard output: in columns, in lines of CSV, and wrapped. */
#ifndef CMD_TABLE_H
#define CMD_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum colour { COLOUR_NONE, COLOUR_GOOD, COLOUR_WARN, COLOUR_BAD };

#define TABLE_MAX_COLUMNS 12

/* Rows of text, with columns as wide as they must be. */
struct table_out {
	size_t n_columns, n_rows;
	char **cells;
	enum colour *colours;
	bool failed;
	bool fits; /* lines of a terminal are no wider than LINE_WIDTH */
};

void table_init(struct table_out *t, size_t n_columns);
/* Copies @text; cells fill row after row. */
void table_add(struct table_out *t, const char *text, enum colour colour);
/* Prints and frees. -1: memory was out, and nothing is printed. */
int table_print(struct table_out *t);

/* Prints @text, on a terminal in its colour, and @pad blanks behind it. */
void table_print_cell(const char *text, enum colour colour, size_t pad);

/* For Excel where @kind has that bit, of input/excel.h. Before the first field.
 */
void csv_choose(int kind);
bool csv_is_for_excel(void);
/* The names of the columns, with commas between, and the end of their line. */
void csv_headings(const char *names);
/* One field of a line, which csv_end() ends. */
void csv_field(const char *text);
/* True if memory was out for one, which is then empty. */
bool csv_is_short(void);
void csv_end(void);

/* How many columns of a terminal @text takes. */
size_t display_width(const char *text);

/* Columns that no line of print_wrapped() goes beyond, if words are short
 * enough. */
#define LINE_WIDTH 80

/*
 * Prints @text, and the end of its last line, from @column on; the lines after
 * the first are indented. A bracket is broken only where it has no room on a
 * line of its own.
 */
void print_wrapped(const char *text, size_t column, size_t indent);

/* The same to another stream. */
void wrap_to(FILE *to, const char *text, size_t column, size_t indent);

#endif
