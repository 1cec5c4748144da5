/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reports with numbers out of the register. */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include "base/date.h"
#include "document.h"
#include "register/statistics.h"
#include "register_common.h"

struct report_options {
	struct document_options document;
	char *period, *from, *to, *organization, *file;
	int year, json, csv;
};

/* Each of the following that returns int returns 0 or an exit code, told. */

/* Checks the options about the period, and puts their days in the form of ISO
 * 8601. */
int report_check_period(struct report_options *o);

/* The report's day: --date, or today. */
long report_day(const struct globals *globals, const struct report_options *o);

/* A dossier with what the options say of the period: document.period,
 * document.from and document.to. NULL: no memory. */
json_t *report_facts(const struct globals *globals,
		     const struct report_options *o);

/*
 * Completes the period of the dossier: this year, where it says nothing, and
 * document.period, where it has only days. The title stands @alone, and then
 * has the days, or beside them.
 */
int report_complete_title(json_t *dossier, long today, bool alone);

/*
 * The days of the period, none of them after @today, which are put into the
 * dossier too. -1, and nothing told, where the dossier has only a name for the
 * period, which an officer gave.
 */
int report_complete_days(json_t *dossier, long today, long *from, long *to);

/* "counted in the register: from … to …" */
void report_print_days(long from, long to);

/* The "statistics" of a dossier, as tables and as CSV with a line for each
 * number. */
int report_print_text(const json_t *statistics);
void report_print_csv(const json_t *statistics);

#endif
