/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
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
	free(o->form);
	free(o->province);
	free(o->recipient);
	free(o->override);
}

/* "15", and "15a" for one put between two. */
static bool is_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && digits < 7 && strspn(text, "0") < digits &&
	       (text[digits] == '\0' || (isalpha((unsigned char)text[digits]) &&
					 text[digits + 1] == '\0'));
}

static bool is_count(const char *text)
{
	return text[strspn(text, "0123456789")] == '\0';
}

static int check_output(const struct document_options *o, const char *path)
{
	if (strcmp(path, "-") == 0 && o->each) {
		print_message(_(
			"--each: name files with -o, such as -o 'thu-{n}.pdf'"));
		return EXIT_USAGE;
	}
	if (strcmp(path, "-") == 0 && isatty(STDOUT_FILENO)) {
		print_message(_(
			"-o -: a PDF is not for the terminal; name a file, or pipe it on"));
		return EXIT_USAGE;
	}
	if (document_format_of(path) == DOCUMENT_UNKNOWN) {
		print_message(_("-o %s: the name must end in .pdf or .docx"),
			      path);
		return EXIT_USAGE;
	}
	if (o->each && !strchr(path, '{')) {
		print_message(
			_("--each: %s would be written again and again; put {n} or the name of a field, as {device_serial}, into it"),
			path);
		return EXIT_USAGE;
	}
	return 0;
}

static int check_outputs(const struct document_options *o)
{
	if (!o->outputs) {
		print_message(_(
			"say where to write the document: -o FILE.pdf or -o FILE.docx"));
		return EXIT_USAGE;
	}
	for (size_t i = 0; o->outputs[i]; i++) {
		int ret = check_output(o, o->outputs[i]);

		if (ret)
			return ret;
		for (size_t k = 0; k < i; k++) {
			if (strcmp(o->outputs[i], o->outputs[k]) != 0)
				continue;
			print_message(_("-o %s is given twice"), o->outputs[i]);
			return EXIT_USAGE;
		}
	}
	return 0;
}

int document_check(struct document_job *job)
{
	const struct document_options *o = job->options;
	int ret = check_outputs(o);

	if (ret)
		return ret;
	if (o->number && !is_number(o->number)) {
		print_message(
			_("--number %s is no number of a document; write it without its symbol, as 15"),
			o->number);
		return EXIT_USAGE;
	}
	if (o->number && o->each && !is_count(o->number)) {
		print_message(_(
			"--each counts on from --number, so that must be a number alone"));
		return EXIT_USAGE;
	}
	if (o->override && o->override[0] == '\0') {
		print_message(_(
			"--override needs the reason, which is kept in the record"));
		return EXIT_USAGE;
	}
	job->when = job->globals->now;
	job->has_hour = true;
	if (o->date && clock_parse(o->date, &job->when, &job->has_hour)) {
		print_message(
			_("--date %s is no date; write 21/11/2026 or \"21/11/2026 09:30\""),
			o->date);
		return EXIT_USAGE;
	}
	return selection_check(&o->selection);
}

/* The conditions that were set aside for row @i alone. */
static json_t *overrides_of(const json_t *all, size_t i)
{
	json_t *own = json_array();

	for (size_t k = 0; k < json_array_size(all); k++) {
		json_t *entry = json_copy(json_array_get(all, k));
		json_int_t row =
			json_integer_value(json_object_get(entry, "row"));

		if (row == (json_int_t)i + 1)
			json_object_set_new(entry, "row", json_integer(1));
		if (row == 0 || row == (json_int_t)i + 1)
			json_array_append(own, entry);
		json_decref(entry);
	}
	return own;
}

json_t *document_for_row(const struct document_job *job, size_t i)
{
	const json_t *rows = dossier_get(job->dossier, "subscribers");
	const json_t *overrides = dossier_get(job->dossier, "overrides");
	json_t *document =
		json_deep_copy(json_object_get(job->dossier, "document"));
	json_t *one = json_copy(job->dossier);
	const char *first = dossier_text(document, "number");
	char number[24];
	int rc = !document || !one;

	if (!rc && first[0] && first[strspn(first, "0123456789")] == '\0') {
		(void)snprintf(number, sizeof(number), "%llu",
			       strtoull(first, NULL, 10) + i);
		rc = dossier_put(document, "number", number);
	}
	if (!rc)
		rc = json_object_set(one, "document", document) ||
		     json_object_set_new(
			     one, "subscribers",
			     json_pack("[O]", json_array_get(rows, i)));
	if (!rc && overrides)
		rc = json_object_set_new(one, "overrides",
					 overrides_of(overrides, i));
	json_decref(document);
	if (rc) {
		json_decref(one);
		one = NULL;
	}
	return one;
}

static void document_job_free(struct document_job *job)
{
	register_close(&job->event.reg);
	json_decref(job->dossier);
	json_decref(job->data);
	json_decref(job->row_sets);
	form_free(&job->form);
	province_free(&job->province);
}

/* Of the rows: tokens before data, and the register after both. */
static int document_read_facts(struct document_job *job)
{
	int ret = document_open_register(job);

	if (!ret)
		ret = document_read_tokens(job);
	if (!ret)
		ret = document_apply_defaults(job);
	if (!ret)
		ret = document_look_up(job);
	return ret;
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
		.row_sets = json_object(),
		.dossier = json_object(),
	};
	int ret = job.dossier && job.row_sets && facts ? 0 : EXIT_DEVICE;

	if (ret)
		print_message("%s", cks_strerror(CKS_ERR_MEMORY));
	if (!ret)
		ret = document_check(&job);
	if (!ret)
		ret = document_rules(&job, kinds, name);
	if (!ret)
		ret = document_read_data(&job);
	if (!ret)
		ret = document_fill(&job, facts);
	if (!ret)
		ret = document_set(&job);
	if (!ret)
		ret = document_read_facts(&job);
	if (!ret)
		ret = document_normalize(&job);
	if (!ret)
		ret = document_conditions(&job);
	if (!ret)
		ret = document_write(&job);
	if (!ret)
		document_advise(&job);
	if (!ret && job.partial)
		ret = EXIT_PARTIAL;
	document_job_free(&job);
	json_decref(facts);
	return ret;
}
