/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What "ckstoken status" prints of a scan. */
#ifndef CMD_STATUS_H
#define CMD_STATUS_H

#include "scanning.h"

struct status {
	const struct globals *globals;
	struct selection selection;
	const struct cks_scan *scan;
	unsigned int days;
	int no_register;
};

/* The next token that the options are about, from @*i on; NULL after all. */
const struct cks_token *status_next(const struct status *status, size_t *i);

/* Each prints to standard output; 0 or an exit code. */
int status_print_json(const struct status *status);
int status_print_csv(const struct status *status);
int status_print_table(const struct status *status);

/* Keeps the states read in the register, if one is used. What goes wrong with
 * that is told, and no more. */
void status_record(const struct status *status);

#endif
