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
			return -errno;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

/* The mode of an existing file, else what the umask leaves of @mode. */
static mode_t mode_for(const char *path, mode_t mode)
{
	struct stat st;
	mode_t mask;

	if (stat(path, &st) == 0)
		return st.st_mode & 0777;
	mask = umask(0);
	umask(mask);
	return mode & ~mask;
}

/* Whether @path is a device or the like: only a plain file is replaced. */
static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
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

/* Makes a temporary file beside @path, *@tmp, the caller's to free(). Returns a
 * descriptor of it or a negative errno. Its name is short, for @path may have
 * the longest that the folder takes. */
static int open_temporary(const char *path, char **tmp)
{
	char *copy = strdup(path);
	int n = copy ? asprintf(tmp, "%s/.ckstoken.XXXXXX", dirname(copy)) : -1;
	int fd;

	free(copy);
	if (n < 0) {
		*tmp = NULL;
		return -ENOMEM;
	}
	fd = mkostemp(*tmp, O_CLOEXEC);
	if (fd >= 0)
		return fd;
	fd = -errno;
	free(*tmp);
	*tmp = NULL;
	return fd;
}

static int replace(const char *path, const void *data, size_t len, mode_t mode,
		   bool synced)
{
	sigset_t all, before;
	char *tmp;
	int fd, ret;

	/* A signal that ends the program waits until no temporary file is left.
	 */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	fd = open_temporary(path, &tmp);
	if (fd < 0) {
		ret = fd;
		goto out;
	}
	ret = write_all(fd, data, len);
	if (!ret &&
	    (fchmod(fd, mode) || (synced && fsync(fd)) || rename(tmp, path)))
		ret = -errno;
	close(fd);
	if (ret)
		unlink(tmp);
	else if (synced)
		sync_directory(path);
	free(tmp);
out:
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return ret;
}

int outfile_replace(const char *path, const void *data, size_t len, mode_t mode)
{
	return replace(path, data, len, mode, true);
}

/*
 * Finds the file to replace, *@target, the caller's to free(): through a link,
 * the one it leads to.
 */
static int find_target(const char *path, char **target)
{
	struct stat st;
	int ret = 0;

	*target = realpath(path, NULL);
	if (!*target) {
		ret = -errno;
		/* A link that leads nowhere is no new file. */
		if (lstat(path, &st) == 0)
			return ret;
		*target = strdup(path);
		return *target ? 0 : -ENOMEM;
	}
	if (access(*target, W_OK)) {
		ret = -errno;
		free(*target);
		*target = NULL;
	}
	return ret;
}

static int write_file(const char *path, const void *data, size_t len,
		      bool synced)
{
	char *target;
	int fd, ret;

	if (strcmp(path, "-") == 0)
		return write_all(STDOUT_FILENO, data, len);
	if (is_special(path)) {
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd < 0)
			return -errno;
		ret = write_all(fd, data, len);
		if (close(fd) && !ret)
			ret = -errno;
		return ret;
	}
	ret = find_target(path, &target);
	if (!ret)
		ret = replace(target, data, len, mode_for(path, 0666), synced);
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
	int ret;

	if (fd < 0)
		return -errno;
	ret = syncfs(fd) ? -errno : 0;
	close(fd);
	return ret;
}

static void release(struct outfile *file)
{
	if (file->tmp)
		unlink(file->tmp);
	free(file->tmp);
	free(file->path);
	(void)pthread_sigmask(SIG_SETMASK, &file->before, NULL);
	*file = (struct outfile){ 0 };
}

int outfile_begin(struct outfile *file, const char *path, mode_t mode)
{
	bool special = is_special(path);
	sigset_t all;
	int fd, ret = 0;

	*file = (struct outfile){ .mode = mode_for(path, mode) };
	(void)sigfillset(&all);
	/* A device or a pipe may be waited for as long as nobody reads. */
	(void)pthread_sigmask(SIG_SETMASK, special ? NULL : &all,
			      &file->before);
	if (special) {
		file->stream = fopen(path, "we");
		if (!file->stream)
			ret = -errno;
		goto out;
	}
	ret = find_target(path, &file->path);
	if (ret)
		goto out;
	fd = open_temporary(file->path, &file->tmp);
	if (fd < 0) {
		ret = fd;
		goto out;
	}
	file->stream = fdopen(fd, "w");
	if (!file->stream) {
		ret = -errno;
		close(fd);
	}
out:
	if (ret)
		release(file);
	return ret;
}

static int put_in_place(struct outfile *file)
{
	int fd = fileno(file->stream);

	if (fflush(file->stream))
		return -errno;
	/* An earlier write failed, and its errno is gone. */
	if (ferror(file->stream))
		return -EIO;
	if (!file->tmp)
		return 0;
	if (fchmod(fd, file->mode) || fsync(fd) ||
	    rename(file->tmp, file->path))
		return -errno;
	free(file->tmp);
	file->tmp = NULL;
	sync_directory(file->path);
	return 0;
}

int outfile_end(struct outfile *file, bool keep)
{
	int ret = keep ? put_in_place(file) : 0;

	/* A device may refuse what it was given no sooner than now. */
	if (fclose(file->stream) && keep && !ret && !file->path)
		ret = -errno;
	release(file);
	return ret;
}

int outfile_folders(const char *path)
{
	char *copy = strdup(path);
	int ret = copy ? 0 : -ENOMEM;

	for (char *at = copy ? strchr(copy + 1, '/') : NULL; at && !ret;
	     at = strchr(at + 1, '/')) {
		*at = '\0';
		if (mkdir(copy, 0700) && errno != EEXIST)
			ret = -errno;
		*at = '/';
	}
	free(copy);
	return ret;
}
