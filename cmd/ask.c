/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "ask.h"
#include "command.h"
#include "say.h"

#define MAX_SECRET 255

#define CTRL_C 3

/* One byte a read: what follows the line is left for the next reader. A line
 * also ends with @stop, which is kept; -1: none does. */
static int read_line(int fd, int stop, struct cks_secret *secret)
{
	char *data = cks_secret_data(secret);
	size_t len = 0;

	for (;;) {
		char *at = len < MAX_SECRET ? data + len : NULL;
		char beyond;
		ssize_t n = read(fd, at ? at : &beyond, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0 || (at ? *at : beyond) == '\n')
			break;
		if (!at) {
			errno = EMSGSIZE;
			return -1;
		}
		len++;
		if (*at == stop)
			break;
	}
	if (len > 0 && data[len - 1] == '\r')
		len--;
	return cks_secret_set_length(secret, len) ? -1 : 0;
}

static int read_source(int fd, const char *name, struct cks_secret *secret)
{
	if (read_line(fd, -1, secret)) {
		say(_("%s: the secret cannot be read: %s"), name,
		    strerror(errno));
		return EXIT_BAD_INPUT;
	}
	if (cks_secret_length(secret) == 0) {
		say(_("%s: the first line is empty; nothing was sent to the token"),
		    name);
		return EXIT_BAD_INPUT;
	}
	return 0;
}

static int read_file(const char *path, struct cks_secret *secret)
{
	int fd;
	struct stat st;
	int ret = EXIT_BAD_INPUT;

	if (strcmp(path, "-") == 0)
		return read_source(STDIN_FILENO, path, secret);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st)) {
		say("%s: %s", path, strerror(errno));
		goto out;
	}
	if (st.st_mode & (S_IRGRP | S_IROTH)) {
		say(_("%s: others can read this secret; run \"chmod 600\" on the file, and consider the secret known"),
		    path);
		goto out;
	}
	ret = read_source(fd, path, secret);
out:
	if (fd >= 0)
		close(fd);
	return ret;
}

static int read_hidden(int tty, const char *prompt, struct cks_secret *secret)
{
	struct termios before, hidden;
	sigset_t keys, old;
	int ret;

	if (tcgetattr(tty, &before))
		return -1;
	hidden = before;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	hidden.c_lflag |= ECHONL;
	/* Ctrl-C must not leave the terminal without echo: it is taken as a
	 * character of the line, and ends it. */
	hidden.c_lflag &= ~(tcflag_t)ISIG;
	hidden.c_cc[VEOL] = CTRL_C;
	sigemptyset(&keys);
	sigaddset(&keys, SIGTERM);
	sigaddset(&keys, SIGHUP);
	sigprocmask(SIG_BLOCK, &keys, &old);
	(void)tcsetattr(tty, TCSAFLUSH, &hidden);
	(void)!write(tty, prompt, strlen(prompt));
	ret = read_line(tty, CTRL_C, secret);
	(void)tcsetattr(tty, TCSAFLUSH, &before);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return ret;
}

static int ask_once(int tty, const char *prompt, struct cks_secret *secret)
{
	size_t len;

	if (read_hidden(tty, prompt, secret)) {
		say(_("the terminal cannot be read: %s"), strerror(errno));
		return EXIT_BAD_INPUT;
	}
	len = cks_secret_length(secret);
	if (len == 0 || cks_secret_data(secret)[len - 1] == CTRL_C) {
		say(_("nothing was entered and nothing was sent to the token"));
		return EXIT_REFUSED;
	}
	return 0;
}

static int ask_terminal(const struct secret_source *source, const char *prompt,
			bool twice, struct cks_secret *secret)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	struct cks_secret *again = NULL;
	int ret;

	if (tty < 0) {
		say(_("there is no terminal to ask on; give the secret by --%s-file FILE or --%s-fd N"),
		    source->option, source->option);
		return EXIT_USAGE;
	}
	ret = ask_once(tty, prompt, secret);
	if (ret || !twice)
		goto out;
	again = cks_secret_new(MAX_SECRET);
	ret = again ? ask_once(tty, _("Once more: "), again) : EXIT_DEVICE;
	if (!ret && !cks_secret_equal(secret, again)) {
		say(_("the two are not the same; nothing was sent to the token"));
		ret = EXIT_REFUSED;
	}
out:
	cks_secret_free(&again);
	close(tty);
	return ret;
}

int ask_secret(const struct secret_source *source, const char *prompt,
	       bool twice, struct cks_secret **secret)
{
	struct cks_secret *s = cks_secret_new(MAX_SECRET);
	char name[32];
	int ret;

	if (!s) {
		say("%s", cks_strerror(CKS_ERR_MEMORY));
		return EXIT_DEVICE;
	}
	if (source->file) {
		ret = read_file(source->file, s);
	} else if (source->fd >= 0) {
		snprintf(name, sizeof(name), "--%s-fd %d", source->option,
			 source->fd);
		ret = read_source(source->fd, name, s);
	} else {
		ret = ask_terminal(source, prompt, twice, s);
	}
	if (ret)
		cks_secret_free(&s);
	else
		*secret = s;
	return ret;
}
