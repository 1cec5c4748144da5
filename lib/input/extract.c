/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "extract.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sandbox.h"
#include "base/sanitized.h"
#include "base/subprocess.h"

#define MAX_CPU_SECONDS 1
/* A busy machine or a cold disk is no fault of the file. */
#define MAX_WAIT_MS 5000
#define LINGER_MS 1000

#define MAX_MEMORY ((rlim_t)40 * 1024 * 1024)
#define MAX_STACK ((rlim_t)4 * 1024 * 1024)

struct job {
	int in, out;
	const char *kind;
	bool printed;
};

static int set_limits(void)
{
	if (subprocess_limit(RLIMIT_CPU, MAX_CPU_SECONDS) ||
	    subprocess_limit(RLIMIT_CORE, 0))
		return -1;
#ifndef SANITIZED
	if (subprocess_limit(RLIMIT_FSIZE, 0) ||
	    subprocess_limit(RLIMIT_DATA, MAX_MEMORY) ||
	    subprocess_limit(RLIMIT_STACK, MAX_STACK) ||
	    subprocess_limit(RLIMIT_NPROC, 0))
		return -1;
#endif
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static int become_program(const void *arg)
{
	const struct job *job = arg;
	const char *const argv[] = { "extract", job->kind,
				     job->printed ? "printed" : NULL, NULL };
	char *const environment[] = { NULL };
#ifdef SANITIZED
	/* A sanitizer's report must reach whoever reads the tests' output. */
	const int files[] = { job->in, job->out, STDERR_FILENO };
#else
	const int files[] = { job->in, job->out, -1 };
#endif

	if (subprocess_set_files(files, 3) || set_limits() || sandbox_fence())
		return EXTRACT_UNLIMITED;
	/* execve() changes no argument, although its type does not say so. */
	execve(EXTRACT_PROGRAM, (char *const *)argv, environment);
	return EXTRACT_MISSING;
}

static enum extract_exit exit_of(int status)
{
	if (status < 0)
		return EXTRACT_TOO_MUCH;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGKILL ||
				       WTERMSIG(status) == SIGXCPU
			       ? EXTRACT_TOO_MUCH
			       : EXTRACT_BROKEN;
	switch (WEXITSTATUS(status)) {
	case EXTRACT_FOUND:
	case EXTRACT_NONE:
	case EXTRACT_ENCRYPTED:
	case EXTRACT_DIFFER:
	case EXTRACT_UNLIMITED:
	case EXTRACT_LIMIT:
	case EXTRACT_MISSING:
		return (enum extract_exit)WEXITSTATUS(status);
	default:
		return EXTRACT_BROKEN;
	}
}

int extract_run(int fd, const char *kind, bool printed, struct buffer *data,
		enum extract_exit *end)
{
	struct sigaction keep, action = { .sa_handler = SIG_DFL };
	struct subprocess child;
	int64_t deadline;
	int ends[2], ret;

	*end = EXTRACT_UNLIMITED;
	if (sandbox_prepare())
		return 0;
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	/* A process that ignores SIGCHLD would not learn how the child ends. */
	sigaction(SIGCHLD, &action, &keep);
	ret = subprocess_start(&child, become_program,
			       &(struct job){ fd, ends[1], kind, printed });
	close(ends[1]);
	if (ret)
		goto out;
	deadline = subprocess_now() + MAX_WAIT_MS;
	ret = subprocess_read(ends[0], EXTRACT_MAX + EXTRACT_LINE_MAX, deadline,
			      data);
	/* With its output closed, it still has its exit code to give. */
	if (!ret)
		(void)subprocess_wait(child.pidfd, deadline);
	*end = exit_of(subprocess_end(&child, LINGER_MS));
	/* A child that is slow or says too much has been killed for it. */
	if (ret != -ENOMEM)
		ret = 0;
out:
	close(ends[0]);
	sigaction(SIGCHLD, &keep, NULL);
	return ret;
}
