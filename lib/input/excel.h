/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lists as CSV: as RFC 4180 has it for programs, or as Excel opens it rightly,
 * in Vietnamese, with serial numbers that stay what they are.
 */
#ifndef INPUT_EXCEL_H
#define INPUT_EXCEL_H

#include <stdbool.h>
#include <stdio.h>

#include "base/csv.h"

/* The two kinds of CSV, as bits of an option. */
enum csv_kind { CSV_FOR_PROGRAMS = 1, CSV_FOR_EXCEL = 2 };

/* Zeroed but for the first two. */
struct csv_output {
	FILE *stream;
	bool for_excel;

	/* Private: the row, from 0, of which 0 has the headings, the column,
	 * and what stands in each. */
	size_t row, column;
	bool of_certificates; /* so that "serial" is of one */
	struct csv_shown {
		const struct field *field;
		bool is_number;
	} shown[CSV_CELLS_MAX];
};

/* Writes the next cell of the row, and the end of it. The first row has the
 * names of columns. */
void csv_output_cell(struct csv_output *out, const char *text);
void csv_output_end(struct csv_output *out);

#endif
