/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CARD_SESSION_H
#define CARD_SESSION_H

#include "card.h"

#include <stdio.h>

/* Counters run down; 0 is "not asked for". */
struct faults {
	unsigned int remove_at;
	unsigned int garbage_at;
	unsigned int hang_at;
	unsigned int fail_at;
	unsigned int short_at;
	unsigned int long_at;
	unsigned int reset_at;
	unsigned int remove_ins;
	unsigned int remove_ins_at;
	unsigned int remove_after_ins;
	bool remove_after;
	/* Before the next such command with data it stops itself (SIGSTOP), and
	 * goes on when it is told to: a card that is slow at just that. */
	unsigned int stop_ins;
	bool stops;
};

/* One life of the emulator: the card, what goes wrong with it, its log. */
struct session {
	struct card card;
	struct faults faults;
	FILE *log;
	unsigned int delay_ms;
	unsigned long sequence;
	unsigned long count;
	/* Wanted of the transport: be in the reader, go on running. */
	bool inserted;
	bool quit;
	/* The reader has powered the card since it was inserted. */
	bool present;
};

enum outcome {
	OUTCOME_ANSWER,
	OUTCOME_REMOVE,
	OUTCOME_SILENCE,
};

/* What becomes of one command; answer is to be sent for OUTCOME_ANSWER. */
enum outcome session_command(struct session *s, const unsigned char *raw,
			     size_t len, struct blob *answer);

#endif
