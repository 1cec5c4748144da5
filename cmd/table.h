/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_TABLE_H
#define CMD_TABLE_H

#include <stdbool.h>
#include <stddef.h>

enum colour { COLOUR_NONE, COLOUR_GOOD, COLOUR_WARN, COLOUR_BAD };

#define TABLE_MAX_COLUMNS 12

/* Rows of text for standard output, columns as wide as they must be. */
struct table_out {
	size_t n_columns, n_rows;
	char **cells;
	enum colour *colours;
	bool failed;
};

void table_init(struct table_out *t, size_t n_columns);
/* Copies @text; cells fill row after row. */
void table_add(struct table_out *t, const char *text, enum colour colour);
/* Prints and frees. -1 when memory was out, and nothing is printed. */
int table_print(struct table_out *t);

/* One field of a line of RFC 4180, with the comma before it unless first. */
void csv_field(const char *text, bool first);
void csv_end(void);

#endif
