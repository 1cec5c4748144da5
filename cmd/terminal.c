/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* 1. The terminal that shows what is written */

/* Fewer columns have no room for a table, and no terminal has more. */
#define LEAST_WIDTH 40
#define MOST_WIDTH 1000

/* The lines of a terminal that does not say. */
#define USUAL_ROWS 24

/* Lines of running text that are longer are hard to read. */
#define TEXT_WIDTH 100

/* Text for a pager is as wide as the terminal was. */
static struct {
	size_t width; /* 0: there is no pager */
	bool has_errors, has_colours;
} paged;

static bool is_paged(int fd)
{
	return paged.width && (fd == STDOUT_FILENO || paged.has_errors);
}

void screen_behind_pager(size_t width, bool has_errors, bool has_colours)
{
	paged.width = width;
	paged.has_errors = has_errors;
	paged.has_colours = has_colours;
}

static size_t within(unsigned long width)
{
	if (width < LEAST_WIDTH)
		return LEAST_WIDTH;
	return width > MOST_WIDTH ? MOST_WIDTH : width;
}

size_t screen_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	unsigned long width = 0;
	struct winsize size;
	char *end = NULL;

	if (is_paged(fd))
		return paged.width;
	if (!isatty(fd))
		return 0;
	if (columns && *columns >= '0' && *columns <= '9')
		width = strtoul(columns, &end, 10);
	if (width && !*end)
		return within(width);
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return within(size.ws_col);
	return LINE_WIDTH;
}

size_t screen_rows(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row)
		return size.ws_row;
	return USUAL_ROWS;
}

size_t screen_text_width(int fd)
{
	size_t width = screen_width(fd);

	if (!width)
		return LINE_WIDTH;
	return width > TEXT_WIDTH ? TEXT_WIDTH : width;
}

bool screen_has_escapes(int fd)
{
	const char *term = getenv("TERM");

	return (is_paged(fd) || isatty(fd)) && term && *term &&
	       strcmp(term, "dumb") != 0;
}

bool screen_has_colours(void)
{
	const char *no = getenv("NO_COLOR");

	return (!no || !*no) && screen_has_escapes(STDOUT_FILENO) &&
	       (!paged.width || paged.has_colours);
}

bool screen_is_left(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	return poll(&out, 1, 0) == 1 && out.revents & POLLERR;
}

/* 2. A line typed at the terminal */

#define CTRL_C 3
#define CTRL_BACKSLASH 28

struct prompt {
	int tty;
	const char *text;
	bool hidden;
	struct termios before;
	/* The characters that end the prompt: as signals they would reach the
	 * script, too, that has started this program. */
	cc_t interrupt, quit;
	int signals; /* descriptor of those that come meanwhile */
};

/*
 * The signals to be taken from a descriptor while the terminal is changed: all
 * that would end or stop the process and leave it so. Those that somebody wants
 * to be ignored or handled are left to that; a fault of the process itself
 * cannot wait; and a process in the background is stopped before it touches the
 * terminal.
 */
static void choose_signals(sigset_t *set)
{
	static const int others[] = { SIGCHLD, SIGWINCH, SIGURG,  SIGTTIN,
				      SIGTTOU, SIGSEGV,	 SIGBUS,  SIGFPE,
				      SIGILL,  SIGABRT,	 SIGTRAP, SIGSYS };
	struct sigaction action;

	sigfillset(set);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		sigdelset(set, others[i]);
	for (int sig = 1; sig < SIGRTMIN; sig++)
		if (sigaction(sig, NULL, &action) == 0 &&
		    action.sa_handler != SIG_DFL)
			sigdelset(set, sig);
	sigaddset(set, SIGCONT);
}

static cc_t key_or(cc_t set, cc_t usual)
{
	return set == _POSIX_VDISABLE ? usual : set;
}

/* Shows the prompt on a terminal that takes a line, in a line of its own where
 * it is shown @again. 0 or -errno. */
static int prepare(const struct prompt *p, bool again)
{
	struct termios asking = p->before;

	asking.c_lflag |= ICANON | IEXTEN;
	/* Backspace takes a whole letter of Vietnamese away. */
	asking.c_iflag |= IUTF8;
	if (p->hidden) {
		asking.c_lflag &= ~(tcflag_t)ECHO;
		asking.c_lflag |= ECHONL;
	} else {
		asking.c_lflag |= ECHO | ECHOE | ECHOK;
	}
	asking.c_cc[VINTR] = _POSIX_VDISABLE;
	asking.c_cc[VQUIT] = _POSIX_VDISABLE;
	asking.c_cc[VEOL] = p->interrupt;
	asking.c_cc[VEOL2] = p->quit;
	/* Text typed before the question is not its answer. */
	if (tcsetattr(p->tty, TCSAFLUSH, &asking))
		return -errno;
	if (again)
		(void)!write(p->tty, "\n", 1);
	(void)!write(p->tty, p->text, strlen(p->text));
	return 0;
}

static void restore(const struct prompt *p)
{
	(void)tcsetattr(p->tty, TCSAFLUSH, &p->before);
}

/* Stops as Ctrl-Z wants, and asks again afterwards. */
static int stop(const struct prompt *p)
{
	const struct timespec none = { 0 };
	sigset_t stops, goes_on;

	sigemptyset(&stops);
	sigaddset(&stops, SIGTSTP);
	sigemptyset(&goes_on);
	sigaddset(&goes_on, SIGCONT);
	restore(p);
	(void)raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stops, NULL);
	sigprocmask(SIG_BLOCK, &stops, NULL);
	/* This one needs no second prompt. */
	(void)sigtimedwait(&goes_on, NULL, &none);
	return prepare(p, true);
}

/* Takes a signal that has come. 0 to ask on. */
static int take_signal(const struct prompt *p, int *sig)
{
	struct signalfd_siginfo info;

	if (read(p->signals, &info, sizeof(info)) != sizeof(info))
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	switch (info.ssi_signo) {
	case SIGTSTP:
		return stop(p);
	case SIGCONT:
		/* A shell may have made the terminal show everything. */
		return prepare(p, true);
	default:
		*sig = (int)info.ssi_signo;
		return -EINTR;
	}
}

/* Reads the line, a byte at a time. 0 or -errno. */
static int read_typed(const struct prompt *p, char *line, size_t size,
		      size_t *length, int *sig)
{
	struct pollfd fds[] = { { .fd = p->signals, .events = POLLIN },
				{ .fd = p->tty, .events = POLLIN } };
	size_t len = 0;
	int ret = 0;

	for (;;) {
		ssize_t n;

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return -errno;
		if (fds[0].revents) {
			ret = take_signal(p, sig);
			if (ret)
				return ret;
			len = 0;
			continue;
		}
		if (!fds[1].revents)
			continue;
		n = read(p->tty, &line[len], 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		/* Only Enter ends an answer: Ctrl-D, or a terminal that hangs
		 * up, leaves a part of one. */
		if (n == 0)
			return len > 0 ? -ENODATA : -ECANCELED;
		if (line[len] == '\n')
			break;
		if ((cc_t)line[len] == p->interrupt ||
		    (cc_t)line[len] == p->quit)
			return -ECANCELED;
		if (++len == size)
			return -EMSGSIZE;
	}
	*length = len;
	return 0;
}

int terminal_open(void)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);

	return tty < 0 ? -errno : tty;
}

int terminal_read(int tty, const char *prompt, bool hidden, char *line,
		  size_t size, size_t *len, int *sig)
{
	struct prompt p = {
		.tty = tty, .text = prompt, .hidden = hidden, .signals = -1
	};
	sigset_t set, old;
	int ret;

	if (tcgetattr(tty, &p.before))
		return -errno;
	p.interrupt = key_or(p.before.c_cc[VINTR], CTRL_C);
	p.quit = key_or(p.before.c_cc[VQUIT], CTRL_BACKSLASH);
	choose_signals(&set);
	sigprocmask(SIG_BLOCK, &set, &old);
	p.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	ret = p.signals < 0 ? -errno : prepare(&p, false);
	if (!ret) {
		ret = read_typed(&p, line, size, len, sig);
		restore(&p);
		/* The next message does not stand behind the prompt. */
		if (ret == -ECANCELED || ret == -EINTR || ret == -ENODATA)
			(void)!write(tty, "\n", 1);
	}
	if (p.signals >= 0)
		close(p.signals);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return ret;
}
