/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

static CK_RV misbehave(CK_FUNCTION_LIST *list)
{
	list->version = (CK_VERSION){ 2, 1 };
	return CKR_OK;
}

const struct mock mock = {
	.function_list = misbehave,
};
