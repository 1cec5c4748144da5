/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TOKEN_OPENSC_CONF_H
#define TOKEN_OPENSC_CONF_H

#include "ckstoken.h"

/*
 * The text of opensc.conf(5) @in, written anew with user_pin_unblock_style set
 * to @style (or unset, with NULL) and without any debug setting, for with one
 * OpenSC writes the new PIN into its log. All else is kept. The caller frees
 * *@out. 0; -1 when memory is out; 1 when OpenSC itself would not take the
 * text, and then what it would do with a change of it cannot be known.
 */
int opensc_conf_edit(const char *in, const char *style, char **out);

/*
 * Edits the configuration that OpenSC would read and points OPENSC_CONF, in
 * this process, to the result, which lives in memory alone. As above.
 */
int opensc_conf_enter(const char *style);

/*
 * Whether OPENSC_CONF leads to what opensc_conf_enter() made: without /proc it
 * does not, and OpenSC would go on with settings of its own, under which it may
 * take a PUK for the user PIN. And whether OpenSC, loaded since, has read it,
 * as far as the system tells.
 */
bool opensc_conf_is_entered(void);
bool opensc_conf_was_read(void);

/* The error that an answer of opensc_conf_edit() or _enter() stands for. */
enum cks_err opensc_conf_error(int ret);

#endif
