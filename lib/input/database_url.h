/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where a database on a server is: "postgresql://…" or "postgres://…", as libpq
 * has them, or "service=NAME" for what its service file says. There may be no
 * password in it: files and the list of processes are read by others.
 */
#ifndef INPUT_DATABASE_URL_H
#define INPUT_DATABASE_URL_H

#include <stdbool.h>

/* Whether @place is one, and no file. */
bool database_is_url(const char *place);

/* 0; -EPERM, there is a password in it; -EINVAL, it is none. */
int database_check(const char *place);

#endif
