/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "ask_terminal.h"
#include "command.h"
#include "message.h"
#include "secret_line.h"

#define CTRL_C 3

static int read_hidden(int tty, const char *prompt, struct cks_secret *secret)
{
	struct termios before, hidden;
	sigset_t all, old;
	int ret = -1;

	if (tcgetattr(tty, &before))
		return -1;
	hidden = before;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	hidden.c_lflag |= ECHONL;
	/* Ctrl-C must not leave the terminal without echo: it is taken as a
	 * character of the line, and ends it. */
	hidden.c_lflag &= ~(tcflag_t)ISIG;
	hidden.c_cc[VEOL] = CTRL_C;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	if (tcsetattr(tty, TCSAFLUSH, &hidden) == 0) {
		(void)!write(tty, prompt, strlen(prompt));
		ret = secret_line_read(tty, CTRL_C, secret);
		(void)tcsetattr(tty, TCSAFLUSH, &before);
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	return ret;
}

static int ask_once(int tty, const char *prompt, struct cks_secret *secret)
{
	size_t len;

	if (read_hidden(tty, prompt, secret)) {
		print_message(_("the terminal cannot be read: %s"),
			      strerror(errno));
		return EXIT_BAD_INPUT;
	}
	len = cks_secret_length(secret);
	if (len == 0 || cks_secret_data(secret)[len - 1] == CTRL_C) {
		print_message(_(
			"nothing was entered and nothing was sent to the token"));
		return EXIT_REFUSED;
	}
	return 0;
}

int ask_terminal(const char *option, const char *prompt, bool twice,
		 struct cks_secret *secret)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	struct cks_secret *again = NULL;
	int ret;

	if (tty < 0) {
		print_message(
			_("there is no terminal to ask on; give the secret by --%s-file FILE or --%s-fd N"),
			option, option);
		return EXIT_USAGE;
	}
	ret = ask_once(tty, prompt, secret);
	if (ret || !twice)
		goto out;
	again = cks_secret_new(SECRET_LINE_MAX);
	ret = again ? ask_once(tty, _("Once more: "), again) : EXIT_DEVICE;
	if (!ret && !cks_secret_equal(secret, again)) {
		print_message(_(
			"the two are not the same; nothing was sent to the token"));
		ret = EXIT_REFUSED;
	}
out:
	cks_secret_free(&again);
	close(tty);
	return ret;
}
