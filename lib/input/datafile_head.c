/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where a table begins, and which columns it has. Offices put a title above
 * their headings, group these in a row of their own, and number them below.
 */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "datafile_reading.h"
#include "ruined.h"
#include "secret_text.h"

/* A longer cell is no heading, of whatever field. */
#define MAX_CELL 200
/* So many cells are filled by what stands beside each other in a title. */
#define MAX_TITLE 2
/* A row that numbers its columns has no fewer. */
#define LEAST_NUMBERED 3

/* The headings that two rows, or one, make, and how many of them are known. */
struct head {
	const char *cells[CSV_CELLS_MAX];
	const struct data_target *targets[CSV_CELLS_MAX];
	size_t n, known;
	bool names_any; /* a field, and not just the number of the row */
};

static const char *cell_of(const struct csv_row *row, size_t i)
{
	return i < row->n && i < CSV_CELLS_MAX ? row->cells[i] : "";
}

static size_t width_of(const struct csv_row *row)
{
	return row->n < CSV_CELLS_MAX ? row->n : CSV_CELLS_MAX;
}

/* The target of a cell that may be no heading at all. */
static const struct data_target *look_up(struct reading *r, const char *cell)
{
	return csv_is_blank(cell) || strlen(cell) > MAX_CELL
		       ? NULL
		       : data_names_look(r, cell);
}

static void put(struct head *head, size_t i, const char *cell,
		const struct data_target *target)
{
	head->cells[i] = cell;
	head->targets[i] = target;
	head->known += target != NULL;
	head->names_any |= target && (target->fields[0] || target->doubt);
}

static void head_of_row(struct reading *r, const struct csv_row *row,
			struct head *head)
{
	*head = (struct head){ .n = width_of(row) };
	for (size_t i = 0; i < head->n; i++)
		put(head, i, row->cells[i], look_up(r, row->cells[i]));
}

/* The cell of @row that a group of headings is named by, which stands above the
 * first of them; "": column @i is in no group. */
static const char *group_of(const struct csv_row *row,
			    const struct csv_row *below, size_t i)
{
	for (size_t k = i + 1; k-- > 0;) {
		const char *cell = cell_of(row, k);

		if (csv_is_blank(cell))
			continue;
		return strcmp(cell, cell_of(below, k)) ? cell : "";
	}
	return "";
}

/*
 * What @below and the @group above it mean together, where they do not mean it
 * alone: "Ngày cấp" of "CCCD". NULL: nothing.
 */
static const struct data_target *look_up_both(struct reading *r,
					      const char *below,
					      const char *group,
					      const char **both)
{
	const struct data_target *target;

	if (!*group || strlen(group) + strlen(below) > MAX_CELL)
		return NULL;
	*both = arena_format(&r->arena, "%s %s", below, group);
	target = data_names_look(r, *both);
	return target && !target->refusal ? target : NULL;
}

/* The headings of a row and of the one above it. */
static void head_of_both(struct reading *r, const struct csv_row *above,
			 const struct csv_row *below, struct head *head)
{
	size_t n = width_of(above), i;

	*head = (struct head){ .n = width_of(below) };
	head->n = n > head->n ? n : head->n;
	for (i = 0; i < head->n; i++) {
		const char *cell = cell_of(below, i), *both = NULL;
		const struct data_target *target = look_up(r, cell), *joined;

		if (csv_is_blank(cell)) {
			target = look_up(r, cell_of(above, i));
			put(head, i, target ? cell_of(above, i) : cell, target);
			continue;
		}
		joined = target && !target->refusal
				 ? NULL
				 : look_up_both(r, cell,
						group_of(above, below, i),
						&both);
		if (joined)
			put(head, i, both, joined);
		else
			put(head, i, cell, target);
	}
}

/* True if all of @below are headings, which those @above leave room for, and so
 * no row of data. */
static bool goes_below(struct reading *r, const struct csv_row *above,
		       const struct csv_row *below, const struct head *both)
{
	size_t n = 0, i;

	for (i = 0; i < both->n; i++) {
		const struct data_target *other = look_up(r, cell_of(above, i));

		if (csv_is_blank(cell_of(below, i)))
			continue;
		if (!both->targets[i] ||
		    (other && other->n &&
		     strcmp(cell_of(above, i), cell_of(below, i)) != 0))
			return false;
		n++;
	}
	return n > 0;
}

/* The rows in which the headings stand. */
struct place {
	size_t first, last;
};

/* Finds the row of which the most cells are known headings, or the two. The
 * first row where none has any. */
static struct place find_head(struct reading *r, const struct csv_row *rows,
			      size_t n, struct head *best)
{
	struct place place = { 0, 0 };
	struct head other;
	size_t i;

	head_of_row(r, &rows[0], best);
	/* Most tables begin at once. */
	if (best->known == best->n && best->names_any)
		return place;
	for (i = 1; i < n; i++) {
		head_of_row(r, &rows[i], &other);
		if (other.names_any &&
		    (!best->names_any || other.known > best->known)) {
			*best = other;
			place.first = place.last = i;
		}
	}
	if (!best->names_any)
		return place;
	i = place.last;
	if (i > 0 && rows[i - 1].number + 1 == rows[i].number) {
		head_of_both(r, &rows[i - 1], &rows[i], &other);
		if (other.known > best->known) {
			*best = other;
			place.first = i - 1;
		}
	}
	if (place.first == i && i + 1 < n &&
	    rows[i].number + 1 == rows[i + 1].number) {
		head_of_both(r, &rows[i], &rows[i + 1], &other);
		if (other.known > best->known &&
		    goes_below(r, &rows[i], &rows[i + 1], &other)) {
			*best = other;
			place.last = i + 1;
		}
	}
	return place;
}

/* 2. What stands around them. */

/* Refuses a column of passwords, which may be named by its group alone. */
static bool refuse_secrets(struct reading *r, const struct csv_row *row)
{
	bool any = false;

	for (size_t i = 0; i < width_of(row); i++) {
		const char *cell = row->cells[i];
		int is_secret =
			strlen(cell) > MAX_CELL ? 0 : secret_is_heading(cell);

		r->failed |= is_secret < 0;
		if (is_secret <= 0)
			continue;
		data_errors_add(
			r->errors, row->number, cell,
			_("A password must not be given here. Remove it from the file."));
		any = true;
	}
	return any;
}

/* Passes over the rows above the headings, unless one looks like a row of the
 * table itself. */
static void pass_over_title(struct reading *r, const struct csv_row *rows,
			    size_t n, size_t number, const struct head *head)
{
	const char *first = NULL;

	for (size_t i = 0; i < n; i++) {
		const char *told = NULL;
		size_t filled = 0;

		for (size_t k = 0; k < width_of(&rows[i]); k++) {
			const char *cell = rows[i].cells[k];

			/* A merged cell has the same text in both rows. */
			if (csv_is_blank(cell) ||
			    (k < head->n && !strcmp(cell, head->cells[k])))
				continue;
			filled++;
			told = told ? told : cell;
		}
		if (refuse_secrets(r, &rows[i]))
			continue;
		if (filled > MAX_TITLE && 2 * filled >= head->known)
			data_errors_add(
				r->errors, rows[i].number, NULL,
				_("This row stands above the headings, which are in row %zu, and is filled like one below them. Remove it, or move it there."),
				number);
		else
			first = first ? first : told;
	}
	if (first)
		data_notes_add(
			r->errors, number,
			_("The headings are in this row; what stands above it, such as \"%s\", is passed over."),
			first);
}

/* True if @cell is the number @n, "(3)" or "3". */
static bool is_number(const char *cell, size_t n)
{
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%zu", n);

	cell += strspn(cell, " ([");
	return !strncmp(cell, digits, len) &&
	       !cell[len + strspn(cell + len, " )]")];
}

/* True if @row numbers the columns, as forms do below their headings. */
static bool numbers_columns(const struct data_sheet *sheet,
			    const struct csv_row *row)
{
	size_t n = 0;

	for (size_t i = 0; i < width_of(row); i++)
		if (!csv_is_blank(row->cells[i]) &&
		    !is_number(row->cells[i], ++n))
			return false;
	return n >= LEAST_NUMBERED && 2 * n >= sheet->n;
}

/* 3. Columns. */

/* The earlier column that holds @f too, or NULL. */
static const struct data_target *find_earlier(const struct data_sheet *sheet,
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
 * True if a column repeats an earlier one. A column of several fields may stand
 * beside a column of one of them: a row fills in one or the other.
 */
static bool is_repeated(const struct data_sheet *sheet,
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

/* Tells that no column has this heading, and the one that may be meant. */
static void refuse_heading(struct reading *r, const char *heading,
			   size_t number)
{
	const struct field *nearest = data_names_nearest(r, heading);

	if (nearest)
		data_errors_add(
			r->errors, number, heading,
			_("There is no such column; \"%s\" is written nearly so."),
			nearest->label);
	else if (r->known)
		data_errors_add(
			r->errors, number, heading,
			_("There is no such column. The columns are: %s."),
			r->known);
	else if (r->known_listed)
		data_errors_add(r->errors, number, heading,
				_("There is no such column."));
	else
		data_errors_add(
			r->errors, number, heading,
			_("There is no such column. \"ckstoken register template\" writes a table with those that there are."));
	r->known_listed |= !nearest;
}

/*
 * Excel leaves columns without a heading at the right; they stand for nothing.
 */
static void take_heading(struct data_sheet *sheet, const char *heading,
			 const struct data_target *target, size_t number)
{
	struct reading *r = sheet->r;
	static const struct field any = { .name = "", .type = FIELD_TEXT };
	struct data_use use = { .heading = heading };
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
		data_errors_add(
			r->errors, number, heading,
			_("This is given twice. Leave one of the two out."));
	} else {
		use.target = target;
		for (size_t i = 0; r->of_register && target && i < target->n;
		     i++)
			data_errors_know_heading(
				r->errors, target->fields[i]->name, heading);
	}
	if (target && target->unkept)
		data_notes_add(
			r->errors, number,
			_("The column \"%s\" is passed over: there is nothing that keeps it."),
			heading);
	use.leads = use.target && !use.target->unkept &&
		    (!use.target->fields[0] ||
		     strcmp(use.target->fields[0]->name, "name") == 0);
	sheet->uses[sheet->n++] = use;
}

static bool take_head(struct data_sheet *sheet, struct head *head,
		      size_t number)
{
	struct reading *r = sheet->r;
	const struct data_target *settled[CSV_CELLS_MAX];
	bool known = false;
	size_t i;

	/* A heading that is like a password's is refused. */
	for (i = 0; i < head->n; i++)
		head->targets[i] = data_names_find(r, head->cells[i]);
	for (i = 0; i < head->n; i++)
		settled[i] = data_names_settle(r, head->targets, head->n, i);
	for (i = 0; i < head->n; i++)
		take_heading(sheet, head->cells[i], settled[i], number);
	for (i = 0; i < sheet->n; i++)
		known |= sheet->uses[i].target && sheet->uses[i].target->n;
	if (known)
		return true;
	if (r->known)
		data_errors_add(
			r->errors, number, NULL,
			_("The first row names no column. The columns are: %s."),
			r->known);
	else if (!r->known_listed)
		data_errors_add(
			r->errors, number, NULL,
			_("The first row names no column. \"ckstoken register template\" writes a table with those that there are."));
	return false;
}

size_t data_head_take(struct data_sheet *sheet, const struct csv_row *rows,
		      size_t n)
{
	struct reading *r = sheet->r;
	struct head head;
	struct place place;
	size_t next;

	for (size_t i = 0; i < n; i++) {
		if (rows[i].n <= CSV_CELLS_MAX)
			continue;
		data_errors_add(
			r->errors, rows[i].number, NULL,
			_("There are more than 128 columns. Remove those that the table does not need."));
		return 0;
	}
	place = find_head(r, rows, n, &head);
	pass_over_title(r, rows, place.first, rows[place.last].number, &head);
	if (place.first < place.last)
		(void)refuse_secrets(r, &rows[place.first]);
	if (!take_head(sheet, &head, rows[place.last].number))
		return 0;
	next = place.last + 1;
	if (next < n && numbers_columns(sheet, &rows[next])) {
		data_notes_add(
			r->errors, rows[next].number,
			_("This row numbers the columns; it is passed over."));
		next++;
	}
	return next;
}
