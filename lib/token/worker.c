/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sandbox.h"
#include "worker.h"

#define MAX_FRAME (16UL * 1024 * 1024)
#define MAX_RECEIVED (256UL * 1024 * 1024)
/* How long a worker may take to say goodbye to its token. */
#define LINGER_MS 2000
/* However often it shows progress, it ends after so many deadlines. */
#define MAX_RENEWALS 64

#define FRAME_END 0

struct frame_header {
	uint32_t type;
	uint32_t len;
};

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

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

void worker_send(int channel, unsigned int type, const struct wire *payload)
{
	struct frame_header header = { .type = type };

	if (payload) {
		if (payload->failed || payload->len > MAX_FRAME)
			_exit(1);
		header.len = (uint32_t)payload->len;
	}
	if (!send_all(channel, &header, sizeof(header)) ||
	    (header.len > 0 && !send_all(channel, payload->data, header.len)))
		_exit(1);
}

void worker_send_end(int channel)
{
	worker_send(channel, FRAME_END, NULL);
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
	uint64_t len;

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

static enum cks_err start(struct worker *w)
{
	pid_t parent = getpid();
	enum cks_err err = CKS_OK;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return CKS_ERR_SYSTEM;
	w->pid = fork();
	if (w->pid == 0) {
		int channel = sandbox_enter(ends[1], parent);

		w->run(channel, w->arg);
		_exit(0);
	}
	close(ends[1]);
	w->pidfd = w->pid > 0 ? pidfd_open(w->pid, 0) : -1;
	if (w->pidfd < 0) {
		err = CKS_ERR_SYSTEM;
		goto out;
	}
	w->channel = ends[0];
	w->ended = false;
	w->received = 0;
	w->deadline = now_ms() + w->timeout_ms;
	if (!w->last_deadline)
		w->last_deadline =
			now_ms() + (int64_t)w->timeout_ms * MAX_RENEWALS;
	w->running = true;
	/* Two short secrets fit the socket's buffer: this never waits. If the
	 * child has died already, reading tells. */
	for (size_t i = 0; i < WORKER_N_SECRETS; i++)
		if (!send_secret(w->channel, w->secrets[i]))
			break;
out:
	if (err) {
		close(ends[0]);
		if (w->pid > 0) {
			kill(w->pid, SIGKILL);
			waitpid(w->pid, NULL, 0);
		}
	}
	return err;
}

/* Ends the worker whatever it does, with all it may have started. */
static void reap(struct worker *w)
{
	struct pollfd exited = { .fd = w->pidfd, .events = POLLIN };

	kill(-w->pid, SIGKILL);
	kill(w->pid, SIGKILL);
	/* One stuck in the kernel, or held by a tracer, is left behind. */
	while (poll(&exited, 1, LINGER_MS) < 0 && errno == EINTR)
		;
	(void)waitpid(w->pid, NULL, WNOHANG);
	close(w->pidfd);
	close(w->channel);
	wire_free(&w->in);
	w->running = false;
}

static enum cks_err finish(struct worker *w, enum cks_err err)
{
	reap(w);
	if (w->on_end(w, w->ended ? CKS_OK : err))
		return start(w);
	return CKS_OK;
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
			w->deadline = now_ms() + LINGER_MS;
			break;
		}
		payload.data = w->in.data + (w->in.pos - header.len);
		payload.len = header.len;
		if (w->on_frame(w, header.type, &payload))
			w->deadline = now_ms() + w->timeout_ms;
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
	unsigned char buf[65536];
	ssize_t n = recv(w->channel, buf, sizeof(buf), MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	w->received += (uint64_t)n;
	if (w->received > MAX_RECEIVED || !wire_append(&w->in, buf, (size_t)n))
		return false;
	return take_frames(w);
}

static enum cks_err serve(struct worker *w, short channel, short exited)
{
	if (channel && !w->ended && !receive(w) && !w->ended)
		return finish(w, CKS_ERR_CRASH);
	if (exited) {
		/* What it sent before it died still counts. */
		while (!w->ended && receive(w) && !w->ended) {
			struct pollfd more = { .fd = w->channel,
					       .events = POLLIN };

			if (poll(&more, 1, 0) <= 0)
				break;
		}
		return finish(w, CKS_ERR_CRASH);
	}
	if (now_ms() >= w->deadline ||
	    (!w->ended && now_ms() >= w->last_deadline))
		return finish(w, CKS_ERR_TIMEOUT);
	return CKS_OK;
}

static int wait_for_any(struct worker *workers, size_t n, struct pollfd *fds)
{
	int64_t now = now_ms(), first = INT64_MAX;
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
		fds[2 * i + 1].fd = w->pidfd;
		fds[2 * i + 1].events = POLLIN;
		if (w->deadline < first)
			first = w->deadline;
		if (!w->ended && w->last_deadline < first)
			first = w->last_deadline;
	}
	if (!any)
		return 0;
	poll(fds, 2 * n, first > now ? (int)(first - now) : 0);
	return 1;
}

enum cks_err workers_run(struct worker *workers, size_t n)
{
	struct pollfd *fds = calloc(2 * n + 1, sizeof(*fds));
	enum cks_err err = fds ? CKS_OK : CKS_ERR_MEMORY;

	if (!fds)
		return err;
	for (size_t i = 0; i < n; i++) {
		enum cks_err e = start(&workers[i]);

		if (e && !err)
			err = e;
	}
	while (wait_for_any(workers, n, fds)) {
		for (size_t i = 0; i < n; i++) {
			enum cks_err e;

			if (!workers[i].running)
				continue;
			e = serve(&workers[i], fds[2 * i].revents,
				  fds[2 * i + 1].revents);
			if (e && !err)
				err = e;
		}
	}
	free(fds);
	return err;
}
