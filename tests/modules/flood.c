/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <unistd.h>

#include "mock.h"

/* 32 MiB to each, and then as if nothing had been. */
static CK_RV misbehave(void)
{
	static char line[4096];
	ssize_t written = 0;

	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\n';
	for (int i = 0; i < 8192; i++) {
		written += write(STDOUT_FILENO, line, sizeof(line));
		written += write(STDERR_FILENO, line, sizeof(line));
	}
	(void)written;
	return CKR_OK;
}

const struct mock mock = {
	.initialize = misbehave,
};
