/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ASK_TERMINAL_H
#define ASK_TERMINAL_H

#include "ckstoken.h"

/*
 * What is typed at @prompt, without echo, @twice to be sure. @option is named
 * when there is no terminal. 0, or an exit code, told on standard error.
 */
int ask_terminal(const char *option, const char *prompt, bool twice,
		 struct cks_secret *secret);

#endif
