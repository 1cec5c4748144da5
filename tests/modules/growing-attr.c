/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

/* However large the buffer, the value has become larger. */
static bool misbehave(CK_ATTRIBUTE *attribute, CK_RV *rv)
{
	static CK_ULONG size = 16;

	if (attribute->type != CKA_VALUE)
		return false;
	*rv = attribute->pValue ? CKR_BUFFER_TOO_SMALL : CKR_OK;
	size *= 2;
	if (size > 1UL << 20)
		size = 32;
	attribute->ulValueLen = size;
	return true;
}

const struct mock mock = {
	.attribute = misbehave,
};
