/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "mock.h"

static CK_RV misbehave(CK_FUNCTION_LIST *list)
{
	CK_VERSION version = list->version;

	memset(list, 0, sizeof(*list));
	list->version = version;
	return CKR_OK;
}

const struct mock mock = {
	.function_list = misbehave,
};
