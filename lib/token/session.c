/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "cert.h"
#include "session.h"
#include "token.h"
#include "tries.h"
#include "worker.h"

enum cks_err session_check_worker(const struct module *m)
{
	bool is_opensc = maker_is_opensc(m->info.manufacturerID);

	return worker_is_sealed() && opensc_conf_is_entered() &&
			       (!is_opensc || opensc_conf_was_read())
		       ? CKS_OK
		       : CKS_ERR_UNPROTECTED;
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

/* Checks that the token is no nearer to its lock than the caller knew. */
static enum cks_err check_state(const struct session *s, CK_FLAGS flags)
{
	if (flags & CKF_USER_PIN_LOCKED)
		return CKS_ERR_USER_PIN_LOCKED;
	if (!(flags & CKF_USER_PIN_FINAL_TRY))
		return CKS_OK;
	if (s->guards_tries && !s->allow_final_try)
		return CKS_ERR_USER_PIN_FINAL_TRY;
	return s->token->flags & CKF_USER_PIN_FINAL_TRY ? CKS_OK
							: CKS_ERR_STATE_CHANGED;
}

/*
 * That it is the very token which was read: a serial number may be empty, or
 * that of another token too, and the PIN of one is a wrong try for the other.
 */
static enum cks_err check_identity(struct session *s, CK_FLAGS flags)
{
	const struct cks_token *t = s->token;
	struct cks_token *now = NULL;
	enum cks_err err = reading_here(&s->m, s->slot, false, t->module,
					t->module_maker, &now);

	if (!err && !now)
		err = CKS_ERR_STATE_CHANGED;
	if (!err)
		err = check_certificates(t, now);
	if (!err)
		err = check_state(s, flags);
	cks_token_free(&now);
	return err;
}

enum cks_err session_begin(struct session *s)
{
	const struct confinement within = token_confinement(s->token);
	enum cks_err err, tries = CKS_OK;
	CK_TOKEN_INFO info;

	if (digest_library_for_all())
		return CKS_ERR_DIGEST;
	s->openssl = digest_library();
	/* Whatever the module: OpenSC may stand behind it. */
	err = opensc_conf_enter(NULL, &within);
	if (!err && s->guards_tries)
		tries = tries_check_user(s->token, s->allow_final_try);
	if (!err && tries_are_silent(tries))
		err = tries;
	if (!err)
		err = module_open(&s->m, s->token->module);
	s->m.within = within;
	if (!err)
		err = session_check_worker(&s->m);
	if (!err)
		err = token_id_find(&s->m, &s->token->id, &s->slot, &info);
	if (!err)
		err = check_identity(s, info.flags);
	return err ? err : tries;
}

/* A token that answers with a fault is not found, and need not be gone. */
static enum cks_err why_not_found(struct session *s)
{
	CK_TOKEN_INFO info;
	CK_RV rv = s->m.f->C_GetTokenInfo(s->slot, &info);

	return rv && rv != CKR_SLOT_ID_INVALID
		       ? module_failed(&s->m, "C_GetTokenInfo", rv)
		       : CKS_ERR_REMOVED;
}

enum cks_err session_look_again(struct session *s, bool before_pin)
{
	struct token_id id = s->token->id;
	CK_TOKEN_INFO info;
	CK_SLOT_ID now;
	enum cks_err err;

	id.slot = s->slot;
	err = token_id_find(&s->m, &id, &now, &info);
	if (!err && now != s->slot)
		err = CKS_ERR_REMOVED;
	else if (err == CKS_ERR_REMOVED)
		err = why_not_found(s);
	if (!err && before_pin)
		err = check_state(s, info.flags);
	return err;
}

enum cks_err session_doubt(struct session *s, enum cks_err err)
{
	enum cks_err now = CKS_OK;

	switch (err) {
	case CKS_ERR_CANNOT_PROVE:
	case CKS_ERR_KEY_MISMATCH:
	case CKS_ERR_NO_KEY:
	case CKS_ERR_SIGNATURE:
	case CKS_ERR_UNSUPPORTED:
		now = session_look_again(s, false);
		break;
	default:
		break;
	}
	return now ? now : err;
}

enum cks_err session_login(struct session *s)
{
	CK_FUNCTION_LIST *f = s->m.f;
	CK_SESSION_HANDLE handle;
	enum cks_err err;
	CK_RV rv = f->C_OpenSession(s->slot, CKF_SERIAL_SESSION, NULL, NULL,
				    &handle);

	if (rv)
		return module_failed(&s->m, "C_OpenSession", rv);
	/* All is ready: only now does the PIN leave the parent. */
	s->pin = worker_take_secret(s->channel);
	err = session_look_again(s, true);
	if (err)
		return err;
	if (s->on_send)
		s->on_send(s);
	/* A PIN pad is asked by NULL and length 0, never by an empty string. */
	rv = f->C_Login(handle, CKU_USER,
			s->pin ? (CK_UTF8CHAR *)cks_secret_data(s->pin) : NULL,
			s->pin ? cks_secret_length(s->pin) : 0);
	if (rv)
		return module_refused_pin(&s->m, "C_Login", rv);
	s->handle = handle;
	s->is_logged_in = true;
	return CKS_OK;
}

void session_end(struct session *s)
{
	if (s->is_logged_in)
		(void)s->m.f->C_Logout(s->handle);
	worker_forget_secrets(&s->pin, &(struct cks_secret *){ NULL });
}
