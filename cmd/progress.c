/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "progress.h"

static char line[128];
static size_t line_len;
static volatile sig_atomic_t shown;

static void show(int sig)
{
	(void)sig;
	if (write(STDERR_FILENO, line, line_len) > 0)
		shown = 1;
}

void progress_begin(const char *text)
{
	struct sigaction action = { .sa_handler = show,
				    .sa_flags = SA_RESTART };
	struct itimerval second = { .it_value = { .tv_sec = 1 } };

	if (!isatty(STDERR_FILENO)) {
		(void)signal(SIGALRM, SIG_IGN);
		return;
	}
	line_len = strnlen(text, sizeof(line));
	memcpy(line, text, line_len);
	shown = 0;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &second, NULL);
}

void progress_end(void)
{
	static const char clear[] = "\r\033[K";
	struct itimerval never = { 0 };

	setitimer(ITIMER_REAL, &never, NULL);
	if (shown && write(STDERR_FILENO, clear, sizeof(clear) - 1) < 0)
		return;
	shown = 0;
}
