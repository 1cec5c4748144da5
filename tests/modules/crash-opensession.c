/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>

#include "mock.h"

static CK_RV misbehave(CK_SLOT_ID slot)
{
	if (slot == 1)
		(void)raise(SIGBUS);
	return CKR_OK;
}

const struct mock mock = {
	.slots = 3,
	.open_session = misbehave,
};
