/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "due_list.h"
#include "heads.h"
#include "input/dossier.h"
#include "json.h"
#include "message.h"
#include "register/names.h"
#include "register/needs.h"
#include "report.h"
#include "table.h"

/* Counting in the register: for an agency's report, statistics of all, and the
 * needs of a year. */

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
		print_error(
			_("the register has no agency \"%s\"; \"ckstoken register list --agencies\" shows those it has"),
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

/* The rows of a report, in "counts" of the dossier. The form of a province has
 * the first of them, and by no other holder than its columns have. */
static const char *const rows[] = { "new",     "revoked",   "changed",
				    "renewed", "recovered", "lost",
				    "in_use",  "expiring" };
static const char *const holders[] = { "organization", "person", "device" };

#define N(array) (sizeof(array) / sizeof((array)[0]))
#define FORM_ROWS ((size_t)4)
#define FORM_HOLDERS ((size_t)2)
#define PATH_MAX_BYTES 64

/* The paths of a report's numbers. */
struct shape {
	size_t n_rows, n_holders;
};

/* True if the province has a form of its own for the report. */
static bool is_own_form(const struct document_job *job)
{
	return strcmp(job->procedure->template, job->kind->template) != 0;
}

static struct shape shape_of(const struct document_job *job)
{
	return is_own_form(job) ? (struct shape){ FORM_ROWS, FORM_HOLDERS }
				: (struct shape){ N(rows), N(holders) };
}

static const char *path_of(const char *row, const char *holder,
			   char path[PATH_MAX_BYTES])
{
	(void)snprintf(path, PATH_MAX_BYTES, "counts.%s.%s", row, holder);
	return path;
}

static bool lacks_counts(const json_t *dossier, const struct shape *shape)
{
	char path[PATH_MAX_BYTES];

	for (size_t i = 0; i < shape->n_rows; i++)
		for (size_t k = 0; k < shape->n_holders; k++)
			if (!dossier_get(dossier,
					 path_of(rows[i], holders[k], path)))
				return true;
	return false;
}

/* The form of a province has no column for devices, services and software. Adds
 * them to the agencies, and returns how many there are. */
static long long add_devices(json_t *counted)
{
	long long n = 0;

	for (size_t i = 0; i < FORM_ROWS; i++) {
		json_t *row = json_object_get(counted, rows[i]);
		const json_t *own = json_object_get(row, "organization");
		json_int_t devices =
			json_integer_value(json_object_get(row, "device"));

		if (devices &&
		    json_object_set_new(
			    row, "organization",
			    json_integer(json_integer_value(own) + devices)))
			return -1;
		n += devices;
	}
	return n;
}

/* Puts the numbers counted where an officer has given none. */
static int put_counts(json_t *dossier, const json_t *counted,
		      const struct shape *shape)
{
	char path[PATH_MAX_BYTES];

	for (size_t i = 0; i < shape->n_rows; i++) {
		const json_t *row = json_object_get(counted, rows[i]);

		for (size_t k = 0; k < shape->n_holders; k++) {
			json_t *count = json_object_get(row, holders[k]);

			path_of(rows[i], holders[k], path);
			if (count && !dossier_get(dossier, path) &&
			    dossier_put_new(dossier, path, json_incref(count)))
				return print_no_memory();
		}
	}
	return 0;
}

#define MAX_DIGITS 9
#define MAX_COUNT 999999999LL

/* The number that an officer gave, perhaps as a text. */
static bool read_number(const json_t *value, long long *n)
{
	const char *text = json_string_value(value);

	if (json_is_integer(value)) {
		*n = json_integer_value(value);
		return *n >= 0 && *n <= MAX_COUNT;
	}
	if (!text || !*text || strspn(text, "0123456789") != strlen(text) ||
	    strlen(text) > MAX_DIGITS)
		return false;
	*n = strtoll(text, NULL, 10);
	return true;
}

static bool number_at(const json_t *dossier, const char *path, long long *n)
{
	return read_number(dossier_get(dossier, path), n);
}

/* Puts the total of counts.@row where none is given and the number of each
 * holder is known. 0 or an exit code, told. */
static int put_total(json_t *dossier, const char *row)
{
	char path[PATH_MAX_BYTES];
	long long total = 0, n = 0;

	for (size_t k = 0; k < N(holders); k++) {
		if (!number_at(dossier, path_of(row, holders[k], path), &n))
			return 0;
		total += n;
	}
	path_of(row, "total", path);
	if (!dossier_get(dossier, path) &&
	    dossier_put_new(dossier, path, json_integer(total)))
		return print_no_memory();
	return 0;
}

/* Refuses what is given as the number @name, if it is none. */
static int check_number(const char *row, const char *holder,
			const json_t *value)
{
	const char *text = json_string_value(value);
	char *dumped = NULL;
	long long n;

	if (!value || json_is_null(value) || (text && !*text) ||
	    read_number(value, &n))
		return 0;
	if (!text)
		dumped = json_dumps(value, JSON_ENCODE_ANY);
	print_error(
		_("counts.%s%s%s is \"%s\", and a count is a whole number without signs or dots, such as 1200; nothing was written"),
		row, *holder ? "." : "", holder,
		text	 ? text
		: dumped ? dumped
			 : "");
	free(dumped);
	return EXIT_BAD_INPUT;
}

/* The total is the sum of its parts or, of parts that are not all known, not
 * less. */
static int check_total(const json_t *dossier, const char *row)
{
	char path[PATH_MAX_BYTES];
	long long total = 0, sum = 0, n = 0;
	size_t n_known = 0;

	if (!number_at(dossier, path_of(row, "total", path), &total))
		return 0;
	for (size_t k = 0; k < N(holders); k++) {
		if (!number_at(dossier, path_of(row, holders[k], path), &n))
			continue;
		sum += n;
		n_known++;
	}
	if (n_known < N(holders) ? total >= sum : total == sum)
		return 0;
	print_error(
		_("counts.%s.total is %lld, and its parts make %lld; nothing was written"),
		row, total, sum);
	return EXIT_BAD_INPUT;
}

/* Checks the counts of the dossier, which officers may have given. */
static int check_counts(const json_t *dossier)
{
	const json_t *counts = dossier_get(dossier, "counts");
	const char *row, *holder;
	json_t *value, *of_holder;
	int ret = 0;

	json_object_foreach ((json_t *)counts, row, value) {
		if (!json_is_object(value)) {
			ret = check_number(row, "", value);
		} else {
			json_object_foreach (value, holder, of_holder) {
				ret = check_number(row, holder, of_holder);
				if (ret)
					return ret;
			}
			ret = check_total(dossier, row);
		}
		if (ret)
			return ret;
	}
	return 0;
}

static void print_begun(const struct statistics_doubts *doubts)
{
	char begun[DATE_SIZE];
	long day;

	if (date_read_iso(doubts->begun, &day))
		print_warning(
			_("the register was begun on %s, after the first day of the period: what was done before and never entered is not counted, and where it has nothing the number is left to be written"),
			date_dmy(day, begun));
}

static void print_doubts(const struct statistics_doubts *doubts)
{
	if (doubts->no_place)
		print_warning(
			Q_("%lld record is not counted, as the register does not say whose it is",
			   "%lld records are not counted, as the register does not say whose they are",
			   (unsigned long)doubts->no_place),
			doubts->no_place);
	print_undated(doubts);
	print_begun(doubts);
}

static int ask_agency(const struct document_job *job,
		      struct custody_register *reg,
		      const struct statistics_question *question,
		      json_t *dossier)
{
	const struct shape shape = shape_of(job);
	struct statistics_doubts doubts = { 0 };
	json_t *counted = statistics_of_agency(reg, question, &doubts);
	int ret = register_exit_code(reg);
	long long devices = 0;

	if (!ret && counted && !question->in_full)
		devices = add_devices(counted);
	if (!ret)
		ret = counted && devices >= 0
			      ? put_counts(dossier, counted, &shape)
			      : print_no_memory();
	json_decref(counted);
	if (ret)
		return ret;
	report_print_days(question->from, question->to);
	if (devices)
		print_warning(
			Q_("%lld device, service or software is counted with the agencies, as the form has no column for it",
			   "%lld devices, services and software are counted with the agencies, as the form has no column for them",
			   (unsigned long)devices),
			devices);
	print_doubts(&doubts);
	return 0;
}

/* Opens the register where it is of the agency that the options name: @place.
 * 0 or an exit code, told; both are the caller's to give back in either case.
 */
static int open_place(const struct globals *globals,
		      const struct report_options *o,
		      struct custody_register **reg,
		      struct register_place *place)
{
	int ret = register_require(globals, o->file, REGISTER_READ, reg);

	if (!ret)
		ret = register_place_find(*reg, o->organization, NULL, place);
	return ret ? ret : check_agency(*reg, place->organization);
}

static int count_agency(const struct document_job *job, json_t *dossier)
{
	const struct report_options *o = job->ctx;
	struct statistics_question question = {
		.in_full = !is_own_form(job),
	};
	struct register_place place = { 0 };
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
		ret = open_place(job->globals, o, &reg, &place);
	question.organization = place.organization;
	if (!ret)
		ret = ask_agency(job, reg, &question, dossier);
	if (!ret)
		ret = heads_put_register(dossier, reg);
	register_place_free(&place);
	register_close(&reg);
	return ret;
}

static int report_complete_agency(const struct document_job *job,
				  json_t *dossier)
{
	const struct report_options *o = job->ctx;
	const struct shape shape = shape_of(job);
	bool asked = o->file || o->organization ||
		     register_is_used(job->globals, o->document.no_register);
	int ret = report_complete_title(dossier, date_day(job->when), true);

	if (!ret && asked && lacks_counts(dossier, &shape))
		ret = count_agency(job, dossier);
	for (size_t i = 0; i < N(rows) && !ret; i++)
		ret = put_total(dossier, rows[i]);
	return ret ? ret : check_counts(dossier);
}

static void print_unplaced(long long n)
{
	print_warning(
		Q_("%lld token or certificate is counted in the totals only, as the register does not say whose it is",
		   "%lld tokens and certificates are counted in the totals only, as the register does not say whose they are",
		   (unsigned long)n),
		n);
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
		print_unplaced(doubts.no_place);
	print_undated(&doubts);
	print_begun(&doubts);
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

static int count_all(const struct globals *globals,
		     const struct report_options *o,
		     const struct due_rules *rules, json_t *dossier, long today)
{
	struct statistics_question question = {
		.province = rules->province,
		.holidays = rules->holidays,
	};
	struct register_place place = { 0 };
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
		ret = open_place(globals, o, &reg, &place);
	question.organization = place.organization;
	if (!ret)
		ret = ask_all(reg, &question, dossier);
	if (!ret)
		ret = heads_put_register(dossier, reg);
	register_place_free(&place);
	register_close(&reg);
	return ret;
}

static int report_complete_statistics(const struct document_job *job,
				      json_t *dossier)
{
	const struct report_options *o = job->ctx;
	struct due_rules rules = { 0 };
	int ret;

	ret = due_rules_load(job->globals, o->document.province, &rules);
	if (!ret)
		ret = count_all(job->globals, o, &rules, dossier,
				date_day(job->when));
	due_rules_free(&rules);
	return ret;
}

/* The plan of a year's needs. */

static int ask_needs(const struct document_job *job, json_t *dossier, int year)
{
	const struct report_options *o = job->ctx;
	struct needs_question question = {
		.province = job->province,
		.today = date_day(job->when),
		.year = year,
	};
	struct register_place place = { 0 };
	struct custody_register *reg = NULL;
	json_t *needs = NULL;
	long long n_unknown = 0;
	int ret = open_place(job->globals, o, &reg, &place);

	question.organization = place.organization;
	if (!ret) {
		needs = needs_of(reg, &question, &n_unknown);
		ret = register_exit_code(reg);
	}
	if (!ret &&
	    (!needs || dossier_put_new(dossier, "needs", json_incref(needs))))
		ret = print_no_memory();
	if (!ret)
		ret = heads_put_register(dossier, reg);
	if (!ret && n_unknown)
		print_unplaced(n_unknown);
	json_decref(needs);
	register_place_free(&place);
	register_close(&reg);
	return ret;
}

static int report_complete_needs(const struct document_job *job,
				 json_t *dossier)
{
	static const char *const by_hand[] = { "broken", "wanted" };
	const struct report_options *o = job->ctx;
	int year = o->year ? o->year : date_year(date_day(job->when)) + 1;
	bool asked = o->file || o->organization ||
		     register_is_used(job->globals, o->document.no_register);
	int ret = 0;

	if (asked)
		ret = ask_needs(job, dossier, year);
	else if (dossier_put_new(dossier, "needs.year", json_integer(year)))
		ret = print_no_memory();
	for (size_t i = 0; i < N(by_hand) && !ret; i++)
		ret = put_total(dossier, by_hand[i]);
	return ret ? ret : check_counts(dossier);
}

/* Statistics without a document. */

static int print_json(const struct globals *globals,
		      const struct due_rules *rules, const json_t *dossier)
{
	const struct province *province = rules->province;
	char time[DATE_SIZE];

	date_vietnam(globals->now, time);
	return json_print(
		json_pack("{si, ss, ss, ss, ss, ss, ss, sO, s:O?}", "version",
			  1, "time", time, "province", province->code,
			  "regulation", province->regulation.number, "period",
			  dossier_text(dossier, "document.period"), "from",
			  dossier_text(dossier, "document.from"), "to",
			  dossier_text(dossier, "document.to"), "statistics",
			  dossier_get(dossier, "statistics"), HEADS,
			  dossier_get(dossier, HEADS)));
}

static int print(const struct globals *globals, const struct report_options *o,
		 const struct due_rules *rules, const json_t *dossier)
{
	const json_t *statistics = json_object_get(dossier, "statistics");

	if (o->json)
		return print_json(globals, rules, dossier);
	if (!o->csv)
		return report_print_text(statistics);
	csv_choose(o->csv);
	report_print_csv(statistics);
	return 0;
}

static int tell_statistics(const struct globals *globals,
			   const struct report_options *o)
{
	struct due_rules rules = { 0 };
	json_t *dossier = report_facts(globals, o);
	int ret =
		dossier ? due_rules_load(globals, o->document.province, &rules)
			: print_no_memory();

	if (!ret)
		ret = count_all(globals, o, &rules, dossier,
				report_day(globals, o));
	if (!ret)
		ret = heads_put_journal(dossier, globals);
	if (!ret)
		ret = print(globals, o, &rules, dossier);
	if (!ret && !o->json)
		heads_print(dossier);
	due_rules_free(&rules);
	json_decref(dossier);
	return ret;
}

/* The command. */

/* No regulation has a form for statistics or needs, and of the provinces one
 * has a form for the report of an agency: they stand on their own. */
static const struct document_kind kinds[] = {
	{ .procedure = "report",
	  .command = "report",
	  .form = "",
	  .template = "report",
	  .own_form = "mẫu báo cáo",
	  .bears_heads = true,
	  .complete = report_complete_agency },
	{ .procedure = "statistics",
	  .command = "report",
	  .form = "",
	  .template = "statistics",
	  .duty = "statistics",
	  .bears_heads = true,
	  .complete = report_complete_statistics },
	{ .procedure = "needs",
	  .command = "report",
	  .form = "",
	  .template = "needs",
	  .bears_heads = true,
	  .complete = report_complete_needs },
	{ 0 }
};

static int make(struct globals *globals, const struct report_options *o,
		const char *procedure)
{
	return document_make(globals, &o->document, kinds, procedure,
			     report_facts(globals, o), o);
}

static int dispatch(struct globals *globals, struct report_options *o,
		    const char *name)
{
	static const char *const forms[] = { "agency", "needs", "statistics" };
	int ret = report_check_period(o);

	if (ret)
		return ret;
	if (name && strcmp(name, "statistics") == 0) {
		if (!!o->json + !!o->csv + !!o->document.outputs > 1) {
			print_error(_(
				"--json, --csv and -o cannot be used together"));
			return EXIT_USAGE;
		}
		return o->document.outputs ? make(globals, o, "statistics")
					   : tell_statistics(globals, o);
	}
	if (name && strcmp(name, "agency") != 0 && strcmp(name, "needs") != 0) {
		print_error(
			_("there is no report \"%s\"; choose agency, needs or statistics"),
			name);
		suggest_of(name, forms, sizeof(forms) / sizeof(forms[0]),
			   sizeof(forms[0]));
		return EXIT_USAGE;
	}
	if (o->json || o->csv) {
		print_error(_(
			"--json and --csv are for \"report statistics\" only"));
		return EXIT_USAGE;
	}
	if (!name || strcmp(name, "needs") != 0)
		return make(globals, o, "report");
	if (o->period || o->from || o->to) {
		print_error(_(
			"needs are those of a year: give --year and neither --period nor --from or --to"));
		return EXIT_USAGE;
	}
	return make(globals, o, "needs");
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct report_options o = { .document = DOCUMENT_OPTIONS_INIT };
	struct poptOption table[] = {
		OPTION_STRING(
			"period", o.period, "PERIOD",
			N_("the period reported on: half-1 or half-2 of the year, or year")),
		OPTION_NUMBER(
			"year", o.year, "YEAR",
			N_("the year of the period, this one if none; needs: that of the needs, the next if none")),
		OPTION_STRING("from", o.from, "DATE",
			      N_("its first day, in place of the period's")),
		OPTION_STRING("to", o.to, "DATE",
			      N_("its last day, in place of the period's")),
		OPTION_STRING("organization", o.organization, "TEXT",
			      N_("count only this agency")),
		OPTION_STRING(
			"file", o.file, "FILE",
			N_("the file of the register; the configured one if none")),
		OPTION_FLAG("json", o.json,
			    N_("statistics: print one JSON document")),
		CSV_OPTIONS(o.csv, N_("statistics: print CSV")),
		LIST_FORMAT_OPTION(NULL),
		OPTION_STRING(
			"recipient", o.document.recipient, "TEXT",
			N_("recipient of the report; as the regulation says if none")),
		DOCUMENT_OPTIONS(o.document),
		POPT_TABLEEND
	};
	poptContext context;
	const char **args;
	int ret;

	if (options_parse(globals, &cmd_report, table, argc, argv, &context,
			  &args, &ret) &&
	    options_limit_args(&cmd_report, args, 1, &ret))
		ret = o.document.list_provinces
			      ? list_provinces(o.json)
			      : dispatch(globals, &o, args[0]);
	free(o.period);
	free(o.from);
	free(o.to);
	free(o.organization);
	free(o.file);
	document_options_free(&o.document);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_report = {
	.name = "report",
	.summary = N_(
		"write the agency's periodic report, the needs of a year, or statistics of the register"),
	.usage =
		"report [agency] --province NAME -o FILE.pdf|FILE.docx [-o FILE]... [--period half-1|half-2|year] [--year YEAR] [--from DATE] [--to DATE] [--organization TEXT] [--file FILE] [--data FILE] [--set NAME=TEXT]... [<document options>]\n"
		"report needs -o FILE.pdf|FILE.docx [-o FILE]... [--province NAME] [--year YEAR] [--organization TEXT] [--file FILE] [--set NAME=TEXT]... [<document options>]\n"
		"report statistics [--format NAME | --json | --csv | --excel | -o FILE.pdf|FILE.docx [-o FILE]...] [--province NAME] [--period half-1|half-2|year] [--year YEAR] [--from DATE] [--to DATE] [--organization TEXT] [--file FILE] [<document options>]",
	.needs_config = true,
	.run = run,
};
