/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/digest.h"
#include "base/library.h"
#include "base/soname.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "cert.h"

#define LIBCRYPTO_SYMBOLS(X)          \
	X(ASN1_BIT_STRING_free)       \
	X(ASN1_BIT_STRING_get_bit)    \
	X(ASN1_INTEGER_to_BN)         \
	X(ASN1_STRING_get0_data)      \
	X(ASN1_STRING_length)         \
	X(ASN1_STRING_to_UTF8)        \
	X(ASN1_STRING_type)           \
	X(ASN1_TIME_to_tm)            \
	X(ASN1_TYPE_free)             \
	X(BASIC_CONSTRAINTS_free)     \
	X(BIO_ctrl)                   \
	X(BIO_free)                   \
	X(BIO_new)                    \
	X(BIO_s_mem)                  \
	X(BN_free)                    \
	X(BN_num_bits)                \
	X(CRYPTO_free)                \
	X(d2i_ASN1_SEQUENCE_ANY)      \
	X(d2i_PUBKEY_ex)              \
	X(d2i_X509)                   \
	X(EC_curve_nid2nist)          \
	X(ERR_clear_error)            \
	X(ERR_get_error)              \
	X(ERR_new)                    \
	X(ERR_set_error)              \
	X(EVP_PKEY_free)              \
	X(EVP_PKEY_get0_type_name)    \
	X(EVP_PKEY_get_bits)          \
	X(EVP_PKEY_get_group_name)    \
	X(EVP_PKEY_is_a)              \
	X(GENERAL_NAME_get0_value)    \
	X(EXTENDED_KEY_USAGE_free)    \
	X(GENERAL_NAMES_free)         \
	X(i2d_X509_PUBKEY)            \
	X(OBJ_obj2nid)                \
	X(OBJ_txt2nid)                \
	X(OPENSSL_sk_num)             \
	X(OPENSSL_sk_pop_free)        \
	X(OPENSSL_sk_value)           \
	X(OSSL_LIB_CTX_free)          \
	X(OSSL_LIB_CTX_new)           \
	X(OSSL_PROVIDER_load)         \
	X(X509_free)                  \
	X(X509_get0_notAfter)         \
	X(X509_get0_notBefore)        \
	X(X509_get0_serialNumber)     \
	X(X509_get_ext_d2i)           \
	X(X509_get_issuer_name)       \
	X(X509_get_subject_name)      \
	X(X509_get_X509_PUBKEY)       \
	X(X509_NAME_ENTRY_get_data)   \
	X(X509_NAME_get_entry)        \
	X(X509_NAME_get_index_by_NID) \
	X(X509_NAME_print_ex)         \
	X(X509_new_ex)                \
	X(X509_PUBKEY_get0_param)

LIBRARY(LIBCRYPTO_SYMBOLS, libcrypto, SONAME_LIBCRYPTO, "Reads certificates")

/* The bit of keyUsage, RFC 5280, 4.2.1.3. */
#define KEY_CERT_SIGN 5

#define DN_FORM (XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB)

/* Those of OpenSSL's header call OpenSSL by its own names. */
static int stack_size(const void *stack)
{
	return sym_OPENSSL_sk_num(stack);
}

static void *stack_at(const void *stack, int i)
{
	return sym_OPENSSL_sk_value(stack, i);
}

static char *from_bio(BIO *bio)
{
	char *bytes = NULL;
	long len = sym_BIO_ctrl(bio, BIO_CTRL_INFO, 0, &bytes);

	return cks_text_clean(len > 0 ? bytes : "", len > 0 ? (size_t)len : 0);
}

static char *dn_text(const X509_NAME *name)
{
	BIO *bio = sym_BIO_new(sym_BIO_s_mem());
	char *text = NULL;

	if (bio && sym_X509_NAME_print_ex(bio, name, 0, DN_FORM) >= 0)
		text = from_bio(bio);
	sym_BIO_free(bio);
	return text;
}

/* Puts @text before *@joined; false when memory is out. */
static bool join(char **joined, const char *text)
{
	char *longer = NULL;

	if (asprintf(&longer, "%s%s%s", text, (*joined)[0] ? ", " : "",
		     *joined) < 0)
		return false;
	free(*joined);
	*joined = longer;
	return true;
}

static char *entry_text(const X509_NAME_ENTRY *entry)
{
	unsigned char *utf8 = NULL;
	int len = sym_ASN1_STRING_to_UTF8(&utf8,
					  sym_X509_NAME_ENTRY_get_data(entry));
	char *text = len < 0 ? strdup("") : cks_text_clean(utf8, (size_t)len);

	sym_CRYPTO_free(utf8, OPENSSL_FILE, OPENSSL_LINE);
	return text;
}

static char *dn_values(const X509_NAME *name, int nid, const char *prefix)
{
	size_t prefix_len = prefix ? strlen(prefix) : 0;
	char *joined = strdup("");
	int at = -1;

	while (joined &&
	       (at = sym_X509_NAME_get_index_by_NID(name, nid, at)) >= 0) {
		char *text = entry_text(sym_X509_NAME_get_entry(name, at));
		bool ok = text != NULL;

		if (ok && text[0] != '\0' &&
		    (!prefix || strncasecmp(text, prefix, prefix_len) == 0))
			ok = join(&joined,
				  text + prefix_len +
					  strspn(text + prefix_len, " "));
		free(text);
		if (!ok) {
			free(joined);
			joined = NULL;
		}
	}
	return joined;
}

static const ASN1_STRING *san_of_type(const GENERAL_NAMES *names, int type)
{
	for (int i = 0; names && i < stack_size(names); i++) {
		int found;
		const ASN1_STRING *value =
			sym_GENERAL_NAME_get0_value(stack_at(names, i), &found);

		if (found == type)
			return value;
	}
	return NULL;
}

static char *email_of(const X509 *x509)
{
	GENERAL_NAMES *names =
		sym_X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
	const ASN1_STRING *email = san_of_type(names, GEN_EMAIL);
	char *text = NULL;

	if (email)
		text = cks_text_clean(sym_ASN1_STRING_get0_data(email),
				      (size_t)sym_ASN1_STRING_length(email));
	if (!email || (text && text[0] == '\0')) {
		free(text);
		text = dn_values(sym_X509_get_subject_name(x509),
				 NID_pkcs9_emailAddress, NULL);
		/* Of several, the one that stands last. */
		if (text)
			text[strcspn(text, ",")] = '\0';
	}
	sym_GENERAL_NAMES_free(names);
	return text;
}

static bool has_uid(const X509_NAME *subject, const char *const *prefixes)
{
	bool found = false;

	for (; *prefixes && !found; prefixes++) {
		char *value = dn_values(subject, NID_userId, *prefixes);

		found = value && value[0] != '\0';
		free(value);
	}
	return found;
}

static bool is_device(const X509 *x509)
{
	GENERAL_NAMES *names =
		sym_X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
	EXTENDED_KEY_USAGE *usage =
		sym_X509_get_ext_d2i(x509, NID_ext_key_usage, NULL, NULL);
	bool found =
		san_of_type(names, GEN_DNS) || san_of_type(names, GEN_IPADD);

	for (int i = 0; !found && i < stack_size(usage); i++) {
		int nid = sym_OBJ_obj2nid(stack_at(usage, i));

		found = nid == NID_server_auth || nid == NID_code_sign ||
			nid == NID_time_stamp || nid == NID_OCSP_sign;
	}
	sym_EXTENDED_KEY_USAGE_free(usage);
	sym_GENERAL_NAMES_free(names);
	return found;
}

/* Among OpenSSL's own errors, where was_short_of_memory() looks. */
static void note_short_memory(void)
{
	sym_ERR_new();
	sym_ERR_set_error(ERR_LIB_X509, ERR_R_MALLOC_FAILURE, NULL);
}

static bool is_official(const X509_NAME *issuer)
{
	char *name = dn_values(issuer, NID_organizationName, NULL);
	char *folded = name ? cks_text_fold(name) : NULL;
	bool official = folded && strcmp(folded, "ban co yeu chinh phu") == 0;

	/* What is not known is not "no". */
	if (!folded)
		note_short_memory();
	free(name);
	free(folded);
	return official;
}

/*
 * Only what the certificate says counts, by RFC 5280: OpenSSL also takes one of
 * version 1 that signs itself for a CA's, which anybody's may be.
 */
static bool is_ca(const X509 *x509)
{
	int has_usage, has_constraints; /* -1: it has none */
	ASN1_BIT_STRING *usage =
		sym_X509_get_ext_d2i(x509, NID_key_usage, &has_usage, NULL);
	BASIC_CONSTRAINTS *constraints = sym_X509_get_ext_d2i(
		x509, NID_basic_constraints, &has_constraints, NULL);
	bool signs = usage && sym_ASN1_BIT_STRING_get_bit(usage, KEY_CERT_SIGN);
	bool ca = false;

	if (has_usage == -1)
		ca = constraints && constraints->ca;
	else if (signs)
		ca = has_constraints == -1 || (constraints && constraints->ca);
	sym_ASN1_BIT_STRING_free(usage);
	sym_BASIC_CONSTRAINTS_free(constraints);
	return ca;
}

/* @email: that in the certificate; NULL: memory was out for it. */
static enum cks_holder holder_of(const X509 *x509, const char *email)
{
	static const char *const organization[] = { "MST:", "MNS:", NULL };
	static const char *const person[] = { "CMND:", "CCCD:", "HC:",
					      "BHXH:", "PID:",	NULL };
	const X509_NAME *subject = sym_X509_get_subject_name(x509);

	if (is_ca(x509))
		return CKS_HOLDER_UNKNOWN;
	if (has_uid(subject, organization))
		return CKS_HOLDER_ORGANIZATION;
	if (has_uid(subject, person))
		return CKS_HOLDER_PERSON;
	if (is_device(x509))
		return CKS_HOLDER_DEVICE;
	/* The Government CA gives each seal its UIDs, and each person an
	 * e-mail address. */
	return email && email[0] != '\0' &&
			       is_official(sym_X509_get_issuer_name(x509))
		       ? CKS_HOLDER_PERSON
		       : CKS_HOLDER_UNKNOWN;
}

static bool to_time(const ASN1_TIME *asn1, time_t *t)
{
	struct tm tm;

	if (!sym_ASN1_TIME_to_tm(asn1, &tm))
		return false;
	*t = timegm(&tm);
	return true;
}

static char *serial_of(const X509 *x509)
{
	const ASN1_INTEGER *serial = sym_X509_get0_serialNumber(x509);
	char *hex = text_hex(sym_ASN1_STRING_get0_data(serial),
			     (size_t)sym_ASN1_STRING_length(serial));
	char *text = hex;

	/* No CA may give such a number, and some devices do. */
	if (sym_ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER && hex) {
		if (asprintf(&text, "-%s", hex) < 0)
			text = NULL;
		free(hex);
	}
	return text;
}

static const char *curve_name(const char *group)
{
	const char *nist = sym_EC_curve_nid2nist(sym_OBJ_txt2nid(group));

	return nist ? nist : group;
}

/* The bits of an RSA key, of which PKCS #1 makes a SEQUENCE of two numbers; 0
 * where the bytes are anything else. */
static int rsa_bits(const unsigned char *bytes, int len)
{
	ASN1_SEQUENCE_ANY *numbers =
		sym_d2i_ASN1_SEQUENCE_ANY(NULL, &bytes, len);
	const ASN1_TYPE *n = stack_at(numbers, 0);
	const ASN1_TYPE *e = stack_at(numbers, 1);
	BIGNUM *modulus = NULL;
	int bits = 0;

	if (stack_size(numbers) == 2 && n->type == V_ASN1_INTEGER &&
	    e->type == V_ASN1_INTEGER)
		modulus = sym_ASN1_INTEGER_to_BN(n->value.integer, NULL);
	if (modulus)
		bits = sym_BN_num_bits(modulus);
	sym_BN_free(modulus);
	sym_OPENSSL_sk_pop_free((OPENSSL_STACK *)numbers,
				(OPENSSL_sk_freefunc)sym_ASN1_TYPE_free);
	return bits;
}

/*
 * To make a key of it takes OpenSSL many times as long as the rest of a
 * certificate, so a plain RSA key, which is what most certificates have, is
 * looked at as it lies there. @der is the same key, encoded.
 */
static char *key_of(const X509_PUBKEY *key, const unsigned char *der, int len)
{
	const unsigned char *bytes;
	ASN1_OBJECT *algorithm;
	char group[64], text[96] = "";
	EVP_PKEY *pkey;
	int n, bits = 0;

	if (sym_X509_PUBKEY_get0_param(&algorithm, &bytes, &n, NULL, key) &&
	    sym_OBJ_obj2nid(algorithm) == NID_rsaEncryption)
		bits = rsa_bits(bytes, n);
	if (bits > 0) {
		snprintf(text, sizeof(text), "RSA %d", bits);
		return strdup(text);
	}
	pkey = sym_d2i_PUBKEY_ex(NULL, &der, len, digest_library(), NULL);
	if (!pkey)
		return strdup("");
	if (sym_EVP_PKEY_is_a(pkey, "EC") &&
	    sym_EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL))
		snprintf(text, sizeof(text), "EC %s", curve_name(group));
	else if (sym_EVP_PKEY_get0_type_name(pkey))
		snprintf(text, sizeof(text), "%s %d",
			 sym_EVP_PKEY_get0_type_name(pkey),
			 sym_EVP_PKEY_get_bits(pkey));
	sym_EVP_PKEY_free(pkey);
	return strdup(text);
}

static char *digest_text(const void *bytes, size_t len)
{
	unsigned char md[DIGEST_SIZE];

	return digest_of(bytes, len, md) ? NULL : text_hex(md, sizeof(md));
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static OSSL_LIB_CTX *library;

/* As in base/digest.c, it lives as long as the process. */
static void prepare(void)
{
	library = sym_OSSL_LIB_CTX_new();
	if (library && !sym_OSSL_PROVIDER_load(library, "null")) {
		sym_OSSL_LIB_CTX_free(library);
		library = NULL;
	}
}

/*
 * A certificate as it is read in OpenSSL's own words, whatever the machine's
 * configuration of OpenSSL says. It knows no algorithm, so that no key is made
 * of its key. @at is left behind it.
 */
static X509 *parse(const unsigned char **at, size_t len)
{
	X509 *x509 = NULL;

	(void)pthread_once(&once, prepare);
	/* OpenSSL makes no error of that, and it is no fault of the bytes. */
	if (!library)
		note_short_memory();
	if (library && len > 0 && len <= LONG_MAX)
		x509 = sym_X509_new_ex(library, NULL);
	/* What cannot be read is freed. */
	return x509 ? sym_d2i_X509(&x509, at, (long)len) : NULL;
}

/* What the key is, and its digest; false where it has no encoding. */
static bool take_key(struct cks_cert *c, const X509 *x509)
{
	X509_PUBKEY *key = sym_X509_get_X509_PUBKEY(x509);
	unsigned char *der = NULL;
	int len = sym_i2d_X509_PUBKEY(key, &der);
	bool ok = len > 0 && !digest_of(der, (size_t)len, c->key_digest);

	if (ok)
		c->key = key_of(key, der, len);
	/* That is no fault of the certificate's. */
	if (len > 0 && !ok)
		note_short_memory();
	sym_CRYPTO_free(der, OPENSSL_FILE, OPENSSL_LINE);
	return ok;
}

static void fill_from(struct cks_cert *c, const X509 *x509)
{
	const X509_NAME *subject = sym_X509_get_subject_name(x509);

	c->subject = dn_text(subject);
	c->issuer = dn_text(sym_X509_get_issuer_name(x509));
	c->name = dn_values(subject, NID_commonName, NULL);
	c->organization = dn_values(subject, NID_organizationName, NULL);
	c->unit = dn_values(subject, NID_organizationalUnitName, NULL);
	c->tax_code = dn_values(subject, NID_userId, "MST:");
	c->budget_code = dn_values(subject, NID_userId, "MNS:");
	c->email = email_of(x509);
	c->serial = serial_of(x509);
	c->holder = holder_of(x509, c->email);
	c->official = is_official(sym_X509_get_issuer_name(x509));
	c->ca = is_ca(x509);
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

/*
 * True if OpenSSL lacked memory for anything since its errors were cleared: it
 * calls a certificate, or a part of one, broken then too.
 */
static bool was_short_of_memory(void)
{
	bool is_short = false;
	unsigned long error;

	while ((error = sym_ERR_get_error()))
		is_short |= ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
	return is_short;
}

struct cks_cert *cert_on_token(const void *der, size_t len, const char *id,
			       const char *label)
{
	struct cks_cert *c = NULL;
	const unsigned char *at;
	X509 *x509 = NULL;

	if (!library_load(&libcrypto, NULL))
		c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->der = malloc(len + 1);
	if (c->der && len > 0)
		memcpy(c->der, der, len);
	c->der_len = len;
	c->id = strdup(id);
	c->label = strdup(label);
	at = c->der;
	sym_ERR_clear_error();
	if (at)
		x509 = parse(&at, len);
	if (x509 && to_time(sym_X509_get0_notBefore(x509), &c->not_before) &&
	    to_time(sym_X509_get0_notAfter(x509), &c->not_after) &&
	    take_key(c, x509)) {
		/* Some tokens pad the value; the certificate ends where its
		 * own encoding says. */
		c->der_len = (size_t)(at - c->der);
		fill_from(c, x509);
	} else {
		c->not_before = 0;
		c->not_after = 0;
		fill_unreadable(c);
	}
	c->sha256 = c->der ? digest_text(c->der, c->der_len) : NULL;
	sym_X509_free(x509);
	if (was_short_of_memory() || !is_whole(c))
		cks_cert_free(&c);
	return c;
}

enum cks_err cks_cert_new(const void *der, size_t len, struct cks_cert **cert)
{
	struct cks_cert *c;
	bool has_digest;

	if (!der || !cert)
		return CKS_ERR_ARGUMENT;
	forks_hold();
	has_digest = digest_sha256() != NULL;
	c = has_digest ? cert_on_token(der, len, "", "") : NULL;
	forks_release();
	if (!c)
		return has_digest ? CKS_ERR_MEMORY : CKS_ERR_DIGEST;
	if (!c->readable) {
		cks_cert_free(&c);
		return CKS_ERR_CERTIFICATE;
	}
	*cert = c;
	return CKS_OK;
}

void cks_cert_free(struct cks_cert **cert)
{
	struct cks_cert *c = cert ? *cert : NULL;

	if (!c)
		return;
	*cert = NULL;
	free(c->der);
	free(c->id);
	free(c->label);
	free(c->id_bytes);
	free(c->label_bytes);
	free(c->uri);
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

#define GETTER(type, field, unknown)                    \
	type cks_cert_##field(const struct cks_cert *c) \
	{                                               \
		return c ? c->field : (unknown);        \
	}

GETTER(bool, readable, false)
GETTER(const char *, id, "")
GETTER(const char *, label, "")
GETTER(const char *, subject, "")
GETTER(const char *, issuer, "")
GETTER(const char *, name, "")
GETTER(const char *, organization, "")
GETTER(const char *, unit, "")
GETTER(const char *, email, "")
GETTER(const char *, tax_code, "")
GETTER(const char *, budget_code, "")
GETTER(const char *, serial, "")
GETTER(const char *, sha256, "")
GETTER(const char *, key, "")
GETTER(time_t, not_before, 0)
GETTER(time_t, not_after, 0)
GETTER(enum cks_holder, holder, CKS_HOLDER_UNKNOWN)
GETTER(bool, official, false)
GETTER(bool, ca, false)

void cks_cert_der(const struct cks_cert *c, const void **der, size_t *len)
{
	if (der)
		*der = c ? c->der : NULL;
	if (len)
		*len = c ? c->der_len : 0;
}

enum cks_cert_state cks_cert_state(const struct cks_cert *c, time_t now,
				   unsigned int days)
{
	if (!c || !c->readable)
		return CKS_CERT_UNREADABLE;
	if (now < c->not_before)
		return CKS_CERT_NOT_YET_VALID;
	if (now > c->not_after)
		return CKS_CERT_EXPIRED;
	if (cks_cert_days_left(c, now) < (long)days)
		return CKS_CERT_EXPIRING;
	return CKS_CERT_VALID;
}

const char *cks_cert_state_name(enum cks_cert_state state)
{
	switch (state) {
	case CKS_CERT_VALID:
		return "valid";
	case CKS_CERT_EXPIRING:
		return "expiring";
	case CKS_CERT_EXPIRED:
		return "expired";
	case CKS_CERT_NOT_YET_VALID:
		return "not-yet-valid";
	case CKS_CERT_UNREADABLE:
		break;
	}
	return "unreadable";
}

const char *cks_holder_name(enum cks_holder holder)
{
	switch (holder) {
	case CKS_HOLDER_PERSON:
		return "person";
	case CKS_HOLDER_ORGANIZATION:
		return "organization";
	case CKS_HOLDER_DEVICE:
		return "device";
	case CKS_HOLDER_UNKNOWN:
		break;
	}
	return "unknown";
}

long cks_cert_days_left(const struct cks_cert *c, time_t now)
{
	return c ? date_day(c->not_after) - date_day(now) : 0;
}
