/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "mock.h"

/* All but what shows that there is a token at all. */
static CK_RV misbehave(const char *name)
{
	if (!strcmp(name, "C_Initialize") || !strcmp(name, "C_Finalize") ||
	    !strcmp(name, "C_GetInfo") || !strcmp(name, "C_GetSlotList") ||
	    !strcmp(name, "C_GetSlotInfo"))
		return CKR_OK;
	return CKR_VENDOR_DEFINED + 1;
}

const struct mock mock = {
	.call = misbehave,
};
