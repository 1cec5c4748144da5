/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The bytes of a new signature (CAdES, ETSI EN 319 122-1) without its key: the
 * signed attributes are written here, and what signs them is asked for.
 */
#include <openssl/asn1t.h>
#include <openssl/cms.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "sign.h"

/* Room for what is not known before: a token of a time-stamp with all the
 * certificates of its path, and the algorithms' parameters. */
#define STAMP_ROOM ((size_t)20 * 1024)
#define LEAST_ROOM ((size_t)16 * 1024)
#define SPARE_ROOM ((size_t)512)
/* The signature of an RSA key of 16,384 bits, the longest there is. */
#define MAX_SIGNATURE ((size_t)2048)

/* The signed attributes as they are signed: a set, in its order in DER (RFC
 * 5652, 5.4). */
ASN1_ITEM_TEMPLATE(SIGNED_SET) = ASN1_EX_TEMPLATE_TYPE(ASN1_TFLG_SET_OF, 0,
						       signed_set,
						       X509_ATTRIBUTE)
	static_ASN1_ITEM_TEMPLATE_END(SIGNED_SET)

		struct message {
	CMS_ContentInfo *cms;
	CMS_SignerInfo *signer;
};

/* 1. The message */

/* RSASSA-PSS with one digest for all, and a salt as long as that (RFC 4055). */
static ASN1_STRING *pss_parameters(const EVP_MD *md)
{
	RSA_PSS_PARAMS *params = RSA_PSS_PARAMS_new();
	X509_ALGOR *digest = X509_ALGOR_new(), *mask = X509_ALGOR_new();
	ASN1_INTEGER *salt = ASN1_INTEGER_new();
	ASN1_STRING *text = NULL, *inner = NULL;

	if (!params || !digest || !mask || !salt)
		goto out;
	X509_ALGOR_set_md(digest, md);
	inner = ASN1_item_pack(digest, ASN1_ITEM_rptr(X509_ALGOR), NULL);
	if (!inner || !ASN1_INTEGER_set(salt, EVP_MD_get_size(md)) ||
	    !X509_ALGOR_set0(mask, OBJ_nid2obj(NID_mgf1), V_ASN1_SEQUENCE,
			     inner))
		goto out;
	inner = NULL;
	params->hashAlgorithm = digest;
	params->maskGenAlgorithm = mask;
	params->saltLength = salt;
	digest = mask = NULL;
	salt = NULL;
	text = ASN1_item_pack(params, ASN1_ITEM_rptr(RSA_PSS_PARAMS), NULL);
out:
	ASN1_STRING_free(inner);
	ASN1_INTEGER_free(salt);
	X509_ALGOR_free(mask);
	X509_ALGOR_free(digest);
	RSA_PSS_PARAMS_free(params);
	return text;
}

/* Names the algorithm that the token signs with. */
static bool set_algorithm(const struct sign *s, const struct message *m)
{
	const char *name = sign_text(s, "algorithm");
	EVP_PKEY *key = X509_get0_pubkey(s->cert);
	X509_ALGOR *algorithm = NULL;
	ASN1_STRING *params;

	CMS_SignerInfo_get0_algs(m->signer, NULL, NULL, NULL, &algorithm);
	if (strcmp(name, "ecdsa") == 0)
		return EVP_PKEY_is_a(key, "EC") ==
		       1; /* as OpenSSL has set it */
	if (strcmp(name, "rsa-pkcs1") == 0)
		return EVP_PKEY_is_a(key, "RSA") == 1 &&
		       X509_ALGOR_set0(algorithm,
				       OBJ_nid2obj(NID_rsaEncryption),
				       V_ASN1_NULL, NULL);
	if (strcmp(name, "rsa-pss") != 0 ||
	    (!EVP_PKEY_is_a(key, "RSA") && !EVP_PKEY_is_a(key, "RSA-PSS")))
		return false;
	params = pss_parameters(s->digest);
	if (params && X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_rsassaPss),
				      V_ASN1_SEQUENCE, params))
		return true;
	ASN1_STRING_free(params);
	return false;
}

static void message_free(struct message *m)
{
	CMS_ContentInfo_free(m->cms);
	*m = (struct message){ 0 };
}

/* A message over content of that digest, all but signed: the attributes are
 * its kind, its digest and whose certificate it is for, and no time. */
static bool message_begin(struct sign *s, struct message *m,
			  const unsigned char *digest, unsigned int len)
{
	const unsigned int flags =
		CMS_BINARY | CMS_DETACHED | CMS_PARTIAL | CMS_NOSMIMECAP;

	m->cms = CMS_sign_ex(NULL, NULL, s->others, NULL, flags,
			     digest_library(), NULL);
	/* OpenSSL gets the public half alone, and so makes no signature. */
	m->signer = m->cms ? CMS_add1_signer(m->cms, s->cert,
					     X509_get0_pubkey(s->cert),
					     s->digest, flags | CMS_CADES)
			   : NULL;
	if (!m->signer || !set_algorithm(s, m) ||
	    !CMS_signed_add1_attr_by_NID(m->signer, NID_pkcs9_contentType,
					 V_ASN1_OBJECT,
					 OBJ_nid2obj(NID_pkcs7_data), -1) ||
	    !CMS_signed_add1_attr_by_NID(m->signer, NID_pkcs9_messageDigest,
					 V_ASN1_OCTET_STRING, digest,
					 (int)len)) {
		message_free(m);
		return sign_refuse(s, REFUSED_KEY, NULL);
	}
	return true;
}

size_t message_room(struct sign *s)
{
	unsigned char none[EVP_MAX_MD_SIZE] = { 0 };
	struct message m = { 0 };
	size_t room = 0;
	int len;

	if (!message_begin(s, &m, none,
			   (unsigned int)EVP_MD_get_size(s->digest)))
		return 0;
	len = i2d_CMS_ContentInfo(m.cms, NULL);
	message_free(&m);
	if (len <= 0) {
		(void)sign_refuse(s, REFUSED_LIMIT, NULL);
		return 0;
	}
	room = (size_t)len + SPARE_ROOM +
	       (size_t)EVP_PKEY_get_size(X509_get0_pubkey(s->cert));
	if (json_is_true(json_object_get(s->request, "stamp")))
		room += STAMP_ROOM;
	return room < LEAST_ROOM ? LEAST_ROOM : room;
}

/* 2. Its signature */

/* The digest of the attributes of @m. */
static unsigned int digest_attributes(const struct sign *s,
				      const struct message *m,
				      unsigned char out[EVP_MAX_MD_SIZE])
{
	STACK_OF(X509_ATTRIBUTE) *set = sk_X509_ATTRIBUTE_new_null();
	unsigned char *der = NULL;
	unsigned int len = 0;
	int n = CMS_signed_get_attr_count(m->signer), der_len = -1;
	bool ok = set != NULL;

	for (int i = 0; i < n && ok; i++)
		ok = sk_X509_ATTRIBUTE_push(
			     set, CMS_signed_get_attr(m->signer, i)) > 0;
	if (ok)
		der_len = ASN1_item_i2d((const ASN1_VALUE *)set, &der,
					ASN1_ITEM_rptr(SIGNED_SET));
	if (der_len <= 0 ||
	    !EVP_Digest(der, (size_t)der_len, out, &len, s->digest, NULL))
		len = 0;
	OPENSSL_free(der);
	sk_X509_ATTRIBUTE_free(set);
	return len;
}

/* True if the message as others will read it has a signature by @cert. */
static bool message_holds(const struct message *m, X509 *cert)
{
	CMS_ContentInfo *read = CMS_ContentInfo_new_ex(digest_library(), NULL);
	unsigned char *der = NULL;
	const unsigned char *at;
	int len = i2d_CMS_ContentInfo(m->cms, &der);
	bool holds = false;

	at = der;
	if (len > 0 && read && d2i_CMS_ContentInfo(&read, &at, len)) {
		CMS_SignerInfo *signer =
			sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(read), 0);

		CMS_SignerInfo_set1_signer_cert(signer, cert);
		holds = CMS_SignerInfo_verify(signer) == 1;
	}
	OPENSSL_free(der);
	CMS_ContentInfo_free(read);
	return holds;
}

/* Takes the signature into @m, where it is one by the certificate's key. */
static bool message_sign(struct sign *s, const struct message *m)
{
	ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(m->signer);
	unsigned char digest[EVP_MAX_MD_SIZE];
	struct buffer got = { 0 };
	unsigned int len = digest_attributes(s, m, digest);
	bool ok = false;

	if (!len)
		return sign_refuse(s, REFUSED_LIMIT, NULL);
	if (!sign_ask(s, SIGNING_DIGEST, digest, len, SIGNING_SIGNATURE, &got))
		goto out;
	ok = value && got.len > 0 && got.len <= MAX_SIGNATURE &&
	     ASN1_STRING_set(value, got.data, (int)got.len) &&
	     message_holds(m, s->cert);
	if (!ok)
		(void)sign_refuse(s, REFUSED_SIGNATURE, NULL);
out:
	buffer_free(&got);
	return ok;
}

/* Adds the time-stamp that makes a signature B-T. */
static bool message_stamp(struct sign *s, const struct message *m)
{
	ASN1_STRING *token =
		stamp_get(s, CMS_SignerInfo_get0_signature(m->signer));
	bool ok = token != NULL;

	if (ok &&
	    !CMS_unsigned_add1_attr_by_NID(
		    m->signer, NID_id_smime_aa_timeStampToken, V_ASN1_SEQUENCE,
		    ASN1_STRING_get0_data(token), ASN1_STRING_length(token)))
		ok = sign_refuse(s, REFUSED_LIMIT, NULL);
	ASN1_STRING_free(token);
	return ok;
}

static bool digest_pieces(const struct sign *s, const struct bytes *pieces,
			  size_t n, unsigned char out[EVP_MAX_MD_SIZE],
			  unsigned int *len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx && EVP_DigestInit_ex2(ctx, s->digest, NULL);

	for (size_t i = 0; i < n && ok; i++)
		ok = EVP_DigestUpdate(ctx, pieces[i].data, pieces[i].len);
	ok = ok && EVP_DigestFinal_ex(ctx, out, len);
	EVP_MD_CTX_free(ctx);
	return ok;
}

bool message_write(struct sign *s, const struct bytes *pieces, size_t n,
		   struct buffer *out)
{
	unsigned char digest[EVP_MAX_MD_SIZE], *der = NULL;
	struct message m = { 0 };
	unsigned int len;
	int der_len;
	bool ok = false;

	if (!digest_pieces(s, pieces, n, digest, &len))
		return sign_refuse(s, REFUSED_LIMIT, NULL);
	if (!message_begin(s, &m, digest, len) || !message_sign(s, &m) ||
	    (json_is_true(json_object_get(s->request, "stamp")) &&
	     !message_stamp(s, &m)))
		goto out;
	der_len = i2d_CMS_ContentInfo(m.cms, &der);
	if (der_len > 0)
		buffer_put(out, der, (size_t)der_len);
	ok = (der_len > 0 && !out->failed) ||
	     sign_refuse(s, REFUSED_LIMIT, NULL);
out:
	OPENSSL_free(der);
	message_free(&m);
	return ok;
}

json_t *signer_describe(const unsigned char *der, size_t len)
{
	const unsigned char *at = der;
	CMS_ContentInfo *cms = CMS_ContentInfo_new_ex(digest_library(), NULL);
	STACK_OF(CMS_SignerInfo) *signers = NULL;
	STACK_OF(X509) *certs = NULL;
	json_t *json = NULL;

	if (cms && der && d2i_CMS_ContentInfo(&cms, &at, (long)len) &&
	    OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_signed) {
		signers = CMS_get0_SignerInfos(cms);
		certs = CMS_get1_certs(cms);
	}
	for (int i = 0; i < sk_X509_num(certs) && !json; i++)
		if (sk_CMS_SignerInfo_num(signers) == 1 &&
		    CMS_SignerInfo_cert_cmp(sk_CMS_SignerInfo_value(signers, 0),
					    sk_X509_value(certs, i)) == 0)
			json = cert_describe(sk_X509_value(certs, i));
	sk_X509_pop_free(certs, X509_free);
	CMS_ContentInfo_free(cms);
	return json ? json : json_null();
}
