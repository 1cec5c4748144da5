/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "register_common.h"
#include "scanning.h"
#include "token_rows.h"

static int load(const char *path, char **text, size_t *len)
{
	struct error error = { 0 };
	int ret = datafile_load(path, DATA_REGISTER_MIB, text, len, &error);

	if (!ret)
		return 0;
	print_error("%s", error_text(&error, ret));
	error_free(&error);
	return ret == -ENOMEM ? EXIT_DEVICE : EXIT_BAD_INPUT;
}

static void take_row(void *owner, size_t number, json_t *row)
{
	import_row(owner, number, row);
}

/* Every row is tried, so that the officer sees all errors at once. */
static int take_rows(struct import *in, const char *text, size_t len)
{
	struct data_list lists[RECORD_KINDS];
	int rc;

	for (size_t kind = 0; kind < RECORD_KINDS; kind++)
		lists[kind] = (struct data_list){ record_types[kind].list,
						  record_types[kind].name };
	register_begin(in->reg);
	rc = datafile_each_record(text, len, lists, RECORD_KINDS, take_row, in,
				  in->errors);
	if (store_error(register_store(in->reg)))
		return 0; /* register_finish() prints it */
	data_errors_close(in->errors);
	if (rc == -ENOMEM || in->errors->arena.failed || in->arena.failed)
		return print_no_memory();
	return in->errors->n ? EXIT_BAD_INPUT : 0;
}

static int take_file(struct import *in, const char *path, bool dry_run)
{
	size_t len = 0;
	char *text = NULL;
	int ret = load(path, &text, &len);

	if (!ret) {
		ret = take_rows(in, text, len);
		if (!ret && dry_run && !store_error(register_store(in->reg)))
			register_rollback(in->reg);
		else
			ret = register_finish(in->reg, ret);
	}
	free(text);
	return ret;
}

static void sum_up(const struct import *in, bool dry_run)
{
	char news[128], same[128];

	if (dry_run) {
		snprintf(news, sizeof(news),
			 Q_("%zu row would be new", "%zu rows would be new",
			    in->n_new),
			 in->n_new);
		snprintf(same, sizeof(same),
			 Q_("%zu is already there", "%zu are already there",
			    in->n_same),
			 in->n_same);
		/* TRANSLATORS: "3 rows would be new", a number, "2 are there
		 * already". */
		print_message(
			_("%s, %zu would change an earlier record, %s; nothing was written"),
			news, in->n_changed, same);
		return;
	}
	snprintf(news, sizeof(news),
		 Q_("%zu row is new", "%zu rows are new", in->n_new),
		 in->n_new);
	snprintf(same, sizeof(same),
		 Q_("%zu was already there", "%zu were already there",
		    in->n_same),
		 in->n_same);
	/* TRANSLATORS: "3 rows are new", a number, "2 were there already". */
	print_message(_("%s, %zu changed an earlier record, %s"), news,
		      in->n_changed, same);
}

int cmd_register_import(const struct globals *globals,
			const struct register_options *o)
{
	struct data_errors errors = { 0 };
	struct import in = { .errors = &errors };
	char *officer = NULL;
	int ret = register_actor(globals, "import", &officer, &in.act);

	if (!ret)
		ret = register_require(
			globals, o->file,
			o->dry_run ? REGISTER_TRIAL : REGISTER_CREATE, &in.reg);
	if (!ret)
		ret = take_file(&in, o->args[0], o->dry_run);
	print_data_errors(o->args[0], &errors);
	if (errors.n) {
		print_error(_(
			"nothing was imported; correct these rows and import the file again"));
	} else if (!ret) {
		sum_up(&in, o->dry_run);
	}
	import_free(&in);
	register_close(&in.reg);
	data_errors_free(&errors);
	free(officer);
	return ret;
}

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
		print_error(_("these names and texts are not UTF-8"));
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
		print_message(_("the register already has all of this"));
	import_free(&in);
	register_close(&in.reg);
	free(officer);
	return ret;
}

static int check_record(const char *record, const struct register_options *o)
{
	bool present = record && strcmp(record, "present") == 0;

	if (record && !present && record_kind_find(record) == RECORD_KINDS) {
		print_error(
			_("there is no kind of record \"%s\"; the kinds are: agency, unit, subscriber, token, certificate, request, item, custody, loss, unblock, and \"present\" for the token that is plugged in"),
			record);
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
