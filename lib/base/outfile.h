/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_OUTFILE_H
#define BASE_OUTFILE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "path.h"

/*
 * Files that are there whole or not at all. Each function returns 0, or a
 * negative errno with nothing left behind: -EFOREIGN, with words in
 * error_text(), where another user's link, pipe or file stands in the way (see
 * path.h).
 */

/* ".ckstoken." and six letters. */
#define OUTFILE_TMP_SIZE 17

/*
 * Writes @path to a temporary file beside it, synced and renamed. "-" is
 * standard output, written as it comes. An existing file keeps its permissions;
 * a new one has what the umask leaves of 0666. A signal that would end the
 * program waits until the file is there.
 */
int outfile_write(const char *path, const void *data, size_t len);

/* Writes all of @data to @fd, a file, a pipe or the like, as it comes. */
int outfile_put(int fd, const void *data, size_t len);

/*
 * Files of which all are there or none, with what else belongs to them: each is
 * staged, whole, beside the place where it is to be, and put in place by
 * outfile_publish() when all are. Signals that would end the program are to be
 * held meanwhile, outfile_hold_signals(), or they leave temporary files. A
 * device or pipe, "-" too, is written at once, and not taken back.
 *
 * Of many files none waits for the disk, @synced being false: what is staged
 * outlives a loss of power after outfile_sync(), given one of them for each
 * file system they are on, and so does what is published.
 */
struct outfile_staged {
	char tmp[OUTFILE_TMP_SIZE]; /* empty: nothing is staged */
	bool synced;
};

int outfile_stage(struct outfile_staged *staged, const char *path,
		  const void *data, size_t len, bool synced);
int outfile_publish(struct outfile_staged *staged, const char *path);
void outfile_discard(struct outfile_staged *staged, const char *path);
int outfile_sync(const char *path);

/* @before is for outfile_release_signals(). */
void outfile_hold_signals(sigset_t *before);
void outfile_release_signals(const sigset_t *before);

/*
 * A file too large to be held in memory: it is written to @stream as it comes,
 * and is there when outfile_end() is asked to keep it.
 */
struct outfile {
	FILE *stream;

	/* Private. */
	struct path_end end;
	char tmp[OUTFILE_TMP_SIZE]; /* empty: the stream is of a device or pipe
				     */
	mode_t mode;
	sigset_t before;
};

/* A new file has @mode. On an error nothing was begun. */
int outfile_begin(struct outfile *file, const char *path, mode_t mode);

/* Returns 0, too, for a file that is not to be kept. */
int outfile_end(struct outfile *file, bool keep);

/* Writes a file of our own: whatever stands there, a link too, gives way to a
 * plain file with @mode. */
int outfile_replace(const char *path, const void *data, size_t len,
		    mode_t mode);

/* Makes every folder above @path, for the owner only. */
int outfile_folders(const char *path);

#endif
