/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making a document: its options, and the order of the steps. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "document_private.h"
#include "input/dossier.h"
#include "message.h"

void document_options_free(struct document_options *o)
{
	selection_free(&o->selection);
	selection_free_argv(o->outputs);
	selection_free_argv(o->sets);
	free(o->number);
	free(o->date);
	free(o->data);
	free(o->sheet);
	free(o->form);
	free(o->province);
	free(o->forms);
	free(o->recipient);
	free(o->override);
	free(o->due);
	selection_free_argv(o->sign_serials);
	free(o->pin_file);
	free(o->pin_fd);
}

static int check_output(const struct document_options *o, const char *path)
{
	if (strcmp(path, "-") == 0 && o->each) {
		print_error(_(
			"--each: name files with -o, such as -o 'thu-{n}.pdf'"));
		return EXIT_USAGE;
	}
	if (strcmp(path, "-") == 0 && isatty(STDOUT_FILENO)) {
		print_error(_(
			"-o -: a PDF cannot be shown on a terminal; name a file, or pipe the output to another program"));
		return EXIT_USAGE;
	}
	if (document_format_of(path) == DOCUMENT_UNKNOWN) {
		print_error(_("-o %s: the name must end in .pdf or .docx"),
			    path);
		return EXIT_USAGE;
	}
	if (o->each && !strchr(path, '{')) {
		print_error(
			_("--each: %s would be overwritten by each document; put {n} or the name of a field, such as {device_serial}, into the file name"),
			path);
		return EXIT_USAGE;
	}
	return 0;
}

static int check_outputs(const struct document_options *o)
{
	if (!o->outputs) {
		print_error(_(
			"name the file to write: -o FILE.pdf or -o FILE.docx"));
		return EXIT_USAGE;
	}
	for (size_t i = 0; o->outputs[i]; i++) {
		int ret = check_output(o, o->outputs[i]);

		if (ret)
			return ret;
		for (size_t k = 0; k < i; k++) {
			if (strcmp(o->outputs[i], o->outputs[k]) != 0)
				continue;
			print_error(_("-o %s is given twice"), o->outputs[i]);
			return EXIT_USAGE;
		}
	}
	return 0;
}

static int check_sign(const struct document_options *o)
{
	struct secret_source source = document_pin_source(o);
	bool any = false;

	for (size_t i = 0; o->outputs && o->outputs[i]; i++)
		any |= document_format_of(o->outputs[i]) == DOCUMENT_PDF;
	if (!o->sign && (o->sign_serials || o->pin_file || o->pin_fd)) {
		print_error(_(
			"--sign-serial, --pin-file and --pin-fd are for --sign only"));
		return EXIT_USAGE;
	}
	if (o->sign && !any) {
		print_error(_(
			"--sign: PDF files alone are signed; name one by -o"));
		return EXIT_USAGE;
	}
	return secret_source_check(&source);
}

/* "15", or "15a" for a document put between two others. */
static int check_number(const struct document_options *o)
{
	const char *number = o->number;
	size_t digits = strspn(number, "0123456789");

	if (digits == 0 || digits > 6 || strspn(number, "0") == digits ||
	    (number[digits] &&
	     (!isalpha((unsigned char)number[digits]) || number[digits + 1]))) {
		print_error(
			_("--number %s is not the number of a document; write it without its symbol, such as 15"),
			number);
		return EXIT_USAGE;
	}
	if (o->each && number[digits]) {
		print_error(_(
			"--each counts up from --number, which must then have digits only"));
		return EXIT_USAGE;
	}
	return 0;
}

static int document_check(struct document_job *job)
{
	const struct document_options *o = job->options;
	const char *why = NULL;
	int ret = 0;

	if (o->sheet && !o->data) {
		print_error(_("--sheet is for the workbook that --data names"));
		return EXIT_USAGE;
	}
	if (o->json) {
		print_error(_("--json is for --list-provinces only"));
		return EXIT_USAGE;
	}
	ret = check_outputs(o);
	if (!ret)
		ret = check_sign(o);
	if (!ret && o->number)
		ret = check_number(o);
	if (ret)
		return ret;
	if (o->override && o->override[0] == '\0') {
		print_error(_(
			"--override needs a reason, which is kept with the document"));
		return EXIT_USAGE;
	}
	job->when = job->globals->now;
	job->is_now = !o->date;
	if (o->date)
		why = clock_parse(o->date, &job->when, &job->has_hour);
	if (why) {
		print_error("--date %s: %s", o->date, why);
		return EXIT_USAGE;
	}
	return selection_check(&o->selection);
}

/*
 * Gathers the facts: the data goes over the configuration, and options over
 * both. The rows of the data are filled from tokens, and then from the
 * register.
 */
static int gather(struct document_job *job)
{
	int ret = document_fill(job, job->facts);

	if (!ret)
		ret = document_set(job);
	if (!ret)
		ret = document_check_day(job);
	if (!ret)
		document_note_unprinted(job);
	if (!ret)
		ret = document_open_register(job);
	if (!ret && !job->is_again)
		ret = document_read_due(job);
	if (!ret)
		ret = document_read_tokens(job);
	if (!ret)
		ret = document_apply_defaults(job);
	if (!ret)
		ret = document_look_up(job);
	if (!ret)
		ret = document_part_procedures(job);
	if (!ret)
		ret = document_normalize(job);
	if (!ret)
		ret = document_look_up_people(job);
	if (!ret && job->kind->check)
		ret = job->kind->check(job, job->dossier);
	if (!ret)
		ret = document_leave_out(job);
	return ret;
}

/*
 * The dossier of the document of @n rows from @first on, for the caller to
 * json_decref(). To complete it changes neither the job's dossier nor that of
 * another document. With --each the number counts up, unless it has a letter.
 */
static json_t *part_of(const struct document_job *job, size_t first, size_t n)
{
	const json_t *all = dossier_get(job->dossier, "subscribers");
	json_t *part = json_copy(job->dossier);
	json_t *document =
		json_deep_copy(dossier_get(job->dossier, "document"));
	json_t *rows = json_array();
	const char *number = dossier_text(document, "number");
	char counted[24];
	int rc = !part || !document || !rows;

	/* Of the file that the rows are from, and not for others to read. */
	json_object_del(part, DOSSIER_ROW_NUMBERS);
	for (size_t i = first; i < first + n && !rc; i++)
		rc = json_array_append_new(rows,
					   json_copy(json_array_get(all, i)));
	if (!rc && job->options->each && number[0] &&
	    number[strspn(number, "0123456789")] == '\0') {
		(void)snprintf(counted, sizeof(counted), "%llu",
			       strtoull(number, NULL, 10) + first);
		rc = dossier_put(document, "number", counted);
	}
	if (!rc)
		rc = json_object_set(part, "document", document) ||
		     json_object_set(part, "subscribers", rows);
	json_decref(document);
	json_decref(rows);
	if (rc) {
		json_decref(part);
		part = NULL;
	}
	return part;
}

/* Divides the dossier into those of the documents, and completes each. */
static int complete(struct document_job *job)
{
	size_t n_rows =
		json_array_size(dossier_get(job->dossier, "subscribers"));
	bool each = job->options->each;
	int ret = 0;

	job->documents = json_array();
	if (!job->documents)
		return print_no_memory();
	for (size_t i = 0; i < (each ? n_rows : 1) && !ret; i++) {
		json_t *part = part_of(job, i, each ? 1 : n_rows);

		if (json_array_append_new(job->documents, part))
			ret = print_no_memory();
		else if (job->kind->complete)
			ret = job->kind->complete(job, part);
		if (!ret)
			ret = document_note_self_dealing(job, part);
	}
	return ret;
}

/* The state of a job in which its facts are not gathered yet. */
struct start {
	const struct procedure *procedure;
	time_t when;
	bool has_hour, is_now;
	json_t *dossier, *against;
};

static int remember_start(const struct document_job *job, struct start *start)
{
	*start = (struct start){
		.procedure = job->procedure,
		.when = job->when,
		.has_hour = job->has_hour,
		.is_now = job->is_now,
		.dossier = json_deep_copy(job->dossier),
		.against = json_deep_copy(job->against),
	};
	return start->dossier && start->against ? 0 : print_no_memory();
}

/* Forgets what was gathered by other options. What was read stays: the
 * regulation, the data and the tokens. */
static int begin_again(struct document_job *job)
{
	const struct start *start = job->start;
	int ret = document_check(job);

	if (ret)
		return ret;
	if (!job->options->date) {
		job->when = start->when;
		job->has_hour = start->has_hour;
		job->is_now = start->is_now;
	}
	job->procedure = start->procedure;
	register_close(&job->event.reg);
	json_decref(job->known);
	job->known = NULL;
	json_decref(job->documents);
	job->documents = NULL;
	json_decref(job->dossier);
	job->dossier = json_deep_copy(start->dossier);
	json_decref(job->against);
	job->against = json_deep_copy(start->against);
	if (!job->dossier || !job->against ||
	    json_object_clear(job->row_sets) ||
	    json_object_clear(job->one_row_sets))
		return print_no_memory();
	return 0;
}

/*
 * Makes the dossiers by the job's options as they are, and judges them. It may
 * be called again when options were added, and does nothing twice then that
 * anybody would see, but that it tells again what there is to tell.
 */
static int settle(struct document_job *job)
{
	int ret = job->is_again ? begin_again(job) : 0;

	if (!ret)
		ret = gather(job);
	job->is_again = true;
	if (!ret)
		ret = complete(job);
	if (!ret)
		ret = document_refuse_secrets(job);
	return ret ? ret : document_conditions(job);
}

int document_make(const struct globals *globals,
		  const struct document_options *options,
		  const struct document_kind *kinds, const char *name,
		  json_t *facts, const void *ctx)
{
	struct document_job job = {
		.globals = globals,
		.options = options,
		.ctx = ctx,
		.facts = facts,
		.row_sets = json_object(),
		.one_row_sets = json_object(),
		.people = json_object(),
		.against = json_object(),
		.dossier = json_object(),
	};
	struct start start = { 0 };
	struct asked *asked = NULL;
	int ret = job.dossier && job.row_sets && job.one_row_sets &&
				  job.people && job.against && facts
			  ? 0
			  : print_no_memory();

	if (!ret)
		ret = document_check(&job);
	if (!ret)
		ret = document_rules(&job, kinds, name);
	if (!ret)
		ret = document_read_data(&job);
	if (!ret)
		document_tell_regulation(&job);
	if (!ret)
		ret = remember_start(&job, &start);
	job.start = &start;
	if (!ret)
		ret = document_ask(&job, settle, &asked);
	if (!ret)
		ret = document_doubt(&job);
	if (!ret) {
		document_note_future(&job);
		document_note_day_off(&job);
	}
	if (!ret)
		ret = document_write(&job);
	if (!ret)
		document_advise(&job);
	document_ask_end(asked, ret);
	if (!ret && job.partial)
		ret = EXIT_PARTIAL;
	register_close(&job.event.reg);
	cks_scan_free(&job.scan);
	json_decref(start.dossier);
	json_decref(start.against);
	json_decref(job.documents);
	json_decref(job.dossier);
	json_decref(job.data);
	json_decref(job.known);
	json_decref(job.row_sets);
	json_decref(job.one_row_sets);
	json_decref(job.people);
	json_decref(job.against);
	form_free(&job.form);
	province_free(&job.province);
	json_decref(facts);
	return ret;
}
