/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A signature by a private key on a token, and its check against a certificate.
 * Only workers call these, in a session in which the user is logged in.
 */
#ifndef TOKEN_SIGNATURE_H
#define TOKEN_SIGNATURE_H

#include <libp11.h>
#include <openssl/evp.h>

#include "module.h"

#define SIGNATURE_MECHANISMS 64

/* A private key on the token, as its attributes have it. */
struct signing_key {
	CK_OBJECT_HANDLE object;
	CK_KEY_TYPE type;
	unsigned char id[256];
	size_t id_len; /* 0: none, or longer than any */
	bool may_sign; /* unless CKA_SIGN says no */
	bool always_authenticate;
	/* CKA_ALLOWED_MECHANISMS; none stands for any. */
	CK_MECHANISM_TYPE allowed[SIGNATURE_MECHANISMS];
	size_t n_allowed;
};

struct signer {
	struct module *m;
	const char *path; /* of the module */
	CK_SLOT_ID slot;
	struct cks_secret *pin; /* NULL: the token has a PIN pad */
	/* OpenSSL without the configuration of whoever runs the program. */
	OSSL_LIB_CTX *openssl;
	/* Set here: a key with CKA_ALWAYS_AUTHENTICATE was given the PIN, and
	 * did not sign. It is given to none any more. */
	bool pin_is_spent;

	/* Private to signature.c. */
	bool pin_given;
	const char *call; /* the last one to the module */
	PKCS11_TOKEN *libp11;
	PKCS11_KEY *keys;
	unsigned int n_keys;
};

struct signature {
	const struct mechanism *mechanism;
	const char *md; /* NULL: the key makes its own digest */
	unsigned char text[32];
	unsigned char *bytes;
	size_t len;
};

/* Has libp11 find the token. Before the login, which libp11 ends by closing all
 * sessions of a slot where it fails. CKS_ERR_DIGEST where OpenSSL is missing.
 */
enum cks_err signer_open(struct signer *s);

/*
 * Has @key sign a text that nobody could know before; @public is what its
 * certificate says that it is. The PIN is given once at most, and only to a key
 * that wants it for each signature. The caller frees with signature_free().
 *
 * CKS_ERR_USER_PIN_INCORRECT and CKS_ERR_USER_PIN_LOCKED, after which nothing
 * more may be sent; CKS_ERR_REMOVED; CKS_ERR_CANNOT_PROVE where the key makes
 * none, and then the module's detail says why.
 */
enum cks_err signature_make(struct signer *s, const struct signing_key *key,
			    EVP_PKEY *public, struct signature *signature);

enum judgement { SIGNATURE_UNJUDGED, SIGNATURE_HOLDS, SIGNATURE_FAILS };

/* Whether @signature is one by the private half of @public; unjudged where
 * OpenSSL has no way to tell. */
enum judgement signature_judge(const struct signer *s,
			       const struct signature *signature,
			       EVP_PKEY *public);
void signature_free(struct signature *signature);

#endif
