/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "mock.h"

/* A token that its maker gave no number. */
static CK_RV misbehave(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	(void)slot;
	memset(info->serialNumber, ' ', sizeof(info->serialNumber));
	return CKR_OK;
}

const struct mock mock = {
	.token_info = misbehave,
};
