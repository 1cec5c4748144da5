/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TOKEN_CERT_H
#define TOKEN_CERT_H

#include "ckstoken.h"

struct cks_cert {
	unsigned char *der;
	size_t der_len;
	bool readable;
	/* Never NULL in a finished certificate. */
	char *id, *label;
	char *subject, *issuer;
	char *name, *organization, *unit, *email;
	char *tax_code, *budget_code;
	char *serial, *sha256, *key;
	/* As the token has them, for the URI; NULL where it is on none. */
	unsigned char *id_bytes, *label_bytes;
	size_t id_len, label_len;
	char *uri;
	unsigned char key_digest[32]; /* SHA-256 */
	time_t not_before, not_after;
	enum cks_holder holder;
	bool official, ca;
};

/* Never fails on broken bytes, only, with NULL, when memory is out. */
struct cks_cert *cert_on_token(const void *der, size_t len, const char *id,
			       const char *label);

#endif
