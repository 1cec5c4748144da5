/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Questions to the person at the terminal, whatever the program's streams are.
 * An answer that makes no sense is asked for again, with the reason.
 */
#ifndef CMD_QUESTION_H
#define CMD_QUESTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct question {
	const char *text;    /* "Tên cơ quan", already translated */
	const char *hint;    /* form or example, shown once below it, or NULL */
	const char *initial; /* taken by an empty answer, shown in [brackets];
			      * NULL: none */
	/* Shown with numbers; a number or nearly the text is taken. */
	const char *const *choices;
	size_t n_choices;
	bool choices_only; /* false: another text may be given */
	/* An empty answer leaves it open or, where there is @initial, "-". */
	bool is_optional;
	/* 0, or -errno with the reason, which is said before it is asked
	 * again; -ENOMEM ends it. NULL: any text is an answer. */
	int (*check)(void *ctx, const char *answer, struct error *why);
	void *ctx;
};

/* True if questions can be asked: somebody sits at standard input and reads
 * standard error. */
bool question_can_ask(void);

/*
 * 0 with *@answer, clean text for the caller to free(): a choice as it stands
 * in the list, "" where it is left open. -ECANCELED after Ctrl-C, Ctrl-D, a
 * signal that did not end the program or a terminal that is gone, told; -ENOTTY
 * where there is no terminal; -ENOMEM. The terminal is as it was then, and
 * nothing was written.
 */
int question_ask(const struct question *question, char **answer);

/* The same of a question that is answered with yes or no, by Enter with
 * @initial. */
int question_yes(const char *text, bool initial, bool *yes);

#endif
