/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>

#include "mock.h"

static CK_RV misbehave(void)
{
	(void)raise(SIGSEGV);
	return CKR_OK;
}

const struct mock mock = {
	.slot_list = misbehave,
};
