/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_JSON_H
#define CMD_JSON_H

#include <jansson.h>

#include "command.h"

/* A string of JSON, whatever bytes @text holds. */
json_t *json_text(const char *text);

/* A number of JSON, up to the greatest of the type; only for json_print(). */
json_t *json_unsigned(unsigned long number);

/*
 * Days that must be left of a certificate when its renewal is asked for, under
 * the regulation of the configuration. Where that cannot be read, the decree's,
 * with a warning.
 */
unsigned int renewal_days(const struct globals *globals);

/*
 * Objects as ckstoken-status(1) describes those of "status --json": a
 * certificate is expiring below @days, and can be renewed from @renewal on.
 * NULL: memory is out.
 */
json_t *json_of_cert(const struct cks_token *token, const struct cks_cert *cert,
		     time_t now, unsigned int days, unsigned int renewal);
json_t *json_of_token(const struct cks_token *token, time_t now,
		      unsigned int days, unsigned int renewal);
json_t *json_of_failure(const struct cks_scan_error *failure);

/* The states and the tries left of the user PIN and the SO PIN. */
void json_put_pins(json_t *object, const struct cks_token *token);

/* Prints @json to standard output and gives it up. 0 or an exit code. */
int json_print(json_t *json);

#endif
