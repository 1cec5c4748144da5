/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Child processes for code that may hang, crash or flood its caller. The parent
 * holds each child by a process descriptor (pidfd), which it can wait for with
 * poll(2) beside other things, gives it until a deadline, and then kills it
 * with all that it has started.
 */
#ifndef BASE_SUBPROCESS_H
#define BASE_SUBPROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "buffer.h"

struct subprocess {
	pid_t pid;
	int pidfd;
};

/* The clock of all deadlines: milliseconds that only ever go forward. */
int64_t subprocess_now(void);

/*
 * Forks. The child calls @run with @arg and ends with its result as exit code.
 * It leads a session of its own, so that the terminal's Ctrl-C reaches the
 * parent alone; its signals are at their defaults; and it dies with the thread
 * that started it. 0 or -errno.
 */
int subprocess_start(struct subprocess *p, int (*run)(const void *arg),
		     const void *arg);

/*
 * For a child that was forked otherwise, and has @parent as its parent: makes
 * it one of these, or ends it where the parent is no more.
 */
void subprocess_begin(pid_t parent);

/* Takes the child @pid as one. 0, or -errno, and it is killed. */
int subprocess_adopt(struct subprocess *p, pid_t pid);

/* Waits until @fd can be read or has closed; false if @deadline comes first. */
bool subprocess_wait(int fd, int64_t deadline);

/*
 * Reads @fd until the other side closes it, and appends to @data, which the
 * caller frees. 0; -ETIMEDOUT at @deadline; -EFBIG when there is more than
 * @max; -ENOMEM; or -errno of read(2).
 */
int subprocess_read(int fd, size_t max, int64_t deadline, struct buffer *data);

/*
 * Kills the child and its whole session, and takes it from the system. A child
 * that is stuck in the kernel or held by a debugger is left behind after
 * @linger_ms. Returns the status as waitpid(2) gives it, or -ECHILD when there
 * is none to be had.
 */
int subprocess_end(struct subprocess *p, unsigned int linger_ms);

/*
 * For the child itself, before it meets what it was started for.
 *
 * Makes @files its descriptors 0 to @n - 1, with /dev/null where one is -1, and
 * closes all others. 0 or -errno.
 */
int subprocess_set_files(const int *files, size_t n);

/* Lowers a limit of setrlimit(2) to @most, and never raises it. 0 or -errno. */
int subprocess_limit(__rlimit_resource_t resource, rlim_t most);

/*
 * While a thread holds them off, no other forks a worker. A fork copies every
 * lock as it is, also one held by a thread that the child does not have, and
 * then the child may wait for ever: so whatever takes the locks of OpenSSL,
 * malloc() or gettext() at length does it in between. workers_run() holds forks
 * off in all that it does, on_frame() and on_end() included, except to wait.
 */
void forks_hold(void);
void forks_release(void);

#endif
