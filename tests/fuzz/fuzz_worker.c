/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The bytes that a worker sends, cut into pieces anywhere: what its owner is
 * handed is what a reader of the whole would find, whole and in order, and no
 * secret is given that was not asked for, or twice. The functions of
 * subprocess.h that start and end a process are those below; the worker is this
 * program, at the other end of the socket.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "token/worker.h"

/* As in worker.c. */
#define MAX_FRAME (4UL * 1024 * 1024)
#define FRAME_END 0
#define FRAME_ASK_SECRET UINT32_MAX
#define HEADER_SIZE 8

/* More than this is not sent at once: what the parent does not read would not
 * fit into the socket. */
#define MAX_STREAM 16384

/* 1. The worker's end */

static int worker_end = -1;

int subprocess_start(struct subprocess *p, int (*run)(const void *arg),
		     const void *arg)
{
	const struct worker *w = arg;

	(void)run;
	p->pid = 0;
	p->pidfd = eventfd(0, EFD_CLOEXEC);
	worker_end = fcntl(w->child_channel, F_DUPFD_CLOEXEC, 0);
	HOLDS(p->pidfd >= 0 && worker_end >= 0);
	return 0;
}

int subprocess_end(struct subprocess *p, unsigned int linger_ms)
{
	(void)linger_ms;
	close(p->pidfd);
	return 0;
}

#define SECRET "1234"

/* What has come of secrets: the length of each, and its bytes; the second is
 * none. */
static size_t count_secrets(void)
{
	uint64_t len;
	size_t n = 0;
	char bytes[sizeof(SECRET) - 1];

	while (recv(worker_end, &len, sizeof(len), MSG_DONTWAIT) ==
	       (ssize_t)sizeof(len)) {
		HOLDS(n < WORKER_N_SECRETS);
		HOLDS(len == (n == 0 ? sizeof(bytes) : UINT64_MAX));
		HOLDS(n > 0 || recv(worker_end, bytes, len, MSG_DONTWAIT) ==
				       (ssize_t)len);
		HOLDS(memcmp(bytes, SECRET, sizeof(bytes)) == 0);
		n++;
	}
	return n;
}

/* 2. What a reader of the whole finds */

struct expected {
	const unsigned char *bytes;
	size_t len, at;
	bool has_ended, is_nonsense;
	size_t n_asked;
	size_t n_frames; /* handed over so far */
};

static uint32_t number_at(const unsigned char *at)
{
	uint32_t number;

	memcpy(&number, at, sizeof(number));
	return number;
}

/* Goes on to the next frame that the owner is handed; false: there is none. */
static bool next_frame(struct expected *e, uint32_t *type, size_t *len)
{
	while (!e->has_ended && !e->is_nonsense &&
	       e->len - e->at >= HEADER_SIZE) {
		*type = number_at(e->bytes + e->at);
		*len = number_at(e->bytes + e->at + 4);
		e->is_nonsense = *len > MAX_FRAME;
		if (e->is_nonsense || e->len - e->at - HEADER_SIZE < *len)
			return false;
		e->at += HEADER_SIZE + *len;
		if (*type == FRAME_END) {
			e->has_ended = true;
		} else if (*type == FRAME_ASK_SECRET) {
			e->is_nonsense = e->n_asked == WORKER_N_SECRETS;
			e->n_asked += !e->is_nonsense;
		} else {
			return true;
		}
	}
	return false;
}

static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct expected *e = w->owner;
	uint32_t wanted;
	size_t len;

	HOLDS(next_frame(e, &wanted, &len));
	HOLDS(type == wanted && payload->len == len && payload->pos == 0);
	HOLDS(len == 0 ||
	      memcmp(payload->data, e->bytes + e->at - len, len) == 0);
	e->n_frames++;
	return type & 1;
}

static enum cks_err end;
static unsigned int n_ends;

static bool on_end(struct worker *w, enum cks_err err)
{
	(void)w;
	end = err;
	n_ends++;
	return false;
}

/* 3. The input */

/* Frames of the input's making, most of them as they should be. */
static size_t make_stream(struct fuzz_input *in, unsigned char *stream)
{
	static const uint32_t types[] = { 1, 2, 7, FRAME_ASK_SECRET,
					  FRAME_END };
	size_t n = 0;

	for (unsigned int frames = fuzz_byte(in) & 31; frames > 0; frames--) {
		unsigned int how = fuzz_byte(in);
		uint32_t type = types[(how & 15) % 5], len;
		size_t size;
		const uint8_t *bytes = fuzz_bytes(in, 255, &size);

		if (n + HEADER_SIZE + size > MAX_STREAM)
			break;
		/* A length that is not the payload's. */
		len = (uint32_t)size + (how & 0x40 ? fuzz_byte(in) : 0);
		if (how & 0x80)
			len ^= (uint32_t)fuzz_byte(in) << 24;
		memcpy(stream + n, &type, sizeof(type));
		memcpy(stream + n + 4, &len, sizeof(len));
		if (size > 0)
			memcpy(stream + n + HEADER_SIZE, bytes, size);
		n += HEADER_SIZE + size;
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static unsigned char stream[MAX_STREAM];
	struct fuzz_input in = { data, size };
	struct expected expected = { .bytes = stream };
	struct cks_secret *secret = cks_secret_new(8);
	struct worker w = {
		.secrets = { secret },
		.timeout_ms = 60000,
		.on_frame = on_frame,
		.on_end = on_end,
		.owner = &expected,
	};
	size_t n = make_stream(&in, stream), sent = 0;
	uint32_t type;
	size_t len;
	int pidfd;

	HOLDS(secret);
	memcpy(cks_secret_data(secret), SECRET, sizeof(SECRET) - 1);
	HOLDS(cks_secret_set_length(secret, sizeof(SECRET) - 1) == CKS_OK);
	n_ends = 0;
	HOLDS(worker_start(&w) == CKS_OK);
	pidfd = fcntl(w.process.pidfd, F_DUPFD_CLOEXEC, 0);
	HOLDS(pidfd >= 0);
	while (n_ends == 0 && sent < n) {
		unsigned int how = fuzz_byte(&in);
		size_t piece = (how & 127) + 1;

		if (piece > n - sent)
			piece = n - sent;
		/* What comes behind the end is not read, until there is no room
		 * for more. */
		if (send(worker_end, stream + sent, piece,
			 MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)piece)
			break;
		sent += piece;
		expected.len = sent;
		/* Or another piece has come by the time that it looks. */
		if (!(how & 128))
			(void)worker_serve(&w);
	}
	/* Its process ends, and then its end is known. */
	HOLDS(eventfd_write(pidfd, 1) == 0);
	while (worker_serve(&w))
		;
	HOLDS(n_ends == 1);
	HOLDS(!next_frame(&expected, &type, &len));
	HOLDS(end == (expected.has_ended ? CKS_OK : CKS_ERR_CRASH));
	HOLDS(count_secrets() == expected.n_asked);
	HOLDS(expected.n_asked <= WORKER_N_SECRETS);
	close(pidfd);
	close(worker_end);
	cks_secret_free(&secret);
	return 0;
}
