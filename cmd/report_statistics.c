/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counting in the register: for an agency's report, and statistics of all. */
#include <stdio.h>

#include "base/date.h"
#include "due_list.h"
#include "input/dossier.h"
#include "json.h"
#include "message.h"
#include "report.h"

/* Refuses an agency that the register does not know. */
static int check_agency(struct custody_register *reg, const char *organization)
{
	json_t *key, *agency;
	int ret;

	if (!organization)
		return 0;
	key = json_pack("{ss}", "organization", organization);
	agency = key ? register_get(reg, RECORD_AGENCY, key) : NULL;
	ret = register_exit_code(reg);
	if (!ret && !agency) {
		print_error(_("the register has no agency \"%s\""),
			    organization);
		ret = EXIT_BAD_INPUT;
	}
	json_decref(agency);
	json_decref(key);
	return ret;
}

static void print_undated(const struct statistics_doubts *doubts)
{
	if (doubts->no_day)
		print_warning(
			Q_("%lld record is not counted, as the register has no day for it",
			   "%lld records are not counted, as the register has no day for them",
			   (unsigned long)doubts->no_day),
			doubts->no_day);
}

/* The numbers of the form, by their paths in "counts" of the dossier. */
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

/* Puts the numbers counted where an officer has given none. */
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

static int ask_agency(struct custody_register *reg,
		      const struct statistics_question *question,
		      json_t *dossier)
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
		print_warning(
			Q_("%lld device, service or software is counted with the agencies, as the form has no column for it",
			   "%lld devices, services and software are counted with the agencies, as the form has no column for them",
			   (unsigned long)doubts.devices),
			doubts.devices);
	if (doubts.no_place)
		print_warning(
			Q_("%lld record is not counted, as the register does not say whose it is",
			   "%lld records are not counted, as the register does not say whose they are",
			   (unsigned long)doubts.no_place),
			doubts.no_place);
	print_undated(&doubts);
	return 0;
}

static int count(const struct document_job *job, json_t *dossier)
{
	const struct report_options *o = job->ctx;
	struct statistics_question question = { .organization =
							o->organization };
	struct custody_register *reg = NULL;
	int ret = report_complete_days(dossier, date_day(job->when),
				       &question.from, &question.to);

	if (ret < 0) {
		print_warning(
			_("the days of the period \"%s\" are not known; give --from and --to to have its numbers counted in the register"),
			dossier_text(dossier, "document.period"));
		return 0;
	}
	if (!ret)
		ret = register_require(job->globals, o->file, REGISTER_READ,
				       &reg);
	if (!ret)
		ret = check_agency(reg, o->organization);
	if (!ret)
		ret = ask_agency(reg, &question, dossier);
	register_close(&reg);
	return ret;
}

int report_complete_agency(const struct document_job *job, json_t *dossier)
{
	const struct report_options *o = job->ctx;
	bool asked = o->file || o->organization ||
		     job->globals->config.register_file;
	int ret = report_complete_title(dossier, date_day(job->when), true);

	if (!ret && asked && lacks_counts(dossier))
		ret = count(job, dossier);
	return ret;
}

static int ask_all(struct custody_register *reg,
		   const struct statistics_question *question, json_t *dossier)
{
	struct statistics_doubts doubts = { 0 };
	json_t *statistics = statistics_of_all(reg, question, &doubts);
	int ret = register_exit_code(reg);

	if (ret)
		json_decref(statistics);
	else if (!statistics ||
		 dossier_put_new(dossier, "statistics", statistics))
		ret = print_no_memory();
	if (ret)
		return ret;
	report_print_days(question->from, question->to);
	if (doubts.no_place)
		print_warning(
			Q_("%lld token or certificate is counted in the totals only, as the register does not say whose it is",
			   "%lld tokens and certificates are counted in the totals only, as the register does not say whose they are",
			   (unsigned long)doubts.no_place),
			doubts.no_place);
	print_undated(&doubts);
	if (doubts.unsure_year)
		print_warning(
			_("the days off in %d are not all known, so terms in working days may end on other days; see ckstoken-holidays(5)"),
			doubts.unsure_year);
	if (doubts.unsettled)
		print_warning(
			Q_("%lld request is not counted as late, but is if a day off that is not settled yet is none, or a day of work one; see ckstoken-holidays(5)",
			   "%lld requests are not counted as late, but are if a day off that is not settled yet is none, or a day of work one; see ckstoken-holidays(5)",
			   (unsigned long)doubts.unsettled),
			doubts.unsettled);
	return 0;
}

static int complete(const struct globals *globals,
		    const struct report_options *o,
		    const struct due_rules *rules, json_t *dossier, long today)
{
	struct statistics_question question = {
		.province = rules->province,
		.holidays = rules->holidays,
		.organization = o->organization,
	};
	struct custody_register *reg = NULL;
	int ret = report_complete_title(dossier, today, false);

	if (!ret)
		ret = report_complete_days(dossier, today, &question.from,
					   &question.to);
	if (ret < 0) {
		print_error(
			_("the days of the period \"%s\" are not known; give them by --from and --to"),
			dossier_text(dossier, "document.period"));
		ret = EXIT_BAD_INPUT;
	}
	if (!ret)
		ret = register_require(globals, o->file, REGISTER_READ, &reg);
	if (!ret)
		ret = check_agency(reg, o->organization);
	if (!ret)
		ret = ask_all(reg, &question, dossier);
	register_close(&reg);
	return ret;
}

int report_complete_statistics(const struct document_job *job, json_t *dossier)
{
	const struct report_options *o = job->ctx;
	struct due_rules rules = { 0 };
	int ret;

	ret = due_rules_load(job->globals, o->document.province, &rules);
	if (!ret)
		ret = complete(job->globals, o, &rules, dossier,
			       date_day(job->when));
	due_rules_free(&rules);
	return ret;
}

static int print_json(const struct globals *globals,
		      const struct due_rules *rules, const json_t *dossier)
{
	const struct province *province = rules->province;
	char time[DATE_SIZE];

	date_vietnam(globals->now, time);
	return json_print(
		json_pack("{si, ss, ss, ss, ss, ss, ss, sO}", "version", 1,
			  "time", time, "province", province->code,
			  "regulation", province->regulation.number, "period",
			  dossier_text(dossier, "document.period"), "from",
			  dossier_text(dossier, "document.from"), "to",
			  dossier_text(dossier, "document.to"), "statistics",
			  dossier_get(dossier, "statistics")));
}

static int print(const struct globals *globals, const struct report_options *o,
		 const struct due_rules *rules, const json_t *dossier)
{
	const json_t *statistics = json_object_get(dossier, "statistics");

	if (o->json)
		return print_json(globals, rules, dossier);
	if (!o->csv)
		return report_print_text(statistics);
	report_print_csv(statistics);
	return 0;
}

int report_statistics(const struct globals *globals,
		      const struct report_options *o)
{
	struct due_rules rules = { 0 };
	json_t *dossier = report_facts(globals, o);
	int ret =
		dossier ? due_rules_load(globals, o->document.province, &rules)
			: print_no_memory();

	if (!ret)
		ret = complete(globals, o, &rules, dossier,
			       report_day(globals, o));
	if (!ret)
		ret = print(globals, o, &rules, dossier);
	due_rules_free(&rules);
	json_decref(dossier);
	return ret;
}
