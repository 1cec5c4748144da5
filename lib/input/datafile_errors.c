/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The errors of a table, gathered to be reported at once. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "datafile.h"
#include "field.h"
#include "secret_text.h"

#define COLUMN_LETTERS 100

/*
 * A heading may be as long as its file; so much of it is enough to know it by.
 */
static const char *shown(struct arena *arena, const char *column)
{
	char *part = strndup(column, 4L * COLUMN_LETTERS), *clean, *end;
	size_t n = COLUMN_LETTERS;

	if (!part) {
		arena->failed = true;
		return NULL;
	}
	clean = text_clean(arena, part);
	free(part);
	for (end = clean; end && *end && n; n--)
		do
			end++;
		while ((*end & 0xc0) == 0x80);
	if (end)
		*end = '\0';
	return clean;
}

/*
 * The column as an error shows it: in one of several lists, with the list's
 * name.
 */
static const char *placed(struct data_errors *errors, const char *column)
{
	const char *clean = NULL;
	char *both = NULL;

	if (!errors->part || !column) {
		column = column ? column : errors->part;
		return column ? shown(&errors->arena, column) : NULL;
	}
	if (asprintf(&both, "%s.%s", errors->part, column) < 0) {
		errors->arena.failed = true;
		return NULL;
	}
	clean = shown(&errors->arena, both);
	free(both);
	return clean;
}

static void add_to(struct data_errors *errors, struct data_error **list,
		   size_t *n, struct data_error error)
{
	struct data_error *grown =
		arena_grow(&errors->arena, *list, *n, sizeof(*grown));

	if (!grown)
		return;
	error.text = text_clean(&errors->arena, error.text);
	*list = grown;
	grown[(*n)++] = error;
}

/* True if a column is called by a secret, or is one: in a table without
 * headings its first row is taken for them. */
static bool is_secret(const char *column)
{
	struct secret_cells cells = { .named = true };

	return column && secret_is_in_cell(&cells, "", column);
}

static void add(struct data_errors *errors, size_t row, const char *column,
		const char *text)
{
	if (is_secret(column) || secret_is_in_text(text)) {
		column = is_secret(column) ? NULL : column;
		text = _(
			"This contains a password, a PIN or a PUK, and is not shown here. Remove it from the file.");
	}
	add_to(errors, &errors->list, &errors->n,
	       (struct data_error){ row, placed(errors, column), text });
}

void data_errors_add(struct data_errors *errors, size_t row, const char *column,
		     const char *format, ...)
{
	const char *text;
	va_list args;

	if (errors->n >= DATA_ERRORS_MAX) {
		errors->more++;
		return;
	}
	va_start(args, format);
	text = arena_vformat(&errors->arena, format, args);
	va_end(args);
	if (!errors->arena.failed)
		add(errors, row, column, text);
}

void data_notes_add(struct data_errors *errors, size_t row, const char *format,
		    ...)
{
	const char *text;
	va_list args;

	if (errors->n_notes >= DATA_ERRORS_MAX)
		return;
	va_start(args, format);
	text = arena_vformat(&errors->arena, format, args);
	va_end(args);
	/* A cell that is passed over may tell a secret, too. */
	if (!errors->arena.failed && !secret_is_in_text(text))
		add_to(errors, &errors->notes, &errors->n_notes,
		       (struct data_error){ row, NULL, text });
}

void data_errors_know_heading(struct data_errors *errors, const char *field,
			      const char *heading)
{
	struct data_heading *grown =
		arena_grow(&errors->arena, errors->headings, errors->n_headings,
			   sizeof(*grown));
	const char *clean = grown ? shown(&errors->arena, heading) : NULL;

	if (!clean)
		return;
	errors->headings = grown;
	grown[errors->n_headings++] = (struct data_heading){ field, clean };
}

const char *data_errors_heading(const struct data_errors *errors,
				const char *field)
{
	const struct field *f = field ? field_find_any(field) : NULL;

	for (size_t i = 0; field && errors && i < errors->n_headings; i++)
		if (!strcmp(errors->headings[i].field, field))
			return errors->headings[i].heading;
	return f ? f->label : field;
}

void data_errors_close(struct data_errors *errors)
{
	char *text = NULL;

	if (!errors->more)
		return;
	if (asprintf(&text,
		     Q_("There is %zu more error.",
			"There are %zu more errors.", errors->more),
		     errors->more) < 0) {
		errors->arena.failed = true;
		return;
	}
	errors->more = 0;
	add(errors, 0, NULL, text);
	free(text);
}

void data_errors_free(struct data_errors *errors)
{
	arena_free(&errors->arena);
	*errors = (struct data_errors){ 0 };
}
