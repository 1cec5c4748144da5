/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one attempt, in its worker. Each stage is told before the call that
 * begins it, so that the parent knows what may have been sent when this process
 * dies in the call.
 */
#include "opensc_conf.h"
#include "token.h"
#include "unblock.h"
#include "worker.h"

struct attempt {
	int channel;
	const struct unblock_job *job;
	struct module *m;
	CK_SESSION_HANDLE session;
	struct cks_secret *unblock_pin, *new_pin;
};

static void tell(int channel, enum unblock_frame frame, uint64_t value)
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

/* What an answer to the SO PIN or PUK means. */
static enum cks_err key_error(struct attempt *a, const char *name, CK_RV rv)
{
	bool puk = a->job->method == CKS_METHOD_PUK;

	switch (rv) {
	case CKR_PIN_INCORRECT:
	case CKR_PIN_INVALID:
		return puk ? CKS_ERR_PUK_INCORRECT : CKS_ERR_SO_PIN_INCORRECT;
	case CKR_PIN_LOCKED:
		return puk ? CKS_ERR_PUK_LOCKED : CKS_ERR_SO_PIN_LOCKED;
	case CKR_PIN_LEN_RANGE:
		return CKS_ERR_PIN_LENGTH;
	default:
		return module_failed(a->m, name, rv);
	}
}

/*
 * Through OpenSC the SO PIN is only spent here, not at the login: its answer
 * to C_InitPIN is the answer to the SO PIN as well.
 */
static enum cks_err init_pin_error(struct attempt *a, CK_RV rv)
{
	if (rv == CKR_PIN_INVALID)
		return CKS_ERR_PIN_CHARACTERS;
	return key_error(a, "C_InitPIN", rv);
}

static enum cks_err by_so_pin(struct attempt *a)
{
	CK_FUNCTION_LIST *f = a->m->f;
	CK_RV rv;

	tell(a->channel, UNBLOCK_STAGE, CKS_STAGE_UNBLOCK_PIN_SENT);
	rv = f->C_Login(a->session, CKU_SO, bytes_of(a->unblock_pin),
			length_of(a->unblock_pin));
	tell(a->channel, UNBLOCK_STAGE, CKS_STAGE_UNBLOCK_PIN_ANSWERED);
	/* Anything but CKR_OK, "already logged in" too, is not success. */
	if (rv)
		return key_error(a, "C_Login", rv);
	tell(a->channel, UNBLOCK_STAGE, CKS_STAGE_NEW_PIN_SENT);
	rv = f->C_InitPIN(a->session, bytes_of(a->new_pin),
			  length_of(a->new_pin));
	tell(a->channel, UNBLOCK_STAGE, CKS_STAGE_ANSWERED);
	f->C_Logout(a->session);
	return rv ? init_pin_error(a, rv) : CKS_OK;
}

static enum cks_err by_puk(struct attempt *a)
{
	CK_RV rv;

	tell(a->channel, UNBLOCK_STAGE, CKS_STAGE_NEW_PIN_SENT);
	rv = a->m->f->C_SetPIN(a->session, bytes_of(a->unblock_pin),
			       length_of(a->unblock_pin), bytes_of(a->new_pin),
			       length_of(a->new_pin));
	tell(a->channel, UNBLOCK_STAGE, CKS_STAGE_ANSWERED);
	return rv ? key_error(a, "C_SetPIN", rv) : CKS_OK;
}

/*
 * The parent has looked before; but another program, or the officer at the
 * next desk, may have been here since.
 */
static enum cks_err check_state(const struct unblock_job *job, CK_FLAGS flags)
{
	if (job->must_be_locked && !(flags & CKF_USER_PIN_LOCKED))
		return CKS_ERR_STATE_CHANGED;
	if (job->method != CKS_METHOD_SO_PIN)
		return CKS_OK;
	if (flags & CKF_SO_PIN_LOCKED)
		return CKS_ERR_SO_PIN_LOCKED;
	if ((flags & CKF_SO_PIN_FINAL_TRY) && !job->allow_final_try)
		return CKS_ERR_STATE_CHANGED;
	return CKS_OK;
}

/*
 * That it is the very token which was read: a serial number may be empty, or
 * that of another token too.
 */
static enum cks_err check_token(struct attempt *a, CK_SLOT_ID slot)
{
	struct wire w = { 0 };
	struct cks_token *now = NULL;
	bool blank = false;
	enum cks_err err = reading_token(a->m, slot, true, &w, &blank);

	if (!err && !blank)
		now = token_decode(&w, a->job->path, "");
	if (!err && !now)
		err = CKS_ERR_STATE_CHANGED;
	if (!err && !cks_token_same_objects(a->job->token, now, NULL))
		err = CKS_ERR_STATE_CHANGED;
	if (!err)
		err = check_state(a->job, now->flags);
	cks_token_free(&now);
	wire_free(&w);
	return err;
}

static enum cks_err attempt(struct attempt *a)
{
	CK_TOKEN_INFO info;
	CK_SLOT_ID slot;
	CK_RV rv;
	enum cks_err err =
		token_id_find(a->m, &a->job->token->id, &slot, &info);

	if (!err)
		err = check_token(a, slot);
	if (err)
		return err;
	rv = a->m->f->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION,
				    NULL, NULL, &a->session);
	if (rv)
		return module_failed(a->m, "C_OpenSession", rv);
	err = a->job->method == CKS_METHOD_PUK ? by_puk(a) : by_so_pin(a);
	a->m->f->C_CloseSession(a->session);
	return err;
}

void unblock_main(int channel, const void *arg)
{
	struct module m;
	struct attempt a = { .channel = channel, .job = arg, .m = &m };
	enum cks_err err;
	bool opened = false;

	a.unblock_pin = worker_take_secret(channel);
	a.new_pin = worker_take_secret(channel);
	/* Whatever the module: OpenSC may stand behind it. */
	err = opensc_conf_error(opensc_conf_enter(a.job->style));
	if (!err) {
		err = module_open(&m, a.job->path);
		opened = !err;
		if (opened)
			err = attempt(&a);
	}
	cks_secret_free(&a.unblock_pin);
	cks_secret_free(&a.new_pin);
	tell(channel, UNBLOCK_RESULT, err);
	worker_send_end(channel);
	if (opened)
		module_close(&m);
}
