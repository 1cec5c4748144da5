/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keys.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESULT_MAX 1024

static EVP_PKEY *load_key(const char *path)
{
	EVP_PKEY *key = NULL;
	FILE *f = fopen(path, "r");

	if (f != NULL) {
		key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
		(void)fclose(f);
	}
	if (key == NULL)
		(void)fprintf(stderr, "vcard: no private key in %s\n", path);
	return key;
}

static bool load_file(const char *path, struct blob *out)
{
	unsigned char chunk[4096];
	size_t n;
	FILE *f = fopen(path, "rb");

	if (f == NULL) {
		perror(path);
		return false;
	}
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		blob_add(out, chunk, n);
	(void)fclose(f);
	return out->len > 0 && out->len < 0xF000;
}

/* Makes DER of what may be PEM, and refuses what is no certificate. */
static bool normalise_cert(struct blob *cert)
{
	BIO *bio = BIO_new_mem_buf(cert->data, (int)cert->len);
	const unsigned char *p = cert->data;
	unsigned char *der = NULL;
	X509 *x = NULL;
	int len = 0;

	if (bio != NULL)
		x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	if (x == NULL)
		x = d2i_X509(NULL, &p, (long)cert->len);
	if (x != NULL)
		len = i2d_X509(x, &der);
	if (len > 0) {
		blob_clear(cert);
		blob_add(cert, der, (size_t)len);
	}
	OPENSSL_free(der);
	X509_free(x);
	BIO_free(bio);
	return len > 0;
}

static bool pair_load_parts(struct pair *pair, const char *key,
			    const char *cert, const char *label, bool raw)
{
	memset(pair, 0, sizeof(*pair));
	if (snprintf(pair->label, sizeof(pair->label), "%s", label) < 0)
		return false;
	pair->key = load_key(key);
	if (pair->key == NULL || !load_file(cert, &pair->cert) ||
	    (!raw && !normalise_cert(&pair->cert))) {
		(void)fprintf(stderr, "vcard: cannot use %s with %s\n", key,
			      cert);
		pair_free(pair);
		return false;
	}
	return true;
}

bool pair_load(struct pair *pair, const char *text, bool raw)
{
	char *copy = strdup(text);
	char *cert, *label;
	bool ok = false;

	if (copy == NULL)
		return false;
	cert = strchr(copy, ',');
	if (cert == NULL) {
		(void)fprintf(stderr, "vcard: KEY,CERT[,LABEL] wanted: %s\n",
			      text);
		goto out;
	}
	*cert++ = '\0';
	/* A label may hold commas itself, being last. */
	label = strchr(cert, ',');
	if (label != NULL)
		*label++ = '\0';
	ok = pair_load_parts(pair, copy, cert,
			     label == NULL ? "Signing key" : label, raw);
out:
	free(copy);
	return ok;
}

void pair_free(struct pair *pair)
{
	EVP_PKEY_free(pair->key);
	pair->key = NULL;
	blob_clear(&pair->cert);
}

bool pair_is_rsa(const struct pair *pair)
{
	return EVP_PKEY_is_a(pair->key, "RSA");
}

unsigned int pair_bits(const struct pair *pair)
{
	return (unsigned int)EVP_PKEY_get_bits(pair->key);
}

static const EVP_MD *md_of_length(size_t len)
{
	switch (len) {
	case 20:
		return EVP_sha1();
	case 28:
		return EVP_sha224();
	case 32:
		return EVP_sha256();
	case 48:
		return EVP_sha384();
	case 64:
		return EVP_sha512();
	default:
		return NULL;
	}
}

static bool set_padding(EVP_PKEY_CTX *ctx, enum padding padding, size_t in_len)
{
	static const int modes[] = {
		[PADDING_NONE] = RSA_NO_PADDING,
		[PADDING_PKCS1] = RSA_PKCS1_PADDING,
		[PADDING_PSS] = RSA_PKCS1_PSS_PADDING,
	};
	const EVP_MD *md;

	if (EVP_PKEY_CTX_set_rsa_padding(ctx, modes[padding]) <= 0)
		return false;
	if (padding != PADDING_PSS)
		return true;
	md = md_of_length(in_len);
	return md != NULL && EVP_PKEY_CTX_set_signature_md(ctx, md) > 0 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) >
		       0;
}

bool pair_sign(const struct pair *pair, enum padding padding,
	       const unsigned char *in, size_t in_len, struct blob *out)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pair->key, NULL);
	unsigned char result[RESULT_MAX];
	size_t len = sizeof(result);
	bool ok = false;

	if (ctx == NULL || EVP_PKEY_sign_init(ctx) <= 0)
		goto out;
	if (pair_is_rsa(pair) && !set_padding(ctx, padding, in_len))
		goto out;
	ok = EVP_PKEY_sign(ctx, result, &len, in, in_len) > 0;
	if (ok)
		blob_add(out, result, len);
out:
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

bool pair_sign_message(const struct pair *pair, enum padding padding,
		       const char *md, const unsigned char *in, size_t in_len,
		       struct blob *out)
{
	EVP_MD_CTX *mctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx = NULL;
	unsigned char result[RESULT_MAX];
	size_t len = sizeof(result);
	bool ok = false;

	if (mctx == NULL || EVP_DigestSignInit_ex(mctx, &ctx, md, NULL, NULL,
						  pair->key, NULL) <= 0)
		goto out;
	if (padding == PADDING_PSS &&
	    (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) <= 0 ||
	     EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) <=
		     0))
		goto out;
	ok = EVP_DigestSign(mctx, result, &len, in, in_len) > 0;
	if (ok)
		blob_add(out, result, len);
out:
	EVP_MD_CTX_free(mctx);
	return ok;
}

bool pair_decrypt(const struct pair *pair, enum padding padding,
		  const unsigned char *in, size_t in_len, struct blob *out)
{
	EVP_PKEY_CTX *ctx = NULL;
	unsigned char result[RESULT_MAX];
	size_t len = sizeof(result);
	bool ok = false;

	if (!pair_is_rsa(pair))
		return false;
	ctx = EVP_PKEY_CTX_new(pair->key, NULL);
	if (ctx == NULL || EVP_PKEY_decrypt_init(ctx) <= 0 ||
	    !set_padding(ctx, padding, in_len))
		goto out;
	ok = EVP_PKEY_decrypt(ctx, result, &len, in, in_len) > 0;
	if (ok)
		blob_add(out, result, len);
out:
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

static bool add_number(const struct pair *pair, const char *name,
		       unsigned int tag, struct blob *out)
{
	unsigned char bytes[RESULT_MAX];
	BIGNUM *n = NULL;
	int len = 0;

	if (EVP_PKEY_get_bn_param(pair->key, name, &n) > 0 &&
	    BN_num_bytes(n) <= RESULT_MAX)
		len = BN_bn2bin(n, bytes);
	BN_free(n);
	if (len > 0)
		blob_tlv(out, tag, bytes, (size_t)len);
	return len > 0;
}

bool pair_public(const struct pair *pair, unsigned int modulus_tag,
		 unsigned int exponent_tag, struct blob *out)
{
	return add_number(pair, OSSL_PKEY_PARAM_RSA_N, modulus_tag, out) &&
	       add_number(pair, OSSL_PKEY_PARAM_RSA_E, exponent_tag, out);
}
