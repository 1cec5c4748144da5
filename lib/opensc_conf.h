/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef OPENSC_CONF_H
#define OPENSC_CONF_H

#include <stddef.h>

/*
 * The text of opensc.conf(5) @in with user_pin_unblock_style set to @style (or
 * unset, with NULL) and every debug setting dropped, for with one OpenSC writes
 * the new PIN into its log. All else is kept. The caller frees the result;
 * NULL when memory is out.
 */
char *opensc_conf_edit(const char *in, const char *style);

/*
 * Edits the configuration that OpenSC would read and points OPENSC_CONF, in
 * this process, to the result, which lives in memory alone. 0, or -1.
 */
int opensc_conf_enter(const char *style);

#endif
