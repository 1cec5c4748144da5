/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_OUTFILE_H
#define BASE_OUTFILE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/*
 * Writes @path whole or not at all: to a temporary file beside it, synced and
 * renamed. "-" is standard output, written as it comes. An existing file keeps
 * its permissions; a new one has what the umask leaves of 0666. 0, or -1 with
 * errno set and nothing left behind; nor does a signal leave anything, for it
 * waits until the file is there.
 */
int outfile_write(const char *path, const void *data, size_t len);

/*
 * The same for one of many, which would take long if each waited for the disk:
 * it is there whole or not at all to whoever looks, and outlives a loss of
 * power after outfile_sync(), given one of them for each file system they are
 * on.
 */
int outfile_write_unsynced(const char *path, const void *data, size_t len);
int outfile_sync(const char *path);

/*
 * The same for what is too much to be held: it is written to @stream as it
 * comes, and is there when outfile_end() is told to keep it. A new file has
 * @mode. 0, or -1 with errno set; then nothing was begun.
 */
struct outfile {
	FILE *stream;

	/* Private. */
	char *path, *tmp;
	mode_t mode;
	sigset_t before;
};

int outfile_begin(struct outfile *file, const char *path, mode_t mode);

/* 0; or -1 with errno set, and nothing left behind. Not kept, it is 0 too. */
int outfile_end(struct outfile *file, bool keep);

/* The same for a file of our own: whatever stands there, a link too, gives way
 * to a plain file with @mode. */
int outfile_replace(const char *path, const void *data, size_t len,
		    mode_t mode);

/* Makes every folder above @path, for the owner only. 0, or -1 with errno. */
int outfile_folders(const char *path);

#endif
