/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "secret_prompt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#define CTRL_C 3
#define CTRL_BACKSLASH 28

struct prompt {
	int tty;
	const char *text;
	struct termios before;
	/* What ends a line and the prompt: as a signal it would reach the
	 * script, too, that has started this program. */
	cc_t interrupt, quit;
	int signals; /* descriptor of those that come meanwhile */
};

/*
 * The signals to be taken from a descriptor while the terminal is hidden: all
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

/* Shows the prompt on a terminal that shows nothing else, in a line of its own
 * where it is shown @again. 0 or -errno. */
static int hide(const struct prompt *p, bool again)
{
	struct termios hidden = p->before;

	hidden.c_lflag &= ~(tcflag_t)ECHO;
	hidden.c_lflag |= ECHONL | ICANON | IEXTEN;
	hidden.c_cc[VINTR] = _POSIX_VDISABLE;
	hidden.c_cc[VQUIT] = _POSIX_VDISABLE;
	hidden.c_cc[VEOL] = p->interrupt;
	hidden.c_cc[VEOL2] = p->quit;
	/* What was typed before it was asked for is not the answer. */
	if (tcsetattr(p->tty, TCSAFLUSH, &hidden))
		return -errno;
	if (again)
		(void)!write(p->tty, "\n", 1);
	(void)!write(p->tty, p->text, strlen(p->text));
	return 0;
}

static void show(const struct prompt *p)
{
	(void)tcsetattr(p->tty, TCSAFLUSH, &p->before);
}

/* Stops as Ctrl-Z wants, and hides the terminal again afterwards. */
static int stop(const struct prompt *p)
{
	const struct timespec none = { 0 };
	sigset_t stops, goes_on;

	sigemptyset(&stops);
	sigaddset(&stops, SIGTSTP);
	sigemptyset(&goes_on);
	sigaddset(&goes_on, SIGCONT);
	show(p);
	(void)raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stops, NULL);
	sigprocmask(SIG_BLOCK, &stops, NULL);
	/* This one needs no second prompt. */
	(void)sigtimedwait(&goes_on, NULL, &none);
	return hide(p, true);
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
		return hide(p, true);
	default:
		*sig = (int)info.ssi_signo;
		return -EINTR;
	}
}

/* Reads the line, a byte at a time. 0 or -errno. */
static int read_line(const struct prompt *p, struct cks_secret *secret,
		     int *sig)
{
	struct pollfd fds[] = { { .fd = p->signals, .events = POLLIN },
				{ .fd = p->tty, .events = POLLIN } };
	char *data = cks_secret_data(secret);
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
		/* There is room for one byte behind the last. */
		n = read(p->tty, &data[len], 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		/* Only Enter ends an answer: Ctrl-D, or a terminal that hangs
		 * up, leaves a part of one. */
		if (n == 0)
			return len > 0 ? -ENODATA : -ECANCELED;
		if (data[len] == '\n')
			break;
		if ((cc_t)data[len] == p->interrupt ||
		    (cc_t)data[len] == p->quit)
			return -ECANCELED;
		if (len++ == cks_secret_capacity(secret))
			return -EMSGSIZE;
	}
	return cks_secret_set_length(secret, len) ? -EMSGSIZE : 0;
}

int secret_prompt(int tty, const char *prompt, struct cks_secret *secret,
		  int *sig)
{
	struct prompt p = { .tty = tty, .text = prompt, .signals = -1 };
	sigset_t set, old;
	int ret;

	if (tcgetattr(tty, &p.before))
		return -errno;
	p.interrupt = key_or(p.before.c_cc[VINTR], CTRL_C);
	p.quit = key_or(p.before.c_cc[VQUIT], CTRL_BACKSLASH);
	choose_signals(&set);
	sigprocmask(SIG_BLOCK, &set, &old);
	p.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	ret = p.signals < 0 ? -errno : hide(&p, false);
	if (!ret) {
		ret = read_line(&p, secret, sig);
		show(&p);
	}
	if (ret)
		(void)cks_secret_set_length(secret, 0);
	if (p.signals >= 0)
		close(p.signals);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return ret;
}
