/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One recovery of a token: cmd_unblock.c takes the options, unblock.c goes
 * through the steps, unblock_guard.c and unblock_desk.c refuse, the one try
 * is in unblock_attempt.c, unblock_report.c tells, and unblock_register.c
 * keeps it.
 */
#ifndef CMD_UNBLOCK_H
#define CMD_UNBLOCK_H

#include <jansson.h>

#include "command.h"
#include "read_secret.h"
#include "register/journal.h"
#include "scanning.h"

struct unblock {
	const struct globals *globals;
	/* Options. */
	struct selection selection;
	char *authority, *request_file, *method_name;
	struct secret_source unblock_pin_source, new_pin_source;
	int dry_run, final_try, prove, yes, force_unlocked, json, no_register;
	/* What was found. */
	json_t *request; /* the dossier of --request */
	struct cks_scan *scan;
	struct cks_token *before, *after;
	enum cks_method method;
	struct journal journal;
	char *journal_path;
	bool journal_is_open;
	/* What was done. */
	struct cks_secret *unblock_pin, *new_pin;
	long journal_number;
	char journal_hash[CHAIN_HASH_SIZE]; /* of that line */
	enum cks_err err;
	enum cks_stage stage;
	bool objects_unchanged;
	char *change;
	enum { NOT_PROVED, PROVED, PROOF_FAILED } proof;
	enum cks_err proof_err;
};

/* All of it; the exit code. */
int unblock_run(struct unblock *r);
void unblock_free(struct unblock *r);

/* Each returns 0 to go on, or an exit code, told on standard error. */

/* Before any token is touched. */
int unblock_check_options(struct unblock *r);
/* Reads --request, whose number then serves as the authority. */
int unblock_read_request(struct unblock *r);
/* Whether the token is one that the request is for. */
int unblock_guard_request(const struct unblock *r);
/* On the state that was read. */
int unblock_guard_token(struct unblock *r);
/* On the journal and this desk. */
int unblock_guard_desk(struct unblock *r);
/* On the secrets, before they are sent. */
int unblock_guard_secrets(struct unblock *r);

/* The journal's first line, the one attempt, the token read again, the
 * journal's second line. */
int unblock_attempt(struct unblock *r);

/* The state of the user PIN by now, as the journal has it. */
const char *unblock_state_after(const struct unblock *r);

/* Puts the attempt into the register, if one is used. @ret, the exit code so
 * far, unless that is 0 and the register cannot be written. */
int unblock_record(const struct unblock *r, int ret);

/* What would be done, for --dry-run. */
int unblock_report_plan(const struct unblock *r);
/* What was done; returns the exit code of the whole. */
int unblock_report(const struct unblock *r);

#endif
