/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

static CK_RV misbehave(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	(void)info;
	if (slot == 1)
		return CKR_DEVICE_ERROR;
	return CKR_OK;
}

const struct mock mock = {
	.slots = 3,
	.token_info = misbehave,
};
