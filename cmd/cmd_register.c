/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "register_common.h"

#define DEFAULT_DAYS 30

/* Options that a form of the command takes. */
enum takes {
	TAKES_JSON = 1 << 0,
	TAKES_CSV = 1 << 1,
	TAKES_OUTPUT = 1 << 2,
	TAKES_PLACE = 1 << 3, /* --organization, --unit, --holder */
	TAKES_TOKENS = 1 << 4,
	TAKES_DAYS = 1 << 5,
	TAKES_DRY_RUN = 1 << 6,
	TAKES_HEADS = 1 << 7, /* --head, --journal-head, --paper, --seal */
	TAKES_LISTS = 1 << 8, /* --people, --letters, --agencies */
	TAKES_REASON = 1 << 9,
	TAKES_DESK = 1 << 10,
	TAKES_SHEET = 1 << 11,
	TAKES_YES = 1 << 12,
	TAKES_PROVINCE = 1 << 13,
	TAKES_FOR = 1 << 14,
	TAKES_EXCEL = 1 << 15,
	TAKES_SIGNER = 1 << 16, /* --id, --pin-file, --pin-fd, --final-try */
	TAKES_TABLE = 1 << 17,	/* --format table */
};

static const struct form {
	const char *name;
	int (*run)(const struct globals *globals,
		   const struct register_options *o);
	unsigned int takes;
	size_t least, most; /* arguments */
} forms[] = {
	{ "import", cmd_register_import,
	  TAKES_DRY_RUN | TAKES_TABLE | TAKES_JSON | TAKES_SHEET | TAKES_YES, 1,
	  INT_MAX },
	{ "add", cmd_register_add, TAKES_TOKENS, 1, INT_MAX },
	{ "list", cmd_register_list,
	  TAKES_TABLE | TAKES_JSON | TAKES_CSV | TAKES_EXCEL | TAKES_PLACE |
		  TAKES_LISTS,
	  0, 0 },
	{ "show", cmd_register_show, TAKES_TABLE | TAKES_JSON, 1, 1 },
	{ "history", cmd_register_history, TAKES_TABLE | TAKES_JSON, 0, 1 },
	{ "due", cmd_register_due,
	  TAKES_TABLE | TAKES_JSON | TAKES_CSV | TAKES_EXCEL | TAKES_PLACE |
		  TAKES_DAYS | TAKES_PROVINCE,
	  0, 0 },
	{ "export", cmd_register_export, TAKES_OUTPUT | TAKES_JSON | TAKES_CSV,
	  0, 0 },
	{ "template", cmd_register_template,
	  TAKES_OUTPUT | TAKES_PROVINCE | TAKES_FOR, 0, 0 },
	{ "undo", cmd_register_undo, TAKES_DRY_RUN | TAKES_REASON, 1, 1 },
	{ "explain", cmd_register_explain, TAKES_REASON, 0, 0 },
	{ "verify", cmd_register_verify, TAKES_TABLE | TAKES_JSON | TAKES_HEADS,
	  0, 0 },
	{ "seal", cmd_register_seal,
	  TAKES_OUTPUT | TAKES_TOKENS | TAKES_SIGNER | TAKES_YES, 0, 0 },
	{ "copy", cmd_register_copy, 0, 1, 2 },
	{ "grant", cmd_register_grant,
	  TAKES_TABLE | TAKES_JSON | TAKES_PLACE | TAKES_DESK, 0, 1 },
	{ "revoke", cmd_register_revoke, 0, 1, 1 },
};

#define N_FORMS (sizeof(forms) / sizeof(forms[0]))

static unsigned int given(const struct register_options *o)
{
	unsigned int takes = 0;

	takes |= o->format == FORMAT_TABLE ? TAKES_TABLE : 0;
	takes |= o->json ? TAKES_JSON : 0;
	takes |= o->csv & CSV_FOR_PROGRAMS ? TAKES_CSV : 0;
	takes |= o->csv & CSV_FOR_EXCEL ? TAKES_EXCEL : 0;
	takes |= o->output ? TAKES_OUTPUT : 0;
	takes |= o->organization || o->unit || o->holder ? TAKES_PLACE : 0;
	takes |= selection_names_any(&o->selection) ? TAKES_TOKENS : 0;
	takes |= o->days != INT_MIN ? TAKES_DAYS : 0;
	takes |= o->province ? TAKES_PROVINCE : 0;
	takes |= o->procedure ? TAKES_FOR : 0;
	takes |= o->dry_run ? TAKES_DRY_RUN : 0;
	takes |= o->heads || o->journal_heads || o->papers || o->seals
			 ? TAKES_HEADS
			 : 0;
	takes |= o->people || o->letters || o->agencies ? TAKES_LISTS : 0;
	takes |= o->reason ? TAKES_REASON : 0;
	takes |= o->desk ? TAKES_DESK : 0;
	takes |= o->sheet ? TAKES_SHEET : 0;
	takes |= o->yes ? TAKES_YES : 0;
	takes |= o->id || o->final_try || o->no_tsa || o->pin_source->file ||
				 o->pin_source->number
			 ? TAKES_SIGNER
			 : 0;
	return takes;
}

/* Brings --holder to the name that the register has: "cá nhân" is a person. */
static int normalize_holder(struct register_options *o)
{
	const struct field *f = field_find_any("holder");
	const char *why = NULL;
	json_t *value;
	int ret = 0;

	if (!o->holder)
		return 0;
	value = field_parse(f, o->holder, &why);
	free(o->holder);
	o->holder =
		json_is_string(value) ? strdup(json_string_value(value)) : NULL;
	if (!o->holder) {
		print_error("--holder: %s", why ? why : _(f->choose));
		ret = EXIT_USAGE;
	}
	json_decref(value);
	return ret;
}

static int dispatch(const struct globals *globals, struct register_options *o,
		    const char **args)
{
	size_t i = 0, n = 0;
	int ret;

	while (i < N_FORMS && args[0] && strcmp(forms[i].name, args[0]) != 0)
		i++;
	if (args[0] && i == N_FORMS) {
		print_error(
			_("there is no \"%s %s\"; see \"ckstoken %s --help\""),
			"register", args[0], "register");
		suggest_of(args[0], &forms[0].name, N_FORMS, sizeof(forms[0]));
		return EXIT_USAGE;
	}
	if (!args[0]) {
		print_error(_(
			"choose what to do with the register, such as \"register list\"; see \"ckstoken register --help\""));
		return EXIT_USAGE;
	}
	o->args = args + 1;
	while (o->args[n])
		n++;
	if (n < forms[i].least) {
		print_error(
			_("something is missing behind \"register %s\"; \"ckstoken register %s --help\" shows what it takes"),
			forms[i].name, forms[i].name);
		return EXIT_USAGE;
	}
	if (n > forms[i].most || (given(o) & ~forms[i].takes) ||
	    (o->json && o->csv) || o->people + o->letters + o->agencies > 1 ||
	    (o->holder && (o->letters || o->agencies))) {
		print_error(
			_("\"register %s\" does not take these arguments; see \"ckstoken register --help\""),
			forms[i].name);
		return EXIT_USAGE;
	}
	if (o->days == INT_MIN)
		o->days = DEFAULT_DAYS;
	if (o->days < 0) {
		print_error(_("--days takes a number of 0 or more"));
		return EXIT_USAGE;
	}
	ret = normalize_holder(o);
	return ret ? ret : forms[i].run(globals, o);
}

static void free_options(struct register_options *o)
{
	free(o->file);
	free(o->output);
	free(o->sheet);
	free(o->organization);
	free(o->unit);
	free(o->holder);
	free(o->province);
	free(o->procedure);
	selection_free_argv(o->heads);
	selection_free_argv(o->journal_heads);
	selection_free_argv(o->papers);
	selection_free_argv(o->seals);
	free(o->reason);
	free(o->id);
	free((char *)o->pin_source->file);
	free((char *)o->pin_source->number);
	selection_free(&o->selection);
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct secret_source pin = { .fd = -1, .option = "pin" };
	struct register_options o = { .selection = SELECTION_INIT,
				      .days = INT_MIN,
				      .pin_source = &pin };
	struct poptOption table[] = {
		{ "file", '\0', POPT_ARG_STRING, &o.file, 0,
		  N_("the file of the register; the configured one if none"),
		  "FILE" },
		{ "json", '\0', POPT_ARG_NONE, &o.json, 0,
		  N_("print one JSON document"), NULL },
		CSV_OPTIONS(o.csv, N_("print CSV")),
		LIST_FORMAT_OPTION(&o.format),
		{ "output", 'o', POPT_ARG_STRING, &o.output, 0,
		  N_("export, template: the file to write, standard output if none; seal: the file to write"),
		  "FILE" },
		{ "for", '\0', POPT_ARG_STRING, &o.procedure, 0,
		  N_("template: for this letter or these minutes, such as renew or recover"),
		  "NAME" },
		{ "sheet", '\0', POPT_ARG_STRING, &o.sheet, 0,
		  N_("import: the sheet of a workbook that has several"),
		  "NAME" },
		{ "dry-run", '\0', POPT_ARG_NONE, &o.dry_run, 0,
		  N_("import, undo: show what would be done and write nothing"),
		  NULL },
		{ "yes", '\0', POPT_ARG_NONE, &o.yes, 0,
		  N_("import: take a document although a signature of it does not hold; seal: go on despite the warnings"),
		  NULL },
		{ "reason", '\0', POPT_ARG_STRING, &o.reason, 0,
		  N_("undo: why the event is taken back; explain: why time went back"),
		  "TEXT" },
		{ "people", '\0', POPT_ARG_NONE, &o.people, 0,
		  N_("list: the people, and how many tokens each has"), NULL },
		{ "letters", '\0', POPT_ARG_NONE, &o.letters, 0,
		  N_("list: the letters, and how each stands"), NULL },
		{ "agencies", '\0', POPT_ARG_NONE, &o.agencies, 0,
		  N_("list: the agencies, with their people and tokens"),
		  NULL },
		{ "organization", '\0', POPT_ARG_STRING, &o.organization, 0,
		  N_("list, due: of this agency; grant: the role is this agency's"),
		  "TEXT" },
		{ "desk", '\0', POPT_ARG_NONE, &o.desk, 0,
		  N_("grant: the role is the desk's, which sees and writes all"),
		  NULL },
		{ "unit", '\0', POPT_ARG_STRING, &o.unit, 0,
		  N_("list, due: of this unit of an agency"), "TEXT" },
		{ "holder", '\0', POPT_ARG_STRING, &o.holder, 0,
		  N_("list, due: of a person, organization or device"),
		  "KIND" },
		{ "days", '\0', POPT_ARG_INT, &o.days, 0,
		  N_("due: what falls due within N days too (30)"), "N" },
		{ "province", '\0', POPT_ARG_STRING, &o.province, 0,
		  N_("due, template: the province whose rules apply; the configured one if none"),
		  "NAME" },
		{ "head", '\0', POPT_ARG_ARGV, &o.heads, 0,
		  N_("verify: that nothing in the register up to this event was changed, as a paper has it: 17:0123456789abcdef0123456789abcdef"),
		  "NUMBER:CODE" },
		{ "journal-head", '\0', POPT_ARG_ARGV, &o.journal_heads, 0,
		  N_("verify: the same of a line of the journal"),
		  "NUMBER:CODE" },
		{ "paper", '\0', POPT_ARG_ARGV, &o.papers, 0,
		  N_("verify: the same of both, as this PDF or DOCX has them"),
		  "FILE" },
		{ "seal", '\0', POPT_ARG_ARGV, &o.seals, 0,
		  N_("verify: the same of both, as an officer has sealed them, and who that was"),
		  "FILE" },
		{ "id", '\0', POPT_ARG_STRING, &o.id, 0,
		  N_("seal: the id of the certificate, where a token has several"),
		  "ID" },
		{ "pin-file", '\0', POPT_ARG_STRING, &pin.file, 0,
		  N_("seal: the user PIN: first line of a file"), "FILE" },
		{ "pin-fd", '\0', POPT_ARG_STRING, &pin.number, 0,
		  N_("seal: the user PIN: next line of a descriptor"), "N" },
		{ "final-try", '\0', POPT_ARG_NONE, &o.final_try, 0,
		  N_("seal: go on although one try of the user PIN is left"),
		  NULL },
		{ "no-tsa", '\0', POPT_ARG_NONE, &o.no_tsa, 0,
		  N_("seal: without a time-stamp, whatever [trust] has"),
		  NULL },
		SELECTION_OPTIONS(o.selection),
		POPT_TABLEEND
	};
	poptContext context;
	const char **args;
	int ret;

	if (options_parse(globals, &cmd_register, table, argc, argv, &context,
			  &args, &ret))
		ret = dispatch(globals, &o, args);
	free_options(&o);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_register = {
	.name = "register",
	.summary = N_(
		"keep the custody register: who holds which token, and what is due"),
	.usage =
		"register import FILE... [--sheet NAME] [--dry-run] [--yes] [--format NAME | --json] [--file FILE]\n"
		"register add [RECORD | present] [NAME=TEXT]... [--file FILE] [<token selection>]\n"
		"register list [--people | --letters | --agencies] [--organization TEXT] [--unit TEXT] [--holder KIND] [--format NAME | --json | --csv | --excel] [--file FILE]\n"
		"register show SERIAL|NUMBER|EMAIL|NAME [--format NAME | --json] [--file FILE]\n"
		"register history [SERIAL|NUMBER|EMAIL|NAME] [--format NAME | --json] [--file FILE]\n"
		"register due [--days N] [--province NAME] [--organization TEXT] [--unit TEXT] [--holder KIND] [--format NAME | --json | --csv | --excel] [--file FILE]\n"
		"register export [-o FILE.json|FILE.csv] [--format NAME | --json | --csv] [--file FILE]\n"
		"register template [--for NAME] [--province NAME] [-o FILE.xlsx|FILE.csv]\n"
		"register undo EVENT [--reason TEXT] [--dry-run] [--file FILE]\n"
		"register explain --reason TEXT [--file FILE]\n"
		"register verify [--head NUMBER:CODE]... [--journal-head NUMBER:CODE]... [--paper FILE]... [--seal FILE]... [--format NAME | --json] [--file FILE]\n"
		"register seal -o FILE [--id ID] [--pin-file FILE | --pin-fd N] [--final-try] [--no-tsa] [--yes] [--file FILE] [<token selection>]\n"
		"register copy [FROM] TO [--file FILE]\n"
		"register grant [ROLE --organization TEXT | ROLE --desk] [--format NAME | --json] [--file FILE]\n"
		"register revoke ROLE [--file FILE]",
	.needs_config = true,
	.run = run,
};
