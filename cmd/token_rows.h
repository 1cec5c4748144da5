/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens as rows, which are as the subscribers of a dossier. */
#ifndef CMD_TOKEN_ROWS_H
#define CMD_TOKEN_ROWS_H

#include <jansson.h>
#include <time.h>

#include "token/ckstoken.h"

/*
 * Adds a row for each certificate of a subscriber on @token, or one row without
 * a certificate where there is none. With @now, a certificate that has expired
 * by then is left out, if another has not, and that is told. 0 or an exit code,
 * told.
 */
int token_rows_add(json_t *rows, const struct cks_token *token, time_t now);

/* Warns of rows that may be one device: a card with several PINs shows as
 * several tokens. */
void token_rows_print_duplicates(const json_t *rows);

/* Puts into @row that its token was seen at @now on this machine. 0, or
 * -ENOMEM.
 */
int token_row_put_seen(json_t *row, time_t now);

/* What @c, which can be read, tells the register of itself on the token. The
 * caller's to json_decref(); NULL: memory. */
json_t *token_certificate_record(const struct cks_cert *c, const char *token);

/*
 * The same rows for the register: with the agency and the unit apart, and
 * when and where the token was seen. 0 with *@rows, the caller's to
 * json_decref(), or an exit code, told.
 */
int token_records(const struct cks_token *token, time_t now, json_t **rows);

#endif
