/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

static CK_RV misbehave(CK_SLOT_ID slot)
{
	if (slot == 1)
		return CKR_DEVICE_REMOVED;
	return CKR_OK;
}

const struct mock mock = {
	.slots = 3,
	.open_session = misbehave,
};
