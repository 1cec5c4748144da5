/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Named files, and whose they are. In a folder that others may write to, such
 * as /tmp, the folder of an office or the home of another, somebody may have
 * put a link, a pipe or a file where ours is to be; and a file that others may
 * change decides nothing here. The kernel has rules like these for some of such
 * folders, that a machine can switch off (protected_symlinks and the like in
 * proc(5)); these hold for all, on every machine.
 */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "error.h"

/* Beside the numbers of errno: something of another user stands there, in a
 * folder that others may write to. error_text() has the words. */
#define EFOREIGN 5000
/* It is a pipe or a device where a file is to be read. */
#define ENOTFILE 5001

/* Where a path leads to. */
struct path_end {
	int folder; /* a descriptor with O_PATH */
	char *name; /* in that folder */
	bool exists;
	struct stat st;	   /* if it exists */
	bool through_link; /* the last part of the path was a link */
	bool magic;  /* a link that the kernel alone can follow, as of a pipe in
		      * /proc/self/fd; @st is of what it leads to */
	bool shared; /* others may write to the folder: its owner, where that
		      * is neither root nor this user, his group, or all */
	bool sticky; /* and only the owner of a file may remove it */
	uid_t folder_owner;
};

/*
 * Goes to where @path leads, through links that may be followed, the last one
 * only with @follow. 0, also where nothing stands there yet, or a negative
 * errno: -EFOREIGN for a link of another user in a folder that others may
 * write to, for a pipe or device of his there, and -ENOENT where a folder is
 * missing. path_end_free() goes after success.
 */
int path_walk(const char *path, bool follow, struct path_end *end);
void path_end_free(struct path_end *end);

/* True if others than its owner may write to what is there. */
bool path_end_is_open(const struct path_end *end);

/*
 * open(2) of a path after path_walk(), close-on-exec. A descriptor or a
 * negative errno. With O_NOFOLLOW, for files that we keep, it is -ELOOP for a
 * link; then and to be written to, a file in a folder that others may write to
 * must be ours and have no second name, else it is -EFOREIGN.
 */
int path_open(const char *path, int flags, mode_t mode);

/*
 * Opens a file to be read whole, and waits for nobody: only for a pipe of the
 * shell's in /proc/self/fd. With @judged path_trust() must hold for the path,
 * which may be relative here. A descriptor or a negative errno: -ENOTFILE;
 * -EPERM with @error, which says who can change it.
 */
int path_open_file(const char *path, bool judged, struct error *error);

/* True if both paths lead to one file that is there, whatever its names. */
bool path_is_same(const char *a, const char *b);

/* True if @uid may decide for this process: root or this user. */
bool path_owner_is_trusted(uid_t uid);

/*
 * The home of the user who runs this: HOME, but for root no home of another, as
 * "sudo -E" leaves it. NULL: none is known. Static.
 */
const char *path_home(void);

/*
 * The folder that @variable names, as XDG_STATE_HOME; for root none of another,
 * neither one that is to be made there. NULL: it names none.
 */
const char *path_xdg(const char *variable);

/* The socket of the reader service pcscd: PCSCLITE_CSOCK_NAME, as pcsc-lite has
 * it, or the usual one. Static. */
const char *path_pcscd_socket(void);

/*
 * Whether nobody but root and this user can change what the absolute @path
 * leads to: none but them own the file, a link to it or a folder above it, and
 * none but them may write there. 0, -EPERM with @error saying who can, or
 * another negative errno.
 */
int path_trust(const char *path, struct error *error);

#endif
