/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The journal of attempts to unblock: what was about to be done to a token,
 * written before the token is asked, and what came of it. It is a chain
 * (chain.h) of JSON objects, and never holds a secret. Its times are the
 * machine's own, whatever CKSTOKEN_NOW says.
 *
 * The officers of a machine share one where they may, so that each sees what
 * the others did to a token. Their lines may stand among each other: a result
 * bears the number of the attempt it belongs to.
 */
#ifndef REGISTER_JOURNAL_H
#define REGISTER_JOURNAL_H

#include <stdbool.h>
#include <time.h>

#include "base/chain.h"

/* One attempt as it stands in the journal; zeroed there is none. */
struct journal_entry {
	long number; /* from 1 */
	time_t seconds;
	char *officer, *authority;
	/* Name of an enum cks_err; NULL where there is no result. */
	char *result;
	bool sent; /* whether a secret went to the token */
};

struct journal {
	struct chain_file file;
	const char *serial, *label; /* of the token that is asked about */
	time_t since;
	/* The history of that token in the journal. */
	unsigned int recent_failures; /* attempts since then that were sent and
					 failed */
	/* The last attempt that sent something or has no result, and the one
	 * before it. */
	struct journal_entry last, before_last;
	unsigned long n_attempts; /* sent or not */
	/* Attempts of any token without a result: each needs room for one. */
	unsigned int n_open;
};

struct journal_attempt {
	const char *serial, *label, *module;
	const char *authority, *method;
	const char *officer;	  /* login name */
	const char *desk_grounds; /* NULL where none is configured */
	const char *state_before;
	/* In hexadecimal, of the file of --request; NULL where there is none.
	 */
	const char *request_sha256;
	const char *request; /* as it is cited; NULL where it cannot be */
	/* The head of the register, "17:54fd…", and the hash of its first
	 * event; NULL where none is used, or it is empty. */
	const char *register_head, *register_first;
	/* The options that set a guard aside; NULL at the end. */
	const char *const *overrides;
};

struct journal_result {
	const char *serial;
	const char *result;	 /* name of an enum cks_err */
	const char *state_after; /* name of the user PIN's; "unknown" */
	const char *objects;	 /* "unchanged", "changed", "unknown" */
	bool sent; /* whether the SO PIN or PUK left this machine */
};

/*
 * Opens the journal @path, making its folders as needed, and looks for the
 * past of the token of @serial and @label, which stay the caller's. Other
 * processes are kept from the journal while it is read or written, and waited
 * for @wait_ms at most. Returns 0 or a negative errno as chain_file_open().
 */
int journal_open(struct journal *journal, const char *path, const char *serial,
		 const char *label, time_t since, unsigned int wait_ms);

/* True if the last attempt on the token has no result: what became of the token
 * is not known. */
bool journal_is_unfinished(const struct journal *journal);

/* A letter: the SHA-256 of its file, its number, "15/STC-VP", and its day,
 * "2026-11-21"; the number is NULL where it has none that could be cited. */
struct journal_letter {
	const char *sha256, *number, *day;
};

/*
 * Looks for the last attempt on the token that answered @letter, known by its
 * file or by what was cited of it, as the register knows a citation; one
 * that restored the token goes before those that did not. Where there is none,
 * @entry is zeroed; the caller empties it by journal_entry_free(). Returns 0 or
 * a negative errno.
 */
int journal_find_letter(struct journal *journal,
			const struct journal_letter *letter,
			struct journal_entry *entry);
void journal_entry_free(struct journal_entry *entry);

/*
 * Writes what is about to be done, and keeps room for its result. Returns the
 * number of the entry or a negative errno: then the token must not be asked.
 */
long journal_begin(struct journal *journal, time_t now,
		   const struct journal_attempt *attempt);

/* Writes what came of entry @number. Returns 0 or a negative errno. */
int journal_end(struct journal *journal, time_t now, long number,
		const struct journal_result *result);

/* Writes what came of the proof after entry @number: name of an enum cks_err.
 * Returns 0 or a negative errno. */
int journal_proof(struct journal *journal, time_t now, long number,
		  const char *serial, const char *result);

/* Notes that the register has entry @number, and what its head is since.
 * Returns 0 or a negative errno. */
int journal_recorded(struct journal *journal, time_t now, long number,
		     const char *head, const char *first);

/* What these two are called in a line. */
#define JOURNAL_REGISTER "register"
#define JOURNAL_REGISTER_FIRST "register-first"

void journal_close(struct journal *journal);

/* The journal that the officers of this machine share. */
#define JOURNAL_OF_MACHINE CKSTOKEN_STATEDIR "/unblock.journal"

/* Why this process has no part in the journal of the machine. */
enum journal_machine {
	JOURNAL_SHARED,	   /* it has, or could but for what opening it tells */
	JOURNAL_NO_FOLDER, /* its folder is not there, or not as it must be */
	JOURNAL_DENIED,	   /* the folder is for others */
};
enum journal_machine journal_of_machine(void);

/* The journal @configured, or where that is NULL the one of @machine or else
 * the private one; NULL: none is known. The caller frees it. */
char *journal_path(const char *configured, enum journal_machine machine);

#endif
