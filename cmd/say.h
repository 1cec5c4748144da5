/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words for people, on standard error. */
#ifndef CMD_SAY_H
#define CMD_SAY_H

#include "token/ckstoken.h"

/* "ckstoken: " and a line. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What failed in a scan, one line each. */
void say_failures(const struct cks_scan *scan);

/* That memory is out; returns the exit code for it. */
int say_no_memory(void);

/* The exit code that tells a script of @err. */
int exit_code_of(enum cks_err err);

#endif
