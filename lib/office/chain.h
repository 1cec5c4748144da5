/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A chain of lines in which a changed or removed one shows. Each line is
 *
 *	<hash> <text>
 *
 * where hash is the SHA-256, in small hexadecimal, of the hash of the line
 * before (64 zeros for the first) followed by the text; `sha256sum` proves it.
 * A second file, the head, holds the number of lines and the last hash, so that
 * lines cut off at the end show too.
 */
#ifndef OFFICE_CHAIN_H
#define OFFICE_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

#define CHAIN_HASH_SIZE 65

enum chain_state {
	CHAIN_WHOLE,
	CHAIN_CHANGED, /* a line does not follow from the one before */
	CHAIN_CUT,     /* lines are missing at the end */
};

struct chain {
	int fd;
	char *head_path;
	unsigned long n_lines;
	char last[CHAIN_HASH_SIZE], before_last[CHAIN_HASH_SIZE];
	bool head_behind; /* by one line, after a crash */
	enum chain_state state;
	unsigned long broken_at; /* the first bad line, from 1 */
	bool unfinished;	 /* the file does not end in a newline */
};

/*
 * Opens, or makes for its owner only, the chain @path and takes the lock that
 * keeps it to one process. What is not a plain file of this user's is refused
 * (EINVAL, EPERM). @on_line, if not NULL, is given each text, whether
 * or not its hash is right. 0, or -1 with errno; EWOULDBLOCK: another process
 * has it.
 */
int chain_open(struct chain *chain, const char *path,
	       void (*on_line)(void *owner, const char *text), void *owner);

/*
 * Appends @text, which holds no newline, and syncs it to the disk. With
 * @reserve, asks the disk for that much more, so that a later line will fit;
 * that line is kept even where its head can no longer be written. 0, or -1 with
 * errno and the chain as it was.
 */
int chain_append(struct chain *chain, const char *text, size_t reserve);

void chain_close(struct chain *chain);

#endif
