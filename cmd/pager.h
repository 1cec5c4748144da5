/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Long lists on a terminal. */
#ifndef CMD_PAGER_H
#define CMD_PAGER_H

/*
 * From here on standard output, and standard error where both are one terminal,
 * go through the person's pager: CKSTOKEN_PAGER, PAGER, or less where it is
 * installed, if it is more than the screen has room for. Nothing is done where
 * that is empty or "cat", or where standard output is no terminal or one
 * without escapes. To be called before a list that may be long, by a command
 * that asks nothing afterwards.
 */
void pager_begin(void);

/* Waits until the pager, if there is one, was left. After this nothing goes to
 * standard output. */
void pager_end(void);

#endif
