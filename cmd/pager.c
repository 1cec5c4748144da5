/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pager.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/i18n.h"
#include "message.h"
#include "screen.h"

static struct {
	pid_t pid;
	int errors; /* standard error as it was; -1: it stays so */
} pager = { .errors = -1 };

/* True if the program is run by sudo: then less lets nobody begin another
 * program, and other pagers, which may, are not run. */
static bool is_lent(void)
{
	return getenv("SUDO_UID") || geteuid() != getuid();
}

/* True if the program that @command begins with is there, as far as a shell is
 * not needed to tell. */
static bool is_installed(const char *command)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._+/-";
	const char *path = getenv("PATH");
	size_t program = strspn(command, plain);
	char file[4096];

	if (command[program] && command[program] != ' ')
		return true;
	if (memchr(command, '/', program))
		path = "/";
	for (; path && *path; path += *path == ':') {
		size_t len = strcspn(path, ":");

		(void)snprintf(file, sizeof(file), "%.*s/%.*s", (int)len, path,
			       (int)program, command);
		if (len && access(file, X_OK) == 0)
			return true;
		path += len;
	}
	return false;
}

/* NULL: none is wanted, or there is none. */
static const char *choose_pager(void)
{
	const char *command = getenv("CKSTOKEN_PAGER");

	if (!command)
		command = getenv("PAGER");
	if (command && (!*command || strcmp(command, "cat") == 0))
		return NULL;
	if (!command || is_lent())
		return is_installed("less") ? "less" : NULL;
	if (is_installed(command))
		return command;
	print_warning(
		_("the pager \"%s\" is not there; CKSTOKEN_PAGER or PAGER names another"),
		command);
	return NULL;
}

/*
 * Runs in the child. The pager begins once there is something to show: less
 * would clear the screen for nothing, and write over what is asked meanwhile.
 */
static void run_pager(const char *command)
{
	struct pollfd there = { .fd = STDIN_FILENO, .events = POLLIN };

	(void)signal(SIGPIPE, SIG_DFL);
	while (poll(&there, 1, -1) < 0 && errno == EINTR)
		;
	if (there.revents & POLLIN)
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(there.revents & POLLIN ? 127 : 0);
}

/* Takes the ends of the pipe from this process, and leaves the terminal to it
 * once the pager is over. */
static void end_pager(void)
{
	int status;

	close(STDOUT_FILENO);
	if (pager.errors >= 0)
		dup2(pager.errors, STDERR_FILENO);
	while (waitpid(pager.pid, &status, 0) < 0 && errno == EINTR)
		;
}

/* Ctrl-C reaches the pager too, which goes on: the shell may not have the
 * terminal back before that ends. */
static void on_signal(int sig)
{
	end_pager();
	(void)signal(sig, SIG_DFL);
	(void)raise(sig);
}

static void catch_signals(void)
{
	static const int signals[] = { SIGINT, SIGHUP, SIGTERM, SIGQUIT };
	struct sigaction action;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (sigaction(signals[i], NULL, &action) ||
		    action.sa_handler != SIG_DFL)
			continue;
		action = (struct sigaction){ .sa_handler = on_signal };
		sigaction(signals[i], &action, NULL);
	}
}

/* As git has them: less leaves at once where all has room, shows colours, and
 * does not clear the screen. */
static bool prepare_environment(void)
{
	return !setenv("LESS", "FRX", 0) && !setenv("LV", "-c", 0) &&
	       (!is_lent() || !setenv("LESSSECURE", "1", 1));
}

void pager_begin(void)
{
	size_t width = screen_width(STDOUT_FILENO);
	const char *command;
	int ends[2];
	pid_t pid;

	if (pager.pid || !screen_has_escapes(STDOUT_FILENO))
		return;
	command = choose_pager();
	if (!command || !prepare_environment() || pipe2(ends, O_CLOEXEC))
		return;
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(ends[0], STDIN_FILENO);
		close(ends[0]);
		close(ends[1]);
		run_pager(command);
	}
	if (pid > 0) {
		if (isatty(STDERR_FILENO))
			pager.errors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
		pager.pid = pid;
		catch_signals();
		dup2(ends[1], STDOUT_FILENO);
		if (pager.errors >= 0)
			dup2(ends[1], STDERR_FILENO);
		screen_behind_pager(width, pager.errors >= 0);
	}
	close(ends[0]);
	close(ends[1]);
}

void pager_end(void)
{
	if (!pager.pid)
		return;
	(void)fflush(stdout);
	end_pager();
	pager.pid = 0;
}
