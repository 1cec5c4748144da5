/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask.h"
#include "ask_terminal.h"
#include "command.h"
#include "message.h"
#include "secret_line.h"

static int read_source(int fd, const char *name, struct cks_secret *secret)
{
	if (secret_line_read(fd, -1, secret)) {
		print_message(_("%s: the secret cannot be read: %s"), name,
			      strerror(errno));
		return EXIT_BAD_INPUT;
	}
	if (cks_secret_length(secret) == 0) {
		print_message(
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
		print_message("%s: %s", path, strerror(errno));
		goto out;
	}
	if (st.st_mode & (S_IRGRP | S_IROTH)) {
		print_message(
			_("%s: others can read this secret; run \"chmod 600\" on the file, and consider the secret known"),
			path);
		goto out;
	}
	ret = read_source(fd, path, secret);
out:
	if (fd >= 0)
		close(fd);
	return ret;
}

bool ask_is_given(const struct secret_source *source)
{
	return source->file || source->fd >= 0;
}

int ask_secret(const struct secret_source *source, const char *prompt,
	       bool twice, struct cks_secret **secret)
{
	struct cks_secret *s = cks_secret_new(SECRET_LINE_MAX);
	char name[32];
	int ret;

	if (!s) {
		return print_no_memory();
	}
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
