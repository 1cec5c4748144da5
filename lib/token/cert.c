/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "cert.h"

static bool to_time(const ASN1_TIME *asn1, time_t *t)
{
	struct tm tm;

	if (!ASN1_TIME_to_tm(asn1, &tm))
		return false;
	*t = timegm(&tm);
	return true;
}

static char *serial_of(const X509 *x509)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(x509);

	return hex_encode(ASN1_STRING_get0_data(serial),
			  (size_t)ASN1_STRING_length(serial));
}

static const char *curve_name(const char *group)
{
	const char *nist = EC_curve_nid2nist(OBJ_txt2nid(group));

	return nist ? nist : group;
}

static char *key_of(const X509 *x509)
{
	EVP_PKEY *pkey = X509_get0_pubkey(x509);
	char group[64], text[96] = "";

	if (!pkey)
		return strdup("");
	if (EVP_PKEY_is_a(pkey, "EC") &&
	    EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL))
		snprintf(text, sizeof(text), "EC %s", curve_name(group));
	else if (EVP_PKEY_get0_type_name(pkey))
		snprintf(text, sizeof(text), "%s %d",
			 EVP_PKEY_get0_type_name(pkey),
			 EVP_PKEY_get_bits(pkey));
	return strdup(text);
}

static char *digest_of(const void *bytes, size_t len)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned int md_len;

	if (!EVP_Digest(bytes, len, md, &md_len, EVP_sha256(), NULL))
		return NULL;
	return hex_encode(md, md_len);
}

static bool digest_key(const X509 *x509, unsigned char digest[32])
{
	X509_PUBKEY *key = X509_get_X509_PUBKEY(x509);
	unsigned char *der = NULL;
	int len = i2d_X509_PUBKEY(key, &der);
	bool ok = len > 0 && EVP_Digest(der, (size_t)len, digest, NULL,
					EVP_sha256(), NULL);

	OPENSSL_free(der);
	return ok;
}

static void fill_from(struct cks_cert *c, const X509 *x509)
{
	const X509_NAME *subject = X509_get_subject_name(x509);

	c->subject = cert_dn(subject);
	c->issuer = cert_dn(X509_get_issuer_name(x509));
	c->name = cert_dn_values(subject, NID_commonName, NULL);
	c->organization = cert_dn_values(subject, NID_organizationName, NULL);
	c->unit = cert_dn_values(subject, NID_organizationalUnitName, NULL);
	c->tax_code = cert_dn_values(subject, NID_userId, "MST:");
	c->budget_code = cert_dn_values(subject, NID_userId, "MNS:");
	c->email = cert_email_of(x509);
	c->serial = serial_of(x509);
	c->key = key_of(x509);
	c->holder = cert_holder_of(x509);
	c->official = cert_is_official(X509_get_issuer_name(x509));
	/* OpenSSL keeps what it finds out in the certificate. */
	c->ca = X509_check_ca((X509 *)x509) != 0;
	c->readable = true;
}

static void fill_unreadable(struct cks_cert *c)
{
	char **empty[] = { &c->subject,	     &c->issuer,      &c->name,
			   &c->organization, &c->unit,	      &c->email,
			   &c->tax_code,     &c->budget_code, &c->serial,
			   &c->key };

	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		*empty[i] = strdup("");
}

static bool is_whole(const struct cks_cert *c)
{
	return c->der && c->id && c->label && c->subject && c->issuer &&
	       c->name && c->organization && c->unit && c->email &&
	       c->tax_code && c->budget_code && c->serial && c->sha256 &&
	       c->key;
}

struct cks_cert *cert_on_token(const void *der, size_t len, const char *id,
			       const char *label)
{
	struct cks_cert *c = calloc(1, sizeof(*c));
	const unsigned char *at;
	X509 *x509 = NULL;

	if (!c)
		return NULL;
	c->der = malloc(len + 1);
	if (c->der && len > 0)
		memcpy(c->der, der, len);
	c->der_len = len;
	c->id = strdup(id);
	c->label = strdup(label);
	at = c->der;
	if (at && len > 0 && len <= LONG_MAX)
		x509 = d2i_X509(NULL, &at, (long)len);
	if (x509 && to_time(X509_get0_notBefore(x509), &c->not_before) &&
	    to_time(X509_get0_notAfter(x509), &c->not_after) &&
	    digest_key(x509, c->key_digest)) {
		/* Some tokens pad the value; the certificate ends where its
		 * own encoding says. */
		c->der_len = (size_t)(at - c->der);
		fill_from(c, x509);
	} else {
		c->not_before = 0;
		c->not_after = 0;
		fill_unreadable(c);
	}
	c->sha256 = c->der ? digest_of(c->der, c->der_len) : NULL;
	X509_free(x509);
	ERR_clear_error();
	if (!is_whole(c))
		cks_cert_free(&c);
	return c;
}

enum cks_err cks_cert_new(const void *der, size_t len, struct cks_cert **cert)
{
	struct cks_cert *c = cert_on_token(der, len, "", "");

	if (!c)
		return CKS_ERR_MEMORY;
	if (!c->readable) {
		cks_cert_free(&c);
		return CKS_ERR_CERTIFICATE;
	}
	*cert = c;
	return CKS_OK;
}

void cks_cert_free(struct cks_cert **cert)
{
	struct cks_cert *c = *cert;

	*cert = NULL;
	if (!c)
		return;
	free(c->der);
	free(c->id);
	free(c->label);
	free(c->subject);
	free(c->issuer);
	free(c->name);
	free(c->organization);
	free(c->unit);
	free(c->email);
	free(c->tax_code);
	free(c->budget_code);
	free(c->serial);
	free(c->sha256);
	free(c->key);
	free(c);
}

bool cks_cert_readable(const struct cks_cert *c)
{
	return c->readable;
}

#define TEXT_GETTER(field)                                     \
	const char *cks_cert_##field(const struct cks_cert *c) \
	{                                                      \
		return c->field;                               \
	}

TEXT_GETTER(id)
TEXT_GETTER(label)
TEXT_GETTER(subject)
TEXT_GETTER(issuer)
TEXT_GETTER(name)
TEXT_GETTER(organization)
TEXT_GETTER(unit)
TEXT_GETTER(email)
TEXT_GETTER(tax_code)
TEXT_GETTER(budget_code)
TEXT_GETTER(serial)
TEXT_GETTER(sha256)
TEXT_GETTER(key)

time_t cks_cert_not_before(const struct cks_cert *c)
{
	return c->not_before;
}

time_t cks_cert_not_after(const struct cks_cert *c)
{
	return c->not_after;
}

enum cks_holder cks_cert_holder(const struct cks_cert *c)
{
	return c->holder;
}

bool cks_cert_official(const struct cks_cert *c)
{
	return c->official;
}

bool cks_cert_ca(const struct cks_cert *c)
{
	return c->ca;
}

void cks_cert_der(const struct cks_cert *c, const void **der, size_t *len)
{
	*der = c->der;
	*len = c->der_len;
}
