/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "document.h"
#include "due_list.h"
#include "heads.h"
#include "input/dossier.h"
#include "json.h"
#include "message.h"
#include "monitoring.h"
#include "progress.h"
#include "register/normalize.h"
#include "register_common.h"
#include "scanning.h"
#include "table.h"
#include "token_rows.h"

#define DEFAULT_DAYS 60

/* One audit: the options, and what was found. */
struct audit {
	const struct globals *globals;
	struct selection selection;
	char *province, *file, *organization, *unit;
	struct register_place place; /* these two as the register has them */
	int json, csv, format, days, critical_days, no_tokens;
	struct document_options document; /* outputs, number, recipient */

	struct cks_scan *scan;
	json_t *present; /* rows of the tokens that are plugged in */
	size_t n_present, n_registered; /* tokens */
	struct machine_files data;	/* what machines saw, instead */
	struct custody_register *reg;
	struct due_rules rules;
	struct due_list findings;
	json_t *heads; /* as heads.h has them */
};

static int take_token(struct audit *a, const struct cks_token *token)
{
	json_t *rows = NULL;
	int ret;

	if (!selection_matches(&a->selection, token))
		return 0;
	a->n_present++;
	ret = token_records(token, a->globals->now, &rows);
	if (!ret && json_array_extend(a->present, rows))
		ret = print_no_memory();
	json_decref(rows);
	return ret;
}

static int read_tokens(struct audit *a)
{
	int ret;

	a->present = json_array();
	if (!a->present)
		return print_no_memory();
	if (a->data.paths)
		return machine_files_rows(&a->data, a->globals->now, a->reg,
					  a->present, &a->n_present);
	if (a->no_tokens)
		return 0;
	ret = scan_tokens(a->globals, &a->selection, &a->scan);
	for (size_t i = 0; !ret && i < cks_scan_n_tokens(a->scan); i++)
		ret = take_token(a, cks_scan_token(a->scan, i));
	if (!ret && !a->n_present && selection_names_any(&a->selection))
		ret = scan_found_none(a->scan, &a->selection);
	return ret;
}

static bool is_present(const struct audit *a, const char *serial)
{
	size_t i;
	json_t *row;

	json_array_foreach (a->present, i, row)
		if (normalize_same_serial(dossier_text(row, "device_serial"),
					  serial))
			return true;
	return false;
}

/* Who names tokens asks about them alone. */
static void leave_others(struct audit *a)
{
	struct due_list *list = &a->findings;
	size_t n = 0;

	if (!selection_names_any(&a->selection))
		return;
	for (size_t i = 0; i < list->n; i++)
		if (is_present(a, list->list[i].device_serial))
			list->list[n++] = list->list[i];
	list->n = n;
}

static int ask(struct audit *a)
{
	int ret = register_place_find(a->reg, a->organization, a->unit,
				      &a->place);
	const struct due_question question = {
		.province = a->rules.province,
		.holidays = a->rules.holidays,
		.today = date_day(a->globals->now),
		.days = a->days,
		.organization = a->place.organization,
		.unit = a->place.unit,
		.present = a->present,
		.thorough = true,
	};

	progress_begin(_("Holding the register against the rules..."), 0);
	if (!ret)
		ret = due_ask(a->reg, &question, &a->findings);
	progress_end();
	leave_others(a);
	if (a->data.paths)
		machine_files_name(&a->data, &a->findings);
	if (!ret)
		a->n_registered = due_count_tokens(a->reg, &question);
	return ret ? ret : register_exit_code(a->reg);
}

static json_t *json_of_counts(const struct audit *a)
{
	size_t counts[DUE_STATES];
	json_t *o = json_object();

	due_count(&a->findings, counts);
	for (size_t i = 0; i < DUE_STATES; i++)
		json_object_set_new(o, due_state_name(i),
				    json_integer((json_int_t)counts[i]));
	return o;
}

static json_t *json_of_failures(const struct audit *a)
{
	json_t *failures = json_array();

	for (size_t i = 0; a->scan && i < cks_scan_n_errors(a->scan); i++)
		json_array_append_new(
			failures, json_of_failure(cks_scan_error(a->scan, i)));
	return failures;
}

static int print_json(const struct audit *a)
{
	struct json_document document = { 0 };
	char time[DATE_SIZE];

	date_vietnam(a->globals->now, time);
	json_document_put(&document, "version", json_integer(1));
	json_document_put(&document, "time", json_string(time));
	json_document_put(&document, "regulation",
			  json_string(a->rules.province->regulation.number));
	json_document_put(&document, "present",
			  json_integer((json_int_t)a->n_present));
	json_document_put(&document, "registered",
			  json_integer((json_int_t)a->n_registered));
	json_document_put(&document, "counts", json_of_counts(a));
	due_put_json(a->globals, &document, "findings", &a->findings);
	json_document_put(&document, "failures", json_of_failures(a));
	json_document_put(&document, HEADS,
			  json_pack("O?", json_object_get(a->heads, HEADS)));
	return json_document_print(&document);
}

static void print_summary(const struct audit *a)
{
	size_t n = a->findings.n;
	char present[128], registered[128], findings[128];

	(void)snprintf(present, sizeof(present),
		       a->data.paths
			       ? Q_("%zu token is in the files",
				    "%zu tokens are in the files", a->n_present)
			       : Q_("%zu token is plugged in",
				    "%zu tokens are plugged in", a->n_present),
		       a->n_present);
	(void)snprintf(registered, sizeof(registered),
		       Q_("%zu is in the register and not handed back",
			  "%zu are in the register and not handed back",
			  a->n_registered),
		       a->n_registered);
	(void)snprintf(findings, sizeof(findings),
		       Q_("there is %zu finding", "there are %zu findings", n),
		       n);
	/* TRANSLATORS: how many tokens, how many registered, how many
	 * findings, each as said above. */
	print_message(_("%s, %s, and %s"), present, registered, findings);
}

static bool is_for_monitoring(const struct audit *a)
{
	return a->format == FORMAT_NAGIOS || a->format == FORMAT_PROMETHEUS;
}

/* 0 or an exit code; of a plugin's line that of a plugin. */
static int print_for_monitoring(const struct audit *a)
{
	const struct audit_result result = {
		.globals = a->globals,
		.scan = a->scan,
		.findings = &a->findings,
		.n_present = a->n_present,
		.n_registered = a->n_registered,
		.n_failures = a->data.n_failures,
		.days = a->days,
		.critical_days = a->critical_days,
	};

	return a->format == FORMAT_NAGIOS ? nagios_print_audit(&result)
					  : prometheus_print_audit(&result);
}

/* Prints as the options ask. 0 or an exit code. */
static int print(const struct audit *a)
{
	int ret = heads_put(a->heads, a->globals, a->reg);

	if (ret)
		return ret;
	if (a->json)
		return print_json(a);
	csv_choose(a->csv);
	if (a->csv)
		return due_print_csv(a->globals, &a->findings);
	ret = due_print_text(a->globals, &a->findings);
	if (!ret) {
		print_summary(a);
		heads_print(a->heads);
	}
	return ret;
}

static int put_number(json_t *facts, const char *path, size_t n)
{
	return dossier_put_new(facts, path, json_integer((json_int_t)n));
}

static int put_counts(const struct audit *a, json_t *facts)
{
	static const char *const paths[] = {
		[DUE_OVERDUE] = "audit.counts.overdue",
		[DUE_WRONG] = "audit.counts.wrong",
		[DUE_TODAY] = "audit.counts.today",
		[DUE_SOON] = "audit.counts.soon",
		[DUE_OPEN] = "audit.counts.open",
	};
	size_t counts[DUE_STATES];
	int rc = 0;

	due_count(&a->findings, counts);
	for (size_t i = 0; i < DUE_STATES && !rc; i++)
		rc = put_number(facts, paths[i], counts[i]);
	return rc;
}

/* The findings as JSON has them, and in the words of a table for people. */
static int put_findings(const struct audit *a, json_t *facts)
{
	json_t *rows = due_json(&a->findings, I18N_VIETNAMESE), *row;
	int rc = 0;
	size_t i;

	json_array_foreach (rows, i, row) {
		const struct due *d = &a->findings.list[i];

		rc = rc ||
		     dossier_put(row, "state_words",
				 due_state_label(I18N_VIETNAMESE, d)) ||
		     dossier_put(row, "text", dossier_text(row, "what"));
	}
	return json_object_set_new(facts, "findings", rows) || rc;
}

/* The findings for a document, which is in Vietnamese in every locale; NULL:
 * memory is out. */
static json_t *facts_of(const struct audit *a)
{
	json_t *facts = json_object();

	if (put_number(facts, "audit.present", a->n_present) ||
	    put_number(facts, "audit.registered", a->n_registered) ||
	    put_number(facts, "audit.findings", a->findings.n) ||
	    put_counts(a, facts) ||
	    put_number(facts, "audit.register.events",
		       register_n_events(a->reg)) ||
	    dossier_put(facts, "audit.register.head", register_head(a->reg)) ||
	    heads_put_register(facts, a->reg) || put_findings(a, facts)) {
		json_decref(facts);
		return NULL;
	}
	return facts;
}

/* Writes the documents; no regulation has a form for them. 0 or an exit code.
 */
static int write_documents(const struct audit *a)
{
	static const struct document_kind kinds[] = { { .procedure = "audit",
							.form = "",
							.template = "audit",
							.bears_heads = true },
						      { 0 } };
	struct document_options options = a->document;
	json_t *facts = facts_of(a);

	if (!facts)
		return print_no_memory();
	options.province = a->province;
	options.no_register = true; /* it is no letter that waits for a reply */
	return document_make(a->globals, &options, kinds, "audit", facts, NULL);
}

static int conclude(const struct audit *a)
{
	if (a->scan) {
		print_scan_errors(a->scan);
		if (scan_n_critical(a->scan) > 0)
			return EXIT_PARTIAL;
	}
	if (a->data.n_failures)
		return EXIT_PARTIAL;
	return due_is_pressing(&a->findings) ? EXIT_ATTENTION : EXIT_DONE;
}

static int audit(struct audit *a)
{
	int ret = due_rules_load(a->globals, a->province, &a->rules);

	a->heads = json_object();
	if (!a->heads)
		ret = print_no_memory();
	if (!ret)
		ret = register_require(a->globals, a->file, REGISTER_READ,
				       &a->reg);
	if (!ret)
		ret = read_tokens(a);
	if (!ret)
		ret = ask(a);
	if (!ret)
		ret = is_for_monitoring(a)  ? print_for_monitoring(a)
		      : a->document.outputs ? write_documents(a)
					    : print(a);
	if (!ret && a->format != FORMAT_NAGIOS)
		ret = conclude(a);
	due_free(&a->findings);
	machine_files_free(&a->data);
	json_decref(a->heads);
	register_close(&a->reg);
	json_decref(a->present);
	cks_scan_free(&a->scan);
	due_rules_free(&a->rules);
	return ret;
}

static int check(const struct audit *a)
{
	if (!!a->json + !!a->csv + is_for_monitoring(a) +
		    !!a->document.outputs >
	    1) {
		print_error(
			is_for_monitoring(a)
				? _("--format and -o cannot be used together")
				: _("--json, --csv and -o cannot be used together"));
		return EXIT_USAGE;
	}
	if (a->data.paths &&
	    (a->no_tokens || selection_names_any(&a->selection))) {
		print_error(_(
			"--data is in the place of tokens that are plugged in: --no-tokens, --serial, --label and --uri cannot be used with it"));
		return EXIT_USAGE;
	}
	return monitoring_check_days(a->format, a->days, a->critical_days);
}

/* The files that --data names are taken together with the arguments behind the
 * options, for a shell puts many files there for one pattern. 0 or an exit
 * code.
 */
static int add_files(struct machine_files *files, const char **data,
		     const char **args)
{
	size_t n = 0, i = 0;

	while (data[n])
		n++;
	while (args[i])
		i++;
	files->paths = calloc(n + i + 1, sizeof(*files->paths));
	if (!files->paths)
		return print_no_memory();
	memcpy(files->paths, data, n * sizeof(*data));
	memcpy(files->paths + n, args, i * sizeof(*args));
	return 0;
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct audit a = { .globals = globals,
			   .selection = SELECTION_INIT,
			   .document = DOCUMENT_OPTIONS_INIT,
			   .days = DEFAULT_DAYS };
	const char **data = NULL, **args;
	struct poptOption table[] = {
		{ "json", '\0', POPT_ARG_NONE, &a.json, 0,
		  N_("print one JSON document"), NULL },
		CSV_OPTIONS(a.csv, N_("print CSV, a line for each finding")),
		MONITORING_FORMAT_OPTION(&a.format),
		{ "days", '\0', POPT_ARG_INT, &a.days, 0,
		  N_("include what falls due within N days (60)"), "N" },
		CRITICAL_DAYS_OPTION(a.critical_days),
		{ "province", '\0', POPT_ARG_STRING, &a.province, 0,
		  N_("the province whose regulation applies; the configured one if none"),
		  "NAME" },
		{ "file", '\0', POPT_ARG_STRING, &a.file, 0,
		  N_("the file of the register; the configured one if none"),
		  "FILE" },
		{ "organization", '\0', POPT_ARG_STRING, &a.organization, 0,
		  N_("of this agency"), "TEXT" },
		{ "unit", '\0', POPT_ARG_STRING, &a.unit, 0,
		  N_("of this unit of an agency"), "TEXT" },
		{ "data", '\0', POPT_ARG_ARGV, &data, 0,
		  N_("judge what machines saw by these files of \"ckstoken status --json\", and no token that is plugged in"),
		  "FILE" },
		{ "no-tokens", '\0', POPT_ARG_NONE, &a.no_tokens, 0,
		  N_("audit only the register"), NULL },
		{ "output", 'o', POPT_ARG_ARGV, &a.document.outputs, 0,
		  N_("the PDF or DOCX to write; - is a PDF on standard output"),
		  "FILE" },
		{ "number", '\0', POPT_ARG_STRING, &a.document.number, 0,
		  N_("number of the document, without its symbol"), "N" },
		{ "recipient", '\0', POPT_ARG_STRING, &a.document.recipient, 0,
		  N_("recipient of the document"), "TEXT" },
		SELECTION_OPTIONS(a.selection),
		POPT_TABLEEND
	};
	poptContext context;
	int ret;

	if (options_parse(globals, &cmd_audit, table, argc, argv, &context,
			  &args, &ret) &&
	    (data || options_limit_args(&cmd_audit, args, 0, &ret))) {
		ret = data ? add_files(&a.data, data, args) : 0;
		if (!ret)
			ret = check(&a);
		if (!ret)
			ret = audit(&a);
	}
	free(a.data.paths);
	selection_free_argv(data);
	document_options_free(&a.document);
	free(a.province);
	free(a.file);
	register_place_free(&a.place);
	free(a.organization);
	free(a.unit);
	selection_free(&a.selection);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_audit = {
	.name = "audit",
	.summary = N_(
		"check the tokens present and the register against the rules"),
	.usage =
		"audit [--format NAME | --json | --csv | --excel | -o FILE.pdf|FILE.docx [-o FILE]...] [--days N] [--critical-days N] [--province NAME] [--organization TEXT] [--unit TEXT] [--data FILE... | --no-tokens] [--number N] [--recipient TEXT] [--file FILE] [--serial S] [--label L] [--uri URI] [--timeout SECONDS]",
	.needs_config = true,
	.run = run,
};
