/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "audit.h"
#include "message.h"

#define DEFAULT_DAYS 60

static int check(const struct audit *a)
{
	if (!!a->json + !!a->csv + !!a->document.outputs > 1) {
		print_message(_("--json, --csv and -o exclude each other"));
		return EXIT_USAGE;
	}
	if (a->days < 0) {
		print_message(_("--days takes a number from 0"));
		return EXIT_USAGE;
	}
	return 0;
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct audit a = { .globals = globals,
			   .selection = SELECTION_INIT,
			   .document = DOCUMENT_OPTIONS_INIT,
			   .days = DEFAULT_DAYS };
	struct poptOption table[] = {
		{ "json", '\0', POPT_ARG_NONE, &a.json, 0,
		  N_("print one JSON document"), NULL },
		{ "csv", '\0', POPT_ARG_NONE, &a.csv, 0,
		  N_("print CSV, a line for each finding"), NULL },
		{ "days", '\0', POPT_ARG_INT, &a.days, 0,
		  N_("what falls due within N days too (60)"), "N" },
		{ "province", '\0', POPT_ARG_STRING, &a.province, 0,
		  N_("whose regulation; else the configuration's"), "NAME" },
		{ "file", '\0', POPT_ARG_STRING, &a.file, 0,
		  N_("the register; else the configuration's"), "FILE" },
		{ "organization", '\0', POPT_ARG_STRING, &a.organization, 0,
		  N_("of this agency"), "TEXT" },
		{ "unit", '\0', POPT_ARG_STRING, &a.unit, 0,
		  N_("of this unit of an agency"), "TEXT" },
		{ "no-tokens", '\0', POPT_ARG_NONE, &a.no_tokens, 0,
		  N_("audit the register alone"), NULL },
		{ "output", 'o', POPT_ARG_ARGV, &a.document.outputs, 0,
		  N_("the PDF or DOCX to write; - is a PDF on standard output"),
		  "FILE" },
		{ "number", '\0', POPT_ARG_STRING, &a.document.number, 0,
		  N_("number of the document, without its symbol"), "N" },
		{ "recipient", '\0', POPT_ARG_STRING, &a.document.recipient, 0,
		  N_("whom the document is for"), "TEXT" },
		SELECTION_OPTIONS(a.selection),
		POPT_TABLEEND
	};
	poptContext context;
	const char **args;
	int ret;

	if (options_parse(globals, &cmd_audit, table, argc, argv, &context,
			  &args, &ret) &&
	    options_limit_args(&cmd_audit, args, 0, &ret)) {
		ret = check(&a);
		if (!ret)
			ret = audit_run(&a);
	}
	document_options_free(&a.document);
	free(a.province);
	free(a.file);
	free(a.organization);
	free(a.unit);
	selection_free(&a.selection);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_audit = {
	.name = "audit",
	.summary = N_(
		"hold the tokens present and the register against the rules"),
	.usage =
		"audit [--json | --csv | -o FILE.pdf|FILE.docx [-o FILE]...] [--days N] [--province NAME] [--organization TEXT] [--unit TEXT] [--no-tokens] [--number N] [--recipient TEXT] [--file FILE] [--serial S] [--label L] [--uri URI] [--timeout SECONDS]",
	.needs_config = true,
	.run = run,
};
