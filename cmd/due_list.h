/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is due: asked of the register, and shown to people and programs. */
#ifndef CMD_DUE_LIST_H
#define CMD_DUE_LIST_H

#include "command.h"
#include "due_text.h"
#include "json.h"

/* A question about what is due needs these besides the register. */
struct due_rules {
	struct province *province;
	struct workdays *holidays;
};

/* Reads the regulation @province, or where that is NULL the one configured, and
 * the calendar. 0 or an exit code, told. */
int due_rules_load(const struct globals *globals, const char *province,
		   struct due_rules *rules);
void due_rules_free(struct due_rules *rules);

/* Asks the register. 0 or an exit code, told. */
int due_ask(struct custody_register *reg, const struct due_question *question,
	    struct due_list *list);

/* How many there are of each state. */
void due_count(const struct due_list *list, size_t counts[DUE_STATES]);

/* True if any of it makes the exit code 1. */
bool due_is_pressing(const struct due_list *list);

/* The list as JSON for a document, with sentences in @language; the commands in
 * it name no file of this machine. NULL: memory. */
json_t *due_json(const struct due_list *list, enum i18n_language language);

/* The list as member @name of the document, in the officer's language: of a
 * province there may be a hundred thousand items, so each is made alone. */
void due_put_json(const struct globals *globals, struct json_document *document,
		  const char *name, const struct due_list *list);

/* Each prints to standard output, in the officer's language. 0 or an exit code,
 * told. */
int due_print_csv(const struct globals *globals, const struct due_list *list);
int due_print_text(const struct globals *globals, const struct due_list *list);

#endif
