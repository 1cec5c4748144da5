/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <p11-kit/pkcs11.h>

#include "token.h"

const char *cks_pin_state_name(enum cks_pin_state state)
{
	switch (state) {
	case CKS_PIN_OK:
		return "ok";
	case CKS_PIN_COUNT_LOW:
		return "count-low";
	case CKS_PIN_FINAL_TRY:
		return "final-try";
	case CKS_PIN_LOCKED:
		return "locked";
	case CKS_PIN_NOT_SET:
		return "not-set";
	case CKS_PIN_MUST_CHANGE:
		return "must-change";
	case CKS_PIN_UNKNOWN:
		break;
	}
	return "unknown";
}

enum cks_pin_state cks_token_user_pin(const struct cks_token *t)
{
	unsigned long flags = t->flags;

	if (flags & CKF_USER_PIN_LOCKED)
		return CKS_PIN_LOCKED;
	/* A module that sets no flags at all says nothing by leaving it out. */
	if (t->family->reports_user_pin && !(flags & CKF_USER_PIN_INITIALIZED))
		return CKS_PIN_NOT_SET;
	if (flags & CKF_USER_PIN_FINAL_TRY)
		return CKS_PIN_FINAL_TRY;
	if (flags & CKF_USER_PIN_COUNT_LOW)
		return CKS_PIN_COUNT_LOW;
	if (flags & CKF_USER_PIN_TO_BE_CHANGED)
		return CKS_PIN_MUST_CHANGE;
	return t->family->reports_user_pin ? CKS_PIN_OK : CKS_PIN_UNKNOWN;
}

enum cks_pin_state cks_token_so_pin(const struct cks_token *t)
{
	unsigned long flags = t->flags;

	if (flags & CKF_SO_PIN_LOCKED)
		return CKS_PIN_LOCKED;
	if (flags & CKF_SO_PIN_FINAL_TRY)
		return CKS_PIN_FINAL_TRY;
	if (flags & CKF_SO_PIN_COUNT_LOW)
		return CKS_PIN_COUNT_LOW;
	if (flags & CKF_SO_PIN_TO_BE_CHANGED)
		return CKS_PIN_MUST_CHANGE;
	return t->family->reports_so_pin ? CKS_PIN_OK : CKS_PIN_UNKNOWN;
}
