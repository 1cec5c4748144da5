/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "message.h"

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
		execlp("man", "man", page, (char *)NULL);
		_exit(127);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct poptOption table[] = { POPT_TABLEEND };
	const struct command *subject = NULL;
	const char *help[] = { NULL, "--help", NULL };
	poptContext context;
	const char **args;
	char *page = NULL;
	int ret;

	if (!options_parse(globals, &cmd_help, table, argc, argv, &context,
			   &args, &ret) ||
	    !options_limit_args(&cmd_help, args, 1, &ret))
		goto out;
	subject = args[0] ? command_find(args[0]) : &cmd_help;
	if (!subject) {
		print_error(
			_("there is no command \"%s\"; \"ckstoken --help\" lists them"),
			args[0]);
		ret = EXIT_USAGE;
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
	.usage = "help [<command>]",
	.run = run,
};
