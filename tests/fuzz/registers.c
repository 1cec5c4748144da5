/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "registers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "register/export.h"
#include "register/import.h"
#include "register/verify.h"

#define NOW 1795986036

static struct data_list lists[RECORD_KINDS];

int registers_read(const char *text, size_t len, struct data_records *records)
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

struct custody_register *registers_new(void)
{
	struct custody_register *reg = NULL;
	char *message = NULL;

	HOLDS(register_open("/nonexistent/register", REGISTER_TRIAL, &reg,
			    &message) == 0);
	return reg;
}

int registers_commit(struct custody_register *reg)
{
	struct verification v;
	char *message = NULL;
	int ret = register_commit(reg, &message);

	HOLDS(ret == 0 || ret == -EDOM);
	free(message);
	register_verify(reg, &v);
	HOLDS(v.result == VERIFY_RIGHT);
	return ret ? -EINVAL : 0;
}

struct custody_register *registers_import(const json_t *rows)
{
	const struct register_act act = { NOW, "bich", "fuzz" };
	struct data_errors errors = { 0 };
	struct import in = { .reg = registers_new(),
			     .act = act,
			     .errors = &errors };
	struct custody_register *reg = in.reg;

	register_begin(reg);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_deep_copy(json_array_get(rows, i));

		import_row(&in, i + 1, row);
		json_decref(row);
	}
	import_free(&in);
	if (errors.n > 0)
		register_rollback(reg);
	else
		HOLDS(registers_commit(reg) == 0);
	if (errors.n > 0)
		register_close(&reg);
	data_errors_free(&errors);
	return reg;
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

static void check_export(struct custody_register *reg, bool csv)
{
	struct data_records records = { 0 };
	struct custody_register *second;
	size_t len, len_again;
	char *text = export(reg, csv, &len), *again;

	HOLDS(registers_read(text, len, &records) == 0);
	second = registers_import(records.rows);
	HOLDS(second);
	again = export(second, csv, &len_again);
	HOLDS(len == len_again && memcmp(text, again, len) == 0);
	free(again);
	free(text);
	register_close(&second);
	data_records_free(&records);
}

void registers_check_export(struct custody_register *reg)
{
	check_export(reg, false);
	check_export(reg, true);
}
