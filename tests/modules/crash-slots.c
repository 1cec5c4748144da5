/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>

#include "mock.h"

/* In more slots than a module may fail in before it is given up. */
static CK_RV misbehave(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	(void)info;
	if (slot < 10)
		(void)raise(SIGSEGV);
	return CKR_OK;
}

const struct mock mock = {
	.slots = 12,
	.token_info = misbehave,
};
