/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kept.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "i18n.h"
#include "path.h"

bool kept_is_shared(const struct stat *folder)
{
	return S_ISDIR(folder->st_mode) && folder->st_uid == 0 &&
	       (folder->st_mode & S_ISGID) && (folder->st_mode & S_IWGRP) &&
	       !(folder->st_mode & (S_IWOTH | S_ISVTX));
}

bool kept_is_ours(const struct kept *kept, const struct stat *st)
{
	if (!kept->is_shared)
		return st->st_uid == geteuid();
	return st->st_gid == kept->group && !(st->st_mode & S_IWOTH);
}

/*
 * True if the file may be reached by another path than that of its folder: by a
 * second name, which anybody may have given it, or by a mount of the file
 * alone. What belongs beside it would then be looked for beside each.
 */
static bool has_second_path(int fd, const struct stat *st)
{
	struct statx more;

	return st->st_nlink > 1 ||
	       (!statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &more) &&
		(more.stx_attributes & STATX_ATTR_MOUNT_ROOT));
}

mode_t kept_mode(const struct kept *kept)
{
	return kept->is_shared ? 0660 : 0600;
}

/* In the folder of a group the file may be a colleague's, which path_open()
 * does not take. */
static int open_shared(const struct path_end *end, int flags)
{
	/* The next of the group must be able to open it at once. */
	mode_t mask = umask(0007);
	int fd = openat(end->folder, end->name, flags, 0660);
	int ret = fd < 0 ? -errno : fd;

	umask(mask);
	return ret;
}

int kept_open(const char *path, int flags, struct kept *kept)
{
	struct path_end end;
	struct stat st;
	int fd = -1, ret = path_walk(path, false, &end);

	if (ret)
		return ret;
	flags |= O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	if (fstat(end.folder, &st)) {
		ret = -errno;
		goto out;
	}
	*kept = (struct kept){ kept_is_shared(&st), st.st_gid };
	fd = kept->is_shared ? open_shared(&end, flags)
			     : path_open(path, flags, 0600);
	if (fd < 0)
		ret = fd == -ELOOP ? -EINVAL : fd;
	else if (fstat(fd, &st))
		ret = -errno;
	else if (!S_ISREG(st.st_mode))
		ret = -EINVAL;
	else if (has_second_path(fd, &st))
		ret = -EMLINK;
	else if (!kept_is_ours(kept, &st))
		ret = -EPERM;
	if (ret && fd >= 0)
		close(fd);
out:
	path_end_free(&end);
	return ret ? ret : fd;
}

int kept_check_beside(const struct kept *kept, const char *path)
{
	struct path_end end;
	int ret = path_walk(path, false, &end);

	if (ret)
		return ret;
	if (end.exists && !S_ISREG(end.st.st_mode))
		ret = -EINVAL;
	else if (end.exists && (!kept_is_ours(kept, &end.st) ||
				(kept->is_shared ? end.st.st_nlink > 1
						 : path_end_is_open(&end))))
		ret = -EPERM;
	path_end_free(&end);
	return ret;
}

char *kept_process_words(long pid, long uid)
{
	const struct passwd *user = uid >= 0 ? getpwuid((uid_t)uid) : NULL;
	char *words = NULL;
	int n;

	if (pid < 0)
		n = asprintf(&words, "%s", _("a process that cannot be named"));
	else if (user)
		n = asprintf(&words, _("process %ld of %s"), pid,
			     user->pw_name);
	else
		n = asprintf(&words, _("process %ld of user number %ld"), pid,
			     uid);
	return n < 0 ? NULL : words;
}

/* The process of a line of /proc/locks, "1: POSIX ADVISORY READ 1234
 * 08:01:2345 120 120", if it has a lock of bytes of @file from @first to @last;
 * else 0. Of one who waits "->" stands before the kind. */
static long take_lock(char *line, const char *file, long first, long last)
{
	char *fields[8] = { NULL }, *rest = NULL;
	long pid;

	for (size_t i = 0; i < 8; i++)
		fields[i] = strtok_r(i ? NULL : line, " \n", &rest);
	if (!fields[7] || strcmp(fields[5], file) != 0 ||
	    strtol(fields[6], NULL, 10) > last ||
	    (strcmp(fields[7], "EOF") != 0 &&
	     strtol(fields[7], NULL, 10) < first))
		return 0;
	pid = strtol(fields[4], NULL, 10);
	return pid > 0 && pid != getpid() ? pid : 0;
}

/* The first other process that has a lock of those bytes; 0: none is told of.
 */
static long locked_by(const struct stat *st, long first, long last)
{
	FILE *f = fopen("/proc/locks", "re");
	char line[256], file[64];
	long found = 0;

	(void)snprintf(file, sizeof(file), "%02x:%02x:%lu", major(st->st_dev),
		       minor(st->st_dev), (unsigned long)st->st_ino);
	while (f && !found && fgets(line, sizeof(line), f))
		found = take_lock(line, file, first, last);
	if (f)
		(void)fclose(f);
	return found;
}

char *kept_locked_by(const char *path, long first, long last)
{
	char proc[32];
	struct stat st;
	long pid = stat(path, &st) ? 0 : locked_by(&st, first, last);

	if (!pid)
		return NULL;
	(void)snprintf(proc, sizeof(proc), "/proc/%ld", pid);
	return stat(proc, &st) ? NULL
			       : kept_process_words(pid, (long)st.st_uid);
}
