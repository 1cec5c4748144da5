/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outfile.h"

int outfile_put(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

/* What is there, or goes there. */
static bool is_special(const struct path_end *end)
{
	return end->exists && (end->magic || !S_ISREG(end->st.st_mode));
}

/* The mode of an existing file, else what the umask leaves of @mode. A file
 * that another put there lets nobody read what he could not read else. */
static mode_t mode_for(const struct path_end *end, mode_t mode)
{
	mode_t mask;

	if (end->exists && (!end->shared || end->st.st_uid == geteuid()))
		return end->st.st_mode & 0777;
	mask = umask(0);
	umask(mask);
	mode &= ~mask;
	return end->exists ? mode & end->st.st_mode : mode;
}

static void sync_directory(int folder)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
}

/* Makes a temporary file in @folder, with its name in @tmp. Returns a
 * descriptor of it or a negative errno. Its name is short, for the file's own
 * may be the longest that the folder takes. */
static int open_temporary(int folder, char tmp[OUTFILE_TMP_SIZE])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	unsigned char random[6];
	int fd = -EEXIST;

	for (int tries = 0; fd == -EEXIST && tries < 100; tries++) {
		size_t at =
			(size_t)snprintf(tmp, OUTFILE_TMP_SIZE, ".ckstoken.");

		if (getrandom(random, sizeof(random), 0) != sizeof(random))
			return -errno;
		for (size_t i = 0; i < sizeof(random); i++)
			tmp[at + i] = letters[random[i] % strlen(letters)];
		tmp[at + sizeof(random)] = '\0';
		fd = openat(folder, tmp,
			    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			    0600);
		if (fd < 0)
			fd = -errno;
	}
	return fd;
}

void outfile_hold_signals(sigset_t *before)
{
	sigset_t all;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, before);
}

void outfile_release_signals(const sigset_t *before)
{
	(void)pthread_sigmask(SIG_SETMASK, before, NULL);
}

/* Writes a temporary file beside @end. */
static int stage(struct outfile_staged *staged, const struct path_end *end,
		 const void *data, size_t len, mode_t mode)
{
	int fd = open_temporary(end->folder, staged->tmp), ret;

	if (fd < 0) {
		staged->tmp[0] = '\0';
		return fd;
	}
	ret = outfile_put(fd, data, len);
	if (!ret && (fchmod(fd, mode) || (staged->synced && fsync(fd))))
		ret = -errno;
	close(fd);
	if (ret) {
		unlinkat(end->folder, staged->tmp, 0);
		staged->tmp[0] = '\0';
	}
	return ret;
}

static int publish(struct outfile_staged *staged, const struct path_end *end)
{
	if (renameat(end->folder, staged->tmp, end->folder, end->name))
		return -errno;
	staged->tmp[0] = '\0';
	if (staged->synced)
		sync_directory(end->folder);
	return 0;
}

static int replace(const struct path_end *end, const void *data, size_t len,
		   mode_t mode)
{
	struct outfile_staged staged = { .synced = true };
	sigset_t before;
	int ret;

	/* A signal that ends the program waits until no temporary file is left.
	 */
	outfile_hold_signals(&before);
	ret = stage(&staged, end, data, len, mode);
	if (!ret)
		ret = publish(&staged, end);
	if (staged.tmp[0])
		unlinkat(end->folder, staged.tmp, 0);
	outfile_release_signals(&before);
	return ret;
}

int outfile_replace(const char *path, const void *data, size_t len, mode_t mode)
{
	struct path_end end;
	int ret = path_walk(path, false, &end);

	if (ret)
		return ret;
	ret = replace(&end, data, len, mode);
	path_end_free(&end);
	return ret;
}

/* Finds the file to write: through a link, the one it leads to. */
static int find_target(const char *path, struct path_end *end)
{
	int ret = path_walk(path, true, end);

	if (ret)
		return ret;
	/* A link that leads nowhere is no new file. */
	if (!end->exists && end->through_link)
		ret = -ENOENT;
	else if (end->exists && S_ISDIR(end->st.st_mode))
		ret = -EISDIR;
	else if (!end->exists || is_special(end))
		return 0;
	/* The kernel forbids it to all but root. */
	else if (end->sticky && end->st.st_uid != geteuid() &&
		 end->st.st_uid != end->folder_owner)
		ret = -EFOREIGN;
	else if (faccessat(end->folder, end->name, W_OK, 0))
		ret = -errno;
	if (ret)
		path_end_free(end);
	return ret;
}

/* Opens a device or pipe that find_target() found. */
static int open_special(const struct path_end *end)
{
	struct stat st;
	int fd = openat(end->folder, end->name,
			O_WRONLY | O_NOCTTY | O_CLOEXEC |
				(end->magic ? 0 : O_NOFOLLOW));

	if (fd < 0)
		return -errno;
	/* Another may have been put there since. */
	if (!end->magic && end->shared &&
	    (fstat(fd, &st) || st.st_dev != end->st.st_dev ||
	     st.st_ino != end->st.st_ino)) {
		close(fd);
		return -EFOREIGN;
	}
	return fd;
}

static int write_special(const struct path_end *end, const void *data,
			 size_t len)
{
	int fd = open_special(end);
	int ret = fd < 0 ? fd : outfile_put(fd, data, len);

	if (fd >= 0 && close(fd) && !ret)
		ret = -errno;
	return ret;
}

int outfile_write(const char *path, const void *data, size_t len)
{
	struct path_end end;
	int ret;

	if (strcmp(path, "-") == 0)
		return outfile_put(STDOUT_FILENO, data, len);
	ret = find_target(path, &end);
	if (ret)
		return ret;
	ret = is_special(&end) ? write_special(&end, data, len)
			       : replace(&end, data, len, mode_for(&end, 0666));
	path_end_free(&end);
	return ret;
}

int outfile_stage(struct outfile_staged *staged, const char *path,
		  const void *data, size_t len, bool synced)
{
	struct path_end end;
	int ret;

	*staged = (struct outfile_staged){ .synced = synced };
	if (strcmp(path, "-") == 0)
		return outfile_put(STDOUT_FILENO, data, len);
	ret = find_target(path, &end);
	if (ret)
		return ret;
	ret = is_special(&end)
		      ? write_special(&end, data, len)
		      : stage(staged, &end, data, len, mode_for(&end, 0666));
	path_end_free(&end);
	return ret;
}

int outfile_publish(struct outfile_staged *staged, const char *path)
{
	struct path_end end;
	int ret;

	if (!staged->tmp[0])
		return 0;
	ret = find_target(path, &end);
	if (ret)
		return ret;
	ret = publish(staged, &end);
	path_end_free(&end);
	return ret;
}

void outfile_discard(struct outfile_staged *staged, const char *path)
{
	struct path_end end;

	if (!staged->tmp[0] || path_walk(path, true, &end))
		return;
	unlinkat(end.folder, staged->tmp, 0);
	staged->tmp[0] = '\0';
	path_end_free(&end);
}

int outfile_sync(const char *path)
{
	struct path_end end;
	int fd, ret;

	if (strcmp(path, "-") == 0)
		return 0;
	ret = path_walk(path, true, &end);
	if (ret)
		return ret;
	fd = openat(end.folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || syncfs(fd))
		ret = -errno;
	if (fd >= 0)
		close(fd);
	path_end_free(&end);
	return ret;
}

static void release(struct outfile *file)
{
	if (file->tmp[0])
		unlinkat(file->end.folder, file->tmp, 0);
	path_end_free(&file->end);
	(void)pthread_sigmask(SIG_SETMASK, &file->before, NULL);
	*file = (struct outfile){ .end.folder = -1 };
}

int outfile_begin(struct outfile *file, const char *path, mode_t mode)
{
	bool special;
	sigset_t all;
	int fd, ret;

	*file = (struct outfile){ 0 };
	ret = find_target(path, &file->end);
	if (ret)
		return ret;
	file->mode = mode_for(&file->end, mode);
	special = is_special(&file->end);
	(void)sigfillset(&all);
	/* A device or a pipe may be waited for as long as nobody reads. */
	(void)pthread_sigmask(SIG_SETMASK, special ? NULL : &all,
			      &file->before);
	fd = special ? open_special(&file->end)
		     : open_temporary(file->end.folder, file->tmp);
	if (fd < 0) {
		file->tmp[0] = '\0';
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
	if (!file->tmp[0])
		return 0;
	if (fchmod(fd, file->mode) || fsync(fd) ||
	    renameat(file->end.folder, file->tmp, file->end.folder,
		     file->end.name))
		return -errno;
	file->tmp[0] = '\0';
	sync_directory(file->end.folder);
	return 0;
}

int outfile_end(struct outfile *file, bool keep)
{
	int ret = keep ? put_in_place(file) : 0;

	/* A device may refuse what it was given no sooner than now. */
	if (fclose(file->stream) && keep && !ret && is_special(&file->end))
		ret = -errno;
	release(file);
	return ret;
}

/* Makes the folder @path, unless it is there. */
static int make_folder(const char *path)
{
	struct path_end end;
	int ret = path_walk(path, true, &end);

	if (ret)
		return ret;
	if (!end.exists && mkdirat(end.folder, end.name, 0700) &&
	    errno != EEXIST)
		ret = -errno;
	path_end_free(&end);
	return ret;
}

int outfile_folders(const char *path)
{
	char *copy = strdup(path);
	int ret = copy ? 0 : -ENOMEM;

	for (char *at = copy ? strchr(copy + 1, '/') : NULL; at && !ret;
	     at = strchr(at + 1, '/')) {
		*at = '\0';
		ret = make_folder(copy);
		*at = '/';
	}
	free(copy);
	return ret;
}
