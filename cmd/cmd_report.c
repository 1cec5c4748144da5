/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "report.h"

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
					   : report_statistics(globals, o);
	}
	if (name && strcmp(name, "agency") != 0 && strcmp(name, "needs") != 0) {
		print_error(
			_("there is no report \"%s\"; choose agency, needs or statistics"),
			name);
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
		OPTION_FLAG("csv", o.csv, N_("statistics: print CSV")),
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
		"report statistics [--json | --csv | -o FILE.pdf|FILE.docx [-o FILE]...] [--province NAME] [--period half-1|half-2|year] [--year YEAR] [--from DATE] [--to DATE] [--organization TEXT] [--file FILE] [<document options>]",
	.needs_config = true,
	.run = run,
};
