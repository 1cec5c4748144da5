/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

#include "table.h"
#include "token/ckstoken.h"

void table_init(struct table_out *t, size_t n_columns)
{
	memset(t, 0, sizeof(*t));
	t->n_columns = n_columns;
}

static bool grow(struct table_out *t)
{
	size_t n = (t->n_rows + 1) * t->n_columns;
	char **cells = reallocarray(t->cells, n, sizeof(*cells));
	enum colour *colours;

	if (!cells)
		return false;
	t->cells = cells;
	colours = reallocarray(t->colours, n, sizeof(*colours));
	if (!colours)
		return false;
	t->colours = colours;
	return true;
}

void table_add(struct table_out *t, const char *text, enum colour colour)
{
	static const size_t none = (size_t)-1;
	size_t at = none;

	/* The last row's cells are NULL until they are filled. */
	for (size_t i = t->n_rows ? (t->n_rows - 1) * t->n_columns : 0;
	     i < t->n_rows * t->n_columns && at == none; i++)
		if (!t->cells[i])
			at = i;
	if (at == none) {
		if (!grow(t)) {
			t->failed = true;
			return;
		}
		at = t->n_rows++ * t->n_columns;
		memset(t->cells + at, 0, t->n_columns * sizeof(*t->cells));
	}
	t->cells[at] = strdup(text);
	t->colours[at] = colour;
	if (!t->cells[at])
		t->failed = true;
}

static size_t display_width(const char *text)
{
	utf8proc_ssize_t len = (utf8proc_ssize_t)strlen(text);
	size_t width = 0;

	while (len > 0) {
		utf8proc_int32_t c;
		utf8proc_ssize_t used = utf8proc_iterate(
			(const utf8proc_uint8_t *)text, len, &c);

		if (used <= 0)
			break;
		width += (size_t)utf8proc_charwidth(c);
		text += used;
		len -= used;
	}
	return width;
}

static bool use_colour(void)
{
	const char *no = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && (!no || no[0] == '\0');
}

static void print_cell(const char *text, enum colour colour, size_t pad)
{
	static const char *const codes[] = { [COLOUR_GOOD] = "\033[32m",
					     [COLOUR_WARN] = "\033[33m",
					     [COLOUR_BAD] = "\033[1;31m" };
	bool coloured = colour != COLOUR_NONE && use_colour();

	printf("%s%s%s", coloured ? codes[colour] : "", text,
	       coloured ? "\033[0m" : "");
	while (pad-- > 0)
		putchar(' ');
}

static void print_rows(const struct table_out *t)
{
	size_t widths[TABLE_MAX_COLUMNS] = { 0 };

	for (size_t i = 0; i < t->n_rows * t->n_columns; i++) {
		size_t width = display_width(t->cells[i]);

		if (width > widths[i % t->n_columns])
			widths[i % t->n_columns] = width;
	}
	for (size_t i = 0; i < t->n_rows * t->n_columns; i++) {
		size_t column = i % t->n_columns;
		bool last = column == t->n_columns - 1;
		size_t width = display_width(t->cells[i]);

		print_cell(t->cells[i], t->colours[i],
			   last ? 0 : widths[column] - width + 2);
		if (last)
			putchar('\n');
	}
}

int table_print(struct table_out *t)
{
	int ret = t->failed ? -1 : 0;

	if (!t->failed)
		print_rows(t);
	for (size_t i = 0; i < t->n_rows * t->n_columns; i++)
		free(t->cells[i]);
	free(t->cells);
	free(t->colours);
	return ret;
}

static void csv_quoted(const char *text)
{
	if (!text[strcspn(text, "\",\r\n")]) {
		fputs(text, stdout);
		return;
	}
	putchar('"');
	for (; *text; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text);
	}
	putchar('"');
}

void csv_field(const char *text, bool first)
{
	char *clean = cks_text_clean(text, strlen(text));

	if (!first)
		putchar(',');
	csv_quoted(clean ? clean : "");
	free(clean);
}

void csv_end(void)
{
	fputs("\r\n", stdout);
}
