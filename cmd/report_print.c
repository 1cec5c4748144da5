/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Statistics as tables, for people. */
#include <stdio.h>
#include <string.h>

#include "input/dossier.h"
#include "message.h"
#include "report.h"
#include "table.h"

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

static const char *procedure_words(const char *name)
{
	for (size_t i = 0; i < sizeof(procedures) / sizeof(procedures[0]); i++)
		if (strcmp(procedures[i].name, name) == 0)
			return _(procedures[i].words);
	return name;
}

static void begin(struct table_out *t, const char *first,
		  const struct report_measure *measures)
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
		const struct report_measure *measures)
{
	char text[REPORT_NUMBER];

	table_add(t, first, COLOUR_NONE);
	for (; measures->name; measures++) {
		const char *cell = report_number(row, measures->name, text);

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

	begin(&t, _("TOKENS AND CERTIFICATES"), report_holders);
	add(&t, _("tokens in hand"), json_object_get(all, "tokens"),
	    report_holders);
	json_array_foreach (json_object_get(all, "expiries"), i, row) {
		(void)snprintf(text, sizeof(text), _("ending in %s"),
			       dossier_text(row, "label"));
		add(&t, text, row, report_holders);
	}
	json_array_foreach (json_object_get(needs, "rows"), i, row) {
		bool renew = strcmp(dossier_text(row, "need"), "renew") == 0;

		(void)snprintf(text, sizeof(text),
			       renew ? _("to renew in %lld")
				     : _("to be issued anew in %lld"),
			       (long long)json_integer_value(
				       json_object_get(needs, "year")));
		add(&t, text, row, report_holders);
	}
	return table_print(&t);
}

static int print_procedures(const json_t *all)
{
	const json_t *rows = json_object_get(all, "procedures");
	struct table_out t;
	size_t i;
	json_t *row;

	if (!json_array_size(rows))
		return 0;
	putchar('\n');
	begin(&t, _("REQUESTS"), report_outcomes);
	json_array_foreach ((json_t *)rows, i, row)
		add(&t, procedure_words(dossier_text(row, "procedure")), row,
		    report_outcomes);
	return table_print(&t);
}

static const char *place_of(const json_t *row)
{
	const char *unit = dossier_text(row, "unit");

	return *unit ? unit : dossier_text(row, "organization");
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
	      report_places);
	json_array_foreach ((json_t *)rows, i, row)
		add(&t, *place_of(row) ? place_of(row) : "-", row,
		    report_places);
	return table_print(&t);
}

int report_print_text(const json_t *all)
{
	char text[REPORT_NUMBER];

	if (print_holders(all) || print_procedures(all) || print_places(all))
		return print_no_memory();
	putchar('\n');
	for (const struct report_measure *m = report_incidents; m->name; m++)
		printf("%s: %s\n", _(m->heading),
		       report_number(all, m->name, text));
	return 0;
}
