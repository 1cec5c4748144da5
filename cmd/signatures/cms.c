/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The bytes of a signature (RFC 5652, ETSI EN 319 122-1) and of a time-stamp
 * (RFC 3161): whose they are, and whether they are of these very bytes of the
 * file.
 */
#include <openssl/cms.h>
#include <openssl/ess.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/ts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "signed.h"

/* 1. Digests and keys */

/* The digest of @pieces; 0 where there is none of that kind. */
static unsigned int digest_pieces(int kind, const struct bytes *pieces,
				  size_t n, unsigned char out[EVP_MAX_MD_SIZE])
{
	const char *name = OBJ_nid2sn(kind);
	EVP_MD *md = name ? EVP_MD_fetch(digest_library(), name, NULL) : NULL;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned int len = 0;
	bool ok = md && ctx && EVP_DigestInit_ex2(ctx, md, NULL);

	for (size_t i = 0; i < n && ok; i++)
		ok = EVP_DigestUpdate(ctx, pieces[i].data, pieces[i].len);
	if (!ok || !EVP_DigestFinal_ex(ctx, out, &len))
		len = 0;
	EVP_MD_CTX_free(ctx);
	EVP_MD_free(md);
	return len;
}

static int kind_of(const X509_ALGOR *algorithm)
{
	const ASN1_OBJECT *object = NULL;

	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	return OBJ_obj2nid(object);
}

/* 2. A signed message */

struct message {
	CMS_ContentInfo *cms;
	CMS_SignerInfo *signer;
};

static void message_free(struct message *m)
{
	CMS_ContentInfo_free(m->cms);
	*m = (struct message){ 0 };
}

/* Reads @der as one signer's message. What fills up the room behind it in the
 * file are zeros. */
static bool message_read(struct signature *s, const unsigned char *der,
			 size_t len, struct message *m)
{
	const unsigned char *at = der;
	STACK_OF(CMS_SignerInfo) * signers;
	char number[24];

	m->cms = CMS_ContentInfo_new_ex(digest_library(), NULL);
	if (!m->cms || !d2i_CMS_ContentInfo(&m->cms, &at, (long)len) ||
	    OBJ_obj2nid(CMS_get0_type(m->cms)) != NID_pkcs7_signed) {
		signature_add(s, FINDING_CMS_BROKEN, NULL);
		return false;
	}
	for (; at < der + len; at++) {
		if (*at) {
			signature_add(s, FINDING_CMS_PADDING, NULL);
			return false;
		}
	}
	signers = CMS_get0_SignerInfos(m->cms);
	if (sk_CMS_SignerInfo_num(signers) != 1) {
		(void)snprintf(number, sizeof(number), "%d",
			       sk_CMS_SignerInfo_num(signers));
		signature_add(s, FINDING_CMS_SIGNERS, number);
		return false;
	}
	m->signer = sk_CMS_SignerInfo_value(signers, 0);
	return true;
}

/* Puts the certificate that the message names as its signer's into @s, with all
 * others of it. */
static bool take_signer(struct signature *s, const struct message *m)
{
	sk_X509_pop_free(s->certs, X509_free);
	s->certs = CMS_get1_certs(m->cms);
	for (int i = 0; i < sk_X509_num(s->certs); i++) {
		X509 *cert = sk_X509_value(s->certs, i);

		if (CMS_SignerInfo_cert_cmp(m->signer, cert) == 0) {
			X509_free(s->signer);
			s->signer = X509_up_ref(cert) ? cert : NULL;
			return s->signer != NULL;
		}
	}
	signature_add(s, FINDING_NO_SIGNER, NULL);
	return false;
}

/* The one value of a signed attribute, NULL where there is none or several. */
static void *attribute(const struct message *m, int nid, int type)
{
	return CMS_signed_get0_data_by_OBJ(m->signer, OBJ_nid2obj(nid), -3,
					   type);
}

/* The certificate that the signature says that it was made for. */
static void check_binding(struct signature *s, const struct message *m,
			  bool is_needed)
{
	const ASN1_STRING *first = attribute(
		m, NID_id_smime_aa_signingCertificate, V_ASN1_SEQUENCE);
	const ASN1_STRING *second = attribute(
		m, NID_id_smime_aa_signingCertificateV2, V_ASN1_SEQUENCE);
	ESS_SIGNING_CERT *one = NULL;
	ESS_SIGNING_CERT_V2 *two = NULL;
	STACK_OF(X509) *chain = sk_X509_new_null();
	const unsigned char *at;

	if (first) {
		at = ASN1_STRING_get0_data(first);
		one = d2i_ESS_SIGNING_CERT(NULL, &at,
					   ASN1_STRING_length(first));
	}
	if (second) {
		at = ASN1_STRING_get0_data(second);
		two = d2i_ESS_SIGNING_CERT_V2(NULL, &at,
					      ASN1_STRING_length(second));
	}
	if (!one && !two) {
		if (is_needed || first || second)
			signature_add(s, FINDING_NO_BINDING, NULL);
	} else if (!chain || !sk_X509_push(chain, s->signer) ||
		   OSSL_ESS_check_signing_certs(one, two, chain, 1) <= 0) {
		signature_add(s, FINDING_OTHER_SIGNER, NULL);
	}
	sk_X509_free(chain);
	ESS_SIGNING_CERT_free(one);
	ESS_SIGNING_CERT_V2_free(two);
}

/*
 * Verifies the message's signature of @pieces. @type: what it should say that
 * they are.
 */
static bool message_check(struct signature *s, const struct message *m,
			  const struct bytes *pieces, size_t n, int type,
			  bool is_bound)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	X509_ALGOR *algorithm = NULL, *signing = NULL;
	const ASN1_OCTET_STRING *said;
	const ASN1_OBJECT *what;
	unsigned int len;
	int kind;

	if (!take_signer(s, m))
		return false;
	CMS_SignerInfo_get0_algs(m->signer, NULL, NULL, &algorithm, &signing);
	kind = kind_of(algorithm);
	len = digest_pieces(kind, pieces, n, digest);
	if (digest_is_weak(kind) || !len)
		signature_add(s, FINDING_WEAK_DIGEST, OBJ_nid2ln(kind));
	if (!len)
		return false;
	if (CMS_signed_get_attr_count(m->signer) <= 0) {
		signature_add(s, FINDING_CMS_NO_ATTRIBUTES, NULL);
		return false;
	}
	what = attribute(m, NID_pkcs9_contentType, V_ASN1_OBJECT);
	if (!what || OBJ_obj2nid(what) != type)
		signature_add(s, FINDING_CMS_TYPE, NULL);
	said = attribute(m, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING);
	if (!said || ASN1_STRING_length(said) != (int)len ||
	    memcmp(ASN1_STRING_get0_data(said), digest, len) != 0)
		signature_add(s, FINDING_HASH, NULL);
	CMS_SignerInfo_set1_signer_cert(m->signer, s->signer);
	if (CMS_SignerInfo_verify(m->signer) != 1)
		signature_add(s, FINDING_CRYPTO, NULL);
	check_binding(s, m, is_bound);
	key_check(s, s->signer);
	return signature_stands(s);
}

/* 3. Time-stamps */

/* Verifies the content of a time-stamp, and that it is of @pieces. */
static bool stamp_take(struct signature *s, const struct message *m,
		       const struct bytes *pieces, size_t n, time_t *at)
{
	ASN1_OCTET_STRING **content = CMS_get0_content(m->cms);
	unsigned char digest[EVP_MAX_MD_SIZE];
	const ASN1_OCTET_STRING *said;
	const unsigned char *der;
	TS_MSG_IMPRINT *imprint;
	TS_TST_INFO *info = NULL;
	struct bytes bytes;
	unsigned int len;
	int kind;
	bool ok = false;

	if (!content || !*content ||
	    OBJ_obj2nid(CMS_get0_eContentType(m->cms)) !=
		    NID_id_smime_ct_TSTInfo) {
		signature_add(s, FINDING_CMS_BROKEN, NULL);
		return false;
	}
	bytes = (struct bytes){ ASN1_STRING_get0_data(*content),
				(size_t)ASN1_STRING_length(*content) };
	der = bytes.data;
	info = d2i_TS_TST_INFO(NULL, &der, (long)bytes.len);
	if (!info || der != bytes.data + bytes.len) {
		signature_add(s, FINDING_CMS_BROKEN, NULL);
		goto out;
	}
	if (!message_check(s, m, &bytes, 1, NID_id_smime_ct_TSTInfo, true))
		goto out;
	imprint = TS_TST_INFO_get_msg_imprint(info);
	kind = kind_of(TS_MSG_IMPRINT_get_algo(imprint));
	said = TS_MSG_IMPRINT_get_msg(imprint);
	len = digest_pieces(kind, pieces, n, digest);
	if (digest_is_weak(kind) || !len)
		signature_add(s, FINDING_WEAK_DIGEST, OBJ_nid2ln(kind));
	if (!len || ASN1_STRING_length(said) != (int)len ||
	    memcmp(ASN1_STRING_get0_data(said), digest, len) != 0)
		signature_add(s, FINDING_HASH, NULL);
	*at = asn1_seconds(TS_TST_INFO_get_time(info));
	ok = signature_stands(s);
out:
	TS_TST_INFO_free(info);
	return ok;
}

/* The time-stamp @der as a signature of its own, @s. */
static void stamp_verify(const struct signed_pdf *doc, struct signature *s,
			 const unsigned char *der, size_t len,
			 const struct bytes *pieces, size_t n)
{
	struct proof proof = s->proof;
	struct message m = { 0 };
	time_t at = 0;

	if (message_read(s, der, len, &m) &&
	    stamp_take(s, &m, pieces, n, &at)) {
		trust_check(doc, s, s->signer, s->certs, USE_STAMPING, &proof,
			    "path");
		s->proof = (struct proof){ at, true };
		if (at > doc->now + 300)
			signature_add(s, FINDING_CLAIM_FUTURE, NULL);
	}
	message_free(&m);
}

bool stamp_check(const struct signed_pdf *doc, struct signature *about,
		 const unsigned char *der, size_t len, const struct bytes *data,
		 size_t n_data, const struct proof *seen, struct proof *proof)
{
	struct signature s = { .json = json_object(),
			       .findings = json_array(),
			       .sub = "",
			       .proof = *seen };
	bool holds;

	stamp_verify(doc, &s, der, len, data, n_data);
	holds = s.indication == TOTAL_PASSED && s.is_anchored;
	if (holds)
		*proof = s.proof;
	else if (about)
		signature_add(about,
			      signature_stands(&s) ? FINDING_STAMP_UNTRUSTED
						   : FINDING_STAMP_BAD,
			      NULL);
	if (about)
		(void)json_object_set_new(
			about->json, "stamp",
			json_pack("{s:b, s:O, s:o, s:O}", "holds", holds,
				  "findings", s.findings, "time",
				  s.proof.is_proved ? json_integer(s.proof.at)
						    : json_null(),
				  "by", s.json));
	X509_free(s.signer);
	sk_X509_pop_free(s.certs, X509_free);
	json_decref(s.json);
	json_decref(s.findings);
	return holds;
}

/* The time-stamp that the signature has of itself. */
static void take_stamp(const struct signed_pdf *doc, struct signature *s,
		       const struct message *m)
{
	int at = CMS_unsigned_get_attr_by_NID(
		m->signer, NID_id_smime_aa_timeStampToken, -1);
	X509_ATTRIBUTE *attr =
		at < 0 ? NULL : CMS_unsigned_get_attr(m->signer, at);
	ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(m->signer);
	const ASN1_TYPE *type = attr ? X509_ATTRIBUTE_get0_type(attr, 0) : NULL;
	struct proof proof;
	struct bytes bytes;

	if (!type || type->type != V_ASN1_SEQUENCE)
		return;
	bytes = (struct bytes){ ASN1_STRING_get0_data(value),
				(size_t)ASN1_STRING_length(value) };
	if (stamp_check(doc, s, ASN1_STRING_get0_data(type->value.sequence),
			(size_t)ASN1_STRING_length(type->value.sequence),
			&bytes, 1, &s->proof, &proof) &&
	    (!s->proof.is_proved || proof.at < s->proof.at))
		s->proof = proof;
}

/* 4. The signature of a document */

static void take_archive(const struct signed_pdf *doc, const struct message *m)
{
	ASN1_OBJECT *object = OBJ_txt2obj("1.2.840.113583.1.1.8", 1);
	const ASN1_STRING *value =
		object ? CMS_signed_get0_data_by_OBJ(m->signer, object, -3,
						     V_ASN1_SEQUENCE)
		       : NULL;

	if (value)
		trust_take_archive(doc->trust, ASN1_STRING_get0_data(value),
				   (size_t)ASN1_STRING_length(value));
	ASN1_OBJECT_free(object);
}

static void take_signing_time(struct signature *s, const struct message *m)
{
	const ASN1_TYPE *type;
	int at = CMS_signed_get_attr_by_NID(m->signer, NID_pkcs9_signingTime,
					    -1);
	X509_ATTRIBUTE *attr =
		at < 0 ? NULL : CMS_signed_get_attr(m->signer, at);

	type = attr ? X509_ATTRIBUTE_get0_type(attr, 0) : NULL;
	if (s->has_claim || !type)
		return;
	if (type->type == V_ASN1_UTCTIME ||
	    type->type == V_ASN1_GENERALIZEDTIME) {
		s->claim = asn1_seconds(type->value.asn1_string);
		s->has_claim = s->claim != 0;
	}
}

void cms_check(const struct signed_pdf *doc, struct signature *s)
{
	const struct bytes pieces[] = {
		{ doc->file.data, (size_t)s->range[1] },
		{ doc->file.data + s->range[2], (size_t)s->range[3] },
	};
	bool is_cades = s->kind && !strcmp(s->kind, "/ETSI.CAdES.detached");
	ASN1_OCTET_STRING **content;
	struct message m = { 0 };

	if (s->is_stamp) {
		stamp_verify(doc, s, s->contents, s->contents_len, pieces, 2);
		return;
	}
	if (!is_cades &&
	    (!s->kind || strcmp(s->kind, "/adbe.pkcs7.detached") != 0)) {
		signature_add(s, FINDING_KIND, s->kind ? s->kind + 1 : "-");
		return;
	}
	if (!message_read(s, s->contents, s->contents_len, &m))
		goto out;
	content = CMS_get0_content(m.cms);
	if ((content && *content) ||
	    OBJ_obj2nid(CMS_get0_eContentType(m.cms)) != NID_pkcs7_data) {
		signature_add(s, FINDING_CMS_CONTENT, NULL);
		goto out;
	}
	take_signing_time(s, &m);
	if (message_check(s, &m, pieces, 2, NID_pkcs7_data, is_cades)) {
		take_stamp(doc, s, &m);
		take_archive(doc, &m);
	}
	/* Whose it would be is told of one that does not hold, too. */
	if (s->signer)
		trust_check(doc, s, s->signer, s->certs, USE_SIGNING, &s->proof,
			    "path");
out:
	message_free(&m);
}
