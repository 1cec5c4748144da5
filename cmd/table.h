/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text for standard output: in columns, in lines of CSV, and wrapped. */
#ifndef CMD_TABLE_H
#define CMD_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "terminal.h"

enum colour { COLOUR_NONE, COLOUR_GOOD, COLOUR_WARN, COLOUR_BAD };

#define TABLE_MAX_COLUMNS 12

/*
 * Rows of text, the first of them the headings, in columns as wide as they must
 * be. On a terminal no line is wider than that, and no word is broken: cells
 * have several lines, or, where the longest words have no room side by side,
 * each row becomes a paragraph with a heading before each cell.
 */
struct table_out {
	size_t n_columns, n_rows;
	char **cells;
	enum colour *colours;
	bool failed;
	bool is_plain; /* two columns, the first of them names, and no headings
			*/
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

/*
 * Writes @text, and the end of its last line, from @column on, in lines of at
 * most @width columns if words are short enough; the lines after the first are
 * indented. A bracket, and a command that is to be copied ("ckstoken ..."),
 * are broken only where they have no room on a line of their own, and a command
 * then so that a shell takes its lines as one.
 */
void put_wrapped(FILE *to, const char *text, size_t width, size_t column,
		 size_t indent);

/* On standard output, in lines of running text. */
void print_wrapped(const char *text, size_t column, size_t indent);

/* Prints a line behind @indent blanks: on a terminal as print_wrapped() does,
 * with the other lines further in, and else whole. What is no text of ours has
 * been cleaned. */
void print_indented(size_t indent, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
