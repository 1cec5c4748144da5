/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding the tokens that a command is about. */
#ifndef CMD_SCANNING_H
#define CMD_SCANNING_H

#include "command.h"
#include "select.h"

/*
 * Scans the modules that the options, the configuration or the machine name,
 * with a word on the terminal when it takes long. 0 and *@scan for the caller
 * to free, or an exit code, told on standard error.
 */
int scan_tokens(const struct globals *globals,
		const struct selection *selection, struct cks_scan **scan);

/* As scan_tokens(), and the one token that matches: EXIT_NO_TOKEN, _AMBIGUOUS,
 * or EXIT_DEVICE when a failure may hide it. */
int scan_for_one(const struct globals *globals,
		 const struct selection *selection, struct cks_scan **scan,
		 const struct cks_token **token);

/* What to say and return when no token matched, or more than may. */
int scan_found_none(const struct cks_scan *scan);
int scan_found_many(const struct cks_scan *scan,
		    const struct selection *selection);

#endif
