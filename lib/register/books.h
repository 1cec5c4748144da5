/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The register and the journal are two books, each a chain (chain.h), and each
 * notes of the other what it was at an attempt to unblock: the register the
 * line of the journal and its hash, the journal the register's last event and
 * its hash. A copy of either from before shows by the other, and by any head
 * that was written down elsewhere. Two copies of before do not.
 *
 * The hash of a book's first entry tells it from others: what is noted of
 * another book says nothing of this one.
 */
#ifndef REGISTER_BOOKS_H
#define REGISTER_BOOKS_H

#include "base/chain.h"
#include "base/date.h"
#include "register.h"

/* What a book was once: how many entries it had, and the hash of the last or
 * the beginning of that. @first is "" where it is not known. */
struct head {
	unsigned long n;
	char hash[CHAIN_HASH_SIZE], first[CHAIN_HASH_SIZE];
};

/* So many letters of a hash cannot be met by chance. But whoever writes an
 * entry can look for another whose hash begins with as many, which is beyond
 * anybody's means only for so many as a proof has. */
#define HEAD_LETTERS_MIN 16
#define HEAD_LETTERS_PROOF 32
/* "17:54fdcedbd73e8098…" */
#define HEAD_TEXT_SIZE (CHAIN_HASH_SIZE + 24)

/* Reads a head as papers print it, as it is copied or typed: blanks, the case
 * of letters and a full stop behind do not matter, and O and l are misread
 * digits. False where it is none. */
bool head_read(const char *text, struct head *head);

/* The head of @reg, with what was put into it just now. */
void head_of_register(struct custody_register *reg, struct head *head);

/* The text of the head in @text, which it returns. */
char *head_text(const struct head *head, char text[HEAD_TEXT_SIZE]);

enum head_result {
	HEAD_MISSING,	/* there is no such entry, or no book */
	HEAD_PROVED,	/* nothing up to it was changed */
	HEAD_AGREES,	/* but it has fewer letters than a proof */
	HEAD_CHANGED,	/* its entry has another hash */
	HEAD_UNPROVED,	/* its entry has its hash, but does not follow */
	HEAD_OTHER,	/* it is of another book */
	HEAD_SEEN,	/* proved, but for texts that are for others to see */
	HEAD_UNREAD,	/* the book could not be read */
	HEAD_SWAPPED,	/* it is of the other of the two books */
	HEAD_UNVOUCHED, /* it agrees, and nobody known vouches for it */
};

/* Judges @head by the book that @chain is, whose entry head->n has @hash; NULL:
 * there is no such entry. */
enum head_result head_judge(const struct head *head, const struct chain *chain,
			    const char *hash);

/* A head that is to be proved, and what came of it. */
struct head_claim {
	struct head head;
	enum head_result result;
	/* The two times of its entry, as event_times.h has them, of a line of
	 * the journal the clock alone; "": not known. */
	char time[DATE_SIZE], clock[DATE_SIZE];
};

/* What the journal and a register say of each other. */
struct books {
	struct chain journal;	   /* as it was read */
	bool unfinished, headless; /* as the chain_file has it */
	bool head_unread;	   /* of one that could not be read */

	/* Attempts that the register has, with a line of a journal: with those
	 * in this one; those of others, or of which it is not known. */
	size_t n_attempts, n_found, n_elsewhere;
	/* Those that this journal must have and has not, and the first. */
	size_t n_lost;
	struct {
		long long unblock, line;
		char serial[128], time[DATE_SIZE];
	} lost;

	/* What the journal notes of this register, of others, and of this one
	 * that it has not, with the first of those events. */
	size_t n_notes, n_other_notes, n_gone;
	unsigned long gone;
};

/*
 * Reads the journal @path, which is not made, and holds it against @reg. With
 * NULL as @reg it is only read. @heads are judged. Whoever writes to it is
 * waited for @wait_ms at most. 0 or a negative errno as chain_file_look(), with
 * nothing in @books but how many attempts the register has: what was read until
 * then says nothing. So it is, too, of an error that the register remembers,
 * which is the caller's to ask for.
 */
int books_hold(struct custody_register *reg, const char *path,
	       unsigned int wait_ms, struct head_claim *heads, size_t n_heads,
	       struct books *books);

/* The same of the last note of @reg alone, which is enough to know an older
 * copy of it, at every act. */
int books_glance(struct custody_register *reg, const char *path,
		 unsigned int wait_ms, struct books *books);

/*
 * How many tries of the SO PIN or PUK of the token @serial, as the register
 * spells it, were wrong since @since, by attempts of other journals than that
 * which begins with @first; with the time of the last.
 */
size_t books_wrong_tries(struct custody_register *reg, const char *serial,
			 time_t since, const char *first, char last[DATE_SIZE]);

#endif
