/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The path from a certificate to an anchor of the office's, at the time that
 * counts: what is proved, or now (RFC 5280, 6; ETSI EN 319 102-1, 5.2.6).
 */
#include "trust.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/date.h"
#include "token/ckstoken.h"

#define MAX_STATES 4096

/* 1. What is brought and what is configured */

static void add_state(struct trust *trust, X509_CRL *list,
		      OCSP_BASICRESP *answer, const char *file)
{
	struct proof_of_state *states = reallocarray(
		trust->states, trust->n_states + 1, sizeof(*states));

	if (!states || trust->n_states == MAX_STATES) {
		trust->failed = true;
		trust->states = states ? states : trust->states;
		X509_CRL_free(list);
		OCSP_BASICRESP_free(answer);
		return;
	}
	trust->states = states;
	states[trust->n_states++] =
		(struct proof_of_state){ list, answer,
					 file ? strdup(file) : NULL };
}

/* Takes the answer of an OCSP responder that the document brings. */
static void add_answer(struct trust *trust, const unsigned char *der,
		       size_t len)
{
	const unsigned char *at = der;
	OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &at, (long)len);
	OCSP_BASICRESP *basic = NULL;

	if (response &&
	    OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL)
		basic = OCSP_response_get1_basic(response);
	OCSP_RESPONSE_free(response);
	if (basic)
		add_state(trust, NULL, basic, NULL);
}

static X509 *read_cert(const unsigned char *der, size_t len)
{
	X509 *cert = X509_new_ex(digest_library(), NULL);

	/* What cannot be read is freed. */
	return cert ? d2i_X509(&cert, &der, (long)len) : NULL;
}

static void add_cert(STACK_OF(X509) * list, X509 *cert)
{
	if (cert && !sk_X509_push(list, cert))
		X509_free(cert);
}

/* Takes a certificate or a list of one file, as DER. */
static bool take_der(struct trust *trust, STACK_OF(X509) * certs,
		     const unsigned char *der, size_t len, const char *file)
{
	const unsigned char *at = der;
	X509 *cert = read_cert(der, len);
	X509_CRL *list;

	if (cert) {
		/* What another has signed can be revoked, and so is no anchor,
		 * wherever it lies. */
		add_cert(X509_self_signed(cert, 1) == 1 ? certs
							: trust->brought,
			 cert);
		return true;
	}
	list = d2i_X509_CRL(NULL, &at, (long)len);
	if (list)
		add_state(trust, list, NULL, file);
	return list != NULL;
}

static bool take_pem(struct trust *trust, STACK_OF(X509) * certs,
		     const unsigned char *bytes, size_t len, const char *file)
{
	BIO *bio = BIO_new_mem_buf(bytes, (int)len);
	char *name = NULL, *header = NULL;
	unsigned char *der = NULL;
	long der_len;
	bool any = false;

	while (bio && PEM_read_bio(bio, &name, &header, &der, &der_len)) {
		if (strcmp(name, "CERTIFICATE") == 0 ||
		    strcmp(name, "TRUSTED CERTIFICATE") == 0 ||
		    strcmp(name, "X509 CRL") == 0)
			any |= take_der(trust, certs, der, (size_t)der_len,
					file);
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_free(der);
	}
	BIO_free(bio);
	return any;
}

/* The certificate that is to be verified by itself is the first of @bytes. */
static void take_subject(struct trust *trust, const unsigned char *bytes,
			 size_t len)
{
	int n = sk_X509_num(trust->brought);
	X509 **subjects = reallocarray(trust->subjects, trust->n_subjects + 1,
				       sizeof(X509 *));

	if (!subjects) {
		trust->failed = true;
		return;
	}
	trust->subjects = subjects;
	if (!take_pem(trust, trust->brought, bytes, len, NULL))
		(void)take_der(trust, trust->brought, bytes, len, NULL);
	subjects[trust->n_subjects] = sk_X509_num(trust->brought) > n
					      ? sk_X509_value(trust->brought, n)
					      : NULL;
	if (subjects[trust->n_subjects])
		(void)X509_up_ref(subjects[trust->n_subjects]);
	trust->n_subjects++;
}

/* The answer to a question, whose key and address are its name. */
static void take_answer(struct trust *trust, const char *name,
			const unsigned char *bytes, size_t len)
{
	struct answer *answers = reallocarray(
		trust->answers, trust->n_answers + 1, sizeof(*answers));
	struct answer one = { .key = strdup(name),
			      .der = malloc(len + 1),
			      .len = len };
	char *blank = one.key ? strchr(one.key, ' ') : NULL;

	if (answers)
		trust->answers = answers;
	if (!answers || !blank || !one.der) {
		trust->failed = true;
		free(one.key);
		free(one.der);
		return;
	}
	*blank = '\0';
	one.url = blank + 1;
	memcpy(one.der, bytes, len);
	answers[trust->n_answers++] = one;
}

/* Takes one part of the file, as enum trust_part has them. */
static void take_part(struct trust *trust, char kind, const char *name,
		      const unsigned char *bytes, size_t len)
{
	STACK_OF(X509) *certs =
		kind == TRUST_ANCHORS ? trust->anchors : trust->brought;

	switch (kind) {
	case TRUST_PLACE:
		free(trust->place);
		trust->place = strdup(name);
		break;
	case TRUST_SEED:
		trust->asks = len == sizeof(trust->seed);
		if (trust->asks)
			memcpy(trust->seed, bytes, len);
		break;
	case TRUST_ANSWER:
		take_answer(trust, name, bytes, len);
		break;
	case TRUST_SILENT:
		(void)json_array_append_new(trust->silent, json_string(name));
		break;
	case TRUST_SUBJECT:
		take_subject(trust, bytes, len);
		break;
	default:
		if (!take_pem(trust, certs, bytes, len, name) &&
		    !take_der(trust, certs, bytes, len, name))
			(void)json_array_append_new(trust->unreadable,
						    json_string(name));
	}
}

struct trust *trust_read(int fd)
{
	struct trust *trust = calloc(1, sizeof(*trust));
	struct stat st;
	const unsigned char *map = MAP_FAILED;
	size_t at = 0, size;

	if (!trust)
		return NULL;
	trust->anchors = sk_X509_new_null();
	trust->brought = sk_X509_new_null();
	trust->unreadable = json_array();
	trust->silent = json_array();
	trust->questions = json_array();
	if (!trust->anchors || !trust->brought || !trust->unreadable ||
	    !trust->silent || !trust->questions)
		goto fail;
	if (fstat(fd, &st) || st.st_size == 0)
		return trust;
	size = (size_t)st.st_size;
	map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		goto fail;
	while (size - at >= 1 + 2 * sizeof(uint32_t)) {
		uint32_t lens[2];
		char kind = (char)map[at], *file;

		memcpy(lens, map + at + 1, sizeof(lens));
		at += 1 + sizeof(lens);
		if (lens[0] > size - at || lens[1] > size - at - lens[0])
			break;
		file = strndup((const char *)map + at, lens[0]);
		if (file)
			take_part(trust, kind, file, map + at + lens[0],
				  lens[1]);
		trust->failed |= !file;
		free(file);
		at += lens[0] + lens[1];
	}
	(void)munmap((void *)map, size);
	return trust;
fail:
	trust_free(trust);
	return NULL;
}

void trust_free(struct trust *trust)
{
	if (!trust)
		return;
	for (size_t i = 0; i < trust->n_states; i++) {
		X509_CRL_free(trust->states[i].list);
		OCSP_BASICRESP_free(trust->states[i].answer);
		free(trust->states[i].file);
	}
	free(trust->states);
	for (size_t i = 0; i < trust->n_answers; i++) {
		free(trust->answers[i].key);
		free(trust->answers[i].der);
	}
	free(trust->answers);
	for (size_t i = 0; i < trust->n_subjects; i++)
		X509_free(trust->subjects[i]);
	free(trust->subjects);
	free(trust->place);
	json_decref(trust->unreadable);
	json_decref(trust->silent);
	json_decref(trust->questions);
	sk_X509_pop_free(trust->anchors, X509_free);
	sk_X509_pop_free(trust->brought, X509_free);
	free(trust);
}

/* The streams of one array of /DSS. */
static void take_streams(struct trust *trust, qpdf_data pdf, qpdf_oh dss,
			 const char *key)
{
	qpdf_oh list = qpdf_oh_get_key(pdf, dss, key);
	int n = qpdf_oh_is_array(pdf, list)
			? qpdf_oh_get_array_n_items(pdf, list)
			: 0;

	for (int i = 0; i < n && i < MAX_STATES; i++) {
		qpdf_oh stream = qpdf_oh_get_array_item(pdf, list, i);
		unsigned char *data = NULL;
		const unsigned char *at;
		QPDF_BOOL decoded;
		size_t len = 0;

		if (!qpdf_oh_is_stream(pdf, stream) ||
		    (qpdf_oh_get_stream_data(pdf, stream, qpdf_dl_generalized,
					     &decoded, &data, &len) &
		     QPDF_ERRORS)) {
			free(data);
			continue;
		}
		at = data;
		if (strcmp(key, "/Certs") == 0) {
			add_cert(trust->brought, read_cert(data, len));
		} else if (strcmp(key, "/OCSPs") == 0) {
			add_answer(trust, data, len);
		} else {
			X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)len);

			if (crl)
				add_state(trust, crl, NULL, NULL);
		}
		free(data);
	}
}

void trust_take_dss(struct trust *trust, qpdf_data pdf)
{
	qpdf_oh dss = qpdf_oh_get_key_if_dict(pdf, qpdf_get_root(pdf), "/DSS");

	if (!qpdf_oh_is_dictionary(pdf, dss))
		return;
	take_streams(trust, pdf, dss, "/Certs");
	take_streams(trust, pdf, dss, "/CRLs");
	take_streams(trust, pdf, dss, "/OCSPs");
}

/* RevocationInfoArchival: [0] lists, [1] answers (ISO 32000-1, 12.8.3.3.2). */
void trust_take_archive(struct trust *trust, const unsigned char *der,
			size_t len)
{
	const unsigned char *at = der, *end = der + len;
	long part, one;
	int tag, class;

	if (ASN1_get_object(&at, &part, &tag, &class, (long)len) & 0x80 ||
	    tag != V_ASN1_SEQUENCE)
		return;
	while (at < end) {
		const unsigned char *stop, *inner;
		int kind;

		if (ASN1_get_object(&at, &part, &kind, &class, end - at) & 0x80)
			return;
		stop = at + part;
		/* The sequence within the tag. */
		if (ASN1_get_object(&at, &part, &tag, &class, stop - at) & 0x80)
			return;
		while (at < stop) {
			inner = at;
			if (ASN1_get_object(&at, &one, &tag, &class,
					    stop - at) &
			    0x80)
				return;
			at += one;
			if (kind == 0) {
				const unsigned char *p = inner;
				X509_CRL *crl =
					d2i_X509_CRL(NULL, &p, at - inner);

				if (crl)
					add_state(trust, crl, NULL, NULL);
			} else if (kind == 1) {
				add_answer(trust, inner, (size_t)(at - inner));
			}
		}
	}
}

/* 2. Words */

static struct cks_cert *facts_of(X509 *cert)
{
	struct cks_cert *facts = NULL;
	unsigned char *der = NULL;
	int len = i2d_X509(cert, &der);

	if (len > 0)
		(void)cks_cert_new(der, (size_t)len, &facts);
	OPENSSL_free(der);
	return facts;
}

static const char *label_of(const struct cks_cert *facts)
{
	if (!facts)
		return "?";
	return cks_cert_name(facts)[0] ? cks_cert_name(facts)
				       : cks_cert_subject(facts);
}

static json_t *describe(const struct cks_cert *c)
{
	if (!c)
		return json_object();
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:I, s:I}",
		"name", cks_cert_name(c), "organization",
		cks_cert_organization(c), "unit", cks_cert_unit(c), "email",
		cks_cert_email(c), "tax_code", cks_cert_tax_code(c), "holder",
		cks_holder_name(cks_cert_holder(c)), "subject",
		cks_cert_subject(c), "issuer", cks_cert_issuer(c), "serial",
		cks_cert_serial(c), "key", cks_cert_key(c), "official",
		cks_cert_official(c), "ca", cks_cert_ca(c), "not_before",
		(json_int_t)cks_cert_not_before(c), "not_after",
		(json_int_t)cks_cert_not_after(c));
}

json_t *cert_describe(X509 *cert)
{
	struct cks_cert *facts = facts_of(cert);
	json_t *json = describe(facts);

	cks_cert_free(&facts);
	return json;
}

/* The common name of an authority, or all of its name. For json_decref(). */
static json_t *authority_name(const X509_NAME *name)
{
	int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
	unsigned char *text = NULL;
	json_t *json = NULL;
	char *all = NULL;

	if (at >= 0 &&
	    ASN1_STRING_to_UTF8(&text,
				X509_NAME_ENTRY_get_data(
					X509_NAME_get_entry(name, at))) >= 0)
		json = json_string((const char *)text);
	if (!json) {
		all = X509_NAME_oneline(name, NULL, 0);
		json = json_string(all ? all : "?");
	}
	OPENSSL_free(all);
	OPENSSL_free(text);
	return json;
}

/* The authorities of @certs, and of each whether a list of its is there. */
static json_t *describe_all(const struct trust *trust, STACK_OF(X509) * certs)
{
	json_t *all = json_array();

	for (int i = 0; i < sk_X509_num(certs); i++) {
		X509 *cert = sk_X509_value(certs, i);
		json_t *json = cert_describe(cert);
		bool has_list = false;

		for (size_t k = 0; k < trust->n_states; k++)
			has_list |=
				trust->states[k].list &&
				X509_NAME_cmp(X509_CRL_get_issuer(
						      trust->states[k].list),
					      X509_get_subject_name(cert)) == 0;
		(void)json_object_set_new(json, "listed",
					  json_boolean(has_list));
		(void)json_array_append_new(all, json);
	}
	return all;
}

json_t *trust_describe(const struct trust *trust)
{
	json_t *lists = json_array();

	for (size_t i = 0; i < trust->n_states; i++) {
		const X509_CRL *list = trust->states[i].list;

		if (!list)
			continue;
		(void)json_array_append_new(
			lists,
			json_pack("{s:o, s:s, s:I, s:I}", "issuer",
				  authority_name(X509_CRL_get_issuer(list)),
				  "file", trust->states[i].file, "from",
				  (json_int_t)asn1_seconds(
					  X509_CRL_get0_lastUpdate(list)),
				  "until",
				  (json_int_t)asn1_seconds(
					  X509_CRL_get0_nextUpdate(list))));
	}
	return json_pack("{s:o, s:o, s:o, s:O}", "anchors",
			 describe_all(trust, trust->anchors), "others",
			 describe_all(trust, trust->brought), "lists", lists,
			 "unreadable", trust->unreadable);
}

/* 3. The path */

static STACK_OF(X509) * both(STACK_OF(X509) * a, STACK_OF(X509) * b)
{
	STACK_OF(X509) *all = sk_X509_new_null();

	for (int i = 0; i < sk_X509_num(a) && all; i++)
		(void)sk_X509_push(all, sk_X509_value(a, i));
	for (int i = 0; i < sk_X509_num(b) && all; i++)
		(void)sk_X509_push(all, sk_X509_value(b, i));
	return all;
}

/* The path to an anchor, the certificate first; times are looked at after it.
 * NULL, told, where there is none. */
static STACK_OF(X509) * find_path(const struct signed_pdf *doc,
				  struct signature *s, X509 *cert,
				  STACK_OF(X509) * certs)
{
	STACK_OF(X509) *between = both(certs, doc->trust->brought);
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new_ex(digest_library(), NULL);
	STACK_OF(X509) *path = NULL, *tried;
	struct cks_cert *top;
	int error;

	for (int i = 0; store && i < sk_X509_num(doc->trust->anchors); i++)
		(void)X509_STORE_add_cert(
			store, sk_X509_value(doc->trust->anchors, i));
	if (!between || !store || !ctx ||
	    !X509_STORE_CTX_init(ctx, store, cert, between))
		goto out;
	X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_NO_CHECK_TIME);
	/* How strong a signature must be is judged beside it. */
	X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(ctx), 0);
	if (X509_verify_cert(ctx) == 1) {
		path = X509_STORE_CTX_get1_chain(ctx);
		goto out;
	}
	error = X509_STORE_CTX_get_error(ctx);
	tried = X509_STORE_CTX_get0_chain(ctx);
	top = facts_of(sk_X509_num(tried) > 0
			       ? sk_X509_value(tried, sk_X509_num(tried) - 1)
			       : cert);
	if (error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
	    error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
	    error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE ||
	    error == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT ||
	    error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN)
		signature_add(s, FINDING_NO_CHAIN,
			      top ? cks_cert_issuer(top) : "?");
	else
		signature_add(s, FINDING_CHAIN_BROKEN,
			      X509_verify_cert_error_string(error));
	cks_cert_free(&top);
out:
	sk_X509_free(between);
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	return path;
}

/* By key usage and extended key usage (RFC 5280, 4.2.1.3 and 4.2.1.12). */
static bool is_for_signing(X509 *cert)
{
	static const char *const uses[] = {
		"1.3.6.1.5.5.7.3.2",	   /* clientAuth */
		"1.3.6.1.5.5.7.3.4",	   /* emailProtection */
		"1.3.6.1.5.5.7.3.36",	   /* documentSigning */
		"1.3.6.1.4.1.311.10.3.12", /* Microsoft's */
		"1.2.840.113583.1.1.5",	   /* Adobe's */
		"2.5.29.37.0",		   /* any */
	};
	EXTENDED_KEY_USAGE *list;
	bool ok = false;

	/* That of a server or a time-stamper is nobody's hand. */
	if (!(X509_get_key_usage(cert) &
	      (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) ||
	    X509_check_ca(cert) == 1 ||
	    (X509_get_ext_by_NID(cert, NID_ext_key_usage, -1) >= 0 &&
	     X509_get_extended_key_usage(cert) &
		     (XKU_SSL_SERVER | XKU_TIMESTAMP | XKU_OCSP_SIGN)))
		return false;
	list = X509_get_ext_d2i(cert, NID_ext_key_usage, NULL, NULL);
	if (!list)
		return X509_get_ext_by_NID(cert, NID_ext_key_usage, -1) < 0;
	for (int i = 0; i < sk_ASN1_OBJECT_num(list) && !ok; i++) {
		char oid[80];

		(void)OBJ_obj2txt(oid, sizeof(oid),
				  sk_ASN1_OBJECT_value(list, i), 1);
		for (size_t j = 0; j < sizeof(uses) / sizeof(uses[0]); j++)
			ok |= strcmp(oid, uses[j]) == 0;
	}
	EXTENDED_KEY_USAGE_free(list);
	return ok;
}

/* RFC 3161, 2.3: for time-stamps alone, and critical. */
static bool is_for_stamping(X509 *cert)
{
	int at = X509_get_ext_by_NID(cert, NID_ext_key_usage, -1);

	return at >= 0 && X509_get_extended_key_usage(cert) == XKU_TIMESTAMP &&
	       X509_EXTENSION_get_critical(X509_get_ext(cert, at)) == 1;
}

static bool has_weak_signature(X509 *cert)
{
	int digest = NID_undef;

	return X509_get_signature_info(cert, &digest, NULL, NULL, NULL) &&
	       digest_is_weak(digest);
}

/* The days of a certificate without a path, !@has_path, are the claims of an
 * issuer whom nobody knows, and make nothing fail. */
static void check_times(struct signature *s, X509 *cert, const char *label,
			enum use use, const struct proof *proof, bool has_path)
{
	if (use != USE_ANY && !has_path)
		return;
	if (asn1_seconds(X509_get0_notBefore(cert)) > proof->at)
		signature_add(s, FINDING_NOT_YET, label);
	if (asn1_seconds(X509_get0_notAfter(cert)) < proof->at)
		signature_add(s,
			      use == USE_ANY	 ? FINDING_CERT_EXPIRED
			      : proof->is_proved ? FINDING_EXPIRED_BEFORE
						 : FINDING_EXPIRED,
			      label);
}

/* Tells what revokes the certificate that is called @label, and which newer
 * list or answer does not, each with its day. @issuer names those of the
 * document. */
static void tell_denied(struct signature *s, const char *label,
			const char *issuer, const struct state *state)
{
	char by[DATE_SIZE], denied[DATE_SIZE], *text = NULL;

	if (asprintf(&text, "\"%s\" (%s %s; %s %s)", label,
		     state->file ? state->file : issuer,
		     date_dmy(date_day(state->from), by),
		     state->denied_file ? state->denied_file : issuer,
		     date_dmy(date_day(state->denied_from), denied)) < 0)
		text = NULL;
	signature_add(s, FINDING_REVOKED_DENIED, text);
	free(text);
}

/* @issuer: the name of the authority, which has the list. */
static void judge_state(struct signature *s, X509 *cert, const char *label,
			const char *issuer, bool is_ca, enum use use,
			const struct proof *proof, const struct state *state)
{
	char *address, *text = NULL;

	if (state->is_known && state->is_revoked) {
		if (use != USE_ANY && proof->is_proved &&
		    proof->at < state->revoked)
			signature_add(s, FINDING_REVOKED_LATER, label);
		else if (state->is_denied)
			tell_denied(s, label, issuer, state);
		else if (use == USE_ANY)
			signature_add(s, FINDING_CERT_REVOKED, label);
		else if (proof->is_proved)
			signature_add(s, FINDING_REVOKED, label);
		else
			signature_add(s,
				      is_ca ? FINDING_REVOKED_CA
					    : FINDING_REVOKED_NO_PROOF,
				      label);
		return;
	}
	if (state->is_known && state->is_fresh)
		return;
	address = state_address(cert);
	if (asprintf(&text, "\"%s\" (%s)", label,
		     state->is_known && state->file ? state->file
		     : address			    ? address
						    : issuer) < 0)
		text = NULL;
	signature_add(s, state->is_known ? FINDING_OLD_LIST : FINDING_NO_LIST,
		      text);
	free(address);
	free(text);
}

static json_t *describe_state(const struct state *state)
{
	const char *word = !state->is_known    ? "unknown"
			   : state->is_revoked ? "revoked"
			   : state->is_fresh   ? "good"
					       : "outdated";
	json_t *json = json_pack("{s:s, s:s*, s:s*}", "state", word, "by",
				 !state->is_known   ? NULL
				 : state->is_answer ? "answer"
						    : "list",
				 "file", state->file);

	if (state->is_known)
		(void)json_object_set_new(json, "from",
					  json_integer(state->from));
	if (state->until)
		(void)json_object_set_new(json, "until",
					  json_integer(state->until));
	if (state->is_revoked)
		(void)json_object_set_new(json, "revoked",
					  json_integer(state->revoked));
	return json;
}

void trust_check(const struct signed_pdf *doc, struct signature *s, X509 *cert,
		 STACK_OF(X509) * certs, enum use use,
		 const struct proof *proof, const char *key)
{
	json_t *path = json_array();
	STACK_OF(X509) *chain = NULL;
	int n;

	if (sk_X509_num(doc->trust->anchors) == 0)
		signature_add(s,
			      doc->trust->place ? FINDING_ANCHORS_EMPTY
						: FINDING_NO_ANCHORS,
			      doc->trust->place);
	else
		chain = find_path(doc, s, cert, certs);
	if (use == USE_SIGNING && !is_for_signing(cert))
		signature_add(s, FINDING_CHAIN_USE, NULL);
	if (use == USE_ANY && !is_for_signing(cert))
		signature_add(s, FINDING_CERT_USE, NULL);
	if (use == USE_STAMPING && !is_for_stamping(cert))
		signature_add(s, FINDING_STAMP_USE, NULL);
	n = chain ? sk_X509_num(chain) : 1;
	for (int i = 0; i < n; i++) {
		X509 *one = chain ? sk_X509_value(chain, i) : cert;
		X509 *issuer = i + 1 < n ? sk_X509_value(chain, i + 1) : NULL;
		struct cks_cert *facts = facts_of(one);
		json_t *json = describe(facts);

		/* An anchor is trusted as it is. */
		if (issuer || !chain || (i == 0 && use == USE_ANY))
			check_times(s, one, label_of(facts), use, proof,
				    chain != NULL);
		if ((issuer || !chain) && (has_weak_signature(one) ||
					   (i > 0 && !has_strong_key(one))))
			signature_add(s, FINDING_WEAK_CERTIFICATE,
				      label_of(facts));
		if (issuer) {
			struct known_states known;
			struct state state;
			enum finding told;
			char *address;

			state_find(doc->trust, one, issuer, proof, doc->now,
				   &known);
			told = state_ask(doc->trust, one, issuer, proof,
					 doc->now, &known, &address);
			if (told != FINDING_COUNT)
				signature_add(s, told, address);
			free(address);
			state_settle(&known, one, &state);
			judge_state(s, one, label_of(facts),
				    facts ? cks_cert_issuer(facts) : "?", i > 0,
				    use, proof, &state);
			(void)json_object_set_new(json, "revocation",
						  describe_state(&state));
		}
		(void)json_array_append_new(path, json);
		cks_cert_free(&facts);
	}
	(void)json_object_set_new(s->json, key, path);
	s->is_anchored = chain != NULL;
	sk_X509_pop_free(chain, X509_free);
}
