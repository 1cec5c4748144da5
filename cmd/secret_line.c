/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "secret_line.h"

#include <errno.h>
#include <unistd.h>

int secret_line_read(int fd, int stop, struct cks_secret *secret)
{
	char *data = cks_secret_data(secret);
	size_t len = 0;

	for (;;) {
		char *at = len < SECRET_LINE_MAX ? data + len : NULL;
		char beyond;
		ssize_t n = read(fd, at ? at : &beyond, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0 || (at ? *at : beyond) == '\n')
			break;
		if (!at) {
			errno = EMSGSIZE;
			return -1;
		}
		len++;
		if (*at == stop)
			break;
	}
	if (len > 0 && data[len - 1] == '\r')
		len--;
	return cks_secret_set_length(secret, len) ? -1 : 0;
}
