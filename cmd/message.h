/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages to the officer, on standard error. */
#ifndef CMD_MESSAGE_H
#define CMD_MESSAGE_H

#include "input/datafile.h"
#include "token/ckstoken.h"

/* Each prints "ckstoken: " and one line. */

/* The reason why the command fails, or refuses. */
void print_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A thing that the officer has to look at, although the command goes on. */
void print_warning(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* A thing that was done or found, where nothing is wrong. */
void print_message(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* @text as a line may have it: clean, and without what the arguments of the
 * program tell of a secret. The caller's to free(); NULL: memory. */
char *message_clean(const char *text);

/* The first text of print_error(), or, if there was none, that memory is out.
 * It lasts as long as the program. */
const char *message_first_error(void);

/* Adds each line that follows to @lines, a list of JSON texts, without
 * "ckstoken: ", and prints it only where it is not @silent; NULL ends that. */
void message_record(json_t *lines, bool silent);

/* Tells of the arguments of the program, which must last: those of them that
 * tell a secret are left out of all lines. */
void message_arguments(char *const *arguments);

/* Those arguments, NULL at the end. */
char *const *message_command_line(void);

/* That memory is out. Returns the exit code for it. */
int print_no_memory(void);

/* The exit code by which a script knows @err, where nothing was sent. */
int exit_code_of(enum cks_err err);

/* Prints the notes and then the errors, each as "PATH: row 3, column "ngày
 * sinh": …", on standard error; with @path NULL, it was no file that they were
 * found in. */
void print_data_errors(const char *path, const struct data_errors *errors);

#endif
