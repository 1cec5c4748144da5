/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_LOGIN_H
#define CMD_LOGIN_H

/* The login name of who sits at this machine, sudo or not; the caller frees
 * it. NULL when memory is out. */
char *login_name(void);

#endif
