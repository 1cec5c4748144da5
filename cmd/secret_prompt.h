/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One line typed at a terminal that does not show it. */
#ifndef CMD_SECRET_PROMPT_H
#define CMD_SECRET_PROMPT_H

#include "token/ckstoken.h"

/*
 * Shows @prompt on the terminal @tty, and reads a line without echo. A signal
 * that stops the process lets it be stopped, with the terminal as it was, and
 * when it goes on the prompt is shown anew. However this ends, the terminal is
 * as it was before.
 *
 * 0 with the line in @secret; -ECANCELED when the officer typed what interrupts
 * a program, as Ctrl-C, or ended the input with nothing typed; -ENODATA when it
 * ended in the middle of the line; -EINTR when a signal has come that would end
 * the program, *@signal, for the caller to let it; or another negative errno.
 */
int secret_prompt(int tty, const char *prompt, struct cks_secret *secret,
		  int *signal);

#endif
