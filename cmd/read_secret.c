/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "read_secret.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "command.h"
#include "message.h"

/* Bytes of a line. */
#define SECRET_MAX 255

#define CTRL_C 3

/*
 * Reads one line, a byte at a time, so that the bytes after it are left for the
 * next reader. The byte @stop, unless it is -1, ends the line too and is kept.
 * 0 or -errno.
 */
static int read_line(int fd, int stop, struct cks_secret *secret)
{
	char *data = cks_secret_data(secret);
	size_t len = 0;

	for (;;) {
		char *at = len < SECRET_MAX ? data + len : NULL;
		char beyond;
		ssize_t n = read(fd, at ? at : &beyond, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0 || (at ? *at : beyond) == '\n')
			break;
		if (!at)
			return -EMSGSIZE;
		len++;
		if (*at == stop)
			break;
	}
	if (len > 0 && data[len - 1] == '\r')
		len--;
	return cks_secret_set_length(secret, len) ? -EMSGSIZE : 0;
}

/* 0 or -errno. */
static int read_hidden(int tty, const char *prompt, struct cks_secret *secret)
{
	struct termios before, hidden;
	sigset_t all, old;
	int ret;

	if (tcgetattr(tty, &before))
		return -errno;
	hidden = before;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	hidden.c_lflag |= ECHONL;
	/* Ctrl-C must not leave the terminal without echo: it is read as a
	 * byte of the line, and ends the line. */
	hidden.c_lflag &= ~(tcflag_t)ISIG;
	hidden.c_cc[VEOL] = CTRL_C;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	if (tcsetattr(tty, TCSAFLUSH, &hidden) == 0) {
		(void)!write(tty, prompt, strlen(prompt));
		ret = read_line(tty, CTRL_C, secret);
		(void)tcsetattr(tty, TCSAFLUSH, &before);
	} else {
		ret = -errno;
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	return ret;
}

static int ask_once(int tty, const char *prompt, struct cks_secret *secret)
{
	int rc = read_hidden(tty, prompt, secret);
	size_t len;

	if (rc) {
		print_error(_("the terminal cannot be read: %s"),
			    strerror(-rc));
		return EXIT_BAD_INPUT;
	}
	len = cks_secret_length(secret);
	if (len == 0 || cks_secret_data(secret)[len - 1] == CTRL_C) {
		print_error(_(
			"nothing was entered and nothing was sent to the token"));
		return EXIT_REFUSED;
	}
	return 0;
}

/*
 * The secret as it is typed at @prompt, without echo, @twice to be sure. Where
 * there is no terminal the message names the options that begin with @option.
 */
static int ask_terminal(const char *option, const char *prompt, bool twice,
			struct cks_secret *secret)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	struct cks_secret *again = NULL;
	int ret;

	if (tty < 0) {
		print_error(
			_("there is no terminal to ask on; give the secret by --%s-file FILE or --%s-fd N"),
			option, option);
		return EXIT_USAGE;
	}
	ret = ask_once(tty, prompt, secret);
	if (ret || !twice)
		goto out;
	again = cks_secret_new(SECRET_MAX);
	ret = again ? ask_once(tty, _("Once more: "), again)
		    : print_no_memory();
	if (!ret && !cks_secret_equal(secret, again)) {
		print_error(_(
			"the two entries are not the same; nothing was sent to the token"));
		ret = EXIT_REFUSED;
	}
out:
	cks_secret_free(&again);
	close(tty);
	return ret;
}

static int read_source(int fd, const char *name, struct cks_secret *secret)
{
	int rc = read_line(fd, -1, secret);

	if (rc) {
		print_error(_("%s: the secret cannot be read: %s"), name,
			    strerror(-rc));
		return EXIT_BAD_INPUT;
	}
	if (cks_secret_length(secret) == 0) {
		print_error(
			_("%s: the first line is empty; nothing was sent to the token"),
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
		print_error("%s: %s", path, strerror(errno));
		goto out;
	}
	if (st.st_mode & (S_IRGRP | S_IROTH)) {
		print_error(
			_("%s: others can read this secret; run \"chmod 600\" on the file, and treat the secret as disclosed"),
			path);
		goto out;
	}
	ret = read_source(fd, path, secret);
out:
	if (fd >= 0)
		close(fd);
	return ret;
}

bool secret_is_given(const struct secret_source *source)
{
	return source->file || source->fd >= 0;
}

int read_secret(const struct secret_source *source, const char *prompt,
		bool twice, struct cks_secret **secret)
{
	struct cks_secret *s = cks_secret_new(SECRET_MAX);
	char name[32];
	int ret;

	if (!s)
		return print_no_memory();
	if (source->file) {
		ret = read_file(source->file, s);
	} else if (source->fd >= 0) {
		snprintf(name, sizeof(name), "--%s-fd %d", source->option,
			 source->fd);
		ret = read_source(source->fd, name, s);
	} else {
		ret = ask_terminal(source->option, prompt, twice, s);
	}
	if (ret)
		cks_secret_free(&s);
	else
		*secret = s;
	return ret;
}
