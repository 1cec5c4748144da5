/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "completion.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "forms/form.h"
#include "input/field.h"
#include "rules/province.h"

void completion_free(struct completion *c)
{
	arena_free(&c->arena);
}

/* A label or a name may be anybody's: it is offered as it is or not at all. */
static bool is_shown_whole(const char *value)
{
	char *clean = cks_text_clean(value, strlen(value));
	bool is_same = clean && strcmp(clean, value) == 0;

	free(clean);
	return is_same;
}

/* Prints @value, unless the word that is being written begins otherwise, or it
 * is printed already. @words may be "". */
static void put(struct completion *c, const char *value, const char *words)
{
	const char *clean = text_clean(&c->arena, words);
	const char **put;

	if (!*value || !clean ||
	    strncmp(value, c->typed, strlen(c->typed)) != 0 ||
	    !is_shown_whole(value))
		return;
	for (size_t i = 0; i < c->n_put; i++)
		if (strcmp(c->put[i], value) == 0)
			return;
	put = arena_grow(&c->arena, c->put, c->n_put, sizeof(*put));
	if (!put)
		return;
	c->put = put;
	put[c->n_put++] = arena_format(&c->arena, "%s", value);
	printf("%.*s%s\t%s\n", (int)c->lead, c->words[c->n_words - 1], value,
	       clean);
}

/* A line without a value: the shell completes names of files by itself. */
static void put_files(struct completion *c)
{
	if (!c->has_files)
		fputs("\tfiles\n", stdout);
	c->has_files = true;
}

/* 1. The usage of a command. */

/* One part of a line of usage: "FILE", "--json", "<document options>". */
struct part {
	const char *text;
	size_t len;
	bool is_first; /* directly behind the command's name: "list" */
	bool is_group;
	const struct poptOption *option; /* the part is it, or its value */
	bool is_value;
};

struct usage_line {
	const char *at, *end;
	const struct poptOption *table;
	/* The parts with | between them that are being read, and what they
	 * are. */
	const char *alternatives, *alternatives_end;
	size_t n_read;
	const struct poptOption *option; /* wants its value */
};

static const struct poptOption *find_option(const struct poptOption *table,
					    const char *text, size_t len)
{
	if (len < 2 || text[0] != '-')
		return NULL;
	for (const struct poptOption *o = table; o->longName; o++)
		if ((len == 2 && text[1] == o->shortName && text[1] != '-') ||
		    (text[1] == '-' && strlen(o->longName) == len - 2 &&
		     strncmp(text + 2, o->longName, len - 2) == 0))
			return o;
	return NULL;
}

static bool takes_value(const struct poptOption *o)
{
	unsigned int kind = o->argInfo & POPT_ARG_MASK;

	return kind != POPT_ARG_NONE && kind != POPT_ARG_VAL;
}

/* The next line of *@usage, from behind the command's name on. */
static bool next_line(const char **usage, const struct poptOption *table,
		      struct usage_line *line)
{
	const char *at = *usage;

	if (!*at)
		return false;
	*line = (struct usage_line){ .at = at + strcspn(at, " \n"),
				     .end = at + strcspn(at, "\n"),
				     .table = table };
	*usage = line->end + (*line->end == '\n');
	return true;
}

/* Goes to the next word of the line, or the next group, without the brackets
 * around it. */
static bool next_alternatives(struct usage_line *line)
{
	const char *at = line->at, *end;

	while (at < line->end && strchr(" [", *at))
		at++;
	if (at == line->end)
		return false;
	end = at + strcspn(at, *at == '<' ? ">\n" : " \n");
	line->at = end + strcspn(end, " \n");
	while (end > at && strchr("].", end[-1]))
		end--;
	line->alternatives = at;
	line->alternatives_end = end;
	line->n_read++;
	return true;
}

static bool next_part(struct usage_line *line, struct part *part)
{
	bool is_next = line->alternatives == line->alternatives_end;
	const char *at, *bar;

	if (is_next && !next_alternatives(line))
		return false;
	at = line->alternatives;
	*part = (struct part){ .text = at,
			       .is_first = line->n_read == 1,
			       .is_group = *at == '<' };
	bar = memchr(at, '|', (size_t)(line->alternatives_end - at));
	part->len = (size_t)((bar ? bar : line->alternatives_end) - at);
	line->alternatives += part->len + (bar != NULL);
	if (*at == '-') {
		part->option = find_option(line->table, at, part->len);
		line->option = part->option && takes_value(part->option)
				       ? part->option
				       : NULL;
	} else {
		part->option = line->option;
		part->is_value = line->option != NULL;
		if (line->alternatives == line->alternatives_end)
			line->option = NULL;
	}
	return true;
}

static bool is_part(const struct part *part, const char *text)
{
	return strlen(text) == part->len &&
	       strncmp(part->text, text, part->len) == 0;
}

/* A word that is typed as it stands there, and not in place of something. */
static bool is_word(const struct part *part)
{
	for (size_t i = 0; i < part->len; i++)
		if (!islower((unsigned char)part->text[i]) &&
		    (i == 0 || !strchr("-0123456789", part->text[i])))
			return false;
	return part->len > 0;
}

/* 2. What of the line is written. */

struct written {
	const struct command *command;
	const struct poptOption *table;
	bool has_forms;	       /* the usage begins with words, such as "list" */
	const char *form;      /* the one that was chosen; NULL: none yet */
	bool takes_no_options; /* behind "--" */
	const struct poptOption *pending; /* its value is being written */
};

static const char *last_word(const struct completion *c)
{
	return c->words[c->n_words - 1];
}

/* The value that the line has for the option called @name, or NULL. */
static const char *value_of(const struct completion *c, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 1; i + 1 < c->n_words; i++) {
		const char *word = c->words[i];

		if (strncmp(word, "--", 2) != 0 ||
		    strncmp(word + 2, name, len) != 0)
			continue;
		if (word[2 + len] == '=')
			return word + 2 + len + 1;
		if (!word[2 + len] && i + 2 < c->n_words)
			return c->words[i + 1];
	}
	return NULL;
}

static bool is_given(const struct completion *c, const struct poptOption *o)
{
	const struct poptOption just_it[] = { *o, POPT_TABLEEND };

	for (size_t i = 1; i + 1 < c->n_words; i++)
		if (find_option(just_it, c->words[i],
				strcspn(c->words[i], "=")))
			return true;
	return false;
}

static void read_line(const struct completion *c, struct written *w)
{
	const char *usage = w->command->usage;
	struct usage_line line;
	struct part part;

	w->has_forms = next_line(&usage, w->table, &line) &&
		       next_part(&line, &part) && is_word(&part);
	for (size_t i = 1; i + 1 < c->n_words; i++) {
		const char *word = c->words[i];
		const struct poptOption *o = NULL;

		if (!w->takes_no_options && word[0] == '-' && word[1]) {
			w->takes_no_options = strcmp(word, "--") == 0;
			o = find_option(w->table, word, strlen(word));
			/* An option that can go without its value has it behind
			 * = alone. */
			if (!o || !takes_value(o) ||
			    o->argInfo & POPT_ARGFLAG_OPTIONAL)
				continue;
			i++;
			if (i + 1 == c->n_words)
				w->pending = o;
		} else if (w->has_forms && !w->form) {
			w->form = word;
		}
	}
}

/* True if the line of usage is about the form that was chosen, by its name or
 * by the number that regulations give it. */
static bool is_about(struct usage_line line, const struct written *w)
{
	struct part part;

	if (!w->has_forms || !w->form)
		return true;
	while (next_part(&line, &part) && part.is_first)
		if (is_part(&part, w->form) ||
		    (is_part(&part, "NUMBER") &&
		     isdigit((unsigned char)w->form[0])))
			return true;
	return false;
}

/* 3. What can be put. */

static void put_part(struct completion *c, const struct part *part)
{
	put(c, arena_format(&c->arena, "%.*s", (int)part->len, part->text), "");
}

/*
 * True if @o goes with the form that was chosen: a line of it names the option,
 * or has a group such as "<document options>", and then each that no line names
 * is of that.
 */
static bool is_taken(const struct written *w, const struct poptOption *o)
{
	bool is_named = false, has_group = false;
	const char *usage = w->command->usage;
	struct usage_line line;

	if (!w->form)
		return true;
	while (next_line(&usage, w->table, &line)) {
		bool about = is_about(line, w);
		struct part part;

		while (next_part(&line, &part)) {
			if (part.option == o && about)
				return true;
			is_named |= part.option == o;
			has_group |= part.is_group && about;
		}
	}
	return has_group && !is_named;
}

static void put_options(struct completion *c, const struct written *w)
{
	for (const struct poptOption *o = w->table; o->longName; o++) {
		bool can_repeat = (o->argInfo & POPT_ARG_MASK) == POPT_ARG_ARGV;

		if ((can_repeat || !is_given(c, o)) && is_taken(w, o))
			put(c, arena_format(&c->arena, "--%s", o->longName),
			    o->descrip ? _(o->descrip) : "");
	}
	put(c, "--help", _("show this help"));
}

static void put_commands(struct completion *c)
{
	for (size_t i = 0; c->commands[i]; i++)
		put(c, c->commands[i]->name, _(c->commands[i]->summary));
}

/* The provinces, or with @base the other forms of that one. */
static void put_provinces(struct completion *c, const char *base)
{
	size_t len = base ? strlen(base) : 0, n = 0;
	const char **codes = NULL;

	if (province_list(&c->arena, &codes, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		struct province *province = NULL;

		if (base &&
		    (strncmp(codes[i], base, len) != 0 || codes[i][len] != '-'))
			continue;
		if (province_load(codes[i], &province, NULL))
			continue;
		put(c, codes[i] + (base ? len + 1 : 0),
		    base ? province->regulation.title : province->name);
		province_free(&province);
	}
}

static const char *province_of(const struct completion *c)
{
	const char *name = value_of(c, "province");

	return name ? name : c->globals->config.province;
}

static void put_forms(struct completion *c)
{
	struct province *province = NULL;

	if (province_load(province_of(c), &province, NULL))
		return;
	put_provinces(c, province->code);
	province_free(&province);
}

/* Those of which "register template" makes a table. */
static void put_procedures(struct completion *c)
{
	struct province *province = NULL;

	if (province_load(province_of(c), &province, NULL))
		return;
	for (size_t i = 0; i < province->n_procedures; i++) {
		const struct procedure *p = &province->procedures[i];

		if (procedure_lists_subscribers(p))
			put(c, p->name, p->article);
	}
	province_free(&province);
}

/* Names of fields, which are followed by "=". */
static void put_fields(struct completion *c, bool of_register)
{
	const struct field *f;

	for (size_t i = 0; (f = field_at(i)); i++)
		if (!f->of_register || of_register)
			put(c, arena_format(&c->arena, "%s=", f->name),
			    f->label);
}

/* The same of the form that the document will have. */
static void put_paths(struct completion *c, const struct written *w)
{
	const char *const *paths = NULL, *name = w->form ? w->form : "";
	const struct procedure *procedure = NULL;
	struct province *province = NULL;
	struct form *form = NULL;
	size_t n = 0;

	put_fields(c, false);
	if (!province_load(province_of(c), &province, NULL))
		procedure = province_procedure(province, name);
	if (!form_load(procedure ? procedure->template : name, NULL, &form,
		       NULL) &&
	    !form_paths(form, &paths, &n, NULL))
		for (size_t i = 0; i < n; i++)
			if (paths[i][strlen(paths[i]) - 1] != '.')
				put(c, arena_format(&c->arena, "%s=", paths[i]),
				    "");
	form_free(&form);
	province_free(&province);
}

static void put_choices(struct completion *c, const char *field)
{
	const struct field *f = field_find_any(field);
	char words[FIELD_CHOICE_ROOM];

	for (size_t i = 0; f && f->choices && f->choices[i].key; i++)
		put(c, f->choices[i].key,
		    field_choice_words(f, f->choices[i].key, words) ? words
								    : "");
}

static bool is_of_file(const char *value)
{
	return strncmp(value, "FILE", 4) == 0 ||
	       strncmp(value, "PATH", 4) == 0 ||
	       strncmp(value, "FOLDER", 6) == 0;
}

/* Options whose values tokens or the register know. */
static const struct {
	const char *option;
	enum completion_kind kind;
} known[] = {
	{ "serial", COMPLETION_SERIALS },
	{ "sign-serial", COMPLETION_SERIALS },
	{ "label", COMPLETION_LABELS },
	{ "uri", COMPLETION_URIS },
	{ "organization", COMPLETION_AGENCIES },
	{ "unit", COMPLETION_UNITS },
	{ "giver", COMPLETION_PEOPLE },
	{ "receiver", COMPLETION_PEOPLE },
	{ "keeper", COMPLETION_PEOPLE },
};

/* A line for each, as completion_find() has them. */
static void put_found(struct completion *c, enum completion_kind kind)
{
	struct buffer found = { 0 };
	char *line, *end;

	completion_find(c, kind, value_of(c, "file"), &found);
	buffer_put(&found, "", 1);
	for (line = found.failed ? "" : (char *)found.data;
	     (end = strchr(line, '\n')); line = end + 1) {
		char *tab = strchr(line, '\t');

		*end = '\0';
		if (!tab || tab > end)
			continue;
		*tab = '\0';
		put(c, line, tab + 1);
	}
	buffer_free(&found);
}

static void put_values(struct completion *c, const struct written *w,
		       const struct poptOption *o)
{
	const char *usage = w->command->usage;
	struct usage_line line;
	struct part part;

	while (next_line(&usage, w->table, &line))
		while (next_part(&line, &part))
			if (part.is_value && part.option == o && is_word(&part))
				put_part(c, &part);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(o->longName, known[i].option) == 0)
			put_found(c, known[i].kind);
	for (int bit = 1; option_is_format(o) && format_name(bit); bit <<= 1)
		if (o->val & bit)
			put(c, format_name(bit), "");
	if (strcmp(o->longName, "province") == 0)
		put_provinces(c, NULL);
	else if (strcmp(o->longName, "forms") == 0)
		put_forms(c);
	else if (strcmp(o->longName, "for") == 0)
		put_procedures(c);
	else if (strcmp(o->longName, "holder") == 0)
		put_choices(c, "holder");
	else if (strcmp(o->longName, "set") == 0)
		put_paths(c, w);
	else if (o->argDescrip && is_of_file(o->argDescrip))
		put_files(c);
}

/* Arguments, by what stands in their place. False: there is none for @part. */
static bool put_argument(struct completion *c, const struct part *part)
{
	if (is_word(part))
		put_part(c, part);
	else if (is_part(part, "<command"))
		put_commands(c);
	else if (is_part(part, "SERIAL"))
		put_found(c, COMPLETION_SUBJECTS);
	else if (is_part(part, "ROLE"))
		put_found(c, COMPLETION_ROLES);
	else if (is_part(part, "RECORD"))
		put_choices(c, "record");
	else if (is_part(part, "NAME=TEXT"))
		put_fields(c, true);
	else if (is_of_file(part->text) || is_part(part, "FROM") ||
		 is_part(part, "TO"))
		put_files(c);
	else
		return false;
	return true;
}

static void put_arguments(struct completion *c, const struct written *w)
{
	bool chooses_form = w->has_forms && !w->form, any = false;
	bool has_subject = false;
	const char *usage = w->command->usage;
	struct usage_line line;
	struct part part;

	while (next_line(&usage, w->table, &line)) {
		if (!is_about(line, w))
			continue;
		while (next_part(&line, &part)) {
			if (part.option ||
			    (w->has_forms && part.is_first != chooses_form) ||
			    (chooses_form && !is_word(&part)))
				continue;
			has_subject |= is_part(&part, "SERIAL");
			/* A number of a letter, where nothing else is meant. */
			if (is_part(&part, "NUMBER") && !has_subject) {
				put_found(c, COMPLETION_LETTERS);
				any = true;
			} else {
				any |= put_argument(c, &part);
			}
		}
	}
	if (!any && !w->takes_no_options)
		put_options(c, w);
}

void completion_print(struct completion *c, const struct command *command,
		      const struct poptOption *table)
{
	struct written w = { .command = command, .table = table };
	const char *word = last_word(c), *equals = strchr(word, '=');
	const struct poptOption *o = NULL;

	c->typed = word;
	read_line(c, &w);
	if (!w.pending && !w.takes_no_options && equals)
		o = find_option(table, word, (size_t)(equals - word));
	if (o && takes_value(o)) {
		c->typed = equals + 1;
		c->lead = (size_t)(c->typed - word);
		w.pending = o;
	}
	if (w.pending)
		put_values(c, &w, w.pending);
	else if (word[0] == '-' && !w.takes_no_options)
		put_options(c, &w);
	else
		put_arguments(c, &w);
}
