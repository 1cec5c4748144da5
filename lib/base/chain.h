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
	enum chain_state state;
	unsigned long broken_at; /* the first bad text, from 1 */
};

void chain_start(struct chain *chain);

/* The hash of @text after @last; false when it cannot be made. */
bool chain_hash(const char *last, const char *text, char hash[CHAIN_HASH_SIZE]);

/*
 * Goes on to the next text, which has the hash @hash, of CHAIN_HASH_LEN
 * letters, or NULL for one without. A later text is judged by its own
 * neighbour.
 */
void chain_take(struct chain *chain, const char *hash, const char *text);

/* The same for one whose hash was just made by chain_hash(). */
void chain_add(struct chain *chain, const char hash[CHAIN_HASH_SIZE]);

/* Text number @n is wrong; the first such counts. */
void chain_break(struct chain *chain, enum chain_state state, unsigned long n);

/*
 * Judges the whole by its head; @hash is NULL where there is none to be read.
 * What comes next then follows the head and not the last text, so that a cut
 * shows for good. True: the head is right but for the last text alone.
 */
bool chain_end(struct chain *chain, unsigned long n, const char *hash);

#endif
