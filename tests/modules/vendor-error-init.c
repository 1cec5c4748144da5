/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

static CK_RV misbehave(void)
{
	return CKR_VENDOR_DEFINED + 1;
}

const struct mock mock = {
	.initialize = misbehave,
};
