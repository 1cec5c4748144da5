/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding the tokens that a command is about. */
#ifndef SCANNING_H
#define SCANNING_H

#include "command.h"

/* Filled in by the options below; each may be given more than once. */
struct selection {
	const char **serials, **labels, **uris;
	int timeout_s;
};

#define SELECTION_INIT          \
	{                       \
		.timeout_s = 15 \
	}

/* For the option table of a command with a `struct selection selection`. */
#define SELECTION_OPTIONS(selection)                            \
	{ "serial",                                             \
	  '\0',                                                 \
	  POPT_ARG_ARGV,                                        \
	  &(selection).serials,                                 \
	  0,                                                    \
	  N_("the token with serial number S"),                 \
	  "S" },                                                \
		{ "label",                                      \
		  '\0',                                         \
		  POPT_ARG_ARGV,                                \
		  &(selection).labels,                          \
		  0,                                            \
		  N_("the token labelled L"),                   \
		  "L" },                                        \
		{ "uri",                                        \
		  '\0',                                         \
		  POPT_ARG_ARGV,                                \
		  &(selection).uris,                            \
		  0,                                            \
		  N_("the token of a PKCS #11 URI (RFC 7512)"), \
		  "URI" },                                      \
		TIMEOUT_OPTION(selection)

#define TIMEOUT_OPTION(selection)                                             \
	{                                                                     \
		"timeout", '\0', POPT_ARG_INT, &(selection).timeout_s, 0,     \
			N_("how long a module may take for each token (15)"), \
			"SECONDS"                                             \
	}

void selection_free(struct selection *selection);

/* Deadline in milliseconds. */
unsigned int selection_timeout(const struct selection *selection);

/*
 * Scans the modules that the options, the configuration or the machine name,
 * with a word on the terminal when it takes long. 0 and *@scan for the caller
 * to free, or an exit code, told on standard error.
 */
int scan_tokens(const struct globals *globals,
		const struct selection *selection, struct cks_scan **scan);

/* Whether @token is among what the options name; all are when they name none.
 */
bool selection_matches(const struct selection *selection,
		       const struct cks_token *token);

/* As scan_tokens(), and the one token that matches: EXIT_NO_TOKEN, _AMBIGUOUS,
 * or EXIT_DEVICE when a failure may hide it. */
int scan_for_one(const struct globals *globals,
		 const struct selection *selection, struct cks_scan **scan,
		 const struct cks_token **token);

/* What to say and return when no token matched. */
int scan_found_none(const struct cks_scan *scan);

#endif
