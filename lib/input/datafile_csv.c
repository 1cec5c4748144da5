/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>
#include <utf8proc.h>

#include "base/csv.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cell_kind.h"
#include "datafile_reading.h"
#include "ruined.h"

/* A column of the file. */
struct use {
	const char *heading;
	const struct data_target *target;
};

struct sheet {
	struct reading *r;
	struct use uses[CSV_CELLS_MAX];
	size_t n;
	bool below; /* what stands below the table has begun */
};

/* 1. Columns. */

/* The first place with a NUL or with bytes that are not UTF-8; NULL: none. */
static const char *find_unfit(const char *text, size_t len)
{
	const char *at = text, *end = text + len;

	while (at < end) {
		utf8proc_ssize_t n;
		utf8proc_int32_t c;

		while (at < end && *at && !(*at & 0x80))
			at++;
		if (at == end)
			break;
		n = utf8proc_iterate((const utf8proc_uint8_t *)at, end - at,
				     &c);
		if (n < 1 || !c)
			return at;
		at += n;
	}
	return NULL;
}

/* The earlier column that holds @f too, or NULL. */
static const struct data_target *find_earlier(const struct sheet *sheet,
					      const struct field *f)
{
	size_t i, k;

	for (i = 0; i < sheet->n; i++) {
		const struct data_target *target = sheet->uses[i].target;

		for (k = 0; target && k < target->n; k++)
			if (target->fields[k] == f)
				return target;
	}
	return NULL;
}

/*
 * Whether a column repeats an earlier one. A column of several fields may stand
 * beside a column of one of them: a row fills in one or the other.
 */
static bool is_repeated(const struct sheet *sheet,
			const struct data_target *target)
{
	const struct data_target *earlier;
	size_t k;

	for (k = 0; k < target->n; k++) {
		earlier = find_earlier(sheet, target->fields[k]);
		if (earlier && (earlier->n > 1) == (target->n > 1))
			return true;
	}
	return false;
}

/* Tells that no column has this heading. The register has so many columns that
 * listing them once is enough. */
static void refuse_heading(struct reading *r, const char *heading,
			   size_t number)
{
	const struct field *nearest = data_names_nearest(r, heading);

	if (nearest)
		data_errors_add(
			r->errors, number, heading,
			_("There is no such column; \"%s\" is written nearly so."),
			nearest->label);
	else if (r->of_register && r->known_listed)
		data_errors_add(r->errors, number, heading,
				_("There is no such column."));
	else
		data_errors_add(
			r->errors, number, heading,
			_("There is no such column. The columns are: %s."),
			r->known);
	r->known_listed |= !nearest;
}

/*
 * Excel leaves columns without a heading at the right; they stand for nothing.
 */
static void take_heading(struct sheet *sheet, const char *heading,
			 size_t number)
{
	struct reading *r = sheet->r;
	static const struct field any = { .name = "", .type = FIELD_TEXT };
	struct use use = { heading, NULL };
	const struct data_target *target = data_names_find(r, heading);
	const char *why = NULL;

	if (!target)
		why = ruined_text(&any, heading, false, &r->failed);
	if (why) {
		data_errors_add(r->errors, number, heading, "%s", why);
		r->known_listed = true;
	} else if (!target && !csv_is_blank(heading)) {
		refuse_heading(r, heading, number);
	} else if (target && target->refusal) {
		data_errors_add(r->errors, number, heading, "%s",
				_(target->refusal));
	} else if (target && is_repeated(sheet, target)) {
		data_errors_add(r->errors, number, heading,
				_("This is given twice."));
	} else {
		use.target = target;
	}
	sheet->uses[sheet->n++] = use;
}

static bool take_headings(struct sheet *sheet, const struct csv_row *row)
{
	struct data_errors *errors = sheet->r->errors;
	bool known = false;
	size_t i;

	if (row->n > CSV_CELLS_MAX) {
		data_errors_add(errors, row->number, NULL,
				_("There are more than 128 columns."));
		return false;
	}
	for (i = 0; i < row->n; i++)
		take_heading(sheet, row->cells[i], row->number);
	for (i = 0; i < sheet->n; i++)
		known |= sheet->uses[i].target && sheet->uses[i].target->n;
	if (!known && !(sheet->r->of_register && sheet->r->known_listed))
		data_errors_add(
			errors, row->number, NULL,
			_("The first row names no column. The columns are: %s."),
			sheet->r->known);
	return known;
}

/* 2. Rows of no subscriber. */

/* Whether a subscriber's name stands in this column, or the row's number. */
static bool is_leading(const struct sheet *sheet, size_t i)
{
	const struct data_target *target =
		i < sheet->n ? sheet->uses[i].target : NULL;
	const struct field *f = target ? target->fields[0] : NULL;

	return target && (!f || !strcmp(f->name, "name"));
}

/* "I", "IV." or "A": how groups of rows are numbered, and no row. */
static bool is_group_number(const char *cell)
{
	size_t n;

	cell += strspn(cell, " ");
	n = strspn(cell, "IVX");
	if (!n)
		n = *cell >= 'A' && *cell <= 'Z';
	return n && !cell[n + strspn(cell + n, ". ")];
}

/* The kinds of a row's cells, as far as they tell whose row it is. */
struct row_kind {
	const char *found;  /* the first sum, or what stands below a table */
	const char *leader; /* a cell of data in a leading column */
	bool sum, leads, all;
	size_t n_filled;
};

/*
 * Judges the cells of @row: those where it begins, and the others only where
 * these leave it open.
 */
static void judge_row(struct sheet *sheet, const struct csv_row *row,
		      struct row_kind *k)
{
	size_t n = row->n < CSV_CELLS_MAX ? row->n : CSV_CELLS_MAX, i;
	struct arena scratch = { 0 };

	*k = (struct row_kind){ .all = true };
	for (i = 0; i < n; i++) {
		bool leading = is_leading(sheet, i);
		enum cell_kind kind;

		if (k->leader && !k->found && !leading)
			continue;
		kind = cell_judge(&scratch, row->cells[i], &sheet->r->failed);
		if (kind == CELL_SUM || kind == CELL_BELOW) {
			k->sum |= kind == CELL_SUM;
			k->leads |=
				leading || (!k->n_filled && kind == CELL_SUM);
			k->found = k->found ? k->found : row->cells[i];
		}
		if (leading && kind == CELL_DATA)
			k->leader = row->cells[i];
		k->all &= kind != CELL_DATA;
		k->n_filled += kind != CELL_BLANK;
	}
	arena_free(&scratch);
}

/* Whether all of @row is the number of a group and its name. */
static bool is_group(const struct sheet *sheet, const struct csv_row *row)
{
	bool numbered = false;
	size_t n_others = 0, i;

	for (i = 0; i < row->n && i < sheet->n; i++) {
		const struct data_target *target = sheet->uses[i].target;

		if (csv_is_blank(row->cells[i]))
			continue;
		if (is_leading(sheet, i) && !target->n)
			numbered = is_group_number(row->cells[i]);
		else if (is_leading(sheet, i))
			n_others++;
		else
			return false;
	}
	return numbered && n_others == 1;
}

/*
 * Whether @row is passed over, or refused, as no subscriber's: all of it must
 * be words such as stand below a table for the first, and where it begins for
 * the second.
 */
static bool is_of_no_subscriber(struct sheet *sheet, const struct csv_row *row)
{
	struct data_errors *errors = sheet->r->errors;
	struct row_kind k;

	judge_row(sheet, row, &k);
	if (k.found && k.all) {
		data_notes_add(
			errors, row->number,
			k.sum ? _("\"%s\" is a sum and no subscriber; the row is passed over.")
			      : _("\"%s\" stands below the table; the row is passed over."),
			k.found);
		sheet->below |= !k.sum;
		return true;
	}
	if (k.found && k.leads)
		data_errors_add(
			errors, row->number, NULL,
			_("\"%s\" is a sum, or stands below the table, but other cells of the row are filled. Remove the row, or write the subscriber's whole name."),
			k.found);
	else if (sheet->below && !k.all)
		data_errors_add(
			errors, row->number, NULL,
			_("This row stands below the end of the table. Remove it, or move it above what follows the table."));
	else if (is_group(sheet, row))
		data_errors_add(
			errors, row->number, NULL,
			_("This looks like the name of a group of rows and not like a subscriber. Remove the row, or number it as the others are."));
	else
		return sheet->below;
	return true;
}

static void take_cells(struct sheet *sheet, const struct csv_row *cells)
{
	struct data_row *row = data_row_new(sheet->r, cells->number);
	size_t i;

	for (i = 0; row && i < cells->n; i++) {
		const struct use *use = &sheet->uses[i];
		const char *cell = cells->cells[i];

		if (use->target)
			data_row_take(sheet->r, row, use->target, use->heading,
				      cell);
		else if (csv_is_blank(use->heading) && !csv_is_blank(cell))
			data_row_refuse(sheet->r, row, NULL,
					_("Cell %zu stands in a column without "
					  "a heading."),
					i + 1);
	}
	if (row)
		data_row_end(sheet->r, NULL);
}

static bool take_row(struct sheet *sheet, const struct csv_row *row)
{
	struct data_errors *errors = sheet->r->errors;

	if (!sheet->n)
		return take_headings(sheet, row);
	if (sheet->r->n_rows + sheet->r->n_taken >= data_rows_max(sheet->r)) {
		data_rows_exceed(sheet->r, row->number);
		return false;
	}
	if (is_of_no_subscriber(sheet, row))
		return !sheet->r->failed;
	if (row->n != sheet->n)
		data_errors_add(
			errors, row->number, NULL,
			_("The number of cells (%zu) is not the number of columns (%zu)."),
			row->n, sheet->n);
	else
		take_cells(sheet, row);
	return !sheet->r->failed && !sheet->r->arena.failed;
}

void data_read_csv(struct reading *r, char *text, size_t len)
{
	struct sheet sheet = { .r = r };
	struct data_errors *errors = r->errors;
	const char *unfit = find_unfit(text, len);
	enum csv_result result;
	struct csv_row row;
	struct csv csv;
	bool more = true;

	if (unfit) {
		data_errors_add(errors, csv_number_at(text, len, unfit), NULL,
				_("This is not text in UTF-8. In Excel, save "
				  "the table as \"CSV UTF-8\"."));
		return;
	}
	csv_open(&csv, text, len);
	while (more && (result = csv_row(&csv, &row)) != CSV_END) {
		/* Without headings the rows that follow mean nothing. */
		more = result == CSV_ROW || sheet.n;
		if (result == CSV_STRAY_QUOTE)
			data_errors_add(
				errors, row.number, NULL,
				_("A quotation mark is in the wrong place. In a quoted cell, write it twice."));
		else if (result == CSV_UNCLOSED_QUOTE)
			data_errors_add(
				errors, row.number, NULL,
				_("A quotation mark opens in this row and is never closed."));
		else if (!row.blank)
			more = take_row(&sheet, &row);
	}
	if (!sheet.n && !errors->n)
		data_errors_add(errors, 0, NULL, _("There is nothing in it."));
}
