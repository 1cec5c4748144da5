/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef REGISTER_VERIFY_H
#define REGISTER_VERIFY_H

#include "event_times.h"
#include "register.h"

enum verify_result {
	VERIFY_RIGHT,
	VERIFY_CHANGED, /* event @event does not follow from the one before */
	VERIFY_CUT,	/* events from @event on are missing */
	VERIFY_UNREADABLE, /* event @event is malformed */
	VERIFY_TABLES,	   /* tables or triggers are not as they are made */
	VERIFY_OTHERWISE,  /* a table differs from the events */
	VERIFY_FAILED,	   /* error of the database, from register_commit() */
};

struct verification {
	enum verify_result result;
	unsigned long event;
	enum record_kind kind; /* VERIFY_OTHERWISE: the kind of the record … */
	char key[400];	       /* … and its key, or the beginning of that */
	struct event_times times;
	struct chain chain;   /* of the events, as it was found */
	size_t n_undone;      /* events that were taken back */
	bool is_part;	      /* an agency's, which saw the texts … */
	unsigned long n_read; /* … of so many events */
};

/* Checks the chain of events, and then the tables against a copy made anew from
 * the events. Who sees a part alone (roles.h) has the chain, and of the events
 * that may be read the texts, checked, and no tables. */
void register_verify(struct custody_register *reg, struct verification *v);

/*
 * Puts on record, between register_begin() and register_commit(), as an event
 * of its own by @act, whose "explains" is set here, why the times of events go
 * back (event_times.h). Returns the last of those that it explains; 0: there is
 * none, and nothing was put.
 */
unsigned long register_explain(struct custody_register *reg,
			       const struct register_act *act);

#endif
