/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <limits.h>
#include <string.h>

#include "mock.h"

/* The first two say the same of themselves, the third says hardly anything; and
 * no slot has a number that a signed one could be. */
static CK_RV misbehave(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	if (slot == ULONG_MAX) {
		memset(info->label, 0, sizeof(info->label));
		mock_pad(info->serialNumber, sizeof(info->serialNumber), "");
		return CKR_OK;
	}
	mock_pad(info->label, sizeof(info->label), "Twin");
	mock_pad(info->serialNumber, sizeof(info->serialNumber), "1234");
	return CKR_OK;
}

const struct mock mock = {
	.slots = 3,
	.first_slot = ULONG_MAX - 2,
	.token_info = misbehave,
};
