/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Copies of a program that was started once: what each gets, and that nothing
 * that becomes of one reaches another. The program is this test.
 *
 * valgrind: no
 */
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sandbox.h"

#define SOON 20000
#define LINGER 1000

/* 1. What a copy does */

static int n_served;

/* Its descriptors, and whether it has changed what others have. */
static int describe(void)
{
	unsigned char seen[2] = { 0, (unsigned char)++n_served };

	for (int fd = 0; fd < 100; fd++)
		seen[0] += fcntl(fd, F_GETFD) >= 0;
	return write(STDOUT_FILENO, seen, sizeof(seen)) == sizeof(seen) ? 0 : 1;
}

static int be_a_copy(int argc, char **argv)
{
	struct rlimit cpu;

	if (strcmp(argv[1], "exit") == 0)
		return argc == 3 ? argv[2][0] - '0' : 99;
	if (strcmp(argv[1], "hang") == 0)
		while (pause() < 0)
			;
	if (strcmp(argv[1], "crash") == 0)
		kill(getpid(), SIGSEGV);
	if (strcmp(argv[1], "limit") == 0)
		return getrlimit(RLIMIT_CPU, &cpu) ? 99 : (int)cpu.rlim_cur;
	return describe();
}

static int be_the_zygote(void)
{
	char args[ZYGOTE_ARGS][ZYGOTE_ARG_SIZE], *argv[ZYGOTE_ARGS + 1];
	int argc = 0;

	switch (zygote_serve(args, &argc, argv)) {
	case ZYGOTE_COPY:
		return be_a_copy(argc, argv);
	case ZYGOTE_UNLIMITED:
		return 98;
	default:
		return 0;
	}
}

/* 2. The caller */

static const struct confinement nothing = {
	.files = { -1, -1, -1, -1 },
	.cpu_seconds = 7,
	.memory = (rlim_t)256 << 20,
};

static struct zygote start(void)
{
	struct zygote z;

	assert_int_equal(zygote_start(&z, "/proc/self/exe"), 0);
	return z;
}

static struct subprocess copy(struct zygote *z, const struct confinement *c,
			      const char *what, const char *how)
{
	const char *const argv[] = { "copy", what, how, NULL };
	struct subprocess child;

	assert_int_equal(
		zygote_copy(z, c, argv, subprocess_now() + SOON, &child), 0);
	return child;
}

/* Waits for its end. */
static int status_of(struct subprocess child)
{
	assert_true(subprocess_wait(child.pidfd, subprocess_now() + SOON));
	return subprocess_end(&child, LINGER);
}

static int exit_code(struct zygote *z, const char *what, const char *how)
{
	int status = status_of(copy(z, &nothing, what, how));

	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void its_exit_code_comes_back(void **state)
{
	struct zygote z = start();

	(void)state;
	assert_int_equal(exit_code(&z, "exit", "3"), 3);
	assert_int_equal(exit_code(&z, "exit", "0"), 0);
	assert_int_equal(exit_code(&z, "limit", NULL), 7);
	zygote_end(&z);
	assert_int_equal(z.socket, -1);
}

/* One crashes and one is killed while it hangs; a third goes on beside them. */
static void its_end_is_nobody_elses(void **state)
{
	struct zygote z = start();
	struct subprocess other = copy(&z, &nothing, "hang", NULL);
	struct subprocess slow = copy(&z, &nothing, "hang", NULL);
	int status = status_of(copy(&z, &nothing, "crash", NULL));

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
	status = subprocess_end(&slow, LINGER);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	assert_int_equal(exit_code(&z, "exit", "5"), 5);
	assert_false(subprocess_wait(other.pidfd, 0));
	/* It is the caller's child, and no more the zygote's than any. */
	zygote_end(&z);
	assert_false(subprocess_wait(other.pidfd, 0));
	status = subprocess_end(&other, LINGER);
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void it_has_its_own_files_alone(void **state)
{
	struct zygote z = start();

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct confinement c = nothing;
		struct subprocess child, hanging;
		unsigned char seen[2];
		int in[2], out[2];

		assert_int_equal(pipe2(in, O_CLOEXEC), 0);
		assert_int_equal(pipe2(out, O_CLOEXEC), 0);
		c.files[0] = in[0];
		c.files[1] = out[1];
		/* With a fourth, and without. */
		c.files[3] = i == 1 ? in[0] : -1;
		hanging = copy(&z, &nothing, "hang", NULL);
		child = copy(&z, &c, "describe", NULL);
		close(out[1]);
		assert_int_equal(read(out[0], seen, 2), 2);
		assert_int_equal(seen[0], i == 1 ? 4 : 3);
		assert_int_equal(seen[1], 1);
		assert_int_equal(status_of(child), 0);
		/* Neither the zygote nor another copy holds any of them open.
		 */
		assert_true(subprocess_wait(out[0], subprocess_now() + SOON));
		assert_int_equal(read(out[0], seen, 1), 0);
		close(in[0]);
		assert_int_equal(write(in[1], "x", 1), -1);
		assert_int_equal(errno, EPIPE);
		(void)subprocess_end(&hanging, LINGER);
		close(in[1]);
		close(out[0]);
	}
	zygote_end(&z);
}

static void without_it_there_is_no_copy(void **state)
{
	const char *const argv[] = { "copy", "exit", "0", NULL };
	struct zygote z = start();
	struct subprocess child;

	(void)state;
	assert_int_equal(exit_code(&z, "exit", "0"), 0);
	kill(z.process.pid, SIGKILL);
	assert_int_equal(zygote_copy(&z, &nothing, argv,
				     subprocess_now() + SOON, &child),
			 -EPIPE);
	zygote_end(&z);
	assert_int_equal(zygote_start(&z, "/nonexistent"), 0);
	assert_int_equal(zygote_copy(&z, &nothing, argv,
				     subprocess_now() + SOON, &child),
			 -EPIPE);
	zygote_end(&z);
}

static int call_and_hang(const void *arg)
{
	struct zygote z = start();
	const pid_t pids[] = { z.process.pid,
			       copy(&z, &nothing, "hang", NULL).pid };

	if (write(*(const int *)arg, pids, sizeof(pids)) == sizeof(pids))
		while (pause() < 0)
			;
	return 1;
}

static void all_die_with_their_caller(void **state)
{
	struct subprocess caller;
	pid_t pids[2];
	int ends[2], fds[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(subprocess_start(&caller, call_and_hang, &ends[1]), 0);
	assert_true(subprocess_wait(ends[0], subprocess_now() + SOON));
	assert_int_equal(read(ends[0], pids, sizeof(pids)), sizeof(pids));
	for (int i = 0; i < 2; i++) {
		fds[i] = pidfd_open(pids[i], 0);
		assert_true(fds[i] >= 0);
		assert_false(subprocess_wait(fds[i], 0));
	}
	/* The caller alone: its copies lead sessions of their own. */
	kill(caller.pid, SIGKILL);
	for (int i = 0; i < 2; i++) {
		assert_true(subprocess_wait(fds[i], subprocess_now() + SOON));
		close(fds[i]);
	}
	(void)subprocess_end(&caller, LINGER);
	close(ends[0]);
	close(ends[1]);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_exit_code_comes_back),
		cmocka_unit_test(its_end_is_nobody_elses),
		cmocka_unit_test(it_has_its_own_files_alone),
		cmocka_unit_test(without_it_there_is_no_copy),
		cmocka_unit_test(all_die_with_their_caller),
	};

	if (argc == 2 && strcmp(argv[1], ZYGOTE_ARGUMENT) == 0)
		_exit(be_the_zygote());
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
