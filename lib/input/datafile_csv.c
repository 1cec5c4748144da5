/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/csv.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cell_kind.h"
#include "datafile_reading.h"
#include "field_value.h"
#include "ruined.h"
#include "template.h"
#include "token/ckstoken.h"

/* 1. Rows of no subscriber. */

static bool is_leading(const struct data_sheet *sheet, size_t i)
{
	return i < sheet->n && sheet->uses[i].leads;
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
static void judge_row(struct data_sheet *sheet, const struct csv_row *row,
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

/* True if @name is that of a part of an office. "Ban" and "Tổ" are names of
 * people as well, but not in capitals. */
static bool is_part_of_office(const char *name)
{
	static const char *const begins[] = {
		"PHÒNG ",    "VĂN PHÒNG",  "BAN ",	 "TỔ ",
		"KHỐI ",     "TRUNG TÂM ", "CHI CỤC ",	 "BỘ PHẬN ",
		"THANH TRA", "SỞ ",	   "UBND ",	 "CƠ QUAN ",
		"ĐƠN VỊ ",   "Phòng ",	   "Văn phòng",	 "Trung tâm ",
		"Chi cục ",  "Bộ phận ",   "Thanh tra ", "Đơn vị ",
	};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (!strncmp(name, begins[i], strlen(begins[i])))
			return true;
	return false;
}

/* The kinds of a row that has a name alone. */
enum group {
	GROUP_NO,
	GROUP_LIKELY,	/* the name of a part of an office, or a number "IV" */
	GROUP_POSSIBLE, /* a title in any words, or somebody of whom no more is
			   known */
};

/* True if the heading of a column of names is for people alone. */
static bool is_of_people(struct reading *r, const char *heading)
{
	char *key = field_key(heading);
	bool is = key && (strstr(key, "hoten") || strstr(key, "hovaten"));

	r->failed |= !key;
	free(key);
	return is;
}

/* True if the only name in a row, under @use, may be the title of a group: the
 * other rows are numbered, or people are called otherwise. */
static bool may_be_title(struct data_sheet *sheet, const struct data_use *use,
			 const char *name)
{
	int person;

	if (sheet->is_numbered)
		return true;
	if (sheet->n < 2 || !is_of_people(sheet->r, use->heading))
		return false;
	person = cell_is_like_person(name);
	sheet->r->failed |= person < 0;
	return person == 0;
}

/* Judges if all of @row is the name of a group, and its number if it has any.
 */
static enum group judge_group(struct data_sheet *sheet,
			      const struct csv_row *row)
{
	bool numbered = false, unnumbered = true;
	const struct data_use *use = NULL;
	const char *name = "";
	size_t n_others = 0, i;

	for (i = 0; i < row->n && i < sheet->n; i++) {
		const struct data_target *target = sheet->uses[i].target;

		if (csv_is_blank(row->cells[i]))
			continue;
		if (is_leading(sheet, i) && !target->n) {
			numbered = is_group_number(row->cells[i]);
			unnumbered = false;
		} else if (is_leading(sheet, i)) {
			use = &sheet->uses[i];
			name = row->cells[i];
			n_others++;
		} else {
			return GROUP_NO;
		}
	}
	if (n_others != 1)
		return GROUP_NO;
	if (numbered || (unnumbered && sheet->n > 1 && is_part_of_office(name)))
		return GROUP_LIKELY;
	/* A row of another width is told of as such. */
	return unnumbered && row->n == sheet->n &&
			       may_be_title(sheet, use, name)
		       ? GROUP_POSSIBLE
		       : GROUP_NO;
}

/*
 * True if @row is passed over, or refused, as no subscriber's: all of it must
 * be words such as stand below a table for the first, and where it begins for
 * the second.
 */
static bool is_of_no_subscriber(struct data_sheet *sheet,
				const struct csv_row *row)
{
	struct data_errors *errors = sheet->r->errors;
	enum group group = GROUP_NO;
	struct row_kind k;

	judge_row(sheet, row, &k);
	if (!k.found && !sheet->below)
		group = judge_group(sheet, row);
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
			_("This row stands below the end of the table. If it is who signs the table, remove it; if it is a subscriber, move it up into the table."));
	else if (group == GROUP_LIKELY)
		data_errors_add(
			errors, row->number, NULL,
			_("This looks like the name of a group of rows and not like a subscriber. Remove the row, or number it as the others are."));
	else if (group == GROUP_POSSIBLE)
		data_errors_add(
			errors, row->number, NULL,
			_("This may be the name of a group of rows, or a subscriber of whom the row tells nothing else. Remove the row if it is a group; else number it in the column \"STT\", or write more of what is known."));
	else
		return sheet->below;
	return true;
}

/*
 * Tells of a row that has something, and nothing in a column that is kept. Rows
 * that are only numbered in advance have nothing.
 */
static void tell_unread(struct data_sheet *sheet, const struct csv_row *row)
{
	const char *passed = NULL;

	for (size_t i = 0; i < row->n && i < sheet->n; i++) {
		const struct data_target *target = sheet->uses[i].target;
		const char *cell = row->cells[i];

		if (csv_is_blank(cell))
			continue;
		if (!target || target->n)
			return;
		if (target->fields[0] || target->unkept ||
		    strspn(cell, "0123456789. ") < strlen(cell))
			passed = cell;
	}
	if (passed)
		data_errors_add(
			sheet->r->errors, row->number, NULL,
			_("\"%s\" stands in a column that is passed over, and the row has nothing else. Move it to its column, or remove the row."),
			passed);
}

/* True if @cell says that its token is no longer in use. */
static bool is_ended(const char *cell, bool *failed)
{
	static const char *const parts[] = {
		"thuhoi", "thatlac", "baomat", "bimat",	    "bihong",
		"dahong", "datra",   "noplai", "bangiaolai"
	};
	static const char *const words[] = { "mat", "hong", "hu", "huy" };
	char *key = field_key(cell);
	bool ended = false;

	if (!key)
		*failed = true;
	for (size_t i = 0; key && i < sizeof(parts) / sizeof(parts[0]); i++)
		ended |= strstr(key, parts[i]) != NULL;
	for (size_t i = 0; key && i < sizeof(words) / sizeof(words[0]); i++)
		ended |= strcmp(key, words[i]) == 0;
	/* "Chưa thu hồi" */
	ended &= !key || strncmp(key, "chua", 4) != 0;
	free(key);
	return ended;
}

/* A state that is passed over is told where the token would stand in the
 * register as one in use. */
static void tell_state(struct data_sheet *sheet, const struct data_use *use,
		       const struct csv_row *row, const char *cell)
{
	char *key;

	if (!use->target || !use->target->unkept || !sheet->r->of_register ||
	    csv_is_blank(cell))
		return;
	key = field_key(use->heading);
	sheet->r->failed |= !key;
	if (key && (!strcmp(key, "trangthai") || !strcmp(key, "tinhtrang")) &&
	    is_ended(cell, &sheet->r->failed))
		data_notes_add(
			sheet->r->errors, row->number,
			_("\"%s\" is not taken from a list, and the token stands as one in use. Give the day it was handed back or its certificate was revoked, in the columns \"%s\" and \"%s\"; a loss is recorded by its minutes (ckstoken handover lost)."),
			cell, field_find_any("returned_date")->label,
			field_find_any("revoked_date")->label);
	free(key);
}

static void take_cells(struct data_sheet *sheet, const struct csv_row *cells)
{
	struct data_row *row = data_row_new(sheet->r, cells->number);
	char letters[CSV_COLUMN_SIZE];
	size_t i;

	tell_unread(sheet, cells);
	for (i = 0; row && i < cells->n; i++) {
		const struct data_use *use = &sheet->uses[i];
		const char *cell = cells->cells[i];

		sheet->is_numbered |= use->target && !use->target->n &&
				      !use->target->fields[0] &&
				      !use->target->unkept &&
				      !csv_is_blank(cell);
		tell_state(sheet, use, cells, cell);
		if (use->target)
			data_row_take(sheet->r, row, use->target, use->heading,
				      cell);
		else if (csv_is_blank(use->heading) && !csv_is_blank(cell))
			data_row_refuse(
				sheet->r, row, NULL,
				_("There is something in column %s, which has no heading."),
				csv_column_name(i + 1, letters));
	}
	if (row)
		data_row_end(sheet->r, NULL);
}

/* True if the row is numbered as the example of a template is. */
static bool is_marked(struct data_sheet *sheet, const struct csv_row *row)
{
	char *key;
	bool marked = false;

	for (size_t i = 0; i < row->n && i < sheet->n && !marked; i++) {
		const struct data_target *target = sheet->uses[i].target;

		if (!is_leading(sheet, i) || target->fields[0] ||
		    strlen(row->cells[i]) > 2 * strlen(TEMPLATE_MARK))
			continue;
		key = field_key(row->cells[i]);
		if (!key)
			sheet->r->failed = true;
		marked = key && !strcmp(key, "vidu");
		free(key);
	}
	return marked;
}

/* True if @row is the example of a template, left in; with an error where
 * somebody has filled it in. */
static bool is_example(struct data_sheet *sheet, const struct csv_row *row)
{
	struct arena scratch = { 0 };
	bool changed = false;

	if (!is_marked(sheet, row))
		return false;
	for (size_t i = 0; i < row->n && i < sheet->n; i++) {
		const struct data_target *target = sheet->uses[i].target;
		const char *clean = field_clean(&scratch, row->cells[i]);

		if (is_leading(sheet, i) && !target->fields[0])
			continue;
		changed |= clean && *clean &&
			   !(target && target->fields[0] &&
			     template_is_example(target->fields[0], clean));
	}
	sheet->r->failed |= scratch.failed;
	arena_free(&scratch);
	if (changed)
		data_errors_add(
			sheet->r->errors, row->number, NULL,
			_("This row is numbered \"%s\", as the example of the template is, but is filled in otherwise. Number it as the others are, or remove it."),
			TEMPLATE_MARK);
	else
		data_notes_add(
			sheet->r->errors, row->number,
			_("This is the example of the template; it is passed over."));
	return true;
}

/* True if the headings stand in @row once more, as on top of each page. */
static bool is_head_again(const struct data_sheet *sheet,
			  const struct csv_row *row)
{
	size_t n = 0;

	for (size_t i = 0; i < row->n && i < sheet->n; i++) {
		if (csv_is_blank(row->cells[i]))
			continue;
		if (strcmp(row->cells[i], sheet->uses[i].heading) != 0)
			return false;
		n++;
	}
	return n > 0;
}

static bool take_row(struct data_sheet *sheet, const struct csv_row *row)
{
	struct data_errors *errors = sheet->r->errors;

	if (sheet->r->n_rows + sheet->r->n_taken >= data_rows_max(sheet->r)) {
		data_rows_exceed(sheet->r, row->number);
		return false;
	}
	if (is_head_again(sheet, row)) {
		data_notes_add(
			errors, row->number,
			_("The headings stand in this row once more; it is passed over."));
		return true;
	}
	if (is_example(sheet, row) || is_of_no_subscriber(sheet, row))
		return !sheet->r->failed;
	if (row->n != sheet->n)
		data_errors_add(
			errors, row->number, NULL,
			_("The number of cells (%zu) is not the number of columns (%zu). A cell with a comma, a semicolon or a line end in it stands in quotation marks."),
			row->n, sheet->n);
	else
		take_cells(sheet, row);
	return !sheet->r->failed && !sheet->r->arena.failed;
}

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

/* Takes the headings among the first rows, and then the others of them. False:
 * there are none, and what follows means nothing. */
static bool begin(struct data_sheet *sheet, const struct csv_row *rows,
		  size_t n)
{
	size_t next = n ? data_head_take(sheet, rows, n) : 0;
	bool more = next > 0;

	for (; more && next < n; next++)
		more = take_row(sheet, &rows[next]);
	return more;
}

static void refuse_row(struct data_errors *errors, size_t number,
		       enum csv_result result)
{
	if (result == CSV_STRAY_QUOTE)
		data_errors_add(
			errors, number, NULL,
			_("A quotation mark is in the wrong place. In a quoted cell, write it twice."));
	else
		data_errors_add(
			errors, number, NULL,
			_("A quotation mark opens in this row and is never closed. Close it at the end of its cell."));
}

void data_read_csv(struct reading *r, char *text, size_t len)
{
	struct data_sheet sheet = { .r = r };
	struct data_errors *errors = r->errors;
	const char *unfit = find_unfit(text, len);
	struct csv_row rows[DATA_HEAD_ROWS], row;
	enum csv_result result;
	bool begun = false, more = true;
	struct csv csv;
	size_t n = 0;

	if (unfit) {
		data_errors_add(errors, csv_number_at(text, len, unfit), NULL,
				_("This is not text in UTF-8. In Excel, save "
				  "the table as \"CSV UTF-8\"."));
		return;
	}
	csv_open(&csv, text, len);
	while (more && (result = csv_row(&csv, &row)) != CSV_END) {
		if (result == CSV_ROW && row.blank)
			continue;
		if (result == CSV_ROW && !begun && n < DATA_HEAD_ROWS) {
			rows[n++] = row;
			continue;
		}
		if (!begun)
			more = begin(&sheet, rows, n);
		begun = true;
		if (result != CSV_ROW)
			refuse_row(errors, row.number, result);
		else if (more)
			more = take_row(&sheet, &row);
	}
	if (!begun && n)
		(void)begin(&sheet, rows, n);
	else if (!begun && !errors->n)
		data_errors_add(
			errors, 0, NULL,
			_("There is nothing in it. Save the table with its headings and its rows."));
}
