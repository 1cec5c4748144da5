/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which tokens the options name. */
#ifndef CMD_SELECT_H
#define CMD_SELECT_H

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

/* Frees what popt gathered for an option that may be repeated; takes NULL. */
void selection_free_argv(const char **values);

/* Deadline in milliseconds. */
unsigned int selection_timeout(const struct selection *selection);

/* Whether the options name any token. */
bool selection_names_any(const struct selection *selection);

/* 0, or EXIT_USAGE, told on standard error. */
int selection_check(const struct selection *selection);

/* Whether @token is among what the options name; all are when they name none.
 */
bool selection_matches(const struct selection *selection,
		       const struct cks_token *token);

#endif
