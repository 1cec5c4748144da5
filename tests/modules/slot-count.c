/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

/* More than there was room for, and none of them written. */
static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID *list, CK_ULONG *count)
{
	(void)present;
	(void)list;
	*count = 1UL << 40;
	return CKR_OK;
}

static CK_RV misbehave(CK_FUNCTION_LIST *list)
{
	list->C_GetSlotList = get_slot_list;
	return CKR_OK;
}

const struct mock mock = { .function_list = misbehave };
