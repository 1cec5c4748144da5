/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "mock.h"

#define SIZE (1000UL * 1000)

/* Each value is read, and all of them are more than a token's objects may be.
 */
static bool misbehave(CK_ATTRIBUTE *attribute, CK_RV *rv)
{
	if (attribute->type != CKA_VALUE)
		return false;
	*rv = attribute->pValue && attribute->ulValueLen < SIZE
		      ? CKR_BUFFER_TOO_SMALL
		      : CKR_OK;
	if (attribute->pValue && *rv == CKR_OK)
		memset(attribute->pValue, 0, SIZE);
	attribute->ulValueLen = SIZE;
	return true;
}

const struct mock mock = {
	.attribute = misbehave,
	.objects_without_end = true,
};
