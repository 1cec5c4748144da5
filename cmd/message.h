/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words for people, on standard error. */
#ifndef CMD_MESSAGE_H
#define CMD_MESSAGE_H

#include "token/ckstoken.h"

/* "ckstoken: " and a line. */
void print_message(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* What failed in a scan, one line each. */
void print_scan_errors(const struct cks_scan *scan);

/* That memory is out; returns the exit code for it. */
int print_no_memory(void);

/* The exit code that tells a script of @err. */
int exit_code_of(enum cks_err err);

/* Shows @text on the terminal if the work lasts over a second; clears it. */
void progress_begin(const char *text);
void progress_end(void);

#endif
