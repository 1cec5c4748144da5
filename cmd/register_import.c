/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "register_common.h"

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
