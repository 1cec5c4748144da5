/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Comma-separated values as RFC 4180 has them and Excel writes them: with
 * commas, semicolons or tabs between, whichever the first row has; lines that
 * end in LF, CRLF or CR; and a first line "sep=;" that names the separator.
 *
 * Excel runs a cell that begins with =, +, - or @, whoever wrote it. Such a
 * cell is written with an apostrophe before it, and so is what follows a
 * semicolon in a cell, where Excel parts cells that are not its own; reading
 * takes the apostrophe away. A negative number is none of these cells.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define CSV_CELLS_MAX 128

enum csv_result {
	CSV_ROW,
	CSV_END,
	CSV_STRAY_QUOTE,    /* in this row, which is lost; the next is whole */
	CSV_UNCLOSED_QUOTE, /* up to the end of the text */
};

/* Where csv_row() goes on. */
struct csv {
	char *at, *end;
	char separator;
	size_t number;
};

struct csv_row {
	size_t number; /* as Excel counts rows, from 1: one may have several
			  lines, and "sep=" is none */
	size_t n;      /* may be more than there is room for in cells */
	bool blank;    /* every cell is empty */
	char *cells[CSV_CELLS_MAX];
};

/*
 * Begins to read @text, which has @len bytes without NUL, and one more that is
 * NUL. Reading changes the text, for the cells lie in it. Semicolons in the
 * first row count for more than commas, which stand inside headings, and tabs
 * for more than both.
 */
void csv_open(struct csv *csv, char *text, size_t len);

/* True if there is nothing but blanks in @cell. */
bool csv_is_blank(const char *cell);

/* Reads the next row. With CSV_ROW all of @row is set, else its number alone.
 */
enum csv_result csv_row(struct csv *csv, struct csv_row *row);

/* The number of the row in which @at stands, which is in @text. */
size_t csv_number_at(char *text, size_t len, const char *at);

/* A column as Excel calls it, the first being 1: "A" to "XFD". Returns a place
 * in @name. */
#define CSV_COLUMN_SIZE ((size_t)8)
const char *csv_column_name(size_t column, char name[CSV_COLUMN_SIZE]);

/* @text, of a table program's own file, without the apostrophe that a cell has
 * if csv_write() wrote it once. */
const char *csv_unguarded(const char *text);

/* Writes @text as a cell. */
void csv_write(FILE *stream, const char *text);

#endif
