/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_JSON_H
#define CMD_JSON_H

#include <jansson.h>

#include "command.h"

/* A certificate with fewer days left is not renewed any more (NĐ 68/2024/NĐ-CP,
 * Articles 12 and 14). */
#define RENEWAL_MIN_DAYS 30

/* A string of JSON, whatever bytes @text holds. */
json_t *json_text(const char *text);

/* Objects as ckstoken-status(1) describes those of "status --json". NULL:
 * memory is out. */
json_t *json_of_cert(const struct cks_token *token, const struct cks_cert *cert,
		     time_t now, unsigned int days);
json_t *json_of_token(const struct cks_token *token, time_t now,
		      unsigned int days);
json_t *json_of_failure(const struct cks_scan_error *failure);

/* Prints @json to standard output and gives it up. 0 or an exit code. */
int json_print(json_t *json);

#endif
