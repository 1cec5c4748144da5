/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The words of verify, and of who takes documents in, for the signatures of a
 * PDF, which verified.h describes. */
#ifndef CMD_VERIFY_H
#define CMD_VERIFY_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "command.h"
#include "input/verified.h"

/* Lines about a signature or a certificate begin so far in. */
#define VERIFY_INDENT 5

/* The options that stand in place of what [trust] says. */
struct verify_options {
	char *anchors, *crls, *at;
	int ocsp;
};

#define VERIFY_OPTIONS(o)                                                                              \
	{ "anchors",                                                                                   \
	  '\0',                                                                                        \
	  POPT_ARG_STRING,                                                                             \
	  &(o).anchors,                                                                                \
	  0,                                                                                           \
	  N_("the root certificates, a file or a folder of PEM or DER, in place of those of [trust]"), \
	  N_("PATH") },                                                                                \
		{ "crls",                                                                              \
		  '\0',                                                                                \
		  POPT_ARG_STRING,                                                                     \
		  &(o).crls,                                                                           \
		  0,                                                                                   \
		  N_("the lists of revoked certificates, likewise"),                                   \
		  N_("PATH") },                                                                        \
		{ "at",                                                                                \
		  '\0',                                                                                \
		  POPT_ARG_STRING,                                                                     \
		  &(o).at,                                                                             \
		  0,                                                                                   \
		  N_("verify as of that time, or the end of that day, and not of now"),                \
		  N_("TIME") },                                                                        \
	{                                                                                              \
		"ocsp", '\0', POPT_ARG_NONE, &(o).ocsp, 0,                                             \
			N_("ask the responders of the authorities, too, over the network (OCSP)"),     \
			NULL                                                                           \
	}

void verify_options_free(struct verify_options *options);

/* True if any of them is given. */
bool verify_options_any(const struct verify_options *options);

/* Opens what is trusted. 0, and verify_end() is to follow; or an exit code,
 * with the reason printed. */
int verify_begin(const struct globals *globals,
		 const struct verify_options *options, struct verifier *v);
void verify_end(struct verifier *v);

/* Makes all texts of @json, which strangers wrote, such as steer no terminal. 0
 * or -ENOMEM. */
int verify_clean(json_t *json);

/* Makes the seconds of @json ISO 8601. */
void verify_name_times(json_t *json);

/* Prints which files of what is trusted could not be read. */
void verify_warn(const json_t *found);

/* Print a line; the path of a signature or certificate and by what nobody on it
 * is revoked; and what was found, one below the other. */
void verify_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
void verify_print_path(const json_t *one);
void verify_print_findings(const json_t *one);

/* A member that is text; "" where it is none. */
const char *verify_text(const json_t *json, const char *key);

/* "TOTAL-PASSED" and the like in a few words. */
const char *verify_meaning(const json_t *signature);

bool verify_passed(const json_t *signature);
bool verify_failed(const json_t *signature);

/* Who signed, with the agency by the certificate; NULL: no memory. The caller
 * frees it. */
char *verify_signer(const json_t *signature);

/* Verifies the signatures of the PDF that is open by what the configuration
 * trusts. 0 with *@list, the signatures; -ENODATA: it bears none; or a negative
 * errno, told in @error. */
int verify_with_config(const struct globals *globals,
		       const struct opened *opened, json_t **list,
		       struct error *error);

#endif
