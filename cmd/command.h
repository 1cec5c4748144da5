/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What main() and the commands share. Adding a command: write cmd_NAME.c that
 * ends in a `const struct command`, list it in ckstoken.c, and describe it in
 * man/ckstoken-NAME.1.
 */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include <popt.h>
#include <stdbool.h>
#include <time.h>

#include "base/i18n.h"
#include "input/config.h"
#include "token/ckstoken.h"

/* The exit codes of ckstoken(1). */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_ATTENTION = 1,
	EXIT_USAGE = 2,
	EXIT_NO_TOKEN = 3,
	EXIT_AMBIGUOUS = 4,
	EXIT_WRONG_PIN = 5,
	EXIT_LOCKED = 6,
	EXIT_REFUSED = 7,
	EXIT_NO_WAY = 8,
	EXIT_DEVICE = 9,
	EXIT_PARTIAL = 10,
	EXIT_BAD_INPUT = 11,
	EXIT_CANNOT_WRITE = 12,
};

struct globals {
	const char *config_file;
	const char **modules; /* from --module; NULL at the end, or NULL */
	struct config config;
	time_t now;
};

struct command {
	const char *name;
	const char *summary;
	/* What follows "ckstoken "; several forms on lines of their own. */
	const char *usage;
	bool needs_config;
	int (*run)(struct globals *globals, int argc, const char **argv);
};

extern const struct command cmd_audit;
extern const struct command cmd_cert;
extern const struct command cmd_handover;
extern const struct command cmd_help;
extern const struct command cmd_register;
extern const struct command cmd_report;
extern const struct command cmd_request;
extern const struct command cmd_show;
extern const struct command cmd_status;
extern const struct command cmd_unblock;

/* NULL ends the list. */
extern const struct command *const commands[];

const struct command *command_find(const char *name);

/* Prints the usage of ckstoken itself and the list of its commands. */
void command_list(void);

/*
 * Each of these says whether to go on. Where not, what there was to print is
 * printed, and *@code is the exit code.
 */

/*
 * Parses the options of @command into the places its @table names, --help among
 * them, and then loads what the command needs. *@args are the rest, NULL at the
 * end. Whatever it returns, the caller ends with poptFreeContext().
 */
bool options_parse(struct globals *globals, const struct command *command,
		   struct poptOption *table, int argc, const char **argv,
		   poptContext *context, const char ***args, int *code);

/* Refuses arguments beyond @most. */
bool options_limit_args(const struct command *command, const char **args,
			size_t most, int *code);

/* Reads the clock and the configuration. */
bool globals_load(struct globals *globals, int *code);

/* The time, or CKSTOKEN_NOW. -1, told on standard error, when that is no
 * time. */
int clock_now(time_t *now);

/* Whether @t falls between 1970 and 9999, as documents can say it. */
bool clock_is_sane(time_t t);

/* The time that an officer wrote, as date_read() takes it. 0, or -1. */
int clock_parse(const char *text, time_t *t, bool *has_hour);

#endif
