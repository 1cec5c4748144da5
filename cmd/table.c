/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdarg.h>
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

/* The escape that @colour begins with; "" where there is none. */
static const char *colour_begin(enum colour colour)
{
	static const char *const codes[] = { [COLOUR_NONE] = "",
					     [COLOUR_GOOD] = "\033[32m",
					     [COLOUR_WARN] = "\033[33m",
					     [COLOUR_BAD] = "\033[1;31m" };

	return screen_has_colours() ? codes[colour] : "";
}

void table_print_cell(const char *text, enum colour colour, size_t pad)
{
	const char *begin = *text ? colour_begin(colour) : "";

	printf("%s%s%s%*s", begin, text, *begin ? "\033[0m" : "", (int)pad, "");
}

/* 1. In columns */

/* The bytes of @text up to the first blank behind a word. */
static size_t word_length(const char *text)
{
	return strcspn(text, " ");
}

/* The columns that the widest word of @text takes. */
static size_t widest_word(const char *text)
{
	size_t widest = 0;

	while (*text) {
		size_t len = word_length(text);
		size_t width = width_of(text, len);

		widest = width > widest ? width : widest;
		text += len;
		text += strspn(text, " ");
	}
	return widest;
}

struct widths {
	size_t whole[TABLE_MAX_COLUMNS]; /* of the widest cell */
	size_t least[TABLE_MAX_COLUMNS]; /* of the widest word */
};

static void measure(const struct table_out *t, struct widths *w)
{
	for (size_t i = 0; i < t->n_rows * t->n_columns; i++) {
		size_t k = i % t->n_columns;
		size_t whole = display_width(t->cells[i]);

		if (whole > w->whole[k])
			w->whole[k] = whole;
		if (whole > w->least[k] &&
		    widest_word(t->cells[i]) > w->least[k])
			w->least[k] = widest_word(t->cells[i]);
	}
}

/* Takes from the widest columns what goes beyond @room. False where some word
 * would be broken. */
static bool make_fit(struct widths *w, size_t n, size_t room)
{
	size_t all = 2 * (n - 1);

	for (size_t i = 0; i < n; i++)
		all += w->whole[i];
	while (all > room) {
		size_t widest = n;

		for (size_t i = 0; i < n; i++)
			if (w->whole[i] > w->least[i] &&
			    (widest == n || w->whole[i] > w->whole[widest]))
				widest = i;
		if (widest == n)
			return false;
		w->whole[widest]--;
		all--;
	}
	return true;
}

/* The bytes of @text that a line of a cell has: as many words as have room. */
static size_t line_length(const char *text, size_t room)
{
	size_t len = word_length(text);

	while (text[len]) {
		size_t next = len + strspn(text + len, " ");

		next += word_length(text + next);
		if (width_of(text, next) > room)
			break;
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
	size_t pad = 0; /* none at the end of a line */

	for (size_t i = 0; i < t->n_columns; i++) {
		size_t len = line_length(rest[i], widths[i]);
		char *line = strndup(rest[i], len);

		if (len)
			printf("%*s", (int)pad, "");
		pad = widths[i] - width_of(rest[i], len) + (len ? 2 : pad + 2);
		table_print_cell(line ? line : "",
				 t->colours[row * t->n_columns + i], 0);
		free(line);
		rest[i] += len;
		rest[i] += strspn(rest[i], " ");
		more = more || *rest[i];
	}
	putchar('\n');
	return more;
}

static void print_columns(const struct table_out *t, const size_t *widths)
{
	const char *rest[TABLE_MAX_COLUMNS];

	for (size_t row = 0; row < t->n_rows; row++) {
		for (size_t i = 0; i < t->n_columns; i++)
			rest[i] = t->cells[row * t->n_columns + i];
		while (print_line(t, row, widths, rest))
			;
	}
}

/* 2. As paragraphs */

/* Prints @text behind @name, or on the next line if a word of it has no room
 * there. */
static void print_named(const char *name, const char *text, enum colour colour,
			size_t column, size_t room)
{
	const char *begin = colour_begin(colour);

	if (!*text)
		return;
	printf("%s%*s", name, (int)(column - display_width(name)), "");
	if (column + widest_word(text) > room) {
		column = 2;
		printf("\n%*s", (int)column, "");
	}
	fputs(begin, stdout);
	put_wrapped(stdout, text, room, column, column);
	fputs(*begin ? "\033[0m" : "", stdout);
}

static void print_paragraphs(const struct table_out *t, size_t room)
{
	size_t column = 0, n = t->n_columns;

	for (size_t i = 0; i < n; i++)
		if (display_width(t->cells[i]) > column)
			column = display_width(t->cells[i]);
	for (size_t row = 1; row < t->n_rows; row++) {
		/* A row that belongs to the one before has nothing in front.
		 */
		if (row > 1 && *t->cells[row * n])
			putchar('\n');
		for (size_t i = 0; i < n; i++)
			print_named(t->cells[i], t->cells[row * n + i],
				    t->colours[row * n + i], column + 2, room);
	}
}

static void print_rows(const struct table_out *t)
{
	size_t room = screen_width(STDOUT_FILENO);
	struct widths natural = { 0 }, fitting;

	measure(t, &natural);
	fitting = natural;
	if (!room || make_fit(&fitting, t->n_columns, room)) {
		print_columns(t, fitting.whole);
		return;
	}
	if (!t->is_plain)
		print_paragraphs(t, room);
	for (size_t i = 0; t->is_plain && i < t->n_rows; i++)
		print_named(t->cells[2 * i], t->cells[2 * i + 1],
			    t->colours[2 * i + 1], natural.whole[0] + 2, room);
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

/* 3. Wrapped */

/* A command to be copied begins so. */
#define COMMAND "ckstoken "

/*
 * The bytes of the command that @text, a part of @whole, begins with; 0: it
 * begins with none. A command stands in quotation marks, behind the sign of a
 * shell; or it is all that there is, or all that comes behind a colon.
 */
static size_t command_length(const char *whole, const char *text)
{
	bool quoted = *text == '"';
	const char *end = quoted ? strchr(text + 1, '"') : NULL;
	size_t begin = strncmp(text, "$ ", 2) == 0 ? 2 : quoted;

	if (strncmp(text + begin, COMMAND, strlen(COMMAND)) != 0)
		return 0;
	if (end)
		return (size_t)(end - text) + word_length(end);
	if (quoted || (!begin && text > whole + 1 && text[-2] != ':'))
		return 0;
	return strlen(text);
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
	len = word_length(text);
	if (width_of(text, len) <= room)
		return len;
	for (size_t i = 1; i < len && width_of(text, i) <= room; i++)
		if (text[i - 1] == '|' && (!at || width_of(text, i) <= left))
			at = i;
	return at ? at : len;
}

/* Writes the @len bytes of a command that is wider than a line, from @column
 * on, and returns the column behind it. Lines end as a shell wants it, at a
 * blank that is not within an argument. */
static size_t put_command(FILE *to, const char *text, size_t len, size_t width,
			  size_t column, size_t indent)
{
	const char *end = text + len;

	while (text < end) {
		size_t word = 0, taken;
		bool within = false;

		for (; text + word < end && (within || text[word] != ' ');
		     word++)
			within ^= text[word] == '\'';
		taken = width_of(text, word);
		/* Two columns are for the sign that the command goes on. */
		if (column > indent && column + taken + 2 > width) {
			fprintf(to, "\\\n%*s", (int)indent, "");
			column = indent;
		}
		word += text + word < end;
		fprintf(to, "%.*s", (int)word, text);
		column += width_of(text, word);
		text += word;
	}
	return column;
}

void put_wrapped(FILE *to, const char *text, size_t width, size_t column,
		 size_t indent)
{
	size_t first = strspn(text, " "), room;
	const char *whole = text + first;
	bool begun = false; /* there are words of @text on the line */

	fprintf(to, "%*s", (int)first, "");
	text = whole;
	column += first;
	indent += first;
	room = width > indent ? width - indent : 1;
	while (*text) {
		size_t blanks = strspn(text, " "), taken = column + blanks;
		size_t left = taken < width ? width - taken : 0;
		size_t command = command_length(whole, text + blanks);
		size_t len =
			command ? command : unbroken(text + blanks, left, room);
		size_t wide = width_of(text + blanks, len), begin = indent;

		if (!command && wide > room)
			begin = wide < width ? width - wide : 0;
		/* A word that has no room behind the blanks of a line has
		 * less of them. */
		if (wide > left &&
		    (begun || (column > begin && wide <= width))) {
			taken = begin;
			fprintf(to, "\n%*s", (int)taken, "");
		} else {
			fprintf(to, "%*s", (int)blanks, "");
		}
		text += blanks;
		if (command && wide > room) {
			column = put_command(to, text, len, width, taken,
					     indent);
		} else {
			fprintf(to, "%.*s", (int)len, text);
			column = taken + wide;
		}
		text += len;
		begun = true;
	}
	fputc('\n', to);
}

void print_wrapped(const char *text, size_t column, size_t indent)
{
	put_wrapped(stdout, text, screen_text_width(STDOUT_FILENO), column,
		    indent);
}

void print_indented(size_t indent, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	printf("%*s", (int)indent, "");
	if (screen_width(STDOUT_FILENO))
		print_wrapped(text ? text : "", indent, indent + 4);
	else
		puts(text ? text : "");
	free(text);
}
