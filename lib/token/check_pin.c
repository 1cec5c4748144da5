/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One login and a signature by each private key, as an office does with its
 * token all day.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "cert.h"
#include "private_key.h"
#include "session.h"
#include "signature.h"
#include "token.h"
#include "token_lock.h"
#include "worker.h"

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
	struct session session;
	bool *cert_has_key; /* one for each certificate */
	struct cks_proof proof;
	bool mismatch, no_signature;
};

/* 1. A private key and its certificate */

/* A certificate that may be the one of a key. */
struct candidate {
	size_t i; /* among the token's */
	struct key_cert cert;
	bool by_id;
	enum fit fit;
	bool is_anothers; /* its key did not make the signature */
};

/*
 * The certificates of @key: those of its CKA_ID, and those of its public half
 * whatever their CKA_ID. Where one is known to fit, the others of that CKA_ID
 * are those of keys that were here before, or are still.
 */
static size_t find_candidates(struct checking *c, struct private_key *key,
			      struct candidate *list)
{
	const struct cks_token *token = c->session.token;
	size_t n = 0, n_fit = 0;

	for (size_t i = 0; i < token->n_certs; i++) {
		const struct cks_cert *cert = token->certs[i];
		struct candidate *one = &list[n];

		*one = (struct candidate){ .i = i };
		if (!cert->readable ||
		    !key_cert_read(&c->session, cert, &one->cert))
			continue;
		if (one->cert.public)
			one->fit = private_key_fit(&c->session, key,
						   one->cert.public);
		one->by_id = private_key_has_id_of(key, cert) && !cert->ca;
		if (one->fit == FIT_YES || one->by_id) {
			n_fit += one->fit == FIT_YES;
			n++;
		} else {
			key_cert_free(&one->cert);
		}
	}
	for (size_t i = 0; n_fit > 0 && i < n;) {
		if (list[i].fit == FIT_YES) {
			i++;
		} else {
			if (list[i].fit == FIT_UNKNOWN)
				c->cert_has_key[list[i].i] = true;
			key_cert_free(&list[i].cert);
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
			list[i].cert.public
				? signature_judge(&c->session, signature,
						  list[i].cert.public)
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
		note_detail(c, N_("OpenSSL does not know this kind of key"));
	} else if (signature->len == 0) {
		c->no_signature = true;
	} else {
		c->mismatch = true;
	}
}

/* True if nothing more can be asked of the token, or may be sent to it. */
static bool ends_check(enum cks_err err)
{
	return err == CKS_ERR_REMOVED || err == CKS_ERR_MEMORY ||
	       err == CKS_ERR_USER_PIN_INCORRECT ||
	       err == CKS_ERR_USER_PIN_LOCKED;
}

/* Has @key sign for the first of @list that can be signed for. */
static enum cks_err sign_for(struct checking *c, const struct private_key *key,
			     struct candidate *list, size_t n)
{
	struct signature signature = { 0 };
	EVP_PKEY *public = NULL;
	bool for_signing = false, no_fit = n > 0;
	enum cks_err err;

	for (size_t i = 0; i < n; i++) {
		for_signing = for_signing || list[i].cert.for_signing;
		no_fit = no_fit && list[i].fit == FIT_NO;
		if (!public && list[i].fit != FIT_NO)
		public = list[i].cert.public;
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
		note_detail(c, N_("OpenSSL does not know this kind of key"));
		return CKS_OK;
	}
	err = signature_make(&c->session, key, public, &signature);
	if (!err)
		judge(c, &signature, list, n);
	else
		note_detail(c, c->session.m.detail);
	if (err && !ends_check(err)) {
		c->proof.n_unproved++;
		err = CKS_OK;
	}
	signature_free(&signature);
	return err;
}

static enum cks_err check_key(struct checking *c, CK_OBJECT_HANDLE object)
{
	struct private_key key = private_key_read(&c->session, object);
	struct candidate *list =
		calloc(c->session.token->n_certs + 1, sizeof(*list));
	struct wire w = { 0 };
	enum cks_err err = CKS_OK;
	size_t n;

	if (!list)
		return CKS_ERR_MEMORY;
	worker_send(c->session.channel, CHECK_KEY, &w);
	n = find_candidates(c, &key, list);
	if (n > 0)
		err = sign_for(c, &key, list, n);
	else if (key.fault)
		err = module_failed(&c->session.m, "C_GetAttributeValue",
				    key.fault);
	else
		c->proof.n_no_cert++;
	for (size_t i = 0; i < n; i++) {
		if (!list[i].is_anothers)
			c->cert_has_key[list[i].i] = true;
		key_cert_free(&list[i].cert);
	}
	free(list);
	return err;
}

/* 3. The token */

static enum cks_err verdict(struct checking *c)
{
	for (size_t i = 0; i < c->session.token->n_certs; i++) {
		const struct cks_cert *cert = c->session.token->certs[i];
		struct key_cert read = { 0 };

		if (cert->readable && !cert->ca && !c->cert_has_key[i] &&
		    key_cert_read(&c->session, cert, &read) && read.for_signing)
			c->proof.n_certs_without_key++;
		key_cert_free(&read);
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
	CK_OBJECT_HANDLE keys[MAX_PRIVATE_KEYS];
	CK_ULONG n = 0;
	enum cks_err err = private_keys_find(&c->session, keys, &n);

	c->cert_has_key = calloc(c->session.token->n_certs + 1, sizeof(bool));
	if (!c->cert_has_key)
		return CKS_ERR_MEMORY;
	for (CK_ULONG i = 0; !err && i < n; i++)
		err = check_key(c, keys[i]);
	if (!err)
		err = verdict(c);
	free(c->cert_has_key);
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
	worker_send(c->session.channel, CHECK_RESULT, &w);
	wire_free(&w);
}

static void check_main(int channel, const void *arg)
{
	struct checking c = {
		.session = { .channel = channel, .token = arg },
	};
	struct session *s = &c.session;
	enum cks_err err = private_keys_ready();

	if (!err)
		err = session_begin(s);
	if (!err)
		err = signature_begin(s);
	if (!err)
		err = session_login(s);
	if (!err)
		err = session_doubt(s, check_keys(&c));
	if (err)
		note_detail(&c, s->m.detail);
	/* Whatever becomes of the process now, the answer is out. */
	send_result(&c, err);
	session_end(s);
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
	proof->n_proved = wire_get_below(payload, MAX_PRIVATE_KEYS + 1);
	proof->n_unproved = wire_get_below(payload, MAX_PRIVATE_KEYS + 1);
	proof->n_not_signing = wire_get_below(payload, MAX_PRIVATE_KEYS + 1);
	proof->n_no_cert = wire_get_below(payload, MAX_PRIVATE_KEYS + 1);
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
	return err ? err : token_lock_hold(token, *own, own, worker);
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
	case CKS_ERR_USER_PIN_LENGTH:
	case CKS_ERR_KEY_MISMATCH:
	case CKS_ERR_SIGNATURE:
		return true;
	default:
		return false;
	}
}
