/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

static const struct {
	CK_ULONG min, max;
} lengths[] = {
	{ 0, 0 },
	{ CK_UNAVAILABLE_INFORMATION, CK_UNAVAILABLE_INFORMATION },
	{ 4, CK_UNAVAILABLE_INFORMATION },
	{ CK_UNAVAILABLE_INFORMATION, 16 },
	{ 200, 16 },
	{ 4, 0 },
	{ 5, 7 },
};

#define COUNT (sizeof(lengths) / sizeof(*lengths))

static CK_RV misbehave(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	info->ulMinPinLen = lengths[slot].min;
	info->ulMaxPinLen = lengths[slot].max;
	return CKR_OK;
}

const struct mock mock = {
	.slots = COUNT,
	.token_info = misbehave,
};
