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
#include "worker.h"

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

/*
 * Has @worker hold the lock for what it does to @token, so that a killed parent
 * frees no token that its worker is still at: @lock, or where that is NULL one
 * that is taken in *@own without waiting, for who has to wait cannot know what
 * became of the token since it was read. CKS_ERR_ARGUMENT when it is the lock
 * of another token.
 */
enum cks_err token_lock_hold(const struct cks_token *token,
			     const struct cks_token_lock *lock,
			     struct cks_token_lock **own,
			     struct worker *worker);

#endif
