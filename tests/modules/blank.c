/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

static CK_RV never_initialized(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	(void)slot;
	info->flags &= ~(CK_FLAGS)CKF_TOKEN_INITIALIZED;
	return CKR_OK;
}

const struct mock mock = {
	.token_info = never_initialized,
};
