/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How wide the columns of a table are: as their contents want. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

/* Rows that are looked at: of more, every second, third and so on. */
#define SAMPLE 24
#define LINES_MAX 8
#define WIDTHS_MAX 56	 /* of a column, that are tried */
#define HEADS_COUNT 2	 /* for so many rows, as each page has them */
#define LETTERS_MAX 1000 /* of a cell */

/* Lengths of rules, and of what an estimate may be too small by. */
#define ROOM(text) ((text) + (text) / 64 + 2 * TABLE_PAD_X + 500)

/* The signs behind which a word may be broken, the fewer the better. */
static const char *const signs[] = { "", "@", "@.", "@./-_" };

#define N_SIGNS (sizeof(signs) / sizeof(signs[0]))

/* How few lines of a hundred a table must take for words to be broken behind
 * those. */
static const int worth[] = { 100, 85, 70, 0 };

/* A cell of one column. */
struct content {
	struct string string;
	size_t row, column;
	unsigned int n_rows;
	int need[LINES_MAX]; /* the width in which it takes 1 line, 2 … */
};

struct columns {
	const struct table *t;
	struct arena arena;
	int width;		  /* of all */
	struct content *contents; /* by column */
	size_t n_contents;
	size_t first[DOCUMENT_COLUMNS_MAX + 1]; /* of each column */
	/* The widths that break no word but behind these signs. */
	int whole[N_SIGNS][DOCUMENT_COLUMNS_MAX];
	int least[DOCUMENT_COLUMNS_MAX]; /* what is held to of them */
};

static void raise(int *a, int b)
{
	if (b > *a)
		*a = b;
}

/* Take the measure of a cell, and keep it where its row is looked at. */
static void take_cell(struct columns *c, const struct cell *cell, size_t row,
		      size_t column, bool looked_at)
{
	struct arena scratch = { 0 };
	struct string s = measure_cell(looked_at ? &c->arena : &scratch, cell);
	struct content *contents;
	size_t i;

	for (i = 0; i < N_SIGNS; i++)
		raise(&c->whole[i][column], ROOM(string_longest(&s, signs[i])));
	c->arena.failed |= scratch.failed;
	arena_free(&scratch);
	if (!looked_at)
		return;
	contents = arena_grow(&c->arena, c->contents, c->n_contents,
			      sizeof(*contents));
	if (!contents)
		return;
	c->contents = contents;
	s.n = s.n < LETTERS_MAX ? s.n : LETTERS_MAX;
	contents[c->n_contents++] = (struct content){
		.string = s,
		.row = row,
		.column = column,
		.n_rows = cell->rowspan ? cell->rowspan : 1,
	};
}

/* Take all cells of one column; those of several fit where the others do. */
static void take_table(struct columns *c)
{
	const struct table *t = c->t;
	size_t free_from[DOCUMENT_COLUMNS_MAX] = { 0 };
	size_t step = t->n_rows / SAMPLE + 1, row, i;

	for (row = 0; row < t->n_rows; row++) {
		const struct row *r = &t->rows[row];
		size_t column = 0, end;

		for (i = 0; i < r->n_cells; i++) {
			const struct cell *cell = r->cells[i];

			while (column < t->n_columns && free_from[column] > row)
				column++;
			if (column == t->n_columns)
				break;
			if (cell->colspan < 2)
				take_cell(c, cell, row, column,
					  row < t->n_header || !(row % step));
			end = column + (cell->colspan ? cell->colspan : 1);
			for (; column < end && column < t->n_columns; column++)
				free_from[column] = row + cell->rowspan;
		}
	}
}

static int by_column(const void *a, const void *b)
{
	const struct content *x = a, *y = b;

	return (x->column > y->column) - (x->column < y->column);
}

static void sort_contents(struct columns *c)
{
	size_t i, column = 0;

	if (c->n_contents)
		qsort(c->contents, c->n_contents, sizeof(*c->contents),
		      by_column);
	for (i = 0; i < c->n_contents; i++)
		while (column < c->contents[i].column)
			c->first[++column] = i;
	while (column < DOCUMENT_COLUMNS_MAX)
		c->first[++column] = c->n_contents;
}

static void measure_needs(struct columns *c)
{
	size_t i, n;

	for (i = 0; i < c->n_contents; i++) {
		struct content *content = &c->contents[i];
		int least = c->least[content->column];

		for (n = 0; n < LINES_MAX; n++) {
			int most = n ? content->need[n - 1] : c->width;
			size_t lines = (n + 1) * content->n_rows;

			content->need[n] = ROOM(
				string_fit(&content->string, lines,
					   least - ROOM(0), most - ROOM(0)));
			if (content->need[n] > most)
				content->need[n] = most;
		}
	}
}

/* How many lines @content takes in each of its rows. */
static int lines_in(const struct content *content, int width)
{
	int n = 0;

	while (n < LINES_MAX && content->need[n] > width)
		n++;
	return n + 1;
}

static int compare(const void *a, const void *b)
{
	return *(const int *)b - *(const int *)a;
}

/* Widths of a column that are worth a try, the widest first. */
struct widths {
	int width[WIDTHS_MAX];
	size_t n;
};

static void add_width(struct widths *widths, int width)
{
	if (widths->n < WIDTHS_MAX)
		widths->width[widths->n++] = width;
}

/* Find those in which a heading of @column, or most of its other cells, take
 * one line less; the last is the least that is held to. */
static void find_widths(const struct columns *c, size_t column,
			struct widths *widths, int *needs)
{
	static const size_t percents[] = { 100, 90, 75, 50 };
	size_t lines, i, k, n;

	for (lines = 0; lines < LINES_MAX; lines++) {
		n = 0;
		for (i = c->first[column]; i < c->first[column + 1]; i++) {
			const struct content *content = &c->contents[i];

			if (content->row < c->t->n_header)
				add_width(widths, content->need[lines]);
			else
				needs[n++] = content->need[lines];
		}
		if (!n)
			continue;
		qsort(needs, n, sizeof(*needs), compare);
		for (k = 0; k < sizeof(percents) / sizeof(percents[0]); k++)
			add_width(widths,
				  needs[n - (n * percents[k] + 99) / 100]);
	}
	add_width(widths, c->least[column]);
	qsort(widths->width, widths->n, sizeof(int), compare);
	for (i = n = 1; i < widths->n; i++)
		if (widths->width[i] < widths->width[n - 1])
			widths->width[n++] = widths->width[i];
	widths->n = n;
}

/* Give each column its share by weight, but what it wishes for at least.
 * Returns whether there is room for that. */
static bool share_out(const struct columns *c, const int *wishes, int *widths)
{
	bool settled[DOCUMENT_COLUMNS_MAX] = { false }, again = true;
	size_t i, n = c->t->n_columns;
	long long spare = c->width, sum = 0;

	for (i = 0; i < n; i++)
		sum += c->t->columns[i].weight;
	while (again) {
		again = false;
		for (i = 0; i < n; i++) {
			unsigned int weight = c->t->columns[i].weight;

			if (settled[i] || spare * weight >= wishes[i] * sum)
				continue;
			settled[i] = again = true;
			widths[i] = wishes[i];
			spare -= wishes[i];
			sum -= weight;
		}
	}
	for (i = 0; i < n; i++)
		if (!settled[i])
			widths[i] = (int)(spare * c->t->columns[i].weight /
					  (sum ? sum : 1));
	return spare >= 0;
}

/* How many lines more the rows take where @column is @width wide; @of_rows has
 * those that each takes, and with @apply takes the new ones. */
static int added_lines(const struct columns *c, size_t column, int width,
		       int *of_rows, bool apply)
{
	int added = 0;
	size_t i;

	for (i = c->first[column]; i < c->first[column + 1]; i++) {
		const struct content *content = &c->contents[i];
		int *row = &of_rows[content->row];
		int lines = lines_in(content, width);

		if (lines <= *row)
			continue;
		added += (lines - *row) *
			 (content->row < c->t->n_header ? HEADS_COUNT : 1);
		if (apply)
			*row = lines;
	}
	return added;
}

static int count_lines(const struct columns *c, const int *widths, int *of_rows)
{
	int lines = 0;
	size_t i;

	memset(of_rows, 0, c->t->n_rows * sizeof(int));
	for (i = 0; i < c->t->n_columns; i++)
		lines += added_lines(c, i, widths[i], of_rows, true);
	return lines;
}

/*
 * A choice of widths. Each step takes one column to the next of its widths;
 * the steps are kept, to be taken back.
 */
struct choice {
	const struct widths *widths; /* of each column */
	size_t at[DOCUMENT_COLUMNS_MAX];
	size_t *steps, n_steps; /* columns */
	long long room;		/* that is left; below 0, wanting */
};

static int width_of(const struct choice *choice, size_t column)
{
	return choice->widths[column].width[choice->at[column]];
}

static void step_to(struct choice *choice, size_t column, size_t at)
{
	choice->room += width_of(choice, column);
	choice->at[column] = at;
	choice->room -= width_of(choice, column);
}

/* The column that gives the most room for the fewest lines by its next step. */
static size_t cheapest(const struct columns *c, const struct choice *choice,
		       int *of_rows)
{
	size_t best = c->t->n_columns, i;
	long long cost = 0, gain = 0;

	for (i = 0; i < c->t->n_columns; i++) {
		const struct widths *w = &choice->widths[i];
		size_t next = choice->at[i] + 1;
		long long added, room;

		if (next >= w->n)
			continue;
		room = w->width[next - 1] - w->width[next];
		added = added_lines(c, i, w->width[next], of_rows, false);
		if (best < c->t->n_columns &&
		    (added * gain > cost * room ||
		     (added * gain == cost * room && room <= gain)))
			continue;
		best = i;
		cost = added;
		gain = room;
	}
	return best;
}

/* Begin with all on one line each, and take steps until there is room. */
static void take_steps(const struct columns *c, struct choice *choice,
		       int *of_rows)
{
	size_t i;

	for (i = 0; i < c->t->n_columns; i++) {
		choice->room -= width_of(choice, i);
		added_lines(c, i, width_of(choice, i), of_rows, true);
	}
	while (choice->room < 0) {
		i = cheapest(c, choice, of_rows);
		if (i == c->t->n_columns)
			break;
		step_to(choice, i, choice->at[i] + 1);
		added_lines(c, i, width_of(choice, i), of_rows, true);
		choice->steps[choice->n_steps++] = i;
	}
}

/* Take back the steps that the room which is left allows, the last and dearest
 * first, but those of column @but. */
static void take_back(struct choice *choice, size_t but)
{
	size_t n = choice->n_steps;

	while (n--) {
		size_t i = choice->steps[n], at = choice->at[i];
		const int *width = choice->widths[i].width;

		if (i != but && at && width[at - 1] - width[at] <= choice->room)
			step_to(choice, i, at - 1);
	}
}

/* Try what further steps of one column allow the others to take back. */
static int improve(const struct columns *c, struct choice *choice, int *of_rows)
{
	size_t n = c->t->n_columns, i, k, at;
	int widths[DOCUMENT_COLUMNS_MAX], least = INT_MAX, lines;
	struct choice start = *choice;

	for (i = 0; i <= n; i++) {
		for (at = i < n ? start.at[i] : 0;
		     at < (i < n ? start.widths[i].n : 1); at++) {
			struct choice other = start;

			if (i < n)
				step_to(&other, i, at);
			take_back(&other, i);
			for (k = 0; k < n; k++)
				widths[k] = width_of(&other, k);
			lines = count_lines(c, widths, of_rows);
			if (lines >= least)
				continue;
			least = lines;
			*choice = other;
		}
	}
	return least;
}

/* Choose the widths of the columns. Returns how many lines the table takes. */
static int choose(struct columns *c, int *widths)
{
	size_t n = c->t->n_columns, i;
	struct widths *tried = arena_alloc(&c->arena, n * sizeof(*tried));
	int *of_rows = arena_alloc(&c->arena, c->t->n_rows * sizeof(int));
	int *needs = arena_alloc(&c->arena, (c->n_contents + 1) * sizeof(int));
	struct choice choice = { .widths = tried, .room = c->width };
	int wishes[DOCUMENT_COLUMNS_MAX], least, lines = INT_MAX;

	choice.steps =
		arena_alloc(&c->arena, n * WIDTHS_MAX * sizeof(*choice.steps));
	if (!tried || !choice.steps || !of_rows || !needs)
		return 0;
	for (i = 0; i < n; i++)
		find_widths(c, i, &tried[i], needs);
	take_steps(c, &choice, of_rows);
	do {
		least = lines;
		lines = improve(c, &choice, of_rows);
	} while (lines < least);
	for (i = 0; i < n; i++)
		wishes[i] = width_of(&choice, i);
	(void)share_out(c, wishes, widths);
	return count_lines(c, widths, of_rows);
}

/* Words are broken anywhere, in the columns that want more than their share of
 * what the others leave. */
static void share_evenly(const struct columns *c, int *widths)
{
	size_t left = c->t->n_columns, n = left, i;
	int room = c->width;
	bool again = true;

	for (i = 0; i < n; i++)
		widths[i] = 0;
	while (again) {
		again = false;
		for (i = 0; i < n; i++) {
			int wanted = c->whole[N_SIGNS - 1][i];

			if (widths[i] || !wanted || wanted > room / (int)left)
				continue;
			widths[i] = wanted;
			room -= wanted;
			left--;
			again = true;
		}
	}
	for (i = 0; i < n; i++)
		if (!widths[i])
			widths[i] = room / (int)left;
}

/* Of @room, let the columns have back that need the least of it for their words
 * to be broken behind fewer signs than those of @k. */
static void spare_words(struct columns *c, size_t k, long long room)
{
	size_t n = c->t->n_columns, best, i;

	do {
		long long most = room + 1;

		best = n;
		for (i = 0; i < n; i++) {
			int more = c->whole[k - 1][i] - c->least[i];

			if (more <= 0 || more >= most)
				continue;
			most = more;
			best = i;
		}
		if (best < n) {
			c->least[best] += (int)most;
			room -= most;
		}
	} while (best < n);
}

/* Hold to what breaks the fewest words, unless the table is much lower where
 * they are broken. */
static void fit(struct columns *c, int *widths)
{
	int chosen[DOCUMENT_COLUMNS_MAX], lines = 0, fewest = 0;
	size_t n = c->t->n_columns, i, k;

	for (k = 0; k < N_SIGNS && !c->arena.failed; k++) {
		long long room = c->width;

		for (i = 0; i < n; i++)
			room -= c->least[i] = c->whole[k][i];
		if (room < 0)
			continue;
		if (k && !fewest)
			spare_words(c, k, room);
		measure_needs(c);
		lines = choose(c, chosen);
		if (fewest && lines > fewest * worth[k] / 100)
			continue;
		fewest = lines;
		memcpy(widths, chosen, n * sizeof(*widths));
	}
	if (!fewest)
		share_evenly(c, widths);
}

bool table_edges(const struct table *t, int width, int *edges)
{
	struct columns c = { .t = t, .width = width };
	int widths[DOCUMENT_COLUMNS_MAX] = { 0 };
	size_t i;
	bool ok;

	if (t->ruled) {
		take_table(&c);
		sort_contents(&c);
		fit(&c, widths);
	} else {
		(void)share_out(&c, c.whole[0], widths);
	}
	edges[0] = 0;
	for (i = 0; i < t->n_columns; i++)
		edges[i + 1] = edges[i] + widths[i];
	edges[t->n_columns] = width;
	ok = !c.arena.failed;
	arena_free(&c.arena);
	return ok;
}
