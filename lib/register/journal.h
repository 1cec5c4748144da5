/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The journal of attempts to unblock: what was about to be done to a token,
 * written before the token is asked, and what came of it. It is a chain
 * (chain.h) of JSON objects, for its owner's eyes only, and never holds a
 * secret. Its times are the machine's own, whatever CKSTOKEN_NOW says.
 */
#ifndef REGISTER_JOURNAL_H
#define REGISTER_JOURNAL_H

#include <stdbool.h>
#include <time.h>

#include "base/chain.h"

struct journal {
	struct chain_file file;
	const char *serial; /* only failures since then are counted */
	time_t since;
	/* The history of that token in the journal. */
	unsigned int recent_failures; /* attempts since then that were sent and
					 failed */
	bool unfinished; /* the last attempt has no result: state unknown */
};

struct journal_attempt {
	const char *serial, *label, *module;
	const char *authority, *method;
	const char *officer;	  /* login name */
	const char *desk_grounds; /* NULL where none is configured */
	const char *state_before;
	/* The options that set a guard aside; NULL at the end. */
	const char *const *overrides;
};

struct journal_result {
	const char *serial;
	const char *result;	 /* key of an enum cks_err */
	const char *state_after; /* key of the user PIN's; "unknown" */
	const char *objects;	 /* "unchanged", "changed", "unknown" */
	bool sent; /* whether the SO PIN or PUK left this machine */
};

/*
 * Opens the journal @path, making its folders as needed, and looks for the
 * past of token @serial. Returns 0 or a negative errno as chain_file_open().
 */
int journal_open(struct journal *journal, const char *path, const char *serial,
		 time_t since);

/*
 * Writes what is about to be done, and keeps room for its result. Returns the
 * number of the entry or a negative errno: then the token must not be asked.
 */
long journal_begin(struct journal *journal, time_t now,
		   const struct journal_attempt *attempt);

/* Writes what came of entry @number. Returns 0 or a negative errno. */
int journal_end(struct journal *journal, time_t now, long number,
		const struct journal_result *result);

/* Writes what came of the proof after entry @number: key of an enum cks_err.
 * Returns 0 or a negative errno. */
int journal_proof(struct journal *journal, time_t now, long number,
		  const char *serial, const char *result);

void journal_close(struct journal *journal);

/* The default place, in the user's own state folder; NULL without a home. The
 * caller frees it. */
char *journal_default_path(void);

#endif
