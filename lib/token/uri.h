/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PKCS #11 URIs (RFC 7512), as p11-kit reads and writes them. */
#ifndef TOKEN_URI_H
#define TOKEN_URI_H

#include "token.h"

/* Makes the URIs of @t and of its certificates. false: memory is out. */
bool uri_name_token(struct cks_token *t);

/*
 * Adds slot and module to the URIs of those of the @n tokens whose own fields
 * name others of them too. false: memory is out.
 */
bool uri_tell_apart(struct cks_token *const *tokens, size_t n);

#endif
