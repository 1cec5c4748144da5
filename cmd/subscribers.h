/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whom a document is about: what an officer's data says, filled from tokens. */
#ifndef CMD_SUBSCRIBERS_H
#define CMD_SUBSCRIBERS_H

#include <jansson.h>
#include <stdbool.h>

#include "token/ckstoken.h"

/* Whether a row of the data means @token: by its serial number, or that or the
 * e-mail address of a certificate on it. */
bool subscribers_name_token(const json_t *data, const struct cks_token *token);

/*
 * Fills each row of @data, which may be NULL, with what @tokens' rows know of
 * it, and adds the rows that none of it means. What @sets says of every row
 * goes before the data. Where an officer's word and a token's differ all is
 * told, both sides of it; so is what stands there twice. 0 with *@subscribers,
 * or an exit code, told.
 */
int subscribers_merge(const json_t *data, const json_t *tokens,
		      const json_t *sets, json_t **subscribers);

/* Tells of rows that are one certificate, or one device without any: how many
 * there are; -1 when there is no memory. */
long subscribers_print_duplicates(const json_t *rows);

#endif
