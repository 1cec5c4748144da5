/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

#include "input/excel.h"
#include "table.h"
#include "token/ckstoken.h"

void table_init(struct table_out *t, size_t n_columns)
{
	memset(t, 0, sizeof(*t));
	t->n_columns = n_columns;
}

static bool grow(struct table_out *t)
{
	size_t room = t->n_rows ? 2 * t->n_rows : 1;
	size_t n = room * t->n_columns;
	enum colour *colours;
	char **cells;

	/* The room doubles, so that only a power of two is full. */
	if (t->n_rows & (t->n_rows - 1))
		return true;
	cells = reallocarray(t->cells, n, sizeof(*cells));
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

static size_t width_of(const char *text, size_t bytes)
{
	utf8proc_ssize_t len = (utf8proc_ssize_t)bytes;
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

size_t display_width(const char *text)
{
	return width_of(text, strlen(text));
}

void table_print_cell(const char *text, enum colour colour, size_t pad)
{
	static const char *const codes[] = { [COLOUR_GOOD] = "\033[32m",
					     [COLOUR_WARN] = "\033[33m",
					     [COLOUR_BAD] = "\033[1;31m" };
	const char *no = getenv("NO_COLOR");
	bool coloured = *text && colour != COLOUR_NONE &&
			isatty(STDOUT_FILENO) && (!no || no[0] == '\0');

	printf("%s%s%s", coloured ? codes[colour] : "", text,
	       coloured ? "\033[0m" : "");
	while (pad-- > 0)
		putchar(' ');
}

/* Takes from the widest columns what goes beyond a line. */
static void make_fit(size_t *widths, size_t n)
{
	size_t all = 2 * (n - 1);

	for (size_t i = 0; i < n; i++)
		all += widths[i];
	for (; all > LINE_WIDTH; all--) {
		size_t widest = 0;

		for (size_t i = 1; i < n; i++)
			if (widths[i] > widths[widest])
				widest = i;
		widths[widest]--;
	}
}

/* The bytes of @text that a line of a cell has: up to its last blank that has
 * room, or as much of a word as has. */
static size_t line_length(const char *text, size_t room)
{
	size_t blank = 0, len = 0;

	while (text[len]) {
		size_t next = len + 1;

		while (((unsigned char)text[next] & 0xc0) == 0x80)
			next++;
		if (width_of(text, next) > room)
			return blank ? blank : len;
		if (text[len] == ' ')
			blank = len;
		len = next;
	}
	return len;
}

/* Prints one line of each cell of a row, and moves on in @rest; false after the
 * last. */
static bool print_line(const struct table_out *t, size_t row,
		       const size_t *widths, const char **rest)
{
	bool more = false;

	for (size_t i = 0; i < t->n_columns; i++) {
		bool last = i == t->n_columns - 1;
		size_t len = line_length(rest[i], widths[i]);
		size_t width = width_of(rest[i], len);
		char *line = strndup(rest[i], len);

		table_print_cell(line ? line : "",
				 t->colours[row * t->n_columns + i],
				 last ? 0 : widths[i] - width + 2);
		free(line);
		rest[i] += len;
		rest[i] += strspn(rest[i], " ");
		more = more || *rest[i];
	}
	putchar('\n');
	return more;
}

static void print_rows(const struct table_out *t)
{
	size_t widths[TABLE_MAX_COLUMNS] = { 0 };
	const char *rest[TABLE_MAX_COLUMNS];

	for (size_t i = 0; i < t->n_rows * t->n_columns; i++) {
		size_t width = display_width(t->cells[i]);

		if (width > widths[i % t->n_columns])
			widths[i % t->n_columns] = width;
	}
	if (t->fits && isatty(STDOUT_FILENO))
		make_fit(widths, t->n_columns);
	for (size_t row = 0; row < t->n_rows; row++) {
		for (size_t i = 0; i < t->n_columns; i++)
			rest[i] = t->cells[row * t->n_columns + i];
		while (print_line(t, row, widths, rest))
			;
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

static bool is_short;
static struct csv_output csv;

void csv_choose(int kind)
{
	csv.for_excel = kind & CSV_FOR_EXCEL;
}

bool csv_is_short(void)
{
	return is_short;
}

bool csv_is_for_excel(void)
{
	return csv.for_excel;
}

void csv_field(const char *text)
{
	char *clean = cks_text_clean(text, strlen(text));

	is_short |= !clean;
	csv.stream = stdout;
	csv_output_cell(&csv, clean ? clean : "");
	free(clean);
}

void csv_end(void)
{
	csv_output_end(&csv);
}

void csv_headings(const char *names)
{
	while (*names) {
		size_t len = strcspn(names, ",");
		char *name = strndup(names, len);

		csv_field(name ? name : "");
		free(name);
		names += len + (names[len] == ',');
	}
	csv_end();
}

/*
 * The bytes of @text that stay on one line, which has @left columns; a new one
 * has @room. They go up to a blank that is in no brackets. Where they are wider
 * than @room, they go up to any blank; and where a word is, up to its last |
 * that has a place.
 */
static size_t unbroken(const char *text, size_t left, size_t room)
{
	size_t len, at = 0;
	int depth = 0;

	for (len = 0; text[len] && (depth > 0 || text[len] != ' '); len++)
		depth += (text[len] == '[') - (text[len] == ']');
	if (width_of(text, len) <= room)
		return len;
	len = strcspn(text, " ");
	if (width_of(text, len) <= room)
		return len;
	for (size_t i = 1; i < len && width_of(text, i) <= room; i++)
		if (text[i - 1] == '|' && (!at || width_of(text, i) <= left))
			at = i;
	return at ? at : len;
}

void wrap_to(FILE *to, const char *text, size_t column, size_t indent)
{
	bool begun = false; /* there are words of @text on the line */

	while (*text) {
		bool blank = *text == ' ';
		size_t taken = column + (begun && blank);
		size_t left = taken < LINE_WIDTH ? LINE_WIDTH - taken : 0;
		size_t len = unbroken(text + blank, left, LINE_WIDTH - indent);
		size_t width = width_of(text + blank, len);

		if (begun && width > left) {
			fprintf(to, "\n%*s", (int)indent, "");
			taken = indent;
			begun = false;
		}
		fprintf(to, "%s%.*s", begun && blank ? " " : "", (int)len,
			text + blank);
		column = taken + width;
		text += blank + len;
		begun = true;
	}
	putc('\n', to);
}

void print_wrapped(const char *text, size_t column, size_t indent)
{
	wrap_to(stdout, text, column, indent);
}
