/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef REGISTER_VERIFY_H
#define REGISTER_VERIFY_H

#include "register.h"

enum verify_result {
	VERIFY_RIGHT,
	VERIFY_CHANGED, /* event @event does not follow from the one before */
	VERIFY_CUT,	/* events from @event on are missing */
	VERIFY_UNREADABLE, /* event @event is not what an event is */
	VERIFY_TABLES,	   /* tables or triggers are not as they are made */
	VERIFY_OTHERWISE,  /* a table says otherwise than the events */
	VERIFY_FAILED,	   /* the database; register_commit() tells */
};

struct verification {
	enum verify_result result;
	unsigned long event;
	enum record_kind kind; /* VERIFY_OTHERWISE: of the record … */
	char key[200];	       /* … with this key */
};

/*
 * Proves the chain of the events, and then that the tables are what follows
 * from them, by making all of it anew in memory.
 */
void register_verify(struct custody_register *reg, struct verification *v);

#endif
