/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/outfile.h"

static int refuse(struct store *s, int error, const char *why)
{
	store_fail_with(s, error, why);
	return error;
}

/* True if the folder of @path is a group's, though what is in it may not be
 * seen. */
static bool is_of_group(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder =
		slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	struct stat st;
	bool shared = folder && !stat(folder, &st) && kept_is_shared(&st);

	free(folder);
	return shared;
}

/* Remembers what @error of opening @path, which is there, means in the folder
 * of a group. */
static int refuse_shared(struct store *s, const char *path, int error)
{
	if (error == -EACCES && access(path, F_OK) && errno == EACCES)
		return refuse(
			s, error,
			_("it belongs to a group that you are not a member of; have root add you to it, and log in again"));
	if (error == -EACCES)
		return refuse(
			s, error,
			_("it is in the folder of a group, and private to its owner; have the owner share it with \"chmod 660\", or move it away"));
	if (error == -EPERM)
		return refuse(
			s, error,
			_("it is in the folder of a group, and not the group's; have its owner share it with \"chgrp\" and \"chmod 660\", or move it away"));
	return refuse(s, error, "");
}

static char *words_beside(const char *beside, int error)
{
	const char *why = error == -EINVAL ? _("it is no plain file")
					   : error_text(NULL, error);
	char *words = NULL;
	int n;

	if (error == -EPERM)
		n = asprintf(
			&words,
			_("%s beside it is not of whom the register is, or others may write to it: what it says may be anybody's; look at it, and move it away"),
			beside);
	else
		n = asprintf(
			&words,
			_("%s beside it cannot be used (%s); look at it, and move it away"),
			beside, why);
	return n < 0 ? NULL : words;
}

/* What SQLite finds beside the file, and would believe. */
static int check_beside(struct store *s, const char *path,
			const struct kept *kept)
{
	static const char *const ends[] = { "-journal", "-wal", "-shm" };
	int ret = 0;

	for (size_t i = 0; i < 3 && !ret; i++) {
		char *beside = NULL, *words = NULL;

		if (asprintf(&beside, "%s%s", path, ends[i]) < 0)
			return -ENOMEM;
		ret = kept_check_beside(kept, beside);
		if (ret)
			words = words_beside(beside, ret);
		/* Whatever it is, it is not of the register that stands. */
		if (ret)
			ret = refuse(s, words ? -EPERM : -ENOMEM,
				     words ? words : "");
		free(words);
		free(beside);
	}
	return ret;
}

/* A member's file that no other may read is not taken for the group's. */
static int check_shared(struct store *s, const char *path, int fd,
			enum store_mode mode)
{
	struct stat st;

	if (fstat(fd, &st))
		return refuse(s, -errno, "");
	if (!(st.st_mode & S_IRGRP))
		return refuse_shared(s, path, -EACCES);
	if (mode == STORE_READ || mode == STORE_GLANCE ||
	    access(path, W_OK) == 0)
		return 0;
	if (errno != EACCES)
		return refuse(s, -errno, "");
	return refuse(
		s, -EACCES,
		_("it is yours to read and not to write; have its owner or root permit it"));
}

int store_file_prepare(struct store *s, const char *path, enum store_mode mode,
		       struct kept *kept)
{
	int fd, ret = mode == STORE_CREATE ? outfile_folders(path) : 0;

	if (ret)
		return refuse(s, ret, "");
	fd = kept_open(path, O_RDONLY | (mode == STORE_CREATE ? O_CREAT : 0),
		       kept);
	if (fd < 0)
		return is_of_group(path) ? refuse_shared(s, path, fd)
					 : refuse(s, fd, "");
	if (kept->is_shared)
		ret = check_shared(s, path, fd, mode);
	else if (mode != STORE_READ && mode != STORE_GLANCE &&
		 access(path, W_OK))
		ret = refuse(s, errno == EACCES ? -EROFS : -errno, "");
	close(fd);
	return ret ? ret : check_beside(s, path, kept);
}

char *store_file_immutable(const char *path)
{
	static const char end[] = "?immutable=1";
	char *uri = malloc(strlen("file://") + 3 * strlen(path) + sizeof(end));
	char *out = uri;

	if (!uri)
		return NULL;
	/* Else the first folder of "//x/y" would be a machine. */
	out += sprintf(out, *path == '/' ? "file://" : "file:");
	for (; *path; path++) {
		if (strchr("%?#", *path))
			out += sprintf(out, "%%%02X", (unsigned int)*path);
		else
			*out++ = *path;
	}
	memcpy(out, end, sizeof(end));
	return uri;
}

bool store_file_has_journal(const char *path)
{
	static const char *const ends[] = { "-wal", "-journal" };
	bool found = false;

	for (size_t i = 0; i < 2; i++) {
		char *beside = NULL;
		struct stat st;

		if (asprintf(&beside, "%s%s", path, ends[i]) < 0)
			return true;
		found |= stat(beside, &st) == 0 && st.st_size > 0;
		free(beside);
	}
	return found;
}

/* By the bytes, as SQLite's file format has them, that a writer locks: in the
 * index of its log, and without a log in the file. */
char *store_file_holder(const char *path)
{
	char *index = NULL, *words;

	if (asprintf(&index, "%s-shm", path) < 0)
		return NULL;
	words = kept_locked_by(index, 120, 122);
	if (!words)
		words = kept_locked_by(path, 0x40000000, 0x40000001);
	free(index);
	return words;
}
