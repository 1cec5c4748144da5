/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stddef.h>

#include "mock.h"

static CK_RV misbehave(CK_FUNCTION_LIST *list)
{
	list->C_GetTokenInfo = NULL;
	return CKR_OK;
}

const struct mock mock = {
	.function_list = misbehave,
};
