/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>

#include "clock.h"
#include "data_errors.h"
#include "document.h"
#include "input/datafile.h"
#include "input/dossier.h"
#include "message.h"

static int read_text(struct document_job *job, const char *text, size_t len)
{
	struct data_errors errors = { 0 };
	const struct data_column *columns;
	size_t n;
	int rc, ret = 0;

	columns = form_columns(job->form, &n);
	rc = datafile_read(text, len, columns, n, &job->data, &errors);
	if (rc == -ENOMEM) {
		ret = print_no_memory();
	} else if (rc) {
		print_data_errors(job->options->data, &errors);
		print_message(_("nothing was written"));
		ret = EXIT_BAD_INPUT;
	}
	data_errors_free(&errors);
	return ret;
}

/* The day that goes with the data, as that of an earlier document does, is the
 * one that conditions are checked on. */
static int take_date(struct document_job *job)
{
	const char *text = dossier_text(job->data, "document.time");

	if (text[0] == '\0')
		text = dossier_text(job->data, "document.date");
	if (job->options->date || text[0] == '\0' ||
	    clock_parse(text, &job->when, &job->has_hour) == 0)
		return 0;
	print_message(
		_("%s: document.date: \"%s\" is no date; write 21/11/2026 or \"21/11/2026 09:30\""),
		job->options->data, text);
	return EXIT_BAD_INPUT;
}

/* Headings alone: the document would be about the tokens present instead. */
static bool is_empty(const json_t *data)
{
	return json_array_size(json_object_get(data, "subscribers")) == 0 &&
	       json_object_size(data) < 2;
}

int document_read_data(struct document_job *job)
{
	struct error error = { 0 };
	char *text = NULL;
	size_t len = 0;
	int ret;

	if (!job->options->data)
		return 0;
	ret = datafile_load(job->options->data, DATA_DOCUMENT_MIB, &text, &len,
			    &error);
	if (ret) {
		print_message("%s", error_text(&error, ret));
		error_free(&error);
		return ret == -ENOMEM ? EXIT_DEVICE : EXIT_BAD_INPUT;
	}
	ret = read_text(job, text, len);
	free(text);
	if (!ret && is_empty(job->data)) {
		print_message(
			_("%s: there is no row in it; nothing was written"),
			job->options->data);
		return EXIT_BAD_INPUT;
	}
	return ret ? ret : take_date(job);
}
