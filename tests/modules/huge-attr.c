/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

static bool misbehave(CK_ATTRIBUTE *attribute, CK_RV *rv)
{
	if (attribute->type != CKA_VALUE)
		return false;
	attribute->ulValueLen = 3UL << 30;
	*rv = CKR_OK;
	return true;
}

const struct mock mock = {
	.attribute = misbehave,
};
