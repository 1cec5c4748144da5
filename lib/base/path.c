/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "i18n.h"

#define MAX_LINKS 40

/* A walk along a path, of which @rest is still to go. */
struct walk {
	struct path_end *end;
	char *rest;
	int links;
	/* For path_trust(): who may change what was passed. */
	bool judged;
	struct error *error;
};

/* In a user namespace root's files belong to a number that stands for all who
 * are unknown there: whoever owns "/" is taken for root. */
bool path_owner_is_trusted(uid_t uid)
{
	static uid_t root;
	static bool known;
	struct stat st;

	if (!known && stat("/", &st) == 0)
		root = st.st_uid;
	known = true;
	return uid == 0 || uid == geteuid() || uid == root;
}

/* With an access list the bits of the group are those of all whom it names. */
static bool has_access_list(int folder, const char *name)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", folder,
			 name);

	return n < (int)sizeof(path) &&
	       lgetxattr(path, "system.posix_acl_access", NULL, 0) > 0;
}

/* A user's own group, of which nobody else is, has the number of the user. */
static bool others_may_write(int folder, const char *name,
			     const struct stat *st)
{
	if (st->st_mode & S_IWOTH)
		return true;
	return (st->st_mode & S_IWGRP) &&
	       (st->st_gid != geteuid() || has_access_list(folder, name));
}

/* True if what @st is of may be stepped into in the folder at hand. */
static bool may_enter(const struct path_end *end, const struct stat *st)
{
	if (!end->shared)
		return true;
	/* A second name may have been given by anybody. */
	if (st->st_nlink > 1)
		return false;
	return st->st_uid == geteuid() || (st->st_uid == end->folder_owner &&
					   path_owner_is_trusted(st->st_uid));
}

static int enter(struct walk *w, int folder)
{
	struct path_end *end = w->end;
	struct stat st;

	if (folder < 0)
		return -errno;
	if (end->folder >= 0)
		close(end->folder);
	end->folder = folder;
	if (fstat(folder, &st))
		return -errno;
	end->shared = !path_owner_is_trusted(st.st_uid) ||
		      others_may_write(folder, ".", &st);
	end->sticky = end->shared && (st.st_mode & S_ISVTX);
	end->folder_owner = st.st_uid;
	return 0;
}

/* The text of the link @name, for the caller to free, or NULL and errno. */
static char *read_link(int folder, const char *name)
{
	char text[PATH_MAX];
	ssize_t n = readlinkat(folder, name, text, sizeof(text));

	if (n == (ssize_t)sizeof(text))
		errno = ENAMETOOLONG;
	return n < 0 || n == (ssize_t)sizeof(text) ? NULL
						   : strndup(text, (size_t)n);
}

/* True if the link @name, with @text, is one of the kernel's own, whose text
 * names no file, or no longer the file that it leads to. */
static bool is_magic(const struct path_end *end, const char *name,
		     const char *text)
{
	struct stat by_link, by_text;
	struct statfs fs;

	if (fstatfs(end->folder, &fs) || fs.f_type != PROC_SUPER_MAGIC ||
	    fstatat(end->folder, name, &by_link, 0))
		return false;
	if (text[0] != '/')
		/* "self" and the like are plain links. */
		return strchr(text, ':') != NULL;
	return stat(text, &by_text) || by_text.st_dev != by_link.st_dev ||
	       by_text.st_ino != by_link.st_ino;
}

/* Puts the text of a link before what is still to go. */
static int follow_link(struct walk *w, const char *text)
{
	char *longer = NULL;

	if (++w->links > MAX_LINKS)
		return -ELOOP;
	if (text[0] == '\0')
		return -ENOENT;
	if (asprintf(&longer, "%s%s%s", text, w->rest[0] ? "/" : "", w->rest) <
	    0)
		return -ENOMEM;
	free(w->rest);
	w->rest = longer;
	if (text[0] != '/')
		return 0;
	return enter(w, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

/* Cuts the next name off what is to go; "." at the end of "folder/". */
static char *next_name(struct walk *w, bool *last)
{
	size_t slashes = strspn(w->rest, "/");
	const char *at = w->rest + slashes;
	size_t len = strcspn(at, "/");
	char *name = len > 0 ? strndup(at, len) : strdup(".");

	*last = at[len] == '\0';
	memmove(w->rest, at + len + !*last, strlen(at + len + !*last) + 1);
	return name;
}

/* Words for who may change @name in the folder at hand. */
static int judge(struct walk *w, const char *name, const struct stat *st)
{
	/* In a sticky folder nobody can touch what is not his, and what is
	 * written to a device changes no file. */
	bool closed = S_ISLNK(st->st_mode) || S_ISCHR(st->st_mode) ||
		      (S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX));

	if (!w->judged)
		return 0;
	if (!path_owner_is_trusted(st->st_uid))
		return error_set(w->error, -EPERM,
				 _("\"%s\" belongs to another user"), name);
	if (!closed && others_may_write(w->end->folder, name, st))
		return error_set(w->error, -EPERM,
				 _("others may write to \"%s\""), name);
	return 0;
}

static int take_link(struct walk *w, char *name, bool last)
{
	struct path_end *end = w->end;
	char *text = NULL;
	int ret = 0;

	if (!may_enter(end, &end->st))
		return -EFOREIGN;
	text = read_link(end->folder, name);
	if (!text)
		return -errno;
	if (last)
		end->through_link = true;
	end->magic = is_magic(end, name, text);
	if (!end->magic)
		ret = follow_link(w, text);
	else if (!last)
		ret = enter(w, openat(end->folder, name,
				      O_PATH | O_DIRECTORY | O_CLOEXEC));
	else if (fstatat(end->folder, name, &end->st, 0))
		ret = -errno;
	free(text);
	return ret;
}

/* One name further. *@done at the end of the path. */
static int step(struct walk *w, bool follow, bool *done)
{
	struct path_end *end = w->end;
	bool last;
	char *name = next_name(w, &last);
	int ret = 0;

	if (!name)
		return -ENOMEM;
	end->exists =
		fstatat(end->folder, name, &end->st, AT_SYMLINK_NOFOLLOW) == 0;
	if (!end->exists && (errno != ENOENT || !last)) {
		ret = -errno;
		goto out;
	}
	if (end->exists)
		ret = judge(w, name, &end->st);
	if (ret)
		goto out;
	if (end->exists && S_ISLNK(end->st.st_mode) && (follow || !last)) {
		ret = take_link(w, name, last);
		*done = last && end->magic;
	} else if (last) {
		*done = true;
	} else {
		ret = enter(w, openat(end->folder, name,
				      O_PATH | O_DIRECTORY | O_NOFOLLOW |
					      O_CLOEXEC));
	}
	if (!ret && *done) {
		end->name = name;
		return 0;
	}
out:
	free(name);
	return ret;
}

/*
 * Opens the folder of the last name at once, where the kernel's own name for it
 * is the path, so that no link was on the way; folders are judged for
 * path_trust() alone. Then only the last name is to go. false where the walk
 * has to be made step by step, if only to say what is wrong.
 */
static bool leap(struct walk *w)
{
	char *last = strrchr(w->rest, '/'), by_number[32], name[PATH_MAX];
	bool straight = false;
	ssize_t len;
	int folder;

	if (w->judged || w->rest[0] != '/' || last == w->rest || !last[1])
		return false;
	*last = '\0';
	folder = open(w->rest, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder >= 0) {
		(void)snprintf(by_number, sizeof(by_number), "/proc/self/fd/%d",
			       folder);
		len = readlink(by_number, name, sizeof(name));
		straight = len == last - w->rest &&
			   !memcmp(name, w->rest, (size_t)len);
	}
	*last = '/';
	if (!straight) {
		if (folder >= 0)
			close(folder);
		return false;
	}
	if (enter(w, folder))
		return false;
	memmove(w->rest, last + 1, strlen(last + 1) + 1);
	return true;
}

static int walk(struct walk *w, const char *path, bool follow)
{
	struct path_end *end = w->end;
	bool done = false;
	int ret = 0;

	*end = (struct path_end){ .folder = -1 };
	if (path[0] == '\0')
		return -ENOENT;
	w->rest = strdup(path);
	if (!w->rest)
		return -ENOMEM;
	if (!leap(w))
		ret = enter(w, open(path[0] == '/' ? "/" : ".",
				    O_PATH | O_DIRECTORY | O_CLOEXEC));
	while (!ret && !done) {
		end->magic = false;
		ret = step(w, follow, &done);
	}
	/* A link is refused where it is followed; a folder may be another's. */
	if (!ret && end->exists && !end->magic && !S_ISREG(end->st.st_mode) &&
	    !S_ISDIR(end->st.st_mode) && !S_ISLNK(end->st.st_mode) &&
	    !may_enter(end, &end->st))
		ret = -EFOREIGN;
	free(w->rest);
	if (ret)
		path_end_free(end);
	return ret;
}

int path_walk(const char *path, bool follow, struct path_end *end)
{
	struct walk w = { .end = end };

	return walk(&w, path, follow);
}

void path_end_free(struct path_end *end)
{
	if (end->folder >= 0)
		close(end->folder);
	free(end->name);
	*end = (struct path_end){ .folder = -1 };
}

bool path_end_is_open(const struct path_end *end)
{
	return end->exists &&
	       others_may_write(end->folder, end->name, &end->st);
}

/* Opens what was walked to, unless it is by now what @refuse has a negative
 * errno for. */
static int open_end(const struct path_end *end, int flags, mode_t mode,
		    int (*refuse)(const struct path_end *end,
				  const struct stat *now))
{
	int fd =
		openat(end->folder, end->name,
		       flags | O_CLOEXEC | (end->magic ? 0 : O_NOFOLLOW), mode);
	struct stat now;
	int ret;

	if (fd < 0 || fstat(fd, &now))
		ret = -errno;
	else
		ret = refuse(end, &now);
	if (!ret)
		return fd;
	if (fd >= 0)
		close(fd);
	return ret;
}

static int refuse_foreign(const struct path_end *end, const struct stat *now)
{
	return end->magic || S_ISREG(now->st_mode) || S_ISDIR(now->st_mode) ||
			       may_enter(end, now)
		       ? 0
		       : -EFOREIGN;
}

int path_open(const char *path, int flags, mode_t mode)
{
	struct path_end end;
	int ret = path_walk(path, !(flags & O_NOFOLLOW), &end);

	if (ret)
		return ret;
	/* What is kept, or is written to and not replaced, must be ours. */
	if (end.exists && !end.magic && S_ISREG(end.st.st_mode) &&
	    ((flags & O_NOFOLLOW) || (flags & O_ACCMODE) != O_RDONLY) &&
	    !may_enter(&end, &end.st))
		ret = -EFOREIGN;
	else
		ret = open_end(&end, flags, mode, refuse_foreign);
	path_end_free(&end);
	return ret;
}

const char *path_home(void)
{
	const char *home = getenv("HOME");
	const struct passwd *user;
	struct stat st;

	if (home && home[0] == '/' &&
	    (geteuid() != 0 || stat(home, &st) ||
	     path_owner_is_trusted(st.st_uid)))
		return home;
	user = getpwuid(geteuid());
	return user && user->pw_dir && user->pw_dir[0] == '/' ? user->pw_dir
							      : NULL;
}

const char *path_pcscd_socket(void)
{
	const char *path = getenv("PCSCLITE_CSOCK_NAME");

	return path ? path : "/run/pcscd/pcscd.comm";
}

const char *path_xdg(const char *variable)
{
	const char *folder = getenv(variable);
	bool trusted = false;
	char *parent, *slash;
	struct stat st;

	if (!folder || folder[0] != '/' || geteuid() != 0)
		return folder && folder[0] == '/' ? folder : NULL;
	parent = strdup(folder);
	while (parent && stat(parent, &st) &&
	       (slash = strrchr(parent, '/')) != parent)
		*slash = '\0';
	trusted = parent && (!strcmp(parent, "/") || stat(parent, &st) ||
			     path_owner_is_trusted(st.st_uid));
	free(parent);
	return trusted ? folder : NULL;
}

/* From the folder at hand, as path_trust() needs it. For the caller to free. */
static char *absolute(const char *path)
{
	char *here = path[0] == '/' ? NULL : getcwd(NULL, 0), *whole = NULL;

	if (path[0] == '/')
		whole = strdup(path);
	else if (here && asprintf(&whole, "%s/%s", here, path) < 0)
		whole = NULL;
	free(here);
	return whole;
}

/* 0 for what can be read to its end without waiting for a stranger. */
static int check_file(const struct path_end *end)
{
	if (!end->exists)
		return -ENOENT;
	if (S_ISDIR(end->st.st_mode))
		return -EISDIR;
	/* Of a pipe in /proc/self/fd this program has the other end already. */
	if (S_ISREG(end->st.st_mode) || end->magic ||
	    (S_ISCHR(end->st.st_mode) && end->st.st_rdev == makedev(1, 3)))
		return 0;
	return -ENOTFILE;
}

static int refuse_other(const struct path_end *end, const struct stat *now)
{
	return now->st_dev == end->st.st_dev && now->st_ino == end->st.st_ino
		       ? 0
		       : -ENOTFILE;
}

int path_open_file(const char *path, bool judged, struct error *error)
{
	struct path_end end;
	struct walk w = { .end = &end, .judged = judged, .error = error };
	char *whole = judged && path[0] ? absolute(path) : strdup(path);
	int ret;

	if (!whole)
		return -errno;
	ret = walk(&w, whole, true);
	free(whole);
	if (ret)
		return ret;
	ret = check_file(&end);
	if (!ret)
		ret = open_end(&end,
			       O_RDONLY | O_NOCTTY |
				       (end.magic ? 0 : O_NONBLOCK),
			       0, refuse_other);
	path_end_free(&end);
	return ret;
}

bool path_is_same(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

int path_trust(const char *path, struct error *error)
{
	struct path_end end;
	struct walk w = { .end = &end, .judged = true, .error = error };
	int ret;

	if (path[0] != '/')
		return error_set(error, -EINVAL,
				 _("\"%s\" is not an absolute path"), path);
	ret = walk(&w, path, true);
	if (!ret && !end.exists)
		ret = -ENOENT;
	path_end_free(&end);
	return ret;
}
