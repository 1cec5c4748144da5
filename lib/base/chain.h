/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A chain of texts in which a changed or removed one shows. The hash of each is
 * the SHA-256, in small hexadecimal, of the hash of the one before (64 zeros
 * for the first) followed by the text. The head, kept beside the chain, is
 * their number and the last hash, so that texts cut off at the end show too.
 */
#ifndef BASE_CHAIN_H
#define BASE_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "kept.h"

#define CHAIN_HASH_SIZE 65
#define CHAIN_HASH_LEN (CHAIN_HASH_SIZE - 1)

enum chain_state {
	CHAIN_WHOLE,
	CHAIN_CHANGED, /* a text does not follow from the one before */
	CHAIN_CUT,     /* texts are missing at the end */
};

struct chain {
	unsigned long n;
	char last[CHAIN_HASH_SIZE], before_last[CHAIN_HASH_SIZE];
	/* The hash of the first text, by which one chain is told from another;
	 * "" where it is not known. */
	char first[CHAIN_HASH_SIZE];
	enum chain_state state;
	unsigned long broken_at; /* the first bad text, from 1 */
};

void chain_start(struct chain *chain);

/* Makes the hash of @text after @last. 0, or -ENOPKG where there is no SHA-256,
 * or -ENOMEM. */
int chain_hash(const char *last, const char *text, char hash[CHAIN_HASH_SIZE]);

/*
 * Goes on to the next text, whose hash is written as the CHAIN_HASH_LEN letters
 * of @hash; NULL where it has none. Whether it is right depends on the text
 * before alone, right or not. Where no hash can be made it is not judged, and
 * the errno of chain_hash() is returned.
 */
int chain_take(struct chain *chain, const char *hash, const char *text);

/* Goes on to a text whose hash was just made by chain_hash(). */
void chain_add(struct chain *chain, const char hash[CHAIN_HASH_SIZE]);

/* Notes that text number @n is wrong; the first one that is counts. */
void chain_break(struct chain *chain, enum chain_state state, unsigned long n);

/*
 * Judges the whole by its head; @hash is NULL where no head can be read. The
 * next text then follows the head and not the last text, so that a cut shows
 * for good. Returns whether the head is right but for the last text.
 */
bool chain_end(struct chain *chain, unsigned long n, const char *hash);

/*
 * A chain in a file, each line
 *
 *	<hash> <text>
 *
 * which `sha256sum` proves, with its head in a second file. It is its owner's
 * alone or a group's (kept.h).
 */
struct chain_file {
	int fd;
	char *head_path;
	struct chain chain;
	bool head_behind; /* by one line, after a crash */
	/* Of one that is CHAIN_CUT: the head is gone, or another's, or no file,
	 * so that it is not known whether lines are missing. */
	bool headless;
	bool unfinished; /* the file does not end in a newline */
	/* Its head cannot be read, by which the opening or reading failed; it
	 * is valid then, too. */
	bool head_unread;
	int read_only; /* -errno where it could be opened to read alone */

	/* Private. */
	unsigned int wait_ms;
	struct kept kept;
	bool locked;
	off_t size; /* of what was read and written */
};

/*
 * Opens the chain @path, or makes it, and reads it; one that may be read and
 * not written is read. @on_line, if not NULL, is
 * given each text, whether or not its hash is right. A process that reads or
 * writes has the lock of the file for that moment alone, and is waited for
 * @wait_ms at most. Returns 0; -EWOULDBLOCK when another process keeps the
 * lock; -EINVAL or -EPERM when @path is not a plain file, or neither this
 * user's nor the group's, -EMLINK as kept_open() has it; -EFBIG where it is
 * longer than any that was written here; or another negative errno.
 */
int chain_file_open(struct chain_file *file, const char *path,
		    unsigned int wait_ms,
		    void (*on_line)(void *owner, const char *text),
		    void *owner);

/* The same of a chain that is there, which is only read. -ENOENT: there is
 * none, nor a head; a head alone is that of a chain whose lines are gone. */
int chain_file_look(struct chain_file *file, const char *path,
		    unsigned int wait_ms,
		    void (*on_line)(void *owner, const char *text),
		    void *owner);

/* Reads the whole again, with what others have added. As above. */
int chain_file_read(struct chain_file *file,
		    void (*on_line)(void *owner, const char *text),
		    void *owner);

/*
 * Keeps other processes from the chain, and reads what they have added: from
 * then on its number and last hash are those that the next text follows. As
 * above.
 */
int chain_file_lock(struct chain_file *file);
void chain_file_unlock(struct chain_file *file);

/*
 * Appends @text, which holds no newline, under the lock, and syncs it to the
 * disk. With @reserve, asks the disk for that much more, so that a later line
 * will fit; that line is kept even where its head can no longer be written.
 * Returns 0, or a negative errno with the chain as it was.
 */
int chain_file_append(struct chain_file *file, const char *text,
		      size_t reserve);

void chain_file_close(struct chain_file *file);

#endif
