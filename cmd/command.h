/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Shared by main() and the commands. README says how to add a command.
 */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include <popt.h>
#include <stdbool.h>
#include <time.h>

#include "base/i18n.h"
#include "input/config.h"
#include "input/excel.h"
#include "token/ckstoken.h"

/* Marks a text that is the same in every language: a command, or a name. */
#define AS_IT_IS(s) s

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
	EXIT_NOT_VALID = 13,
	EXIT_UNSIGNED = 14,
};

struct completion;

/* The options of "ckstoken" itself, and the things that they lead to. */
struct globals {
	const char *config_file;
	const char **modules; /* from --module; NULL at the end, or NULL */
	/*
	 * What a command that is advised begins with: "ckstoken", and the
	 * options of ckstoken itself that this one was given, so that it reads
	 * the same configuration and finds the same tokens.
	 */
	const char *program;
	struct config config;
	time_t now;
	/* A command that is run with one tells what its line may go on with,
	 * and does nothing (completion.h); else NULL. */
	struct completion *completion;
};

struct command {
	const char *name;
	const char *summary;
	/* The arguments of "ckstoken", a line for each form of the command;
	 * --help breaks lines that are too long. */
	const char *usage;
	bool needs_config;
	/* With needs_config: one that cannot be read is told, and it goes on
	 * with what was read before the fault. */
	bool can_lack_config;
	bool takes_secrets; /* what is put in the wrong place may be one */
	int (*run)(struct globals *globals, int argc, const char **argv);
};

/* For the option table of a command that prints lists: both set bits of @place,
 * an int. */
/* clang-format off */
#define CSV_OPTIONS(place, words) \
	{ "csv", '\0', POPT_ARG_VAL | POPT_ARGFLAG_OR, &(place), \
	  CSV_FOR_PROGRAMS, words, NULL }, \
	{ "excel", '\0', POPT_ARG_VAL | POPT_ARGFLAG_OR, &(place), \
	  CSV_FOR_EXCEL, N_("print CSV that Excel opens rightly, in Vietnamese"), NULL }
/* clang-format on */

/* The forms in which a result is printed. */
enum output_format {
	FORMAT_TABLE = 1 << 0, /* for people */
	FORMAT_JSON = 1 << 1,
	FORMAT_CSV = 1 << 2,
	FORMAT_NAGIOS = 1 << 3, /* the line of a plugin */
	FORMAT_PROMETHEUS = 1 << 4,
};

/*
 * For the option table of a command that has --json: --format sets what --json
 * and --csv set in the same table. @formats, bits of those that the command
 * knows, stands where popt has a value of its own, which popt is not shown.
 * @place, an int or NULL, gets the one that was named; without the option it
 * stays.
 */
/* clang-format off */
#define FORMAT_OPTION(place, formats, words) \
	{ "format", '\0', POPT_ARG_INT, place, formats, words, "NAME" }
#define JSON_FORMAT_OPTION \
	FORMAT_OPTION(NULL, FORMAT_TABLE | FORMAT_JSON, \
		N_("print as a table or as json"))
#define LIST_FORMAT_OPTION(place) \
	FORMAT_OPTION(place, FORMAT_TABLE | FORMAT_JSON | FORMAT_CSV, \
		N_("print as a table, as json or as csv"))
#define MONITORING_FORMAT_OPTION(place) \
	FORMAT_OPTION(place, FORMAT_TABLE | FORMAT_JSON | FORMAT_CSV | \
		FORMAT_NAGIOS | FORMAT_PROMETHEUS, \
		N_("print as a table, as json or as csv, or for a monitoring system, as nagios or prometheus"))
#define CRITICAL_DAYS_OPTION(place) \
	{ "critical-days", '\0', POPT_ARG_INT, &(place), 0, \
	  N_("nagios: CRITICAL with fewer than N days left (0)"), "N" }
/* clang-format on */

/* True if @option is one that takes the name of a format. */
bool option_is_format(const struct poptOption *option);

/* "table", "json", "csv", "nagios" or "prometheus" of one bit; NULL: there is
 * no such format. Static. */
const char *format_name(enum output_format format);

/*
 * The commands, in the order of "ckstoken --help". X(NAME) stands for the
 * command that cmd_NAME.c defines as cmd_NAME.
 */
/* clang-format off */
#define COMMANDS(X)	\
	X(status)	\
	X(cert)		\
	X(unblock)	\
	X(request)	\
	X(handover)	\
	X(desk)		\
	X(register)	\
	X(report)	\
	X(audit)	\
	X(sign)		\
	X(verify)	\
	X(show)		\
	X(doctor)	\
	X(setup)	\
	X(help)
/* clang-format on */

#define DECLARE_COMMAND(name) extern const struct command cmd_##name;
COMMANDS(DECLARE_COMMAND)

/* The name of the option that @text begins with, "--so-pin" of "--so-pin=1234":
 * what follows is not to be repeated, for it may be a secret. Static. */
const char *option_name(const char *text);

/*
 * Each of these says whether to go on. Where not, what there was to print is
 * printed, and *@code is the exit code; where so, *@code means nothing.
 */

/*
 * Parses the options of @command into the places its @table names, --help among
 * them, and then loads what the command needs. *@args are the rest, NULL at the
 * end. Whatever it returns, the caller ends with poptFreeContext().
 */
bool options_parse(struct globals *globals, const struct command *command,
		   struct poptOption *table, int argc, const char **argv,
		   poptContext *context, const char ***args, int *code);

/*
 * True if each option among the first @n of @argv that takes a text has it:
 * popt forgets what it has no memory for, and a token or a file that nobody
 * named would be taken.
 */
bool options_are_whole(const struct poptOption *table, const char **argv,
		       size_t n);

/* Refuses arguments beyond @most. */
bool options_limit_args(const struct command *command, const char **args,
			size_t most, int *code);

/* Why popt refuses an option: a sentence for each of its errors. */
const char *option_error(int popt_error);

/*
 * Reads the configuration, and takes the language of messages from it. 0, or a
 * negative errno, told in @error: then what stands before the fault counts.
 * *@passed_over, which is the caller's to free too, is as
 * config_read_default() has it.
 */
int globals_configure(struct globals *globals, struct error *passed_over,
		      struct error *error);

/* Makes the text of the member program, which the caller frees. NULL: no
 * memory. */
char *globals_program(const struct globals *globals);

/* Has messages in @language from here on, "vi" or "en"; with "auto" or NULL the
 * locale goes on to decide. */
void language_choose(const char *language);

/* The time, or CKSTOKEN_NOW, in *@now. 0, or -EINVAL, told in @error, where
 * that is no time, with the time of the machine. */
int clock_now(time_t *now, struct error *error);

/* True if @t falls into a year from 1970 to 9999, which documents can name. */
bool clock_is_sane(time_t t);

/* Reads a time that an officer wrote. NULL, or what moment_read() says is wrong
 * with it. */
const char *clock_parse(const char *text, time_t *t, bool *has_hour);

/* The login name of the person at this machine, with sudo or without; for the
 * caller to free(). NULL: no memory. */
char *login_name(void);

#endif
