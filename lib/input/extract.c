/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "extract.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/sanitized.h"

#define MAX_CPU_SECONDS 1
/* A busy machine or a cold disk is no fault of the file. */
#define MAX_WAIT_MS 5000
/* One stuck in the kernel, or held by a tracer, is left behind. */
#define LINGER_MS 1000

#define MAX_MEMORY ((rlim_t)40 * 1024 * 1024)
#define MAX_STACK ((rlim_t)4 * 1024 * 1024)

struct run {
	pid_t pid;
	int pidfd, out;
	int64_t deadline;
};

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void limit(__rlimit_resource_t resource, rlim_t most)
{
	struct rlimit now;

	if (getrlimit(resource, &now))
		_exit(EXTRACT_BROKEN);
	if (now.rlim_max > most)
		now.rlim_max = most;
	now.rlim_cur = now.rlim_max;
	if (setrlimit(resource, &now))
		_exit(EXTRACT_BROKEN);
}

static void set_limits(void)
{
	limit(RLIMIT_CPU, MAX_CPU_SECONDS);
	limit(RLIMIT_CORE, 0);
#ifndef SANITIZED
	limit(RLIMIT_FSIZE, 0);
	limit(RLIMIT_DATA, MAX_MEMORY);
	limit(RLIMIT_STACK, MAX_STACK);
	limit(RLIMIT_NPROC, 0);
#endif
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		_exit(EXTRACT_BROKEN);
}

static void default_signals(void)
{
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void set_files(int in, int out)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	/* None of them may be overwritten before its turn. */
	in = fcntl(in, F_DUPFD_CLOEXEC, 3);
	out = fcntl(out, F_DUPFD_CLOEXEC, 3);
	if (null < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0)
		_exit(EXTRACT_BROKEN);
#ifndef SANITIZED
	/* What a sanitizer has to say is to be seen. */
	if (null != 2 && dup2(null, 2) < 0)
		_exit(EXTRACT_BROKEN);
#endif
	if (close_range(3, ~0U, 0))
		_exit(EXTRACT_BROKEN);
}

static _Noreturn void become(int in, int out, const char *kind, pid_t parent)
{
	const char *const argv[] = { "extract", kind, NULL };
	char *const environment[] = { NULL };

	default_signals();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXTRACT_BROKEN);
	setsid();
	set_files(in, out);
	set_limits();
	/* It changes none of them, whatever its type says. */
	execve(EXTRACT_PROGRAM, (char *const *)argv, environment);
	_exit(EXTRACT_MISSING);
}

static int start(struct run *run, int fd, const char *kind)
{
	pid_t parent = getpid();
	int ends[2], error = 0;

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	run->out = ends[0];
	run->pid = fork();
	if (run->pid == 0)
		become(fd, ends[1], kind, parent);
	run->pidfd = run->pid > 0 ? pidfd_open(run->pid, 0) : -1;
	if (run->pidfd < 0) {
		error = errno;
		close(run->out);
		if (run->pid > 0) {
			kill(run->pid, SIGKILL);
			waitpid(run->pid, NULL, 0);
		}
	}
	close(ends[1]);
	run->deadline = now_ms() + MAX_WAIT_MS;
	errno = error;
	return error ? -1 : 0;
}

static bool wait_for(int fd, int64_t deadline)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	int64_t left;
	int n;

	do {
		left = deadline - now_ms();
		n = poll(&ready, 1, left > 0 ? (int)left : 0);
	} while (n < 0 && errno == EINTR);
	return n > 0;
}

/* Until it closes its output; false when it takes too long or says too much. */
static bool receive(struct run *run, struct buffer *data)
{
	unsigned char bytes[65536];

	while (wait_for(run->out, run->deadline)) {
		ssize_t n = read(run->out, bytes, sizeof(bytes));

		if (n == 0)
			return true;
		if (n < 0)
			return false;
		buffer_put(data, bytes, (size_t)n);
		if (data->len > EXTRACT_MAX || data->failed)
			return false;
	}
	return false;
}

static enum extract_exit finish(struct run *run)
{
	int status = 0;

	kill(-run->pid, SIGKILL);
	kill(run->pid, SIGKILL);
	(void)wait_for(run->pidfd, now_ms() + LINGER_MS);
	close(run->pidfd);
	close(run->out);
	if (waitpid(run->pid, &status, WNOHANG) != run->pid)
		return EXTRACT_TOO_MUCH;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGKILL ? EXTRACT_TOO_MUCH
						   : EXTRACT_BROKEN;
	switch (WEXITSTATUS(status)) {
	case EXTRACT_FOUND:
	case EXTRACT_NONE:
	case EXTRACT_ENCRYPTED:
	case EXTRACT_DIFFER:
	case EXTRACT_MISSING:
		return (enum extract_exit)WEXITSTATUS(status);
	default:
		return EXTRACT_BROKEN;
	}
}

int extract_run(int fd, const char *kind, struct buffer *data,
		enum extract_exit *end)
{
	struct sigaction keep, action = { .sa_handler = SIG_DFL };
	struct run run = { 0 };
	int ret;

	/* How it ends is lost on a process that was told to ignore children. */
	sigaction(SIGCHLD, &action, &keep);
	ret = start(&run, fd, kind);
	if (!ret) {
		if (receive(&run, data))
			(void)wait_for(run.pidfd, run.deadline);
		*end = finish(&run);
		if (data->failed) {
			errno = ENOMEM;
			ret = -1;
		}
	}
	sigaction(SIGCHLD, &keep, NULL);
	return ret;
}
