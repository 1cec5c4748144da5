/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "mock.h"

/* Waits while the file MOCK_WAIT is there, and says so in MOCK_WAIT.on. */
static CK_RV pause_here(CK_SLOT_ID slot)
{
	const char *path = getenv("MOCK_WAIT");
	char on[4096];
	FILE *f;

	(void)slot;
	if (!path || access(path, F_OK))
		return CKR_OK;
	(void)snprintf(on, sizeof(on), "%s.on", path);
	f = fopen(on, "we");
	if (f)
		(void)fclose(f);
	while (!access(path, F_OK))
		(void)usleep(20000);
	return CKR_OK;
}

const struct mock mock = {
	.find_objects = pause_here,
};
