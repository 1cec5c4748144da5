/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The words of verify and unblock for the signatures of a PDF, which verified.h
 * describes. */
#ifndef CMD_VERIFY_H
#define CMD_VERIFY_H

#include <jansson.h>
#include <stdbool.h>

#include "base/digest.h"
#include "base/error.h"
#include "command.h"

/* A member that is text; "" where it is none. */
const char *verify_text(const json_t *json, const char *key);

/* "TOTAL-PASSED" and the like in a few words. */
const char *verify_meaning(const json_t *signature);

bool verify_passed(const json_t *signature);
bool verify_failed(const json_t *signature);

/* Who signed, with the agency by the certificate; NULL: no memory. The caller
 * frees it. */
char *verify_signer(const json_t *signature);

/* Verifies the PDF @path by what the configuration trusts. 0 with *@list, the
 * signatures; -ENODATA: it bears none; or a negative errno, told in @error.
 * @sha256: of the file that was verified. */
int verify_with_config(const struct globals *globals, const char *path,
		       char sha256[DIGEST_HEX_SIZE], json_t **list,
		       struct error *error);

#endif
