/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

/* The token that other modules show with a serial number in capitals. */
static CK_RV misbehave(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	(void)slot;
	mock_pad(info->serialNumber, sizeof(info->serialNumber),
		 "mock00000000");
	return CKR_OK;
}

const struct mock mock = {
	.token_info = misbehave,
};
