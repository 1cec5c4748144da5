/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding the tokens that a command is about. */
#ifndef CMD_SCANNING_H
#define CMD_SCANNING_H

#include "command.h"
#include "select.h"

/*
 * Scans the modules that the options, the configuration or the machine name,
 * with a word on the terminal when it takes long. 0 with *@scan for the caller
 * to free, or an exit code with an error printed.
 */
int scan_tokens(const struct globals *globals,
		const struct selection *selection, struct cks_scan **scan);

/* The same up to where the scan only has to run, and without that word. */
int scan_prepare(const struct globals *globals,
		 const struct selection *selection, struct cks_scan **scan);

/* As scan_tokens(), with the one token that matches. Else EXIT_NO_TOKEN,
 * EXIT_AMBIGUOUS, or EXIT_DEVICE where a failure may hide it. */
int scan_for_one(const struct globals *globals,
		 const struct selection *selection, struct cks_scan **scan,
		 const struct cks_token **token);

/* The name of this machine, cleaned, "" where it has none. Returns @host. */
#define HOST_SIZE 256
const char *scan_host(char host[HOST_SIZE]);

/* The errors of a scan, a line each, on standard error. */
void print_scan_errors(const struct cks_scan *scan);

/* What happened, without the module or reader, for the caller to free. NULL:
 * memory is out. */
char *scan_error_text(const struct cks_scan_error *error);

/* Why pcscd does not serve: CKS_ERR_NO_SERVICE, or CKS_ERR_DENIED. Static. */
const char *pcscd_error_text(enum cks_err err);

/* How many errors may have hidden a token that should be there. */
size_t scan_n_critical(const struct cks_scan *scan);

/* Print that no token matched, and which name is nearly that of one; or more
 * than one; return the exit code. */
int scan_found_none(const struct cks_scan *scan,
		    const struct selection *selection);
int scan_found_many(const struct cks_scan *scan,
		    const struct selection *selection);

#endif
