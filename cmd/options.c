/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/error.h"
#include "base/sanitized.h"
#include "base/secrecy.h"
#include "base/text.h"
#include "command.h"
#include "completion.h"
#include "input/moment.h"
#include "message.h"
#include "register/register.h"
#include "usage.h"

#define HELP_VALUE 'h'

const char *option_error(int popt_error)
{
	switch (popt_error) {
	case POPT_ERROR_NOARG:
		return _("its value is missing");
	case POPT_ERROR_BADOPT:
		return _("there is no such option");
	case POPT_ERROR_UNWANTEDARG:
		return _("it takes no value");
	case POPT_ERROR_BADNUMBER:
		return _("this is not a number");
	case POPT_ERROR_OVERFLOW:
		return _("the number is too large or too small");
	case POPT_ERROR_BADQUOTE:
		return _("a quotation mark is missing");
	case POPT_ERROR_BADOPERATION:
		return _("these options cannot be used together");
	case POPT_ERROR_OPTSTOODEEP:
		return _("its aliases are nested too deeply");
	case POPT_ERROR_BADCONFIG:
		return _("the file of aliases cannot be used");
	case POPT_ERROR_ERRNO:
		return strerror(errno);
	case POPT_ERROR_MALLOC:
		return strerror(ENOMEM);
	default:
		return _("the option cannot be read");
	}
}

const char *option_name(const char *text)
{
	static const char letters[] = "-abcdefghijklmnopqrstuvwxyz";
	static char name[40];
	size_t len = 0;

	if (strncmp(text, "--", 2) == 0)
		len = strspn(text, letters);
	else if (text[0] == '-')
		len = 2;
	snprintf(name, sizeof(name), "%.*s", (int)len, text);
	return name;
}

/* The form of the command that --help was given for, or NULL. */
static const char *form_of_help(poptContext context)
{
	const char **args;

	while (poptGetNextOpt(context) >= 0)
		;
	args = poptGetArgs(context);
	return args ? args[0] : NULL;
}

/* Prints one line: the option, its error, and where to read more. */
static void print_bad_option(const struct command *command, const char *option,
			     const char *value, int rc)
{
	print_error(_("%s%s%s: %s; see \"ckstoken %s --help\""), option,
		    option[0] && value[0] ? " " : "", value, option_error(rc),
		    command->name);
}

static void usage_error(const struct command *command,
			const struct poptOption *table, const char **argv,
			poptContext context, int rc)
{
	const char *bad = poptBadOption(context, POPT_BADOPTION_NOALIAS);
	const char *option = bad;
	struct suggestion s;

	/* Of "--days x" popt names only the x. */
	for (size_t i = 1; bad[0] != '-' && argv[i]; i++)
		if (strcmp(argv[i], bad) == 0 && argv[i - 1][0] == '-') {
			option = argv[i - 1];
			break;
		}
	option = option_name(option);
	print_bad_option(command, option, "", rc);
	if (rc != POPT_ERROR_BADOPT || strncmp(option, "--", 2) != 0)
		return;
	suggest_begin(&s, option + 2);
	for (; table->longName; table++)
		suggest_try(&s, table->longName);
	suggest_try(&s, "help");
	suggest_print(&s, "--");
}

/* The option of @table that @text names, with its value or without. */
static const struct poptOption *option_of(const struct poptOption *table,
					  const char *text)
{
	size_t len = strcspn(text, "=");

	for (const struct poptOption *o = table; o->longName; o++)
		if (len == 2 + strlen(o->longName) &&
		    strncmp(text, "--", 2) == 0 &&
		    strncmp(text + 2, o->longName, len - 2) == 0)
			return o;
	return NULL;
}

bool options_are_whole(const struct poptOption *table, const char **argv,
		       size_t n)
{
	for (size_t i = 1; i < n && strcmp(argv[i], "--") != 0; i++) {
		const struct poptOption *o = option_of(table, argv[i]);
		unsigned int kind = o ? o->argInfo & POPT_ARG_MASK : 0;

		if (kind == POPT_ARG_NONE || kind == POPT_ARG_VAL ||
		    o->argInfo & POPT_ARGFLAG_OPTIONAL)
			continue;
		if ((kind == POPT_ARG_STRING || kind == POPT_ARG_ARGV) &&
		    !*(void **)o->arg)
			return false;
		i += !strchr(argv[i], '=');
	}
	return true;
}

/* Refuses an option that is given twice: popt would take the last of them and
 * say nothing. */
static bool is_repeated(const struct command *command,
			const struct poptOption *table, const char **argv)
{
	for (const struct poptOption *o = table; o->longName; o++) {
		size_t n = 0, len = strlen(o->longName);

		if ((o->argInfo & POPT_ARG_MASK) != POPT_ARG_STRING &&
		    o->argInfo != POPT_ARG_INT)
			continue;
		for (size_t i = 1; argv[i] && strcmp(argv[i], "--") != 0; i++)
			n += strncmp(argv[i], "--", 2) == 0 &&
			     strncmp(argv[i] + 2, o->longName, len) == 0 &&
			     (argv[i][2 + len] == '\0' ||
			      argv[i][2 + len] == '=');
		if (n < 2)
			continue;
		print_error(
			_("--%s is given twice; see \"ckstoken %s --help\""),
			o->longName, command->name);
		return true;
	}
	return false;
}

/* The first second that Vietnam writes with five digits for the year. */
#define END_OF_TIME 253402275600L

bool clock_is_sane(time_t t)
{
	return t > 0 && t < END_OF_TIME;
}

int clock_now(time_t *now, struct error *error)
{
	const char *fixed = getenv("CKSTOKEN_NOW");
	struct date date;

	*now = time(NULL);
	if (!fixed || fixed[0] == '\0')
		return 0;
	if (date_read(fixed, 0, &date) || !clock_is_sane(date.time))
		return error_set(
			error, -EINVAL,
			_("CKSTOKEN_NOW=%s is not a time such as 2026-11-21T02:00:00Z"),
			fixed);
	*now = date.time;
	return 0;
}

/* It goes on to be the locale that decides in which words the C library tells
 * of its errors; those are in English where ours are. */
void language_choose(const char *language)
{
	int ret = 0;

	if (!language || strcmp(language, "auto") == 0)
		return;
	if (strcmp(language, "vi") == 0)
		ret = i18n_choose(I18N_VIETNAMESE);
	else
		ret = i18n_choose(I18N_ENGLISH);
	if (ret) {
		print_warning(_("the Vietnamese messages cannot be read: %s"),
			      strerror(-ret));
		return;
	}
	if (i18n_chosen() == I18N_ENGLISH)
		(void)setlocale(LC_MESSAGES, "C");
}

char *globals_program(const struct globals *globals)
{
	struct arena arena = { 0 };
	const char *text = "ckstoken";
	char *program = NULL;

	if (globals->config_file)
		text = arena_format(
			&arena, "%s --config %s", text,
			text_shell_word(&arena, globals->config_file));
	for (size_t i = 0; globals->modules && globals->modules[i]; i++)
		text = arena_format(
			&arena, "%s --module %s", text,
			text_shell_word(&arena, globals->modules[i]));
	if (!arena.failed)
		program = strdup(text);
	arena_free(&arena);
	return program;
}

int globals_configure(struct globals *globals, struct error *passed_over,
		      struct error *error)
{
	int ret = globals->config_file
			  ? config_read(&globals->config, globals->config_file,
					error)
			  : config_read_default(&globals->config, passed_over,
						error);

	language_choose(globals->config.language);
	if (!globals->config.register_file)
		globals->config.register_file = register_of_machine();
	return ret;
}

/* Reads the clock and the configuration. */
static bool globals_load(struct globals *globals, const struct command *command,
			 int *code)
{
	struct error error = { 0 }, passed_over = { 0 };
	bool may_go_on = command->can_lack_config;
	int ret = clock_now(&globals->now, &error);

	*code = EXIT_BAD_INPUT;
	if (!ret)
		ret = globals_configure(globals, &passed_over, &error);
	else
		may_go_on = false;
	if (ret && may_go_on)
		print_warning("%s", error_text(&error, ret));
	else if (ret)
		print_error("%s", error_text(&error, ret));
	if (passed_over.text)
		print_warning(_("%s. It was passed over"), passed_over.text);
	error_free(&passed_over);
	error_free(&error);
	return !ret || may_go_on;
}

/* Puts the number @text, written with decimal digits, into @value. 0, or what
 * popt calls it. */
static int read_number(const char *text, int *value)
{
	const char *digits = text + (text[0] == '-');
	long number;

	if (text[0] == '\0')
		return POPT_ERROR_NOARG;
	if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0')
		return POPT_ERROR_BADNUMBER;
	errno = 0;
	number = strtol(text, NULL, 10);
	if (errno || number < INT_MIN || number > INT_MAX)
		return POPT_ERROR_OVERFLOW;
	*value = (int)number;
	return 0;
}

bool option_is_format(const struct poptOption *o)
{
	return o->longName && strcmp(o->longName, "format") == 0 &&
	       o->argInfo == POPT_ARG_INT;
}

const char *format_name(enum output_format format)
{
	switch (format) {
	case FORMAT_TABLE:
		return "table";
	case FORMAT_JSON:
		return "json";
	case FORMAT_CSV:
		return "csv";
	case FORMAT_NAGIOS:
		return "nagios";
	case FORMAT_PROMETHEUS:
		return "prometheus";
	}
	return NULL;
}

/* The int that "--NAME" of the table sets; NULL: the table has no such option.
 */
static int *place_of(const struct poptOption *table, const char *name)
{
	while (table->longName && strcmp(table->longName, name) != 0)
		table++;
	return table->arg;
}

/* Tells that @text is no format of those that @o takes. Where a secret may
 * stand in the wrong place, it is not repeated. */
static void refuse_format(const struct command *command,
			  const struct poptOption *o, const char *text)
{
	struct text_nearest nearest = { .wanted = text };
	const char *shown = command->takes_secrets ? "" : text;
	const char *blank = command->takes_secrets ? "" : " ";
	char list[80] = "";
	size_t len = 0;

	for (int bit = 1; format_name(bit); bit <<= 1) {
		bool is_last = o->val < bit << 1;

		if (!(o->val & bit))
			continue;
		text_nearest_try(&nearest, format_name(bit));
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s",
					!len	  ? ""
					: is_last ? _(" or ")
						  : ", ",
					format_name(bit));
	}
	if (nearest.found)
		print_error(
			_("--format%s%s: there is no such format here; did you mean %s?"),
			blank, shown, nearest.found);
	else
		print_error(
			_("--format%s%s: there is no such format here; choose %s"),
			blank, shown, list);
}

/* Takes the format @text, as the option @o of the table has it. */
static bool read_format(const struct command *command,
			const struct poptOption *table,
			const struct poptOption *o, const char *text)
{
	int *json = place_of(table, "json"), *csv = place_of(table, "csv");
	int format = 1;

	while (format_name(format) && strcmp(format_name(format), text) != 0)
		format <<= 1;
	if (!format_name(format) || !(format & o->val)) {
		refuse_format(command, o, text);
		return false;
	}
	if ((json && *json) || (csv && *csv)) {
		print_error(_(
			"--format cannot be used together with --json, --csv or --excel"));
		return false;
	}
	if (format == FORMAT_JSON)
		*json = 1;
	if (format == FORMAT_CSV)
		*csv = CSV_FOR_PROGRAMS;
	if (o->arg)
		*(int *)o->arg = format;
	return true;
}

/*
 * A copy of @table whose numbers are texts of @texts, for read_values(): popt
 * takes "" for 0, 010 for 8 and 0x1f for 31. So are names of formats. For the
 * caller to free.
 */
static struct poptOption *with_texts(const struct poptOption *table,
				     char ***texts)
{
	struct poptOption *copy;
	size_t n = 0;

	while (table[n].longName)
		n++;
	copy = calloc(n + 1, sizeof(*copy));
	*texts = calloc(n + 1, sizeof(**texts));
	if (!copy || !*texts) {
		free(copy);
		return NULL;
	}
	memcpy(copy, table, (n + 1) * sizeof(*copy));
	for (size_t i = 0; i < n; i++) {
		if (table[i].argInfo != POPT_ARG_INT)
			continue;
		copy[i].argInfo = POPT_ARG_STRING;
		copy[i].arg = &(*texts)[i];
		copy[i].val = 0;
	}
	return copy;
}

static bool read_values(const struct command *command,
			const struct poptOption *table, char *const *texts)
{
	for (size_t i = 0; table[i].longName; i++) {
		const struct poptOption *o = &table[i];
		char option[80];
		int rc;

		if (!texts[i])
			continue;
		if (option_is_format(o)) {
			if (!read_format(command, table, o, texts[i]))
				return false;
			continue;
		}
		rc = read_number(texts[i], o->arg);
		if (rc == 0)
			continue;
		snprintf(option, sizeof(option), "--%s", o->longName);
		print_bad_option(command, option,
				 command->takes_secrets ? "" : texts[i], rc);
		return false;
	}
	return true;
}

/* An option that may go without its value is told from one that is not given:
 * its value is "". */
static bool note_bare(const struct poptOption *table, const char **argv)
{
	for (const struct poptOption *o = table; o->longName; o++) {
		char **value = o->arg;

		if (!(o->argInfo & POPT_ARGFLAG_OPTIONAL) || *value)
			continue;
		for (size_t i = 1; argv[i] && strcmp(argv[i], "--") != 0; i++)
			if (strncmp(argv[i], "--", 2) == 0 && !*value &&
			    strcmp(argv[i] + 2, o->longName) == 0) {
				*value = strdup("");
				if (!*value)
					return false;
			}
	}
	return true;
}

bool options_parse(struct globals *globals, const struct command *command,
		   struct poptOption *table, int argc, const char **argv,
		   poptContext *context, const char ***args, int *code)
{
	struct poptOption *copy = NULL;
	struct poptOption all[] = { { NULL, '\0', POPT_ARG_INCLUDE_TABLE, NULL,
				      0, NULL, NULL },
				    { "help", 'h', POPT_ARG_NONE, NULL,
				      HELP_VALUE, N_("show this help"), NULL },
				    POPT_TABLEEND };
	static const char *none[] = { NULL };
	char **texts = NULL;
	bool ok = false;
	int rc;

	*context = NULL;
	if (globals->completion) {
		globals->completion->print(globals->completion, command, table);
		*code = EXIT_DONE;
		return false;
	}
#ifndef SANITIZED
	/* The leak checker would have to trace this process. */
	if (command->takes_secrets)
		secrecy_seal();
#endif
	*code = EXIT_USAGE;
	if (is_repeated(command, table, argv))
		return false;
	copy = with_texts(table, &texts);
	all[0].arg = copy;
	if (copy)
		*context = poptGetContext(command->name, argc, argv, all, 0);
	if (!*context) {
		*code = print_no_memory();
		goto out;
	}
	rc = poptGetNextOpt(*context);
	if (rc == HELP_VALUE) {
		print_help(command, all, form_of_help(*context));
		*code = EXIT_DONE;
		goto out;
	}
	if (rc < -1) {
		usage_error(command, table, argv, *context, rc);
		goto out;
	}
	if (!read_values(command, table, texts))
		goto out;
	if (!options_are_whole(table, argv, (size_t)argc) ||
	    !note_bare(table, argv)) {
		*code = print_no_memory();
		goto out;
	}
	*args = poptGetArgs(*context);
	if (!*args)
		*args = none;
	ok = !command->needs_config || globals_load(globals, command, code);
out:
	for (size_t i = 0; texts && table[i].longName; i++)
		free(texts[i]);
	free(texts);
	free(copy);
	return ok;
}

bool options_limit_args(const struct command *command, const char **args,
			size_t most, int *code)
{
	for (size_t i = 0; args[i]; i++) {
		if (i < most)
			continue;
		if (command->takes_secrets)
			print_error(
				_("unexpected argument, which is not shown here, for it may be a secret; see \"ckstoken %s --help\""),
				command->name);
		else
			print_error(
				_("unexpected argument \"%s\"; see \"ckstoken %s --help\""),
				args[i], command->name);
		*code = EXIT_USAGE;
		return false;
	}
	return true;
}

const char *clock_parse(const char *text, time_t *t, bool *has_hour)
{
	struct moment moment;
	const char *why = moment_read(text, &moment);

	if (why)
		return why;
	if (!clock_is_sane(moment.date.time))
		return _("The year must be from 1970 on.");
	*t = moment.date.time;
	*has_hour = moment.date.has_hour;
	return NULL;
}

/* The kernel has this where nobody logged in, as for a service. */
#define NOBODY 0xFFFFFFFFUL

/* The user who logged in, which the kernel keeps through sudo and su. */
static uid_t login_uid(void)
{
	FILE *f = fopen("/proc/self/loginuid", "re");
	char text[32] = "", *end = text;
	unsigned long uid = NOBODY;

	if (f) {
		if (fgets(text, sizeof(text), f))
			uid = strtoul(text, &end, 10);
		(void)fclose(f);
	}
	return end > text && uid < NOBODY ? (uid_t)uid : getuid();
}

char *login_name(void)
{
	uid_t uid = login_uid();
	const struct passwd *user = getpwuid(uid);
	char *name = NULL;

	if (user)
		return strdup(user->pw_name);
	return asprintf(&name, "uid %u", uid) < 0 ? NULL : name;
}
