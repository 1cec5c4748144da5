/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "message.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/text.h"
#include "command.h"
#include "input/database_url.h"
#include "input/secret_text.h"
#include "progress.h"
#include "table.h"

/* Those of the program. */
static char *const *arguments;

void message_arguments(char *const *all)
{
	arguments = all;
}

char *const *message_command_line(void)
{
	return arguments;
}

/* Lines go there, too; see message_record(). */
static json_t *record;
static bool is_silent;

void message_record(json_t *lines, bool silent)
{
	record = lines;
	is_silent = lines && silent;
}

/* Leaves @part, as it is shown, out of @line. What is shorter than a secret
 * stays. */
static void leave_out(char *line, const char *part)
{
	char *clean = cks_text_clean(part, strlen(part)), *at = line;
	size_t len = clean ? strlen(clean) : 0;

	while (len > 3 && (at = strstr(at, clean))) {
		memset(at, '.', 3);
		at += 3;
		memmove(at, at + len - 3, strlen(at + len - 3) + 1);
	}
	free(clean);
}

/* A path may have the word and a number in it, and no blank: "pin-2026.csv". */
static bool is_path(const char *argument)
{
	return !strchr(argument, ' ') && strpbrk(argument, "./");
}

/* An address with a password, given where no address is taken. */
static void hide_address(char *line, const char *argument)
{
	const char *value = strchr(argument, '=');

	if (database_may_tell(argument))
		leave_out(line, argument);
	if (value && database_may_tell(value + 1))
		leave_out(line, value + 1);
}

/* Whoever typed a secret knows it; who reads what was logged must not. */
static void hide_secrets(char *line)
{
	for (size_t i = 1; arguments && arguments[i - 1] && arguments[i]; i++) {
		const char *part = arguments[i];

		hide_address(line, part);
		if (is_path(part) || !secret_is_in_text(part))
			continue;
		do {
			part += *part == '=';
			leave_out(line, part);
		} while ((part = strchr(part, '=')));
	}
}

char *message_clean(const char *text)
{
	char *clean = cks_text_clean(text, strlen(text));

	if (clean)
		hide_secrets(clean);
	return clean;
}

/* The first error, for who reads no standard error. */
static char *first_error;

const char *message_first_error(void)
{
	return first_error ? first_error : cks_strerror(CKS_ERR_MEMORY);
}

/* On a terminal its words are not broken; for a program it is one line. */
static void show_line(const char *text)
{
	static const char name[] = "ckstoken: ";
	size_t indent = sizeof(name) - 1;

	progress_hide();
	fputs(name, stderr);
	if (screen_width(STDERR_FILENO))
		put_wrapped(stderr, text, screen_text_width(STDERR_FILENO),
			    indent, indent);
	else
		fprintf(stderr, "%s\n", text);
}

/* Prints one line, whatever the name of a file or an argument holds; with @kept
 * that is kept there, unless another is. */
static void print_line(const char *format, va_list args, char **kept)
{
	char *text = NULL, *clean = NULL;
	int n;

	(void)fflush(stdout);
	n = vasprintf(&text, format, args);
	if (n >= 0) {
		clean = message_clean(text);
		free(text);
	}
	if (record && clean)
		(void)json_array_append_new(record, json_string(clean));
	if (!is_silent || !clean)
		show_line(clean ? clean : cks_strerror(CKS_ERR_MEMORY));
	/* An answer that is asked for again is no error of the command. */
	if (kept && !*kept && !is_silent)
		*kept = clean;
	else
		free(clean);
}

void print_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line(format, args, &first_error);
	va_end(args);
}

void print_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line(format, args, NULL);
	va_end(args);
}

void print_message(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line(format, args, NULL);
	va_end(args);
}

int exit_code_of(enum cks_err err)
{
	switch (err) {
	case CKS_OK:
		return EXIT_DONE;
	case CKS_ERR_SO_PIN_INCORRECT:
	case CKS_ERR_PUK_INCORRECT:
	case CKS_ERR_USER_PIN_INCORRECT:
		return EXIT_WRONG_PIN;
	case CKS_ERR_SO_PIN_LOCKED:
	case CKS_ERR_PUK_LOCKED:
	case CKS_ERR_USER_PIN_LOCKED:
		return EXIT_LOCKED;
	case CKS_ERR_CERTIFICATE:
	case CKS_ERR_OPENSC_CONF:
	case CKS_ERR_EITHER_LENGTH:
	case CKS_ERR_PIN_REFUSED:
		return EXIT_BAD_INPUT;
	case CKS_ERR_PIN_LENGTH:
	case CKS_ERR_PIN_CHARACTERS:
	case CKS_ERR_SO_PIN_LENGTH:
	case CKS_ERR_SO_PIN_CHARACTERS:
	case CKS_ERR_PUK_LENGTH:
	case CKS_ERR_PUK_CHARACTERS:
	case CKS_ERR_ANOTHER_ATTEMPT:
	case CKS_ERR_STATE_CHANGED:
	case CKS_ERR_USER_PIN_LENGTH:
	case CKS_ERR_USER_PIN_FINAL_TRY:
		return EXIT_REFUSED;
	case CKS_ERR_UNSUPPORTED:
		return EXIT_NO_WAY;
	case CKS_ERR_NO_KEY:
	case CKS_ERR_SIGNATURE:
	case CKS_ERR_KEY_MISMATCH:
	case CKS_ERR_CANNOT_PROVE:
		return EXIT_ATTENTION;
	default:
		return EXIT_DEVICE;
	}
}

int print_no_memory(void)
{
	print_error("%s", cks_strerror(CKS_ERR_MEMORY));
	return exit_code_of(CKS_ERR_MEMORY);
}

static void print_data_error(const char *path, const struct data_error *e)
{
	if (!path && e->column)
		print_error("%s: %s", e->column, e->text);
	else if (!path)
		print_error("%s", e->text);
	else if (e->row && e->column)
		print_error(_("%s: row %zu, column \"%s\": %s"), path, e->row,
			    e->column, e->text);
	else if (e->row)
		print_error(_("%s: row %zu: %s"), path, e->row, e->text);
	else if (e->column)
		print_error(_("%s: column \"%s\": %s"), path, e->column,
			    e->text);
	else
		print_error("%s: %s", path, e->text);
}

void print_data_errors(const char *path, const struct data_errors *errors)
{
	for (size_t i = 0; i < errors->n_notes; i++)
		print_data_error(path, &errors->notes[i]);
	for (size_t i = 0; i < errors->n; i++)
		print_data_error(path, &errors->list[i]);
}

/* "Did you mean ...?" */

/* The beginning of a name says which is meant from so many letters on. */
#define LEAST_BEGINNING 3

void suggest_begin(struct suggestion *s, const char *typed)
{
	*s = (struct suggestion){ .typed = typed,
				  .folded = cks_text_fold(typed) };
}

/* Measures how far @known, folded, is from what was typed; false: it is not
 * near. */
static bool measure(const struct suggestion *s, const char *known,
		    size_t *distance)
{
	struct text_nearest near = { .wanted = s->folded };
	size_t len = strlen(s->folded);

	text_nearest_try(&near, known);
	*distance = near.distance;
	if (near.found)
		return true;
	/* A name of which a few letters are wrong is nearer. */
	*distance = strlen(known);
	return len >= LEAST_BEGINNING && strncmp(s->folded, known, len) == 0;
}

void suggest_try(struct suggestion *s, const char *known)
{
	char *folded = s->folded && *s->folded ? cks_text_fold(known) : NULL;
	size_t distance;

	if (folded && *folded && measure(s, folded, &distance) &&
	    (!s->found || distance < s->distance)) {
		free(s->found);
		s->found = strdup(known);
		s->distance = distance;
	}
	free(folded);
}

void suggest_end(struct suggestion *s)
{
	free(s->folded);
	free(s->found);
	*s = (struct suggestion){ 0 };
}

void suggest_print(struct suggestion *s, const char *before)
{
	if (s->found && strcmp(s->found, s->typed) != 0)
		/* TRANSLATORS: a name that is nearly as what was typed. */
		print_message(_("did you mean \"%s%s\"?"), before, s->found);
	suggest_end(s);
}

void suggest_of(const char *typed, const char *const *known, size_t n,
		size_t step)
{
	struct suggestion s;

	suggest_begin(&s, typed);
	for (size_t i = 0; i < n; i++)
		suggest_try(&s, *(const char *const *)((const char *)known +
						       i * step));
	suggest_print(&s, "");
}
