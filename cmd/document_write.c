/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "base/outfile.h"
#include "clock.h"
#include "document_private.h"
#include "input/attachment.h"
#include "input/dossier.h"
#include "message.h"
#include "typeset/document.h"
#include "typeset/docx/docx.h"
#include "typeset/pdf/pdf.h"

static bool ends_in(const char *path, const char *ending)
{
	size_t len = strlen(path), n = strlen(ending);

	return len > n && strcasecmp(path + len - n, ending) == 0;
}

enum document_format document_format_of(const char *path)
{
	if (strcmp(path, "-") == 0 || ends_in(path, ".pdf"))
		return DOCUMENT_PDF;
	return ends_in(path, ".docx") ? DOCUMENT_DOCX : DOCUMENT_UNKNOWN;
}

/* What would leave the folder, or hide the file, becomes a dash. */
static void put_datum(struct buffer *name, const char *text)
{
	if (*text == '.')
		buffer_puts(name, "-");
	for (; *text; text++)
		buffer_put(name, strchr("/\\:*?\"<>|", *text) ? "-" : text, 1);
}

static int put_field(struct buffer *name, const char *field, size_t number,
		     const json_t *subscriber)
{
	const char *text = dossier_text(subscriber, field);

	if (strcmp(field, "n") == 0) {
		buffer_printf(name, "%zu", number);
		return 0;
	}
	if (text[0] == '\0') {
		print_message(_("row %zu has no \"%s\" to name its file by"),
			      number, field);
		return -1;
	}
	put_datum(name, text);
	return 0;
}

/*
 * @pattern with {n} replaced by @number, and {field} by that field of
 * @subscriber, made fit for a file name. The caller frees it; NULL, told, when
 * there is no such datum or no memory.
 */
static char *name_file(const char *pattern, size_t number,
		       const json_t *subscriber)
{
	struct buffer name = { 0 };
	char field[64];
	int rc = 0;

	while (*pattern && !rc) {
		size_t len = strcspn(pattern, "{");
		size_t n;

		buffer_put(&name, pattern, len);
		pattern += len;
		if (*pattern == '\0')
			break;
		n = strcspn(pattern, "}");
		if (pattern[n] == '\0' || n > sizeof(field)) {
			buffer_puts(&name, pattern);
			break;
		}
		(void)snprintf(field, sizeof(field), "%.*s", (int)n - 1,
			       pattern + 1);
		rc = put_field(&name, field, number, subscriber);
		pattern += n + 1;
	}
	buffer_put(&name, "", 1);
	if (name.failed)
		print_message("%s", cks_strerror(CKS_ERR_MEMORY));
	if (rc || name.failed)
		buffer_free(&name);
	return (char *)name.data;
}

/* What is opened once, however many documents there are. */
struct renderer {
	const struct document_job *job;
	struct font_set *fonts;
	time_t date;
};

/* SOURCE_DATE_EPOCH, so that the same facts make the same file. */
static int file_date(const struct globals *globals, time_t *date)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	char *end = NULL;
	long long seconds;

	*date = globals->now;
	if (!epoch || epoch[0] == '\0')
		return 0;
	errno = 0;
	seconds = strtoll(epoch, &end, 10);
	if (errno || *end || !clock_is_sane((time_t)seconds)) {
		print_message(
			_("SOURCE_DATE_EPOCH=%s is not a number of seconds"),
			epoch);
		return EXIT_BAD_INPUT;
	}
	*date = (time_t)seconds;
	return 0;
}

static int open_fonts(struct renderer *renderer)
{
	const char *own = renderer->job->globals->config.fonts_directory;
	const char *const directories[] = { own, NULL };
	struct error error = { 0 };
	int rc;

	if (renderer->fonts)
		return 0;
	rc = font_set_open(own && *own ? directories : NULL, &renderer->fonts,
			   &error);
	if (rc == -ENOMEM) {
		rc = print_no_memory();
	} else if (rc) {
		print_message("%s", error_text(&error, rc));
		rc = EXIT_BAD_INPUT;
	}
	error_free(&error);
	return rc;
}

static int tell_lacking(const struct document_job *job,
			const struct layout *layout)
{
	for (size_t i = 0; i < layout->n_lacking; i++)
		print_message(
			_("the font has no letter U+%04X; it is printed as a replacement mark"),
			(unsigned int)layout->lacking[i]);
	if (layout->n_lacking == 0 || !job->options->strict)
		return 0;
	print_message(_("nothing was written, as --strict asks"));
	return EXIT_BAD_INPUT;
}

static int set(struct renderer *renderer, const struct document *doc,
	       struct layout **layout)
{
	int ret = open_fonts(renderer);

	if (ret)
		return ret;
	if (layout_document(doc, renderer->fonts, layout))
		return print_no_memory();
	return tell_lacking(renderer->job, *layout);
}

static int render_pdf(struct renderer *renderer, const struct document *doc,
		      unsigned char **out, size_t *len)
{
	struct pdf_options options = { .date = renderer->date,
				       .creator = "ckstoken " VERSION };
	struct layout *layout = NULL;
	int ret = set(renderer, doc, &layout);

	if (!ret &&
	    pdf_render(doc, layout, renderer->fonts, &options, out, len))
		ret = print_no_memory();
	layout_free(&layout);
	return ret;
}

/* Only tries whether the fonts have every letter of it. */
static int render_check(struct renderer *renderer, const struct document *doc)
{
	struct layout *layout = NULL;
	int ret = set(renderer, doc, &layout);

	layout_free(&layout);
	return ret;
}

static int render(struct renderer *renderer, const struct document *doc,
		  enum document_format format, unsigned char **out, size_t *len)
{
	struct docx_options options = { .date = renderer->date,
					.creator = "ckstoken " VERSION };

	if (format == DOCUMENT_PDF)
		return render_pdf(renderer, doc, out, len);
	return docx_render(doc, &options, out, len) ? print_no_memory() : 0;
}

static int cannot_write(const char *path, int error)
{
	print_message(
		strcmp(path, "-") == 0
			? _("%s: standard output cannot be written: %s")
			: _("%s cannot be written: %s; nothing half-written is left"),
		path, strerror(-error));
	return EXIT_CANNOT_WRITE;
}

/* Of many, none waits for the disk until all are there. */
static int save(const struct renderer *renderer, const char *path,
		const unsigned char *data, size_t len)
{
	bool one = !renderer->job->options->each;
	int ret = one ? outfile_write(path, data, len)
		      : outfile_write_unsynced(path, data, len);

	if (ret)
		return cannot_write(path, ret);
	if (strcmp(path, "-") != 0)
		print_message(_("%s is written"), path);
	return 0;
}

/*
 * Writes @doc to each of @paths, all of them made before the first is written.
 * 0 or an exit code, told.
 */
static int render_write(struct renderer *renderer, const struct document *doc,
			char *const *paths, size_t n)
{
	struct {
		unsigned char *data;
		size_t len;
	} *files = calloc(n, sizeof(*files));
	int ret = files ? 0 : print_no_memory();

	for (size_t i = 0; i < n && !ret; i++)
		ret = render(renderer, doc, document_format_of(paths[i]),
			     &files[i].data, &files[i].len);
	for (size_t i = 0; i < n && !ret; i++)
		ret = save(renderer, paths[i], files[i].data, files[i].len);
	for (size_t i = 0; files && i < n; i++)
		free(files[i].data);
	free(files);
	return ret;
}

/* Waits until what was written beside @path, one of many, is on its disk. */
static int render_sync(const char *path)
{
	int ret = outfile_sync(path);

	return ret ? cannot_write(path, ret) : 0;
}

static int render_open(struct renderer *renderer,
		       const struct document_job *job)
{
	*renderer = (struct renderer){ .job = job };
	return file_date(job->globals, &renderer->date);
}

static void render_close(struct renderer *renderer)
{
	font_set_free(&renderer->fonts);
}

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

		b->paths[i] = o->each ? name_file(pattern, row + 1,
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
