/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* True if a certificate is revoked, by lists (RFC 5280, 5 and 6.3) and by
 * answers of OCSP responders (RFC 6960). */
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "trust.h"

/* Two machines need not agree on the minute. */
#define LEEWAY 300
/* An answer that does not say until when it holds is one of a day. */
#define ANSWER_SECONDS (24 * 3600L)
#define NONCE_SIZE 16

time_t asn1_seconds(const ASN1_TIME *time)
{
	struct tm tm;

	return time && ASN1_TIME_to_tm(time, &tm) ? timegm(&tm) : 0;
}

/* 1. Lists */

/* True if one of the names of the list's distribution point is among those of
 * the certificate. */
static bool shares_point(X509 *cert, const DIST_POINT_NAME *point)
{
	CRL_DIST_POINTS *points =
		X509_get_ext_d2i(cert, NID_crl_distribution_points, NULL, NULL);
	const GENERAL_NAMES *names = point->name.fullname;
	bool shares = false;

	if (point->type != 0)
		names = NULL;
	for (int i = 0; i < sk_DIST_POINT_num(points) && !shares; i++) {
		const DIST_POINT *p = sk_DIST_POINT_value(points, i);

		if (!p->distpoint || p->distpoint->type != 0)
			continue;
		for (int j = 0;
		     j < sk_GENERAL_NAME_num(p->distpoint->name.fullname); j++)
			for (int k = 0; k < sk_GENERAL_NAME_num(names); k++)
				shares |= GENERAL_NAME_cmp(
						  sk_GENERAL_NAME_value(
							  p->distpoint->name
								  .fullname,
							  j),
						  sk_GENERAL_NAME_value(
							  names, k)) == 0;
	}
	CRL_DIST_POINTS_free(points);
	return shares;
}

/* True if no extension of the list is critical that is not known here (RFC
 * 5280, 5.2), and it is not of certificates of attributes, which have serial
 * numbers of their own. */
static bool can_be_read(X509_CRL *list)
{
	ISSUING_DIST_POINT *idp;
	int critical = -1;
	bool ok;

	for (int i = 0; i < X509_CRL_get_ext_count(list); i++) {
		X509_EXTENSION *e = X509_CRL_get_ext(list, i);
		int nid = OBJ_obj2nid(X509_EXTENSION_get_object(e));

		if (X509_EXTENSION_get_critical(e) && nid != NID_delta_crl &&
		    nid != NID_issuing_distribution_point)
			return false;
	}
	idp = X509_CRL_get_ext_d2i(list, NID_issuing_distribution_point,
				   &critical, NULL);
	ok = idp ? !(idp->onlyattr > 0) : critical == -1;
	ISSUING_DIST_POINT_free(idp);
	return ok;
}

/* True if the list speaks of all reasons for all such certificates. */
static bool is_about(X509_CRL *list, X509 *cert)
{
	ISSUING_DIST_POINT *idp;
	int critical = -1;
	bool is_ca = X509_check_ca(cert) == 1, ok;

	if (!can_be_read(list) ||
	    X509_CRL_get_ext_by_NID(list, NID_delta_crl, -1) >= 0)
		return false;
	idp = X509_CRL_get_ext_d2i(list, NID_issuing_distribution_point,
				   &critical, NULL);
	if (!idp)
		return critical == -1;
	ok = !(idp->indirectCRL > 0) && !idp->onlysomereasons &&
	     !(idp->onlyuser > 0 && is_ca) && !(idp->onlyCA > 0 && !is_ca) &&
	     (!idp->distpoint || shares_point(cert, idp->distpoint));
	ISSUING_DIST_POINT_free(idp);
	return ok;
}

/* True if the certificate is but suspended, which its authority may end. */
static bool is_on_hold(X509_REVOKED *entry)
{
	ASN1_ENUMERATED *reason =
		X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
	bool on_hold = reason && ASN1_ENUMERATED_get(reason) ==
					 CRL_REASON_CERTIFICATE_HOLD;

	ASN1_ENUMERATED_free(reason);
	return on_hold;
}

/* A list of some reasons or changes alone tells of what it revokes, and nothing
 * by its silence. */
static bool by_list(X509_CRL *list, X509 *cert, X509 *issuer,
		    struct state *state)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);
	X509_REVOKED *entry = NULL;
	int digest = NID_undef;

	if (!OBJ_find_sigid_algs(X509_CRL_get_signature_nid(list), &digest,
				 NULL) ||
	    digest_is_weak(digest))
		return false;

	if (X509_NAME_cmp(X509_CRL_get_issuer(list),
			  X509_get_issuer_name(cert)) != 0 ||
	    !(X509_get_key_usage(issuer) & KU_CRL_SIGN) || !key ||
	    X509_CRL_verify(list, key) != 1)
		return false;
	state->from = asn1_seconds(X509_CRL_get0_lastUpdate(list));
	state->until = asn1_seconds(X509_CRL_get0_nextUpdate(list));
	/* 2: the entry takes an earlier one back. */
	state->is_revoked = X509_CRL_get0_by_cert(list, &entry, cert) == 1;
	if (!state->is_revoked)
		return is_about(list, cert);
	state->revoked = asn1_seconds(X509_REVOKED_get0_revocationDate(entry));
	state->is_on_hold = is_on_hold(entry);
	return can_be_read(list);
}

/* 2. Answers */

/* True if the responder's certificate @cert is for signing, and not revoked as
 * of @at: by a list of its issuer's, or since that says that none need be
 * looked for (RFC 6960, 4.2.2.2.1). A list that revokes it counts in either
 * case. */
static bool is_good_responder(const struct trust *trust, X509 *cert,
			      X509 *issuer, time_t at)
{
	bool is_known =
		X509_get_ext_by_NID(cert, NID_id_pkix_OCSP_noCheck, -1) >= 0;

	if (!(X509_get_key_usage(cert) &
	      (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)))
		return false;
	for (size_t i = 0; i < trust->n_states; i++) {
		struct state state = { 0 };

		if (!trust->states[i].list ||
		    !by_list(trust->states[i].list, cert, issuer, &state))
			continue;
		if (state.is_revoked)
			return false;
		is_known |= state.until >= at;
	}
	return is_known;
}

/* The responder is the issuer, or has its leave (RFC 6960, 4.2.2.2), as of when
 * it made the answer. */
static bool is_answered_by(const struct trust *trust, OCSP_BASICRESP *answer,
			   X509 *issuer)
{
	X509_STORE *store = X509_STORE_new();
	STACK_OF(X509) *certs = sk_X509_new_null();
	X509 *signer = NULL;
	int digest = NID_undef;
	time_t at = asn1_seconds(OCSP_resp_get0_produced_at(answer));
	bool ok = false;

	if (!OBJ_find_sigid_algs(
		    OBJ_obj2nid(OCSP_resp_get0_tbs_sigalg(answer)->algorithm),
		    &digest, NULL) ||
	    digest_is_weak(digest))
		goto out;
	if (store && certs && X509_STORE_add_cert(store, issuer) &&
	    sk_X509_push(certs, issuer)) {
		X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
		X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), at);
		ok = OCSP_basic_verify(answer, certs, store, 0) == 1 &&
		     OCSP_resp_get0_signer(answer, &signer, certs) == 1 &&
		     (X509_cmp(signer, issuer) == 0 ||
		      is_good_responder(trust, signer, issuer, at));
	}
out:
	sk_X509_free(certs);
	X509_STORE_free(store);
	return ok;
}

static bool by_answer(const struct trust *trust, OCSP_BASICRESP *answer,
		      X509 *cert, X509 *issuer, struct state *state)
{
	ASN1_GENERALIZEDTIME *revoked = NULL, *from = NULL, *until = NULL;
	int status = V_OCSP_CERTSTATUS_UNKNOWN, reason = -1;
	const EVP_MD *kinds[] = { EVP_sha1(), EVP_sha256() };
	bool found = false;

	for (size_t i = 0; i < 2 && !found; i++) {
		OCSP_CERTID *id = OCSP_cert_to_id(kinds[i], cert, issuer);

		found = id &&
			OCSP_resp_find_status(answer, id, &status, &reason,
					      &revoked, &from, &until) == 1;
		OCSP_CERTID_free(id);
	}
	if (!found || status == V_OCSP_CERTSTATUS_UNKNOWN ||
	    !is_answered_by(trust, answer, issuer))
		return false;
	state->is_answer = true;
	state->from = asn1_seconds(from);
	state->until =
		until ? asn1_seconds(until) : state->from + ANSWER_SECONDS;
	state->is_revoked = status == V_OCSP_CERTSTATUS_REVOKED;
	state->revoked = asn1_seconds(revoked);
	state->is_on_hold = state->is_revoked &&
			    reason == OCSP_REVOKED_STATUS_CERTIFICATEHOLD;
	return true;
}

/* 3. Both */

/* A state that tells of the time that counts is better, and of those the
 * newest: an older list may hold what a newer one gives back. */
static bool is_better(const struct state *a, const struct state *b)
{
	if (!b->is_known)
		return true;
	if (a->is_fresh != b->is_fresh)
		return a->is_fresh;
	return a->from > b->from;
}

/* Notes @one in @known where it is better. False: it tells of later. */
static bool take_state(struct state *one, const struct proof *proof, time_t now,
		       struct known_states *known)
{
	if (one->from > now + LEEWAY)
		return false;
	one->is_fresh = one->until >= now ||
			(proof->is_proved && one->from >= proof->at);
	if (!one->is_revoked) {
		if (is_better(one, &known->silent))
			known->silent = *one;
	} else if (one->is_on_hold) {
		if (is_better(one, &known->held))
			known->held = *one;
	} else if (is_better(one, &known->revoked)) {
		known->revoked = *one;
	}
	return true;
}

void state_find(const struct trust *trust, X509 *cert, X509 *issuer,
		const struct proof *proof, time_t now,
		struct known_states *known)
{
	*known = (struct known_states){ 0 };
	for (size_t i = 0; i < trust->n_states; i++) {
		const struct proof_of_state *p = &trust->states[i];
		struct state one = { .is_known = true, .file = p->file };

		if (p->list ? by_list(p->list, cert, issuer, &one)
			    : by_answer(trust, p->answer, cert, issuer, &one))
			(void)take_state(&one, proof, now, known);
	}
}

void state_settle(const struct known_states *known, X509 *cert,
		  struct state *state)
{
	const struct state *silent = &known->silent;

	if (!known->revoked.is_known) {
		*state = known->held.is_known && is_better(&known->held, silent)
				 ? known->held
				 : *silent;
		return;
	}
	*state = known->revoked;
	/* A list need not tell of an expired certificate any more. */
	if (silent->is_known && silent->from > state->from &&
	    silent->from <= asn1_seconds(X509_get0_notAfter(cert))) {
		state->is_denied = true;
		state->denied_from = silent->from;
		state->denied_file = silent->file;
	}
}

/* 4. Questions to responders */

/* The question about @cert, which is the same whenever it is made from one
 * seed; NULL: no memory. @key names it. */
static OCSP_REQUEST *make_question(const struct trust *trust, X509 *cert,
				   X509 *issuer, char key[DIGEST_HEX_SIZE])
{
	OCSP_CERTID *id = OCSP_cert_to_id(NULL, cert, issuer);
	OCSP_REQUEST *request = OCSP_REQUEST_new();
	unsigned char digest[DIGEST_SIZE], *der = NULL;
	int len = id ? i2d_OCSP_CERTID(id, &der) : -1;
	struct digest sum = { 0 };

	if (len <= 0 || !request || !OCSP_request_add0_id(request, id))
		goto fail;
	id = NULL;
	digest_add(&sum, trust->seed, sizeof(trust->seed));
	digest_add(&sum, der, (size_t)len);
	if (digest_end(&sum, digest) ||
	    !OCSP_request_add1_nonce(request, digest, NONCE_SIZE))
		goto fail;
	digest_hex(digest, key);
	OPENSSL_free(der);
	return request;
fail:
	OCSP_CERTID_free(id);
	OCSP_REQUEST_free(request);
	OPENSSL_free(der);
	return NULL;
}

/* Notes that the responder at @url is to be asked @request. */
static void put_question(struct trust *trust, const char *url, const char *key,
			 OCSP_REQUEST *request)
{
	unsigned char *der = NULL;
	int len = i2d_OCSP_REQUEST(request, &der);
	char *hex = len > 0 ? OPENSSL_buf2hexstr(der, len) : NULL;
	json_t *one = hex ? json_pack("{s:s, s:s, s:s}", "key", key, "url", url,
				      "request", hex)
			  : NULL;
	const json_t *other;
	size_t i;

	json_array_foreach (trust->questions, i, other)
		if (json_equal(one, other)) {
			json_decref(one);
			one = NULL;
			break;
		}
	if (one)
		(void)json_array_append_new(trust->questions, one);
	OPENSSL_free(hex);
	OPENSSL_free(der);
}

/* The first address at which certificates of its authority are asked about. */
static char *responder_of(X509 *cert)
{
	STACK_OF(OPENSSL_STRING) *all = X509_get1_ocsp(cert);
	char *url = sk_OPENSSL_STRING_num(all) > 0
			    ? strdup(sk_OPENSSL_STRING_value(all, 0))
			    : NULL;

	X509_email_free(all);
	return url;
}

static bool is_silent(const struct trust *trust, const char *url)
{
	const json_t *one;
	size_t i;

	json_array_foreach (trust->silent, i, one)
		if (strcmp(json_string_value(one), url) == 0)
			return true;
	return false;
}

/* True if @answer, to @request, says what state @cert is in. An answer without
 * the question's number may be one that was made before. */
static bool take_answer(const struct trust *trust, const struct answer *answer,
			OCSP_REQUEST *request, X509 *cert, X509 *issuer,
			struct state *state)
{
	const unsigned char *at = answer->der;
	OCSP_RESPONSE *response =
		d2i_OCSP_RESPONSE(NULL, &at, (long)answer->len);
	OCSP_BASICRESP *basic = NULL;
	bool ok = false;

	*state = (struct state){ .is_known = true, .file = answer->url };
	if (response &&
	    OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL)
		basic = OCSP_response_get1_basic(response);
	if (basic)
		ok = OCSP_check_nonce(request, basic) != 0 &&
		     by_answer(trust, basic, cert, issuer, state);
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
	return ok;
}

enum finding state_ask(struct trust *trust, X509 *cert, X509 *issuer,
		       const struct proof *proof, time_t now,
		       struct known_states *known, char **address)
{
	enum finding told = FINDING_COUNT;
	char key[DIGEST_HEX_SIZE];
	OCSP_REQUEST *request;
	const struct answer *answer = NULL;
	struct state one;

	*address = trust->asks ? responder_of(cert) : NULL;
	if (!*address)
		return told;
	request = make_question(trust, cert, issuer, key);
	for (size_t i = 0; i < trust->n_answers && request; i++)
		if (strcmp(trust->answers[i].key, key) == 0)
			answer = &trust->answers[i];
	if (answer) {
		if (!take_answer(trust, answer, request, cert, issuer, &one) ||
		    !take_state(&one, proof, now, known))
			told = FINDING_BAD_ANSWER;
	} else if (is_silent(trust, *address)) {
		told = FINDING_NO_ANSWER;
	} else if (request) {
		put_question(trust, *address, key, request);
	}
	OCSP_REQUEST_free(request);
	return told;
}

/* 5. Where lists are */

char *state_address(X509 *cert)
{
	CRL_DIST_POINTS *points =
		X509_get_ext_d2i(cert, NID_crl_distribution_points, NULL, NULL);
	char *address = NULL;

	for (int i = 0; i < sk_DIST_POINT_num(points) && !address; i++) {
		const DIST_POINT *p = sk_DIST_POINT_value(points, i);
		const GENERAL_NAMES *names =
			p->distpoint && p->distpoint->type == 0
				? p->distpoint->name.fullname
				: NULL;

		for (int j = 0; j < sk_GENERAL_NAME_num(names) && !address;
		     j++) {
			const GENERAL_NAME *name =
				sk_GENERAL_NAME_value(names, j);

			if (name->type == GEN_URI)
				address = strndup(
					(const char *)ASN1_STRING_get0_data(
						name->d.ia5),
					(size_t)ASN1_STRING_length(
						name->d.ia5));
		}
	}
	CRL_DIST_POINTS_free(points);
	return address;
}
