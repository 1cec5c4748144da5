/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_LOGIN_H
#define CMD_LOGIN_H

/* The login name of the person at this machine, with sudo or without; for the
 * caller to free(). NULL: no memory. */
char *login_name(void);

#endif
