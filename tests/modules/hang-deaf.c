/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

static CK_RV misbehave(void)
{
	mock_hang(true);
}

const struct mock mock = {
	.slot_list = misbehave,
};
