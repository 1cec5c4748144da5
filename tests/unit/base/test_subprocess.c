/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Children: how they begin, what they get, and that they end.
 *
 * valgrind: no
 */
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/subprocess.h"

#define SOON 5000
#define AT_ONCE 200

static int end_with(const void *arg)
{
	return *(const int *)arg;
}

static int sleep_for_ever(const void *arg)
{
	(void)arg;
	while (pause() < 0)
		;
	return 0;
}

static int write_for_ever(const void *arg)
{
	while (write(*(const int *)arg, "flood", 5) > 0)
		;
	return 1;
}

/* Leaves a process of its own behind, which holds the pipe open. */
static int start_another(const void *arg)
{
	(void)arg;
	if (fork() == 0)
		sleep_for_ever(NULL);
	return 0;
}

static int count_files(const void *arg)
{
	int n = 0;

	if (subprocess_set_files(arg, 3))
		return -1;
	for (int fd = 0; fd < 100; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	/* The descriptor of the parent's is the second now. */
	return write(1, "x", 1) == 1 ? n : -1;
}

static int raise_limit(const void *arg)
{
	struct rlimit before, after;

	(void)arg;
	if (subprocess_limit(RLIMIT_NOFILE, 20) ||
	    getrlimit(RLIMIT_NOFILE, &before) ||
	    subprocess_limit(RLIMIT_NOFILE, 30) ||
	    getrlimit(RLIMIT_NOFILE, &after))
		return 1;
	return before.rlim_max != 20 || before.rlim_cur > 20 ||
	       after.rlim_max != 20;
}

static int leads_a_session(const void *arg)
{
	struct sigaction action;

	(void)arg;
	sigaction(SIGUSR1, NULL, &action);
	return getsid(0) != getpid() || action.sa_handler != SIG_DFL;
}

/* Runs it to its end, which must come of itself. */
static int exit_code(int (*run)(const void *arg), const void *arg)
{
	struct subprocess child;
	int status;

	assert_int_equal(subprocess_start(&child, run, arg), 0);
	assert_true(subprocess_wait(child.pidfd, subprocess_now() + SOON));
	status = subprocess_end(&child, SOON);
	assert_true(status >= 0 && WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void its_exit_code_comes_back(void **state)
{
	const int code = 7;

	(void)state;
	assert_int_equal(exit_code(end_with, &code), code);
}

static void at_its_deadline_it_is_killed(void **state)
{
	struct subprocess child;
	int64_t deadline;
	int status;

	(void)state;
	assert_int_equal(subprocess_start(&child, sleep_for_ever, NULL), 0);
	deadline = subprocess_now() + AT_ONCE;
	assert_false(subprocess_wait(child.pidfd, deadline));
	assert_true(subprocess_now() >= deadline);
	status = subprocess_end(&child, SOON);
	assert_true(status >= 0 && WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	assert_int_equal(waitpid(child.pid, NULL, 0), -1);
}

static void reading_ends_at_the_most_bytes(void **state)
{
	struct buffer data = { 0 };
	struct subprocess child;
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(subprocess_start(&child, write_for_ever, &ends[1]), 0);
	close(ends[1]);
	assert_int_equal(subprocess_read(ends[0], 100000,
					 subprocess_now() + SOON, &data),
			 -EFBIG);
	assert_true(data.len <= 100000);
	assert_true(subprocess_end(&child, SOON) >= 0);
	buffer_free(&data);
	close(ends[0]);
}

static void reading_ends_at_the_deadline(void **state)
{
	struct buffer data = { 0 };
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(write(ends[1], "some", 4), 4);
	assert_int_equal(subprocess_read(ends[0], 100,
					 subprocess_now() + AT_ONCE, &data),
			 -ETIMEDOUT);
	assert_int_equal(data.len, 4);
	close(ends[1]);
	assert_int_equal(
		subprocess_read(ends[0], 100, subprocess_now() + SOON, &data),
		0);
	buffer_free(&data);
	close(ends[0]);
}

static void what_it_has_started_ends_with_it(void **state)
{
	struct subprocess child;
	int ends[2];
	char byte;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(subprocess_start(&child, start_another, NULL), 0);
	close(ends[1]);
	assert_true(subprocess_wait(child.pidfd, subprocess_now() + SOON));
	assert_false(subprocess_wait(ends[0], subprocess_now() + AT_ONCE));
	assert_true(subprocess_end(&child, SOON) >= 0);
	assert_true(subprocess_wait(ends[0], subprocess_now() + SOON));
	assert_int_equal(read(ends[0], &byte, 1), 0);
	close(ends[0]);
}

static void it_has_the_files_it_was_given(void **state)
{
	int ends[2];
	char byte;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(
		exit_code(count_files, (const int[]){ -1, ends[1], -1 }), 3);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	close(ends[1]);
}

static void a_limit_is_only_lowered(void **state)
{
	(void)state;
	assert_int_equal(exit_code(raise_limit, NULL), 0);
}

static void it_is_apart_from_the_terminal(void **state)
{
	struct sigaction keep, ignore = { .sa_handler = SIG_IGN };

	(void)state;
	sigaction(SIGUSR1, &ignore, &keep);
	assert_int_equal(exit_code(leads_a_session, NULL), 0);
	sigaction(SIGUSR1, &keep, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_exit_code_comes_back),
		cmocka_unit_test(at_its_deadline_it_is_killed),
		cmocka_unit_test(reading_ends_at_the_most_bytes),
		cmocka_unit_test(reading_ends_at_the_deadline),
		cmocka_unit_test(what_it_has_started_ends_with_it),
		cmocka_unit_test(it_has_the_files_it_was_given),
		cmocka_unit_test(a_limit_is_only_lowered),
		cmocka_unit_test(it_is_apart_from_the_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
