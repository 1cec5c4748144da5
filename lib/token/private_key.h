/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The private keys on a token, and whose certificate is whose: by the public
 * half that a key tells, where it does, else by CKA_ID. Only workers call
 * these, in a session in which the user is logged in.
 */
#ifndef TOKEN_PRIVATE_KEY_H
#define TOKEN_PRIVATE_KEY_H

#include <openssl/types.h>

#include "cert.h"
#include "session.h"

#define MAX_PRIVATE_KEYS 256
#define MAX_KEY_MECHANISMS 64

/* As its attributes have it. */
struct private_key {
	CK_OBJECT_HANDLE object;
	CK_KEY_TYPE type;
	unsigned char id[256];
	size_t id_len; /* 0: none, or longer than any */
	bool may_sign; /* unless CKA_SIGN says no */
	bool always_authenticate;
	/* CKA_ALLOWED_MECHANISMS; none stands for any. */
	CK_MECHANISM_TYPE allowed[MAX_KEY_MECHANISMS];
	size_t n_allowed;
	/* Why any of that, or its public half, could not be read; CKR_OK: it
	 * was, or there is none. */
	CK_RV fault;
};

/* A certificate as OpenSSL reads it. */
struct key_cert {
	X509 *x509;
	EVP_PKEY *public; /* NULL: of a kind that OpenSSL does not know */
	bool for_signing;
};

/* Loads what the functions below need. CKS_ERR_DIGEST. */
enum cks_err private_keys_ready(void);

/* Room for MAX_PRIVATE_KEYS. CKS_ERR_LIMIT when there are so many or more. */
enum cks_err private_keys_find(struct session *s, CK_OBJECT_HANDLE *keys,
			       CK_ULONG *n);
struct private_key private_key_read(const struct session *s,
				    CK_OBJECT_HANDLE object);

/* false where it is none. The caller frees with key_cert_free(). */
bool key_cert_read(const struct session *s, const struct cks_cert *cert,
		   struct key_cert *read);
void key_cert_free(struct key_cert *c);

enum fit { FIT_UNKNOWN, FIT_YES, FIT_NO };

/* Whether @public is the other half of @key, by what the key itself tells. */
enum fit private_key_fit(const struct session *s, struct private_key *key,
			 EVP_PKEY *public);

/* True if both have one CKA_ID: an empty one is like no other. */
bool private_key_has_id_of(const struct private_key *key,
			   const struct cks_cert *cert);

#endif
