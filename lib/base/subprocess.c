/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "subprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t forks = PTHREAD_MUTEX_INITIALIZER;

int64_t subprocess_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Only what is safe in the child of a program that has other threads. */
void subprocess_begin(pid_t parent)
{
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The parent may have died before that was set. */
	if (getppid() != parent)
		_exit(1);
	setsid();
}

int subprocess_adopt(struct subprocess *p, pid_t pid)
{
	int error;

	p->pid = pid;
	p->pidfd = pidfd_open(pid, 0);
	if (p->pidfd < 0) {
		error = errno;
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		return -error;
	}
	return 0;
}

int subprocess_start(struct subprocess *p, int (*run)(const void *arg),
		     const void *arg)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		subprocess_begin(parent);
		_exit(run(arg));
	}
	return subprocess_adopt(p, pid);
}

bool subprocess_wait(int fd, int64_t deadline)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	int n;

	do {
		int64_t left = deadline - subprocess_now();

		left = left < 0 ? 0 : left > INT_MAX ? INT_MAX : left;
		n = poll(&ready, 1, (int)left);
	} while (n < 0 && errno == EINTR);
	return n > 0;
}

int subprocess_read(int fd, size_t max, int64_t deadline, struct buffer *data)
{
	unsigned char bytes[8192];
	size_t total = 0;

	while (subprocess_wait(fd, deadline)) {
		ssize_t n = read(fd, bytes, sizeof(bytes));

		if (n == 0)
			return 0;
		if (n < 0)
			return -errno;
		total += (size_t)n;
		if (total > max)
			return -EFBIG;
		buffer_put(data, bytes, (size_t)n);
		if (data->failed)
			return -ENOMEM;
	}
	return -ETIMEDOUT;
}

int subprocess_end(struct subprocess *p, unsigned int linger_ms)
{
	int status = 0;

	kill(-p->pid, SIGKILL);
	kill(p->pid, SIGKILL);
	(void)subprocess_wait(p->pidfd, subprocess_now() + linger_ms);
	close(p->pidfd);
	return waitpid(p->pid, &status, WNOHANG) == p->pid ? status : -ECHILD;
}

int subprocess_set_files(const int *files, size_t n)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int copies[8];

	if (null < 0)
		return -errno;
	if (n > sizeof(copies) / sizeof(copies[0]))
		return -EINVAL;
	/* First out of the way, so that none is overwritten before its turn. */
	for (size_t i = 0; i < n; i++) {
		copies[i] = fcntl(files[i] < 0 ? null : files[i],
				  F_DUPFD_CLOEXEC, (int)n);
		if (copies[i] < 0)
			return -errno;
	}
	for (size_t i = 0; i < n; i++)
		if (dup2(copies[i], (int)i) < 0)
			return -errno;
	return close_range((unsigned int)n, ~0U, 0) ? -errno : 0;
}

int subprocess_limit(__rlimit_resource_t resource, rlim_t most)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit))
		return -errno;
	if (limit.rlim_max > most)
		limit.rlim_max = most;
	if (limit.rlim_cur > limit.rlim_max)
		limit.rlim_cur = limit.rlim_max;
	return setrlimit(resource, &limit) ? -errno : 0;
}

void forks_hold(void)
{
	pthread_mutex_lock(&forks);
}

void forks_release(void)
{
	pthread_mutex_unlock(&forks);
}
