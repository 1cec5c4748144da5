/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libp11 makes a key on the token into one of OpenSSL's, which then signs as it
 * does for the programs of an office. What libp11 has no way to do is asked of
 * the module itself: keys that sign by PSS alone, for libp11 offers PSS only to
 * an engine, which signs once more, with the PIN again, after a failure;
 * Edwards curves; PINs beyond libp11's 4 to 32 bytes; two keys of one CKA_ID,
 * of which libp11 takes the first; and any key while another slot of the module
 * fails, for then libp11 lists none. Which mechanisms a key has is asked of the
 * module too, since libp11 does not tell.
 */
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/ui.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/library.h"
#include "base/soname.h"
#include "signature.h"
#include "token.h"

#define LIBCRYPTO_SYMBOLS(X)                \
	X(BN_bin2bn)                        \
	X(BN_free)                          \
	X(ECDSA_SIG_free)                   \
	X(ECDSA_SIG_new)                    \
	X(ECDSA_SIG_set0)                   \
	X(ERR_clear_error)                  \
	X(ERR_get_error)                    \
	X(EVP_DigestVerify)                 \
	X(EVP_DigestVerifyInit_ex)          \
	X(EVP_get_digestbyname)             \
	X(EVP_MD_CTX_free)                  \
	X(EVP_MD_CTX_new)                   \
	X(EVP_MD_is_a)                      \
	X(EVP_PKEY_CTX_free)                \
	X(EVP_PKEY_CTX_new_from_pkey)       \
	X(EVP_PKEY_CTX_set_rsa_padding)     \
	X(EVP_PKEY_CTX_set_rsa_pss_saltlen) \
	X(EVP_PKEY_CTX_set_signature_md)    \
	X(EVP_PKEY_free)                    \
	X(EVP_PKEY_get_bits)                \
	X(EVP_PKEY_get_default_digest_name) \
	X(EVP_PKEY_is_a)                    \
	X(EVP_PKEY_sign)                    \
	X(EVP_PKEY_sign_init)               \
	X(EVP_PKEY_verify)                  \
	X(EVP_PKEY_verify_init)             \
	X(EVP_Q_digest)                     \
	X(EVP_sha256)                       \
	X(i2d_ECDSA_SIG)                    \
	X(RAND_bytes_ex)                    \
	X(UI_create_method)                 \
	X(UI_get0_user_data)                \
	X(UI_method_set_reader)             \
	X(UI_set_result_ex)

LIBRARY(LIBCRYPTO_SYMBOLS, libcrypto, SONAME_LIBCRYPTO,
	"Judges the signatures of a token")

#define LIBP11_PIN_MIN 4
#define LIBP11_PIN_MAX 32

enum input { INPUT_TEXT, INPUT_DIGEST, INPUT_DIGEST_INFO };

struct mechanism {
	CK_MECHANISM_TYPE type;
	CK_KEY_TYPE key;
	enum input input;
	bool pss;
	bool by_libp11;
	bool sha256_only; /* it makes the digest by itself */
};

/* In the order of what is tried: what all tokens have goes first. */
static const struct mechanism mechanisms[] = {
	{ CKM_RSA_PKCS, CKK_RSA, INPUT_DIGEST_INFO, .by_libp11 = true },
	{ CKM_SHA256_RSA_PKCS, CKK_RSA, INPUT_TEXT, .sha256_only = true },
	{ CKM_RSA_PKCS_PSS, CKK_RSA, INPUT_DIGEST, .pss = true },
	{ CKM_SHA256_RSA_PKCS_PSS, CKK_RSA, INPUT_TEXT, .pss = true,
	  .sha256_only = true },
	{ CKM_ECDSA, CKK_EC, INPUT_DIGEST, .by_libp11 = true },
	{ CKM_ECDSA_SHA256, CKK_EC, INPUT_TEXT, .sha256_only = true },
	{ CKM_EDDSA, CKK_EC_EDWARDS, INPUT_TEXT },
};

const struct signing_digest signing_digests[N_SIGNING_DIGESTS] = {
	{ "SHA256", CKM_SHA256, CKG_MGF1_SHA256, 32 },
	{ "SHA384", CKM_SHA384, CKG_MGF1_SHA384, 48 },
	{ "SHA512", CKM_SHA512, CKG_MGF1_SHA512, 64 },
};

/* RFC 8017, 9.2, note 1: what comes before a SHA-256. */
static const unsigned char digest_info[] = { 0x30, 0x31, 0x30, 0x0D, 0x06,
					     0x09, 0x60, 0x86, 0x48, 0x01,
					     0x65, 0x03, 0x04, 0x02, 0x01,
					     0x05, 0x00, 0x04, 0x20 };

/* A card may insist on it. */
const struct signing_digest *signature_digest_of(EVP_PKEY *public)
{
	int bits = sym_EVP_PKEY_get_bits(public);
	char name[32] = "";

	if (sym_EVP_PKEY_is_a(public, "EC"))
		return &signing_digests[bits > 384 ? 2 : bits > 256 ? 1 : 0];
	if (sym_EVP_PKEY_is_a(public, "RSA-PSS"))
		(void)sym_EVP_PKEY_get_default_digest_name(public, name,
							   sizeof(name));
	for (size_t i = 0; i < N_SIGNING_DIGESTS; i++) {
		const EVP_MD *md =
			sym_EVP_get_digestbyname(signing_digests[i].name);

		if (md && sym_EVP_MD_is_a(md, name))
			return &signing_digests[i];
	}
	return &signing_digests[0];
}

bool signature_takes_digest(EVP_PKEY *public)
{
	return sym_EVP_PKEY_is_a(public, "RSA") ||
	       sym_EVP_PKEY_is_a(public, "RSA-PSS") ||
	       sym_EVP_PKEY_is_a(public, "EC");
}

static bool is_allowed(const struct private_key *key, CK_MECHANISM_TYPE type)
{
	for (size_t i = 0; i < key->n_allowed; i++)
		if (key->allowed[i] == type)
			return true;
	return key->n_allowed == 0;
}

/* A module that does not tell leaves it to the try. */
static bool is_offered(const struct session *s, CK_MECHANISM_TYPE type)
{
	CK_MECHANISM_INFO info = { 0 };
	CK_RV rv;

	if (!s->m.f->C_GetMechanismInfo)
		return true;
	rv = s->m.f->C_GetMechanismInfo(s->slot, type, &info);
	if (rv == CKR_MECHANISM_INVALID)
		return false;
	return rv || info.flags & CKF_SIGN;
}

static bool serves(const struct session *s, const struct mechanism *m,
		   const struct private_key *key, EVP_PKEY *public,
		   const struct signing_digest *md)
{
	return m->key == key->type &&
	       (m->pss || !sym_EVP_PKEY_is_a(public, "RSA-PSS")) &&
	       (!m->sha256_only || md == &signing_digests[0]) &&
	       is_allowed(key, m->type) && is_offered(s, m->type);
}

/* 1. By libp11 */

#define LIBP11_SYMBOLS(X)              \
	X(ERR_get_CKR_code)            \
	X(PKCS11_CTX_load)             \
	X(PKCS11_CTX_new)              \
	X(PKCS11_enumerate_keys)       \
	X(PKCS11_enumerate_slots)      \
	X(PKCS11_get_private_key)      \
	X(PKCS11_get_slotid_from_slot) \
	X(PKCS11_set_ui_method)

LIBRARY(LIBP11_SYMBOLS, libp11_so, SONAME_LIBP11,
	"Proves by a signature that a token works")

/* Answers libp11's question for the PIN of a key, once. */
static int give_pin(UI *ui, UI_STRING *question)
{
	struct session *s = sym_UI_get0_user_data(ui);

	if (s->pin_given || s->pin_is_spent || !s->pin)
		return 0;
	s->pin_given = true;
	return sym_UI_set_result_ex(ui, question, cks_secret_data(s->pin),
				    (int)cks_secret_length(s->pin)) == 0;
}

enum cks_err signature_begin(struct session *s)
{
	UI_METHOD *ui;
	PKCS11_SLOT *slots = NULL;
	PKCS11_CTX *ctx = NULL;
	unsigned int n = 0;

	if (library_load(&libcrypto, NULL))
		return CKS_ERR_DIGEST;
	ui = sym_UI_create_method("PIN of a key");
	/* Without libp11 the module is asked, as for all that libp11 cannot. */
	if (!library_load(&libp11_so, NULL))
		ctx = sym_PKCS11_CTX_new();
	/* Nothing is released, for libp11 crashes when it is asked to after a
	 * failure, and the process ends anyway. */
	if (!ctx || !ui || sym_UI_method_set_reader(ui, give_pin) ||
	    sym_PKCS11_CTX_load(ctx, s->token->module) ||
	    sym_PKCS11_set_ui_method(ctx, ui, s) ||
	    sym_PKCS11_enumerate_slots(ctx, &slots, &n))
		return CKS_OK;
	for (unsigned int i = 0; i < n; i++)
		if (sym_PKCS11_get_slotid_from_slot(&slots[i]) == s->slot)
			s->libp11 = slots[i].token;
	return CKS_OK;
}

/* libp11's key, where it cannot be another one. */
static PKCS11_KEY *libp11_key(struct session *s, const struct private_key *key)
{
	PKCS11_KEY *found = NULL;
	size_t len = cks_secret_length(s->pin);

	/* What libp11 asks of a PIN pad it does without a word to us. */
	if (key->id_len == 0 ||
	    (key->always_authenticate &&
	     (!s->pin || len < LIBP11_PIN_MIN || len > LIBP11_PIN_MAX)))
		return NULL;
	if (s->libp11 && !s->keys &&
	    sym_PKCS11_enumerate_keys(s->libp11, &s->keys, &s->n_keys)) {
		s->libp11 = NULL;
		s->keys = NULL;
		s->n_keys = 0;
	}
	for (unsigned int i = 0; i < s->n_keys; i++) {
		PKCS11_KEY *k = &s->keys[i];

		if (k->id_len != key->id_len ||
		    memcmp(k->id, key->id, k->id_len) != 0)
			continue;
		if (found)
			return NULL;
		found = k;
	}
	return found;
}

/* The CKR that libp11 left among OpenSSL's errors, whose library number is all
 * that ERR_get_CKR_code() tells; 0 where no call to the module failed. */
static CK_RV libp11_answer(void)
{
	unsigned long error;
	CK_RV rv = CKR_OK;

	while (libp11_so.loaded && (error = sym_ERR_get_error()))
		if (ERR_GET_LIB(error) == sym_ERR_get_CKR_code())
			rv = (CK_RV)ERR_GET_REASON(error);
	return rv;
}

/* false where libp11 never came to ask the token; else *@rv is the answer. */
static bool sign_by_libp11(struct session *s, const struct private_key *key,
			   const unsigned char *digest, size_t size,
			   struct signature *signature, CK_RV *rv)
{
	PKCS11_KEY *libp11 = libp11_key(s, key);
	EVP_PKEY *private = libp11 ? sym_PKCS11_get_private_key(libp11) : NULL;
	EVP_PKEY_CTX *ctx = NULL;
	size_t len = MAX_SIGNATURE;
	bool ok, asked;

	sym_ERR_clear_error();
	if (private)
		ctx = sym_EVP_PKEY_CTX_new_from_pkey(s->openssl, private, NULL);
	ok = ctx && sym_EVP_PKEY_sign_init(ctx) > 0 &&
	     (key->type != CKK_RSA ||
	      (sym_EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0 &&
	       sym_EVP_PKEY_CTX_set_signature_md(ctx, sym_EVP_sha256()) > 0)) &&
	     sym_EVP_PKEY_sign(ctx, signature->bytes, &len, digest, size) > 0;
	*rv = libp11_answer();
	asked = ok || *rv || s->pin_given;
	if (ok) {
		/* The length is the module's, and libp11 looks at it no more
		 * than OpenSSL does. */
		*rv = len > MAX_SIGNATURE ? CKR_GENERAL_ERROR : CKR_OK;
		signature->len = *rv ? 0 : len;
	} else if (!*rv) {
		/* It answered, and OpenSSL took that for no signature. */
		signature->len = 0;
	}
	sym_EVP_PKEY_CTX_free(ctx);
	sym_EVP_PKEY_free(private);
	return asked;
}

/* 2. By the module itself */

/* PKCS #11 has r and s side by side, OpenSSL the DER of both. */
static bool ecdsa_to_der(struct signature *signature)
{
	ECDSA_SIG *sig = sym_ECDSA_SIG_new();
	int half = (int)(signature->len / 2), len = -1;
	BIGNUM *r = sym_BN_bin2bn(signature->bytes, half, NULL);
	BIGNUM *s = sym_BN_bin2bn(signature->bytes + half, half, NULL);
	unsigned char *at = signature->bytes;

	if (sig && r && s && sym_ECDSA_SIG_set0(sig, r, s)) {
		r = NULL;
		s = NULL;
		len = sym_i2d_ECDSA_SIG(sig, NULL);
		len = len > MAX_SIGNATURE ? -1 : sym_i2d_ECDSA_SIG(sig, &at);
	}
	sym_ECDSA_SIG_free(sig);
	sym_BN_free(r);
	sym_BN_free(s);
	signature->len = len > 0 ? (size_t)len : 0;
	return len > 0;
}

static bool is_pin_answer(CK_RV rv)
{
	return rv == CKR_PIN_INCORRECT || rv == CKR_PIN_INVALID ||
	       rv == CKR_PIN_LEN_RANGE || rv == CKR_PIN_LOCKED ||
	       rv == CKR_PIN_EXPIRED || rv == CKR_FUNCTION_CANCELED;
}

/* The login that such a key wants before each signature. */
static CK_RV login_for_key(struct session *s, CK_SESSION_HANDLE session)
{
	CK_RV rv;

	if (s->pin_given || s->pin_is_spent)
		return CKR_USER_NOT_LOGGED_IN;
	s->pin_given = true;
	s->call = "C_Login";
	rv = s->m.f->C_Login(session, CKU_CONTEXT_SPECIFIC,
			     s->pin ? (CK_UTF8CHAR *)cks_secret_data(s->pin)
				    : NULL,
			     s->pin ? cks_secret_length(s->pin) : 0);
	/* What is no answer to a PIN may be a module that knows no such login:
	 * the signature shows. */
	return is_pin_answer(rv) || rv == CKR_DEVICE_REMOVED ? rv : CKR_OK;
}

static CK_RV sign_by_module(struct session *s, const struct private_key *key,
			    CK_MECHANISM *mechanism, unsigned char *in,
			    size_t in_len, struct signature *signature)
{
	CK_FUNCTION_LIST *f = s->m.f;
	CK_ULONG len = MAX_SIGNATURE;
	CK_SESSION_HANDLE session;
	CK_RV rv;

	if (!f->C_SignInit || !f->C_Sign)
		return CKR_FUNCTION_NOT_SUPPORTED;
	/* Its own, for a signature that is given up stays under way in it. */
	s->call = "C_OpenSession";
	rv = f->C_OpenSession(s->slot, CKF_SERIAL_SESSION, NULL, NULL,
			      &session);
	if (rv)
		return rv;
	s->call = "C_SignInit";
	rv = f->C_SignInit(session, mechanism, key->object);
	if (!rv && key->always_authenticate)
		rv = login_for_key(s, session);
	if (!rv) {
		s->call = "C_Sign";
		rv = f->C_Sign(session, in, in_len, signature->bytes, &len);
	}
	if (!rv && len > MAX_SIGNATURE)
		rv = CKR_GENERAL_ERROR;
	signature->len = rv ? 0 : len;
	f->C_CloseSession(session);
	return rv;
}

static CK_RV sign_with(struct session *s, const struct private_key *key,
		       struct signature *signature)
{
	const struct mechanism *m = signature->mechanism;
	const struct signing_digest *md = signature->md;
	CK_RSA_PKCS_PSS_PARAMS pss = { md->type, md->mgf, md->size };
	CK_MECHANISM mechanism = { m->type, m->pss ? &pss : NULL,
				   m->pss ? sizeof(pss) : 0 };
	unsigned char in[sizeof(digest_info) + EVP_MAX_MD_SIZE];
	CK_RV rv;

	if (m->input == INPUT_TEXT)
		return sign_by_module(s, key, &mechanism, signature->text,
				      sizeof(signature->text), signature);
	if (m->by_libp11 &&
	    sign_by_libp11(s, key, signature->digest, md->size, signature, &rv))
		return rv;
	memcpy(in, digest_info, sizeof(digest_info));
	memcpy(in + sizeof(digest_info), signature->digest, md->size);
	if (m->input == INPUT_DIGEST_INFO)
		rv = sign_by_module(s, key, &mechanism, in,
				    sizeof(digest_info) + md->size, signature);
	else
		rv = sign_by_module(s, key, &mechanism, signature->digest,
				    md->size, signature);
	if (!rv && key->type == CKK_EC && !ecdsa_to_der(signature))
		rv = CKR_GENERAL_ERROR;
	return rv;
}

/* 3. What is offered to others */

/* The key has nothing against a signature, only against this way to make it. */
static bool is_about_mechanism(CK_RV rv)
{
	return rv == CKR_MECHANISM_INVALID ||
	       rv == CKR_MECHANISM_PARAM_INVALID ||
	       rv == CKR_KEY_TYPE_INCONSISTENT ||
	       rv == CKR_KEY_FUNCTION_NOT_PERMITTED ||
	       rv == CKR_FUNCTION_NOT_SUPPORTED;
}

/* The error that @rv stands for as the answer to a signature. */
static enum cks_err signing_error(struct session *s, CK_RV rv)
{
	enum cks_err err;

	s->answer = rv;
	if (!rv)
		return CKS_OK;
	if (s->pin_given) {
		s->pin_is_spent = true;
		return module_refused_pin(&s->m, s->call, rv);
	}
	err = module_failed(&s->m, s->call, rv);
	return is_about_mechanism(rv) ? CKS_ERR_UNSUPPORTED : err;
}

static enum cks_err cannot(struct session *s, enum cks_err err, const char *why)
{
	snprintf(s->m.detail, sizeof(s->m.detail), "%s", why);
	return err;
}

/* By @only, or where that is NULL by the first mechanism that does. */
static enum cks_err make(struct session *s, const struct private_key *key,
			 EVP_PKEY *public, const struct mechanism *only,
			 bool has_text, struct signature *signature)
{
	CK_RV rv = CKR_MECHANISM_INVALID;

	if (key->always_authenticate && s->pin_is_spent)
		return cannot(s, CKS_ERR_DEVICE,
			      N_("the PIN was not sent again after a failure"));
	signature->bytes = malloc(MAX_SIGNATURE);
	if (!signature->bytes)
		return CKS_ERR_MEMORY;
	s->pin_given = false;
	for (size_t i = 0; is_about_mechanism(rv) && !s->pin_given &&
			   i < sizeof(mechanisms) / sizeof(mechanisms[0]);
	     i++) {
		const struct mechanism *m = &mechanisms[i];

		if ((only && m != only) ||
		    (!has_text && m->input == INPUT_TEXT) ||
		    !serves(s, m, key, public, signature->md))
			continue;
		signature->mechanism = m;
		s->call = "C_Sign";
		rv = sign_with(s, key, signature);
	}
	if (!signature->mechanism)
		return cannot(
			s, CKS_ERR_UNSUPPORTED,
			N_("the token signs with this key by no mechanism known here"));
	return signing_error(s, rv);
}

enum cks_err signature_make(struct session *s, const struct private_key *key,
			    EVP_PKEY *public, struct signature *signature)
{
	size_t size;

	*signature = (struct signature){ .md = signature_digest_of(public) };
	if (sym_RAND_bytes_ex(s->openssl, signature->text,
			      sizeof(signature->text), 0) != 1 ||
	    !sym_EVP_Q_digest(s->openssl, signature->md->name, NULL,
			      signature->text, sizeof(signature->text),
			      signature->digest, &size))
		return cannot(s, CKS_ERR_SYSTEM,
			      N_("OpenSSL gives no random numbers or digests"));
	return make(s, key, public, NULL, true, signature);
}

enum cks_err signature_of_digest(struct session *s,
				 const struct private_key *key,
				 EVP_PKEY *public, const unsigned char *digest,
				 const struct mechanism *mechanism,
				 struct signature *signature)
{
	*signature = (struct signature){ .md = signature_digest_of(public) };
	memcpy(signature->digest, digest, signature->md->size);
	return make(s, key, public, mechanism, false, signature);
}

bool signature_lost_login(const struct session *s)
{
	switch (s->answer) {
	case CKR_KEY_HANDLE_INVALID:
	case CKR_OBJECT_HANDLE_INVALID:
	case CKR_SESSION_CLOSED:
	case CKR_SESSION_HANDLE_INVALID:
	case CKR_USER_NOT_LOGGED_IN:
		return true;
	default:
		return false;
	}
}

/* An Edwards curve has no digest but its own. */
static enum judgement judge_text(const struct session *s,
				 const struct signature *signature,
				 EVP_PKEY *public)
{
	EVP_MD_CTX *ctx = sym_EVP_MD_CTX_new();
	enum judgement judgement = SIGNATURE_UNJUDGED;

	if (ctx && sym_EVP_DigestVerifyInit_ex(ctx, NULL, NULL, s->openssl,
					       NULL, public, NULL) == 1)
		judgement =
			sym_EVP_DigestVerify(ctx, signature->bytes,
					     signature->len, signature->text,
					     sizeof(signature->text)) == 1
				? SIGNATURE_HOLDS
				: SIGNATURE_FAILS;
	sym_EVP_MD_CTX_free(ctx);
	return judgement;
}

/* The certificate need not be of the kind of the key. */
static enum judgement judge_digest(const struct session *s,
				   const struct signature *signature,
				   EVP_PKEY *public)
{
	const struct signing_digest *md = signature->md;
	bool is_rsa = sym_EVP_PKEY_is_a(public, "RSA") ||
		      sym_EVP_PKEY_is_a(public, "RSA-PSS");
	bool pss = signature->mechanism->pss;
	EVP_PKEY_CTX *ctx =
		sym_EVP_PKEY_CTX_new_from_pkey(s->openssl, public, NULL);
	enum judgement judgement = SIGNATURE_UNJUDGED;

	if (ctx && sym_EVP_PKEY_verify_init(ctx) == 1 &&
	    (!is_rsa || sym_EVP_PKEY_CTX_set_rsa_padding(
				ctx, pss ? RSA_PKCS1_PSS_PADDING
					 : RSA_PKCS1_PADDING) > 0) &&
	    sym_EVP_PKEY_CTX_set_signature_md(
		    ctx, sym_EVP_get_digestbyname(md->name)) > 0 &&
	    (!is_rsa || !pss ||
	     sym_EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) >
		     0))
		judgement = sym_EVP_PKEY_verify(
				    ctx, signature->bytes, signature->len,
				    signature->digest, md->size) == 1
				    ? SIGNATURE_HOLDS
				    : SIGNATURE_FAILS;
	sym_EVP_PKEY_CTX_free(ctx);
	return judgement;
}

enum judgement signature_judge(const struct session *s,
			       const struct signature *signature,
			       EVP_PKEY *public)
{
	enum judgement judgement = signature->mechanism->key == CKK_EC_EDWARDS
					   ? judge_text(s, signature, public)
					   : judge_digest(s, signature, public);

	sym_ERR_clear_error();
	return judgement;
}

enum cks_algorithm signature_algorithm(const struct signature *signature)
{
	const struct mechanism *m = signature->mechanism;

	if (m->key == CKK_RSA)
		return m->pss ? CKS_ALGORITHM_RSA_PSS : CKS_ALGORITHM_RSA_PKCS1;
	return m->key == CKK_EC ? CKS_ALGORITHM_ECDSA : CKS_ALGORITHM_UNKNOWN;
}

void signature_free(struct signature *signature)
{
	free(signature->bytes);
	signature->bytes = NULL;
}
