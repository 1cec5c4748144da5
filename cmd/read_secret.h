/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Getting PINs from the officer. */
#ifndef CMD_READ_SECRET_H
#define CMD_READ_SECRET_H

#include "token/ckstoken.h"

/* Where a secret comes from: a file, a descriptor, or else the terminal. */
struct secret_source {
	const char *file;
	int fd;		    /* -1: none */
	const char *option; /* for messages: "so-pin" */
};

/*
 * Reads the first line of the file or descriptor; or else asks for the secret
 * on the terminal with @prompt, without echo, and @twice to be sure. 0 with
 * *@secret for the caller to free, or an exit code, with an error printed.
 */
int read_secret(const struct secret_source *source, const char *prompt,
		bool twice, struct cks_secret **secret);

/* Whether @source names a file or a descriptor. */
bool secret_is_given(const struct secret_source *source);

#endif
