/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The terminal that a person reads on: its width and its colours. */
#ifndef CMD_SCREEN_H
#define CMD_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

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

#endif
