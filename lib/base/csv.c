/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "csv.h"

#include <string.h>

#include "text.h"

#define SEP_LINE "sep="
#define DIGITS "0123456789"

/* The separators, the surest first. */
static const char separators[] = "\t;,";

static bool ends_line(char c)
{
	return c == '\n' || c == '\r';
}

static bool ends_text(const struct csv *csv, const char *p)
{
	return p == csv->end;
}

/* Past the line end at @p, if there is one. */
static char *next_line(char *p)
{
	if (!ends_line(*p))
		return p;
	return p[0] == '\r' && p[1] == '\n' ? p + 2 : p + 1;
}

static char find_separator(const char *text)
{
	const char *best = NULL, *found;
	bool quoted = false;

	for (; *text && (quoted || !ends_line(*text)); text++) {
		if (*text == '"')
			quoted = !quoted;
		found = quoted ? NULL : strchr(separators, *text);
		if (found && (!best || found < best))
			best = found;
	}
	if (!best)
		return ',';
	return *best;
}

void csv_open(struct csv *csv, char *text, size_t len)
{
	const size_t n = strlen(SEP_LINE);

	*csv = (struct csv){ .at = text, .end = text + len };
	if (!strncmp(text, SEP_LINE, n) && text[n] &&
	    strchr(separators, text[n]) && ends_line(text[n + 1])) {
		csv->separator = text[n];
		csv->at = next_line(text + n + 1);
	} else {
		csv->separator = find_separator(text);
	}
}

/* Takes the quotes off the cell that opens at @p. Returns the place after the
 * closing quote, or NULL when there is none. */
static char *unquote(struct csv *csv, char *p)
{
	char *out = p++;

	while (!ends_text(csv, p)) {
		if (p[0] == '"' && p[1] != '"') {
			*out = '\0';
			return p + 1;
		}
		if (*p == '"')
			p++;
		*out++ = *p++;
	}
	return NULL;
}

bool csv_is_blank(const char *cell)
{
	while (*cell == ' ' || *cell == '\t' || ends_line(*cell))
		cell++;
	return !*cell || text_is_blank(cell);
}

/* True if spreadsheets take what begins with @s for a formula. */
static bool begins_formula(const char *s)
{
	/* As letters of full width too, which Excel takes for the others. */
	static const char *const wide[] = { "\xef\xbc\x9d", "\xef\xbc\x8b",
					    "\xef\xbc\x8d", "\xef\xbc\xa0" };
	size_t i;

	for (i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (!strncmp(s, wide[i], strlen(wide[i])))
			return true;
	return *s && strchr("=+-@\t\r\n", *s);
}

/* True if @s is a negative number up to its end, or a semicolon. */
static bool is_number(const char *s)
{
	size_t n;

	if (*s++ != '-')
		return false;
	n = strspn(s, DIGITS);
	s += n;
	if (n && (*s == '.' || *s == ',')) {
		n = strspn(s + 1, DIGITS);
		s += 1 + n;
	}
	return n && (!*s || *s == ';');
}

/* True if an apostrophe goes before @s, which begins a cell: also where one
 * stands there of its own, so that each is taken away once. */
static bool is_to_guard(const char *s)
{
	return begins_formula(s + strspn(s, "'")) && !is_number(s);
}

const char *csv_unguarded(const char *text)
{
	return *text == '\'' && is_to_guard(text) ? text + 1 : text;
}

/* Takes the apostrophes away that csv_write() puts there. */
static void unguard(char *cell)
{
	char *out = cell;
	bool begins = true;

	if (!strchr(cell, '\''))
		return;
	for (; *cell; cell++) {
		if (begins && *cell == '\'' && is_to_guard(cell))
			cell++;
		begins = *cell == ';';
		*out++ = *cell;
	}
	*out = '\0';
}

void csv_write(FILE *stream, const char *text)
{
	bool quoted = text[strcspn(text, "\",;\t\r\n")], begins = true;

	if (quoted)
		putc('"', stream);
	for (; *text; text++) {
		if (begins && is_to_guard(text))
			putc('\'', stream);
		if (*text == '"')
			putc('"', stream);
		putc(*text, stream);
		begins = *text == ';';
	}
	if (quoted)
		putc('"', stream);
}

enum csv_result csv_row(struct csv *csv, struct csv_row *row)
{
	char *cell = csv->at, *p;
	bool more = true;

	row->number = csv->number + 1;
	row->n = 0;
	row->blank = true;
	if (ends_text(csv, cell))
		return CSV_END;
	csv->number++;
	while (more) {
		p = cell;
		if (*cell == '"')
			p = unquote(csv, cell);
		else
			while (*p != csv->separator && !ends_line(*p) &&
			       *p != '"' && !ends_text(csv, p))
				p++;
		if (!p) {
			csv->at = csv->end;
			return CSV_UNCLOSED_QUOTE;
		}
		more = *p == csv->separator;
		if (!more && !ends_line(*p) && !ends_text(csv, p)) {
			/* The row is lost; go on with the next. */
			while (!ends_text(csv, p) && !ends_line(*p))
				p++;
			csv->at = next_line(p);
			return CSV_STRAY_QUOTE;
		}
		csv->at = more ? p + 1 : next_line(p);
		*p = '\0';
		unguard(cell);
		row->blank = row->blank && csv_is_blank(cell);
		if (row->n < CSV_CELLS_MAX)
			row->cells[row->n] = cell;
		row->n++;
		cell = csv->at;
	}
	return CSV_ROW;
}

const char *csv_column_name(size_t column, char name[CSV_COLUMN_SIZE])
{
	char *p = name + CSV_COLUMN_SIZE - 1;

	*p = '\0';
	for (; column > 0 && p > name; column = (column - 1) / 26)
		*--p = (char)('A' + (column - 1) % 26);
	return p;
}

size_t csv_number_at(char *text, size_t len, const char *at)
{
	struct csv_row row = { 0 };
	struct csv csv;

	csv_open(&csv, text, len);
	while (csv_row(&csv, &row) != CSV_END && csv.at <= at)
		;
	return row.number;
}
