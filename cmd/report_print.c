/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Statistics as tables, for people, and as CSV with a line for each number. */
#include <stdio.h>
#include <string.h>

#include "input/dossier.h"
#include "message.h"
#include "pager.h"
#include "report.h"
#include "table.h"

#define NUMBER_SIZE ((size_t)48)

/* How programs and people call the numbers of a list; the last has no name. */
struct measure {
	const char *name, *heading;
};

static const struct measure holders[] = {
	{ "organization", N_("AGENCIES") },
	{ "person", N_("PERSONS") },
	{ "device", N_("DEVICES") },
	{ "total", N_("TOTAL") },
	{ NULL, NULL },
};

static const struct measure outcomes[] = {
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

static const struct measure places[] = {
	{ "tokens", N_("TOKENS") },
	{ "requests", N_("REQUESTS") },
	{ "expiring", N_("EXPIRING") },
	{ NULL, NULL },
};

static const struct measure incidents[] = {
	{ "unblocks", N_("tokens recovered") },
	{ "losses", N_("tokens lost") },
	{ "leaks", N_("keys that may have leaked") },
	{ NULL, NULL },
};

/* The number @name of @row, or "". Returns @text. */
static const char *number_of(const json_t *row, const char *name,
			     char text[NUMBER_SIZE])
{
	const json_t *value = json_object_get(row, name);

	text[0] = '\0';
	if (json_is_integer(value))
		(void)snprintf(text, NUMBER_SIZE, "%lld",
			       (long long)json_integer_value(value));
	else if (json_is_real(value))
		(void)snprintf(text, NUMBER_SIZE, "%.1f",
			       json_real_value(value));
	return text;
}

static void csv_rows(const char *list, const char *key, const json_t *row,
		     const struct measure *measures)
{
	char text[NUMBER_SIZE];

	for (; measures->name; measures++) {
		csv_field(list);
		csv_field(key);
		csv_field(measures->name);
		csv_field(number_of(row, measures->name, text));
		csv_end();
	}
}

static void csv_list(const json_t *parent, const char *list, const char *key,
		     const struct measure *measures)
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

	csv_field("list");
	csv_field("row");
	csv_field("measure");
	csv_field("value");
	csv_end();
	csv_rows("tokens", "", json_object_get(all, "tokens"), holders);
	csv_list(all, "procedures", "procedure", outcomes);
	csv_list(all, "units", units ? "unit" : "organization", places);
	csv_rows("incidents", "", all, incidents);
	csv_list(all, "expiries", "month", holders);
	json_array_foreach (json_object_get(needs, "rows"), i, row)
		csv_rows("needs", dossier_text(row, "need"), row, holders);
}

/* Begins a table with a column for each of the measures. */
static void begin(struct table_out *t, const char *first,
		  const struct measure *measures)
{
	size_t n = 1;

	while (measures[n - 1].name)
		n++;
	table_init(t, n);
	table_add(t, first, COLOUR_NONE);
	for (; measures->name; measures++)
		table_add(t, _(measures->heading), COLOUR_NONE);
}

static void add(struct table_out *t, const char *first, const json_t *row,
		const struct measure *measures)
{
	char text[NUMBER_SIZE];

	table_add(t, first, COLOUR_NONE);
	for (; measures->name; measures++) {
		const char *cell = number_of(row, measures->name, text);

		table_add(t, *cell ? cell : "-", COLOUR_NONE);
	}
}

static int print_holders(const json_t *all)
{
	const json_t *needs = json_object_get(all, "needs");
	struct table_out t;
	size_t i;
	json_t *row;
	char text[128];

	begin(&t, _("TOKENS AND CERTIFICATES"), holders);
	add(&t, _("tokens held"), json_object_get(all, "tokens"), holders);
	json_array_foreach (json_object_get(all, "expiries"), i, row) {
		(void)snprintf(text, sizeof(text), _("ending in %s"),
			       dossier_text(row, "label"));
		add(&t, text, row, holders);
	}
	json_array_foreach (json_object_get(needs, "rows"), i, row) {
		bool renew = strcmp(dossier_text(row, "need"), "renew") == 0;

		(void)snprintf(text, sizeof(text),
			       renew ? _("to renew in %lld")
				     : _("to be issued anew in %lld"),
			       (long long)json_integer_value(
				       json_object_get(needs, "year")));
		add(&t, text, row, holders);
	}
	return table_print(&t);
}

static int print_procedures(const json_t *all)
{
	static const struct {
		const char *name, *words;
	} procedures[] = {
		{ "new-person", N_("new, for persons") },
		{ "new-organization", N_("new, for agencies") },
		{ "new-device", N_("new, for devices") },
		{ "renew", N_("renewal") },
		{ "change", N_("change of information") },
		{ "revoke", N_("revocation") },
		{ "recover", N_("recovery") },
	};
	const json_t *rows = json_object_get(all, "procedures");
	struct table_out t;
	size_t i;
	json_t *row;

	if (!json_array_size(rows))
		return 0;
	putchar('\n');
	begin(&t, _("REQUESTS"), outcomes);
	json_array_foreach ((json_t *)rows, i, row) {
		const char *name = dossier_text(row, "procedure");
		const char *words = name;

		for (size_t k = 0;
		     k < sizeof(procedures) / sizeof(procedures[0]); k++)
			if (strcmp(procedures[k].name, name) == 0)
				words = _(procedures[k].words);
		add(&t, words, row, outcomes);
	}
	return table_print(&t);
}

static int print_places(const json_t *all)
{
	const json_t *rows = json_object_get(all, "units");
	struct table_out t;
	size_t i;
	json_t *row;

	if (!json_array_size(rows))
		return 0;
	putchar('\n');
	begin(&t, *dossier_text(all, "organization") ? _("UNIT") : _("AGENCY"),
	      places);
	json_array_foreach ((json_t *)rows, i, row) {
		const char *place = dossier_text(row, "unit");

		if (*place == '\0')
			place = dossier_text(row, "organization");
		add(&t, *place ? place : "-", row, places);
	}
	return table_print(&t);
}

int report_print_text(const json_t *all)
{
	char text[NUMBER_SIZE];

	pager_begin();
	if (print_holders(all) || print_procedures(all) || print_places(all))
		return print_no_memory();
	putchar('\n');
	for (const struct measure *m = incidents; m->name; m++) {
		const char *number = number_of(all, m->name, text);

		print_indented(0, "%s: %s", _(m->heading),
			       *number ? number : "-");
	}
	return 0;
}
