/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef HANDOVER_H
#define HANDOVER_H

#include "facts.h"
#include "paper.h"
#include "scanning.h"

struct handover_options {
	struct selection selection;
	struct paper_options paper;
	struct person_fact giver, receiver;
	char *place, *reason, *condition, *accessories;
	const char **grounds;
	int copies;
};

/* Reads the tokens and writes the minutes; the exit code. */
int handover_run(const struct globals *globals,
		 const struct handover_options *o, enum minutes_kind kind);

#endif
