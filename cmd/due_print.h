/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is due, for people and for programs. */
#ifndef CMD_DUE_PRINT_H
#define CMD_DUE_PRINT_H

#include <jansson.h>

#include "register/due/due.h"

/* "overdue", in the officer's language. */
const char *due_state_label(enum due_state state);

/* How many there are of each state. */
void due_count(const struct due_list *list, size_t counts[DUE_STATES]);

/* Whether any of it makes the exit code 1. */
bool due_is_pressing(const struct due_list *list);

/* One of them, and the list, as JSON; NULL: memory. */
json_t *due_json_one(const struct due *d);
json_t *due_json(const struct due_list *list);

/* Each prints to standard output. */
void due_print_csv(const struct due_list *list);
void due_print_text(const struct due_list *list);

#endif
