/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Certificates as a token may hold them: the bytes as they are or, where the
 * first byte is odd, as names and extensions in a certificate that is whole.
 */
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "token/cert.h"

static void check_texts(const struct cks_cert *c)
{
	const char *const texts[] = {
		cks_cert_id(c),	      cks_cert_label(c),
		cks_cert_subject(c),  cks_cert_issuer(c),
		cks_cert_name(c),     cks_cert_organization(c),
		cks_cert_unit(c),     cks_cert_email(c),
		cks_cert_tax_code(c), cks_cert_budget_code(c),
		cks_cert_serial(c),   cks_cert_key(c),
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		HOLDS(fuzz_is_clean(texts[i]));
	HOLDS(strlen(cks_cert_sha256(c)) == 64);
}

/* What is read of the bytes alone is what was read with their padding. */
static void check_again(const struct cks_cert *c)
{
	struct cks_cert *again = NULL;
	const void *der;
	size_t len;

	cks_cert_der(c, &der, &len);
	HOLDS(cks_cert_new(der, len, &again) == CKS_OK);
	HOLDS(strcmp(cks_cert_sha256(c), cks_cert_sha256(again)) == 0);
	HOLDS(strcmp(cks_cert_subject(c), cks_cert_subject(again)) == 0);
	HOLDS(cks_cert_not_after(c) == cks_cert_not_after(again));
	HOLDS(cks_cert_holder(c) == cks_cert_holder(again));
	cks_cert_free(&again);
}

static void read_cert(const void *der, size_t size)
{
	struct cks_cert *c = cert_on_token(der, size, "45", "label");

	HOLDS(c && c->der_len <= size);
	check_texts(c);
	for (time_t now = -(1L << 40); now <= 1L << 40; now += 1L << 38) {
		enum cks_cert_state state = cks_cert_state(c, now, 60);

		HOLDS(cks_cert_state_name(state)[0]);
		HOLDS((state == CKS_CERT_UNREADABLE) != cks_cert_readable(c));
		(void)cks_cert_days_left(c, now);
	}
	if (cks_cert_readable(c))
		check_again(c);
	cks_cert_free(&c);
}

static void add_names(struct fuzz_input *in, X509_NAME *name, unsigned int n)
{
	static const int fields[] = {
		NID_commonName,	  NID_organizationName,
		NID_userId,	  NID_organizationalUnitName,
		NID_countryName,  NID_pkcs9_emailAddress,
		NID_localityName, NID_serialNumber,
	};
	static const int types[] = {
		MBSTRING_UTF8,	   V_ASN1_UTF8STRING,	   V_ASN1_BMPSTRING,
		V_ASN1_T61STRING,  V_ASN1_UNIVERSALSTRING, V_ASN1_IA5STRING,
		V_ASN1_BIT_STRING, V_ASN1_PRINTABLESTRING,
	};

	for (unsigned int i = 0; i < n; i++) {
		unsigned int kind = fuzz_byte(in);
		size_t len;
		const uint8_t *bytes = fuzz_bytes(in, 255, &len);

		(void)X509_NAME_add_entry_by_NID(
			name, fields[kind & 7], types[kind >> 3 & 7], bytes,
			(int)len, -1, kind & 0x40 ? -1 : 0);
	}
}

static void add_extension(struct fuzz_input *in, X509 *x509)
{
	static const int kinds[] = { NID_subject_alt_name, NID_key_usage,
				     NID_basic_constraints, NID_ext_key_usage };
	int nid = kinds[fuzz_byte(in) & 3];
	size_t len;
	const uint8_t *bytes = fuzz_bytes(in, 255, &len);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *extension;

	HOLDS(ASN1_OCTET_STRING_set(value, bytes, (int)len));
	extension = X509_EXTENSION_create_by_NID(NULL, nid, 0, value);
	X509_add_ext(x509, extension, -1);
	X509_EXTENSION_free(extension);
	ASN1_OCTET_STRING_free(value);
}

/* Nobody has signed it, and nobody asks. */
static void make_cert(struct fuzz_input *in)
{
	static EVP_PKEY *key;
	X509 *x509 = X509_new();
	unsigned char *der = NULL;
	unsigned int counts = fuzz_byte(in);
	int len;

	if (!key)
		key = EVP_EC_gen("P-256");
	add_names(in, X509_get_subject_name(x509), counts & 7);
	add_names(in, X509_get_issuer_name(x509), counts >> 3 & 3);
	(void)ASN1_TIME_set(X509_getm_notBefore(x509), (time_t)fuzz_byte(in)
							       << 24);
	(void)ASN1_TIME_set(X509_getm_notAfter(x509), (time_t)fuzz_byte(in)
							      << 30);
	X509_set_version(x509, X509_VERSION_3);
	X509_set_pubkey(x509, key);
	for (unsigned int i = 0; i < counts >> 5; i++)
		add_extension(in, x509);
	len = i2d_X509(x509, &der);
	if (len > 0)
		read_cert(der, (size_t)len);
	OPENSSL_free(der);
	X509_free(x509);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };

	if (fuzz_byte(&in) & 1)
		make_cert(&in);
	else
		read_cert(in.data, in.size);
	return 0;
}
