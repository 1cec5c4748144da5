/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

static CK_RV misbehave(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	(void)slot;
	(void)info;
	return CKR_TOKEN_NOT_RECOGNIZED;
}

const struct mock mock = {
	.token_info = misbehave,
};
