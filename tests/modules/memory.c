/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "mock.h"

/*
 * Without a limit of its own the process would take the machine along, which
 * is more than a test may do: it stops at 4 GiB and hangs.
 */
static CK_RV misbehave(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	const size_t step = 16UL << 20;

	(void)slot;
	(void)info;
	for (int i = 0; i < 256; i++) {
		char *block = malloc(step);

		if (!block)
			return CKR_HOST_MEMORY;
		memset(block, i + 1, step);
		/* Else the compiler may leave out both. */
		__asm__ volatile("" : : "r"(block) : "memory");
	}
	mock_hang(false);
}

const struct mock mock = {
	.token_info = misbehave,
};
