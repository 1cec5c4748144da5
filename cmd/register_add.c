/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "register_common.h"
#include "scanning.h"
#include "token_rows.h"

/* A table of one row, as JSON, whose columns are the NAMEs of @pairs: the
 * reader of tables knows what these mean. The caller's to free(). */
static char *table_of(const char *record, const char **pairs)
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

static int read_pairs(const char *record, const char **pairs,
		      struct data_records *records, struct data_errors *errors)
{
	char *text;
	int rc;

	for (const char **pair = pairs; *pair; pair++) {
		const char *equals = strchr(*pair, '=');

		if (equals && equals > *pair)
			continue;
		print_error(
			_("\"%s\": write it as NAME=TEXT, such as keeper='Nguyễn Văn An'"),
			*pair);
		return EXIT_USAGE;
	}
	text = table_of(record, pairs);
	if (!text) {
		print_error(_(
			"these names and texts are not UTF-8; set the terminal to UTF-8 and type them anew"));
		return EXIT_BAD_INPUT;
	}
	rc = datafile_read_records(text, strlen(text), NULL, 0, records,
				   errors);
	free(text);
	if (rc == -ENOMEM)
		return print_no_memory();
	return rc ? EXIT_BAD_INPUT : 0;
}

/* The records that the one token present makes, with the fields of @given put
 * over them. */
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

/* Puts all rows as one event. */
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
		print_error(_("nothing was added"));
		ret = EXIT_BAD_INPUT;
	}
	ret = register_finish(in->reg, ret);
	if (!ret)
		register_tell_recorded(in->reg);
	return ret;
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
		print_message(_("the register already has all of this"));
	import_free(&in);
	register_close(&in.reg);
	free(officer);
	return ret;
}

static int check_record(const char *record, const struct register_options *o)
{
	bool present = record && strcmp(record, "present") == 0;
	struct suggestion s;

	if (record && !present && record_kind_find(record) == RECORD_KINDS) {
		print_error(
			_("there is no kind of record \"%s\"; the kinds are: agency, unit, subscriber, token, certificate, request, item, custody, loss, unblock, and \"present\" for the token that is plugged in"),
			record);
		suggest_begin(&s, record);
		for (size_t i = 0; i < RECORD_KINDS; i++)
			suggest_try(&s, record_types[i].name);
		suggest_try(&s, "present");
		suggest_print(&s, "");
		return EXIT_USAGE;
	}
	if (!present && selection_names_any(&o->selection)) {
		print_error(_(
			"--serial, --label and --uri are for \"register add present\" only"));
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
