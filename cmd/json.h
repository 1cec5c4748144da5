/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_JSON_H
#define CMD_JSON_H

#include <jansson.h>

#include "base/buffer.h"
#include "command.h"

/* A string of JSON, whatever bytes @text holds. */
json_t *json_text(const char *text);

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
json_t *json_of_token(const struct cks_token *token,
		      const struct globals *globals, unsigned int days,
		      unsigned int renewal);
json_t *json_of_failure(const struct cks_scan_error *failure);

/* The states and the tries left of the user PIN and the SO PIN. */
void json_put_pins(json_t *object, const struct cks_token *token);

/* Prints @json to standard output and gives it up. 0 or an exit code, with
 * nothing printed where memory was out. */
int json_print(json_t *json);
/* The same on one line. */
int json_print_line(json_t *json);

/*
 * A document of many parts, an object that is zeroed to begin with: each part
 * is text before the next is made, for a thousand tokens as trees would take
 * many times the memory. Each function gives its @json up; what fails is told
 * by the last of them, which prints what json_print() would.
 */
struct json_document {
	struct buffer text;
	size_t depth; /* of what is being written */
	bool is_begun, has_items;
};

void json_document_put(struct json_document *d, const char *name, json_t *json);
/* A list, and then its items up to the end of it. */
void json_document_list(struct json_document *d, const char *name);
void json_document_add(struct json_document *d, json_t *json);
void json_document_list_end(struct json_document *d);
/* 0 or an exit code. */
int json_document_print(struct json_document *d);

#endif
