/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "input/dossier.h"
#include "message.h"
#include "minutes.h"

#define NOT_GIVEN INT_MIN
#define MAX_ORIGINALS 99

struct handover_options {
	struct document_options document;
	struct party_options giver, receiver, keeper;
	char *place, *reason, *condition, *accessories;
	char *lost_date, *lost_place, *reported, *until;
	const char **grounds;
	int copies, temporary;
};

static void free_options(struct handover_options *o)
{
	party_options_free(&o->giver);
	party_options_free(&o->receiver);
	party_options_free(&o->keeper);
	selection_free_argv(o->grounds);
	free(o->place);
	free(o->reason);
	free(o->condition);
	free(o->accessories);
	free(o->lost_date);
	free(o->lost_place);
	free(o->reported);
	free(o->until);
	document_options_free(&o->document);
}

static json_t *prefill_of(const struct handover_options *o)
{
	const struct {
		const char *path, *text;
	} texts[] = {
		{ "document.place", o->place },
		{ "document.reason", o->reason },
		{ "document.lost_date", o->lost_date },
		{ "document.lost_place", o->lost_place },
		{ "document.reported", o->reported },
		{ "document.until", o->until },
		{ "every.condition", o->condition },
		{ "every.accessories", o->accessories },
	};
	json_t *facts = json_object();
	int rc = !facts;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && !rc; i++)
		rc = dossier_put(facts, texts[i].path, texts[i].text);
	for (size_t i = 0; o->grounds && o->grounds[i] && !rc; i++)
		rc = dossier_append(facts, "document.papers", o->grounds[i]);
	if (!rc && o->copies != NOT_GIVEN)
		rc = dossier_put_new(facts, "document.originals",
				     json_integer(o->copies));
	if (!rc && (o->temporary || o->until))
		rc = dossier_put_new(facts, "document.temporary", json_true());
	rc = rc || party_facts(facts, "giver", &o->giver) ||
	     party_facts(facts, "receiver", &o->receiver) ||
	     party_facts(facts, "keeper", &o->keeper);
	if (rc) {
		json_decref(facts);
		facts = NULL;
	}
	return facts;
}

static int make(struct globals *globals, const struct handover_options *o,
		const char *name)
{
	if (!name) {
		print_message(_(
			"say what the minutes are of, such as \"handover return\" or the number of their form, \"handover 08\""));
		return EXIT_USAGE;
	}
	if (o->copies != NOT_GIVEN &&
	    (o->copies < 1 || o->copies > MAX_ORIGINALS)) {
		print_message(_("--copies takes a number from 1 to 99"));
		return EXIT_USAGE;
	}
	return document_make(globals, &o->document, minutes_kinds, name,
			     prefill_of(o));
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct handover_options o = { .document = DOCUMENT_OPTIONS_INIT,
				      .copies = NOT_GIVEN };
	struct poptOption table[] = {
		PARTY_OPTIONS(o.giver, "giver"),
		PARTY_OPTIONS(o.receiver, "receiver"),
		PARTY_OPTIONS(o.keeper, "keeper"),
		{ "place", '\0', POPT_ARG_STRING, &o.place, 0,
		  N_("where the minutes are drawn up"), "TEXT" },
		{ "grounds", '\0', POPT_ARG_ARGV, &o.grounds, 0,
		  N_("decision or written permission it is based on"), "TEXT" },
		{ "reason", '\0', POPT_ARG_STRING, &o.reason, 0,
		  N_("why the token changes hands, or how it was lost"),
		  "TEXT" },
		{ "condition", '\0', POPT_ARG_STRING, &o.condition, 0,
		  N_("what the token looks like"), "TEXT" },
		{ "accessories", '\0', POPT_ARG_STRING, &o.accessories, 0,
		  N_("what comes with it"), "TEXT" },
		{ "lost-date", '\0', POPT_ARG_STRING, &o.lost_date, 0,
		  N_("when it was lost"), "TEXT" },
		{ "lost-place", '\0', POPT_ARG_STRING, &o.lost_place, 0,
		  N_("where it was lost"), "TEXT" },
		{ "reported", '\0', POPT_ARG_STRING, &o.reported, 0,
		  N_("when the loss was reported"), "TEXT" },
		{ "temporary", '\0', POPT_ARG_NONE, &o.temporary, 0,
		  N_("the receiver keeps it for a time only"), NULL },
		{ "until", '\0', POPT_ARG_STRING, &o.until, 0,
		  N_("the last day of that time (DD/MM/YYYY)"), "DATE" },
		{ "copies", '\0', POPT_ARG_INT, &o.copies, 0,
		  N_("how many copies are made"), "N" },
		DOCUMENT_OPTIONS(o.document),
		POPT_TABLEEND
	};
	poptContext context;
	const char **args;
	int ret;

	if (options_parse(globals, &cmd_handover, table, argc, argv, &context,
			  &args, &ret) &&
	    options_limit_args(&cmd_handover, args, 1, &ret))
		ret = make(globals, &o, args[0]);
	free_options(&o);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_handover = {
	.name = "handover",
	.summary = N_(
		"write the minutes of a token changing hands or lost (Forms 07 to 09)"),
	.usage =
		"handover deliver|return|lost|keeper|NUMBER -o FILE.pdf|FILE.docx [-o FILE]... [--province NAME] [--giver NAME] [--receiver NAME] [--keeper NAME] [--temporary] [--until DATE] [<details>] [<document options>] [<token selection>]",
	.needs_config = true,
	.run = run,
};
