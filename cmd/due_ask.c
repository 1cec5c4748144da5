/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "due_ask.h"

#include <errno.h>
#include <stdlib.h>

#include "message.h"
#include "register_common.h"

int due_rules_load(const struct globals *globals, const char *province,
		   struct due_rules *rules)
{
	const char *name = province ? province : globals->config.province;
	struct error error = { 0 };
	int ret = province_load(name, &rules->province, &error);

	if (!ret)
		ret = workdays_load(&rules->holidays, &error);
	if (ret)
		print_message("%s", error_text(&error, ret));
	error_free(&error);
	if (ret)
		return ret == -ENOMEM ? EXIT_DEVICE : EXIT_BAD_INPUT;
	return 0;
}

void due_rules_free(struct due_rules *rules)
{
	province_free(&rules->province);
	workdays_free(&rules->holidays);
}

/* A name that is misspelt would find nothing, and that looks well. */
static int check_place(struct custody_register *reg,
		       const struct due_question *question)
{
	struct query *q;
	bool found;

	if (!question->organization && !question->unit)
		return 0;
	q = store_query(register_store(reg),
			"SELECT 1 FROM \"subscribers\" WHERE "
			"($1 = '' OR \"organization\" = $1) AND "
			"($2 = '' OR \"unit\" = $2)");
	query_put_text(q, question->organization ? question->organization : "");
	query_put_text(q, question->unit ? question->unit : "");
	found = query_next(q);
	query_end(q);
	if (found || store_error(register_store(reg)))
		return 0;
	print_message(
		_("the register has nobody of \"%s\"; write it as the register does"),
		question->unit ? question->unit : question->organization);
	return EXIT_BAD_INPUT;
}

int due_ask(struct custody_register *reg, const struct due_question *question,
	    struct due_list *list)
{
	int rc, ret = check_place(reg, question);

	if (ret)
		return ret;
	rc = due_find(reg, question, list);
	ret = register_exit_code(reg);
	if (ret)
		return ret;
	if (rc)
		return print_no_memory();
	if (list->unsure_year)
		print_message(
			_("days off in %d are not all known, and what is counted in working days may fall later; see ckstoken-holidays(5)"),
			list->unsure_year);
	return 0;
}
