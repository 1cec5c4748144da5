/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A chain (chain.h) in a file, each line
 *
 *	<hash> <text>
 *
 * which `sha256sum` proves, with its head in a second file.
 */
#ifndef BASE_CHAINFILE_H
#define BASE_CHAINFILE_H

#include <stddef.h>

#include "chain.h"

struct chain_file {
	int fd;
	char *head_path;
	struct chain chain;
	bool head_behind; /* by one line, after a crash */
	bool unfinished;  /* the file does not end in a newline */
};

/*
 * Opens, or makes for its owner only, the chain @path and takes the lock that
 * keeps it to one process. What is not a plain file of this user's is refused
 * (EINVAL, EPERM). @on_line, if not NULL, is given each text, whether
 * or not its hash is right. 0, or -1 with errno; EWOULDBLOCK: another process
 * has it.
 */
int chain_file_open(struct chain_file *file, const char *path,
		    void (*on_line)(void *owner, const char *text),
		    void *owner);

/*
 * Appends @text, which holds no newline, and syncs it to the disk. With
 * @reserve, asks the disk for that much more, so that a later line will fit;
 * that line is kept even where its head can no longer be written. 0, or -1 with
 * errno and the chain as it was.
 */
int chain_file_append(struct chain_file *file, const char *text,
		      size_t reserve);

void chain_file_close(struct chain_file *file);

#endif
