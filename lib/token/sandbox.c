/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/sanitized.h"
#include "sandbox.h"

#define CHANNEL_FD 3
#define MAX_MEMORY (1024UL * 1024 * 1024)
#define MAX_FILE (64UL * 1024 * 1024)

/*
 * Modules write what they are called with, PINs among it, to a log that such a
 * variable names: OPENSC_DEBUG, PKCS11SPY, OPENCRYPTOKI_TRACE_LEVEL and the
 * vendors' own.
 */
static bool makes_modules_talk(const char *entry)
{
	static const char *const words[] = { "DEBUG", "TRACE", "SPY" };
	size_t len = strcspn(entry, "=");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *found = strstr(entry, words[i]);

		if (found && (size_t)(found - entry) < len)
			return true;
	}
	return false;
}

static void clean_environment(void)
{
	char **out = environ;

	for (char **in = environ; in && *in; in++)
		if (!makes_modules_talk(*in))
			*out++ = *in;
	if (out)
		*out = NULL;
}

static void limit(__rlimit_resource_t resource, rlim_t most)
{
	struct rlimit now;

	if (getrlimit(resource, &now))
		return;
	if (now.rlim_max > most)
		now.rlim_max = most;
	if (now.rlim_cur > now.rlim_max)
		now.rlim_cur = now.rlim_max;
	setrlimit(resource, &now);
}

static void set_limits(void)
{
	struct rlimit locked;

	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, MAX_FILE);
#ifndef SANITIZED
	limit(RLIMIT_DATA, MAX_MEMORY);
#endif
	prctl(PR_SET_DUMPABLE, 0);
	/*
	 * Keeps the module's own copies of a PIN out of swap. Under a limit,
	 * its next allocation would fail instead.
	 */
	if (!getrlimit(RLIMIT_MEMLOCK, &locked) &&
	    locked.rlim_cur == RLIM_INFINITY)
		(void)mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
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

int sandbox_enter(int channel, pid_t parent)
{
	int null;

	default_signals();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	/* A group of its own: the terminal's Ctrl-C is the parent's to hear,
	 * and whatever a module starts can be ended with it. */
	setsid();
	null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(channel, CHANNEL_FD) < 0)
		_exit(1);
	for (int fd = 0; fd < CHANNEL_FD; fd++)
		if (dup2(null, fd) < 0)
			_exit(1);
	if (close_range(CHANNEL_FD + 1, ~0U, 0))
		_exit(1);
	(void)fcntl(CHANNEL_FD, F_SETFD, FD_CLOEXEC);
	clean_environment();
	/* The loader's words end up in reports that programs read. */
	(void)setlocale(LC_MESSAGES, "C");
	set_limits();
	return CHANNEL_FD;
}
