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

/* True if the list speaks of all reasons for all such certificates. */
static bool is_about(X509_CRL *list, X509 *cert)
{
	ISSUING_DIST_POINT *idp;
	int critical = -1;
	bool is_ca = X509_check_ca(cert) == 1, ok;

	for (int i = 0; i < X509_CRL_get_ext_count(list); i++) {
		X509_EXTENSION *e = X509_CRL_get_ext(list, i);
		int nid = OBJ_obj2nid(X509_EXTENSION_get_object(e));

		if (nid == NID_delta_crl ||
		    (X509_EXTENSION_get_critical(e) &&
		     nid != NID_issuing_distribution_point))
			return false;
	}
	idp = X509_CRL_get_ext_d2i(list, NID_issuing_distribution_point,
				   &critical, NULL);
	if (!idp)
		return critical == -1;
	ok = !(idp->indirectCRL > 0) && !idp->onlysomereasons &&
	     !(idp->onlyattr > 0) && !(idp->onlyuser > 0 && is_ca) &&
	     !(idp->onlyCA > 0 && !is_ca) &&
	     (!idp->distpoint || shares_point(cert, idp->distpoint));
	ISSUING_DIST_POINT_free(idp);
	return ok;
}

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
	    !(X509_get_key_usage(issuer) & KU_CRL_SIGN) ||
	    !is_about(list, cert) || !key || X509_CRL_verify(list, key) != 1)
		return false;
	state->from = asn1_seconds(X509_CRL_get0_lastUpdate(list));
	state->until = asn1_seconds(X509_CRL_get0_nextUpdate(list));
	/* 2: the entry takes an earlier one back. */
	state->is_revoked = X509_CRL_get0_by_cert(list, &entry, cert) == 1;
	if (entry)
		state->revoked =
			asn1_seconds(X509_REVOKED_get0_revocationDate(entry));
	return true;
}

/* 2. Answers */

/* The responder is the issuer, or has its leave (RFC 6960, 4.2.2.2). */
static bool is_answered_by(OCSP_BASICRESP *answer, X509 *issuer)
{
	X509_STORE *store = X509_STORE_new();
	STACK_OF(X509) *certs = sk_X509_new_null();
	bool ok = false;

	if (store && certs && X509_STORE_add_cert(store, issuer) &&
	    sk_X509_push(certs, issuer)) {
		X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN |
						    X509_V_FLAG_NO_CHECK_TIME);
		ok = OCSP_basic_verify(answer, certs, store, 0) == 1;
	}
	sk_X509_free(certs);
	X509_STORE_free(store);
	return ok;
}

static bool by_answer(OCSP_BASICRESP *answer, X509 *cert, X509 *issuer,
		      struct state *state)
{
	ASN1_GENERALIZEDTIME *revoked = NULL, *from = NULL, *until = NULL;
	int status = V_OCSP_CERTSTATUS_UNKNOWN;
	const EVP_MD *kinds[] = { EVP_sha1(), EVP_sha256() };
	bool found = false;

	for (size_t i = 0; i < 2 && !found; i++) {
		OCSP_CERTID *id = OCSP_cert_to_id(kinds[i], cert, issuer);

		found = id &&
			OCSP_resp_find_status(answer, id, &status, NULL,
					      &revoked, &from, &until) == 1;
		OCSP_CERTID_free(id);
	}
	if (!found || status == V_OCSP_CERTSTATUS_UNKNOWN ||
	    !is_answered_by(answer, issuer))
		return false;
	state->from = asn1_seconds(from);
	state->until =
		until ? asn1_seconds(until) : state->from + ANSWER_SECONDS;
	state->is_revoked = status == V_OCSP_CERTSTATUS_REVOKED;
	state->revoked = asn1_seconds(revoked);
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

void state_find(const struct trust *trust, X509 *cert, X509 *issuer,
		const struct proof *proof, time_t now, struct state *state)
{
	*state = (struct state){ 0 };
	for (size_t i = 0; i < trust->n_states; i++) {
		const struct proof_of_state *p = &trust->states[i];
		struct state one = { .is_known = true, .file = p->file };

		if (!(p->list ? by_list(p->list, cert, issuer, &one)
			      : by_answer(p->answer, cert, issuer, &one)))
			continue;
		if (one.from > now + LEEWAY)
			continue;
		one.is_fresh = one.until >= now ||
			       (proof->is_proved && one.from >= proof->at);
		if (is_better(&one, state))
			*state = one;
	}
}

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
