/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"
#include "labels.h"
#include "message.h"
#include "register_common.h"
#include "status.h"

#define DEFAULT_DAYS 60

/* The exit code, and in words, unless a program reads, what to do next. */
static int conclude(const struct status *s, bool advise)
{
	const struct cks_token *t;
	unsigned int all = 0;
	size_t i = 0, n = 0;

	while ((t = status_next(s, &i))) {
		unsigned int attention =
			cks_token_warnings(t, s->globals->now, s->days);
		const char *advice = advice_text(attention);

		n++;
		all |= attention;
		if (advise && advice[0])
			print_warning("%s (%s): %s", cks_token_serial(t),
				      cks_token_label(t), advice);
	}
	if (n == 0)
		return cks_scan_n_errors(s->scan) &&
				       !selection_names_any(&s->selection)
			       ? (print_scan_errors(s->scan), EXIT_PARTIAL)
			       : scan_found_none(s->scan);
	print_scan_errors(s->scan);
	if (cks_scan_n_errors(s->scan) > 0)
		return EXIT_PARTIAL;
	return all & ~(unsigned int)CKS_WARN_INFO_ONLY ? EXIT_ATTENTION
						       : EXIT_DONE;
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct status s = { .globals = globals, .selection = SELECTION_INIT };
	int json = 0, csv = 0, days = DEFAULT_DAYS, ret;
	struct poptOption table[] = {
		{ "json", '\0', POPT_ARG_NONE, &json, 0,
		  N_("print one JSON document"), NULL },
		{ "csv", '\0', POPT_ARG_NONE, &csv, 0,
		  N_("print CSV, a line for each certificate"), NULL },
		{ "days", '\0', POPT_ARG_INT, &days, 0,
		  N_("call a certificate expiring below N days left (60)"),
		  "N" },
		NO_REGISTER_OPTION(s.no_register),
		SELECTION_OPTIONS(s.selection),
		POPT_TABLEEND
	};
	struct cks_scan *scan = NULL;
	poptContext context;
	const char **args;

	if (!options_parse(globals, &cmd_status, table, argc, argv, &context,
			   &args, &ret) ||
	    !options_limit_args(&cmd_status, args, 0, &ret))
		goto out;
	if ((json && csv) || days < 0) {
		print_error(json && csv
				    ? _("--json and --csv exclude each other")
				    : _("--days takes a number from 0"));
		ret = EXIT_USAGE;
		goto out;
	}
	s.days = (unsigned int)days;
	ret = scan_tokens(globals, &s.selection, &scan);
	if (ret)
		goto out;
	s.scan = scan;
	ret = json  ? status_print_json(&s)
	      : csv ? status_print_csv(&s)
		    : status_print_table(&s);
	if (!ret)
		status_record(&s);
	if (!ret)
		ret = conclude(&s, !json && !csv);
out:
	cks_scan_free(&scan);
	selection_free(&s.selection);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_status = {
	.name = "status",
	.summary = N_(
		"show every token present: PIN states, certificates, what needs attention"),
	.usage =
		"status [--json | --csv] [--days N] [--no-register] [--serial S] [--label L] [--uri URI] [--timeout SECONDS]",
	.needs_config = true,
	.run = run,
};
