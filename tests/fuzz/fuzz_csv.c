/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * CSV that any program may have written. What is read of it and written again
 * by the register's writer is read the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "fuzz.h"
#include "register/export.h"

/* A row before all others, so that the separator is not to be guessed. */
#define HEADINGS "a,b"

/* What field_clean() makes of the cell, which the writer leaves as it is. */
static void check_cell(struct arena *arena, const char *cell, const char *again)
{
	HOLDS(strcmp(field_clean(arena, cell), again) == 0);
}

static void write_row(struct row_writer *w, const struct csv_row *row)
{
	row_begin(w);
	for (size_t i = 0; i < row->n; i++)
		row_text(w, "", row->cells[i]);
	row_end(w);
}

static void read_again(struct csv_row *rows, size_t n)
{
	struct row_writer w = { .csv = true };
	struct arena arena = { 0 };
	struct csv_row row;
	struct csv csv;
	char *text = NULL;
	size_t len = 0;

	w.stream = open_memstream(&text, &len);
	HOLDS(w.stream && fputs(HEADINGS "\r\n", w.stream) >= 0);
	for (size_t i = 0; i < n; i++)
		write_row(&w, &rows[i]);
	HOLDS(writer_close(&w) == 0);
	HOLDS(fclose(w.stream) == 0);
	csv_open(&csv, text, len);
	HOLDS(csv_row(&csv, &row) == CSV_ROW && row.n == 2);
	for (size_t i = 0; i < n; i++) {
		enum csv_result result = csv_row(&csv, &row);

		HOLDS(result == CSV_ROW);
		HOLDS(row.number == i + 2 && row.n == rows[i].n);
		for (size_t k = 0; k < row.n; k++)
			check_cell(&arena, rows[i].cells[k], row.cells[k]);
	}
	HOLDS(csv_row(&csv, &row) == CSV_END);
	arena_free(&arena);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* csv_open() is given no NUL, which its callers refuse. */
	size_t len = size ? strnlen((const char *)data, size) : 0;
	char *text = fuzz_text(data, len);
	struct csv_row *rows = NULL, row;
	size_t n = 0, room = 0, line = 0;
	enum csv_result result;
	struct csv csv;

	csv_open(&csv, text, len);
	while ((result = csv_row(&csv, &row)) != CSV_END) {
		HOLDS(row.number > line);
		line = row.number;
		if (result != CSV_ROW || row.n > CSV_CELLS_MAX)
			continue;
		HOLDS(row.n > 0);
		for (size_t i = 0; i < row.n; i++)
			HOLDS(row.cells[i] + strlen(row.cells[i]) <=
			      text + len);
		if (n == room) {
			room = 2 * room + 16;
			rows = reallocarray(rows, room, sizeof(*rows));
			HOLDS(rows);
		}
		rows[n++] = row;
	}
	/* To the end of the text, and not behind it. */
	HOLDS(csv.at == csv.end);
	read_again(rows, n);
	free(rows);
	free(text);
	return 0;
}
