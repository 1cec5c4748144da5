/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files are there whole or not at all, whatever befalls the program. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/outfile.h"
#include "unit/unit.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static char folder[] = "/tmp/test_outfile.XXXXXX";
static char path[64];

/* A signal or an error that comes while the temporary file is there. */
static int befalls, fails_with;

int fchmod(int fd, mode_t mode)
{
	char link[64];

	if (befalls)
		(void)raise(befalls);
	if (fails_with) {
		errno = fails_with;
		return -1;
	}
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return chmod(link, mode);
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(path, sizeof(path), "%s/file", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void assert_alone(const char *want)
{
	char text[16] = "";
	FILE *f = fopen(path, "r");
	DIR *dir = opendir(folder);
	struct dirent *entry;

	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	assert_string_equal(text, want);
	(void)fclose(f);
	assert_non_null(dir);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] == '.' && entry->d_name[1] == 'c')
			fail_msg("%s is left", entry->d_name);
	(void)closedir(dir);
}

static void a_signal_leaves_no_temporary_file(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGPIPE };
	size_t i;

	(void)state;
	for (i = 0; i < N(signals); i++) {
		int status = 0;
		pid_t child;

		assert_int_equal(outfile_write(path, "old", 3), 0);
		child = fork();
		assert_int_not_equal(child, -1);
		if (!child) {
			(void)signal(signals[i], SIG_DFL);
			befalls = signals[i];
			(void)outfile_write(path, "new", 3);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
		assert_alone("new");
	}
}

static void a_failure_leaves_no_temporary_file(void **state)
{
	sigset_t before, after;
	int signal;

	(void)state;
	assert_int_equal(outfile_write(path, "old", 3), 0);
	assert_int_equal(sigprocmask(SIG_SETMASK, NULL, &before), 0);
	fails_with = ENOSPC;
	assert_int_equal(outfile_write(path, "new", 3), -ENOSPC);
	fails_with = 0;
	assert_alone("old");
	assert_int_equal(sigprocmask(SIG_SETMASK, NULL, &after), 0);
	for (signal = 1; signal < SIGRTMIN; signal++)
		assert_int_equal(sigismember(&before, signal),
				 sigismember(&after, signal));
}

/* Writes @text so that none of it waits in memory for the end. */
static int stream(const char *text)
{
	struct outfile file;

	assert_int_equal(outfile_begin(&file, path, 0600), 0);
	assert_int_equal(fprintf(file.stream, "%s", text), strlen(text));
	assert_int_equal(fflush(file.stream), 0);
	return outfile_end(&file, true);
}

static void a_signal_waits_for_a_stream(void **state)
{
	int status = 0;
	pid_t child;

	(void)state;
	assert_int_equal(outfile_write(path, "old", 3), 0);
	child = fork();
	assert_int_not_equal(child, -1);
	if (!child) {
		befalls = SIGTERM;
		(void)stream("new");
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_alone("new");
}

static void a_stream_is_there_whole_or_not_at_all(void **state)
{
	struct outfile file;
	struct stat st;

	(void)state;
	assert_int_equal(outfile_write(path, "old", 3), 0);
	assert_int_equal(outfile_begin(&file, path, 0600), 0);
	assert_int_equal(fprintf(file.stream, "half"), 4);
	assert_int_equal(outfile_end(&file, false), 0);
	assert_alone("old");
	fails_with = ENOSPC;
	assert_int_equal(stream("new"), -ENOSPC);
	fails_with = 0;
	assert_alone("old");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(stream("new"), 0);
	assert_alone("new");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signal_leaves_no_temporary_file),
		cmocka_unit_test(a_failure_leaves_no_temporary_file),
		cmocka_unit_test(a_signal_waits_for_a_stream),
		cmocka_unit_test(a_stream_is_there_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
