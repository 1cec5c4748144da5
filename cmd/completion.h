/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The words that can stand next on a command line, for the completion of
 * shells: "ckstoken help --complete" prints them, a line each, "VALUE<tab>words
 * about it". They come from the option tables and the usage of commands, so
 * that no list of them is kept for any shell. Nothing is asked, written or
 * sent to a token for them, and nothing is told of what fails.
 */
#ifndef CMD_COMPLETION_H
#define CMD_COMPLETION_H

#include "base/arena.h"
#include "base/buffer.h"
#include "command.h"

struct completion {
	struct globals *globals;
	/* "ckstoken" has these commands, the last of them NULL. */
	const struct command *const *commands;
	/* The words of the line from the command's name on; the last of them
	 * is being written. */
	const char *const *words;
	size_t n_words;
	/* The configuration was read: else neither the modules that may be
	 * asked nor the register are known. */
	bool is_configured;
	/* The time that tokens and the register may take together. */
	unsigned int wait_ms;

	/* completion_print(), for options_parse(), to which a command gives its
	 * table. */
	void (*print)(struct completion *completion,
		      const struct command *command,
		      const struct poptOption *table);

	/* Private. */
	size_t lead; /* bytes of that word before its value: "--serial=" */
	const char *typed; /* what it has of the value */
	const char **put;  /* the values printed so far */
	size_t n_put;
	bool has_files;
	struct arena arena;
};

/* Prints what can follow among the arguments of @command, whose options are in
 * @table. */
void completion_print(struct completion *completion,
		      const struct command *command,
		      const struct poptOption *table);
void completion_free(struct completion *completion);

/* The things of which the tokens present and the register know some. */
enum completion_kind {
	COMPLETION_SERIALS,
	COMPLETION_LABELS,
	COMPLETION_URIS,
	COMPLETION_SUBJECTS, /* what "register show" takes */
	COMPLETION_PEOPLE,
	COMPLETION_LETTERS,
	COMPLETION_AGENCIES,
	COMPLETION_UNITS,
	COMPLETION_ROLES,
};

/*
 * Appends to @found those that are known in time, as lines "VALUE<tab>words
 * about it". The register is @file, or where that is NULL the configured one.
 */
void completion_find(const struct completion *completion,
		     enum completion_kind kind, const char *file,
		     struct buffer *found);

#endif
