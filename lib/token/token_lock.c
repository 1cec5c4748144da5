/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token_lock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/subprocess.h"

/* How many processes may wait for one lock without asking again. */
#define BACKLOG 64
/* The longest that a holder is waited for before the name is asked again: one
 * who takes our connections in would keep us from seeing its end. */
#define LOOK_MS 500
/* Between two looks where nothing can be waited for. */
#define NAP_MS 10

/* "ckstoken/KIND/SHA-256 of FIRST NUL SECOND": the name is for everybody to
 * read in /proc/net/unix, and the serial number of a token is not. */
static bool add_name(struct token_lock_names *of, const char *kind,
		     const char *first, const char *second)
{
	struct digest digest = { 0 };
	unsigned char bytes[DIGEST_SIZE];
	char hex[DIGEST_HEX_SIZE];

	digest_add(&digest, first, strlen(first) + 1);
	digest_add(&digest, second, strlen(second));
	if (digest_end(&digest, bytes))
		return false;
	digest_hex(bytes, hex);
	snprintf(of->names[of->n++], sizeof(of->names[0]), "ckstoken/%s/%s",
		 kind, hex);
	return true;
}

/* Spells @serial as the journal knows a token by it: two modules may differ in
 * blanks and capitals. */
static void fold_serial(char *serial)
{
	char *to = serial;

	for (; *serial; serial++) {
		if (*serial == ' ')
			continue;
		*to = *serial;
		if (*to >= 'a' && *to <= 'z')
			*to = (char)(*to - 'a' + 'A');
		to++;
	}
	*to = '\0';
}

static enum cks_err find_names(const struct cks_token *t,
			       struct token_lock_names *of)
{
	char *serial = strdup(t->serial);
	bool ok;

	*of = (struct token_lock_names){ 0 };
	if (!serial)
		return CKS_ERR_MEMORY;
	fold_serial(serial);
	if (*serial)
		ok = add_name(of, "token", t->manufacturer, serial);
	else if (!*t->reader)
		ok = add_name(of, "label", t->manufacturer, t->label);
	else
		ok = true;
	free(serial);
	/*
	 * A card that two modules show under two names is in one reader. Where
	 * no card is known to be, the "reader" of soft tokens may be one for
	 * all of them, and is a name only for want of a better one.
	 */
	if (ok && *t->reader && (*t->atr || !*t->serial))
		ok = add_name(of, "reader", t->reader, "");
	if (!ok)
		return CKS_ERR_DIGEST;
	/* In one order for all, so that no two wait for each other. */
	if (of->n == 2 && strcmp(of->names[0], of->names[1]) > 0) {
		struct token_lock_names swapped = { .n = 2 };

		memcpy(swapped.names[0], of->names[1], sizeof(of->names[0]));
		memcpy(swapped.names[1], of->names[0], sizeof(of->names[0]));
		*of = swapped;
	}
	return CKS_OK;
}

static bool fits(const struct cks_token_lock *lock,
		 const struct cks_token *token)
{
	struct token_lock_names of;

	if (find_names(token, &of) || of.n != lock->of.n)
		return false;
	for (size_t i = 0; i < of.n; i++)
		if (strcmp(of.names[i], lock->of.names[i]) != 0)
			return false;
	return true;
}

static socklen_t abstract_address(const char *name, struct sockaddr_un *address)
{
	size_t len = strlen(name);

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(address->sun_path + 1, name, len);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + len);
}

/* CKS_ERR_ANOTHER_ATTEMPT when another process has the name. */
static enum cks_err take(const char *name, int *taken)
{
	struct sockaddr_un address;
	socklen_t len = abstract_address(name, &address);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	enum cks_err err = CKS_OK;

	if (fd < 0)
		return CKS_ERR_SYSTEM;
	if (bind(fd, (struct sockaddr *)&address, len))
		err = errno == EADDRINUSE ? CKS_ERR_ANOTHER_ATTEMPT
					  : CKS_ERR_SYSTEM;
	else if (listen(fd, BACKLOG))
		err = CKS_ERR_SYSTEM;
	if (err)
		close(fd);
	else
		*taken = fd;
	return err;
}

/* Connects to the holder of @name, who need not take the connection in; -1 when
 * it cannot be connected to, as one that only took the name. */
static int connect_to(const char *name, struct cks_token_holder *holder)
{
	struct sockaddr_un address;
	socklen_t len = abstract_address(name, &address);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (fd < 0)
		return -1;
	if (connect(fd, (struct sockaddr *)&address, len)) {
		close(fd);
		return -1;
	}
	if (!getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size)) {
		/* A process of another namespace has number 0 here. */
		holder->pid = peer.pid > 0 ? peer.pid : -1;
		holder->uid = peer.uid;
	}
	return fd;
}

/* Takes @name, and waits for its holder until @until. */
static enum cks_err take_or_wait(const char *name, int *taken, int64_t until,
				 struct cks_token_holder *holder)
{
	static const struct timespec nap = { .tv_nsec = NAP_MS * 1000000L };
	enum cks_err err;
	int fd = -1;

	while ((err = take(name, taken)) == CKS_ERR_ANOTHER_ATTEMPT) {
		int64_t look = subprocess_now() + LOOK_MS;

		/* Until it tells who it is. */
		if (!holder->pid)
			*holder = (struct cks_token_holder){ -1, -1 };
		if (fd < 0)
			fd = connect_to(name, holder);
		if (subprocess_now() >= until)
			break;
		/* The end of the other socket ends the connection. */
		if (fd >= 0 &&
		    subprocess_wait(fd, look < until ? look : until)) {
			close(fd);
			fd = -1;
		}
		nanosleep(&nap, NULL);
	}
	if (fd >= 0)
		close(fd);
	return err;
}

enum cks_err cks_token_lock(const struct cks_token *token,
			    unsigned int timeout_ms,
			    struct cks_token_lock **lock,
			    struct cks_token_holder *holder)
{
	int64_t until = subprocess_now() + timeout_ms;
	struct cks_token_holder none, *found = holder ? holder : &none;
	struct cks_token_lock *l;
	enum cks_err err;

	*found = (struct cks_token_holder){ 0 };
	if (!token || !lock)
		return CKS_ERR_ARGUMENT;
	l = calloc(1, sizeof(*l));
	if (!l)
		return CKS_ERR_MEMORY;
	for (size_t i = 0; i < TOKEN_LOCK_MAX; i++)
		l->fds[i] = -1;
	err = find_names(token, &l->of);
	for (size_t i = 0; !err && i < l->of.n; i++)
		err = take_or_wait(l->of.names[i], &l->fds[i], until, found);
	if (err)
		cks_token_unlock(&l);
	else
		*lock = l;
	return err;
}

void cks_token_unlock(struct cks_token_lock **lock)
{
	struct cks_token_lock *l = lock ? *lock : NULL;

	if (!l)
		return;
	*lock = NULL;
	for (size_t i = 0; i < TOKEN_LOCK_MAX; i++)
		if (l->fds[i] >= 0)
			close(l->fds[i]);
	free(l);
}

enum cks_err token_lock_hold(const struct cks_token *token,
			     const struct cks_token_lock *lock,
			     struct cks_token_lock **own, struct worker *worker)
{
	enum cks_err err;

	if (!lock) {
		err = cks_token_lock(token, 0, own, NULL);
		if (err)
			return err;
		lock = *own;
	}
	if (!fits(lock, token))
		return CKS_ERR_ARGUMENT;
	worker->n_held = lock->of.n;
	memcpy(worker->held, lock->fds, lock->of.n * sizeof(lock->fds[0]));
	return CKS_OK;
}
