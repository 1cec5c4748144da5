/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "doctor.h"
#include "json.h"
#include "message.h"
#include "pager.h"
#include "progress.h"
#include "scanning.h"
#include "table.h"

/* Names for programs, and words for people. */
static const struct {
	const char *name, *words;
} sources[SOURCE_COUNT] = {
	[SOURCE_USB] = { "usb", "USB" },
	[SOURCE_SERVICE] = { "pcscd", "pcscd" },
	[SOURCE_READER] = { "reader", N_("reader") },
	[SOURCE_CARD] = { "card", N_("card") },
	[SOURCE_MODULE] = { "module", N_("module") },
	[SOURCE_TOKEN] = { "token", N_("token") },
	[SOURCE_CERTIFICATE] = { "certificate", N_("certificate") },
	[SOURCE_LOGS] = { "logs", N_("PINs in logs") },
	[SOURCE_CLOCK] = { "clock", N_("clock") },
	[SOURCE_CONFIGURATION] = { "configuration", N_("configuration") },
	[SOURCE_PROVINCE] = { "province", N_("province") },
	[SOURCE_FORMS] = { "forms", N_("forms") },
	[SOURCE_CALENDAR] = { "calendar", N_("calendar") },
	[SOURCE_FONTS] = { "fonts", N_("fonts") },
	[SOURCE_PROGRAMS] = { "programs", N_("programs") },
	[SOURCE_REGISTER] = { "register", N_("register") },
	[SOURCE_JOURNAL] = { "journal", N_("journal") },
	[SOURCE_TRUST] = { "trust", N_("trust") },
};

static const struct {
	const char *name, *words;
	enum colour colour;
} results[DOCTOR_RESULTS] = {
	[DOCTOR_OK] = { "ok", N_("ok"), COLOUR_GOOD },
	[DOCTOR_UNKNOWN] = { "not-known", N_("not known"), COLOUR_NONE },
	[DOCTOR_WARNING] = { "warning", N_("warning"), COLOUR_WARN },
	[DOCTOR_BROKEN] = { "broken", N_("broken"), COLOUR_BAD },
};

/* The first link that is broken; NULL: none is. */
static const struct doctor_row *first_broken(const struct doctor *d)
{
	const struct doctor_row *first = NULL;

	for (size_t i = 0; i < d->n; i++) {
		const struct doctor_row *row = &d->rows[i];

		if (row->result == DOCTOR_BROKEN &&
		    row->source <= SOURCE_CERTIFICATE &&
		    (!first || row->source < first->source))
			first = row;
	}
	return first;
}

/* 1. What is printed */

static json_t *json_of_row(const struct doctor_row *row)
{
	json_t *o = json_object();

	json_object_set_new(o, "source",
			    json_string(sources[row->source].name));
	json_object_set_new(o, "check", json_string(row->check));
	json_object_set_new(o, "about",
			    row->about ? json_text(row->about) : json_null());
	json_object_set_new(o, "result",
			    json_string(results[row->result].name));
	json_object_set_new(o, "message", json_text(row->found));
	json_object_set_new(o, "todo",
			    row->todo ? json_text(row->todo) : json_null());
	json_object_set_new(o, "command",
			    row->command ? json_text(row->command)
					 : json_null());
	return o;
}

/* Calls @print with each row, in the order of their sources. */
static void each_row(const struct doctor *d,
		     void (*print)(void *to, const struct doctor *d,
				   const struct doctor_row *row),
		     void *to)
{
	for (enum doctor_source source = 0; source < SOURCE_COUNT; source++)
		for (size_t i = 0; i < d->n; i++)
			if (d->rows[i].source == source)
				print(to, d, &d->rows[i]);
}

static void add_json(void *to, const struct doctor *d,
		     const struct doctor_row *row)
{
	(void)d;
	json_document_add(to, json_of_row(row));
}

static int print_json(const struct doctor *d)
{
	const struct doctor_row *first = first_broken(d);
	struct json_document document = { 0 };
	char time[DATE_SIZE], host[HOST_SIZE];

	date_vietnam(d->globals->now, time);
	json_document_put(&document, "version", json_integer(1));
	json_document_put(&document, "time", json_string(time));
	json_document_put(&document, "host",
			  *scan_host(host) ? json_text(host) : json_null());
	json_document_put(&document, "first_broken",
			  first ? json_of_row(first) : json_null());
	json_document_list(&document, "checks");
	each_row(d, add_json, &document);
	json_document_list_end(&document);
	return json_document_print(&document);
}

/* The columns at which the parts of a row begin. */
struct columns {
	size_t source, found;
};

static size_t widest(size_t before, const char *words)
{
	size_t width = display_width(words);

	return width > before ? width : before;
}

static struct columns make_columns(void)
{
	struct columns c = { 0 };
	size_t source = 0;

	for (size_t i = 0; i < DOCTOR_RESULTS; i++)
		c.source = widest(c.source, _(results[i].words));
	for (size_t i = 0; i < SOURCE_COUNT; i++)
		source = widest(source, _(sources[i].words));
	c.source += 2;
	c.found = c.source + source + 2;
	return c;
}

/* A path or a variable may have anything in its name. */
static void print_text(const char *text, size_t column, size_t indent)
{
	char *clean = cks_text_clean(text, strlen(text));

	print_wrapped(clean ? clean : "", column, indent);
	free(clean);
}

/* The columns that the widest line of a command takes, at the most. */
static size_t command_width(const char *line)
{
	size_t width = 0;

	while (line && *line) {
		size_t len = strcspn(line, "\n");

		width = len > width ? len : width;
		line += len + (line[len] == '\n');
	}
	return width;
}

/* True if the command is one of ckstoken, which names files where it was given
 * any. */
static bool is_ours(const char *command)
{
	return strncmp(command, "ckstoken ", strlen("ckstoken ")) == 0;
}

/* Prints what to do about @row, on lines of their own. Commands are not broken,
 * for they are copied: where one has no room behind the columns of its row, it
 * begins before them. What is longer than a line all the same is broken as a
 * shell takes it. */
static void print_todo(const struct doctor_row *row, size_t column)
{
	const char *line = row->command;
	size_t indent = column + 4;

	if (indent + command_width(line) > LINE_WIDTH)
		indent = 4;

	if (row->todo) {
		printf("%*s", (int)column, "");
		print_text(row->todo, column, column);
	}
	while (line && *line) {
		size_t len = strcspn(line, "\n"), tabs = strspn(line, "\t");
		char *clean = cks_text_clean(line + tabs, len - tabs);

		printf("%*s", (int)(indent + 4 * tabs), "");
		if (clean && is_ours(clean))
			print_wrapped(clean, indent, indent + 4);
		else
			puts(clean ? clean : "");
		free(clean);
		line += len + (line[len] == '\n');
	}
}

static void print_row(void *to, const struct doctor *d,
		      const struct doctor_row *row)
{
	const struct columns *c = to;
	const char *result = _(results[row->result].words);
	const char *source = _(sources[row->source].words);

	table_print_cell(result, results[row->result].colour,
			 c->source - display_width(result));
	table_print_cell(source, COLOUR_NONE,
			 c->found - c->source - display_width(source));
	print_text(row->found, c->found, c->found);
	/* It is said above. */
	if (row != first_broken(d))
		print_todo(row, c->found);
}

static void print_first(const struct doctor *d)
{
	const struct doctor_row *first = first_broken(d);

	if (!first) {
		print_wrapped(
			_("From the USB device to the certificate, no link is broken."),
			0, 0);
	} else {
		table_print_cell(_("Mend this first:"), COLOUR_BAD, 1);
		print_text(first->found,
			   display_width(_("Mend this first:")) + 1, 0);
		print_todo(first, 0);
	}
	putchar('\n');
}

static int print(const struct doctor *d, bool json)
{
	struct columns c = make_columns();
	bool is_any = false;
	int ret = 0;

	if (d->arena.failed)
		return print_no_memory();
	if (json) {
		ret = print_json(d);
	} else {
		pager_begin();
		print_first(d);
		each_row(d, print_row, &c);
	}
	for (size_t i = 0; i < d->n; i++)
		is_any |= d->rows[i].result >= DOCTOR_WARNING;
	return !ret && is_any ? EXIT_ATTENTION : ret;
}

/* 2. The command */

static int look(struct doctor *d)
{
	int ret;

	/* The language of all rows is the configuration's. */
	doctor_configuration(d);
	progress_begin(_("Looking at readers, modules and tokens..."), 0);
	ret = scan_prepare(d->globals, &d->selection, &d->scan);
	if (!ret) {
		enum cks_err err;

		cks_scan_check_readers(d->scan);
		err = cks_scan_run(d->scan);
		if (err) {
			print_error("%s", cks_strerror(err));
			ret = exit_code_of(err);
		}
	}
	if (!ret) {
		doctor_readers(d);
		doctor_modules(d);
		doctor_tokens(d);
		doctor_logs(d);
		doctor_office(d);
		doctor_books(d);
		doctor_clock(d);
	}
	progress_end();
	return ret;
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct doctor d = { .globals = globals, .selection = SELECTION_INIT };
	int json = 0, ret;
	struct poptOption table[] = { { "json", '\0', POPT_ARG_NONE, &json, 0,
					N_("print one JSON document"), NULL },
				      JSON_FORMAT_OPTION,
				      TIMEOUT_OPTION(d.selection),
				      POPT_TABLEEND };
	poptContext context;
	const char **args;

	if (options_parse(globals, &cmd_doctor, table, argc, argv, &context,
			  &args, &ret) &&
	    options_limit_args(&cmd_doctor, args, 0, &ret)) {
		ret = look(&d);
		if (!ret)
			ret = print(&d, json);
	}
	cks_scan_free(&d.scan);
	arena_free(&d.arena);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_doctor = {
	.name = "doctor",
	.summary = N_(
		"tell why no token is seen, and what else is to be mended on this machine"),
	.usage = "doctor [--format NAME | --json] [--timeout SECONDS]",
	.run = run,
};
