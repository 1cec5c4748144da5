/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

/* As OpenSC's drivers without a status query: nothing is known of the PINs. */
static CK_RV misbehave(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	(void)slot;
	info->flags &= CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED |
		       CKF_USER_PIN_INITIALIZED;
	return CKR_OK;
}

const struct mock mock = {
	.token_info = misbehave,
};
