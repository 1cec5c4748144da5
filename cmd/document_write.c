/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "document_name.h"
#include "document_register.h"
#include "input/attachment.h"
#include "input/dossier.h"
#include "message.h"
#include "render.h"

/* The documents of one run, and the files of each. */
struct batch {
	struct document_job *job;
	struct renderer renderer;
	size_t n_docs, n_paths;
	char **paths; /* n_paths for each document in turn */
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int refuse_same_names(const struct batch *b)
{
	size_t n = b->n_docs * b->n_paths;
	char **sorted = calloc(n + 1, sizeof(*sorted));
	int ret = 0;

	if (!sorted)
		return print_no_memory();
	memcpy(sorted, b->paths, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), compare_names);
	for (size_t i = 1; i < n && !ret; i++) {
		if (strcmp(sorted[i - 1], sorted[i]) != 0)
			continue;
		print_message(
			_("%s would be written twice; put {n} into its name. Nothing was written"),
			sorted[i]);
		ret = EXIT_BAD_INPUT;
	}
	free(sorted);
	return ret;
}

static int name_files(struct batch *b)
{
	const struct document_options *o = b->job->options;
	const json_t *rows = dossier_get(b->job->dossier, "subscribers");

	while (o->outputs[b->n_paths])
		b->n_paths++;
	b->n_docs = o->each ? json_array_size(rows) : 1;
	if (b->n_docs == 0) {
		print_message(_(
			"--each: there is no subscriber to write a document for"));
		return EXIT_BAD_INPUT;
	}
	b->paths = calloc(b->n_docs * b->n_paths + 1, sizeof(*b->paths));
	if (!b->paths)
		return print_no_memory();
	for (size_t i = 0; i < b->n_docs * b->n_paths; i++) {
		const char *pattern = o->outputs[i % b->n_paths];
		size_t row = i / b->n_paths;

		b->paths[i] = o->each ? document_name(pattern, row + 1,
						      json_array_get(rows, row))
				      : strdup(pattern);
		if (!b->paths[i])
			return o->each ? EXIT_BAD_INPUT : print_no_memory();
	}
	return refuse_same_names(b);
}

static int tell_missing(const struct batch *b, const struct document *doc,
			const char *path)
{
	if (doc->n_missing == 0)
		return 0;
	if (b->job->options->each)
		print_message(_("%s lacks:"), path);
	else
		print_message(_("the document lacks:"));
	for (size_t i = 0; i < doc->n_missing; i++)
		print_message("  %s", doc->missing[i]);
	if (!b->job->options->strict)
		return 0;
	print_message(_(
		"nothing was written, as --strict asks; give what is missing by options or in the configuration"));
	return EXIT_BAD_INPUT;
}

static int attach(struct document *doc, const json_t *dossier)
{
	char *text =
		json_dumps(dossier, JSON_INDENT(1) | JSON_REAL_PRECISION(15));

	if (text && !attachment_fits(text))
		print_message(_(
			"so many subscribers are more than ckstoken can read back out of a document; part them into several"));
	if (text)
		doc->data = document_format(doc, "%s\n", text);
	free(text);
	return text && document_status(doc) == 0 ? 0 : print_no_memory();
}

/* Writes the @i-th document, or only tries whether it could be written. */
static int issue(struct batch *b, size_t i, bool only_try)
{
	struct document_job *job = b->job;
	json_t *dossier = job->options->each ? document_for_row(job, i)
					     : json_incref(job->dossier);
	char *const *paths = &b->paths[i * b->n_paths];
	struct document *doc = NULL;
	int ret = dossier ? 0 : print_no_memory();

	if (!ret && job->kind->complete)
		ret = job->kind->complete(job, dossier);
	if (!ret && form_build(job->form, dossier, &doc))
		ret = print_no_memory();
	if (!ret && (only_try || !job->options->strict))
		ret = tell_missing(b, doc, paths[0]);
	if (!ret && !job->options->no_attachment)
		ret = attach(doc, dossier);
	if (!ret)
		ret = only_try ? render_check(&b->renderer, doc)
			       : render_write(&b->renderer, doc, paths,
					      b->n_paths);
	if (!ret && !only_try)
		ret = document_record(job, dossier);
	document_free(&doc);
	json_decref(dossier);
	return ret;
}

static int issue_all(struct batch *b)
{
	const struct document_options *o = b->job->options;
	int ret = 0;

	/* Strict means all of them or none. */
	for (size_t i = 0; o->strict && i < b->n_docs && !ret; i++)
		ret = issue(b, i, true);
	for (size_t i = 0; i < b->n_docs && !ret; i++)
		ret = issue(b, i, false);
	for (size_t i = 0; o->each && b->n_docs > 0 && i < b->n_paths && !ret;
	     i++)
		ret = render_sync(b->paths[i]);
	return ret;
}

int document_write(struct document_job *job)
{
	struct batch b = { .job = job };
	int recorded, ret = render_open(&b.renderer, job);

	if (!ret)
		ret = name_files(&b);
	if (!ret)
		ret = document_record_begin(job);
	if (!ret)
		ret = issue_all(&b);
	recorded = document_record_end(job);
	if (!ret)
		ret = recorded;
	for (size_t i = 0; b.paths && i < b.n_docs * b.n_paths; i++)
		free(b.paths[i]);
	free(b.paths);
	render_close(&b.renderer);
	return ret;
}
