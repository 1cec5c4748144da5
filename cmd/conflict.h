/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_CONFLICT_H
#define CMD_CONFLICT_H

#include <jansson.h>
#include <stdbool.h>

/* Whether what an officer says of a subscriber, which may be nothing, cannot be
 * so by what the token says. */
bool conflict_between(const char *field, const json_t *ours,
		      const json_t *token);

/* Tells of one in row @row, both sides of it. */
void print_conflict(size_t row, const char *field, const json_t *ours,
		    const json_t *token);

/* The same where the register says otherwise, which the document does not
 * follow. */
void print_register_conflict(size_t row, const char *field, const json_t *ours,
			     const json_t *there);

#endif
