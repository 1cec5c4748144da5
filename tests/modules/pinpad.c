/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

const struct mock mock = {
	.token_flags = CKF_PROTECTED_AUTHENTICATION_PATH,
};
