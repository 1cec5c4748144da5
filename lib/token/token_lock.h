/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The lock that keeps the attempts on one token apart, whoever on this machine
 * makes them: listening sockets with abstract names (unix(7)), made of what the
 * token is known by. Such a name needs no folder and no right, all users of the
 * machine see it, and it is free again as soon as no process has the socket
 * open, however that process ended. Whoever takes the name of a token that is
 * not his can hold up an attempt, and do no more than that.
 */
#ifndef TOKEN_TOKEN_LOCK_H
#define TOKEN_TOKEN_LOCK_H

#include <sys/un.h>

#include "token.h"

/* The token by itself, and the reader that it is in. */
#define TOKEN_LOCK_MAX 2

struct token_lock_names {
	/* Without the NUL that an abstract name begins with. */
	char names[TOKEN_LOCK_MAX][sizeof((struct sockaddr_un *)0)->sun_path];
	size_t n;
};

struct cks_token_lock {
	struct token_lock_names of;
	int fds[TOKEN_LOCK_MAX];
};

/* Whether it is the lock of @token. */
bool token_lock_fits(const struct cks_token_lock *lock,
		     const struct cks_token *token);

#endif
