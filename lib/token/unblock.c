/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <string.h>

#include "base/i18n.h"
#include "base/subprocess.h"
#include "opensc_conf.h"
#include "readers.h"
#include "reading.h"
#include "session.h"
#include "token_lock.h"
#include "tries.h"
#include "worker.h"

/* CKR_PIN_TOO_WEAK of PKCS #11 v2.40; p11-kit 0.24 gives it another number. */
#define PIN_TOO_WEAK 0x1B8UL

const char *cks_method_name(enum cks_method method)
{
	switch (method) {
	case CKS_METHOD_SO_PIN:
		return "so-pin";
	case CKS_METHOD_PUK:
		return "puk";
	case CKS_METHOD_AUTO:
		break;
	}
	return "auto";
}

static const char *why_not(const struct family *f, enum cks_method method)
{
	switch (method) {
	case CKS_METHOD_SO_PIN:
		return f->why_not_so_pin;
	case CKS_METHOD_PUK:
		return f->why_not_puk;
	case CKS_METHOD_AUTO:
		break;
	}
	return N_("no way to unblock this kind of token is known");
}

enum cks_err cks_unblock_method(const struct cks_token *token,
				enum cks_method wanted, enum cks_method *method,
				const char **reason)
{
	const struct family *f;
	enum cks_method chosen;
	const char *why;

	if (!token || !method)
		return CKS_ERR_ARGUMENT;
	f = token->family;
	chosen = wanted == CKS_METHOD_AUTO ? f->method : wanted;
	why = why_not(f, chosen);
	/*
	 * C_SetPIN may take a PUK for the user PIN, at the cost of one of its
	 * tries; on a token known to be locked there is none to lose.
	 */
	if (!why && chosen == CKS_METHOD_PUK && !f->puk_style &&
	    f->method != CKS_METHOD_PUK &&
	    cks_token_user_pin(token) != CKS_PIN_LOCKED)
		why = N_(
			"it does not report that its user PIN is locked, and may mistake the PUK for the user PIN");
	/* A reason that is known for the whole family says more. */
	if (chosen == CKS_METHOD_AUTO && f->why_not_so_pin)
		why = f->why_not_so_pin;
	if (why) {
		if (reason) {
			forks_hold();
			*reason = _(why);
			forks_release();
		}
		return CKS_ERR_UNSUPPORTED;
	}
	*method = chosen;
	return CKS_OK;
}

static bool has_alphabet(const struct cks_secret *secret,
			 enum pin_alphabet alphabet)
{
	const char *data = cks_secret_data((struct cks_secret *)secret);

	for (size_t i = 0; i < cks_secret_length(secret); i++) {
		unsigned char c = (unsigned char)data[i];

		if (c < 0x20 || c > 0x7E ||
		    (alphabet == PIN_DIGITS && !isdigit(c)) ||
		    (alphabet == PIN_HEX && !isxdigit(c)))
			return false;
	}
	return true;
}

static bool has_length(const struct cks_secret *secret,
		       const struct pin_form *form)
{
	size_t len = cks_secret_length(secret);

	return len > 0 &&
	       (form->max == 0 || (len >= form->min && len <= form->max));
}

enum cks_err cks_new_pin_check(const struct cks_token *token,
			       const struct cks_secret *new_pin)
{
	size_t len = cks_secret_length(new_pin);
	unsigned long max = cks_token_pin_max(token);

	if (!token || !new_pin)
		return CKS_ERR_ARGUMENT;
	if (len < cks_token_pin_min(token) || (max > 0 && len > max))
		return CKS_ERR_PIN_LENGTH;
	if (!has_length(new_pin, &token->family->new_pin))
		return CKS_ERR_PIN_LENGTH;
	if (!has_alphabet(new_pin, token->family->new_pin.alphabet))
		return CKS_ERR_PIN_CHARACTERS;
	return CKS_OK;
}

void cks_new_pin_length(const struct cks_token *token, unsigned long *min,
			unsigned long *max)
{
	const struct pin_form *form = token ? &token->family->new_pin : NULL;

	if (!token || !min || !max)
		return;
	*min = token->pin_min;
	*max = token->pin_max;
	if (form->max == 0)
		return;
	if (*min < form->min)
		*min = form->min;
	if (*max == 0 || *max > form->max)
		*max = form->max;
}

void cks_unblock_pin_length(const struct cks_token *token, unsigned long *min,
			    unsigned long *max)
{
	if (!token || !min || !max)
		return;
	*min = token->family->unblock_pin.min;
	*max = token->family->unblock_pin.max;
}

enum cks_err cks_unblock_pin_check(const struct cks_token *token,
				   enum cks_method method,
				   const struct cks_secret *unblock_pin)
{
	bool puk = method == CKS_METHOD_PUK;

	if (!token || !unblock_pin)
		return CKS_ERR_ARGUMENT;
	if (!has_length(unblock_pin, &token->family->unblock_pin))
		return puk ? CKS_ERR_PUK_LENGTH : CKS_ERR_SO_PIN_LENGTH;
	if (!has_alphabet(unblock_pin, token->family->unblock_pin.alphabet))
		return puk ? CKS_ERR_PUK_CHARACTERS : CKS_ERR_SO_PIN_CHARACTERS;
	return CKS_OK;
}

/* Frames from the worker; both hold one number. */
enum unblock_frame { UNBLOCK_STAGE = 1, UNBLOCK_RESULT };

struct unblock_job {
	const char *path;
	const struct cks_token *token; /* with all its objects */
	enum cks_method method;
	const char *style; /* OpenSC's user_pin_unblock_style; NULL: stock */
	bool must_be_locked;
	bool allow_final_try;
};

/* The one attempt, in its worker. */
struct attempt {
	int channel;
	const struct unblock_job *job;
	struct module *m;
	CK_SESSION_HANDLE session;
	struct cks_secret *unblock_pin, *new_pin;
};

static void report(int channel, enum unblock_frame frame, uint64_t value)
{
	struct wire w = { 0 };

	wire_put_u64(&w, value);
	worker_send(channel, frame, &w);
	wire_free(&w);
}

/* A PIN pad is asked by NULL and length 0, never by an empty string. */
static CK_UTF8CHAR *bytes_of(struct cks_secret *secret)
{
	return secret ? (CK_UTF8CHAR *)cks_secret_data(secret) : NULL;
}

static CK_ULONG length_of(const struct cks_secret *secret)
{
	return secret ? cks_secret_length(secret) : 0;
}

/* The error that an answer to the SO PIN or PUK stands for. */
static enum cks_err unblock_pin_error(struct attempt *a, const char *name,
				      CK_RV rv)
{
	bool puk = a->job->method == CKS_METHOD_PUK;

	switch (rv) {
	case CKR_PIN_INCORRECT:
	case CKR_PIN_INVALID:
		return puk ? CKS_ERR_PUK_INCORRECT : CKS_ERR_SO_PIN_INCORRECT;
	case CKR_PIN_LOCKED:
		return puk ? CKS_ERR_PUK_LOCKED : CKS_ERR_SO_PIN_LOCKED;
	case CKR_PIN_LEN_RANGE:
		return puk ? CKS_ERR_PUK_LENGTH : CKS_ERR_SO_PIN_LENGTH;
	default:
		return module_failed(a->m, name, rv);
	}
}

/*
 * The error of a call that took the new PIN, and with @with_unblock_pin spent
 * the SO PIN or PUK as well: then a length may be that of either.
 */
static enum cks_err new_pin_error(struct attempt *a, const char *name, CK_RV rv,
				  bool with_unblock_pin)
{
	switch (rv) {
	case CKR_PIN_INVALID:
		return CKS_ERR_PIN_CHARACTERS;
	case CKR_PIN_LEN_RANGE:
		return with_unblock_pin ? CKS_ERR_EITHER_LENGTH
					: CKS_ERR_PIN_LENGTH;
	case PIN_TOO_WEAK:
		return CKS_ERR_PIN_REFUSED;
	default:
		return unblock_pin_error(a, name, rv);
	}
}

static enum cks_err by_so_pin(struct attempt *a)
{
	CK_FUNCTION_LIST *f = a->m->f;
	CK_RV rv;

	report(a->channel, UNBLOCK_STAGE, CKS_STAGE_UNBLOCK_PIN_SENT);
	rv = f->C_Login(a->session, CKU_SO, bytes_of(a->unblock_pin),
			length_of(a->unblock_pin));
	report(a->channel, UNBLOCK_STAGE, CKS_STAGE_UNBLOCK_PIN_ANSWERED);
	/* Anything but CKR_OK, "already logged in" too, is not success. */
	if (rv)
		return unblock_pin_error(a, "C_Login", rv);
	report(a->channel, UNBLOCK_STAGE, CKS_STAGE_NEW_PIN_SENT);
	rv = f->C_InitPIN(a->session, bytes_of(a->new_pin),
			  length_of(a->new_pin));
	report(a->channel, UNBLOCK_STAGE, CKS_STAGE_ANSWERED);
	f->C_Logout(a->session);
	/* Through OpenSC the SO PIN is only spent here, not at the login. */
	return rv ? new_pin_error(a, "C_InitPIN", rv,
				  maker_is_opensc(a->m->info.manufacturerID))
		  : CKS_OK;
}

static enum cks_err by_puk(struct attempt *a)
{
	CK_RV rv;

	report(a->channel, UNBLOCK_STAGE, CKS_STAGE_NEW_PIN_SENT);
	rv = a->m->f->C_SetPIN(a->session, bytes_of(a->unblock_pin),
			       length_of(a->unblock_pin), bytes_of(a->new_pin),
			       length_of(a->new_pin));
	report(a->channel, UNBLOCK_STAGE, CKS_STAGE_ANSWERED);
	return rv ? new_pin_error(a, "C_SetPIN", rv, true) : CKS_OK;
}

/*
 * The parent has looked before; but another program, or the officer at the
 * next desk, may have been here since.
 */
static enum cks_err check_state(const struct unblock_job *job, CK_FLAGS flags)
{
	CK_FLAGS so_pin =
		CKF_SO_PIN_COUNT_LOW | CKF_SO_PIN_FINAL_TRY | CKF_SO_PIN_LOCKED;

	if (job->must_be_locked && !(flags & CKF_USER_PIN_LOCKED))
		return CKS_ERR_STATE_CHANGED;
	if (job->method != CKS_METHOD_SO_PIN)
		return CKS_OK;
	if (flags & CKF_SO_PIN_LOCKED)
		return CKS_ERR_SO_PIN_LOCKED;
	if ((flags & CKF_SO_PIN_FINAL_TRY) && !job->allow_final_try)
		return CKS_ERR_STATE_CHANGED;
	/* Fewer tries of the SO PIN than the officer was told of. */
	return flags & so_pin & ~job->token->flags ? CKS_ERR_STATE_CHANGED
						   : CKS_OK;
}

/*
 * That it is the very token which was read: a serial number may be empty, or
 * that of another token too.
 */
static enum cks_err check_token(struct attempt *a, CK_SLOT_ID slot)
{
	struct cks_token *now = NULL;
	enum cks_err err =
		reading_here(a->m, slot, true, a->job->path, "", &now);

	if (!err && !now)
		err = CKS_ERR_STATE_CHANGED;
	if (!err && !cks_token_same_objects(a->job->token, now, NULL))
		err = CKS_ERR_STATE_CHANGED;
	if (!err)
		err = check_state(a->job, now->flags);
	cks_token_free(&now);
	return err;
}

/*
 * The last look, after which the secret goes at once: that the token is in its
 * slot and its flags, asked anew in the process and session that will send.
 */
static enum cks_err look_again(struct attempt *a, CK_SLOT_ID slot)
{
	struct token_id id = a->job->token->id;
	CK_TOKEN_INFO info;
	CK_SLOT_ID now;
	enum cks_err err;

	id.slot = slot;
	err = token_id_find(a->m, &id, &now, &info);
	if (!err && now != slot)
		err = CKS_ERR_REMOVED;
	return err ? err : check_state(a->job, info.flags);
}

/* @tries is what the card said of its tries. */
static enum cks_err attempt(struct attempt *a, enum cks_err tries)
{
	CK_TOKEN_INFO info;
	CK_SLOT_ID slot;
	CK_RV rv;
	enum cks_err err = session_check_worker(a->m);

	if (!err)
		err = token_id_find(a->m, &a->job->token->id, &slot, &info);
	if (!err)
		err = check_token(a, slot);
	if (!err)
		err = tries;
	if (err)
		return err;
	rv = a->m->f->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION,
				    NULL, NULL, &a->session);
	if (rv)
		return module_failed(a->m, "C_OpenSession", rv);
	/* All is ready: only now do the secrets leave the parent. */
	a->unblock_pin = worker_take_secret(a->channel);
	a->new_pin = worker_take_secret(a->channel);
	err = look_again(a, slot);
	if (!err)
		err = a->job->method == CKS_METHOD_PUK ? by_puk(a)
						       : by_so_pin(a);
	a->m->f->C_CloseSession(a->session);
	return err;
}

static void unblock_main(int channel, const void *arg)
{
	struct module m;
	struct attempt a = { .channel = channel, .job = arg, .m = &m };
	bool opened = false;
	const struct confinement within = token_confinement(a.job->token);
	/* Whatever the module: OpenSC may stand behind it. */
	enum cks_err err = opensc_conf_enter(a.job->style, &within);
	enum cks_err tries = CKS_OK;

	if (!err)
		tries = tries_check(a.job->token, a.job->method,
				    a.job->allow_final_try);
	if (!err && tries_are_silent(tries))
		err = tries;
	if (!err) {
		err = module_open(&m, a.job->path);
		opened = !err;
		m.within = within;
		if (opened)
			err = attempt(&a, tries);
	}
	/* Whatever becomes of the process now, the answer is out. */
	report(channel, UNBLOCK_RESULT, err);
	worker_forget_secrets(&a.unblock_pin, &a.new_pin);
	worker_send_end(channel);
	if (opened)
		module_close(&m);
}

struct outcome {
	enum cks_stage stage;
	enum cks_err err;
	bool answered;
};

static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct outcome *outcome = w->owner;
	unsigned int value;

	switch (type) {
	case UNBLOCK_STAGE:
		value = wire_get_below(payload, CKS_STAGE_ANSWERED + 1);
		/* What was sent stays sent, whatever a module has the worker
		 * say. */
		if (!payload->failed && value > (unsigned int)outcome->stage)
			outcome->stage = (enum cks_stage)value;
		break;
	case UNBLOCK_RESULT:
		value = wire_get_below(payload, CKS_ERR_COUNT);
		if (!payload->failed) {
			outcome->err = (enum cks_err)value;
			outcome->answered = true;
		}
		break;
	default:
		break;
	}
	return true;
}

static bool on_end(struct worker *w, enum cks_err err)
{
	struct outcome *outcome = w->owner;

	/* A module that dies after the token's answer changes nothing; one that
	 * speaks of success before all was sent is not believed. */
	if (!outcome->answered ||
	    (!outcome->err && outcome->stage != CKS_STAGE_ANSWERED))
		outcome->err = err ? err : CKS_ERR_CRASH;
	return false;
}

enum cks_err cks_unblock_run(const struct cks_unblock *unblock,
			     enum cks_stage *stage)
{
	struct outcome outcome = { 0 };
	struct unblock_job job = { 0 };
	struct worker worker = {
		.run = unblock_main,
		.arg = &job,
		.on_frame = on_frame,
		.on_end = on_end,
		.owner = &outcome,
	};
	struct cks_token_lock *own = NULL;
	const struct cks_token *token;
	enum cks_err err;

	if (!stage)
		return CKS_ERR_ARGUMENT;
	*stage = CKS_STAGE_NOTHING_SENT;
	token = unblock ? unblock->token : NULL;
	if (!token || unblock->method == CKS_METHOD_AUTO)
		return CKS_ERR_ARGUMENT;
	/* A module might take no secret for an empty one, and spend a try. */
	if ((!unblock->unblock_pin || !unblock->new_pin) &&
	    !cks_token_has_pin_pad(token))
		return CKS_ERR_ARGUMENT;
	job = (struct unblock_job){
		.path = token->module,
		.token = token,
		.method = unblock->method,
		.style = unblock->method == CKS_METHOD_PUK
				 ? token->family->puk_style
				 : token->family->so_pin_style,
		/* Where the card and no flag told it, no flag will. */
		.must_be_locked = !unblock->force_unlocked &&
				  token->flags & CKF_USER_PIN_LOCKED,
		.allow_final_try = unblock->allow_final_try,
	};
	worker.secrets[0] = unblock->unblock_pin;
	worker.secrets[1] = unblock->new_pin;
	worker.timeout_ms = unblock->timeout_ms;
	err = token_lock_hold(token, unblock->lock, &own, &worker);
	if (!err)
		err = workers_run(&worker, 1);
	cks_token_unlock(&own);
	*stage = outcome.stage;
	if (!err)
		err = outcome.err;
	/* A card that another program holds looks as if it were gone. */
	return outcome.stage == CKS_STAGE_NOTHING_SENT
		       ? reader_blame(token->pcsc_reader, err)
		       : err;
}
