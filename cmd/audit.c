/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "audit.h"

#include <string.h>

#include "base/date.h"
#include "due_print.h"
#include "input/dossier.h"
#include "message.h"
#include "register/normalize.h"
#include "register_common.h"
#include "token_rows.h"
#include "vietnamese.h"

static int take_token(struct audit *a, const struct cks_token *token)
{
	json_t *rows = NULL;
	int ret;

	if (!selection_matches(&a->selection, token))
		return 0;
	a->n_present++;
	ret = token_records(token, a->globals->now, &rows);
	if (!ret && json_array_extend(a->present, rows))
		ret = print_no_memory();
	json_decref(rows);
	return ret;
}

static int read_tokens(struct audit *a)
{
	int ret;

	a->present = json_array();
	if (!a->present)
		return print_no_memory();
	if (a->no_tokens)
		return 0;
	ret = scan_tokens(a->globals, &a->selection, &a->scan);
	for (size_t i = 0; !ret && i < cks_scan_n_tokens(a->scan); i++)
		ret = take_token(a, cks_scan_token(a->scan, i));
	if (!ret && !a->n_present && selection_names_any(&a->selection))
		ret = scan_found_none(a->scan);
	return ret;
}

static bool is_present(const struct audit *a, const char *serial)
{
	size_t i;
	json_t *row;

	json_array_foreach (a->present, i, row)
		if (normalize_same_serial(dossier_text(row, "device_serial"),
					  serial))
			return true;
	return false;
}

/* Who names tokens asks about them alone. */
static void leave_others(struct audit *a)
{
	struct due_list *list = &a->findings;
	size_t n = 0;

	if (!selection_names_any(&a->selection))
		return;
	for (size_t i = 0; i < list->n; i++)
		if (is_present(a, list->list[i].device_serial))
			list->list[n++] = list->list[i];
	list->n = n;
}

static int ask(struct audit *a)
{
	const struct due_question question = {
		.province = a->rules.province,
		.holidays = a->rules.holidays,
		.today = date_day(a->globals->now),
		.days = a->days,
		.organization = a->organization,
		.unit = a->unit,
		.present = a->present,
		.thorough = true,
	};
	int ret = due_ask(a->reg, &question, &a->findings);

	leave_others(a);
	if (!ret)
		a->n_registered = due_count_tokens(a->reg, &question);
	return ret ? ret : register_exit_code(a->reg);
}

/* What goes into a document is found in the language of documents. */
static int find(struct audit *a)
{
	struct vietnamese before;
	int ret;

	if (!a->document.outputs)
		return ask(a);
	vietnamese_begin(&before);
	ret = ask(a);
	if (!ret) {
		a->facts = audit_facts(a);
		ret = a->facts ? 0 : print_no_memory();
	}
	vietnamese_end(&before);
	return ret;
}

static int conclude(const struct audit *a)
{
	if (a->scan) {
		print_scan_errors(a->scan);
		if (cks_scan_n_errors(a->scan) > 0)
			return EXIT_PARTIAL;
	}
	return due_is_pressing(&a->findings) ? EXIT_ATTENTION : EXIT_DONE;
}

int audit_run(struct audit *a)
{
	int ret = due_rules_load(a->globals, a->province, &a->rules);

	if (!ret)
		ret = register_require(a->globals, a->file, REGISTER_READ,
				       &a->reg);
	if (!ret)
		ret = read_tokens(a);
	if (!ret)
		ret = find(a);
	if (!ret)
		ret = a->facts ? audit_write(a) : audit_print(a);
	if (!ret)
		ret = conclude(a);
	due_free(&a->findings);
	register_close(&a->reg);
	json_decref(a->facts);
	json_decref(a->present);
	cks_scan_free(&a->scan);
	due_rules_free(&a->rules);
	return ret;
}
