/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A private key that signs one digest after another. The worker logs in once,
 * finds the key, proves it by a trial, and then waits for digests, for as long
 * as the signer lives; only it has the PIN, and it never sees what the digests
 * are of.
 *
 *	parent:	open -> PIN -> ... wait -> SIGNER_SIGN ->  ... -> SIGNER_CLOSE
 *	child:	     -> SIGNER_PIN_SENT, SIGNER_OPENED -> SIGNER_SIGNED -> ...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/i18n.h"
#include "base/secrecy.h"
#include "cert.h"
#include "private_key.h"
#include "readers.h"
#include "session.h"
#include "signature.h"
#include "token.h"
#include "token_lock.h"
#include "worker.h"

enum signer_frame {
	/* From the worker. */
	SIGNER_PROGRESS = 1, /* the next key begins */
	SIGNER_PIN_SENT,
	SIGNER_OPENED, /* error, detail, algorithm, digest */
	SIGNER_SIGNED, /* error, detail, signature */
	/* To the worker. */
	SIGNER_SIGN, /* digest */
	SIGNER_CLOSE,
};

/* pcscd looks two or three times a second. */
#define NOTICED_MS 1000

const char *cks_algorithm_name(enum cks_algorithm algorithm)
{
	switch (algorithm) {
	case CKS_ALGORITHM_RSA_PKCS1:
		return "rsa-pkcs1";
	case CKS_ALGORITHM_RSA_PSS:
		return "rsa-pss";
	case CKS_ALGORITHM_ECDSA:
		return "ecdsa";
	default:
		return "unknown";
	}
}

/* 1. The worker */

struct signing {
	struct session session;
	const struct cks_cert *of;
	struct key_cert cert;
	struct private_key key;
	const struct mechanism *mechanism; /* the one that the trial took */
};

static enum cks_err say(struct signing *s, enum cks_err err, const char *detail)
{
	snprintf(s->session.m.detail, sizeof(s->session.m.detail), "%s",
		 detail);
	return err;
}

/* Checks that a digest can be signed for the certificate. */
static enum cks_err check_cert(struct signing *s)
{
	struct key_cert *c = &s->cert;

	if (!key_cert_read(&s->session, s->of, c))
		return CKS_ERR_CERTIFICATE;
	if (!c->for_signing)
		return say(
			s, CKS_ERR_UNSUPPORTED,
			N_("the certificate is not for signatures (keyUsage)"));
	if (!c->public || !signature_takes_digest(c->public))
		return say(
			s, CKS_ERR_UNSUPPORTED,
			N_("no signature of a digest can be made by a key of this kind"));
	return CKS_OK;
}

/* Has the key sign @digest, and verifies that it did. */
static enum cks_err sign(struct signing *s, const unsigned char *digest,
			 struct signature *signature)
{
	enum cks_err err;

	say(s, CKS_OK, "");
	err = signature_of_digest(&s->session, &s->key, s->cert.public, digest,
				  s->mechanism, signature);
	if (err)
		return err;
	switch (signature_judge(&s->session, signature, s->cert.public)) {
	case SIGNATURE_HOLDS:
		return CKS_OK;
	case SIGNATURE_FAILS:
		return CKS_ERR_SIGNATURE;
	case SIGNATURE_UNJUDGED:
		break;
	}
	return say(s, CKS_ERR_UNSUPPORTED,
		   N_("OpenSSL does not know this kind of key"));
}

static enum cks_err try_key(struct signing *s, enum fit fit)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	struct signature signature = { 0 };
	enum cks_err err = CKS_OK;

	if (!s->key.may_sign)
		return say(
			s, CKS_ERR_UNSUPPORTED,
			N_("the private key is not for signatures (CKA_SIGN)"));
	if (getrandom(digest, sizeof(digest), 0) != sizeof(digest))
		return CKS_ERR_SYSTEM;
	err = sign(s, digest, &signature);
	/* Another key of that CKA_ID makes signatures too. */
	if (err == CKS_ERR_SIGNATURE && signature.len > 0 && fit != FIT_YES)
		err = CKS_ERR_KEY_MISMATCH;
	if (!err)
		s->mechanism = signature.mechanism;
	signature_free(&signature);
	return err;
}

/* True if another key may be tried after that. */
static bool is_about_key(enum cks_err err)
{
	return err == CKS_ERR_NO_KEY || err == CKS_ERR_KEY_MISMATCH ||
	       err == CKS_ERR_UNSUPPORTED;
}

/*
 * Finds the key of the certificate among @n: the one that tells the same public
 * half, or else that has its CKA_ID and makes a signature which holds.
 */
static enum cks_err find_key(struct signing *s, struct private_key *keys,
			     size_t n, enum fit wanted)
{
	enum cks_err err = CKS_ERR_NO_KEY, one;

	for (size_t i = 0; is_about_key(err) && i < n; i++) {
		struct private_key *key = &keys[i];
		enum fit fit =
			private_key_fit(&s->session, key, s->cert.public);

		if (wanted == FIT_YES ? fit != FIT_YES
				      : !private_key_has_id_of(key, s->of))
			continue;
		worker_send(s->session.channel, SIGNER_PROGRESS, NULL);
		s->key = *key;
		one = fit == FIT_NO ? CKS_ERR_KEY_MISMATCH : try_key(s, fit);
		/* The first of several that was for signatures says why. */
		if (!is_about_key(one) || err != CKS_ERR_KEY_MISMATCH)
			err = one;
	}
	return err;
}

/* A key that could not be read may have been the one. */
static enum cks_err find_fault(struct signing *s,
			       const struct private_key *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (keys[i].fault)
			return module_failed(&s->session.m,
					     "C_GetAttributeValue",
					     keys[i].fault);
	return CKS_ERR_NO_KEY;
}

static enum cks_err open_key(struct signing *s)
{
	CK_OBJECT_HANDLE objects[MAX_PRIVATE_KEYS];
	struct private_key *keys;
	CK_ULONG n = 0;
	enum cks_err err = private_keys_find(&s->session, objects, &n);

	if (err)
		return err;
	keys = calloc(n + 1, sizeof(*keys));
	if (!keys)
		return CKS_ERR_MEMORY;
	for (CK_ULONG i = 0; i < n; i++)
		keys[i] = private_key_read(&s->session, objects[i]);
	err = find_key(s, keys, n, FIT_YES);
	if (err == CKS_ERR_NO_KEY)
		err = find_key(s, keys, n, FIT_UNKNOWN);
	if (err == CKS_ERR_NO_KEY)
		err = find_fault(s, keys, n);
	free(keys);
	return session_doubt(&s->session, err);
}

/* Until it is asked again, the process waits for as long as the officer reads.
 * What a module locked for itself it may have unlocked, with what is beside it:
 * OpenSC does so with each page that a PIN was on. */
static void lock_again(void)
{
	(void)secrecy_lock_memory();
}

static void put_outcome(struct wire *w, const struct signing *s,
			enum cks_err err)
{
	wire_put_u64(w, err);
	wire_put_text(w, err ? s->session.m.detail : "");
}

static void tell_opened(struct signing *s, enum cks_err err)
{
	const struct signature trial = { .mechanism = s->mechanism };
	struct wire w = { 0 };

	lock_again();
	put_outcome(&w, s, err);
	wire_put_u64(&w, err ? 0 : signature_algorithm(&trial));
	wire_put_u64(&w, err ? 0
			     : (size_t)(signature_digest_of(s->cert.public) -
					signing_digests));
	worker_send(s->session.channel, SIGNER_OPENED, &w);
	wire_free(&w);
}

/* Answers for one digest. What goes wrong now is the end of all. */
static enum cks_err answer(struct signing *s, struct wire *question)
{
	struct signature signature = { 0 };
	struct wire w = { 0 };
	size_t len;
	const unsigned char *digest = wire_get_bytes(question, &len);
	enum cks_err err = CKS_ERR_ARGUMENT;

	say(s, CKS_OK, "");
	if (digest && len == signature_digest_of(s->cert.public)->size)
		err = session_look_again(&s->session,
					 s->key.always_authenticate);
	if (!err)
		err = session_doubt(&s->session, sign(s, digest, &signature));
	if (err == CKS_ERR_DEVICE && signature_lost_login(&s->session))
		err = CKS_ERR_STATE_CHANGED;
	lock_again();
	put_outcome(&w, s, err);
	wire_put_bytes(&w, signature.bytes, err ? 0 : signature.len);
	worker_send(s->session.channel, SIGNER_SIGNED, &w);
	wire_free(&w);
	signature_free(&signature);
	return err;
}

static void on_send(const struct session *s)
{
	worker_send(s->channel, SIGNER_PIN_SENT, NULL);
}

static void sign_main(int channel, const void *arg)
{
	const struct cks_signing *asked = arg;
	struct signing s = {
		.session = { .channel = channel,
			     .token = asked->token,
			     .guards_tries = true,
			     .allow_final_try = asked->allow_final_try,
			     .on_send = on_send },
		.of = asked->cert,
	};
	enum cks_err err = private_keys_ready();
	bool closed = false;

	if (!err)
		err = session_begin(&s.session);
	if (!err)
		err = signature_begin(&s.session);
	if (!err)
		err = check_cert(&s);
	if (!err)
		err = session_login(&s.session);
	if (!err)
		err = open_key(&s);
	tell_opened(&s, err);
	while (!err && !closed) {
		struct wire question;

		closed = worker_take(channel, &question) != SIGNER_SIGN;
		if (!closed)
			err = answer(&s, &question);
		wire_free(&question);
	}
	session_end(&s.session);
	key_cert_free(&s.cert);
	worker_send_end(channel);
}

/* 2. The parent */

struct cks_signer {
	struct worker worker;
	struct cks_token_lock *own; /* NULL: the caller has it */
	/* By its PC/SC name, and that made clean; "" where none is known. */
	char *pcsc_reader, *reader;
	bool is_open, is_over;
	enum cks_err err; /* what ended it */
	struct cks_login login;
	enum cks_algorithm algorithm;
	const struct signing_digest *md;
	/* The last one, until it is handed out. */
	unsigned char *signature;
	size_t signature_len;
};

static void take_outcome(struct cks_signer *s, struct wire *payload)
{
	unsigned int err = wire_get_below(payload, CKS_ERR_COUNT);
	char *detail = wire_get_clean_text(payload);

	if (!payload->failed) {
		s->err = (enum cks_err)err;
		snprintf(s->login.detail, sizeof(s->login.detail), "%s",
			 detail);
	}
	free(detail);
}

static void take_opened(struct cks_signer *s, struct wire *payload)
{
	unsigned int algorithm, md;

	take_outcome(s, payload);
	algorithm = wire_get_below(payload, CKS_ALGORITHM_COUNT);
	md = wire_get_below(payload, N_SIGNING_DIGESTS);
	if (payload->failed)
		s->err = CKS_ERR_CRASH;
	s->algorithm = (enum cks_algorithm)algorithm;
	s->md = &signing_digests[md];
	s->is_open = true;
	s->worker.answered = true;
}

static void take_signed(struct cks_signer *s, struct wire *payload)
{
	const unsigned char *bytes;
	size_t len;

	take_outcome(s, payload);
	bytes = wire_get_bytes(payload, &len);
	if (payload->failed || (!s->err && (len == 0 || len > MAX_SIGNATURE)))
		s->err = CKS_ERR_CRASH;
	if (!s->err) {
		s->signature = malloc(len);
		if (s->signature)
			memcpy(s->signature, bytes, len);
		else
			s->err = CKS_ERR_MEMORY;
		s->signature_len = len;
	}
	s->worker.answered = true;
}

/* A module that speaks for its worker gets no further by it: what is not waited
 * for counts for nothing. */
static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct cks_signer *s = w->owner;

	if (w->answered || s->is_over)
		return false;
	switch (type) {
	case SIGNER_PROGRESS:
		return !s->is_open;
	case SIGNER_PIN_SENT:
		s->login.pin_sent = true;
		return !s->is_open;
	case SIGNER_OPENED:
		if (!s->is_open)
			take_opened(s, payload);
		return false;
	case SIGNER_SIGNED:
		if (s->is_open)
			take_signed(s, payload);
		return false;
	default:
		return false;
	}
}

static bool on_end(struct worker *w, enum cks_err err)
{
	struct cks_signer *s = w->owner;

	if (!w->answered && !s->is_over)
		s->err = err ? err : CKS_ERR_CRASH;
	return false;
}

/* True if the card is gone from its reader, as a module that waits for it until
 * its deadline, or crashes, does not say; pcscd may notice it only now. */
static bool is_pulled(const struct cks_signer *s)
{
	int64_t until = subprocess_now() + NOTICED_MS, left = NOTICED_MS;
	struct cks_watch *watch = NULL;
	struct cks_reader_event event;
	bool is_listed = false, is_in = false;

	if (s->reader[0] == '\0' || cks_watch_new(&watch))
		return false;
	while (left >= 0 && !(is_listed && !is_in) &&
	       !cks_watch_next(watch, (int)left, &event)) {
		/* Nothing is known where pcscd does not tell. */
		if (event.type == CKS_EVENT_LOST ||
		    strcmp(event.reader, s->reader) == 0)
			is_in = event.type != CKS_EVENT_CARD_OUT;
		if (event.type == CKS_EVENT_LISTED)
			is_listed = true;
		left = until - subprocess_now();
	}
	cks_watch_free(&watch);
	return is_listed && !is_in;
}

/* Ends the worker after an error, at the login or, with @is_open, behind it,
 * and asks around for what that came of. */
static enum cks_err bury(struct cks_signer *s, bool is_open)
{
	s->is_over = true;
	worker_finish(&s->worker);
	cks_token_unlock(&s->own);
	switch (s->err) {
	case CKS_ERR_TIMEOUT:
	case CKS_ERR_CRASH:
	case CKS_ERR_DEVICE:
	case CKS_ERR_STATE_CHANGED:
		if (is_pulled(s))
			s->err = CKS_ERR_REMOVED;
		break;
	default:
		break;
	}
	/* A card that another program holds looks as if it were gone, or does
	 * not answer. Of a PIN on its way that would tell nothing. */
	if (!s->login.pin_sent || is_open)
		s->err = reader_blame(s->pcsc_reader, s->err);
	return s->err;
}

static bool is_of_token(const struct cks_cert *cert,
			const struct cks_token *token)
{
	for (size_t i = 0; i < token->n_certs; i++)
		if (token->certs[i] == cert)
			return true;
	return false;
}

/* The reason against a login, by all that is known of the token. */
static enum cks_err check(const struct cks_signing *signing)
{
	const struct cks_token *token = signing->token;
	enum cks_pin_state state = cks_token_user_pin(token);
	size_t len = cks_secret_length(signing->pin);

	if (!signing->cert->readable)
		return CKS_ERR_CERTIFICATE;
	if (state == CKS_PIN_LOCKED)
		return CKS_ERR_USER_PIN_LOCKED;
	if (state == CKS_PIN_FINAL_TRY && !signing->allow_final_try)
		return CKS_ERR_USER_PIN_FINAL_TRY;
	/* A module might take an empty PIN for none, and ask at a PIN pad. */
	if (signing->pin && (len == 0 || len < token->pin_min ||
			     (token->pin_max > 0 && len > token->pin_max)))
		return CKS_ERR_USER_PIN_LENGTH;
	return CKS_OK;
}

static struct cks_signer *new_signer(const struct cks_signing *signing)
{
	struct cks_signer *s = calloc(1, sizeof(*s));
	const char *name = signing->token->pcsc_reader;

	if (!s)
		return NULL;
	s->pcsc_reader = strdup(name);
	s->reader = cks_text_clean(name, strlen(name));
	if (!s->pcsc_reader || !s->reader)
		cks_signer_close(&s);
	if (!s)
		return NULL;
	s->worker = (struct worker){
		.run = sign_main,
		.arg = signing,
		.secrets = { signing->pin },
		.timeout_ms = signing->timeout_ms,
		.on_frame = on_frame,
		.on_end = on_end,
		.owner = s,
	};
	return s;
}

enum cks_err cks_signer_open(const struct cks_signing *signing,
			     struct cks_signer **signer,
			     struct cks_login *login)
{
	struct cks_signer *s = NULL;
	enum cks_err err;

	if (!signing || !signer || !signing->token || !signing->cert ||
	    !is_of_token(signing->cert, signing->token) ||
	    (!signing->pin && !cks_token_has_pin_pad(signing->token)))
		return CKS_ERR_ARGUMENT;
	if (login)
		*login = (struct cks_login){ 0 };
	err = check(signing);
	if (err)
		return err;
	s = new_signer(signing);
	if (!s)
		return CKS_ERR_MEMORY;
	err = token_lock_hold(signing->token, signing->lock, &s->own,
			      &s->worker);
	if (!err)
		err = worker_start(&s->worker);
	if (!err) {
		worker_wait(&s->worker);
		err = s->err ? bury(s, false) : CKS_OK;
	}
	if (login)
		*login = s->login;
	/* These were the caller's, and the child has its own. */
	s->worker.arg = NULL;
	s->worker.secrets[0] = NULL;
	if (err)
		cks_signer_close(&s);
	else
		*signer = s;
	return err;
}

void cks_signer_close(struct cks_signer **signer)
{
	const struct wire nothing = { 0 };
	struct cks_signer *s = signer ? *signer : NULL;

	if (!s)
		return;
	*signer = NULL;
	s->is_over = true;
	worker_ask(&s->worker, SIGNER_CLOSE, &nothing);
	worker_finish(&s->worker);
	cks_token_unlock(&s->own);
	free(s->signature);
	free(s->pcsc_reader);
	free(s->reader);
	free(s);
}

const char *cks_signer_digest(const struct cks_signer *signer)
{
	return signer ? signer->md->name : "";
}

size_t cks_signer_digest_length(const struct cks_signer *signer)
{
	return signer ? signer->md->size : 0;
}

enum cks_algorithm cks_signer_algorithm(const struct cks_signer *signer)
{
	return signer ? signer->algorithm : CKS_ALGORITHM_UNKNOWN;
}

const char *cks_signer_detail(const struct cks_signer *signer)
{
	return signer ? signer->login.detail : "";
}

enum cks_err cks_signer_sign(struct cks_signer *signer,
			     const unsigned char *digest, size_t len,
			     unsigned char **signature, size_t *signature_len)
{
	struct wire question = { 0 };

	if (!signer || !digest || !signature || !signature_len ||
	    len != signer->md->size)
		return CKS_ERR_ARGUMENT;
	if (signer->err)
		return signer->err;
	wire_put_bytes(&question, digest, len);
	if (question.failed) {
		wire_free(&question);
		signer->err = CKS_ERR_MEMORY;
		return bury(signer, true);
	}
	/* It may have ended right behind its last answer. */
	if (signer->worker.running) {
		worker_ask(&signer->worker, SIGNER_SIGN, &question);
		worker_wait(&signer->worker);
	} else {
		signer->err = CKS_ERR_CRASH;
	}
	wire_free(&question);
	if (signer->err)
		return bury(signer, true);
	*signature = signer->signature;
	*signature_len = signer->signature_len;
	signer->signature = NULL;
	return CKS_OK;
}
