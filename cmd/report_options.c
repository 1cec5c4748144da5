/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What options say of the period. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "clock.h"
#include "input/dossier.h"
#include "message.h"
#include "report.h"

#define FIRST_YEAR 2000
#define LAST_YEAR 2199

static bool is_half(const struct report_options *o)
{
	return o->period && strcmp(o->period, "half") == 0;
}

static int take_day(const char *option, char **text, long *day)
{
	char iso[DATE_SIZE];
	const char *why = NULL;
	char *own;

	if (!*text)
		return 0;
	if (report_parse_day(*text, iso, day, &why)) {
		if (!why)
			return print_no_memory();
		print_message("%s %s: %s", option, *text, why);
		return EXIT_USAGE;
	}
	own = strdup(iso);
	if (!own)
		return print_no_memory();
	free(*text);
	*text = own;
	return 0;
}

int report_check_period(struct report_options *o)
{
	long from = 0, to = 0;
	int ret;

	if (o->period && !is_half(o) && strcmp(o->period, "year") != 0) {
		print_message(_("--period %s: it is half or year"), o->period);
		return EXIT_USAGE;
	}
	if (o->year && (o->year < FIRST_YEAR || o->year > LAST_YEAR)) {
		print_message(_("--year takes a year, such as 2026"));
		return EXIT_USAGE;
	}
	ret = take_day("--from", &o->from, &from);
	if (!ret)
		ret = take_day("--to", &o->to, &to);
	if (!ret && o->from && o->to && from > to) {
		print_message(_("--from is after --to"));
		ret = EXIT_USAGE;
	}
	return ret;
}

long report_day(const struct globals *globals, const struct report_options *o)
{
	time_t when = globals->now;
	bool has_hour;

	/* What is no date is told when the document is begun. */
	if (o->document.date && clock_parse(o->document.date, &when, &has_hour))
		when = globals->now;
	return date_day(when);
}

json_t *report_facts(const struct globals *globals,
		     const struct report_options *o)
{
	json_t *facts = json_object();
	int year = o->year ? o->year : date_year(report_day(globals, o));
	int rc = facts ? 0 : -ENOMEM;

	if (!rc && (o->period || o->year))
		rc = report_put_year(facts, is_half(o), year);
	if (!rc && o->from)
		rc = dossier_put(facts, "document.from", o->from);
	if (!rc && o->to)
		rc = dossier_put(facts, "document.to", o->to);
	if (rc) {
		json_decref(facts);
		facts = NULL;
	}
	return facts;
}
