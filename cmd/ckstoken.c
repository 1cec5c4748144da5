/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/path.h"
#include "command.h"
#include "completion.h"
#include "input/json_members.h"
#include "json.h"
#include "message.h"
#include "monitoring.h"
#include "pager.h"
#include "select.h"
#include "table.h"
#include "terminal.h"
#include "usage.h"

#define COMMAND_ADDRESS(name) &cmd_##name,
static const struct command *const commands[] = { COMMANDS(COMMAND_ADDRESS)
							  NULL };

/* The column of --help at which the summaries of commands begin. */
#define SUMMARY_COLUMN 13

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]) - 1)

/* NULL: there is none of this name. */
static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

/* "ckstoken" itself, which has options, and takes a command, as commands do. */
static const struct command whole = {
	.name = "ckstoken",
	.usage =
		"ckstoken [--version] [--help] [--config FILE] [--module PATH]... <command> [<args>]",
};

/* Returns the exit code. */
static int refuse_unknown(const char *name)
{
	struct suggestion s;

	print_error(
		_("there is no command \"%s\"; \"ckstoken --help\" lists them"),
		name);
	suggest_begin(&s, name);
	for (size_t i = 0; i < N_COMMANDS; i++)
		suggest_try(&s, commands[i]->name);
	suggest_print(&s, "");
	return EXIT_USAGE;
}

/* Prints the usage of "ckstoken" itself and the list of its commands. */
static void command_list(void)
{
	print_usage_form(_("Usage:"), whole.usage + strlen("ckstoken "));
	putchar('\n');
	for (size_t i = 0; i < N_COMMANDS; i++) {
		printf("  %-10s ", commands[i]->name);
		print_wrapped(_(commands[i]->summary), SUMMARY_COLUMN,
			      SUMMARY_COLUMN);
	}
	putchar('\n');
	print_wrapped(_("See \"ckstoken <command> --help\" for more, or "
			"\"ckstoken help <command>\" for its manual page."),
		      0, 0);
}

/* The options of "ckstoken" itself. */
#define PROGRAM_OPTIONS(globals, version, help)                             \
	{ "version", '\0', POPT_ARG_NONE, &(version), 0, NULL, NULL },      \
		{ "help", 'h', POPT_ARG_NONE, &(help), 0, NULL, NULL },     \
		{ "config", '\0', POPT_ARG_STRING, &(globals).config_file,  \
		  0,	    NULL, "FILE" },                                 \
	{                                                                   \
		"module", '\0', POPT_ARG_ARGV, &(globals).modules, 0, NULL, \
			"PATH"                                              \
	}

/* A name that is looked for, here or along some path, may find anything. */
static bool modules_are_absolute(const struct globals *globals)
{
	for (size_t i = 0; globals->modules && globals->modules[i]; i++) {
		if (globals->modules[i][0] == '/')
			continue;
		print_error(
			_("--module %s: a module is named by its absolute path, such as /usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"),
			globals->modules[i]);
		return false;
	}
	return true;
}

/* The number of arguments that are not the program's own: the command, and
 * those of the command. */
static size_t n_left(poptContext context)
{
	const char **left = poptGetArgs(context);
	size_t n = 0;

	while (left && left[n])
		n++;
	return n;
}

/* "ckstoken help" */

/* Whoever presses TAB waits for the answer. */
#define COMPLETION_MS 700
#define COMPLETION_MAX_S 60

/* Standard error becomes /dev/null: whoever presses TAB is writing a line. */
static bool be_silent(void)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	return null >= 0 && dup2(null, STDERR_FILENO) >= 0;
}

/* The word as the shell would hand it on: it expands a "~" after TAB was
 * pressed. "" without memory. */
static const char *with_home(struct arena *arena, const char *word)
{
	const char *home =
		word[0] == '~' && word[1] == '/' ? path_home() : NULL;

	return home ? arena_format(arena, "%s%s", home, word + 1) : word;
}

/*
 * Prints what can follow on the line of @words, the last of which is being
 * written. The program's own options are read as main() does, as the tokens and
 * the register may be others by them.
 */
static int complete(struct globals *globals, const char **words,
		    unsigned int wait_ms)
{
	int version = 0, help = 0, rc;
	struct poptOption table[] = { PROGRAM_OPTIONS(*globals, version, help),
				      POPT_TABLEEND };
	struct completion c = { .globals = globals,
				.commands = commands,
				.wait_ms = wait_ms,
				.print = completion_print };
	struct error passed_over = { 0 }, error = { 0 };
	const struct command *command = NULL;
	char *configured = (char *)globals->config_file;
	poptContext context = NULL;
	const char **line = NULL;
	size_t n_own = 0;

	while (words[c.n_words])
		c.n_words++;
	line = calloc(c.n_words + 2, sizeof(*line));
	if (!be_silent() || !line || c.n_words == 0)
		goto out;
	line[0] = whole.name;
	for (size_t i = 0; i < c.n_words; i++)
		line[i + 1] = with_home(&c.arena, words[i]);
	line[c.n_words] = words[c.n_words - 1];
	context = poptGetContext(whole.name, (int)c.n_words, line, table,
				 POPT_CONTEXT_POSIXMEHARDER);
	rc = context ? poptGetNextOpt(context) : POPT_ERROR_MALLOC;
	/* The one that the line names is in the place of this command's own. */
	if (globals->config_file != configured)
		free(configured);
	if (rc == -1 && !modules_are_absolute(globals))
		goto out;
	(void)clock_now(&globals->now, &error);
	c.is_configured = globals_configure(globals, &passed_over, &error) == 0;
	n_own = c.n_words - 1 - n_left(context);
	if (rc == -1 && n_own < c.n_words - 1) {
		/* A program found in $PATH has a line of its own making. */
		command = command_find(words[n_own]);
		c.words = line + 1 + n_own;
		c.n_words -= n_own;
		globals->completion = &c;
		if (command)
			(void)command->run(globals, 0, NULL);
	} else {
		c.words = line;
		c.n_words++;
		completion_print(&c, &whole, table);
	}
out:
	globals->completion = NULL;
	completion_free(&c);
	error_free(&error);
	error_free(&passed_over);
	poptFreeContext(context);
	free(line);
	return EXIT_DONE;
}

/* Shows @page by man; false where man is not installed or has no such page. */
static bool show_page(const char *page)
{
	int status;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid < 0)
		return false;
	if (pid == 0) {
		/* man knows the locale, and not LANGUAGE; for letters that the
		 * locale lacks it would show nothing. */
		if (i18n_is_vietnamese() &&
		    strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
			execlp("man", "man", "-L", "vi", page, (char *)NULL);
		execlp("man", "man", page, (char *)NULL);
		_exit(127);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

static int run_help(struct globals *globals, int argc, const char **argv)
{
	int completes = 0, seconds = 0;
	struct poptOption table[] = {
		{ "complete", '\0', POPT_ARG_NONE, &completes, 0,
		  N_("print what the last WORD can be, for the completion of a shell"),
		  NULL },
		{ "timeout", '\0', POPT_ARG_INT, &seconds, 0,
		  N_("--complete: how long tokens and the register may take (less than a second)"),
		  "SECONDS" },
		POPT_TABLEEND
	};
	const struct command *subject = NULL;
	const char *help[] = { NULL, "--help", NULL };
	poptContext context;
	const char **args;
	char *page = NULL;
	int ret;

	if (!options_parse(globals, &cmd_help, table, argc, argv, &context,
			   &args, &ret))
		goto out;
	if (completes) {
		ret = complete(globals, args,
			       seconds > 0 && seconds <= COMPLETION_MAX_S
				       ? (unsigned int)seconds * 1000
				       : COMPLETION_MS);
		goto out;
	}
	if (!options_limit_args(&cmd_help, args, 1, &ret))
		goto out;
	subject = args[0] ? command_find(args[0]) : &cmd_help;
	if (!subject) {
		ret = refuse_unknown(args[0]);
		goto out;
	}
	if (asprintf(&page, args[0] ? "ckstoken-%s" : "ckstoken%s",
		     args[0] ? args[0] : "") < 0) {
		page = NULL;
		ret = EXIT_DEVICE;
		goto out;
	}
	if (show_page(page)) {
		ret = EXIT_DONE;
	} else if (args[0]) {
		help[0] = subject->name;
		ret = subject->run(globals, 2, help);
	} else {
		command_list();
		ret = EXIT_DONE;
	}
out:
	free(page);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_help = {
	.name = "help",
	.summary = N_("open the manual page of a command"),
	.usage = "help [<command>]\n"
		 "help --complete [--timeout SECONDS] -- WORD...",
	.run = run_help,
};

/* The program. */

/*
 * A file opened later must not land on a closed standard stream; and writing
 * to a closed standard output must fail, not vanish.
 */
static void mend_streams(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == 1 ? O_RDONLY : O_RDWR) != fd)
			abort();
}

/*
 * Closes standard output and returns the exit code, @unwritten where that
 * fails. Another @code than success stays, for a script must learn that a try
 * is gone even where its words are lost. So does each where nobody reads on, as
 * after "| head -1": what was asked for was done, and who closes a pipe has
 * what he wants.
 */
static int close_stdout(int code, int unwritten)
{
	bool failed = csv_is_short();

	errno = failed ? ENOMEM : 0;
	if (!failed && (fflush(stdout) || ferror(stdout))) {
		if (screen_is_left())
			return code;
		failed = true;
	}
	if (!fclose(stdout) && !failed)
		return code;
	print_error(_("standard output cannot be written: %s"),
		    strerror(errno ? errno : EIO));
	return code == EXIT_DONE ? unwritten : code;
}

/* The user's own OPENSSL_CONF; NULL: there was none. */
static char *openssl_conf;

/*
 * An openssl.cnf of this user or machine decides for servers and not for a
 * recovery desk, and may name any library. OpenSSL is loaded by whoever needs
 * it first, here or in a worker, and finds an empty one.
 */
static bool leave_out_openssl_conf(void)
{
	const char *conf = getenv("OPENSSL_CONF");

	if (conf)
		openssl_conf = strdup(conf);
	return (openssl_conf || !conf) &&
	       setenv("OPENSSL_CONF", "/dev/null", 1) == 0;
}

/* Runs the program ckstoken-foo of $PATH as "ckstoken foo", as git does. */
static int run_external(const char **args, int argc)
{
	/* The strings are popt's own to free: only the copy is changed. */
	char **own = calloc((size_t)argc + 1, sizeof(*own));
	char *program = NULL;

	if (!own || asprintf(&program, "ckstoken-%s", args[0]) < 0) {
		print_error("%s", cks_strerror(CKS_ERR_MEMORY));
		free(own);
		return EXIT_DEVICE;
	}
	memcpy(own, args, (size_t)argc * sizeof(*own));
	own[0] = program;
	/* The user's settings are for his command as for any. */
	if (openssl_conf)
		(void)setenv("OPENSSL_CONF", openssl_conf, 1);
	else
		(void)unsetenv("OPENSSL_CONF");
	(void)signal(SIGPIPE, SIG_DFL);
	if (args[0][0] != '\0' && !strchr(args[0], '/'))
		execvp(program, own);
	else
		errno = ENOENT;
	if (errno == ENOENT)
		(void)refuse_unknown(args[0]);
	else
		print_error("%s: %s", program, strerror(errno));
	(void)signal(SIGPIPE, SIG_IGN);
	free(program);
	free(own);
	return EXIT_USAGE;
}

static int run(struct globals *globals, const char **args)
{
	const struct command *command;
	int argc = 0;

	if (!args || !args[0]) {
		command_list();
		return EXIT_USAGE;
	}
	while (args[argc])
		argc++;
	command = command_find(args[0]);
	return command ? command->run(globals, argc, args)
		       : run_external(args, argc);
}

int main(int argc, char **argv)
{
	struct globals globals = { 0 };
	int version = 0, help = 0, rc, ret;
	struct poptOption table[] = { PROGRAM_OPTIONS(globals, version, help),
				      POPT_TABLEEND };
	poptContext context;
	char *program = NULL;

	mend_streams();
	(void)signal(SIGPIPE, SIG_IGN);
	/* No other part of a locale has a say in what is printed, and each of
	 * the twelve is a file or more to read. */
	(void)setlocale(LC_CTYPE, "");
	(void)setlocale(LC_MESSAGES, "");
	bindtextdomain(TEXT_DOMAIN, LOCALEDIR);
	bind_textdomain_codeset(TEXT_DOMAIN, "UTF-8");
	cks_set_translator(i18n_text);
	json_watch_memory();
	message_arguments(argv);
	if (!leave_out_openssl_conf())
		return print_no_memory();

	/* Options after the command's name are the command's own. */
	context = poptGetContext("ckstoken", argc, (const char **)argv, table,
				 POPT_CONTEXT_POSIXMEHARDER);
	/* Without a context popt finds no option, as where there is none. */
	rc = context ? poptGetNextOpt(context) : 0;
	if (rc < -1) {
		print_error(_("%s: %s; see \"ckstoken --help\""),
			    option_name(poptBadOption(context,
						      POPT_BADOPTION_NOALIAS)),
			    option_error(rc));
		ret = EXIT_USAGE;
	} else if (!context ||
		   !options_are_whole(table, (const char **)argv,
				      (size_t)argc - n_left(context))) {
		ret = print_no_memory();
	} else if (version) {
		printf("ckstoken %s\n", VERSION);
		ret = EXIT_DONE;
	} else if (help) {
		command_list();
		ret = EXIT_DONE;
	} else if (!modules_are_absolute(&globals)) {
		ret = EXIT_USAGE;
	} else {
		globals.program = program = globals_program(&globals);
		ret = program ? run(&globals, poptGetArgs(context))
			      : print_no_memory();
	}
	poptFreeContext(context);
	config_free(&globals.config);
	selection_free_argv(globals.modules);
	free((char *)globals.config_file);
	free(program);
	free(openssl_conf);
	ret = nagios_is_asked(argv)
		      ? close_stdout(nagios_end(ret), NAGIOS_UNKNOWN)
		      : close_stdout(ret, EXIT_CANNOT_WRITE);
	pager_end();
	return ret;
}
