/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "handover.h"
#include "say.h"

#define NOT_GIVEN INT_MIN

static const struct {
	const char *name, *number;
	enum minutes_kind kind;
} forms[] = {
	{ "return", "08", MINUTES_RETURN_08 },
	{ "keeper", NULL, MINUTES_KEEPER },
};

static int parse_form(const char *name, enum minutes_kind *kind)
{
	for (size_t i = 0; name && i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (strcmp(name, forms[i].name) == 0 ||
		    (forms[i].number && strcmp(name, forms[i].number) == 0)) {
			*kind = forms[i].kind;
			return 0;
		}
	}
	say(_("say what the minutes are of: \"handover return\" (Form 08) or \"handover keeper\""));
	return EXIT_USAGE;
}

static void free_person(struct person_fact *p)
{
	free((char *)p->name);
	free((char *)p->title);
	free((char *)p->organization);
	free((char *)p->id_number);
	free((char *)p->phone);
	free((char *)p->grounds);
}

static void free_options(struct handover_options *o)
{
	free_person(&o->giver);
	free_person(&o->receiver);
	selection_free_argv(o->grounds);
	free(o->place);
	free(o->reason);
	free(o->condition);
	free(o->accessories);
	paper_free(&o->paper);
	selection_free(&o->selection);
}

#define PERSON_OPTIONS(person, who)                                          \
	{ who,                                                               \
	  '\0',                                                              \
	  POPT_ARG_STRING,                                                   \
	  &(person).name,                                                    \
	  0,                                                                 \
	  N_("name of this party"),                                          \
	  "NAME" },                                                          \
		{ who "-title",	   '\0', POPT_ARG_STRING,                    \
		  &(person).title, 0,	 N_("title of this party"),          \
		  "TEXT" },                                                  \
		{ who "-organization",                                       \
		  '\0',                                                      \
		  POPT_ARG_STRING,                                           \
		  &(person).organization,                                    \
		  0,                                                         \
		  N_("agency of this party"),                                \
		  "TEXT" },                                                  \
		{ who "-id-number",                                          \
		  '\0',                                                      \
		  POPT_ARG_STRING,                                           \
		  &(person).id_number,                                       \
		  0,                                                         \
		  N_("personal identification number of this party"),        \
		  "N" },                                                     \
		{ who "-phone",                                              \
		  '\0',                                                      \
		  POPT_ARG_STRING,                                           \
		  &(person).phone,                                           \
		  0,                                                         \
		  N_("telephone of this party"),                             \
		  "N" },                                                     \
	{                                                                    \
		who "-grounds", '\0', POPT_ARG_STRING, &(person).grounds, 0, \
			N_("paper this party acts under"), "TEXT"            \
	}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct handover_options o = { .selection = SELECTION_INIT,
				      .copies = NOT_GIVEN };
	struct poptOption table[] = {
		PERSON_OPTIONS(o.giver, "giver"),
		PERSON_OPTIONS(o.receiver, "receiver"),
		{ "place", '\0', POPT_ARG_STRING, &o.place, 0,
		  N_("where the hand-over takes place"), "TEXT" },
		{ "grounds", '\0', POPT_ARG_ARGV, &o.grounds, 0,
		  N_("decision or written permission it is based on"), "TEXT" },
		{ "reason", '\0', POPT_ARG_STRING, &o.reason, 0,
		  N_("why the token changes hands"), "TEXT" },
		{ "condition", '\0', POPT_ARG_STRING, &o.condition, 0,
		  N_("what the token looks like"), "TEXT" },
		{ "accessories", '\0', POPT_ARG_STRING, &o.accessories, 0,
		  N_("what comes with it"), "TEXT" },
		{ "copies", '\0', POPT_ARG_INT, &o.copies, 0,
		  N_("how many copies are made"), "N" },
		PAPER_OPTIONS(o.paper),
		SELECTION_OPTIONS(o.selection),
		POPT_TABLEEND
	};
	enum minutes_kind kind = MINUTES_RETURN_08;
	poptContext context;
	const char **args;
	int ret = options_parse(globals, &cmd_handover, table, argc, argv,
				&context, &args);

	if (ret < 0)
		ret = options_limit_args(&cmd_handover, args, 1);
	if (ret < 0) {
		ret = parse_form(args[0], &kind);
		if (!ret && o.copies != NOT_GIVEN &&
		    (o.copies < 1 || o.copies > 99)) {
			say(_("--copies takes a number from 1 to 99"));
			ret = EXIT_USAGE;
		}
		if (!ret)
			ret = handover_run(globals, &o, kind);
	}
	free_options(&o);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_handover = {
	.name = "handover",
	.summary = N_("write the minutes of a token changing hands"),
	.usage =
		"handover return|08|keeper -o FILE.pdf [-o FILE.pdf]... [--giver NAME] [--receiver NAME] [<details>] [--strict] [--serial S]... [--label L]... [--uri URI]... [--timeout SECONDS]",
	.needs_config = true,
	.run = run,
};
