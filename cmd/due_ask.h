/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_DUE_ASK_H
#define CMD_DUE_ASK_H

#include "command.h"
#include "register/due/due.h"

/* What a question about what is due needs besides the register. */
struct due_rules {
	struct province *province;
	struct workdays *holidays;
};

/* Reads the regulation @province, or where that is NULL the one configured, and
 * the calendar. 0 or an exit code, told. */
int due_rules_load(const struct globals *globals, const char *province,
		   struct due_rules *rules);
void due_rules_free(struct due_rules *rules);

/* Asks the register; tells of days that are not known. 0 or an exit code. */
int due_ask(struct custody_register *reg, const struct due_question *question,
	    struct due_list *list);

#endif
