/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

/* A device that fails in the middle of reading the certificate. */
static bool misbehave(CK_ATTRIBUTE *attribute, CK_RV *rv)
{
	if (attribute->type != CKA_VALUE)
		return false;
	attribute->ulValueLen = CK_UNAVAILABLE_INFORMATION;
	*rv = CKR_DEVICE_ERROR;
	return true;
}

const struct mock mock = {
	.attribute = misbehave,
};
