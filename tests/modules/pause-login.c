/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mock.h"

/*
 * Makes "began" in the folder MOCK_PAUSE at each C_Login and waits there for
 * "go", so that a test can act in the middle of an attempt without a clock.
 */
static CK_RV wait_at_login(const char *name)
{
	const char *folder = getenv("MOCK_PAUSE");
	char began[256], go[256];
	int fd;

	if (!folder || strcmp(name, "C_Login") != 0)
		return CKR_OK;
	snprintf(began, sizeof(began), "%s/began", folder);
	snprintf(go, sizeof(go), "%s/go", folder);
	fd = open(began, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return CKR_GENERAL_ERROR;
	close(fd);
	while (access(go, F_OK))
		usleep(10000);
	return CKR_OK;
}

const struct mock mock = {
	.call = wait_at_login,
};
