/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>

#include "clock.h"
#include "data_tell.h"
#include "input/datafile.h"
#include "input/dossier.h"
#include "paper.h"
#include "say.h"

static int read_text(struct paper *paper, const char *text, size_t len)
{
	struct data_errors errors = { 0 };
	const struct data_column *columns;
	size_t n;
	int rc, ret = 0;

	columns = form_columns(paper->form, &n);
	rc = datafile_read(text, len, columns, n, &paper->data, &errors);
	if (rc == -ENOMEM) {
		ret = say_no_memory();
	} else if (rc) {
		data_tell(paper->options->data, &errors);
		say(_("nothing was written"));
		ret = EXIT_BAD_INPUT;
	}
	data_errors_free(&errors);
	return ret;
}

/* The day that goes with the data, as that of an earlier document does, is the
 * one that conditions are checked on. */
static int take_date(struct paper *paper)
{
	const char *text = dossier_text(paper->data, "document.time");

	if (text[0] == '\0')
		text = dossier_text(paper->data, "document.date");
	if (paper->options->date || text[0] == '\0' ||
	    clock_parse(text, &paper->when, &paper->has_hour) == 0)
		return 0;
	say(_("%s: document.date: \"%s\" is no date; write 21/11/2026 or \"21/11/2026 09:30\""),
	    paper->options->data, text);
	return EXIT_BAD_INPUT;
}

/* Headings alone: the document would be about the tokens present instead. */
static bool is_empty(const json_t *data)
{
	return json_array_size(json_object_get(data, "subscribers")) == 0 &&
	       json_object_size(data) < 2;
}

int paper_read_data(struct paper *paper)
{
	char *text = NULL, *message = NULL;
	size_t len = 0;
	int ret;

	if (!paper->options->data)
		return 0;
	if (datafile_load(paper->options->data, DATA_DOCUMENT_MIB, &text, &len,
			  &message)) {
		say("%s", message ? message : cks_strerror(CKS_ERR_MEMORY));
		ret = message ? EXIT_BAD_INPUT : EXIT_DEVICE;
		free(message);
		return ret;
	}
	ret = read_text(paper, text, len);
	free(text);
	if (!ret && is_empty(paper->data)) {
		say(_("%s: there is no row in it; nothing was written"),
		    paper->options->data);
		return EXIT_BAD_INPUT;
	}
	return ret ? ret : take_date(paper);
}
