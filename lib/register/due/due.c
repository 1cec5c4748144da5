/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "due.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "due_private.h"

/* Items of one rule about one record are sorted in the order of the rule's
 * cases, and then by their parameters. */
static int by_values(const struct due *x, const struct due *y)
{
	int order = (x->rule > y->rule) - (x->rule < y->rule);

	for (size_t i = 0; !order && i < x->n_values && i < y->n_values; i++) {
		const struct due_value *v = &x->values[i], *w = &y->values[i];

		order = strcmp(v->text, w->text);
		if (!order)
			order = (v->number > w->number) -
				(v->number < w->number);
	}
	return order;
}

static int by_urgency(const void *a, const void *b)
{
	const struct due *x = a, *y = b;
	int order = (x->state > y->state) - (x->state < y->state);

	if (!order && x->state == DUE_OVERDUE)
		order = due_has_term(y) - due_has_term(x);
	if (!order)
		order = (x->day > y->day) - (x->day < y->day);
	if (!order)
		order = strcmp(x->organization, y->organization);
	if (!order)
		order = strcmp(x->name, y->name);
	if (!order)
		order = strcmp(x->device_serial, y->device_serial);
	if (!order)
		order = strcmp(x->certificate_serial, y->certificate_serial);
	if (!order)
		order = strcmp(due_rule_name(x->rule), due_rule_name(y->rule));
	return order ? order : by_values(x, y);
}

int due_find(struct custody_register *reg, const struct due_question *question,
	     struct due_list *list)
{
	static void (*const always[])(const struct due_context *f) = {
		due_expiring, due_hand_back,	  due_certificates,
		due_custody,  due_second_devices, due_leaving,
		due_losses,   due_locked,	  due_requests,
		due_reports,
	};
	static void (*const thorough[])(const struct due_context *f) = {
		due_own_keeping, due_deliveries, due_unknown,
		due_addresses,	 due_present,
	};
	struct due nothing;
	struct due_context f = { .store = register_store(reg),
				 .question = question,
				 .list = list,
				 .nothing = &nothing };

	date_iso(question->today, f.today);
	store_today(f.store, f.today);
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		always[i](&f);
	for (size_t i = 0;
	     question->thorough && i < sizeof(thorough) / sizeof(thorough[0]);
	     i++)
		thorough[i](&f);
	if (list->n)
		qsort(list->list, list->n, sizeof(*list->list), by_urgency);
	return list->arena.failed ? -ENOMEM : 0;
}

void due_free(struct due_list *list)
{
	arena_free(&list->arena);
	memset(list, 0, sizeof(*list));
}
