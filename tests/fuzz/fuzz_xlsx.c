/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of a workbook, as the program "extract" makes it. */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "extracting.h"
#include "fuzz.h"

/* Lines about sheets, of which one at most is chosen; returns what is behind
 * the empty one. */
static char *skip_lines(char *at)
{
	size_t chosen = 0;

	for (char *end; (end = strchr(at, '\n')) && end != at; at = end + 1) {
		HOLDS(memchr(at, ' ', (size_t)(end - at)));
		chosen += !strncmp(at, "chosen ", 7);
	}
	HOLDS(*at == '\n' && chosen <= 1);
	return at + 1;
}

static void check(const void *data, size_t size)
{
	struct found found = { 0 };
	struct csv_row row;
	struct csv csv;
	enum extract_exit end;
	size_t n = 0, width = 0;
	char *text, *table;

	fuzz_stdin(data, size);
	end = extract_xlsx(&found, NULL);
	HOLDS(end >= EXTRACT_FOUND && end <= EXTRACT_LIMIT);
	HOLDS(end != EXTRACT_FOUND ||
	      (found.json.len > 0 && found.json.len <= EXTRACT_TABLE_MAX));
	if (end == EXTRACT_FOUND) {
		text = fuzz_text(found.json.data, found.json.len);
		HOLDS(strlen(text) == found.json.len);
		table = skip_lines(text);
		csv_open(&csv, table, strlen(table));
		/* Rows are whole, and those with something in them as wide. */
		while (csv_row(&csv, &row) != CSV_END) {
			HOLDS(row.number == ++n);
			HOLDS(row.blank || !width || row.n == width);
			width = row.blank ? width : row.n;
		}
		free(text);
	}
	buffer_free(&found.json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	extracting_package(data, size, check);
	return 0;
}
