/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A worker is a child process that runs one function, in which it may load a
 * PKCS #11 module, and sends what it finds back in frames. The parent waits
 * for many workers at once, gives each a deadline, and kills what passes it.
 *
 *	parent: workers_run() -> on_frame(), on_frame(), ..., on_end()
 *	child:  run() -> worker_send(), worker_send(), ..., worker_send_end()
 *
 * After worker_send_end(), run() may fail in any way, as in C_Finalize, without
 * spoiling the frames that it has sent.
 */
#ifndef TOKEN_WORKER_H
#define TOKEN_WORKER_H

#include <stdint.h>

#include "base/subprocess.h"
#include "ckstoken.h"
#include "wire.h"

#define WORKER_N_SECRETS 2
#define WORKER_N_HELD 2

struct worker {
	/* Set by the owner before workers_run(). */
	void (*run)(int channel, const void *arg);
	const void *arg;
	/* Sent through the channel, for the child's copy of them is wiped,
	 * when the child asks for each, in this order. NULL where there is
	 * none. */
	const struct cks_secret *secrets[WORKER_N_SECRETS];
	/* Descriptors that the child keeps open until it ends. */
	int held[WORKER_N_HELD];
	size_t n_held;
	unsigned int timeout_ms;
	/* Not started before it is cleared, as another's on_end() does; one
	 * that waits for what does not come is never run. */
	bool waits;
	/* It may go on for as long as it shows progress. */
	bool is_endless;
	/* true when the frame shows progress, which renews the deadline. */
	bool (*on_frame)(struct worker *w, unsigned int type,
			 struct wire *payload);
	/* CKS_OK after worker_send_end(), else CKS_ERR_TIMEOUT, _CRASH, ...;
	 * true when the worker is to be started again. */
	bool (*on_end)(struct worker *w, enum cks_err err);
	void *owner;
	/* Set by on_frame() when the answer has come that worker_wait() waits
	 * for. */
	bool answered;

	/* Private to worker.c. */
	struct subprocess process;
	int channel, child_channel;
	int64_t deadline, last_deadline;
	uint64_t received;
	size_t n_given; /* of secrets */
	struct wire in;
	bool started, running, ended, too_much;
};

/*
 * Runs @n workers until each has ended. The first error of the system's is
 * returned after all others have ended; a worker's own failure is on_end()'s.
 */
enum cks_err workers_run(struct worker *workers, size_t n);

/*
 * One worker alone, for an owner who has other things to wait for than its end.
 * It has something to say, or has ended, when its channel or process.pidfd can
 * be read or its deadline is over: then worker_serve() hands that on, without
 * waiting, and returns whether it still runs. It is ended by worker_stop(),
 * without a call of on_end(), or, once on_end() was called, has ended.
 */
enum cks_err worker_start(struct worker *w);
bool worker_serve(struct worker *w);
void worker_stop(struct worker *w);

/*
 * One that lives on, and is asked for one thing after another. worker_ask()
 * sends it a frame, which it takes by worker_take(), and gives it a new
 * deadline; worker_wait() serves it until it has answered, or has ended, which
 * on_end() is told then. In between nobody waits for it. worker_finish() waits
 * for the end of one that is to come to it by itself, and not for long.
 */
void worker_ask(struct worker *w, unsigned int type,
		const struct wire *payload);
void worker_wait(struct worker *w);
void worker_finish(struct worker *w);

/* For the child. They end the process when the parent is gone. */
void worker_send(int channel, unsigned int type, const struct wire *payload);
void worker_send_end(int channel);
/* Waits for the next frame of worker_ask(); the caller frees @payload. */
unsigned int worker_take(int channel, struct wire *payload);
/*
 * Asks the parent for the next of the secrets; NULL where there is none. None
 * is in the child before: so it first makes sure of all that the use of a
 * secret depends on, worker_is_sealed() among that, and has its module loaded,
 * for here its memory is locked.
 */
struct cks_secret *worker_take_secret(int channel);
/*
 * Wipes and frees both secrets, and wipes each copy of them that the module and
 * its libraries have made and freed, or kept. What the module does after that
 * counts for nothing, so the result must have been sent.
 */
void worker_forget_secrets(struct cks_secret **a, struct cks_secret **b);
/* True if this process leaves no core dump, cannot be looked into by the user's
 * other programs, and has no variable that makes modules log. */
bool worker_is_sealed(void);

#endif
