/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CARD_KEYS_H
#define CARD_KEYS_H

#include "blob.h"

#include <openssl/evp.h>
#include <stdbool.h>

#define LABEL_MAX 256

struct pair {
	EVP_PKEY *key;
	struct blob cert;
	char label[LABEL_MAX];
};

enum padding {
	PADDING_NONE,
	PADDING_PKCS1,
	PADDING_PSS,
};

/*
 * Loads "KEY.pem,CERT[,LABEL]". A certificate may be PEM or DER; with raw its
 * file is taken byte for byte, whatever it holds. Says why on stderr.
 */
bool pair_load(struct pair *pair, const char *text, bool raw);
void pair_free(struct pair *pair);

bool pair_is_rsa(const struct pair *pair);
unsigned int pair_bits(const struct pair *pair);

/*
 * A signature over a digest (or DigestInfo, or padded block), appended to out.
 * padding means nothing for an EC key, which gives a DER signature.
 */
bool pair_sign(const struct pair *pair, enum padding padding,
	       const unsigned char *in, size_t in_len, struct blob *out);
/* md names the digest that the card itself makes of the message. */
bool pair_sign_message(const struct pair *pair, enum padding padding,
		       const char *md, const unsigned char *in, size_t in_len,
		       struct blob *out);
/* RSA only. */
bool pair_decrypt(const struct pair *pair, enum padding padding,
		  const unsigned char *in, size_t in_len, struct blob *out);
/* Modulus and exponent, each as a TLV of the tag given. RSA only. */
bool pair_public(const struct pair *pair, unsigned int modulus_tag,
		 unsigned int exponent_tag, struct blob *out);

#endif
