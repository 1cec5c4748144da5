/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The counts of an agency's report. */
#include <stdio.h>

#include "base/date.h"
#include "input/dossier.h"
#include "message.h"
#include "report.h"

static const char *const counts[] = {
	"new.organization",	"new.person",		"revoked.organization",
	"revoked.person",	"changed.organization", "changed.person",
	"renewed.organization", "renewed.person",
};

#define N_COUNTS (sizeof(counts) / sizeof(counts[0]))
#define PATH_MAX_BYTES 64

static const char *path_of(const char *count, char path[PATH_MAX_BYTES])
{
	(void)snprintf(path, PATH_MAX_BYTES, "counts.%s", count);
	return path;
}

static bool lacks_counts(const json_t *dossier)
{
	char path[PATH_MAX_BYTES];

	for (size_t i = 0; i < N_COUNTS; i++)
		if (!dossier_get(dossier, path_of(counts[i], path)))
			return true;
	return false;
}

/* What an officer gave stays. */
static int put_counts(json_t *dossier, const json_t *counted)
{
	char path[PATH_MAX_BYTES];

	for (size_t i = 0; i < N_COUNTS; i++) {
		const json_t *count = dossier_get(counted, counts[i]);

		if (!dossier_get(dossier, path_of(counts[i], path)) &&
		    dossier_put_new(dossier, path,
				    json_incref((json_t *)count)))
			return print_no_memory();
	}
	return 0;
}

static int ask(struct custody_register *reg,
	       const struct statistics_question *question, json_t *dossier)
{
	struct statistics_doubts doubts = { 0 };
	json_t *counted = statistics_of_agency(reg, question, &doubts);
	int ret = register_exit_code(reg);

	if (!ret)
		ret = counted ? put_counts(dossier, counted)
			      : print_no_memory();
	json_decref(counted);
	if (ret)
		return ret;
	report_print_days(question->from, question->to);
	if (doubts.devices)
		print_message(
			_("devices, services and software are counted as of agencies, for the form has no column for them: %lld"),
			doubts.devices);
	if (doubts.no_place)
		print_message(
			_("not counted, for the register does not say whose they are: %lld"),
			doubts.no_place);
	report_print_undated(&doubts);
	return 0;
}

static int count(const struct document_job *job, json_t *dossier)
{
	const struct report_options *o = report_options_of(job);
	struct statistics_question question = { .organization =
							o->organization };
	struct custody_register *reg = NULL;
	int ret = report_complete_days(dossier, date_day(job->when),
				       &question.from, &question.to);

	if (ret < 0) {
		print_message(
			_("the days of the period \"%s\" are not known; with --from and --to its numbers are counted in the register"),
			dossier_text(dossier, "document.period"));
		return 0;
	}
	if (!ret)
		ret = register_require(job->globals, o->file, REGISTER_READ,
				       &reg);
	if (!ret)
		ret = report_check_agency(reg, o->organization);
	if (!ret)
		ret = ask(reg, &question, dossier);
	register_close(&reg);
	return ret;
}

int report_complete_agency(const struct document_job *job, json_t *dossier)
{
	const struct report_options *o = report_options_of(job);
	bool asked = o->file || o->organization ||
		     job->globals->config.register_file;
	int ret = report_complete_title(dossier, date_day(job->when), true);

	if (!ret && asked && lacks_counts(dossier))
		ret = count(job, dossier);
	return ret;
}
