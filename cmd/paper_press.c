/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/outfile.h"
#include "clock.h"
#include "paper_name.h"
#include "paper_press.h"
#include "say.h"
#include "typeset/docx.h"
#include "typeset/pdf.h"

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
		say(_("SOURCE_DATE_EPOCH=%s is not a number of seconds"),
		    epoch);
		return EXIT_BAD_INPUT;
	}
	*date = (time_t)seconds;
	return 0;
}

static int open_fonts(struct press *press)
{
	char why[256] = "";
	int rc;

	if (press->fonts)
		return 0;
	rc = font_set_open(press->paper->globals->config.fonts_directory,
			   &press->fonts, why, sizeof(why));
	if (rc == -ENOMEM)
		return say_no_memory();
	if (rc)
		say("%s", why);
	return rc ? EXIT_BAD_INPUT : 0;
}

static int tell_lacking(const struct paper *paper, const struct layout *layout)
{
	for (size_t i = 0; i < layout->n_lacking; i++)
		say(_("the font has no letter U+%04X; it is printed as a replacement mark"),
		    (unsigned int)layout->lacking[i]);
	if (layout->n_lacking == 0 || !paper->options->strict)
		return 0;
	say(_("nothing was written, as --strict asks"));
	return EXIT_BAD_INPUT;
}

static int set(struct press *press, const struct document *doc,
	       struct layout **layout)
{
	int ret = open_fonts(press);

	if (ret)
		return ret;
	if (layout_document(doc, press->fonts, layout))
		return say_no_memory();
	return tell_lacking(press->paper, *layout);
}

static int render_pdf(struct press *press, const struct document *doc,
		      unsigned char **out, size_t *len)
{
	struct pdf_options options = { .date = press->date,
				       .creator = "ckstoken " VERSION };
	struct layout *layout = NULL;
	int ret = set(press, doc, &layout);

	if (!ret && pdf_render(doc, layout, press->fonts, &options, out, len))
		ret = say_no_memory();
	layout_free(&layout);
	return ret;
}

int press_try(struct press *press, const struct document *doc)
{
	struct layout *layout = NULL;
	int ret = set(press, doc, &layout);

	layout_free(&layout);
	return ret;
}

static int render(struct press *press, const struct document *doc,
		  enum paper_format format, unsigned char **out, size_t *len)
{
	struct docx_options options = { .date = press->date,
					.creator = "ckstoken " VERSION };

	if (format == PAPER_PDF)
		return render_pdf(press, doc, out, len);
	return docx_render(doc, &options, out, len) ? say_no_memory() : 0;
}

static int cannot_write(const char *path)
{
	say(strcmp(path, "-") == 0
		    ? _("%s: standard output cannot be written: %s")
		    : _("%s cannot be written: %s; nothing half-written is left"),
	    path, strerror(errno));
	return EXIT_CANNOT_WRITE;
}

/* Of many, none waits for the disk until all are there. */
static int save(const struct press *press, const char *path,
		const unsigned char *data, size_t len)
{
	bool one = !press->paper->options->each;

	if (one ? outfile_write(path, data, len)
		: outfile_write_unsynced(path, data, len))
		return cannot_write(path);
	if (strcmp(path, "-") != 0)
		say(_("%s is written"), path);
	return 0;
}

int press_print(struct press *press, const struct document *doc,
		char *const *paths, size_t n)
{
	struct {
		unsigned char *data;
		size_t len;
	} *files = calloc(n, sizeof(*files));
	int ret = files ? 0 : say_no_memory();

	for (size_t i = 0; i < n && !ret; i++)
		ret = render(press, doc, paper_kind_of(paths[i]),
			     &files[i].data, &files[i].len);
	for (size_t i = 0; i < n && !ret; i++)
		ret = save(press, paths[i], files[i].data, files[i].len);
	for (size_t i = 0; files && i < n; i++)
		free(files[i].data);
	free(files);
	return ret;
}

int press_sync(const char *path)
{
	return outfile_sync(path) ? cannot_write(path) : 0;
}

int press_open(struct press *press, const struct paper *paper)
{
	*press = (struct press){ .paper = paper };
	return file_date(paper->globals, &press->date);
}

void press_close(struct press *press)
{
	font_set_free(&press->fonts);
}
