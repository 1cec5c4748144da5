/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One audit: the options, what was found, and how it is told. */
#ifndef CMD_AUDIT_H
#define CMD_AUDIT_H

#include "command.h"
#include "document.h"
#include "due_ask.h"
#include "scanning.h"

struct audit {
	const struct globals *globals;
	/* Options. */
	struct selection selection;
	char *province, *file, *organization, *unit;
	int json, csv, days, no_tokens;
	struct document_options document; /* outputs, number, date, recipient */
	/* What was found. */
	struct cks_scan *scan;
	json_t *present; /* rows of the tokens that are plugged in */
	size_t n_present, n_registered; /* tokens */
	struct custody_register *reg;
	struct due_rules rules;
	struct due_list findings;
	json_t *facts; /* for a document; NULL: none is asked for */
};

/* All of it; the exit code. */
int audit_run(struct audit *audit);

/* What was found, in Vietnamese if that is what is spoken; NULL: memory. */
json_t *audit_facts(const struct audit *audit);

/* Writes the documents. 0 or an exit code. */
int audit_write(const struct audit *audit);

/* Prints as the options ask. 0 or an exit code. */
int audit_print(const struct audit *audit);

#endif
