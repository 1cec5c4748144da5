/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "due_print.h"

#include <stdio.h>

#include "base/date.h"
#include "command.h"
#include "table.h"

const char *due_state_label(enum due_state state)
{
	static const char *const words[] = {
		[DUE_OVERDUE] = N_("overdue"),
		[DUE_WRONG] = N_("not as it must be"),
		[DUE_TODAY] = N_("due today"),
		[DUE_SOON] = N_("due soon"),
		[DUE_OPEN] = N_("open"),
	};

	return _(words[state]);
}

void due_count(const struct due_list *list, size_t counts[DUE_STATES])
{
	for (size_t i = 0; i < DUE_STATES; i++)
		counts[i] = 0;
	for (size_t i = 0; i < list->n; i++)
		counts[list->list[i].state]++;
}

bool due_is_pressing(const struct due_list *list)
{
	size_t counts[DUE_STATES];

	due_count(list, counts);
	return counts[DUE_OVERDUE] + counts[DUE_WRONG] > 0;
}

struct member {
	const char *name, *text;
};

#define MEMBERS 12

static void members_of(const struct due *d, char day[DATE_SIZE],
		       struct member members[MEMBERS])
{
	const struct member all[MEMBERS] = {
		{ "state", due_state_key(d->state) },
		{ "due", day },
		{ "rule", d->rule },
		{ "device_serial", d->device_serial },
		{ "certificate_serial", d->certificate_serial },
		{ "name", d->name },
		{ "organization", d->organization },
		{ "unit", d->unit },
		{ "who", d->who },
		{ "what", d->text },
		{ "article", d->article },
		{ "command", d->command },
	};

	day[0] = '\0';
	if (d->day != DUE_NO_DAY)
		date_iso(d->day, day);
	for (size_t i = 0; i < MEMBERS; i++)
		members[i] = all[i];
}

json_t *due_json_one(const struct due *d)
{
	struct member members[MEMBERS];
	json_t *o = json_object();
	char day[DATE_SIZE];

	members_of(d, day, members);
	for (size_t k = 0; k < MEMBERS; k++) {
		const char *text = members[k].text;

		json_object_set_new(o, members[k].name,
				    *text ? json_string(text) : json_null());
	}
	return o;
}

json_t *due_json(const struct due_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->n; i++)
		json_array_append_new(array, due_json_one(&list->list[i]));
	return array;
}

void due_print_csv(const struct due_list *list)
{
	struct member members[MEMBERS];
	const struct due none = { 0 };
	char day[DATE_SIZE];

	members_of(&none, day, members);
	for (size_t k = 0; k < MEMBERS; k++)
		csv_field(members[k].name, k == 0);
	csv_end();
	for (size_t i = 0; i < list->n; i++) {
		members_of(&list->list[i], day, members);
		for (size_t k = 0; k < MEMBERS; k++)
			csv_field(members[k].text, k == 0);
		csv_end();
	}
}

static void print_head(const struct due *d)
{
	const char *place = *d->unit ? d->unit : d->organization;
	char day[DATE_SIZE] = "-";

	if (d->day != DUE_NO_DAY)
		date_dmy(d->day, day);
	printf("  %-10s", day);
	if (*d->device_serial)
		printf("  %s", d->device_serial);
	if (*d->name)
		printf("  %s", d->name);
	if (*place)
		printf(" (%s)", place);
	putchar('\n');
}

void due_print_text(const struct due_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct due *d = &list->list[i];

		if (i == 0 || d->state != d[-1].state)
			printf("%s%s:\n", i ? "\n" : "",
			       due_state_label(d->state));
		print_head(d);
		printf("      %s\n      %s%s%s\n", d->text, d->who,
		       *d->article ? "; " : "", d->article);
		if (*d->command)
			printf("      $ %s\n", d->command);
	}
}
