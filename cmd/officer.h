/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef OFFICER_H
#define OFFICER_H

/* The login name of who sits at this machine, sudo or not; the caller frees
 * it. NULL when memory is out. */
char *officer_login(void);

#endif
