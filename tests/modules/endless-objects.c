/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "mock.h"

/* Short, for there are many to print. */
static bool misbehave(CK_ATTRIBUTE *attribute, CK_RV *rv)
{
	if (attribute->type != CKA_VALUE)
		return false;
	if (attribute->pValue && attribute->ulValueLen > 0)
		memset(attribute->pValue, 0, 1);
	attribute->ulValueLen = 1;
	*rv = CKR_OK;
	return true;
}

const struct mock mock = {
	.attribute = misbehave,
	.objects_without_end = true,
};
