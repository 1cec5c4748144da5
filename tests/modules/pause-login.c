/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "mock.h"

/*
 * Makes "began" in the folder MOCK_PAUSE at each C_Login and waits there for
 * "go", so that a test can act in the middle of an attempt without a clock.
 */
static CK_RV wait_at_login(const char *name)
{
	return strcmp(name, "C_Login") == 0 ? mock_pause() : CKR_OK;
}

const struct mock mock = {
	.call = wait_at_login,
};
