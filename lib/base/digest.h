/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SHA-256, and what else is asked of OpenSSL, in a library context of its own.
 * The context has OpenSSL's default provider and nothing of any openssl.cnf: a
 * machine or a user whose configuration names another provider, wants FIPS or
 * is broken must not make a right register look wrong. Where there is no
 * SHA-256 even so, functions return -ENOPKG.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <openssl/types.h>
#include <stddef.h>

#define DIGEST_SIZE 32
#define DIGEST_HEX_SIZE (2 * DIGEST_SIZE + 1)

/*
 * The context, made by the first caller and kept: for X509_new_ex(),
 * EVP_DigestSignInit_ex() and the like. NULL where it cannot be had, which
 * those functions would take for OpenSSL's own context.
 */
OSSL_LIB_CTX *digest_library(void);

/*
 * For a worker: makes that context the one of all else in this thread, such as
 * of libp11, which knows no other than OpenSSL's own. 0 or -ENOPKG.
 */
int digest_library_for_all(void);

/* SHA-256 of that context, kept too. NULL: there is none. */
const EVP_MD *digest_sha256(void);

/*
 * A digest of many pieces: zeroed it is fit for digest_add(), which does
 * nothing once something has failed, and digest_end() tells of it.
 */
struct digest {
	EVP_MD_CTX *ctx;
	int error;
};

void digest_add(struct digest *digest, const void *bytes, size_t len);

/* Puts the digest into @out and empties @digest. 0 or a negative errno, with
 * zeros in @out. */
int digest_end(struct digest *digest, unsigned char out[DIGEST_SIZE]);

/* The digest of @len bytes alone. */
int digest_of(const void *bytes, size_t len, unsigned char out[DIGEST_SIZE]);

/* In small hexadecimal letters. */
void digest_hex(const unsigned char digest[DIGEST_SIZE],
		char hex[DIGEST_HEX_SIZE]);

#endif
