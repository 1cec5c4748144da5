/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A table for the register. Rows that are taken are taken again as they are;
 * what a register has after them follows from its events; and what it exports
 * makes the same register, in both formats.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "register/export.h"
#include "register/import.h"
#include "register/verify.h"

/* Each import takes time: what a table of more rows does, one of fewer does. */
#define MAX_ROWS 20

static struct data_list lists[RECORD_KINDS];

static int read_rows(const char *text, size_t len, struct data_records *records)
{
	struct data_errors errors = { 0 };
	int ret;

	for (size_t i = 0; i < RECORD_KINDS; i++) {
		lists[i].name = record_types[i].list;
		lists[i].record = record_types[i].name;
	}
	ret = datafile_read_records(text, len, lists, RECORD_KINDS, records,
				    &errors);
	HOLDS(ret == 0 || ret == -EINVAL);
	HOLDS((ret == 0) == (errors.n == 0));
	for (size_t i = 0; i < errors.n; i++)
		HOLDS(errors.list[i].text && errors.list[i].text[0]);
	data_errors_free(&errors);
	return ret;
}

/* A register in memory with these rows; NULL where one of them is wrong. */
static struct custody_register *import(const json_t *rows)
{
	const struct register_act act = { 1795986036, "bich", "fuzz" };
	struct data_errors errors = { 0 };
	struct import in = { .act = act, .errors = &errors };
	struct verification v;
	char *message = NULL;
	int ret;

	HOLDS(register_open("/nonexistent/register", REGISTER_TRIAL, &in.reg,
			    &message) == 0);
	register_begin(in.reg);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_deep_copy(json_array_get(rows, i));

		import_row(&in, i + 1, row);
		json_decref(row);
	}
	if (errors.n > 0)
		register_rollback(in.reg);
	ret = errors.n ? -EINVAL : register_commit(in.reg, &message);
	HOLDS(ret == 0 || ret == -EINVAL);
	if (!ret) {
		register_verify(in.reg, &v);
		HOLDS(v.result == VERIFY_RIGHT);
	} else {
		register_close(&in.reg);
	}
	import_free(&in);
	data_errors_free(&errors);
	return in.reg;
}

static char *export(struct custody_register *reg, bool csv, size_t *len)
{
	struct row_writer w = { .csv = csv };
	char *text = NULL;

	w.stream = open_memstream(&text, len);
	HOLDS(w.stream);
	register_export(reg, &w);
	HOLDS(writer_close(&w) == 0);
	HOLDS(fclose(w.stream) == 0);
	return text;
}

static void export_and_import(struct custody_register *reg, bool csv)
{
	struct data_records records = { 0 };
	struct custody_register *second;
	size_t len, len_again;
	char *text = export(reg, csv, &len), *again;

	HOLDS(read_rows(text, len, &records) == 0);
	second = import(records.rows);
	HOLDS(second);
	again = export(second, csv, &len_again);
	HOLDS(len == len_again && memcmp(text, again, len) == 0);
	free(again);
	free(text);
	register_close(&second);
	data_records_free(&records);
}

/* As the same rows in JSON. */
static void read_again(const struct data_records *records)
{
	struct data_records again = { 0 };
	char *text = json_dumps(records->rows, 0);

	HOLDS(text);
	HOLDS(read_rows(text, strlen(text), &again) == 0);
	HOLDS(json_equal(records->rows, again.rows));
	data_records_free(&again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct data_records records = { 0 };
	struct custody_register *reg;
	size_t n;

	if (read_rows((const char *)data, size, &records))
		return 0;
	n = json_array_size(records.rows);
	read_again(&records);
	if (n > 0 && n <= MAX_ROWS) {
		reg = import(records.rows);
		if (reg) {
			export_and_import(reg, false);
			export_and_import(reg, true);
		}
		register_close(&reg);
	}
	data_records_free(&records);
	return 0;
}
