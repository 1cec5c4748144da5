/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What statistics count, and all of it as CSV. */
#include <stdio.h>

#include "input/dossier.h"
#include "report.h"
#include "table.h"

const struct report_measure report_holders[] = {
	{ "organization", N_("AGENCIES") },
	{ "person", N_("PERSONS") },
	{ "device", N_("DEVICES") },
	{ "total", N_("TOTAL") },
	{ NULL, NULL },
};

const struct report_measure report_outcomes[] = {
	{ "carried", N_("BEFORE") },
	{ "received", N_("RECEIVED") },
	{ "done", N_("DONE") },
	{ "refused", N_("REFUSED") },
	{ "open", N_("OPEN") },
	{ "on_time", N_("ON TIME") },
	{ "late", N_("LATE") },
	{ "no_deadline", N_("NO DEADLINE") },
	{ "mean_days", N_("DAYS ON AVERAGE") },
	{ NULL, NULL },
};

const struct report_measure report_places[] = {
	{ "tokens", N_("TOKENS") },
	{ "requests", N_("REQUESTS") },
	{ "expiring", N_("EXPIRING") },
	{ NULL, NULL },
};

const struct report_measure report_incidents[] = {
	{ "unblocks", N_("tokens recovered") },
	{ "losses", N_("tokens lost") },
	{ "leaks", N_("keys that may have leaked") },
	{ NULL, NULL },
};

const char *report_number(const json_t *row, const char *name,
			  char text[REPORT_NUMBER])
{
	const json_t *value = json_object_get(row, name);

	text[0] = '\0';
	if (json_is_integer(value))
		(void)snprintf(text, REPORT_NUMBER, "%lld",
			       (long long)json_integer_value(value));
	else if (json_is_real(value))
		(void)snprintf(text, REPORT_NUMBER, "%.1f",
			       json_real_value(value));
	return text;
}

static void csv_rows(const char *list, const char *key, const json_t *row,
		     const struct report_measure *measures)
{
	char text[REPORT_NUMBER];

	for (; measures->name; measures++) {
		csv_field(list, true);
		csv_field(key, false);
		csv_field(measures->name, false);
		csv_field(report_number(row, measures->name, text), false);
		csv_end();
	}
}

static void csv_list(const json_t *parent, const char *list, const char *key,
		     const struct report_measure *measures)
{
	size_t i;
	json_t *row;

	json_array_foreach (json_object_get(parent, list), i, row)
		csv_rows(list, dossier_text(row, key), row, measures);
}

void report_print_csv(const json_t *all)
{
	const json_t *needs = json_object_get(all, "needs");
	const bool units = *dossier_text(all, "organization") != '\0';
	size_t i;
	json_t *row;

	csv_field("list", true);
	csv_field("row", false);
	csv_field("measure", false);
	csv_field("value", false);
	csv_end();
	csv_rows("tokens", "", json_object_get(all, "tokens"), report_holders);
	csv_list(all, "procedures", "procedure", report_outcomes);
	csv_list(all, "units", units ? "unit" : "organization", report_places);
	csv_rows("incidents", "", all, report_incidents);
	csv_list(all, "expiries", "month", report_holders);
	json_array_foreach (json_object_get(needs, "rows"), i, row)
		csv_rows("needs", dossier_text(row, "need"), row,
			 report_holders);
}
