/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A sheet is read twice: what is to be known before its first cell, as which
 * cells are merged, stands behind the last.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/text.h"
#include "xlsx.h"

/* No office merges more cells than this. */
#define MAX_MERGES 50000
/* So much is told of what is hidden or filled. */
#define MAX_TOLD 120

/* The text of all of a sheet. */
#define MAX_TEXT (EXTRACT_TABLE_MAX - ((size_t)1 << 20))

/* A formula whose value was not saved with it, which no table program writes
 * so.
 */
static const char no_value[] = EXTRACT_NO_VALUE;

enum cell_type {
	CELL_NUMBER,
	CELL_SHARED,
	CELL_TEXT,
	CELL_BOOLEAN,
	CELL_OTHER, /* errors, and days in ISO 8601: text, too */
};

struct cell {
	size_t column;
	enum cell_type type;
	unsigned long style;
	bool has_formula, has_value;
	struct rich_text value;
};

/* A row, with where the text of each of its cells begins; 0: there is none. */
struct row {
	size_t number, last;
	bool hidden;
	size_t starts[XLSX_COLUMNS + 1];
	struct buffer texts;
};

/* One pass over a sheet. */
struct pass {
	struct book *book;
	struct sheet *sheet;
	FILE *out; /* NULL: to look */
	struct part part;
	struct row *row;
	struct cell cell;
	size_t column; /* of the last cell */
	size_t printed;
	size_t next; /* of the merges, in the order of their tops */
	/* Those that the row is in, and the texts that they fill it with. */
	struct {
		const struct merge *merge;
		char *text;
	} * active;
	size_t n_active;
	size_t hidden_first, hidden_last; /* rows that are not told yet */
};

/* "BC12" as its row and column; 0 for one that is not there or not right. */
static void read_place(const char *s, size_t *row, size_t *column)
{
	*row = *column = 0;
	for (; *s >= 'A' && *s <= 'Z' && *column <= XLSX_COLUMNS; s++)
		*column = *column * 26 + (size_t)(*s - 'A') + 1;
	for (; *s >= '0' && *s <= '9' && *row <= XLSX_ROWS; s++)
		*row = *row * 10 + (size_t)(*s - '0');
	if (*s || *column > XLSX_COLUMNS || *row > XLSX_ROWS)
		*row = *column = 0;
}

/* The attribute @name of the element, or NULL; good until the next node. */
static const char *attribute(struct part *part, const char *name)
{
	xmlTextReader *xml = part->xml;
	const char *value = NULL;

	while (!value && xmlTextReaderMoveToNextAttribute(xml) == 1)
		if (!strcmp((const char *)xmlTextReaderConstLocalName(xml),
			    name))
			value = (const char *)xmlTextReaderConstValue(xml);
	(void)xmlTextReaderMoveToElement(xml);
	return value;
}

static size_t number_of(const char *value, size_t most)
{
	char *end;
	unsigned long n = value ? strtoul(value, &end, 10) : 0;

	return value && end > value && !*end && n <= most ? n : 0;
}

static bool is_true(const char *value)
{
	return value && (!strcmp(value, "1") || !strcmp(value, "true"));
}

/* 1. Cells. */

static bool is_hex(const char *s)
{
	return strspn(s, "0123456789abcdefABCDEF") >= 4 && s[4] == '_';
}

/* "_x000D_" is one character, and "_x005F_" an underscore before another x. */
void put_unescaped(struct buffer *text, const char *s)
{
	const char *at;

	while ((at = strstr(s, "_x"))) {
		char digits[5] = "", out[4];
		unsigned long cp;

		buffer_put(text, s, (size_t)(at - s));
		s = at;
		if (!is_hex(at + 2)) {
			buffer_put(text, "_x", 2);
			s += 2;
			continue;
		}
		memcpy(digits, at + 2, 4);
		cp = strtoul(digits, NULL, 16);
		/* Half of a character stays as it is written. */
		if (cp >= 0xd800 && cp <= 0xdfff)
			buffer_put(text, at, 7);
		else if (cp < ' ')
			buffer_puts(text, cp == '\n' ? "\n" : " ");
		else
			buffer_put(text, out, text_encode((int32_t)cp, out));
		s += 7;
	}
	buffer_puts(text, s);
}

bool part_strikes(struct part *part)
{
	const char *value;

	if (!part_begins(part, "strike"))
		return false;
	value = attribute(part, "val");
	return !value || is_true(value);
}

void rich_text_take(struct rich_text *rich, struct part *part)
{
	const xmlChar *text;

	if (part_is_text(part)) {
		text = rich->in_text && !rich->in_phonetic
			       ? xmlTextReaderConstValue(part->xml)
			       : NULL;
		if (text)
			buffer_puts(&rich->text, (const char *)text);
		rich->is_struck |= text && rich->strikes &&
				   !csv_is_blank((const char *)text);
		return;
	}
	if (part_begins(part, "r"))
		rich->strikes = false;
	rich->strikes |= part_strikes(part);
	if (part_begins(part, "v") || part_begins(part, "t"))
		rich->in_text = true;
	if (part_ends(part, "v") || part_ends(part, "t"))
		rich->in_text = false;
	if (part_begins(part, "rPh"))
		rich->in_phonetic = true;
	if (part_ends(part, "rPh"))
		rich->in_phonetic = false;
}

static const char *book_string(const struct book *book, size_t n)
{
	return n < book->n_strings
		       ? (const char *)book->strings.data + book->starts[n]
		       : NULL;
}

static enum cell_type type_of(const char *t)
{
	if (!t || !strcmp(t, "n"))
		return CELL_NUMBER;
	if (!strcmp(t, "s"))
		return CELL_SHARED;
	if (!strcmp(t, "str") || !strcmp(t, "inlineStr"))
		return CELL_TEXT;
	return !strcmp(t, "b") ? CELL_BOOLEAN : CELL_OTHER;
}

static enum extract_exit begin_cell(struct pass *pass)
{
	struct cell *cell = &pass->cell;
	const char *place = attribute(&pass->part, "r");
	size_t row = pass->row->number, column = pass->column + 1;

	if (place)
		read_place(place, &row, &column);
	/* Cells stand in their order, each once. */
	if (row != pass->row->number || column <= pass->column ||
	    column > XLSX_COLUMNS)
		return EXTRACT_BROKEN;
	pass->column = column;
	cell->column = column;
	cell->type = type_of(attribute(&pass->part, "t"));
	cell->style = number_of(attribute(&pass->part, "s"), 1000000);
	cell->has_formula = cell->has_value = false;
	cell->value.in_text = cell->value.in_phonetic = false;
	cell->value.strikes = cell->value.is_struck = false;
	cell->value.text.len = 0;
	return EXTRACT_FOUND;
}

/* "25/03/2022": a day for whoever writes the day first, and no other. */
static bool is_day_first(const char *s)
{
	char *end;
	unsigned long day = strtoul(s, &end, 10), month, year;

	if (*end != '/' || s[0] < '0' || s[0] > '9')
		return false;
	month = strtoul(end + 1, &end, 10);
	if (*end != '/')
		return false;
	year = strtoul(end + 1, &end, 10);
	return !*end && day > 12 && day <= 31 && month > 0 && month <= 12 &&
	       year > 1900;
}

static const struct cell_style *style_of(const struct pass *pass)
{
	static const struct cell_style general = {
		.format = { .shown = SHOWN_GENERAL },
	};

	return pass->cell.style < pass->book->n_styles
		       ? &pass->book->styles[pass->cell.style]
		       : &general;
}

static const struct number_format *format_of(const struct pass *pass)
{
	return &style_of(pass)->format;
}

/* True if the day of "2029-01-05" may be the month; of "2029-01-01" it is. */
static bool may_be_exchanged(const char *text)
{
	return strlen(text) >= 10 && strncmp(text + 5, text + 8, 2) != 0;
}

/*
 * Notes of the day @text in which order such are written: a program that takes
 * the month for the first makes a day of "03/05/2022", and leaves "25/03/2022".
 */
static void note_day(struct pass *pass, const char *text)
{
	unsigned char *days = &pass->sheet->days[pass->cell.column];

	if (pass->cell.type != CELL_NUMBER)
		*days |= is_day_first(text) ? DAY_IS_TEXT : 0;
	else if (format_of(pass)->shown == SHOWN_DATE && strlen(text) >= 10)
		*days |= strtoul(text + 8, NULL, 10) > 12 ? DAY_IS_SURE
			 : may_be_exchanged(text)	  ? DAY_IN_DOUBT
							  : 0;
}

/* True if the day @text of this column may have been exchanged with its month:
 * what that program could not take for a day has stayed text. */
static bool is_in_doubt(const struct pass *pass, const char *text)
{
	return pass->out && pass->cell.type == CELL_NUMBER &&
	       format_of(pass)->shown == SHOWN_DATE && may_be_exchanged(text) &&
	       pass->sheet->days[pass->cell.column] ==
		       (DAY_IS_TEXT | DAY_IN_DOUBT);
}

/* Puts the text of the cell into the row. */
static enum extract_exit put_cell(struct pass *pass)
{
	struct cell *cell = &pass->cell;
	struct row *row = pass->row;
	const char *value, *shared;
	size_t start;

	buffer_put(&cell->value.text, "", 1);
	if (cell->value.text.failed)
		return EXTRACT_LIMIT;
	value = (const char *)cell->value.text.data;
	/* A formula may well give no text, and no other value. */
	if (cell->has_formula && !*value &&
	    !(cell->has_value && cell->type == CELL_TEXT))
		value = no_value;
	if (!*value)
		return EXTRACT_FOUND;
	start = row->texts.len;
	switch (value == no_value ? CELL_OTHER : cell->type) {
	case CELL_NUMBER:
		if (number_show(format_of(pass), value, pass->book->from_1904,
				&row->texts))
			return EXTRACT_BROKEN;
		break;
	case CELL_SHARED:
		shared = strspn(value, "0123456789") == strlen(value)
				 ? book_string(pass->book,
					       strtoul(value, NULL, 10))
				 : NULL;
		if (!shared)
			return EXTRACT_BROKEN;
		buffer_puts(&row->texts, shared);
		break;
	case CELL_BOOLEAN:
		buffer_puts(&row->texts, is_true(value) ? "TRUE" : "FALSE");
		break;
	case CELL_OTHER:
		/* A day of ISO 8601 with the hour that every one has. */
		if (strlen(value) > 10 &&
		    !strncmp(value + 10, "T00:00:00", strlen("T00:00:00")))
			buffer_put(&row->texts, value, 10);
		else
			buffer_puts(&row->texts, value);
		break;
	case CELL_TEXT:
		put_unescaped(&row->texts, value);
		break;
	}
	buffer_put(&row->texts, "", 1);
	if (row->texts.failed || row->texts.len > MAX_TEXT)
		return EXTRACT_LIMIT;
	value = (const char *)row->texts.data + start;
	if (is_in_doubt(pass, value)) {
		row->texts.len--;
		buffer_put(&row->texts, "?", sizeof("?"));
		if (row->texts.failed)
			return EXTRACT_LIMIT;
		value = (const char *)row->texts.data + start;
	}
	if (csv_is_blank(value)) {
		row->texts.len = start;
		return EXTRACT_FOUND;
	}
	if (style_of(pass)->is_struck || cell->value.is_struck) {
		row->texts.len = start;
		buffer_put(&row->texts, EXTRACT_STRUCK, sizeof(EXTRACT_STRUCK));
		if (row->texts.failed)
			return EXTRACT_LIMIT;
	} else if (!pass->out) {
		note_day(pass, value);
	}
	row->starts[cell->column] = start + 1;
	row->last = cell->column;
	return EXTRACT_FOUND;
}

/* Takes one node of a cell; true at the end of the cell. */
static bool take_node(struct part *part, struct cell *cell)
{
	if (part_begins(part, "f"))
		cell->has_formula = true;
	if (part_begins(part, "v"))
		cell->has_value = true;
	rich_text_take(&cell->value, part);
	return part_ends(part, "c");
}

/* 2. Rows. */

/* Takes the next number of "A1:B2". */
static const char *read_corner(const char *s, size_t *row, size_t *column)
{
	char place[16];
	size_t len = strcspn(s, ":");

	*row = *column = 0;
	if (len >= sizeof(place))
		return NULL;
	memcpy(place, s, len);
	place[len] = '\0';
	read_place(place, row, column);
	return s[len] ? s + len + 1 : NULL;
}

/* Keeps a merged cell: each row of it has what is seen beside it, and what it
 * covers is not seen. */
static enum extract_exit take_merge(struct sheet *sheet, const char *range)
{
	struct merge merge, *grown;

	range = range ? read_corner(range, &merge.top, &merge.left) : NULL;
	if (!range)
		return EXTRACT_BROKEN;
	(void)read_corner(range, &merge.bottom, &merge.right);
	if (!merge.top || !merge.bottom || merge.bottom < merge.top)
		return EXTRACT_BROKEN;
	if (merge.bottom == merge.top && merge.right <= merge.left)
		return EXTRACT_FOUND;
	if (sheet->n_merges >= MAX_MERGES)
		return EXTRACT_LIMIT;
	/* The room doubles, so that only a power of two is full. */
	if (!(sheet->n_merges & (sheet->n_merges - 1))) {
		grown = reallocarray(sheet->merges,
				     sheet->n_merges ? 2 * sheet->n_merges : 1,
				     sizeof(*grown));
		if (!grown)
			return EXTRACT_LIMIT;
		sheet->merges = grown;
	}
	sheet->merges[sheet->n_merges++] = merge;
	return EXTRACT_FOUND;
}

static int by_top(const void *a, const void *b)
{
	const struct merge *x = a, *y = b;

	if (x->top != y->top)
		return x->top < y->top ? -1 : 1;
	return (x->left > y->left) - (x->left < y->left);
}

/* Drops what nobody sees beneath a merged cell, as another program left it. */
static void drop_covered(struct row *row, const struct merge *m)
{
	for (size_t i = m->left + 1; i <= m->right && i <= XLSX_COLUMNS; i++)
		row->starts[i] = 0;
}

/* Fills the row with the texts of the merged cells that it is in, unless it has
 * nothing of its own. */
static enum extract_exit fill(struct pass *pass)
{
	struct sheet *sheet = pass->sheet;
	struct row *row = pass->row;
	bool empty = !row->last;
	size_t kept = 0, start;

	for (size_t i = 0; i < pass->n_active; i++) {
		const struct merge *m = pass->active[i].merge;

		if (m->bottom < row->number) {
			free(pass->active[i].text);
			continue;
		}
		pass->active[kept++] = pass->active[i];
		if (empty)
			continue;
		drop_covered(row, m);
		start = row->texts.len;
		buffer_puts(&row->texts, pass->active[kept - 1].text);
		buffer_put(&row->texts, "", 1);
		row->starts[m->left] = start + 1;
		row->last = m->left > row->last ? m->left : row->last;
	}
	pass->n_active = kept;
	for (; pass->next < sheet->n_merges &&
	       sheet->merges[pass->next].top <= row->number;
	     pass->next++) {
		const struct merge *m = &sheet->merges[pass->next];

		if (m->top != row->number)
			continue;
		drop_covered(row, m);
		pass->active[pass->n_active].merge = m;
		pass->active[pass->n_active].text = strdup(
			row->starts[m->left] ? (const char *)row->texts.data +
						       row->starts[m->left] - 1
					     : "");
		if (!pass->active[pass->n_active++].text)
			return EXTRACT_LIMIT;
	}
	return row->texts.failed || row->texts.len > MAX_TEXT ? EXTRACT_LIMIT
							      : EXTRACT_FOUND;
}

/* Adds "5" or "5-9" to what is told, while that is short. */
static void tell(struct buffer *told, size_t first, size_t last, bool columns)
{
	char a[CSV_COLUMN_SIZE], b[CSV_COLUMN_SIZE];

	if (!first || told->len > MAX_TOLD)
		return;
	if (told->len)
		buffer_puts(told, ", ");
	if (told->len > MAX_TOLD)
		buffer_puts(told, "…");
	else if (columns)
		buffer_puts(told, csv_column_name(first, a));
	else
		buffer_printf(told, "%zu", first);
	if (first == last || told->len > MAX_TOLD)
		return;
	if (columns)
		buffer_printf(told, "-%s", csv_column_name(last, b));
	else
		buffer_printf(told, "-%zu", last);
}

static void note_hidden(struct pass *pass, size_t number)
{
	if (number != pass->hidden_last + 1 || !pass->hidden_last) {
		tell(&pass->sheet->hidden_rows, pass->hidden_first,
		     pass->hidden_last, false);
		pass->hidden_first = number;
	}
	pass->hidden_last = number;
}

static enum extract_exit print_row(struct pass *pass)
{
	struct row *row = pass->row;
	enum extract_exit end = fill(pass);

	if (end != EXTRACT_FOUND || !row->last)
		return end;
	if (row->hidden)
		note_hidden(pass, row->number);
	for (; pass->printed + 1 < row->number; pass->printed++)
		fputs("\r\n", pass->out);
	for (size_t i = 1; i <= pass->sheet->width; i++) {
		if (i > 1)
			putc(',', pass->out);
		if (row->starts[i])
			csv_write(pass->out,
				  csv_unguarded((const char *)row->texts.data +
						row->starts[i] - 1));
	}
	fputs("\r\n", pass->out);
	pass->printed = row->number;
	return ftello(pass->out) > (off_t)MAX_TEXT ? EXTRACT_LIMIT
						   : EXTRACT_FOUND;
}

static enum extract_exit begin_row(struct pass *pass)
{
	struct row *row = pass->row;
	const char *r = attribute(&pass->part, "r");
	size_t number = r ? number_of(r, XLSX_ROWS) : row->number + 1;

	/* Rows stand in their order, each once. */
	if (number <= row->number || number > XLSX_ROWS)
		return EXTRACT_BROKEN;
	row->number = number;
	row->hidden = is_true(attribute(&pass->part, "hidden"));
	memset(row->starts, 0, (row->last + 1) * sizeof(*row->starts));
	row->last = 0;
	row->texts.len = 0;
	pass->column = 0;
	return EXTRACT_FOUND;
}

static enum extract_exit end_row(struct pass *pass)
{
	if (pass->out)
		return print_row(pass);
	if (pass->row->last > pass->sheet->width)
		pass->sheet->width = pass->row->last;
	return EXTRACT_FOUND;
}

/* 3. The sheet. */

static enum extract_exit take_cell(struct pass *pass)
{
	enum extract_exit end = begin_cell(pass);
	bool done = end != EXTRACT_FOUND || part_ends(&pass->part, "c");
	int rc = 1;

	while (!done && (rc = part_next(&pass->part)) == 1) {
		done = take_node(&pass->part, &pass->cell);
		if (pass->cell.value.text.len > MAX_TEXT)
			return EXTRACT_LIMIT;
	}
	if (end != EXTRACT_FOUND)
		return end;
	return rc == 1 ? put_cell(pass) : EXTRACT_BROKEN;
}

static void note_hidden_columns(struct pass *pass)
{
	size_t first = number_of(attribute(&pass->part, "min"), XLSX_COLUMNS);
	size_t last = number_of(attribute(&pass->part, "max"), XLSX_COLUMNS);
	bool hidden = is_true(attribute(&pass->part, "hidden"));

	if (last > pass->sheet->width)
		last = pass->sheet->width;
	if (pass->out && hidden && first <= last)
		tell(&pass->sheet->hidden_columns, first, last, true);
}

static enum extract_exit take_element(struct pass *pass)
{
	struct part *part = &pass->part;
	enum extract_exit end = EXTRACT_FOUND;

	if (part_begins(part, "col"))
		note_hidden_columns(pass);
	else if (part_begins(part, "row"))
		end = begin_row(pass);
	else if (part_begins(part, "c"))
		return pass->row->number ? take_cell(pass) : EXTRACT_BROKEN;
	else if (part_begins(part, "mergeCell") && !pass->out)
		end = take_merge(pass->sheet, attribute(part, "ref"));
	if (end == EXTRACT_FOUND && part_ends(part, "row"))
		end = end_row(pass);
	return end;
}

static enum extract_exit read_sheet(struct book *book, struct sheet *sheet,
				    FILE *out)
{
	struct pass pass = { .book = book, .sheet = sheet, .out = out };
	enum extract_exit end;
	int rc = 0;

	pass.row = calloc(1, sizeof(*pass.row));
	pass.active = calloc(sheet->n_merges + 1, sizeof(*pass.active));
	end = part_open(&pass.part, book->zip, sheet->index, &book->budget);
	if (!pass.row || !pass.active)
		end = EXTRACT_LIMIT;
	while (end == EXTRACT_FOUND && (rc = part_next(&pass.part)) == 1)
		end = take_element(&pass);
	if (end == EXTRACT_FOUND && rc < 0)
		end = EXTRACT_BROKEN;
	tell(&sheet->hidden_rows, pass.hidden_first, pass.hidden_last, false);
	part_close(&pass.part);
	for (size_t i = 0; i < pass.n_active; i++)
		free(pass.active[i].text);
	free(pass.active);
	if (pass.row)
		buffer_free(&pass.row->texts);
	free(pass.row);
	buffer_free(&pass.cell.value.text);
	return end;
}

enum extract_exit sheet_look(struct book *book, struct sheet *sheet)
{
	enum extract_exit end = read_sheet(book, sheet, NULL);

	if (end == EXTRACT_FOUND && sheet->n_merges)
		qsort(sheet->merges, sheet->n_merges, sizeof(*sheet->merges),
		      by_top);
	return end;
}

enum extract_exit sheet_print(struct book *book, struct sheet *sheet, FILE *out)
{
	return read_sheet(book, sheet, out);
}

void sheet_free(struct sheet *sheet)
{
	free(sheet->merges);
	buffer_free(&sheet->hidden_rows);
	buffer_free(&sheet->hidden_columns);
}
