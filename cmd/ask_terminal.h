/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_ASK_TERMINAL_H
#define CMD_ASK_TERMINAL_H

#include "token/ckstoken.h"

/*
 * What is typed at @prompt, without echo, @twice to be sure. @option is named
 * when there is no terminal. 0, or an exit code, told on standard error.
 */
int ask_terminal(const char *option, const char *prompt, bool twice,
		 struct cks_secret *secret);

#endif
