/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "base/date.h"
#include "due_ask.h"
#include "due_print.h"
#include "json.h"
#include "message.h"
#include "register_common.h"

static int print_json(const struct globals *globals,
		      const struct due_rules *rules,
		      const struct due_list *list)
{
	json_t *root = json_object();
	char time[DATE_SIZE];

	date_vietnam(globals->now, time);
	json_object_set_new(root, "version", json_integer(1));
	json_object_set_new(root, "time", json_string(time));
	json_object_set_new(root, "province",
			    json_string(rules->province->code));
	json_object_set_new(root, "regulation",
			    json_string(rules->province->regulation.number));
	json_object_set_new(root, "due", due_json(list));
	return json_print(root);
}

static int print(const struct globals *globals,
		 const struct register_options *o,
		 const struct due_rules *rules, const struct due_list *list)
{
	int ret = 0;

	if (o->json)
		ret = print_json(globals, rules, list);
	else if (o->csv)
		due_print_csv(list);
	else
		due_print_text(list);
	if (!ret && !o->json && !o->csv && !list->n)
		print_message(
			_("nothing is overdue, and nothing is due within %d days"),
			o->days);
	if (!ret && due_is_pressing(list))
		ret = EXIT_ATTENTION;
	return ret;
}

/* The key of a kind of holder, however it is written; a wrong one would find
 * nothing, and that looks well. */
static int read_holder(const char *text, json_t **key)
{
	const char *why = NULL;

	if (!text)
		return 0;
	*key = field_parse(field_find_any("holder"), text, &why);
	if (json_is_string(*key))
		return 0;
	print_message("--holder %s: %s", text,
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
		.organization = o->organization,
		.unit = o->unit,
	};
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
		ret = due_ask(reg, &question, &list);
	if (!ret)
		ret = print(globals, o, &rules, &list);
	due_free(&list);
	register_close(&reg);
	due_rules_free(&rules);
	json_decref(holder);
	return ret;
}
