/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

static CK_RV misbehave(void)
{
	mock_hang(false);
}

const struct mock mock = {
	.finalize = misbehave,
};
