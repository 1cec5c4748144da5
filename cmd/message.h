/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages to the officer, on standard error, and the names they suggest. */
#ifndef CMD_MESSAGE_H
#define CMD_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

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

/* "Did you mean ...?", for a name that is none of those that there are. */

/*
 * The known name that is nearest to what was typed: without regard to accents
 * and capitals, with a few letters wrong, or the beginning of it alone. A
 * member is no name where memory ran out: then nothing is suggested.
 */
struct suggestion {
	const char *typed;
	char *folded;
	char *found; /* as it is known; NULL: none is near */
	size_t distance;
};

/* @typed must last. Whatever follows, the caller ends with suggest_end() or
 * suggest_print(). */
void suggest_begin(struct suggestion *s, const char *typed);
void suggest_try(struct suggestion *s, const char *known);
void suggest_end(struct suggestion *s);

/* Asks on standard error whether the name that was found is meant, if one was
 * and it is not what was typed, with @before in front of it, such as "--"; and
 * ends. */
void suggest_print(struct suggestion *s, const char *before);

/* suggest_print() of the @n names that begin at @known, each @step bytes behind
 * the one before, as in an array of structures. */
void suggest_of(const char *typed, const char *const *known, size_t n,
		size_t step);

#endif
