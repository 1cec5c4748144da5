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
#include "progress.h"
#include "terminal.h"

/* A list of which so long nothing came may take longer. */
#define HOLD_MS 1000

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

/* 1. The process between, which knows whether a pager is needed */

/* The output that has come before that is known. */
static char held[65536];

/*
 * Holds what comes until its end, which is true, or until there is more of it
 * than @rows, or nothing more for a while: no pager comes up for what the
 * screen has room for.
 */
static bool hold(size_t *len, size_t rows)
{
	struct pollfd there = { .fd = STDIN_FILENO, .events = POLLIN };
	size_t lines = 0;

	for (*len = 0; lines < rows && *len < sizeof(held);) {
		int ready = poll(&there, 1, *len ? HOLD_MS : -1);
		ssize_t n = 0;

		if (ready == 0)
			return false;
		if (ready > 0)
			n = read(STDIN_FILENO, held + *len,
				 sizeof(held) - *len);
		if (n < 0 || (ready < 0 && errno == EINTR))
			continue;
		if (n == 0)
			return true;
		for (ssize_t i = 0; i < n; i++)
			lines += held[*len + (size_t)i] == '\n';
		*len += (size_t)n;
	}
	return false;
}

/* False: nobody reads it any longer. */
static bool put(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* Hands what was held and what comes to the pager, as long as it reads. */
static void feed(int fd, size_t len)
{
	ssize_t n = 1;
	bool reads = put(fd, held, len);

	while (reads && n) {
		n = read(STDIN_FILENO, held, sizeof(held));
		if (n > 0)
			reads = put(fd, held, (size_t)n);
		else if (n < 0 && errno != EINTR)
			n = 0;
	}
}

/* Becomes the pager. */
static void run_pager(const char *command, int from)
{
	dup2(from, STDIN_FILENO);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGQUIT, SIG_DFL);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* Runs in the child, from standard input, which is the program's output, to the
 * terminal. Ctrl-C is for the pager to take. */
static void go_between(const char *command, size_t rows)
{
	int ends[2] = { -1, -1 };
	size_t len;
	pid_t pid = -1;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGQUIT, SIG_IGN);
	if (!hold(&len, rows) && !pipe2(ends, O_CLOEXEC))
		pid = fork();
	if (pid == 0)
		run_pager(command, ends[0]);
	close(ends[0]);
	feed(pid > 0 ? ends[1] : STDOUT_FILENO, len);
	close(ends[1]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	_exit(0);
}

/* 2. The program */

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

/* As git has them: less leaves at once where all has room after all, shows
 * colours, and does not clear the screen. What it gets is UTF-8, whatever the
 * locale says. */
static bool prepare_environment(void)
{
	return !setenv("LESS", "FRX", 0) && !setenv("LV", "-c", 0) &&
	       !setenv("LESSCHARSET", "utf-8", 0) &&
	       (!is_lent() || !setenv("LESSSECURE", "1", 1));
}

void pager_begin(void)
{
	size_t width = screen_width(STDOUT_FILENO);
	const char *command;
	size_t rows = screen_rows();
	int ends[2];
	pid_t pid;

	if (pager.pid || !screen_has_escapes(STDOUT_FILENO))
		return;
	command = choose_pager();
	if (!command || !prepare_environment() || pipe2(ends, O_CLOEXEC))
		return;
	progress_give_up();
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(ends[0], STDIN_FILENO);
		close(ends[0]);
		close(ends[1]);
		go_between(command, rows);
	}
	if (pid > 0) {
		if (isatty(STDERR_FILENO))
			pager.errors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
		pager.pid = pid;
		catch_signals();
		dup2(ends[1], STDOUT_FILENO);
		if (pager.errors >= 0)
			dup2(ends[1], STDERR_FILENO);
		screen_behind_pager(width, pager.errors >= 0,
				    strpbrk(getenv("LESS"), "Rr"));
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
