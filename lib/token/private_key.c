/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "base/library.h"
#include "base/soname.h"
#include "private_key.h"

#define LIBCRYPTO_SYMBOLS(X)     \
	X(BN_bin2bn)             \
	X(BN_cmp)                \
	X(BN_free)               \
	X(BN_is_zero)            \
	X(d2i_X509)              \
	X(EVP_PKEY_get_bn_param) \
	X(EVP_PKEY_is_a)         \
	X(X509_free)             \
	X(X509_get0_pubkey)      \
	X(X509_get_key_usage)    \
	X(X509_new_ex)

LIBRARY(LIBCRYPTO_SYMBOLS, libcrypto, SONAME_LIBCRYPTO,
	"Holds the keys of a token against its certificates")

#define MAX_PUBLIC_HALF 4096

enum cks_err private_keys_ready(void)
{
	return library_load(&libcrypto, NULL) ? CKS_ERR_DIGEST : CKS_OK;
}

/* 1. What a key tells of itself */

static bool get_attribute(const struct session *s, struct private_key *key,
			  CK_ATTRIBUTE_TYPE type, void *value, size_t *size)
{
	CK_ATTRIBUTE attribute = { type, value, *size };
	CK_RV rv = s->m.f->C_GetAttributeValue(s->handle, key->object,
					       &attribute, 1);

	if (module_is_fault(rv) && !key->fault)
		key->fault = rv;
	if (rv || attribute.ulValueLen > *size)
		return false;
	*size = attribute.ulValueLen;
	return true;
}

static bool get_bool(const struct session *s, struct private_key *key,
		     CK_ATTRIBUTE_TYPE type, bool unknown)
{
	CK_BBOOL value = CK_FALSE;
	size_t size = sizeof(value);

	if (!get_attribute(s, key, type, &value, &size) ||
	    size != sizeof(value))
		return unknown;
	return value != CK_FALSE;
}

struct private_key private_key_read(const struct session *s,
				    CK_OBJECT_HANDLE object)
{
	struct private_key key = { .object = object };
	size_t size = sizeof(key.type);

	if (!get_attribute(s, &key, CKA_KEY_TYPE, &key.type, &size) ||
	    size != sizeof(key.type))
		key.type = CKK_VENDOR_DEFINED;
	key.id_len = sizeof(key.id);
	if (!get_attribute(s, &key, CKA_ID, key.id, &key.id_len))
		key.id_len = 0;
	key.may_sign = get_bool(s, &key, CKA_SIGN, true);
	key.always_authenticate =
		get_bool(s, &key, CKA_ALWAYS_AUTHENTICATE, false);
	size = sizeof(key.allowed);
	if (get_attribute(s, &key, CKA_ALLOWED_MECHANISMS, key.allowed, &size))
		key.n_allowed = size / sizeof(key.allowed[0]);
	return key;
}

enum cks_err private_keys_find(struct session *s, CK_OBJECT_HANDLE *keys,
			       CK_ULONG *n)
{
	CK_FUNCTION_LIST *f = s->m.f;
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE private = { CKA_CLASS, &class, sizeof(class) };
	CK_ULONG found = 1;
	CK_RV rv = f->C_FindObjectsInit(s->handle, &private, 1);

	*n = 0;
	if (rv)
		return module_failed(&s->m, "C_FindObjectsInit", rv);
	while (!rv && found > 0 && *n < MAX_PRIVATE_KEYS) {
		rv = f->C_FindObjects(s->handle, keys + *n,
				      MAX_PRIVATE_KEYS - *n, &found);
		if (!rv && found > MAX_PRIVATE_KEYS - *n)
			rv = CKR_GENERAL_ERROR;
		if (!rv)
			*n += found;
	}
	f->C_FindObjectsFinal(s->handle);
	if (rv)
		return module_failed(&s->m, "C_FindObjects", rv);
	return *n == MAX_PRIVATE_KEYS ? CKS_ERR_LIMIT : CKS_OK;
}

/* 2. Its certificate */

bool key_cert_read(const struct session *s, const struct cks_cert *cert,
		   struct key_cert *read)
{
	const unsigned char *at = cert->der;
	X509 *x509 = sym_X509_new_ex(s->openssl, NULL);
	uint32_t usage;

	*read = (struct key_cert){ 0 };
	if (x509 && !sym_d2i_X509(&x509, &at, (long)cert->der_len))
		x509 = NULL;
	if (!x509)
		return false;
	usage = sym_X509_get_key_usage(x509);
	read->x509 = x509;
	read->public = sym_X509_get0_pubkey(x509);
	read->for_signing = usage & (X509v3_KU_DIGITAL_SIGNATURE |
				     X509v3_KU_NON_REPUDIATION);
	return true;
}

void key_cert_free(struct key_cert *c)
{
	if (c->x509)
		sym_X509_free(c->x509);
	*c = (struct key_cert){ 0 };
}

static enum fit fit_of_modulus(const unsigned char *modulus, size_t len,
			       EVP_PKEY *public)
{
	BIGNUM *theirs = NULL, *ours = sym_BN_bin2bn(modulus, (int)len, NULL);
	enum fit fit = FIT_UNKNOWN;

	if (ours && !sym_BN_is_zero(ours) &&
	    sym_EVP_PKEY_get_bn_param(public, OSSL_PKEY_PARAM_RSA_N, &theirs))
		fit = sym_BN_cmp(ours, theirs) == 0 ? FIT_YES : FIT_NO;
	sym_BN_free(theirs);
	sym_BN_free(ours);
	return fit;
}

enum fit private_key_fit(const struct session *s, struct private_key *key,
			 EVP_PKEY *public)
{
	bool is_rsa = sym_EVP_PKEY_is_a(public, "RSA") ||
		      sym_EVP_PKEY_is_a(public, "RSA-PSS");
	unsigned char half[MAX_PUBLIC_HALF];
	size_t len = sizeof(half);

	switch (key->type) {
	case CKK_RSA:
		if (!is_rsa)
			return FIT_NO;
		if (!get_attribute(s, key, CKA_MODULUS, half, &len))
			return FIT_UNKNOWN;
		return fit_of_modulus(half, len, public);
	case CKK_EC:
		return sym_EVP_PKEY_is_a(public, "EC") ? FIT_UNKNOWN : FIT_NO;
	case CKK_EC_EDWARDS:
		return sym_EVP_PKEY_is_a(public, "ED25519") ||
				       sym_EVP_PKEY_is_a(public, "ED448")
			       ? FIT_UNKNOWN
			       : FIT_NO;
	default:
		return FIT_UNKNOWN;
	}
}

bool private_key_has_id_of(const struct private_key *key,
			   const struct cks_cert *cert)
{
	char hex[2 * sizeof(key->id) + 1] = "";

	/* No name is not a name in common. */
	if (key->id_len == 0)
		return false;
	for (size_t n = 0; n < key->id_len; n++)
		snprintf(hex + 2 * n, 3, "%02X", key->id[n]);
	return strcmp(hex, cks_cert_id(cert)) == 0;
}
