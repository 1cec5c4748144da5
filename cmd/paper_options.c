/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "clock.h"
#include "paper.h"
#include "say.h"
#include "selection.h"

void paper_free(struct paper_options *paper)
{
	selection_free_argv(paper->outputs);
	free(paper->number);
	free(paper->date);
}

static bool is_pdf(const char *path)
{
	size_t len = strlen(path);

	return strcmp(path, "-") == 0 ||
	       (len > 4 && strcasecmp(path + len - 4, ".pdf") == 0);
}

/* "15", and "15a" for one put between two. */
static bool is_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && digits < 7 && strspn(text, "0") < digits &&
	       (text[digits] == '\0' || (isalpha((unsigned char)text[digits]) &&
					 text[digits + 1] == '\0'));
}

int paper_check(const struct paper_options *paper,
		const struct globals *globals, time_t *when, bool *has_hour)
{
	if (!paper->outputs) {
		say(_("say where to write the document: -o FILE.pdf"));
		return EXIT_USAGE;
	}
	for (size_t i = 0; paper->outputs[i]; i++) {
		if (strcmp(paper->outputs[i], "-") == 0 &&
		    isatty(STDOUT_FILENO)) {
			say(_("-o -: a PDF is not for the terminal; name a file, or pipe it on"));
			return EXIT_USAGE;
		}
		if (!is_pdf(paper->outputs[i])) {
			say(_("-o %s: the name must end in .pdf"),
			    paper->outputs[i]);
			return EXIT_USAGE;
		}
	}
	if (paper->number && !is_number(paper->number)) {
		say(_("--number %s is no number of a document; write it without its symbol, as 15"),
		    paper->number);
		return EXIT_USAGE;
	}
	*when = globals->now;
	*has_hour = true;
	if (paper->date && clock_parse(paper->date, when, has_hour)) {
		say(_("--date %s is no date; write 21/11/2026 or \"21/11/2026 09:30\""),
		    paper->date);
		return EXIT_USAGE;
	}
	return 0;
}
