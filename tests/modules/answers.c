/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "mock.h"

/* Answers what MOCK_ANSWER says, "C_InitPIN=0xa2", and else behaves. */
static CK_RV answer(const char *name)
{
	const char *answer = getenv("MOCK_ANSWER");
	size_t len = strlen(name);

	if (!answer || strncmp(answer, name, len) != 0 || answer[len] != '=')
		return CKR_OK;
	return strtoul(answer + len + 1, NULL, 0);
}

const struct mock mock = {
	.call = answer,
};
