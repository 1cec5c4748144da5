/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

/* Before anybody has called anything of the module. */
__attribute__((constructor)) static void misbehave(void)
{
	mock_hang(false);
}

const struct mock mock = { .slots = 1 };
