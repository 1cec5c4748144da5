/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One recovery of a token: cmd_unblock.c goes through its steps, among them the
 * one try; unblock_guard.c refuses, as unblock_secrets.c does of the secrets;
 * unblock_journal.c keeps the journal, and two officers apart; unblock_report.c
 * tells of it, and puts it into the register.
 */
#ifndef CMD_UNBLOCK_H
#define CMD_UNBLOCK_H

#include <jansson.h>

#include "base/date.h"
#include "command.h"
#include "read_secret.h"
#include "received.h"
#include "register/books.h"
#include "register/journal.h"
#include "scanning.h"

/* Of a failed attempt within this time a warning tells: no counter does. */
#define RECENT_SECONDS (24L * 3600)

struct unblock {
	const struct globals *globals;
	/* Options. */
	struct selection selection;
	char *authority, *request_file, *method_name;
	struct secret_source unblock_pin_source, new_pin_source;
	int dry_run, final_try, prove, yes, force_unlocked, json, no_register;
	/* The state before. */
	struct received letter; /* of --request; without data: none was given */
	/* That letter as its form prints its number and its day, and as letters
	 * are cited; NULL: it has none that could be. */
	char *letter_number, *cited;
	char letter_day[DATE_SIZE]; /* "2026-11-21"; "": not given */
	struct cks_scan *scan;
	struct cks_token *before, *after;
	bool is_sim; /* by the letter or the register: a SIM PKI */
	enum cks_method method;
	struct journal journal;
	char *journal_path;
	bool journal_is_open;
	/* What the officer was told of the journal: the last attempt on the
	 * token that may have changed it, and how many there were. */
	long last_seen;
	unsigned long n_seen;
	bool seen_whole;
	struct cks_token_lock *lock;
	/* The try and its outcome. */
	struct cks_secret *unblock_pin, *new_pin;
	long journal_number;
	char journal_hash[CHAIN_HASH_SIZE]; /* of that line */
	/* That of the register before; without entries where none is used. */
	struct head register_head;
	/* And with the attempt; without entries where it is not there. */
	struct head recorded;
	enum cks_err err;
	enum cks_stage stage;
	bool objects_unchanged;
	char *change;
	enum { NOT_PROVED, PROVED, PROOF_FAILED, PROOF_UNKNOWN } proof;
	enum cks_err proof_err;
	struct cks_proof keys; /* once the proof was tried */
};

/* Each of these returns 0 to go on, or an exit code, with an error printed. */

/* Checks the options before any token is touched, and reads --request, whose
 * number then serves as the authority. */
int unblock_check_options(struct unblock *r);
/* Checks the state that was read, and that the request is for this token. */
int unblock_guard_token(struct unblock *r);
/* Opens the journal, and checks it and this desk. */
int unblock_guard_desk(struct unblock *r);
/* Reads the secrets, and refuses those that can be seen to be wrong. */
int unblock_ask_secrets(struct unblock *r);

/* Opens the journal, and looks for the past of the token in it; waits for an
 * attempt that is under way. */
int unblock_open_journal(struct unblock *r);
/* Warns of the last attempt of the journal, which has no result. */
void unblock_warn_of_unfinished(const struct unblock *r);
/* Looks for such an attempt in the journal, if there is one yet, and tells of
 * it: who is refused before the journal is opened hears of it all the same. */
void unblock_tell_unfinished(struct unblock *r);
/* Takes the token for this process alone, until it is freed, and looks into the
 * journal again: what another officer did meanwhile is told, and refused. */
int unblock_take_turn(struct unblock *r);
/* Writes the line before the try, without which there is none. */
int unblock_journal_attempt(struct unblock *r);
/* Writes the line after the try. */
int unblock_journal_result(struct unblock *r);
/* Writes the line of the proof; a warning says that it could not be. */
void unblock_journal_proof(struct unblock *r);

/* Writes that the register has the attempt, and what its head is by that; a
 * warning says that it could not be. */
void unblock_journal_recorded(struct unblock *r);

/* The state of the user PIN by now, as the journal has it. */
const char *unblock_state_after(const struct unblock *r);

/* Tells how many tries of the SO PIN or PUK are left, which is known. */
void unblock_print_tries(const struct unblock *r, int tries);
/* Prints what would be done, for --dry-run. */
int unblock_report_plan(const struct unblock *r);
/* Prints what was done; returns the exit code of the whole. */
int unblock_report(const struct unblock *r);

/* Puts the attempt into the register, if one is used. Returns @ret, the exit
 * code so far, unless that is 0 and the register cannot be written. */
int unblock_record(struct unblock *r, int ret);

#endif
