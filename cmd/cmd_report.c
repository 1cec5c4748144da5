/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "dossier.h"
#include "paper.h"
#include "say.h"
#include "vntime.h"

struct report_options {
	struct paper_options paper;
	char *period;
	int year;
};

/* The half year or the year that is reported on, as its title says it. */
static int put_period(json_t *dossier, const char *period, int year)
{
	bool half = period && strcmp(period, "half") == 0;
	char *text = NULL;
	int ret;

	if (asprintf(&text, half ? "06 tháng đầu năm %d" : "năm %d", year) < 0)
		return -ENOMEM;
	ret = dossier_put(dossier, "document.period", text);
	free(text);
	return ret;
}

static int this_year(const struct globals *globals)
{
	return vn_tm(globals->now).tm_year + 1900;
}

/* Where neither options nor data say which, it is this year. */
static int settle_period(const struct paper *paper, json_t *dossier)
{
	if (dossier_text(dossier, "document.period")[0] ||
	    put_period(dossier, NULL, this_year(paper->globals)) == 0)
		return 0;
	return say_no_memory();
}

static const struct paper_kind kinds[] = {
	{ .procedure = "report", .form = "", .settle = settle_period }, { 0 }
};

static json_t *facts_of(const struct globals *globals,
			const struct report_options *o)
{
	json_t *facts = json_object();

	if (facts && (o->period || o->year) &&
	    put_period(facts, o->period,
		       o->year ? o->year : this_year(globals))) {
		json_decref(facts);
		facts = NULL;
	}
	return facts;
}

static int check(const struct report_options *o)
{
	if (o->period && strcmp(o->period, "half") != 0 &&
	    strcmp(o->period, "year") != 0) {
		say(_("--period %s: it is half or year"), o->period);
		return EXIT_USAGE;
	}
	if (o->year && (o->year < 2000 || o->year > 9999)) {
		say(_("--year takes a year, such as 2026"));
		return EXIT_USAGE;
	}
	return 0;
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct report_options o = { .paper = PAPER_OPTIONS_INIT };
	struct poptOption table[] = {
		{ "period", '\0', POPT_ARG_STRING, &o.period, 0,
		  N_("what is reported on: half, the first half of the year, or year"),
		  "PERIOD" },
		{ "year", '\0', POPT_ARG_INT, &o.year, 0,
		  N_("of which year; this one if none"), "YEAR" },
		{ "recipient", '\0', POPT_ARG_STRING, &o.paper.recipient, 0,
		  N_("whom it is for; else as the regulation says"), "TEXT" },
		PAPER_OPTIONS(o.paper),
		POPT_TABLEEND
	};
	poptContext context;
	const char **args;
	int ret = options_parse(globals, &cmd_report, table, argc, argv,
				&context, &args);

	if (ret < 0)
		ret = options_limit_args(&cmd_report, args, 0);
	if (ret < 0) {
		ret = check(&o);
		if (!ret)
			ret = paper_make(globals, &o.paper, kinds, "report",
					 facts_of(globals, &o));
	}
	free(o.period);
	paper_options_free(&o.paper);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_report = {
	.name = "report",
	.summary = N_("write the agency's periodic report"),
	.usage =
		"report --province NAME -o FILE.pdf|FILE.docx [-o FILE]... [--period half|year] [--year YEAR] [--data FILE] [--set NAME=TEXT]... [<document options>]",
	.needs_config = true,
	.run = run,
};
