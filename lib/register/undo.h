/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Taking an event back: an event that gives the records of the earlier one
 * what they had before it. Nothing is deleted: both events stay, and the later
 * one may be taken back itself.
 */
#ifndef REGISTER_UNDO_H
#define REGISTER_UNDO_H

#include <jansson.h>

#include "base/arena.h"
#include "register.h"

enum undo_result {
	UNDO_DONE,
	UNDO_NO_EVENT, /* there is none of that number */
	UNDO_ALREADY,  /* event later[0] took it back */
	UNDO_LATER,    /* the events @later build on it */
	UNDO_NOTHING,  /* all that it records was done, and stays: @kept */
};

/* Why a record stays that the event brought. */
enum undo_kept {
	UNDO_KEPT_ATTEMPT, /* what was done to a token; the journal has it */
	UNDO_KEPT_TOKEN,   /* the token that it was done to */
	UNDO_KEPT_PLACE,   /* an agency or unit that later events name */
};

struct undo {
	enum undo_result result;
	unsigned long *later;
	size_t n_later;
	/* A record for each change, in the order made: {"record", key…,
	 * "before": {…}, "after": {…}}, each with the values that differ,
	 * "after" null for a record that goes. */
	json_t *changes;
	/* {"record", key…, "why": enum undo_kept} */
	json_t *kept;

	struct arena arena; /* private */
};

/*
 * Takes event @event back, between register_begin() and register_commit(), as
 * an event of its own by @act, whose "undoes" is set here. Where the result is
 * not UNDO_DONE nothing was put. -ENOMEM or 0; errors of the database are the
 * register's. @undo begins undefined and is for undo_free() in either case.
 */
int register_undo(struct custody_register *reg, const struct register_act *act,
		  unsigned long event, struct undo *undo);
void undo_free(struct undo *undo);

/* Takes away a record that was no fact, as part of the event begun. Only who
 * sees the whole register may: else it is an error of the database. */
void undo_record(struct custody_register *reg, enum record_kind kind,
		 const json_t *fields);

#endif
