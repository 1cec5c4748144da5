/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "outfile.h"
#include "paper.h"
#include "pdf.h"
#include "say.h"

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

static int tell_missing(const struct paper_options *paper,
			const struct document *doc)
{
	if (doc->n_missing == 0)
		return 0;
	say(_("the document lacks:"));
	for (size_t i = 0; i < doc->n_missing; i++)
		say("  %s", doc->missing[i]);
	if (!paper->strict)
		return 0;
	say(_("nothing was written, as --strict asks; give what is missing by options or in the configuration"));
	return EXIT_BAD_INPUT;
}

static int tell_lacking(const struct paper_options *paper,
			const struct layout *layout)
{
	for (size_t i = 0; i < layout->n_lacking; i++)
		say(_("the font has no letter U+%04X; it is printed as a replacement mark"),
		    (unsigned int)layout->lacking[i]);
	if (layout->n_lacking == 0 || !paper->strict)
		return 0;
	say(_("nothing was written, as --strict asks"));
	return EXIT_BAD_INPUT;
}

static int render(const struct paper_options *paper,
		  const struct globals *globals, const struct document *doc,
		  unsigned char **pdf, size_t *len)
{
	struct pdf_options options = { .creator = "ckstoken " VERSION };
	struct font_set *fonts = NULL;
	struct layout *layout = NULL;
	char why[256] = "";
	int rc, ret = file_date(globals, &options.date);

	if (ret)
		return ret;
	rc = font_set_open(globals->config.fonts_directory, &fonts, why,
			   sizeof(why));
	if (rc && rc != -ENOMEM) {
		say("%s", why);
		return EXIT_BAD_INPUT;
	}
	if (!rc)
		rc = layout_document(doc, fonts, &layout);
	if (!rc)
		ret = tell_lacking(paper, layout);
	if (!rc && !ret)
		rc = pdf_render(doc, layout, fonts, &options, pdf, len);
	if (rc) {
		say("%s", cks_strerror(CKS_ERR_MEMORY));
		ret = EXIT_DEVICE;
	}
	layout_free(&layout);
	font_set_free(&fonts);
	return ret;
}

int paper_write(const struct paper_options *paper,
		const struct globals *globals, const struct cks_scan *scan,
		const struct document *doc)
{
	unsigned char *pdf = NULL;
	size_t len = 0;
	int ret = tell_missing(paper, doc);

	if (!ret)
		ret = render(paper, globals, doc, &pdf, &len);
	for (size_t i = 0; paper->outputs[i] && !ret; i++) {
		const char *path = paper->outputs[i];

		if (outfile_write(path, pdf, len)) {
			say(strcmp(path, "-") == 0
				    ? _("%s: standard output cannot be written: %s")
				    : _("%s cannot be written: %s; nothing half-written is left"),
			    path, strerror(errno));
			ret = EXIT_CANNOT_WRITE;
		} else if (strcmp(path, "-") != 0) {
			say(_("%s is written"), path);
		}
	}
	free(pdf);
	if (!ret && cks_scan_n_failures(scan) > 0)
		ret = EXIT_PARTIAL;
	return ret;
}
