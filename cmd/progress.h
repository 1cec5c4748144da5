/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A line on the terminal while work lasts that takes over a second. */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include <stddef.h>

/*
 * Begins to show @text, with how much of @total was done; 0: nobody knows of
 * how much.
 * Work may begin within other work, which is shown again after it. Nothing is
 * shown where standard error is no terminal, or one without escapes.
 */
void progress_begin(const char *text, size_t total);

/* Tells that so much was done. */
void progress_step(size_t done);

/* Takes the line away for something else that is to be printed; the next step
 * shows it again. */
void progress_hide(void);

/* Shows none any longer, for the terminal is another program's. */
void progress_give_up(void);

/* Ends what began last. */
void progress_end(void);

#endif
