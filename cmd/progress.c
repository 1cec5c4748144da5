/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "progress.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/subprocess.h"
#include "base/text.h"
#include "table.h"
#include "terminal.h"

/* Work within work; what is deeper is shown in the place of the last. */
#define MOST_WORKS 3

/* The line is not written anew more often. */
#define QUIET_MS 100

static struct work {
	const char *text;
	size_t done, total;
} works[MOST_WORKS];
static size_t n_works;

/* The line as it is or will be shown; the handler of the signal writes it. */
static char line[160];
static volatile sig_atomic_t line_len;
static volatile sig_atomic_t is_due;   /* work has taken over a second */
static volatile sig_atomic_t is_shown; /* the line is on the screen */
static bool is_over;		       /* the terminal is another's */
static int64_t last;		       /* when it was written last */

static const char clear[] = "\r\033[K";

static struct work *current(void)
{
	return &works[(n_works < MOST_WORKS ? n_works : MOST_WORKS) - 1];
}

static void write_line(void)
{
	if (write(STDERR_FILENO, line, (size_t)line_len) > 0)
		is_shown = 1;
}

static void on_second(int sig)
{
	int error = errno;

	(void)sig;
	is_due = 1;
	write_line();
	errno = error;
}

/* Makes the line of what is done now, no longer than the terminal's. */
static void make_line(void)
{
	const struct work *work = current();
	size_t room = screen_text_width(STDERR_FILENO) - 1, len;
	char count[64] = "";

	if (work->total)
		(void)snprintf(count, sizeof(count), " %zu/%zu", work->done,
			       work->total);
	else if (work->done)
		(void)snprintf(count, sizeof(count), " %zu", work->done);
	line_len = 0;
	(void)snprintf(line, sizeof(line) - sizeof(count), "%s", work->text);
	text_cut(line);
	for (len = strlen(line);
	     len && display_width(line) + strlen(count) > room; len--) {
		line[len - 1] = '\0';
		text_cut(line);
	}
	len = strlen(line);
	(void)snprintf(line + len, sizeof(line) - len, "%s", count);
	line_len = (sig_atomic_t)strlen(line);
}

static void watch_clock(bool on)
{
	struct sigaction action = { .sa_handler = on_second,
				    .sa_flags = SA_RESTART };
	const struct itimerval second = { .it_value = { .tv_sec = on } };

	if (on)
		sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &second, NULL);
}

void progress_begin(const char *text, size_t total)
{
	progress_hide();
	n_works++;
	*current() = (struct work){ .text = text, .total = total };
	if (is_over || !screen_has_escapes(STDERR_FILENO)) {
		(void)signal(SIGALRM, SIG_IGN);
		return;
	}
	make_line();
	if (n_works == 1)
		watch_clock(true);
	else if (is_due)
		write_line();
}

void progress_step(size_t done)
{
	int64_t now = subprocess_now();

	if (!n_works)
		return;
	current()->done = done;
	if (!is_due || (is_shown && now < last + QUIET_MS))
		return;
	last = now;
	progress_hide();
	make_line();
	write_line();
}

void progress_hide(void)
{
	if (is_shown && write(STDERR_FILENO, clear, sizeof(clear) - 1) < 0)
		return;
	is_shown = 0;
}

void progress_give_up(void)
{
	watch_clock(false);
	progress_hide();
	is_due = 0;
	is_over = true;
}

void progress_end(void)
{
	if (!n_works)
		return;
	if (n_works == 1)
		watch_clock(false);
	progress_hide();
	if (--n_works)
		make_line();
	else
		is_due = 0;
}
