/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_TOKEN_RECORDS_H
#define CMD_TOKEN_RECORDS_H

#include <jansson.h>
#include <time.h>

#include "token/ckstoken.h"

/*
 * What @token says, for the register: a row for each certificate of a
 * subscriber, with the agency and the unit apart as the register has them, and
 * the day of @now on which it was seen. 0 with *@rows, the caller's to
 * json_decref(), or an exit code, told.
 */
int token_records(const struct cks_token *token, time_t now, json_t **rows);

#endif
