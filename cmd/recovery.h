/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One recovery of a token: cmd_unblock.c takes the options, recovery.c goes
 * through the steps, recovery_guard.c and recovery_desk.c refuse, the one try
 * is in recovery_attempt.c, recovery_report.c tells, and recovery_register.c
 * keeps it.
 */
#ifndef CMD_RECOVERY_H
#define CMD_RECOVERY_H

#include <jansson.h>

#include "ask.h"
#include "command.h"
#include "register/journal.h"
#include "scanning.h"

struct recovery {
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
int recovery_run(struct recovery *r);
void recovery_free(struct recovery *r);

/* Each returns 0 to go on, or an exit code, told on standard error. */

/* Before any token is touched. */
int recovery_check_options(struct recovery *r);
/* Reads --request, whose number then serves as the authority. */
int recovery_read_request(struct recovery *r);
/* Whether the token is one that the request is for. */
int recovery_guard_request(const struct recovery *r);
/* On the state that was read. */
int recovery_guard_token(struct recovery *r);
/* On the journal and this desk. */
int recovery_guard_desk(struct recovery *r);
/* On the secrets, before they are sent. */
int recovery_guard_secrets(struct recovery *r);

/* The journal's first line, the one attempt, the token read again, the
 * journal's second line. */
int recovery_attempt(struct recovery *r);

/* The state of the user PIN by now, as the journal has it. */
const char *recovery_state_after(const struct recovery *r);

/* Puts the attempt into the register, if one is used. @ret, the exit code so
 * far, unless that is 0 and the register cannot be written. */
int recovery_record(const struct recovery *r, int ret);

/* What would be done, for --dry-run. */
int recovery_report_plan(const struct recovery *r);
/* What was done; returns the exit code of the whole. */
int recovery_report(const struct recovery *r);

#endif
