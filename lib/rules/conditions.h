/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The conditions of a regulation, as far as a program can check them, before a
 * letter is written.
 */
#ifndef RULES_CONDITIONS_H
#define RULES_CONDITIONS_H

#include <jansson.h>
#include <stdbool.h>
#include <time.h>

#include "province.h"

struct violation {
	const char *rule, *article;
	const char *text; /* a translated sentence that names the row */
	size_t row;	  /* of "subscribers", from 1; 0: none of them */
	bool remark;	  /* a remark, no reason to refuse */
};

struct violations {
	struct violation *list;
	size_t n;

	struct arena arena; /* private */
};

/*
 * Checks the rows of @dossier's "subscribers", and its people, against the
 * conditions of @p on the day in Vietnam that @now falls on; a day of birth or
 * of issue that is yet to come is wrong under any regulation, and has the
 * article "". @known, which may be NULL, has an object for each row with what
 * is known of it and documents do not say, under the names of the register.
 *
 * Only what is known is judged: a value that is missing or cannot be read
 * breaks no condition, except that a change must be named. Violations are added
 * to @f, which starts as all zeros, in the order of the rows; their articles
 * belong to @p's province, and all else to @f. 0 or -ENOMEM.
 */
int conditions_check(const struct procedure *p, const json_t *dossier,
		     const json_t *known, time_t now, struct violations *f);

/* Adds one that others than conditions found; @rule and @article must outlast
 * @f. 0 or -ENOMEM. */
int violations_add(struct violations *f, const char *rule, const char *article,
		   bool remark, const char *text);

void violations_free(struct violations *f);

#endif
