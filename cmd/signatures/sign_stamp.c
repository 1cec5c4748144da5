/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A time-stamp of a new signature (RFC 3161): the request, and whether what
 * comes for it is the answer to it, and holds.
 */
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sign.h"

#define NONCE_SIZE 8

/* 1. The request */

static bool set_imprint(const struct sign *s, TS_REQ *request,
			const ASN1_OCTET_STRING *signature)
{
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len;
	bool ok = false;

	if (!imprint || !algorithm ||
	    !EVP_Digest(ASN1_STRING_get0_data(signature),
			(size_t)ASN1_STRING_length(signature), digest, &len,
			s->digest, NULL))
		goto out;
	/* Some authorities refuse an algorithm without parameters. */
	ok = X509_ALGOR_set0(algorithm, OBJ_nid2obj(EVP_MD_get_type(s->digest)),
			     V_ASN1_NULL, NULL) &&
	     TS_MSG_IMPRINT_set_algo(imprint, algorithm) &&
	     TS_MSG_IMPRINT_set_msg(imprint, digest, (int)len) &&
	     TS_REQ_set_msg_imprint(request, imprint);
out:
	X509_ALGOR_free(algorithm);
	TS_MSG_IMPRINT_free(imprint);
	return ok;
}

/* A number that no answer to an older request has. */
static bool set_nonce(TS_REQ *request)
{
	unsigned char bytes[NONCE_SIZE];
	ASN1_INTEGER *nonce = NULL;
	BIGNUM *number = NULL;
	bool ok = false;

	if (RAND_bytes_ex(digest_library(), bytes, sizeof(bytes), 0) == 1) {
		/* Neither negative nor short. */
		bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40);
		number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	}
	if (number)
		nonce = BN_to_ASN1_INTEGER(number, NULL);
	ok = nonce && TS_REQ_set_nonce(request, nonce);
	ASN1_INTEGER_free(nonce);
	BN_free(number);
	return ok;
}

static TS_REQ *request_new(struct sign *s, const ASN1_OCTET_STRING *signature)
{
	TS_REQ *request = TS_REQ_new();

	if (request && TS_REQ_set_version(request, 1) &&
	    set_imprint(s, request, signature) && set_nonce(request) &&
	    TS_REQ_set_cert_req(request, 1))
		return request;
	TS_REQ_free(request);
	(void)sign_refuse(s, REFUSED_LIMIT, NULL);
	return NULL;
}

/* 2. The answer */

/* What the authority says why it gives none: its own words, or the reasons of
 * RFC 3161, 2.4.2. */
static bool refused(struct sign *s, const TS_STATUS_INFO *info)
{
	static const struct {
		int bit;
		const char *words;
	} reasons[] = {
		{ 0, "badAlg" },
		{ 2, "badRequest" },
		{ 5, "badDataFormat" },
		{ 14, "timeNotAvailable" },
		{ 15, "unacceptedPolicy" },
		{ 16, "unacceptedExtension" },
		{ 17, "addInfoNotAvailable" },
		{ 25, "systemFailure" },
	};
	const ASN1_BIT_STRING *bits = TS_STATUS_INFO_get0_failure_info(info);
	const STACK_OF(ASN1_UTF8STRING) *texts = TS_STATUS_INFO_get0_text(info);
	char words[160] = "";

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]) && bits;
	     i++)
		if (ASN1_BIT_STRING_get_bit(bits, reasons[i].bit) && !words[0])
			(void)snprintf(words, sizeof(words), "%s",
				       reasons[i].words);
	if (sk_ASN1_UTF8STRING_num(texts) > 0) {
		const ASN1_UTF8STRING *text =
			sk_ASN1_UTF8STRING_value(texts, 0);
		size_t len = strlen(words);

		(void)snprintf(words + len, sizeof(words) - len, "%s%.*s",
			       len ? ": " : "", ASN1_STRING_length(text),
			       (const char *)ASN1_STRING_get0_data(text));
	}
	if (!words[0])
		(void)snprintf(
			words, sizeof(words), "%ld",
			ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(info)));
	return sign_refuse(s, REFUSED_STAMP_REFUSED, words);
}

/* True if the token tells of the very digest and the very number asked for. */
static bool is_answer(TS_REQ *request, TS_TST_INFO *info)
{
	TS_MSG_IMPRINT *asked = TS_REQ_get_msg_imprint(request);
	TS_MSG_IMPRINT *told = TS_TST_INFO_get_msg_imprint(info);
	const ASN1_INTEGER *nonce = TS_TST_INFO_get_nonce(info);
	const ASN1_OBJECT *kinds[2] = { NULL, NULL };

	X509_ALGOR_get0(&kinds[0], NULL, NULL, TS_MSG_IMPRINT_get_algo(asked));
	X509_ALGOR_get0(&kinds[1], NULL, NULL, TS_MSG_IMPRINT_get_algo(told));
	return TS_TST_INFO_get_version(info) == 1 && nonce &&
	       ASN1_INTEGER_cmp(TS_REQ_get_nonce(request), nonce) == 0 &&
	       OBJ_cmp(kinds[0], kinds[1]) == 0 &&
	       ASN1_OCTET_STRING_cmp(TS_MSG_IMPRINT_get_msg(asked),
				     TS_MSG_IMPRINT_get_msg(told)) == 0;
}

/*
 * Verifies the token as "verify" does, but for the path to an anchor, which the
 * office need not have, and for its times, which are no matter of this
 * machine's clock.
 */
static bool token_holds(struct sign *s, const unsigned char *der, size_t len,
			const ASN1_OCTET_STRING *signature)
{
	static const char *const unknown[] = { "no-anchors", "expired",
					       "not-yet", "claim-future" };
	const struct bytes data = { ASN1_STRING_get0_data(signature),
				    (size_t)ASN1_STRING_length(signature) };
	struct signed_pdf doc = { .trust = trust_read(-1) };
	struct signature about = { .json = json_object(),
				   .findings = json_array(),
				   .sub = "" };
	const struct proof now = { 0 };
	struct proof proof;
	const json_t *list, *one;
	const char *wrong = NULL;
	size_t i;

	if (!doc.trust || !about.json || !about.findings) {
		(void)sign_refuse(s, REFUSED_LIMIT, NULL);
		goto out;
	}
	(void)stamp_check(&doc, &about, der, len, &data, 1, &now, &proof);
	list = json_object_get(json_object_get(about.json, "stamp"),
			       "findings");
	if (!list)
		wrong = "-";
	json_array_foreach (list, i, one) {
		const char *code =
			json_string_value(json_object_get(one, "finding"));
		bool is_unknown = false;

		for (size_t k = 0; k < sizeof(unknown) / sizeof(unknown[0]);
		     k++)
			is_unknown |= code && strcmp(code, unknown[k]) == 0;
		if (!is_unknown && !wrong)
			wrong = code ? code : "-";
	}
	if (wrong)
		(void)sign_refuse(s, REFUSED_STAMP_WRONG, wrong);
out:
	trust_free(doc.trust);
	json_decref(about.json);
	json_decref(about.findings);
	return !s->is_refused;
}

/* The token of @response, where that is the answer. */
static ASN1_STRING *take_token(struct sign *s, TS_REQ *request,
			       TS_RESP *response,
			       const ASN1_OCTET_STRING *signature)
{
	TS_STATUS_INFO *info = TS_RESP_get_status_info(response);
	PKCS7 *token = TS_RESP_get_token(response);
	TS_TST_INFO *told = TS_RESP_get_tst_info(response);
	long status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(info));
	ASN1_STRING *text = NULL;
	unsigned char *der = NULL;
	int len;

	/* granted and grantedWithMods. */
	if (status != 0 && status != 1) {
		(void)refused(s, info);
		return NULL;
	}
	if (!token || !told) {
		(void)sign_refuse(s, REFUSED_STAMP_BROKEN, NULL);
		return NULL;
	}
	if (!is_answer(request, told)) {
		(void)sign_refuse(s, REFUSED_STAMP_OTHER, NULL);
		return NULL;
	}
	len = i2d_PKCS7(token, &der);
	if (len <= 0) {
		(void)sign_refuse(s, REFUSED_STAMP_BROKEN, NULL);
		return NULL;
	}
	if (token_holds(s, der, (size_t)len, signature)) {
		text = ASN1_STRING_type_new(V_ASN1_SEQUENCE);
		if (text && !ASN1_STRING_set(text, der, len)) {
			ASN1_STRING_free(text);
			text = NULL;
		}
		if (!text)
			(void)sign_refuse(s, REFUSED_LIMIT, NULL);
	}
	OPENSSL_free(der);
	return text;
}

ASN1_STRING *stamp_get(struct sign *s, const ASN1_OCTET_STRING *signature)
{
	TS_REQ *request = request_new(s, signature);
	TS_RESP *response = NULL;
	ASN1_STRING *token = NULL;
	struct buffer got = { 0 };
	unsigned char *der = NULL;
	const unsigned char *at;
	int len;

	if (!request)
		return NULL;
	len = i2d_TS_REQ(request, &der);
	if (len <= 0) {
		(void)sign_refuse(s, REFUSED_LIMIT, NULL);
		goto out;
	}
	if (!sign_ask(s, SIGNING_ASK_STAMP, der, (size_t)len, SIGNING_STAMP,
		      &got))
		goto out;
	at = got.data;
	if (got.len > 0 && got.len <= SIGNING_STAMP_MAX)
		response = d2i_TS_RESP(NULL, &at, (long)got.len);
	if (!response || at != got.data + got.len)
		(void)sign_refuse(s, REFUSED_STAMP_BROKEN, NULL);
	else
		token = take_token(s, request, response, signature);
out:
	buffer_free(&got);
	OPENSSL_free(der);
	TS_RESP_free(response);
	TS_REQ_free(request);
	return token;
}
