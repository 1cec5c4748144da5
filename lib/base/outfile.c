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

/* What an existing file has, else what the umask leaves of @mode. */
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

/*
 * The file to replace, the caller's to free(): through a link, the one it leads
 * to. NULL with errno when that cannot be.
 */
static char *target_of(const char *path)
{
	char *target = realpath(path, NULL);
	struct stat st;

	if (!target)
		return lstat(path, &st) == 0 ? NULL : strdup(path);
	if (access(target, W_OK)) {
		free(target);
		return NULL;
	}
	return target;
}

static int write_file(const char *path, const void *data, size_t len,
		      bool synced)
{
	char *target;
	int ret;

	if (strcmp(path, "-") == 0)
		return write_all(STDOUT_FILENO, data, len);
	if (is_special(path))
		return write_special(path, data, len);
	target = target_of(path);
	if (!target)
		return -1;
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
	int ret = fd < 0 ? -1 : syncfs(fd);

	if (fd >= 0)
		close(fd);
	return ret;
}

static int begin_temporary(struct outfile *file)
{
	int fd;

	if (temporary_beside(file->path, &file->tmp))
		return -1;
	fd = mkostemp(file->tmp, O_CLOEXEC);
	if (fd < 0) {
		free(file->tmp);
		file->tmp = NULL;
		return -1;
	}
	file->stream = fdopen(fd, "w");
	if (!file->stream)
		close(fd);
	return file->stream ? 0 : -1;
}

/* What belongs to it, with errno as it is. */
static void release(struct outfile *file)
{
	int saved = errno;

	if (file->tmp)
		unlink(file->tmp);
	free(file->tmp);
	free(file->path);
	(void)pthread_sigmask(SIG_SETMASK, &file->before, NULL);
	*file = (struct outfile){ 0 };
	errno = saved;
}

int outfile_begin(struct outfile *file, const char *path, mode_t mode)
{
	bool special = is_special(path);
	sigset_t all;

	*file = (struct outfile){ .mode = mode_for(path, mode) };
	(void)sigfillset(&all);
	/* A device or a pipe may be waited for as long as nobody reads. */
	(void)pthread_sigmask(SIG_SETMASK, special ? NULL : &all,
			      &file->before);
	if (special)
		file->stream = fopen(path, "we");
	else if ((file->path = target_of(path)))
		(void)begin_temporary(file);
	if (file->stream)
		return 0;
	release(file);
	return -1;
}

static int put_in_place(struct outfile *file)
{
	int fd = fileno(file->stream);

	if (fflush(file->stream) || ferror(file->stream))
		return -1;
	if (!file->tmp)
		return 0;
	if (fchmod(fd, file->mode) || fsync(fd) ||
	    rename(file->tmp, file->path))
		return -1;
	free(file->tmp);
	file->tmp = NULL;
	sync_directory(file->path);
	return 0;
}

int outfile_end(struct outfile *file, bool keep)
{
	int ret = keep ? put_in_place(file) : 0;
	int saved = errno;

	if (fclose(file->stream) && keep && !ret && !file->path)
		ret = -1;
	else
		errno = saved;
	release(file);
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
