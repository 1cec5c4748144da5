/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "mock.h"

/*
 * Changes behind the back of who is about to send a secret: from the second
 * session on that a process opens, the token is as MOCK_LATE says, "unlocked",
 * "so-low", "so-final" or "gone".
 */
static unsigned int sessions;

static bool is_late(const char *how)
{
	const char *late = getenv("MOCK_LATE");

	return sessions >= 2 && late && strcmp(late, how) == 0;
}

static CK_RV count_session(CK_SLOT_ID slot)
{
	(void)slot;
	sessions++;
	return CKR_OK;
}

static CK_RV change(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	(void)slot;
	if (is_late("unlocked"))
		info->flags &= ~(CK_FLAGS)CKF_USER_PIN_LOCKED;
	if (is_late("so-low"))
		info->flags |= CKF_SO_PIN_COUNT_LOW;
	if (is_late("so-final"))
		info->flags |= CKF_SO_PIN_FINAL_TRY;
	return is_late("gone") ? CKR_TOKEN_NOT_PRESENT : CKR_OK;
}

const struct mock mock = {
	.open_session = count_session,
	.token_info = change,
};
