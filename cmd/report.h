/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reports out of the register, as cmd_report.c takes them apart. */
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

/* Whether the options about the period make sense; days become as ISO 8601 has
 * them. */
int report_check_period(struct report_options *o);

/* The report's day: --date, or today. */
long report_day(const struct globals *globals, const struct report_options *o);

/* What the options say of the period, for a dossier: document.period,
 * document.from and document.to. NULL without memory. */
json_t *report_facts(const struct globals *globals,
		     const struct report_options *o);

/*
 * Completes what the dossier has of the period: this year where it says
 * nothing, and document.period where it has days alone. That is a title
 * @alone, or one with the days beside it.
 */
int report_complete_title(json_t *dossier, long today, bool alone);

/*
 * The days of the period, of which none is after @today, and which the dossier
 * has then. -1, and nothing told, where it has but a name that an officer gave.
 */
int report_complete_days(json_t *dossier, long today, long *from, long *to);

/* "counted in the register: from … to …" */
void report_print_days(long from, long to);

/* Complete a dossier: struct document_kind says when. The job's context is a
 * struct report_options. */
int report_complete_agency(const struct document_job *job, json_t *dossier);
int report_complete_statistics(const struct document_job *job, json_t *dossier);

/* Statistics without a document: on standard output. */
int report_statistics(const struct globals *globals,
		      const struct report_options *o);

/* The "statistics" of a dossier, as tables and as CSV with a line for each
 * number. */
int report_print_text(const json_t *statistics);
void report_print_csv(const json_t *statistics);

#endif
