/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "extract.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sandbox.h"
#include "base/sanitized.h"
#include "base/subprocess.h"

#define LINGER_MS 1000

struct limits {
	rlim_t cpu_seconds, memory;
	/* A busy machine or a cold disk is no fault of the file. */
	int64_t wait_ms;
};

static const struct limits reading = { 1, (rlim_t)40 << 20, 5000 };
/* Lists of what is revoked are long, and so are files that are signed. */
static const struct limits verifying = { 20, (rlim_t)256 << 20, 60000 };

/* A province's list of tokens, as a table program holds it in memory. */
static const struct limits tables = { 20, (rlim_t)512 << 20, 60000 };

struct job {
	int in, out, trust;
	size_t most; /* that it may print */
	const char *program;
	const char *const *argv;
	const struct limits *limits;
};

static struct confinement confinement_of(const struct job *job)
{
#ifdef SANITIZED
	/* A sanitizer's report must reach whoever reads the tests' output. */
	const int errors = STDERR_FILENO;
#else
	const int errors = -1;
#endif

	return (struct confinement){
		.files = { job->in, job->out, errors, job->trust },
		.cpu_seconds = job->limits->cpu_seconds,
		.memory = job->limits->memory,
	};
}

static int become_program(const void *arg)
{
	const struct job *job = arg;
	const struct confinement c = confinement_of(job);
	char *const environment[] = { NULL };

	if (confinement_enter(&c))
		return EXTRACT_UNLIMITED;
	/* execve() changes no argument, although its type does not say so. */
	execve(job->program, (char *const *)job->argv, environment);
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

/* The program that is started ahead. */
static struct zygote ahead = { .socket = -1 };

void extract_ahead(void)
{
#ifndef SANITIZED
	/* Without it, a program is started for each file. */
	if (ahead.socket < 0 && !sandbox_prepare())
		(void)zygote_start(&ahead, SIGNATURES_PROGRAM);
#endif
}

void extract_ahead_end(void)
{
	zygote_end(&ahead);
}

/* 0 or -errno; -ETIMEDOUT: it may have been started, and others are to be. */
static int start_ahead(const struct job *job, struct subprocess *process)
{
	const struct confinement c = confinement_of(job);
	int ret;

	if (ahead.socket < 0 || strcmp(job->program, SIGNATURES_PROGRAM) != 0)
		return -EPIPE;
	ret = zygote_copy(&ahead, &c, job->argv,
			  subprocess_now() + job->limits->wait_ms, process);
	if (ret)
		zygote_end(&ahead);
	return ret;
}

static int start(struct job *job, struct extract_child *child)
{
	struct sigaction action = { .sa_handler = SIG_DFL };
	int ret;

	/* A process that ignores SIGCHLD would not learn how the child ends. */
	sigaction(SIGCHLD, &action, &child->keep);
	ret = start_ahead(job, &child->process);
	/* In time, nobody has seen the file yet. */
	if (ret && ret != -ETIMEDOUT)
		ret = subprocess_start(&child->process, become_program, job);
	if (ret)
		sigaction(SIGCHLD, &child->keep, NULL);
	return ret;
}

enum extract_exit extract_end(struct extract_child *child)
{
	enum extract_exit end =
		exit_of(subprocess_end(&child->process, LINGER_MS));

	sigaction(SIGCHLD, &child->keep, NULL);
	return end;
}

static int run(struct job *job, struct buffer *data, enum extract_exit *end)
{
	struct extract_child child;
	int64_t deadline;
	int ends[2], ret;

	*end = EXTRACT_UNLIMITED;
	if (sandbox_prepare())
		return 0;
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	job->out = ends[1];
	ret = start(job, &child);
	close(ends[1]);
	if (ret)
		goto out;
	deadline = subprocess_now() + job->limits->wait_ms;
	ret = subprocess_read(ends[0], job->most + EXTRACT_LINE_MAX, deadline,
			      data);
	/* With its output closed, it still has its exit code to give. */
	if (!ret)
		(void)subprocess_wait(child.process.pidfd, deadline);
	*end = extract_end(&child);
	/* A child that is slow or says too much has been killed for it. */
	if (ret != -ENOMEM)
		ret = 0;
out:
	close(ends[0]);
	return ret;
}

int extract_run(int fd, const char *kind, bool printed, struct buffer *data,
		enum extract_exit *end)
{
	const char *const argv[] = { "extract", kind,
				     printed ? "printed" : NULL, NULL };
	struct job job = { .in = fd,
			   .trust = -1,
			   .most = EXTRACT_MAX,
			   .program = EXTRACT_PROGRAM,
			   .argv = argv,
			   .limits = &reading };

	return run(&job, data, end);
}

int extract_table_run(int fd, const char *sheet, struct buffer *data,
		      enum extract_exit *end)
{
	const char *const argv[] = { "extract", "xlsx", sheet, NULL };
	struct job job = { .in = fd,
			   .trust = -1,
			   .most = EXTRACT_TABLE_MAX,
			   .program = EXTRACT_PROGRAM,
			   .argv = argv,
			   .limits = &tables };

	return run(&job, data, end);
}

static int run_signatures(int fd, const char *what, int trust, time_t now,
			  struct buffer *data, enum extract_exit *end)
{
	char at[24];
	const char *const argv[] = { "signatures", at, what, NULL };
	struct job job = { .in = fd,
			   .trust = trust,
			   .most = EXTRACT_MAX,
			   .program = SIGNATURES_PROGRAM,
			   .argv = argv,
			   .limits = &verifying };

	(void)snprintf(at, sizeof(at), "%lld", (long long)now);
	return run(&job, data, end);
}

int extract_signatures_run(int fd, int trust, time_t now, struct buffer *data,
			   enum extract_exit *end)
{
	return run_signatures(fd, NULL, trust, now, data, end);
}

int extract_text_run(int fd, int trust, time_t now, struct buffer *data,
		     enum extract_exit *end)
{
	return run_signatures(fd, "text", trust, now, data, end);
}

int extract_certificates_run(int trust, time_t now, struct buffer *data,
			     enum extract_exit *end)
{
	return run_signatures(-1, "certificates", trust, now, data, end);
}

int extract_trust_run(int trust, struct buffer *data, enum extract_exit *end)
{
	return run_signatures(-1, "trust", trust, 0, data, end);
}

int extract_sign_start(int fd, int socket, struct extract_child *child)
{
	static const char *const argv[] = { "signatures", "sign", NULL };
	struct job job = { .in = fd,
			   .out = socket,
			   .trust = -1,
			   .program = SIGNATURES_PROGRAM,
			   .argv = argv,
			   .limits = &verifying };

	return sandbox_prepare() ? -ENOEXEC : start(&job, child);
}
