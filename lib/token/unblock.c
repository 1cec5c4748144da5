/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <string.h>

#include "base/i18n.h"
#include "token.h"
#include "unblock.h"
#include "worker.h"

struct outcome {
	enum cks_stage stage;
	enum cks_err err;
	bool answered;
};

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
	const struct family *f = token->family;
	enum cks_method chosen = wanted == CKS_METHOD_AUTO ? f->method : wanted;
	const char *why = why_not(f, chosen);

	/*
	 * C_SetPIN may take a PUK for the user PIN, at the cost of one of its
	 * tries; on a token known to be locked there is none to lose.
	 */
	if (!why && chosen == CKS_METHOD_PUK && !f->puk_style &&
	    f->method != CKS_METHOD_PUK &&
	    cks_token_user_pin(token) != CKS_PIN_LOCKED)
		why = N_(
			"it does not tell that its user PIN is locked, and may take the PUK for the user PIN");
	/* A reason known for a whole family is the better one to tell. */
	if (chosen == CKS_METHOD_AUTO && f->why_not_so_pin)
		why = f->why_not_so_pin;
	if (why) {
		if (reason)
			*reason = _(why);
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

static enum cks_err check_form(const struct cks_secret *secret,
			       const struct pin_form *form)
{
	size_t len = cks_secret_length(secret);

	if (len == 0 || (form->max > 0 && (len < form->min || len > form->max)))
		return CKS_ERR_PIN_LENGTH;
	if (!has_alphabet(secret, form->alphabet))
		return CKS_ERR_PIN_CHARACTERS;
	return CKS_OK;
}

enum cks_err cks_new_pin_check(const struct cks_token *token,
			       const struct cks_secret *new_pin)
{
	size_t len = cks_secret_length(new_pin);

	if (len < token->pin_min ||
	    (token->pin_max > 0 && len > token->pin_max))
		return CKS_ERR_PIN_LENGTH;
	return check_form(new_pin, &token->family->new_pin);
}

enum cks_err cks_unblock_pin_check(const struct cks_token *token,
				   enum cks_method method,
				   const struct cks_secret *unblock_pin)
{
	(void)method;
	return check_form(unblock_pin, &token->family->unblock_pin);
}

static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct outcome *outcome = w->owner;
	uint64_t value = wire_get_u64(payload);

	if (type == UNBLOCK_STAGE && value <= CKS_STAGE_ANSWERED) {
		outcome->stage = (enum cks_stage)value;
	} else if (type == UNBLOCK_RESULT && value <= CKS_ERR_OPENSC_CONF) {
		outcome->err = (enum cks_err)value;
		outcome->answered = true;
	}
	return true;
}

static bool on_end(struct worker *w, enum cks_err err)
{
	struct outcome *outcome = w->owner;

	/* A module that dies after the token's answer changes nothing. */
	if (!outcome->answered)
		outcome->err = err ? err : CKS_ERR_CRASH;
	return false;
}

enum cks_err cks_unblock_run(const struct cks_unblock *unblock,
			     enum cks_stage *stage)
{
	const struct family *f = unblock->token->family;
	struct outcome outcome = { 0 };
	struct unblock_job job = {
		.path = unblock->token->module,
		.token = unblock->token,
		.method = unblock->method,
		.style = unblock->method == CKS_METHOD_PUK ? f->puk_style
							   : f->so_pin_style,
		.must_be_locked =
			!unblock->force_unlocked &&
			cks_token_user_pin(unblock->token) == CKS_PIN_LOCKED,
		.allow_final_try = unblock->allow_final_try,
	};
	struct worker worker = {
		.run = unblock_main,
		.arg = &job,
		.secrets = { unblock->unblock_pin, unblock->new_pin },
		.timeout_ms = unblock->timeout_ms,
		.on_frame = on_frame,
		.on_end = on_end,
		.owner = &outcome,
	};
	enum cks_err err;

	*stage = CKS_STAGE_NOTHING_SENT;
	if (unblock->method == CKS_METHOD_AUTO)
		return CKS_ERR_ARGUMENT;
	err = workers_run(&worker, 1);
	*stage = outcome.stage;
	return err ? err : outcome.err;
}
