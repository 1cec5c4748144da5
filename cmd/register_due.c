/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "due_list.h"
#include "json.h"
#include "message.h"
#include "register_common.h"

static int print_json(const struct globals *globals,
		      const struct due_rules *rules,
		      const struct due_list *list)
{
	struct json_document document = { 0 };
	char time[DATE_SIZE];

	date_vietnam(globals->now, time);
	json_document_put(&document, "version", json_integer(1));
	json_document_put(&document, "time", json_string(time));
	json_document_put(&document, "province",
			  json_string(rules->province->code));
	json_document_put(&document, "regulation",
			  json_string(rules->province->regulation.number));
	due_put_json(&document, "due", list);
	return json_document_print(&document);
}

/* Kinds of documents are few. */
#define MAX_KINDS 16

/* Several that one kind of document is for need not have one each. */
static void print_at_once(const struct due_list *list, int days)
{
	struct kind {
		const char *command, *procedure;
		size_t n;
	} kinds[MAX_KINDS] = { { .n = 0 } };
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct due *d = &list->list[i];
		bool request = d->step == DUE_WRITE_REQUEST;
		size_t k = 0;

		if ((!request && d->step != DUE_WRITE_HANDOVER) ||
		    d->actor == DUE_NEW_AGENCY)
			continue;
		while (k < n && strcmp(kinds[k].procedure, d->procedure) != 0)
			k++;
		if (k == MAX_KINDS)
			continue;
		n += k == n;
		kinds[k].command = request ? "request" : "handover";
		kinds[k].procedure = d->procedure;
		kinds[k].n++;
	}
	for (size_t k = 0; k < n; k++)
		if (kinds[k].n > 1)
			print_message(
				_("one document for all %zu: ckstoken %s %s --due %d -o %s.pdf"),
				kinds[k].n, kinds[k].command,
				kinds[k].procedure, days, kinds[k].procedure);
}

static int print(const struct globals *globals,
		 const struct register_options *o,
		 const struct due_rules *rules, const struct due_list *list)
{
	int ret = 0;

	if (o->json)
		ret = print_json(globals, rules, list);
	else if (o->csv)
		ret = due_print_csv(list);
	else
		ret = due_print_text(list);
	if (!ret && !o->json && !o->csv && !list->n)
		print_message(
			Q_("nothing is overdue, and nothing is due within %d day",
			   "nothing is overdue, and nothing is due within %d days",
			   (unsigned long)o->days),
			o->days);
	if (!ret && !o->json && !o->csv && !o->organization && !o->unit &&
	    !o->holder)
		print_at_once(list, o->days);
	if (!ret && due_is_pressing(list))
		ret = EXIT_ATTENTION;
	return ret;
}

/* The kind of holder as the register has it, however it is written. A wrong one
 * is refused: it would find nothing, and all would look well. */
static int read_holder(const char *text, json_t **key)
{
	const char *why = NULL;

	if (!text)
		return 0;
	*key = field_parse(field_find_any("holder"), text, &why);
	if (json_is_string(*key))
		return 0;
	print_error("--holder %s: %s", text,
		    why ? why : cks_strerror(CKS_ERR_MEMORY));
	return EXIT_USAGE;
}

int cmd_register_due(const struct globals *globals,
		     const struct register_options *o)
{
	struct due_rules rules = { 0 };
	struct due_list list = { 0 };
	struct custody_register *reg = NULL;
	struct due_question question = {
		.today = date_day(globals->now),
		.days = o->days,
	};
	struct register_place place = { 0 };
	json_t *holder = NULL;
	int ret = read_holder(o->holder, &holder);

	if (!ret)
		ret = due_rules_load(globals, o->province, &rules);
	if (!ret)
		ret = register_require(globals, o->file, REGISTER_READ, &reg);
	question.holder = json_string_value(holder);
	question.province = rules.province;
	question.holidays = rules.holidays;
	if (!ret)
		ret = register_place_find(reg, o->organization, o->unit,
					  &place);
	question.organization = place.organization;
	question.unit = place.unit;
	if (!ret)
		ret = due_ask(reg, &question, &list);
	if (!ret)
		ret = print(globals, o, &rules, &list);
	due_free(&list);
	register_place_free(&place);
	register_close(&reg);
	due_rules_free(&rules);
	json_decref(holder);
	return ret;
}
