/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "usage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "table.h"

/* The column of --help at which descriptions of options begin. */
#define OPTION_COLUMN 35

/* 1. The forms of a command, a line of its usage for one or several */

static const char name_letters[] = "abcdefghijklmnopqrstuvwxyz-";

/* The end of the line that @text is in. */
static size_t line_length(const char *text)
{
	return strcspn(text, "\n");
}

/* True if @line, of "register list|show [FILE]", is for @form, be it that the
 * name may be left out: "report [agency]". *@rest is what comes behind the
 * names of the forms. */
static bool is_line_of(const char *line, const char *form, const char **rest)
{
	const char *end = line + line_length(line);
	const char *name = memchr(line, ' ', (size_t)(end - line));
	bool is = false;

	while (name && name < end && (*name == ' ' || *name == '|')) {
		size_t len;

		name++;
		name += *name == '[';
		len = strspn(name, name_letters);
		is |= len == strlen(form) && strncmp(name, form, len) == 0;
		name += len;
		name += *name == ']';
		if (*name != '|')
			break;
	}
	/* The last of the names may stand for a number: "recover|NUMBER". */
	if (name)
		name += strcspn(name, " \n");
	*rest = name;
	return is;
}

static bool is_form(const struct command *command, const char *form)
{
	const char *rest;

	if (!*form)
		return false;
	for (const char *line = command->usage; *line;
	     line += line_length(line), line += *line == '\n')
		if (is_line_of(line, form, &rest))
			return true;
	return false;
}

void print_usage_form(const char *before, const char *form)
{
	size_t column = display_width(before) + strlen(" ckstoken ");

	printf("%s ckstoken ", before);
	print_wrapped(form, column, column);
}

/* Prints the lines of @form, or all of them where that is NULL. */
static void print_usage(const struct command *command, const char *form)
{
	size_t width = display_width(_("Usage:"));
	const char *line = command->usage, *rest;
	char before[80];

	snprintf(before, sizeof(before), "%s", _("Usage:"));
	for (; *line; line += line_length(line), line += *line == '\n') {
		char *text = NULL;
		int n;

		if (!form)
			n = asprintf(&text, "%.*s", (int)line_length(line),
				     line);
		else if (is_line_of(line, form, &rest))
			n = asprintf(&text, "%s %s%.*s", command->name, form,
				     (int)line_length(rest), rest);
		else
			continue;
		print_usage_form(before, n < 0 ? "" : text);
		free(n < 0 ? NULL : text);
		/* The colons stand one below the other. */
		snprintf(before, sizeof(before), "%*s%s",
			 (int)(width - display_width(_("or:"))), "", _("or:"));
	}
	putchar('\n');
	print_wrapped(_(command->summary), 0, 0);
}

/* 2. The options of a form */

/* True if @text, of @len bytes, names the option. */
static bool mentions(const char *text, size_t len, const struct poptOption *o)
{
	const char *end = text + len;
	const size_t name = strlen(o->longName);

	for (const char *at = text;
	     (at = memmem(at, (size_t)(end - at), "-", 1)); at++) {
		if (at > text && strchr(name_letters, at[-1]))
			continue;
		if (o->shortName && at[1] == o->shortName &&
		    !strchr(name_letters, at[2]))
			return true;
		if (strncmp(at, "--", 2) == 0 &&
		    strncmp(at + 2, o->longName, name) == 0 &&
		    (at[2 + name] == '\0' ||
		     !strchr(name_letters, at[2 + name])))
			return true;
	}
	return false;
}

static bool takes(const struct command *command, const char *form,
		  const struct poptOption *o)
{
	const char *usage = command->usage, *rest;
	bool everything = false;

	if (strcmp(o->longName, "help") == 0)
		return true;
	for (const char *line = usage; *line;
	     line += line_length(line), line += *line == '\n') {
		if (!is_line_of(line, form, &rest))
			continue;
		if (mentions(rest, line_length(rest), o))
			return true;
		everything |= memchr(rest, '<', line_length(rest)) != NULL;
	}
	return everything && !mentions(usage, strlen(usage), o);
}

/* The bytes of the labels at the beginning of @words, "list, due: ", all of
 * which are forms of @command; *@is if @form is one of them. 0: there are
 * none. */
static size_t labels_length(const struct command *command, const char *words,
			    const char *form, bool *is)
{
	const char *at = words;

	*is = false;
	for (;; at += 2) {
		size_t len = strspn(at, name_letters);
		char *name = strndup(at, len);
		bool known = name && is_form(command, name);

		*is |= known && strcmp(name, form) == 0;
		free(name);
		at += len;
		if (!known || (*at != ',' && *at != ':') || at[1] != ' ')
			return 0;
		if (*at == ':')
			return (size_t)(at + 2 - words);
	}
}

/* Puts into @b what @words, "list: of this; grant: of that", say of @form: with
 * a label, or else without one. */
static void put_parts(struct buffer *b, const struct command *command,
		      const char *words, const char *form, bool labelled)
{
	bool taken = !labelled;

	while (*words) {
		const char *end = strstr(words, "; ");
		size_t len = end ? (size_t)(end - words) : strlen(words);
		bool is;
		size_t label = labels_length(command, words, form, &is);

		if (label)
			taken = labelled && is;
		if (taken)
			buffer_printf(b, "%s%.*s", b->len ? "; " : "",
				      (int)(len - label), words + label);
		words += len;
		words += strspn(words, "; ");
	}
}

/* Prints what the option is for, behind its name. */
static void print_words(const struct command *command, const char *form,
			const char *words)
{
	struct buffer b = { 0 };

	if (form)
		put_parts(&b, command, words, form, true);
	if (form && !b.len)
		put_parts(&b, command, words, form, false);
	buffer_put(&b, "", 1);
	print_wrapped(b.failed || !*(char *)b.data ? words : (char *)b.data,
		      OPTION_COLUMN, OPTION_COLUMN);
	buffer_free(&b);
}

static void print_options(const struct command *command,
			  const struct poptOption *table, const char *form)
{
	for (const struct poptOption *o = table;
	     o->longName || o->argInfo == POPT_ARG_INCLUDE_TABLE; o++) {
		char left[80], letter[8] = "    ";

		if (o->argInfo == POPT_ARG_INCLUDE_TABLE) {
			print_options(command, o->arg, form);
			continue;
		}
		if (form && !takes(command, form, o))
			continue;
		if (o->shortName)
			snprintf(letter, sizeof(letter), "-%c, ", o->shortName);
		snprintf(left, sizeof(left), "  %s--%s%s%s", letter,
			 o->longName, o->argDescrip ? " " : "",
			 o->argDescrip ? o->argDescrip : "");
		printf("%-*s ", OPTION_COLUMN - 1, left);
		print_words(command, form, _(o->descrip));
	}
}

void print_help(const struct command *command, const struct poptOption *table,
		const char *form)
{
	if (form && !is_form(command, form))
		form = NULL;
	print_usage(command, form);
	putchar('\n');
	print_options(command, table, form);
}
