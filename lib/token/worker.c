/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sanitized.h"
#include "base/secrecy.h"
#include "base/subprocess.h"
#include "worker.h"

#define CHANNEL_FD 3
#define MAX_MEMORY (1024UL * 1024 * 1024)
#define MAX_FILE (64UL * 1024 * 1024)
#define MAX_FRAME (4UL * 1024 * 1024)
#define RECEIVED_AT_ONCE (64UL * 1024)
#define MAX_RECEIVED (256UL * 1024 * 1024)
/* How long a worker may take to say goodbye to its token. */
#define LINGER_MS 2000
/* However often it shows progress, it ends after so many deadlines. */
#define MAX_RENEWALS 64

/* The child's exit code where the system, and not the module, failed it. */
#define EXIT_SETUP 197

#define FRAME_END 0
#define FRAME_ASK_SECRET UINT32_MAX

/* The most that a worker which asked for a secret could not lock. */
static _Atomic size_t most_unlocked;

size_t cks_secrets_unlocked(void)
{
	return most_unlocked;
}

struct frame_header {
	uint32_t type;
	uint32_t len;
};

static bool send_all(int fd, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;

	while (len > 0) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

/* At once, for each that comes apart wakes the parent. */
static bool send_both(int fd, const struct frame_header *header,
		      const void *bytes)
{
	struct iovec parts[] = {
		{ (void *)header, sizeof(*header) },
		{ (void *)bytes, header->len },
	};
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	ssize_t n;
	size_t sent;

	do
		n = sendmsg(fd, &message, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return false;
	sent = (size_t)n;
	if (sent < sizeof(*header))
		return send_all(fd, (const char *)header + sent,
				sizeof(*header) - sent) &&
		       send_all(fd, bytes, header->len);
	sent -= sizeof(*header);
	return send_all(fd, (const char *)bytes + sent, header->len - sent);
}

static bool receive_all(int fd, void *bytes, size_t len)
{
	unsigned char *at = bytes;

	while (len > 0) {
		ssize_t n = recv(fd, at, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

/* In the child: threads of it send one frame after another. */
static pthread_mutex_t sending = PTHREAD_MUTEX_INITIALIZER;

void worker_send(int channel, unsigned int type, const struct wire *payload)
{
	struct frame_header header = { .type = type };

	if (payload) {
		if (payload->failed || payload->len > MAX_FRAME)
			_exit(1);
		header.len = (uint32_t)payload->len;
	}
	pthread_mutex_lock(&sending);
	if (!send_both(channel, &header,
		       header.len > 0 ? payload->data : (const void *)""))
		_exit(1);
	pthread_mutex_unlock(&sending);
}

void worker_send_end(int channel)
{
	worker_send(channel, FRAME_END, NULL);
}

unsigned int worker_take(int channel, struct wire *payload)
{
	struct frame_header header;
	unsigned char *at;

	*payload = (struct wire){ 0 };
	if (!receive_all(channel, &header, sizeof(header)) ||
	    header.len > MAX_FRAME)
		_exit(1);
	if (header.len == 0)
		return header.type;
	at = wire_reserve(payload, header.len);
	if (!at || !receive_all(channel, at, header.len))
		_exit(1);
	return header.type;
}

static bool send_secret(int channel, const struct cks_secret *secret)
{
	uint64_t len = secret ? cks_secret_length(secret) : UINT64_MAX;

	if (!send_all(channel, &len, sizeof(len)))
		return false;
	/* Only reads: the cast is for want of a const accessor. */
	return !secret ||
	       send_all(channel, cks_secret_data((struct cks_secret *)secret),
			(size_t)len);
}

struct cks_secret *worker_take_secret(int channel)
{
	struct cks_secret *secret;
	struct wire w = { 0 };
	uint64_t len;

	/* The module is loaded by now, and so is all that it brings along. */
	wire_put_u64(&w, secrecy_lock_memory());
	worker_send(channel, FRAME_ASK_SECRET, &w);
	wire_free(&w);
	if (!receive_all(channel, &len, sizeof(len)))
		_exit(1);
	if (len == UINT64_MAX)
		return NULL;
	secret = cks_secret_new((size_t)len);
	if (!secret || !receive_all(channel, cks_secret_data(secret), len) ||
	    cks_secret_set_length(secret, len))
		_exit(1);
	return secret;
}

static void sweep(const struct cks_secret *secret)
{
	if (secret)
		secrecy_sweep_memory(
			cks_secret_data((struct cks_secret *)secret),
			cks_secret_length(secret));
}

void worker_forget_secrets(struct cks_secret **a, struct cks_secret **b)
{
	bool b_first = cks_secret_length(*b) > cks_secret_length(*a);

	/* The longer first: where the other is a part of it, a search for the
	 * other would wipe what is to be searched for. */
	sweep(b_first ? *b : *a);
	sweep(b_first ? *a : *b);
	cks_secret_free(a);
	cks_secret_free(b);
}

/*
 * OPENSC_DEBUG, PKCS11SPY, OPENCRYPTOKI_TRACE_LEVEL and the like: with such a
 * variable, a module writes the arguments of its calls into a log, and so the
 * PINs among them.
 */
static bool makes_modules_log(const char *entry)
{
	static const char *const words[] = { "DEBUG", "TRACE", "SPY" };
	size_t len = strcspn(entry, "=");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *found = strstr(entry, words[i]);

		if (found && (size_t)(found - entry) < len)
			return true;
	}
	return false;
}

/*
 * Nor does what an openssl.cnf of this user or machine says decide what a token
 * is: that is for servers, and may name any library. It is left out here since
 * the module may be the first to ask OpenSSL for anything.
 */
static int clean_environment(void)
{
	char **out = environ;

	for (char **in = environ; in && *in; in++)
		if (!makes_modules_log(*in))
			*out++ = *in;
	if (out)
		*out = NULL;
	return setenv("OPENSSL_CONF", "/dev/null", 1);
}

static void set_limits(void)
{
	secrecy_seal();
	(void)subprocess_limit(RLIMIT_FSIZE, MAX_FILE);
#ifndef SANITIZED
	(void)subprocess_limit(RLIMIT_DATA, MAX_MEMORY);
#endif
}

bool worker_is_sealed(void)
{
	if (!secrecy_is_sealed())
		return false;
	for (char **entry = environ; entry && *entry; entry++)
		if (makes_modules_log(*entry))
			return false;
	return true;
}

/* Makes the child a fit place for a stranger's code, and runs it there. */
static int run_in_child(const void *arg)
{
	const struct worker *w = arg;
	int files[CHANNEL_FD + 1 + WORKER_N_HELD] = { -1, -1, -1,
						      w->child_channel };
	size_t n = CHANNEL_FD + 1;

	for (size_t i = 0; i < w->n_held; i++)
		files[n++] = w->held[i];
	/* Taken by the thread that forked, the only one that the child has. */
	forks_release();
	if (subprocess_set_files(files, n))
		return EXIT_SETUP;
	/* A program that a module starts gets none of them. */
	for (size_t fd = CHANNEL_FD; fd < n; fd++)
		(void)fcntl((int)fd, F_SETFD, FD_CLOEXEC);
	if (clean_environment())
		return EXIT_SETUP;
	set_limits();
	w->run(CHANNEL_FD, w->arg);
	return 0;
}

static int64_t last_deadline_of(const struct worker *w)
{
	return w->is_endless ? INT64_MAX
			     : subprocess_now() +
				       (int64_t)w->timeout_ms * MAX_RENEWALS;
}

static enum cks_err start(struct worker *w)
{
	locale_t before, copy, english;
	int ends[2], ret;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return CKS_ERR_SYSTEM;
	w->channel = ends[0];
	w->child_channel = ends[1];
	/*
	 * The loader's words end up in reports that programs read. The child
	 * inherits the language: to choose it there would need a lock.
	 */
	before = uselocale((locale_t)0);
	copy = duplocale(before);
	english = newlocale(LC_MESSAGES_MASK, "C", copy);
	(void)uselocale(english);
	ret = subprocess_start(&w->process, run_in_child, w);
	(void)uselocale(before);
	if (english || copy)
		freelocale(english ? english : copy);
	close(w->child_channel);
	if (ret) {
		close(w->channel);
		return CKS_ERR_SYSTEM;
	}
	w->ended = false;
	w->answered = false;
	w->received = 0;
	w->n_given = 0;
	w->too_much = false;
	w->deadline = subprocess_now() + w->timeout_ms;
	if (!w->last_deadline)
		w->last_deadline = last_deadline_of(w);
	w->running = true;
	return CKS_OK;
}

/* True if the child ended by a limit of the session and not by its module. */
static bool was_limited(int status)
{
	struct rlimit file;

	if (status < 0)
		return false;
	if (WIFEXITED(status))
		return WEXITSTATUS(status) == EXIT_SETUP;
	if (!WIFSIGNALED(status))
		return false;
	return WTERMSIG(status) == SIGXCPU ||
	       (WTERMSIG(status) == SIGXFSZ &&
		!getrlimit(RLIMIT_FSIZE, &file) && file.rlim_cur < MAX_FILE);
}

/* False when there is no other secret to ask for. */
static bool give_secret(struct worker *w, struct wire *payload)
{
	size_t left = wire_get_u64(payload), most = most_unlocked;

	if (w->n_given == WORKER_N_SECRETS)
		return false;
	while (w->secrets[w->n_given] && left > most &&
	       !atomic_compare_exchange_weak(&most_unlocked, &most, left))
		;
	/* Two short secrets fit into the socket's buffer, so this never waits.
	 * If the child has died already, reading will show it. */
	(void)send_secret(w->channel, w->secrets[w->n_given++]);
	return true;
}

/* Hands on each whole frame; false when the worker talks nonsense. */
static bool take_frames(struct worker *w)
{
	while (!w->ended &&
	       w->in.len - w->in.pos >= sizeof(struct frame_header)) {
		const unsigned char *at = w->in.data + w->in.pos;
		struct frame_header header;
		struct wire payload = { 0 };

		memcpy(&header, at, sizeof(header));
		if (header.len > MAX_FRAME)
			return false;
		if (w->in.len - w->in.pos - sizeof(header) < header.len)
			break;
		w->in.pos += sizeof(header) + header.len;
		if (header.type == FRAME_END) {
			w->ended = true;
			w->deadline = subprocess_now() + LINGER_MS;
			break;
		}
		payload.data = w->in.data + (w->in.pos - header.len);
		payload.len = header.len;
		if (header.type == FRAME_ASK_SECRET) {
			if (!give_secret(w, &payload))
				return false;
			continue;
		}
		if (w->on_frame(w, header.type, &payload))
			w->deadline = subprocess_now() + w->timeout_ms;
	}
	if (w->in.pos > 0) {
		memmove(w->in.data, w->in.data + w->in.pos,
			w->in.len - w->in.pos);
		w->in.len -= w->in.pos;
		w->in.pos = 0;
	}
	return true;
}

/* Reads what has come; false at the end of the stream or on nonsense. */
static bool receive(struct worker *w)
{
	/* Not on the stack, which a session may have made small. */
	unsigned char *at = wire_reserve(&w->in, RECEIVED_AT_ONCE);
	ssize_t n;

	if (!at)
		return false;
	n = recv(w->channel, at, RECEIVED_AT_ONCE, MSG_DONTWAIT);
	w->in.len -= RECEIVED_AT_ONCE - (n > 0 ? (size_t)n : 0);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	w->received += (uint64_t)n;
	w->too_much = w->received > MAX_RECEIVED;
	return !w->too_much && take_frames(w);
}

/*
 * Takes what a worker has sent that is no more. The parent may have been kept
 * from reading until the deadline had passed, as by a stopped terminal, and
 * what was said last is whether a secret went to the token.
 */
static void take_rest(struct worker *w)
{
	while (!w->ended && subprocess_wait(w->channel, 0))
		if (!receive(w))
			break;
}

static enum cks_err finish(struct worker *w, enum cks_err err)
{
	int status;

	forks_release();
	status = subprocess_end(&w->process, LINGER_MS);
	forks_hold();
	take_rest(w);
	if (err == CKS_ERR_CRASH && was_limited(status))
		err = CKS_ERR_SYSTEM;
	close(w->channel);
	wire_free(&w->in);
	w->running = false;
	if (w->on_end(w, w->ended ? CKS_OK : w->too_much ? CKS_ERR_LIMIT : err))
		return start(w);
	return CKS_OK;
}

static enum cks_err serve(struct worker *w, short channel, short exited)
{
	if (channel && !w->ended && !receive(w) && !w->ended)
		return finish(w, CKS_ERR_CRASH);
	if (exited)
		return finish(w, CKS_ERR_CRASH);
	/* The parent may have been kept from reading the answer until now. */
	if (w->answered)
		return CKS_OK;
	if (subprocess_now() >= w->deadline ||
	    (!w->ended && subprocess_now() >= w->last_deadline))
		return finish(w, CKS_ERR_TIMEOUT);
	return CKS_OK;
}

static int wait_for_any(struct worker *workers, size_t n, struct pollfd *fds)
{
	int64_t now = subprocess_now(), first = INT64_MAX, left;
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		struct worker *w = &workers[i];

		fds[2 * i] = (struct pollfd){ .fd = -1 };
		fds[2 * i + 1] = (struct pollfd){ .fd = -1 };
		if (!w->running)
			continue;
		any = true;
		fds[2 * i].fd = w->ended ? -1 : w->channel;
		fds[2 * i].events = POLLIN;
		fds[2 * i + 1].fd = w->process.pidfd;
		fds[2 * i + 1].events = POLLIN;
		if (w->deadline < first)
			first = w->deadline;
		if (!w->ended && w->last_deadline < first)
			first = w->last_deadline;
	}
	if (!any)
		return 0;
	left = first < now ? 0 : first - now > INT_MAX ? INT_MAX : first - now;
	forks_release();
	poll(fds, 2 * n, (int)left);
	forks_hold();
	return 1;
}

static enum cks_err start_all(struct worker *workers, size_t n)
{
	enum cks_err err = CKS_OK;

	for (size_t i = 0; i < n; i++) {
		enum cks_err e;

		if (workers[i].waits || workers[i].started)
			continue;
		workers[i].started = true;
		e = start(&workers[i]);
		if (e && !err)
			err = e;
	}
	return err;
}

enum cks_err workers_run(struct worker *workers, size_t n)
{
	enum cks_err err = CKS_OK;
	struct pollfd *fds;

	forks_hold();
	fds = calloc(2 * n + 1, sizeof(*fds));
	if (!fds) {
		err = CKS_ERR_MEMORY;
		goto out;
	}
	err = start_all(workers, n);
	while (wait_for_any(workers, n, fds)) {
		enum cks_err started;

		for (size_t i = 0; i < n; i++) {
			enum cks_err e;

			if (!workers[i].running)
				continue;
			e = serve(&workers[i], fds[2 * i].revents,
				  fds[2 * i + 1].revents);
			if (e && !err)
				err = e;
		}
		started = start_all(workers, n);
		if (started && !err)
			err = started;
	}
out:
	free(fds);
	forks_release();
	return err;
}

enum cks_err worker_start(struct worker *w)
{
	enum cks_err err;

	forks_hold();
	err = start(w);
	forks_release();
	return err;
}

bool worker_serve(struct worker *w)
{
	struct pollfd fds[] = { { .fd = w->channel, .events = POLLIN },
				{ .fd = w->process.pidfd, .events = POLLIN } };

	if (!w->running)
		return false;
	(void)poll(fds, 2, 0);
	/* What it sends in a year is no flood. */
	w->received = 0;
	forks_hold();
	(void)serve(w, fds[0].revents, fds[1].revents);
	forks_release();
	return w->running;
}

void worker_stop(struct worker *w)
{
	if (!w->running)
		return;
	(void)subprocess_end(&w->process, LINGER_MS);
	close(w->channel);
	wire_free(&w->in);
	w->running = false;
}

void worker_ask(struct worker *w, unsigned int type, const struct wire *payload)
{
	struct frame_header header = { .type = type,
				       .len = (uint32_t)payload->len };

	if (!w->running)
		return;
	w->answered = false;
	w->received = 0;
	w->deadline = subprocess_now() + w->timeout_ms;
	w->last_deadline = last_deadline_of(w);
	/* One question fits into the socket's buffer, so this never waits. If
	 * the child has died already, reading will show it. */
	(void)send_both(w->channel, &header,
			header.len > 0 ? payload->data : (const void *)"");
}

/* Serves @w until it has ended, or, with @for_answer, has answered. */
static void serve_until(struct worker *w, bool for_answer)
{
	struct pollfd fds[2];

	forks_hold();
	while (!(for_answer && w->answered) && wait_for_any(w, 1, fds))
		(void)serve(w, fds[0].revents, fds[1].revents);
	forks_release();
}

void worker_wait(struct worker *w)
{
	serve_until(w, true);
}

void worker_finish(struct worker *w)
{
	w->answered = false;
	if (w->running)
		w->deadline = subprocess_now() + LINGER_MS;
	serve_until(w, false);
}
