/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "document.h"
#include "document_name.h"
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
	if (document_kind_of(path) == DOCUMENT_UNKNOWN) {
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
