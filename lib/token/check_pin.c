/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One login and a signature by each private key, as an office does with its
 * token all day. Only the worker touches the module and libp11, so a token that
 * makes either hang or crash costs this check alone. The login is the module's
 * own C_Login(): libp11's says yes without asking the token when it believes
 * that anybody is logged in, and keeps the PIN to send it again.
 */
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/library.h"
#include "base/soname.h"
#include "cert.h"
#include "opensc_conf.h"
#include "signature.h"
#include "token.h"
#include "token_lock.h"
#include "worker.h"

#define LIBCRYPTO_SYMBOLS(X)     \
	X(BN_bin2bn)             \
	X(BN_cmp)                \
	X(BN_free)               \
	X(BN_is_zero)            \
	X(d2i_X509)              \
	X(EVP_PKEY_get_bn_param) \
	X(EVP_PKEY_is_a)         \
	X(X509_free)             \
	X(X509_get0_pubkey)      \
	X(X509_get_key_usage)    \
	X(X509_new_ex)

LIBRARY(LIBCRYPTO_SYMBOLS, libcrypto, SONAME_LIBCRYPTO,
	"Holds the keys of a token against its certificates")

#define MAX_KEYS 256
#define MAX_PUBLIC_HALF 4096

enum check_frame {
	CHECK_KEY = 1, /* the next key begins, which renews the deadline */
	CHECK_RESULT,
};

struct check {
	enum cks_err err;
	struct cks_proof proof;
};

/* What goes on in the worker. */
struct checking {
	int channel;
	const struct cks_token *token;
	struct signer signer;
	CK_SESSION_HANDLE session; /* holds the login */
	bool *cert_has_key;	   /* one for each certificate */
	struct cks_proof proof;
	bool mismatch, no_signature;
};

/* 1. A private key and its certificate */

static bool get_attribute(const struct checking *c, CK_OBJECT_HANDLE object,
			  CK_ATTRIBUTE_TYPE type, void *value, size_t *size)
{
	CK_ATTRIBUTE attribute = { type, value, *size };

	if (c->signer.m->f->C_GetAttributeValue(c->session, object, &attribute,
						1) ||
	    attribute.ulValueLen > *size)
		return false;
	*size = attribute.ulValueLen;
	return true;
}

static bool get_bool(const struct checking *c, CK_OBJECT_HANDLE object,
		     CK_ATTRIBUTE_TYPE type, bool unknown)
{
	CK_BBOOL value = CK_FALSE;
	size_t size = sizeof(value);

	if (!get_attribute(c, object, type, &value, &size) ||
	    size != sizeof(value))
		return unknown;
	return value != CK_FALSE;
}

static struct signing_key read_key(const struct checking *c,
				   CK_OBJECT_HANDLE object)
{
	struct signing_key key = { .object = object };
	size_t size = sizeof(key.type);

	if (!get_attribute(c, object, CKA_KEY_TYPE, &key.type, &size) ||
	    size != sizeof(key.type))
		key.type = CKK_VENDOR_DEFINED;
	key.id_len = sizeof(key.id);
	if (!get_attribute(c, object, CKA_ID, key.id, &key.id_len))
		key.id_len = 0;
	key.may_sign = get_bool(c, object, CKA_SIGN, true);
	key.always_authenticate =
		get_bool(c, object, CKA_ALWAYS_AUTHENTICATE, false);
	size = sizeof(key.allowed);
	if (get_attribute(c, object, CKA_ALLOWED_MECHANISMS, key.allowed,
			  &size))
		key.n_allowed = size / sizeof(key.allowed[0]);
	return key;
}

enum fit { FIT_UNKNOWN, FIT_YES, FIT_NO };

static enum fit fit_of_modulus(const unsigned char *modulus, size_t len,
			       EVP_PKEY *public)
{
	BIGNUM *theirs = NULL, *ours = sym_BN_bin2bn(modulus, (int)len, NULL);
	enum fit fit = FIT_UNKNOWN;

	if (ours && !sym_BN_is_zero(ours) &&
	    sym_EVP_PKEY_get_bn_param(public, OSSL_PKEY_PARAM_RSA_N, &theirs))
		fit = sym_BN_cmp(ours, theirs) == 0 ? FIT_YES : FIT_NO;
	sym_BN_free(theirs);
	sym_BN_free(ours);
	return fit;
}

/* By the public half that the private key itself tells, where it does. */
static enum fit fit_of(const struct checking *c, const struct signing_key *key,
		       EVP_PKEY *public)
{
	bool is_rsa = sym_EVP_PKEY_is_a(public, "RSA") ||
		      sym_EVP_PKEY_is_a(public, "RSA-PSS");
	unsigned char half[MAX_PUBLIC_HALF];
	size_t len = sizeof(half);

	switch (key->type) {
	case CKK_RSA:
		if (!is_rsa)
			return FIT_NO;
		if (!get_attribute(c, key->object, CKA_MODULUS, half, &len))
			return FIT_UNKNOWN;
		return fit_of_modulus(half, len, public);
	case CKK_EC:
		return sym_EVP_PKEY_is_a(public, "EC") ? FIT_UNKNOWN : FIT_NO;
	case CKK_EC_EDWARDS:
		return sym_EVP_PKEY_is_a(public, "ED25519") ||
				       sym_EVP_PKEY_is_a(public, "ED448")
			       ? FIT_UNKNOWN
			       : FIT_NO;
	default:
		return FIT_UNKNOWN;
	}
}

/* A certificate that may be the one of a key. */
struct candidate {
	size_t i; /* among the token's */
	X509 *x509;
	EVP_PKEY *public; /* NULL: of a kind that OpenSSL does not know */
	bool by_id;
	enum fit fit;
	bool is_anothers; /* its key did not make the signature */
};

static bool can_sign(X509 *x509)
{
	uint32_t usage = sym_X509_get_key_usage(x509);

	return usage &
	       (X509v3_KU_DIGITAL_SIGNATURE | X509v3_KU_NON_REPUDIATION);
}

static bool same_id(const struct checking *c, const struct signing_key *key,
		    size_t i)
{
	const char *id = cks_cert_id(c->token->certs[i]);
	char hex[2 * sizeof(key->id) + 1] = "";

	/* No name is not a name in common. */
	if (key->id_len == 0)
		return false;
	for (size_t n = 0; n < key->id_len; n++)
		snprintf(hex + 2 * n, 3, "%02X", key->id[n]);
	return strcmp(hex, id) == 0;
}

static X509 *parse(const struct checking *c, const struct cks_cert *cert)
{
	const unsigned char *at = cert->der;
	X509 *x509 = sym_X509_new_ex(c->signer.openssl, NULL);

	if (x509 && !sym_d2i_X509(&x509, &at, (long)cert->der_len))
		x509 = NULL;
	return x509;
}

/*
 * The certificates of @key: those of its CKA_ID, and those of its public half
 * whatever their CKA_ID. Where one is known to fit, the others of that CKA_ID
 * are those of keys that were here before, or are still.
 */
static size_t find_candidates(struct checking *c, const struct signing_key *key,
			      struct candidate *list)
{
	size_t n = 0, n_fit = 0;

	for (size_t i = 0; i < c->token->n_certs; i++) {
		const struct cks_cert *cert = c->token->certs[i];
		struct candidate *one = &list[n];

		*one = (struct candidate){ .i = i };
		if (!cert->readable)
			continue;
		one->x509 = parse(c, cert);
		if (!one->x509)
			continue;
		one->public = sym_X509_get0_pubkey(one->x509);
		if (one->public)
			one->fit = fit_of(c, key, one->public);
		one->by_id = same_id(c, key, i) && !cert->ca;
		if (one->fit == FIT_YES || one->by_id) {
			n_fit += one->fit == FIT_YES;
			n++;
		} else {
			sym_X509_free(one->x509);
		}
	}
	for (size_t i = 0; n_fit > 0 && i < n;) {
		if (list[i].fit == FIT_YES) {
			i++;
		} else {
			if (list[i].fit == FIT_UNKNOWN)
				c->cert_has_key[list[i].i] = true;
			sym_X509_free(list[i].x509);
			list[i] = list[--n];
		}
	}
	return n;
}

/* 2. The verdict on one key */

static void note_detail(struct checking *c, const char *detail)
{
	/* The first is what went wrong; the rest may follow from it. */
	if (c->proof.detail[0] == '\0')
		snprintf(c->proof.detail, sizeof(c->proof.detail), "%s",
			 detail);
}

static void judge(struct checking *c, const struct signature *signature,
		  struct candidate *list, size_t n)
{
	bool holds = false, unjudged = false;

	for (size_t i = 0; i < n; i++) {
		enum judgement j =
			list[i].public ? signature_judge(&c->signer, signature,
							 list[i].public)
				       : SIGNATURE_UNJUDGED;

		holds = holds || j == SIGNATURE_HOLDS;
		unjudged = unjudged || j == SIGNATURE_UNJUDGED;
		list[i].is_anothers = j == SIGNATURE_FAILS;
	}
	if (holds) {
		c->proof.n_proved++;
		return;
	}
	/* A mismatch is told as such, and not as a lack of a key too. */
	for (size_t i = 0; i < n; i++)
		list[i].is_anothers = false;
	if (unjudged) {
		c->proof.n_unproved++;
		note_detail(c, "OpenSSL does not know this kind of key");
	} else if (signature->len == 0) {
		c->no_signature = true;
	} else {
		c->mismatch = true;
	}
}

/* Has @key sign for the first of @list that can be signed for. */
static enum cks_err sign_for(struct checking *c, const struct signing_key *key,
			     struct candidate *list, size_t n)
{
	struct signature signature = { 0 };
	EVP_PKEY *public = NULL;
	bool for_signing = false, no_fit = n > 0;
	enum cks_err err;

	for (size_t i = 0; i < n; i++) {
		for_signing = for_signing || can_sign(list[i].x509);
		no_fit = no_fit && list[i].fit == FIT_NO;
		if (!public && list[i].fit != FIT_NO)
		public = list[i].public;
	}
	if (no_fit) {
		c->mismatch = true;
		return CKS_OK;
	}
	if (!for_signing || !key->may_sign) {
		c->proof.n_not_signing++;
		return CKS_OK;
	}
	if (!public) {
		c->proof.n_unproved++;
		note_detail(c, "OpenSSL does not know this kind of key");
		return CKS_OK;
	}
	err = signature_make(&c->signer, key, public, &signature);
	if (!err) {
		judge(c, &signature, list, n);
	} else {
		note_detail(c, c->signer.m->detail);
		if (err == CKS_ERR_CANNOT_PROVE) {
			c->proof.n_unproved++;
			err = CKS_OK;
		}
	}
	signature_free(&signature);
	return err;
}

static enum cks_err check_key(struct checking *c, CK_OBJECT_HANDLE object)
{
	struct signing_key key = read_key(c, object);
	struct candidate *list = calloc(c->token->n_certs + 1, sizeof(*list));
	struct wire w = { 0 };
	enum cks_err err = CKS_OK;
	size_t n;

	if (!list)
		return CKS_ERR_MEMORY;
	worker_send(c->channel, CHECK_KEY, &w);
	n = find_candidates(c, &key, list);
	if (n > 0)
		err = sign_for(c, &key, list, n);
	else
		c->proof.n_no_cert++;
	for (size_t i = 0; i < n; i++) {
		if (!list[i].is_anothers)
			c->cert_has_key[list[i].i] = true;
		sym_X509_free(list[i].x509);
	}
	free(list);
	return err;
}

/* 3. The token */

static enum cks_err find_keys(struct checking *c, CK_OBJECT_HANDLE *keys,
			      CK_ULONG *n)
{
	CK_FUNCTION_LIST *f = c->signer.m->f;
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE private = { CKA_CLASS, &class, sizeof(class) };
	CK_ULONG found = 1;
	CK_RV rv = f->C_FindObjectsInit(c->session, &private, 1);

	*n = 0;
	if (rv)
		return module_failed(c->signer.m, "C_FindObjectsInit", rv);
	while (!rv && found > 0 && *n < MAX_KEYS) {
		rv = f->C_FindObjects(c->session, keys + *n, MAX_KEYS - *n,
				      &found);
		if (!rv && found > MAX_KEYS - *n)
			rv = CKR_GENERAL_ERROR;
		if (!rv)
			*n += found;
	}
	f->C_FindObjectsFinal(c->session);
	if (rv)
		return module_failed(c->signer.m, "C_FindObjects", rv);
	return *n == MAX_KEYS ? CKS_ERR_LIMIT : CKS_OK;
}

static enum cks_err verdict(struct checking *c)
{
	for (size_t i = 0; i < c->token->n_certs; i++) {
		const struct cks_cert *cert = c->token->certs[i];
		X509 *x509 = NULL;

		if (cert->readable && !cert->ca && !c->cert_has_key[i])
			x509 = parse(c, cert);
		if (x509 && can_sign(x509))
			c->proof.n_certs_without_key++;
		sym_X509_free(x509);
	}
	if (c->mismatch)
		return CKS_ERR_KEY_MISMATCH;
	if (c->no_signature)
		return CKS_ERR_SIGNATURE;
	if (c->proof.n_unproved > 0)
		return CKS_ERR_CANNOT_PROVE;
	if (c->proof.n_proved > 0)
		return CKS_OK;
	return c->proof.n_not_signing > 0 ? CKS_ERR_CANNOT_PROVE
					  : CKS_ERR_NO_KEY;
}

static enum cks_err check_keys(struct checking *c)
{
	CK_OBJECT_HANDLE keys[MAX_KEYS];
	CK_ULONG n = 0;
	enum cks_err err = find_keys(c, keys, &n);

	c->cert_has_key = calloc(c->token->n_certs + 1, sizeof(bool));
	if (!c->cert_has_key)
		return CKS_ERR_MEMORY;
	for (CK_ULONG i = 0; !err && i < n; i++)
		err = check_key(c, keys[i]);
	if (!err)
		err = verdict(c);
	free(c->cert_has_key);
	return err;
}

static enum cks_err login_error(struct module *m, CK_RV rv)
{
	switch (rv) {
	case CKR_PIN_INCORRECT:
	case CKR_PIN_INVALID:
		return CKS_ERR_USER_PIN_INCORRECT;
	case CKR_PIN_LEN_RANGE:
		return CKS_ERR_PIN_LENGTH;
	case CKR_PIN_LOCKED:
		return CKS_ERR_USER_PIN_LOCKED;
	default:
		return module_failed(m, "C_Login", rv);
	}
}

static int compare_digests(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Those of its certificates, sorted, for modules list objects in any order. The
 * caller frees the list; NULL: memory is out. */
static const char **digests_of(const struct cks_token *t)
{
	const char **digests = calloc(t->n_certs + 1, sizeof(char *));

	for (size_t i = 0; digests && i < t->n_certs; i++)
		digests[i] = t->certs[i]->sha256;
	if (digests)
		qsort(digests, t->n_certs, sizeof(char *), compare_digests);
	return digests;
}

static enum cks_err check_certificates(const struct cks_token *before,
				       const struct cks_token *now)
{
	const char **a, **b;
	enum cks_err err = CKS_OK;

	if (now->n_certs != before->n_certs)
		return CKS_ERR_STATE_CHANGED;
	a = digests_of(before);
	b = digests_of(now);
	if (!a || !b)
		err = CKS_ERR_MEMORY;
	for (size_t i = 0; !err && i < now->n_certs; i++)
		if (strcmp(a[i], b[i]) != 0)
			err = CKS_ERR_STATE_CHANGED;
	free(a);
	free(b);
	return err;
}

/*
 * That it is the very token which was read, and not nearer to its lock: a
 * serial number may be empty, or that of another token too, and the PIN of one
 * is a wrong try for the other.
 */
static enum cks_err check_identity(const struct checking *c, CK_FLAGS flags)
{
	const struct cks_token *t = c->token;
	struct cks_token *now = NULL;
	enum cks_err err = reading_here(c->signer.m, c->signer.slot, false,
					t->module, t->module_maker, &now);

	if (!err && !now)
		err = CKS_ERR_STATE_CHANGED;
	if (!err)
		err = check_certificates(t, now);
	if (!err && flags & CKF_USER_PIN_LOCKED)
		err = CKS_ERR_USER_PIN_LOCKED;
	if (!err && flags & ~t->flags & CKF_USER_PIN_FINAL_TRY)
		err = CKS_ERR_STATE_CHANGED;
	cks_token_free(&now);
	return err;
}

/* Whether the worker is as the PIN needs it, with its module loaded. */
static enum cks_err check_worker(const struct module *m)
{
	bool is_opensc = maker_is_opensc(m->info.manufacturerID);

	return worker_is_sealed() && opensc_conf_is_entered() &&
			       (!is_opensc || opensc_conf_was_read())
		       ? CKS_OK
		       : CKS_ERR_UNPROTECTED;
}

static enum cks_err check_token(struct checking *c)
{
	struct signer *s = &c->signer;
	CK_FUNCTION_LIST *f = s->m->f;
	CK_TOKEN_INFO info;
	CK_RV rv;
	enum cks_err err = check_worker(s->m);

	if (!err)
		err = token_id_find(s->m, &c->token->id, &s->slot, &info);
	if (!err)
		err = check_identity(c, info.flags);
	if (err)
		return err;
	s->openssl = digest_library();
	err = signer_open(s);
	if (err)
		return err;
	rv = f->C_OpenSession(s->slot, CKF_SERIAL_SESSION, NULL, NULL,
			      &c->session);
	if (rv)
		return module_failed(s->m, "C_OpenSession", rv);
	/* All is ready: only now does the PIN leave the parent. */
	s->pin = worker_take_secret(c->channel);
	rv = f->C_Login(c->session, CKU_USER,
			s->pin ? (CK_UTF8CHAR *)cks_secret_data(s->pin) : NULL,
			s->pin ? cks_secret_length(s->pin) : 0);
	if (rv)
		return login_error(s->m, rv);
	err = check_keys(c);
	f->C_Logout(c->session);
	return err;
}

static void send_result(struct checking *c, enum cks_err err)
{
	struct wire w = { 0 };

	wire_put_u64(&w, err);
	wire_put_u64(&w, c->proof.n_proved);
	wire_put_u64(&w, c->proof.n_unproved);
	wire_put_u64(&w, c->proof.n_not_signing);
	wire_put_u64(&w, c->proof.n_no_cert);
	wire_put_u64(&w, c->proof.n_certs_without_key);
	wire_put_text(&w, c->proof.detail);
	worker_send(c->channel, CHECK_RESULT, &w);
	wire_free(&w);
}

static void check_main(int channel, const void *arg)
{
	const struct cks_token *token = arg;
	struct module m = { 0 };
	struct checking c = {
		.channel = channel,
		.token = token,
		.signer = { .m = &m, .path = token->module },
	};
	const struct confinement within = token_confinement(token);
	enum cks_err err;

	err = digest_library_for_all() || library_load(&libcrypto, NULL)
		      ? CKS_ERR_DIGEST
		      : opensc_conf_enter(NULL, &within);
	if (!err)
		err = module_open(&m, token->module);
	m.within = within;
	if (!err)
		err = check_token(&c);
	if (err)
		note_detail(&c, m.detail);
	/* Whatever becomes of the process now, the answer is out. */
	send_result(&c, err);
	worker_forget_secrets(&c.signer.pin, &(struct cks_secret *){ NULL });
	worker_send_end(channel);
}

static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct check *check = w->owner;
	struct cks_proof *proof = &check->proof;
	unsigned int err;
	char *detail;

	if (type != CHECK_RESULT)
		return type == CHECK_KEY;
	err = wire_get_below(payload, CKS_ERR_COUNT);
	proof->n_proved = wire_get_below(payload, MAX_KEYS + 1);
	proof->n_unproved = wire_get_below(payload, MAX_KEYS + 1);
	proof->n_not_signing = wire_get_below(payload, MAX_KEYS + 1);
	proof->n_no_cert = wire_get_below(payload, MAX_KEYS + 1);
	proof->n_certs_without_key = wire_get_below(payload, UINT32_MAX);
	detail = wire_get_clean_text(payload);
	if (!payload->failed) {
		check->err = (enum cks_err)err;
		snprintf(proof->detail, sizeof(proof->detail), "%s", detail);
	} else {
		*proof = (struct cks_proof){ 0 };
	}
	free(detail);
	return true;
}

static bool on_end(struct worker *w, enum cks_err err)
{
	struct check *check = w->owner;

	/* A module that dies after the answer changes nothing. */
	if (err && check->err == CKS_ERR_CRASH)
		check->err = err;
	return false;
}

/* The lock of the token, unless this process has it already. */
static enum cks_err hold_lock(const struct cks_token *token,
			      struct worker *worker,
			      struct cks_token_lock **own)
{
	struct cks_token_holder holder = { 0 };
	enum cks_err err = cks_token_lock(token, 0, own, &holder);

	if (err == CKS_ERR_ANOTHER_ATTEMPT && holder.pid == getpid())
		return CKS_OK;
	if (err)
		return err;
	worker->n_held = (*own)->of.n;
	memcpy(worker->held, (*own)->fds,
	       worker->n_held * sizeof(worker->held[0]));
	return CKS_OK;
}

enum cks_err cks_token_check_pin(const struct cks_token *token,
				 const struct cks_secret *pin,
				 unsigned int timeout_ms,
				 struct cks_proof *proof)
{
	struct check check = { .err = CKS_ERR_CRASH };
	struct worker worker = {
		.run = check_main,
		.arg = token,
		.secrets = { pin },
		.timeout_ms = timeout_ms,
		.on_frame = on_frame,
		.on_end = on_end,
		.owner = &check,
	};
	struct cks_token_lock *own = NULL;
	enum cks_err err;

	if (!token || !proof || (!pin && !cks_token_has_pin_pad(token)))
		return CKS_ERR_ARGUMENT;
	err = hold_lock(token, &worker, &own);
	if (!err)
		err = workers_run(&worker, 1);
	cks_token_unlock(&own);
	*proof = check.proof;
	return err ? err : check.err;
}

bool cks_err_disproves(enum cks_err err)
{
	switch (err) {
	case CKS_ERR_USER_PIN_INCORRECT:
	case CKS_ERR_USER_PIN_LOCKED:
	case CKS_ERR_PIN_LENGTH:
	case CKS_ERR_KEY_MISMATCH:
	case CKS_ERR_SIGNATURE:
		return true;
	default:
		return false;
	}
}
