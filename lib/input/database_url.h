/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where a database on a server is: "postgresql://…" or "postgres://…", as libpq
 * has them, or "service=NAME" for what its service file says. There may be no
 * password in it: files and the list of processes are read by others. An
 * address that database_check() refuses may have one, however it is written,
 * and is not to be repeated in a message.
 */
#ifndef INPUT_DATABASE_URL_H
#define INPUT_DATABASE_URL_H

#include <stdbool.h>

/* True if @place is meant for an address, right or wrong, and not for a file.
 */
bool database_is_url(const char *place);

/* 0; -EPERM, there is a password in it; -EINVAL, it is none, and what was meant
 * for a password may be in it. */
int database_check(const char *place);

/* True if @text is an address with a password in it, or where one may be. */
bool database_may_tell(const char *text);

#endif
