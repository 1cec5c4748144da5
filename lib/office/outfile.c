/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outfile.h"

static int write_all(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static mode_t mode_for(const char *path)
{
	struct stat st;
	mode_t mask;

	if (stat(path, &st) == 0)
		return st.st_mode & 0777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

/* What @path names may be a link or a device; only a plain file is replaced. */
static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static int write_special(const char *path, const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -1;
	ret = write_all(fd, data, len);
	if (close(fd))
		ret = -1;
	return ret;
}

static void sync_directory(const char *path)
{
	char *copy = strdup(path);
	int fd = copy ? open(dirname(copy), O_RDONLY | O_CLOEXEC) : -1;

	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
	free(copy);
}

/* A short name, for @path may have the longest that the folder takes. */
static int temporary_beside(const char *path, char **tmp)
{
	char *copy = strdup(path);
	int n = copy ? asprintf(tmp, "%s/.ckstoken.XXXXXX", dirname(copy)) : -1;

	free(copy);
	return n < 0 ? -1 : 0;
}

static int put(char *tmp, const char *path, const void *data, size_t len,
	       mode_t mode, bool synced)
{
	int fd = mkostemp(tmp, O_CLOEXEC);
	int ret = -1, saved;

	if (fd < 0)
		return -1;
	if (write_all(fd, data, len) || fchmod(fd, mode) ||
	    (synced && fsync(fd)))
		goto out;
	if (rename(tmp, path))
		goto out;
	ret = 0;
	if (synced)
		sync_directory(path);
out:
	saved = errno;
	close(fd);
	if (ret)
		unlink(tmp);
	errno = saved;
	return ret;
}

/* A signal that ends the program waits until no temporary file is left. */
static int replace(const char *path, const void *data, size_t len, mode_t mode,
		   bool synced)
{
	sigset_t all, before;
	char *tmp = NULL;
	int ret;

	if (temporary_beside(path, &tmp))
		return -1;
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	ret = put(tmp, path, data, len, mode, synced);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	free(tmp);
	return ret;
}

int outfile_replace(const char *path, const void *data, size_t len, mode_t mode)
{
	return replace(path, data, len, mode, true);
}

static int write_file(const char *path, const void *data, size_t len,
		      bool synced)
{
	struct stat st;
	char *target;
	int ret;

	if (strcmp(path, "-") == 0)
		return write_all(STDOUT_FILENO, data, len);
	if (is_special(path))
		return write_special(path, data, len);
	/* Through a link, the file it leads to is replaced, not the link. */
	target = realpath(path, NULL);
	if (!target && lstat(path, &st) == 0)
		return -1;
	if (target && access(target, W_OK))
		ret = -1;
	else
		ret = replace(target ? target : path, data, len, mode_for(path),
			      synced);
	free(target);
	return ret;
}

int outfile_write(const char *path, const void *data, size_t len)
{
	return write_file(path, data, len, true);
}

int outfile_write_unsynced(const char *path, const void *data, size_t len)
{
	return write_file(path, data, len, false);
}

int outfile_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret = fd < 0 ? -1 : syncfs(fd);

	if (fd >= 0)
		close(fd);
	return ret;
}

int outfile_folders(const char *path)
{
	char *copy = strdup(path);
	int ret = copy ? 0 : -1;

	for (char *at = copy ? strchr(copy + 1, '/') : NULL; at && !ret;
	     at = strchr(at + 1, '/')) {
		*at = '\0';
		if (mkdir(copy, 0700) && errno != EEXIST)
			ret = -1;
		*at = '/';
	}
	free(copy);
	return ret;
}
