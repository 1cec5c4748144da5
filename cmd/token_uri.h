/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PKCS #11 URIs (RFC 7512), as far as they name a token. */
#ifndef CMD_TOKEN_URI_H
#define CMD_TOKEN_URI_H

#include "token/ckstoken.h"

/* 0, or EXIT_USAGE, told on standard error. */
int token_uri_check(const char *uri);

/* An attribute that the URI does not name matches anything. */
bool token_uri_matches(const char *uri, const struct cks_token *token);

#endif
