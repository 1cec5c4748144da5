/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Documents on their way out. */
#ifndef PAPER_H
#define PAPER_H

#include "command.h"
#include "document.h"

struct paper_options {
	const char **outputs; /* -o, each */
	int strict;
	char *number, *date;
};

#define PAPER_OPTIONS(paper)                                                   \
	{ "output",                                                            \
	  'o',                                                                 \
	  POPT_ARG_ARGV,                                                       \
	  &(paper).outputs,                                                    \
	  0,                                                                   \
	  N_("the PDF to write; - is standard output"),                        \
	  "FILE" },                                                            \
		{ "number",                                                    \
		  '\0',                                                        \
		  POPT_ARG_STRING,                                             \
		  &(paper).number,                                             \
		  0,                                                           \
		  N_("number of the document, without its symbol"),            \
		  "N" },                                                       \
		{ "date",                                                      \
		  '\0',                                                        \
		  POPT_ARG_STRING,                                             \
		  &(paper).date,                                               \
		  0,                                                           \
		  N_("its day and hour (DD/MM/YYYY HH:MM); now if none"),      \
		  "DATE" },                                                    \
	{                                                                      \
		"strict", '\0', POPT_ARG_NONE, &(paper).strict, 0,             \
			N_("refuse to write a document that lacks something"), \
			NULL                                                   \
	}

void paper_free(struct paper_options *paper);

/*
 * Before any token is touched: 0, or an exit code. *@when is the document's day
 * and hour; *@has_hour tells whether the hour is known.
 */
int paper_check(const struct paper_options *paper,
		const struct globals *globals, time_t *when, bool *has_hour);

/*
 * Names on standard error what @doc lacks and what the fonts lack, and writes
 * it to each place. 0 or an exit code, EXIT_PARTIAL when the facts are from a
 * scan in which something failed.
 */
int paper_write(const struct paper_options *paper,
		const struct globals *globals, const struct cks_scan *scan,
		const struct document *doc);

#endif
