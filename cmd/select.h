/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The choice of tokens by options. */
#ifndef CMD_SELECT_H
#define CMD_SELECT_H

#include "command.h"

/* The values of SELECTION_OPTIONS(); all but --timeout may be repeated. */
struct selection {
	const char **serials, **labels, **uris;
	int timeout_s;
	/* Set by a command on certificates: what a URI says of an object then
	 * chooses one, which else is passed over. */
	bool for_certs;
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

/* The deadline in milliseconds. */
unsigned int selection_timeout(const struct selection *selection);

/* True if the options name any token. */
bool selection_names_any(const struct selection *selection);

/* 0, or EXIT_USAGE with an error printed. */
int selection_check(const struct selection *selection);

/* True if @token is one that the options name; where they name none, all are.
 */
bool selection_matches(const struct selection *selection,
		       const struct cks_token *token);

/* True if @cert on @token, which matches, is one that the options name. */
bool selection_matches_cert(const struct selection *selection,
			    const struct cks_token *token,
			    const struct cks_cert *cert);

/* True if the module at @path is to be asked: a URI may name one. */
bool selection_wants_module(const struct selection *selection,
			    const char *path);

#endif
