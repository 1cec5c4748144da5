/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "data_errors.h"
#include "message.h"
#include "register_common.h"
#include "scanning.h"
#include "token_rows.h"

/* One row of NAME=TEXT, for the reader of tables to know its names. The
 * caller's to free(). */
static char *text_of(const char *record, const char **pairs)
{
	json_t *row = json_object();
	char *text = NULL;
	bool ok = row && (!record || !json_object_set_new(row, "record",
							  json_string(record)));

	for (; ok && *pairs; pairs++) {
		const char *equals = strchr(*pairs, '=');
		char *name = strndup(*pairs, (size_t)(equals - *pairs));

		ok = name &&
		     !json_object_set_new(row, name,
					  equals[1] ? json_string(equals + 1)
						    : json_null());
		free(name);
	}
	if (ok) {
		json_t *rows = json_pack("[O]", row);

		text = json_dumps(rows, JSON_COMPACT);
		json_decref(rows);
	}
	json_decref(row);
	return text;
}

static int check_pairs(const char **pairs)
{
	for (; *pairs; pairs++) {
		const char *equals = strchr(*pairs, '=');

		if (equals && equals > *pairs)
			continue;
		print_message(
			_("\"%s\": write it as NAME=TEXT, such as keeper='Nguyễn Văn An'"),
			*pairs);
		return EXIT_USAGE;
	}
	return 0;
}

static int read_pairs(const char *record, const char **pairs,
		      struct data_records *records, struct data_errors *errors)
{
	char *text;
	int rc, ret = check_pairs(pairs);

	if (ret)
		return ret;
	text = text_of(record, pairs);
	if (!text) {
		print_message(_("these names and texts are not UTF-8"));
		return EXIT_BAD_INPUT;
	}
	rc = datafile_read_records(text, strlen(text), NULL, 0, records,
				   errors);
	free(text);
	if (rc == -ENOMEM)
		return print_no_memory();
	return rc ? EXIT_BAD_INPUT : 0;
}

/* What the one token present says, and the officer besides. */
static int read_token(const struct globals *globals,
		      const struct register_options *o, const json_t *given,
		      json_t **rows)
{
	const struct cks_token *token = NULL;
	struct cks_scan *scan = NULL;
	int ret = scan_for_one(globals, &o->selection, &scan, &token);
	size_t i;
	json_t *row;

	*rows = NULL;
	if (!ret)
		ret = token_records(token, globals->now, rows);
	json_array_foreach (*rows, i, row)
		if (!ret && given && json_object_update(row, (json_t *)given))
			ret = print_no_memory();
	cks_scan_free(&scan);
	return ret;
}

/* All of it is one event. */
static int put_rows(struct import *in, json_t *rows)
{
	int ret = 0;
	size_t i;
	json_t *row;

	register_begin(in->reg);
	register_act_begin(in->reg, &in->act);
	json_array_foreach (rows, i, row)
		import_part(in, 0, row);
	register_act_end(in->reg);
	if (!store_error(register_store(in->reg)) && in->errors->n) {
		print_data_errors(NULL, in->errors);
		print_message(_("nothing was added"));
		ret = EXIT_BAD_INPUT;
	}
	return register_finish(in->reg, ret);
}

static int add(const struct globals *globals, const struct register_options *o,
	       json_t *rows, struct data_errors *errors)
{
	struct import in = { .errors = errors, .ends = true };
	char *officer = NULL;
	int ret = register_actor(globals, "add", &officer, &in.act);

	if (!ret)
		ret = register_require(globals, o->file, REGISTER_CREATE,
				       &in.reg);
	if (!ret)
		ret = put_rows(&in, rows);
	if (!ret && in.n_new + in.n_changed == 0)
		print_message(_("the register says so already"));
	import_free(&in);
	register_close(&in.reg);
	free(officer);
	return ret;
}

static int check_record(const char *record, const struct register_options *o)
{
	bool present = record && strcmp(record, "present") == 0;

	if (record && !present && record_kind_find(record) == RECORD_KINDS) {
		print_message(
			_("there is no record \"%s\"; there are: agency, unit, subscriber, token, certificate, request, item, custody, loss, unblock, and \"present\" for the token that is plugged in"),
			record);
		return EXIT_USAGE;
	}
	if (!present && selection_names_any(&o->selection)) {
		print_message(_(
			"--serial, --label and --uri go with \"register add present\""));
		return EXIT_USAGE;
	}
	return 0;
}

int cmd_register_add(const struct globals *globals,
		     const struct register_options *o)
{
	const char *record = strchr(o->args[0], '=') ? NULL : o->args[0];
	const char **pairs = record ? o->args + 1 : o->args;
	bool present = record && strcmp(record, "present") == 0;
	struct data_records given = { 0 };
	struct data_errors errors = { 0 };
	json_t *rows = NULL;
	int ret = check_record(record, o);

	if (!ret && (!present || *pairs))
		ret = read_pairs(present ? NULL : record, pairs, &given,
				 &errors);
	if (errors.n)
		print_data_errors(NULL, &errors);
	if (!ret && present)
		ret = read_token(globals, o, json_array_get(given.rows, 0),
				 &rows);
	else if (!ret)
		rows = json_incref(given.rows);
	if (!ret)
		ret = add(globals, o, rows, &errors);
	json_decref(rows);
	data_records_free(&given);
	data_errors_free(&errors);
	return ret;
}
