/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <unistd.h>

#include "mock.h"

/* A child that keeps every descriptor of its parent open for a minute. */
static CK_RV misbehave(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		sleep(60);
		_exit(0);
	}
	return pid < 0 ? CKR_GENERAL_ERROR : CKR_OK;
}

const struct mock mock = {
	.initialize = misbehave,
};
