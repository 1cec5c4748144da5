/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "mock.h"

static CK_RV misbehave(void)
{
	exit(0);
}

const struct mock mock = {
	.initialize = misbehave,
};
