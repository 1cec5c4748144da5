/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "register_common.h"
#include "unblock.h"

static int run(struct globals *globals, int argc, const char **argv)
{
	struct unblock r = {
		.globals = globals,
		.selection = SELECTION_INIT,
		.unblock_pin_source = { .fd = -1, .option = "so-pin" },
		.new_pin_source = { .fd = -1, .option = "new-pin" },
	};
	struct poptOption table[] = {
		{ "authority", '\0', POPT_ARG_STRING, &r.authority, 0,
		  N_("number and date of the written request it answers"),
		  "TEXT" },
		{ "request", '\0', POPT_ARG_STRING, &r.request_file, 0,
		  N_("that request, as \"ckstoken request recover\" wrote it"),
		  "FILE" },
		{ "method", '\0', POPT_ARG_STRING, &r.method_name, 0,
		  N_("auto, so-pin or puk; by itself, what the card takes"),
		  "METHOD" },
		{ "dry-run", '\0', POPT_ARG_NONE, &r.dry_run, 0,
		  N_("check everything and send nothing"), NULL },
		{ "final-try", '\0', POPT_ARG_NONE, &r.final_try, 0,
		  N_("go on although one try of the SO PIN is left"), NULL },
		{ "force-unlocked", '\0', POPT_ARG_NONE, &r.force_unlocked, 0,
		  N_("go on although the user PIN is not locked"), NULL },
		{ "prove", '\0', POPT_ARG_NONE, &r.prove, 0,
		  N_("then log in once and sign with each key"), NULL },
		{ "yes", '\0', POPT_ARG_NONE, &r.yes, 0,
		  N_("go on in spite of the warnings"), NULL },
		NO_REGISTER_OPTION(r.no_register),
		{ "so-pin-file", '\0', POPT_ARG_STRING,
		  &r.unblock_pin_source.file, 0,
		  N_("the SO PIN or PUK: first line of a file"), "FILE" },
		{ "so-pin-fd", '\0', POPT_ARG_INT, &r.unblock_pin_source.fd, 0,
		  N_("the SO PIN or PUK: next line of a descriptor"), "N" },
		{ "new-pin-file", '\0', POPT_ARG_STRING, &r.new_pin_source.file,
		  0, N_("the new PIN: first line of a file"), "FILE" },
		{ "new-pin-fd", '\0', POPT_ARG_INT, &r.new_pin_source.fd, 0,
		  N_("the new PIN: next line of a descriptor"), "N" },
		{ "json", '\0', POPT_ARG_NONE, &r.json, 0,
		  N_("print one JSON document"), NULL },
		SELECTION_OPTIONS(r.selection),
		POPT_TABLEEND
	};
	poptContext context;
	const char **args;
	int ret;

	if (options_parse(globals, &cmd_unblock, table, argc, argv, &context,
			  &args, &ret) &&
	    options_limit_args(&cmd_unblock, args, 0, &ret))
		ret = unblock_run(&r);
	unblock_free(&r);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_unblock = {
	.name = "unblock",
	.summary =
		N_("give a locked token a new user PIN by its SO PIN or PUK"),
	.usage =
		"unblock --authority TEXT|--request FILE [--method auto|so-pin|puk] [--dry-run] [--final-try] [--force-unlocked] [--prove] [--yes] [--so-pin-file FILE | --so-pin-fd N] [--new-pin-file FILE | --new-pin-fd N] [--json] [--no-register] [--serial S] [--label L] [--uri URI] [--timeout SECONDS]",
	.needs_config = true,
	.run = run,
};
