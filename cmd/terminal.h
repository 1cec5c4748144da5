/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One line typed at a terminal, as secrets and questions need it. */
#ifndef CMD_TERMINAL_H
#define CMD_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Opens the terminal of this process, whatever its streams are. The
 * descriptor, or -errno: there is none. */
int terminal_open(void);

/*
 * Shows @prompt on the terminal @tty, and reads a line into the @size bytes at
 * @line, without the echo where it is @hidden. A signal that stops the process
 * lets it be stopped, with the terminal as it was, and when it goes on the
 * prompt is shown anew. However this ends, the terminal is as it was before.
 *
 * 0 with *@len bytes, which no zero ends; -ECANCELED when somebody typed what
 * interrupts a program, as Ctrl-C, or ended the input with nothing typed;
 * -ENODATA when it ended in the middle of the line; -EMSGSIZE when the line is
 * longer; -EINTR when a signal has come that would end the program, *@sig, for
 * the caller to raise once all is told; or another negative errno.
 */
int terminal_read(int tty, const char *prompt, bool hidden, char *line,
		  size_t size, size_t *len, int *sig);

#endif
