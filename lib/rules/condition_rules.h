/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between condition.c, which goes through a dossier, and the rules. */
#ifndef RULES_CONDITION_RULES_H
#define RULES_CONDITION_RULES_H

#include "condition.h"

struct checking {
	const struct procedure *procedure;
	const struct condition *condition;
	const json_t *rows; /* all of them */
	const json_t *row;
	size_t number; /* of the row; 0: the contact, or none */
	long today;
	struct violations *violations;
};

/* Applies the condition to the row, by the rule that the condition names; what
 * is of all rows together, when the number is 0. */
void condition_apply(const struct checking *c);

/* Days that no regulation has to forbid. */
void condition_check_days(const struct checking *c);

/* The rule of that name. */
void condition_listed_reason(const struct checking *c);

/* Whether the row asks for a change: it says so, or it says nothing and the
 * letter as a whole is about one. */
bool condition_asks_change(const struct checking *c);

/* As the row says, if it does. */
enum cks_holder condition_holder(const struct checking *c);

/* A finding that says so; NULL: memory. */
struct violation *condition_violated(const struct checking *c,
				     const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The row's text, or "". */
const char *condition_field(const struct checking *c, const char *name);

/* What the officer would look for the row by. */
const char *condition_who(const struct checking *c);

/* Text of the findings; "" when there is no memory, which they remember. */
const char *condition_clean(const struct checking *c, const char *text);
const char *condition_printed(const struct checking *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
