/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "register_import.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/attachment.h"
#include "input/dossier.h"
#include "machine_files.h"
#include "message.h"

/* 1. What the files are. Each returns 0 or an exit code, told. */

static int fail_read(struct error *error, int code)
{
	print_error("%s", error_text(error, code));
	error_free(error);
	return code == -ENOMEM || code == -ENOEXEC || code == -ENOPKG
		       ? EXIT_DEVICE
		       : EXIT_BAD_INPUT;
}

static int refuse(const struct handed_file *file, const char *why)
{
	print_error("%s: %s", file->path, why);
	return EXIT_BAD_INPUT;
}

/* The data of a letter or of minutes, from inside the document. */
static int unpack(struct handed_file *file)
{
	struct error error = { 0 };
	char *text = NULL;
	int ret;

	if (strcmp(file->path, "-") == 0)
		return refuse(
			file,
			_("name the file of a document; it is not taken from standard input"));
	ret = attachment_read(file->path, &text, &error);
	if (ret)
		return fail_read(&error, ret);
	free(file->text);
	file->text = text;
	file->len = strlen(text);
	file->kind = HANDED_PAPER;
	return 0;
}

/* What the register would take nothing of, or what is not settled, is refused.
 */
static int check_paper(const struct handed_file *file)
{
	const char *procedure = dossier_text(file->paper, "form.procedure");
	const json_t *rows = json_object_get(file->paper, "subscribers");

	if (!*procedure || json_array_size(rows) == 0)
		return refuse(
			file,
			_("it is a document about no subscriber, token or certificate, so that the register takes nothing from it"));
	if (!*dossier_text(file->paper, "document.number"))
		return refuse(
			file,
			_("it has no number, so it is a draft, and the register has nothing of a draft; import it when it has one"));
	return 0;
}

static int read_paper(struct handed_file *file)
{
	json_error_t error;

	if (!attachment_fits(file->text))
		return refuse(file,
			      _("there is more in it than a document has"));
	file->paper = json_loadb(file->text, file->len, JSON_REJECT_DUPLICATES,
				 &error);
	if (!file->paper && !error.text[0])
		return print_no_memory();
	if (!file->paper)
		return refuse(file, error.text);
	return check_paper(file);
}

static int read_file(struct import_job *job, struct handed_file *file)
{
	struct error error = { 0 };
	const char *what = NULL;
	int ret = datafile_load(file->path, job->options->sheet,
				DATA_REGISTER_MIB, &file->text, &file->len,
				&file->errors, &error);

	if (ret)
		return fail_read(&error, ret);
	file->kind = handed_judge(file->text, file->len, &what);
	if (file->kind == HANDED_NOTHING)
		return refuse(file, what);
	if (file->kind == HANDED_PACKED)
		ret = unpack(file);
	if (!ret && file->kind == HANDED_PAPER)
		ret = read_paper(file);
	if (!ret && file->kind == HANDED_STATUS)
		ret = machine_file_read(
			file->path, file->text, file->len, job->globals->now,
			(size_t)(file - job->files), &job->reports);
	/* Of a table the text is needed still. */
	if (file->kind == HANDED_STATUS || file->kind == HANDED_PAPER) {
		free(file->text);
		file->text = NULL;
	}
	return ret;
}

/* Every file is looked at, so that the officer sees all that is wrong. */
static int read_files(struct import_job *job)
{
	int ret = 0;

	for (size_t i = 0; i < job->n_files; i++) {
		int one = read_file(job, &job->files[i]);

		ret = ret ? ret : one;
	}
	return ret;
}

/* 2. What the register takes of them. */

static void take_row(void *owner, size_t number, json_t *row)
{
	import_row(owner, number, row);
}

/* Every row is tried, so that the officer sees all errors at once. 0 or an exit
 * code. */
static int take_table(struct import_job *job, struct handed_file *file)
{
	static const struct data_list list = { "tokens", NULL };
	struct data_list lists[RECORD_KINDS];
	struct import *in = &job->tables;
	bool is_list = file->kind == HANDED_LIST;
	int rc;

	for (size_t kind = 0; kind < RECORD_KINDS; kind++)
		lists[kind] = (struct data_list){ record_types[kind].list,
						  record_types[kind].name };
	import_next_table(in, &file->errors);
	register_mirror(in->reg, file->len);
	rc = datafile_each_record(
		file->text, file->len, is_list ? &list : lists,
		is_list ? 1 : RECORD_KINDS, take_row, in, &file->errors);
	register_mirror_end(in->reg);
	free(file->text);
	file->text = NULL;
	if (store_error(register_store(in->reg)))
		return 0; /* register_finish() prints it */
	data_errors_close(&file->errors);
	if (rc == -ENOMEM || file->errors.arena.failed || in->arena.failed)
		return print_no_memory();
	return file->errors.n ? EXIT_BAD_INPUT : 0;
}

/* 0 or an exit code. */
static int take_paper(struct import_job *job, struct handed_file *file)
{
	struct import *in = &job->tables;

	register_act_begin(in->reg, &in->act);
	file->recorded = record_document(in->reg, file->paper, NULL);
	register_act_end(in->reg);
	in->begun = false;
	return register_tell_again(&file->recorded);
}

static int take_files(struct import_job *job)
{
	struct custody_register *reg = job->tables.reg;
	int ret = 0;

	register_begin(reg);
	for (size_t i = 0; i < job->n_files; i++) {
		struct handed_file *file = &job->files[i];
		int one = 0;

		if (file->kind == HANDED_PAPER)
			one = take_paper(job, file);
		else if (file->kind != HANDED_STATUS)
			one = take_table(job, file);
		print_data_errors(file->path, &file->errors);
		ret = ret ? ret : one;
	}
	if (!ret && job->reports.n)
		sightings_take(&job->seen, &job->reports, &job->sightings);
	if (!ret && job->options->dry_run && !store_error(register_store(reg)))
		register_rollback(reg);
	else
		ret = register_finish(reg, ret);
	if (!ret && !job->options->dry_run)
		register_tell_recorded(reg);
	return ret;
}

static int run(struct import_job *job)
{
	const struct register_options *o = job->options;
	char *officer = NULL;
	int ret = read_files(job);

	if (!ret)
		ret = register_actor(job->globals, "import", &officer,
				     &job->tables.act);
	if (!ret)
		ret = register_require(job->globals, o->file,
				       o->dry_run ? REGISTER_TRIAL
						  : REGISTER_CREATE,
				       &job->tables.reg);
	job->seen = job->tables;
	if (!ret)
		ret = take_files(job);
	import_free(&job->tables);
	import_free(&job->seen);
	register_close(&job->tables.reg);
	free(officer);
	return ret;
}

static void job_free(struct import_job *job)
{
	for (size_t i = 0; job->files && i < job->n_files; i++) {
		struct handed_file *file = &job->files[i];

		free(file->text);
		json_decref(file->paper);
		data_errors_free(&file->errors);
	}
	free(job->files);
	machine_reports_free(&job->reports);
	sightings_free(&job->sightings);
}

int cmd_register_import(const struct globals *globals,
			const struct register_options *o)
{
	struct import_job job = { .globals = globals, .options = o };
	size_t n_errors = 0;
	int ret = 0, printed = 0;

	while (o->args[job.n_files])
		job.n_files++;
	job.files = calloc(job.n_files, sizeof(*job.files));
	if (!job.files)
		return print_no_memory();
	for (size_t i = 0; i < job.n_files; i++)
		job.files[i].path = o->args[i];
	ret = run(&job);
	for (size_t i = 0; i < job.n_files; i++)
		n_errors += job.files[i].errors.n;
	if (n_errors)
		print_error(_(
			"nothing was imported; correct these rows and import the file again"));
	else if (ret == EXIT_BAD_INPUT)
		print_error(_("nothing was imported"));
	if (o->json)
		printed = import_print_json(&job, ret);
	else if (!ret)
		import_print(&job);
	job_free(&job);
	return ret ? ret : printed;
}
