/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The terminal that a person reads on, its width and its colours, and one line
 * typed at it. */
#ifndef CMD_TERMINAL_H
#define CMD_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* 1. The terminal that shows what is written */

/* The columns that lines have where no terminal says how many. */
#define LINE_WIDTH 80

/*
 * The columns of the terminal that shows what is written to @fd, standard
 * output or standard error: COLUMNS, or what the terminal says. 0: there is no
 * terminal, and lines are whole, for a program may read them.
 */
size_t screen_width(int fd);

/* The columns of running text: no more than can be read with ease. LINE_WIDTH
 * where there is no terminal. */
size_t screen_text_width(int fd);

/* True if a terminal shows what is written to @fd, and obeys escapes. */
bool screen_has_escapes(int fd);

/* True if standard output may be coloured: neither NO_COLOR nor a terminal
 * without escapes is against it. */
bool screen_has_colours(void);

/* True if standard output is a pipe that nobody reads any longer. */
bool screen_is_left(void);

/* The lines of the terminal that standard output is. */
size_t screen_rows(void);

/* Tells that standard output, and where @has_errors standard error, now go to a
 * pager on a terminal of @width columns. */
void screen_behind_pager(size_t width, bool has_errors, bool has_colours);

/* 2. A line typed at the terminal, as secrets and questions need it */

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
