/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "input/attached.h"
#include "input/dossier.h"
#include "paper.h"
#include "paper_name.h"
#include "paper_press.h"
#include "paper_register.h"
#include "say.h"

/* The documents of one run, and the files of each. */
struct batch {
	struct paper *paper;
	struct press press;
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
		return say_no_memory();
	memcpy(sorted, b->paths, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), compare_names);
	for (size_t i = 1; i < n && !ret; i++) {
		if (strcmp(sorted[i - 1], sorted[i]) != 0)
			continue;
		say(_("%s would be written twice; put {n} into its name. Nothing was written"),
		    sorted[i]);
		ret = EXIT_BAD_INPUT;
	}
	free(sorted);
	return ret;
}

static int name_files(struct batch *b)
{
	const struct paper_options *o = b->paper->options;
	const json_t *rows = dossier_get(b->paper->dossier, "subscribers");

	while (o->outputs[b->n_paths])
		b->n_paths++;
	b->n_docs = o->each ? json_array_size(rows) : 1;
	if (b->n_docs == 0) {
		say(_("--each: there is no subscriber to write a document for"));
		return EXIT_BAD_INPUT;
	}
	b->paths = calloc(b->n_docs * b->n_paths + 1, sizeof(*b->paths));
	if (!b->paths)
		return say_no_memory();
	for (size_t i = 0; i < b->n_docs * b->n_paths; i++) {
		const char *pattern = o->outputs[i % b->n_paths];
		size_t row = i / b->n_paths;

		b->paths[i] = o->each ? paper_name(pattern, row + 1,
						   json_array_get(rows, row))
				      : strdup(pattern);
		if (!b->paths[i])
			return o->each ? EXIT_BAD_INPUT : say_no_memory();
	}
	return refuse_same_names(b);
}

static int tell_missing(const struct batch *b, const struct document *doc,
			const char *path)
{
	if (doc->n_missing == 0)
		return 0;
	if (b->paper->options->each)
		say(_("%s lacks:"), path);
	else
		say(_("the document lacks:"));
	for (size_t i = 0; i < doc->n_missing; i++)
		say("  %s", doc->missing[i]);
	if (!b->paper->options->strict)
		return 0;
	say(_("nothing was written, as --strict asks; give what is missing by options or in the configuration"));
	return EXIT_BAD_INPUT;
}

static int attach(struct document *doc, const json_t *dossier)
{
	char *text =
		json_dumps(dossier, JSON_INDENT(1) | JSON_REAL_PRECISION(15));

	if (text && !attached_fits(text))
		say(_("so many subscribers are more than ckstoken can read back out of a document; part them into several"));
	if (text)
		doc->data = document_format(doc, "%s\n", text);
	free(text);
	return text && document_status(doc) == 0 ? 0 : say_no_memory();
}

/* Writes the @i-th document, or only tries whether it could be written. */
static int issue(struct batch *b, size_t i, bool only_try)
{
	struct paper *paper = b->paper;
	json_t *dossier = paper->options->each ? paper_one_of(paper, i)
					       : json_incref(paper->dossier);
	char *const *paths = &b->paths[i * b->n_paths];
	struct document *doc = NULL;
	int ret = dossier ? 0 : say_no_memory();

	if (!ret && paper->kind->settle)
		ret = paper->kind->settle(paper, dossier);
	if (!ret && form_build(paper->form, dossier, &doc))
		ret = say_no_memory();
	if (!ret && (only_try || !paper->options->strict))
		ret = tell_missing(b, doc, paths[0]);
	if (!ret && !paper->options->no_attachment)
		ret = attach(doc, dossier);
	if (!ret)
		ret = only_try ? press_try(&b->press, doc)
			       : press_print(&b->press, doc, paths, b->n_paths);
	if (!ret && !only_try)
		ret = paper_record(paper, dossier);
	document_free(&doc);
	json_decref(dossier);
	return ret;
}

static int issue_all(struct batch *b)
{
	const struct paper_options *o = b->paper->options;
	int ret = 0;

	/* Strict means all of them or none. */
	for (size_t i = 0; o->strict && i < b->n_docs && !ret; i++)
		ret = issue(b, i, true);
	for (size_t i = 0; i < b->n_docs && !ret; i++)
		ret = issue(b, i, false);
	for (size_t i = 0; o->each && b->n_docs > 0 && i < b->n_paths && !ret;
	     i++)
		ret = press_sync(b->paths[i]);
	return ret;
}

int paper_write(struct paper *paper)
{
	struct batch b = { .paper = paper };
	int recorded, ret = press_open(&b.press, paper);

	if (!ret)
		ret = name_files(&b);
	if (!ret)
		ret = paper_record_begin(paper);
	if (!ret)
		ret = issue_all(&b);
	recorded = paper_record_end(paper);
	if (!ret)
		ret = recorded;
	for (size_t i = 0; b.paths && i < b.n_docs * b.n_paths; i++)
		free(b.paths[i]);
	free(b.paths);
	press_close(&b.press);
	return ret;
}
