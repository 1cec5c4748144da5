/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files that this program keeps, as the journal and the register: of one user
 * alone; or, in a folder of root's that a group may write to and whose files
 * are that group's (mode 2770), of the group, whose members write by turns. Of
 * whom such a file is, what stands beside it must be too, or it could have been
 * written by anybody.
 */
#ifndef BASE_KEPT_H
#define BASE_KEPT_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Whose the files in a folder are; zeroed, this user's. */
struct kept {
	bool is_shared;
	gid_t group;
};

/* True if root gave @folder to a group, whose members can take turns there: in
 * a sticky folder nobody can replace what another wrote. */
bool kept_is_shared(const struct stat *folder);

/*
 * Opens @path to be kept, close-on-exec and without following a link at its
 * end. With O_CREAT a new file has kept_mode(), whatever the umask is, and
 * *@kept says whose it is. A descriptor or a negative errno: -EFOREIGN, as
 * path_open() has it; -EINVAL, it is no plain file; -EMLINK, it has another
 * name or is mounted by itself, and error_text() has the words; -EPERM, it is
 * not kept_is_ours().
 */
int kept_open(const char *path, int flags, struct kept *kept);

/*
 * True if a file is this user's own; or the group's, that nobody else may write
 * to. What a member has put there with a group of his own is not the group's.
 */
bool kept_is_ours(const struct kept *kept, const struct stat *st);

/*
 * Looks at @path, which stands beside a file that is kept. 0, also where there
 * is none; -EINVAL, it is no plain file; -EPERM, it is not ours, or others than
 * those of the file may write to it.
 */
int kept_check_beside(const struct kept *kept, const char *path);

mode_t kept_mode(const struct kept *kept);

/* "process 123 of an", for the caller to free; -1 is not known. NULL: memory.
 */
char *kept_process_words(long pid, long uid);

/* The same of another process that has locked bytes of the file @path, from
 * @first to @last; NULL where the kernel tells of none. Who may only read a
 * file can keep a lock of it. */
char *kept_locked_by(const char *path, long first, long last);

#endif
