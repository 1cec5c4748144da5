/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

/* CKR_OK is what is wrong with it. */
static bool misbehave(CK_ATTRIBUTE *attribute, CK_RV *rv)
{
	if (attribute->type != CKA_VALUE)
		return false;
	attribute->ulValueLen = CK_UNAVAILABLE_INFORMATION;
	*rv = CKR_OK;
	return true;
}

const struct mock mock = {
	.attribute = misbehave,
};
