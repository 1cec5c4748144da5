/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_SECRET_LINE_H
#define CMD_SECRET_LINE_H

#include "token/ckstoken.h"

#define SECRET_LINE_MAX 255

/*
 * Reads one line, a byte at a time: what follows it is left for the next
 * reader. It also ends with @stop, which is kept; -1: nothing else ends it. 0,
 * or -1 with errno.
 */
int secret_line_read(int fd, int stop, struct cks_secret *secret);

#endif
