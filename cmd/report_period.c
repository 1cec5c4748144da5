/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which days a report is about, by options or data, and what it calls them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "command.h"
#include "input/dossier.h"
#include "input/field.h"
#include "message.h"
#include "report.h"

#define FIRST_YEAR 2000
#define LAST_YEAR 2199

static const struct field day_field = { .type = FIELD_DATE };

/* Reads the day that an officer wrote, also into @iso as ISO 8601 has it. 0, or
 * -1 with *@why, which is NULL when there is no memory. */
static int parse_day(const char *text, char iso[DATE_SIZE], long *day,
		     const char **why)
{
	json_t *value = field_parse(&day_field, text, why);
	const char *parsed = json_string_value(value);
	int rc = -1;

	if (value && !parsed)
		*why = _("This must be given.");
	if (parsed && date_read_iso(parsed, day)) {
		date_iso(*day, iso);
		rc = 0;
	}
	json_decref(value);
	return rc;
}

/* The periods that --period names, the year first; the halves of a year. */
static const struct span {
	const char *name, *title, *first, *last;
} spans[] = {
	{ "year", "năm", "01-01", "12-31" },
	{ "half", "06 tháng đầu năm", "01-01", "06-30" },
	{ "half-1", "06 tháng đầu năm", "01-01", "06-30" },
	{ "half-2", "06 tháng cuối năm", "07-01", "12-31" },
};

#define N_SPANS (sizeof(spans) / sizeof(spans[0]))

/* Puts a year, or a half of it, into a dossier, but no day to come: nobody has
 * counted what @today does not know. 0 or -ENOMEM. */
static int put_span(json_t *dossier, const struct span *span, int year,
		    long today)
{
	char first[DATE_SIZE], last[DATE_SIZE], title[64];
	long begin = 0, end = 0;

	(void)snprintf(first, sizeof(first), "%04d-%s", year, span->first);
	(void)snprintf(last, sizeof(last), "%04d-%s", year, span->last);
	if (date_read_iso(first, &begin) && date_read_iso(last, &end) &&
	    begin <= today && today < end)
		date_iso(today, last);
	(void)snprintf(title, sizeof(title), "%s %d", span->title, year);
	return dossier_put(dossier, "document.period", title) ||
	       dossier_put(dossier, "document.from", first) ||
	       dossier_put(dossier, "document.to", last);
}

/* That of --period, or the year; NULL: there is no such period. */
static const struct span *span_of(const struct report_options *o)
{
	for (size_t i = 0; i < N_SPANS; i++)
		if (!o->period || strcmp(spans[i].name, o->period) == 0)
			return &spans[i];
	return NULL;
}

/* Checks the day of an option, and puts it in the form of ISO 8601. */
static int take_day(const char *option, char **text, long *day)
{
	char iso[DATE_SIZE];
	const char *why = NULL;
	char *own;

	if (!*text)
		return 0;
	if (parse_day(*text, iso, day, &why)) {
		if (!why)
			return print_no_memory();
		print_error("%s %s: %s", option, *text, why);
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

	if (!span_of(o)) {
		print_error(_("--period %s: give half-1, half-2 or year"),
			    o->period);
		return EXIT_USAGE;
	}
	if (o->year && (o->year < FIRST_YEAR || o->year > LAST_YEAR)) {
		print_error(_("--year takes a year, such as 2026"));
		return EXIT_USAGE;
	}
	ret = take_day("--from", &o->from, &from);
	if (!ret)
		ret = take_day("--to", &o->to, &to);
	if (!ret && o->from && o->to && from > to) {
		print_error(_("--from is after --to"));
		ret = EXIT_USAGE;
	}
	return ret;
}

long report_day(const struct globals *globals, const struct report_options *o)
{
	time_t when = globals->now;
	bool has_hour;

	/* A wrong --date is refused when the document is begun. */
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
		rc = put_span(facts, span_of(o), year, report_day(globals, o));
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

static int read_day(json_t *dossier, const char *path, long *day)
{
	const char *text = dossier_text(dossier, path), *why = NULL;
	char iso[DATE_SIZE];

	if (parse_day(text, iso, day, &why) == 0)
		return dossier_put(dossier, path, iso) ? print_no_memory() : 0;
	if (!why)
		return print_no_memory();
	print_error("%s: %s", path, why);
	return EXIT_BAD_INPUT;
}

static bool has(const json_t *dossier, const char *path)
{
	return dossier_text(dossier, path)[0] != '\0';
}

int report_complete_title(json_t *dossier, long today, bool alone)
{
	char first[DATE_SIZE], last[DATE_SIZE], span[64];
	long from = 0, to = 0;
	int ret;

	if (has(dossier, "document.period"))
		return 0;
	if (!has(dossier, "document.from") && !has(dossier, "document.to"))
		return put_span(dossier, &spans[0], date_year(today), today)
			       ? print_no_memory()
			       : 0;
	ret = report_complete_days(dossier, today, &from, &to);
	if (ret)
		return ret;
	(void)snprintf(span, sizeof(span), "từ ngày %s đến ngày %s",
		       date_dmy(from, first), date_dmy(to, last));
	if (dossier_put(dossier, "document.period", alone ? span : "báo cáo"))
		return print_no_memory();
	return 0;
}

int report_complete_days(json_t *dossier, long today, long *from, long *to)
{
	bool has_from = has(dossier, "document.from");
	bool has_to = has(dossier, "document.to");
	char first[DATE_SIZE], last[DATE_SIZE];
	int ret = 0;

	if (!has_from && !has_to && has(dossier, "document.period"))
		return -1;
	*to = today;
	if (has_to)
		ret = read_day(dossier, "document.to", to);
	if (!ret && has_from)
		ret = read_day(dossier, "document.from", from);
	if (ret)
		return ret;
	if (*to > today)
		*to = today;
	if (!has_from) {
		(void)snprintf(first, sizeof(first), "%04d-01-01",
			       date_year(*to));
		(void)date_read_iso(first, from);
	}
	if (*from > *to) {
		print_error(
			_("the period begins on %s and ends on %s, which is earlier; correct --from and --to"),
			date_dmy(*from, first), date_dmy(*to, last));
		return EXIT_BAD_INPUT;
	}
	if (dossier_put(dossier, "document.from", date_iso(*from, first)) ||
	    dossier_put(dossier, "document.to", date_iso(*to, last)))
		return print_no_memory();
	return 0;
}

void report_print_days(long from, long to)
{
	char first[DATE_SIZE], last[DATE_SIZE];

	print_message(_("counted in the register: from %s to %s"),
		      date_dmy(from, first), date_dmy(to, last));
}
