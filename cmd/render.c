/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/outfile.h"
#include "clock.h"
#include "document_name.h"
#include "message.h"
#include "render.h"
#include "typeset/docx/docx.h"
#include "typeset/pdf/pdf.h"

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

int render_check(struct renderer *renderer, const struct document *doc)
{
	struct layout *layout = NULL;
	int ret = set(renderer, doc, &layout);

	layout_free(&layout);
	return ret;
}

static int render(struct renderer *renderer, const struct document *doc,
		  enum document_file_format format, unsigned char **out,
		  size_t *len)
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

int render_write(struct renderer *renderer, const struct document *doc,
		 char *const *paths, size_t n)
{
	struct {
		unsigned char *data;
		size_t len;
	} *files = calloc(n, sizeof(*files));
	int ret = files ? 0 : print_no_memory();

	for (size_t i = 0; i < n && !ret; i++)
		ret = render(renderer, doc, document_kind_of(paths[i]),
			     &files[i].data, &files[i].len);
	for (size_t i = 0; i < n && !ret; i++)
		ret = save(renderer, paths[i], files[i].data, files[i].len);
	for (size_t i = 0; files && i < n; i++)
		free(files[i].data);
	free(files);
	return ret;
}

int render_sync(const char *path)
{
	int ret = outfile_sync(path);

	return ret ? cannot_write(path, ret) : 0;
}

int render_open(struct renderer *renderer, const struct document_job *job)
{
	*renderer = (struct renderer){ .job = job };
	return file_date(job->globals, &renderer->date);
}

void render_close(struct renderer *renderer)
{
	font_set_free(&renderer->fonts);
}
