/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/subprocess.h"
#include "ckstoken.h"
#include "scan_error.h"

/* 1. Codes, and what they say */

static const struct {
	const char *name;
	const char *sentence;
} errors[CKS_ERR_COUNT] = {
	[CKS_OK] = { "ok", N_("Done.") },
	[CKS_ERR_ARGUMENT] = { "argument", N_("An argument is not valid.") },
	[CKS_ERR_MEMORY] = { "memory", N_("Out of memory.") },
	[CKS_ERR_SYSTEM] = { "system",
			     N_("The system gives no more processes, open files or memory: the limits of this session (ulimit -a) may be too low, above all that of open files (ulimit -n).") },
	[CKS_ERR_TIMEOUT] = { "timeout",
			      N_("The module did not answer in time.") },
	[CKS_ERR_CRASH] = { "crash", N_("The module crashed.") },
	[CKS_ERR_LOAD] = { "load", N_("The module cannot be loaded.") },
	[CKS_ERR_ARCHITECTURE] = { "architecture",
				   N_("The module is built for another kind of processor.") },
	[CKS_ERR_DEVICE] = { "device",
			     N_("The token or its module reports a fault.") },
	[CKS_ERR_NOT_RECOGNIZED] = { "not-recognized",
				     N_("The module does not know the card in this reader.") },
	[CKS_ERR_REMOVED] = { "removed", N_("The token was pulled out.") },
	[CKS_ERR_BUSY] = { "busy", N_("Another program holds the token.") },
	[CKS_ERR_SO_PIN_INCORRECT] = { "so-pin-incorrect",
				       N_("The SO PIN is wrong: one of its tries is gone.") },
	[CKS_ERR_SO_PIN_LOCKED] = { "so-pin-locked",
				    N_("The SO PIN is locked.") },
	[CKS_ERR_PUK_INCORRECT] = { "puk-incorrect",
				    N_("The PUK is wrong: one of its tries is gone.") },
	[CKS_ERR_PUK_LOCKED] = { "puk-locked", N_("The PUK is locked.") },
	[CKS_ERR_USER_PIN_INCORRECT] = { "user-pin-incorrect",
					 N_("The user PIN is wrong: one of its tries is gone.") },
	[CKS_ERR_USER_PIN_LOCKED] = { "user-pin-locked",
				      N_("The user PIN is locked.") },
	[CKS_ERR_PIN_LENGTH] = { "pin-length",
				 N_("The new PIN is shorter or longer than the token allows.") },
	[CKS_ERR_PIN_CHARACTERS] = { "pin-characters",
				     N_("The new PIN has characters that the token does not accept.") },
	[CKS_ERR_CANCELED] = { "canceled",
			       N_("Cancelled on the token's PIN pad.") },
	[CKS_ERR_UNSUPPORTED] = { "unsupported",
				  N_("The token does not support this.") },
	[CKS_ERR_STATE_CHANGED] = { "state-changed",
				    N_("The token's state has changed since it was read.") },
	[CKS_ERR_NO_EFFECT] = { "no-effect",
				N_("The token reported success, but the state of its user PIN is as it was.") },
	[CKS_ERR_CERTIFICATE] = { "certificate",
				  N_("This is not an X.509 certificate.") },
	[CKS_ERR_NO_KEY] = { "no-key",
			     N_("The token shows no private key that belongs to a certificate.") },
	[CKS_ERR_SIGNATURE] = { "signature",
				N_("A private key answers with something that is no signature.") },
	[CKS_ERR_NO_SERVICE] = { "no-service",
				 N_("The reader service pcscd does not answer.") },
	[CKS_ERR_OPENSC_CONF] = { "opensc-conf",
				  N_("OpenSC's configuration (opensc.conf) has an error and cannot be used; correct it first.") },
	[CKS_ERR_SO_PIN_LENGTH] = { "so-pin-length",
				    N_("The SO PIN is shorter or longer than an SO PIN of this token.") },
	[CKS_ERR_SO_PIN_CHARACTERS] = { "so-pin-characters",
					N_("The SO PIN has characters that no SO PIN of this token has.") },
	[CKS_ERR_PUK_LENGTH] = { "puk-length",
				 N_("The PUK is shorter or longer than a PUK of this token.") },
	[CKS_ERR_PUK_CHARACTERS] = { "puk-characters",
				     N_("The PUK has characters that no PUK of this token has.") },
	[CKS_ERR_ANOTHER_ATTEMPT] = { "another-attempt",
				      N_("Another process is at work on this token.") },
	[CKS_ERR_KEY_MISMATCH] = { "key-mismatch",
				   N_("A private key and the certificate beside it do not go together.") },
	[CKS_ERR_CANNOT_PROVE] = { "cannot-prove",
				   N_("Not every key could be made to sign, so the token is neither proved nor disproved.") },
	[CKS_ERR_DIGEST] = { "digest",
			     N_("OpenSSL gives no SHA-256 on this machine.") },
	[CKS_ERR_LIMIT] = { "limit",
			    N_("There is more than this program reads; what lies beyond is not known.") },
	[CKS_ERR_DENIED] = { "denied",
			     N_("The reader service pcscd refuses this user (polkit).") },
	[CKS_ERR_EITHER_LENGTH] = { "either-length",
				    N_("The token refuses the length of the new PIN, or of the SO PIN or PUK; it does not say which.") },
	[CKS_ERR_PIN_REFUSED] = { "pin-refused",
				  N_("The token refuses the new PIN as too weak.") },
	[CKS_ERR_UNPROTECTED] = { "unprotected",
				  N_("No process could be made that keeps the secret safe (its limits, or its private configuration of OpenSC, are not in force).") },
	[CKS_ERR_USER_PIN_LENGTH] = { "user-pin-length",
				      N_("The user PIN is shorter or longer than any that this token takes.") },
	[CKS_ERR_USER_PIN_FINAL_TRY] = { "user-pin-final-try",
					 N_("One try of the user PIN is left: a wrong PIN would lock the token, so none was sent.") },
};

const char *cks_strerror(enum cks_err err)
{
	const char *sentence;

	forks_hold();
	sentence = (size_t)err < CKS_ERR_COUNT ? _(errors[err].sentence)
					       : _("Unknown error.");
	forks_release();
	return sentence;
}

void cks_set_translator(const char *(*translate)(const char *message))
{
	i18n_set_translator(translate);
}

const char *cks_err_name(enum cks_err err)
{
	if ((size_t)err >= CKS_ERR_COUNT)
		return "unknown";
	return errors[err].name;
}

const char *cks_version(void)
{
	return CKS_VERSION;
}

/* 2. What failed in a scan */

struct cks_scan_error *scan_error_new(const char *module,
				      const unsigned long *slot,
				      const char *reader, enum cks_err code,
				      const char *detail)
{
	struct cks_scan_error *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->module = strdup(module);
	e->reader = strdup(reader);
	e->detail = strdup(detail);
	e->atr = strdup("");
	e->pcsc_reader = strdup("");
	e->holders = strdup("");
	e->has_slot = slot != NULL;
	e->slot = slot ? *slot : 0;
	e->code = code;
	if (!e->module || !e->reader || !e->detail || !e->atr ||
	    !e->pcsc_reader || !e->holders) {
		scan_error_free(e);
		return NULL;
	}
	return e;
}

bool scan_error_set_reader(struct cks_scan_error *e, const char *reader,
			   const char *pcsc_reader)
{
	char *name = strdup(reader), *pcsc_name = strdup(pcsc_reader);

	if (!name || !pcsc_name) {
		free(name);
		free(pcsc_name);
		return false;
	}
	free(e->reader);
	free(e->pcsc_reader);
	e->reader = name;
	e->pcsc_reader = pcsc_name;
	return true;
}

/* A worker may send any number: only errors of a module or slot are taken. */
static enum cks_err reportable(uint64_t error)
{
	switch (error) {
	case CKS_ERR_TIMEOUT:
	case CKS_ERR_LOAD:
	case CKS_ERR_ARCHITECTURE:
	case CKS_ERR_NOT_RECOGNIZED:
	case CKS_ERR_REMOVED:
	case CKS_ERR_BUSY:
	case CKS_ERR_LIMIT:
	case CKS_ERR_DIGEST:
	case CKS_ERR_NO_SERVICE:
	case CKS_ERR_DENIED:
		return (enum cks_err)error;
	default:
		return CKS_ERR_DEVICE;
	}
}

struct cks_scan_error *scan_error_decode(struct wire *w, const char *module)
{
	bool has_slot = wire_get_u64(w) != 0;
	unsigned long slot = wire_get_u64(w);
	char *reader = wire_get_clean_text(w);
	enum cks_err code = reportable(wire_get_u64(w));
	char *detail = wire_get_clean_text(w);
	struct cks_scan_error *e = NULL;

	if (!w->failed)
		e = scan_error_new(module, has_slot ? &slot : NULL, reader,
				   code, detail);
	free(reader);
	free(detail);
	return e;
}

void scan_error_free(struct cks_scan_error *e)
{
	if (!e)
		return;
	free(e->module);
	free(e->reader);
	free(e->detail);
	free(e->atr);
	free(e->pcsc_reader);
	free(e->holders);
	free(e);
}

bool scan_list_add(struct scan_list *list, void *item)
{
	/* Grows at each power of two. */
	if ((list->n & (list->n - 1)) == 0) {
		size_t room = list->n ? 2 * list->n : 1;
		void **grown = reallocarray(list->items, room, sizeof(void *));

		if (!grown)
			return false;
		list->items = grown;
	}
	list->items[list->n++] = item;
	return true;
}

enum cks_err cks_scan_error_code(const struct cks_scan_error *e)
{
	return e ? e->code : CKS_OK;
}

const char *cks_scan_error_module(const struct cks_scan_error *e)
{
	return e ? e->module : "";
}

const char *cks_scan_error_reader(const struct cks_scan_error *e)
{
	return e ? e->reader : "";
}

const char *cks_scan_error_detail(const struct cks_scan_error *e)
{
	return e ? e->detail : "";
}

const char *cks_scan_error_atr(const struct cks_scan_error *e)
{
	return e ? e->atr : "";
}

const char *cks_scan_error_holders(const struct cks_scan_error *e,
				   bool *is_certain)
{
	if (is_certain)
		*is_certain = e && e->is_certain;
	return e ? e->holders : "";
}

bool cks_scan_error_critical(const struct cks_scan_error *e)
{
	return e && !e->is_optional;
}

bool cks_scan_error_slot(const struct cks_scan_error *e, unsigned long *slot)
{
	if (!e || !e->has_slot)
		return false;
	if (slot)
		*slot = e->slot;
	return true;
}
