/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A table for the register. Rows that are taken are taken again as they are;
 * what a register has after them follows from its events; and what it exports
 * makes the same register, in both formats.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "registers.h"

/* Each import takes time: what a table of more rows does, one of fewer does. */
#define MAX_ROWS 20

/* As the same rows in JSON. */
static void read_again(const struct data_records *records)
{
	struct data_records again = { 0 };
	char *text = json_dumps(records->rows, 0);

	HOLDS(text);
	HOLDS(registers_read(text, strlen(text), &again) == 0);
	HOLDS(json_equal(records->rows, again.rows));
	data_records_free(&again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct data_records records = { 0 };
	struct custody_register *reg;
	size_t n;

	if (registers_read((const char *)data, size, &records))
		return 0;
	n = json_array_size(records.rows);
	read_again(&records);
	if (n > 0 && n <= MAX_ROWS) {
		reg = registers_import(records.rows);
		if (reg)
			registers_check_export(reg);
		register_close(&reg);
	}
	data_records_free(&records);
	return 0;
}
