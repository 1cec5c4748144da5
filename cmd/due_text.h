/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An item that is due, in words. */
#ifndef CMD_DUE_TEXT_H
#define CMD_DUE_TEXT_H

#include "base/arena.h"
#include "base/i18n.h"
#include "command.h"
#include "register/due/due.h"

struct due_text {
	const char *who;  /* has to act */
	const char *what; /* a sentence */
	/* For a shell, ready to be run, as globals->program begins it; ""
	 * where there is none. Documents are in Vietnamese, and so is a reason
	 * in it. */
	const char *command;
};

/* Puts @d into words of @language, which belong to @arena; texts are "" once
 * that is out of memory. */
void due_text(const struct globals *globals, struct arena *arena,
	      enum i18n_language language, const struct due *d,
	      struct due_text *text);

/* "overdue", but "not yet done" where no regulation sets a day for it. */
const char *due_state_label(enum i18n_language language, const struct due *d);

#endif
