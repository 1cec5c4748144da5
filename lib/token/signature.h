/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A signature by a private key on a token, and its check against a certificate.
 * Only workers call these, in a session in which the user is logged in.
 */
#ifndef TOKEN_SIGNATURE_H
#define TOKEN_SIGNATURE_H

#include <openssl/evp.h>

#include "private_key.h"
#include "session.h"

struct signing_digest {
	const char *name; /* as OpenSSL calls it */
	CK_MECHANISM_TYPE type;
	unsigned long mgf;
	size_t size;
};

#define N_SIGNING_DIGESTS 3
#define MAX_SIGNATURE 4096

/* All that is signed here is of one of these. */
extern const struct signing_digest signing_digests[N_SIGNING_DIGESTS];

struct signature {
	const struct mechanism *mechanism;
	const struct signing_digest *md;
	unsigned char text[32], digest[EVP_MAX_MD_SIZE];
	unsigned char *bytes;
	size_t len;
};

/* Has libp11 find the token. Between session_begin() and session_login(), for
 * libp11 closes all sessions of a slot where it fails, and with them a login.
 * CKS_ERR_DIGEST where OpenSSL is missing. */
enum cks_err signature_begin(struct session *s);

/* The digest that a signature by the private half of @public is of: as long as
 * the curve, or the one that an RSASSA-PSS key is bound to. */
const struct signing_digest *signature_digest_of(EVP_PKEY *public);

/* True if there are signatures of a digest by such keys: not where the key
 * takes part in making the digest, as on Edwards curves. */
bool signature_takes_digest(EVP_PKEY *public);

/*
 * Has @key sign a text that nobody could know before; @public is what its
 * certificate says that it is. The PIN is given once at most, and only to a key
 * that wants it for each signature. The caller frees with signature_free(),
 * whatever comes.
 *
 * CKS_OK with a signature of no bytes where the key answers without one.
 * CKS_ERR_UNSUPPORTED where it knows no way; after
 * CKS_ERR_USER_PIN_INCORRECT, _LOCKED and _LENGTH nothing more may be sent.
 * Else as module_failed() has it. The module's detail says more.
 */
enum cks_err signature_make(struct session *s, const struct private_key *key,
			    EVP_PKEY *public, struct signature *signature);

/*
 * The same of a digest, signature_digest_of() @public, of which nobody has the
 * text: by @mechanism, that of a signature made before, or where that is NULL,
 * by the first that does; only by those that take a digest.
 */
enum cks_err signature_of_digest(struct session *s,
				 const struct private_key *key,
				 EVP_PKEY *public, const unsigned char *digest,
				 const struct mechanism *mechanism,
				 struct signature *signature);

/* True if the last one failed for want of a login, a session or a key that were
 * there before: the token was pulled and put back, or another program has
 * ended the login. */
bool signature_lost_login(const struct session *s);

enum judgement { SIGNATURE_UNJUDGED, SIGNATURE_HOLDS, SIGNATURE_FAILS };

/* Whether @signature is one by the private half of @public; unjudged where
 * OpenSSL has no way to tell. */
enum judgement signature_judge(const struct session *s,
			       const struct signature *signature,
			       EVP_PKEY *public);

enum cks_algorithm signature_algorithm(const struct signature *signature);
void signature_free(struct signature *signature);

#endif
