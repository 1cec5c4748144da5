/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rows that a rowspan joins form a group, and a group is one box. One that no
 * page holds is taken apart: into its rows, and a row too tall for a page into
 * slices of lines, so that nothing is ever lost.
 */
#include "flow.h"

#include <limits.h>
#include <string.h>

#define PAD_X (4 * MPT)
#define PAD_Y (2 * MPT)

/* No height is more, so that two can be added. */
#define HEIGHT_MAX (INT_MAX / 4)

/* Slices of a row are small, so that they fill a page well. */
#define SLICES_ON_A_PAGE 8

/* A cell at its place in a group. */
struct cell_box {
	const struct cell *cell;
	size_t row, n_rows;
	int x, width, height;
	bool rightmost;
	struct lines lines;
	size_t first, end; /* of the lines in the slice being made */
	size_t also_ends;  /* the next place to end in its last row, plus 1 */
};

struct group {
	struct cell_box *cell_boxes; /* by row */
	size_t n_cell_boxes;
	size_t n_rows;
	int *tops; /* of the rows, and the last one's bottom */
	int pad_x, pad_y;
	bool ruled;
};

/* Edges that a cell has in another box. */
#define OPEN_ABOVE 1U
#define OPEN_BELOW 2U

/* A part of a box that shows lines [first, end) of a cell. */
struct window {
	size_t first, end;
	int y, height;
	int pad; /* above the text */
	unsigned int open;
	bool middle; /* the text, of the height */
	bool repeated;
};

/* Where the cells of a group can stand. */
struct grid {
	const int *edges; /* of the columns */
	size_t n_columns;
	size_t free_from[DOCUMENT_COLUMNS_MAX]; /* which row, of each column */
};

static void column_edges(const struct table *t, int width, int *edges)
{
	unsigned int sum = 0, part = 0;
	size_t i;

	for (i = 0; i < t->n_columns; i++)
		sum += t->columns[i].weight;
	edges[0] = 0;
	for (i = 0; i < t->n_columns; i++) {
		part += t->columns[i].weight;
		edges[i + 1] = (int)((long long)width * part / sum);
	}
}

static int lines_height(const struct lines *lines, size_t first, size_t end)
{
	int height = 0;
	size_t i;

	for (i = first; i < end && height < HEIGHT_MAX; i++)
		height += lines->lines[i].space + lines->lines[i].height;
	return height < HEIGHT_MAX ? height : HEIGHT_MAX;
}

static void place_cell(struct flow *g, struct group *group,
		       const struct cell *cell, size_t row, struct grid *grid,
		       size_t column)
{
	size_t i, end = column + (cell->colspan ? cell->colspan : 1);
	struct cell_box *p;

	p = arena_grow(&g->arena, group->cell_boxes, group->n_cell_boxes,
		       sizeof(*p));
	if (!p)
		return;
	group->cell_boxes = p;
	p += group->n_cell_boxes++;
	if (end > grid->n_columns)
		end = grid->n_columns;
	*p = (struct cell_box){ .cell = cell, .row = row };
	p->n_rows = cell->rowspan ? cell->rowspan : 1;
	p->rightmost = end == grid->n_columns;
	p->x = grid->edges[column];
	p->width = grid->edges[end] - p->x;
	for (i = 0; i < cell->n_paragraphs; i++)
		flow_lines(g, cell->paragraphs[i], g->n_paragraphs + i + 1,
			   p->width - 2 * group->pad_x, &p->lines);
	p->height = lines_height(&p->lines, 0, p->lines.n) + 2 * group->pad_y;
	if (row + p->n_rows > group->n_rows)
		group->n_rows = row + p->n_rows;
	for (; column < end; column++)
		grid->free_from[column] = row + p->n_rows;
}

static void place_row(struct flow *g, struct group *group, const struct row *r,
		      size_t row, struct grid *grid)
{
	size_t i, column = 0;

	for (i = 0; i < r->n_cells; i++) {
		const struct cell *cell = r->cells[i];

		while (column < grid->n_columns &&
		       grid->free_from[column] > row)
			column++;
		if (column < grid->n_columns)
			place_cell(g, group, cell, row, grid, column);
		g->n_paragraphs += cell->n_paragraphs;
	}
}

/* Place the rows from @first on that rowspans join; returns the one after. */
static size_t place_group(struct flow *g, const struct table *t, size_t first,
			  const int *edges, struct group *group)
{
	struct grid grid = { .edges = edges, .n_columns = t->n_columns };
	size_t row;

	group->n_rows = 1;
	for (row = 0; row < group->n_rows; row++) {
		place_row(g, group, &t->rows[first + row], row, &grid);
		if (group->n_rows > t->n_rows - first)
			group->n_rows = t->n_rows - first;
	}
	return first + group->n_rows;
}

/* Tops of the rows; a cell over several gives what they lack to the last. */
static void measure(struct flow *g, struct group *group)
{
	size_t n = group->n_rows, i, row;
	size_t *ending; /* in each row, the first place that does, plus 1 */

	ending = arena_alloc(&g->arena, n * sizeof(*ending));
	group->tops = arena_alloc(&g->arena, (n + 1) * sizeof(*group->tops));
	if (!ending || !group->tops)
		return;
	for (i = group->n_cell_boxes; i-- > 0;) {
		struct cell_box *p = &group->cell_boxes[i];

		if (p->n_rows > n - p->row)
			p->n_rows = n - p->row;
		row = p->row + p->n_rows - 1;
		p->also_ends = ending[row];
		ending[row] = i + 1;
	}
	for (row = 0; row < n; row++) {
		int bottom = group->tops[row];

		for (i = ending[row]; i;
		     i = group->cell_boxes[i - 1].also_ends) {
			const struct cell_box *p = &group->cell_boxes[i - 1];

			if (group->tops[p->row] + p->height > bottom)
				bottom = group->tops[p->row] + p->height;
		}
		group->tops[row + 1] =
			bottom < HEIGHT_MAX ? bottom : HEIGHT_MAX;
	}
}

/* Each edge once within a box; the next box draws its own top again. */
static void frame(struct flow *g, struct box *box, const struct cell_box *p,
		  const struct window *window)
{
	int right = p->x + p->width, bottom = window->y + window->height;

	if (!(window->open & OPEN_ABOVE))
		box_rule(g, box, p->x, window->y, right, window->y);
	box_rule(g, box, p->x, window->y, p->x, bottom);
	if (!(window->open & OPEN_BELOW))
		box_rule(g, box, p->x, bottom, right, bottom);
	if (p->rightmost)
		box_rule(g, box, right, window->y, right, bottom);
}

static void cell_box_draw(struct flow *g, struct box *box,
			  const struct group *group, const struct cell_box *p,
			  const struct window *window)
{
	int used = lines_height(&p->lines, window->first, window->end);
	int y = window->y + window->pad;
	size_t i, run = box->n_runs;

	if (group->ruled)
		frame(g, box, p, window);
	if (window->middle)
		y = window->y + (window->height - used) / 2;
	for (i = window->first; i < window->end; i++) {
		const struct line *line = &p->lines.lines[i];

		y += line->space;
		box_line(g, box, line, p->x + group->pad_x, y);
		y += line->height;
	}
	for (; window->repeated && run < box->n_runs; run++)
		box->runs[run].paragraph = 0;
}

static struct box *group_box(struct flow *g, const struct group *group)
{
	struct box *box = flow_box(g);
	size_t i;

	if (!box)
		return NULL;
	box->height = group->tops[group->n_rows];
	for (i = 0; i < group->n_cell_boxes; i++) {
		const struct cell_box *p = &group->cell_boxes[i];
		int y = group->tops[p->row];
		struct window window = {
			.end = p->lines.n,
			.y = y,
			.height = group->tops[p->row + p->n_rows] - y,
			.pad = group->pad_y,
			.open = p->row ? OPEN_ABOVE : 0,
			.middle = p->cell->middle,
		};

		cell_box_draw(g, box, group, p, &window);
	}
	return box;
}

/* The lines of one row that one box shows. */
struct slice {
	const struct group *group;
	struct cell_box **cells; /* all that cover the row */
	size_t n_cells;
	size_t row;
	int height, limit;
	int lines_height; /* of the lines, at most */
	bool first, last; /* of the row */
};

/* As many lines of the cell as fit @limit, one at least. */
static size_t lines_that_fit(const struct cell_box *p, size_t first, int limit)
{
	size_t end = first;
	int height = 0;

	for (; end < p->lines.n; end++) {
		height += lines_height(&p->lines, end, end + 1);
		if (end > first && height > limit)
			break;
	}
	return end;
}

/* What a span from above says, a new page says again. */
static bool repeats(const struct slice *slice, const struct cell_box *p)
{
	return p->n_rows > 1 && p->first == p->lines.n &&
	       p->height <= slice->limit;
}

static unsigned int open_edges(const struct slice *slice,
			       const struct cell_box *p)
{
	unsigned int open = 0;

	if (p->row < slice->row || !slice->first)
		open |= OPEN_ABOVE;
	if (p->row + p->n_rows > slice->row + 1 || !slice->last)
		open |= OPEN_BELOW;
	return open;
}

/* The text of a row that is cut begins at its top. */
static bool is_middle(const struct slice *slice, const struct cell_box *p)
{
	return p->cell->middle && slice->first && slice->last;
}

static void choose_lines(struct slice *slice)
{
	size_t i;

	slice->height = 0;
	slice->last = true;
	for (i = 0; i < slice->n_cells; i++) {
		struct cell_box *p = slice->cells[i];
		int used;

		p->first = p->end;
		p->end = lines_that_fit(p, p->first, slice->lines_height);
		used = lines_height(&p->lines, p->first, p->end);
		if (used > slice->height)
			slice->height = used;
		if (p->end < p->lines.n)
			slice->last = false;
	}
	slice->height += slice->first ? slice->group->pad_y : 0;
	slice->height += slice->last ? slice->group->pad_y : 0;
}

static void draw_slice(struct flow *g, const struct slice *slice,
		       struct box *box, bool opening)
{
	int pad = slice->first || opening ? slice->group->pad_y : 0;
	size_t i;

	for (i = 0; i < slice->n_cells; i++) {
		const struct cell_box *p = slice->cells[i];
		bool repeated = opening && repeats(slice, p);
		struct window window = {
			.first = repeated ? 0 : p->first,
			.end = p->end,
			.height = box->height,
			.pad = pad,
			.open = open_edges(slice, p),
			.middle = is_middle(slice, p),
			.repeated = repeated,
		};

		if (opening)
			window.open &= OPEN_BELOW;
		cell_box_draw(g, box, slice->group, p, &window);
	}
}

/* The same at the top of a page, where nothing is open above. */
static const struct box *opening_box(struct flow *g, const struct slice *slice)
{
	struct box *box = arena_alloc(&g->arena, sizeof(*box));
	size_t i;

	if (!box)
		return NULL;
	box->height = slice->height + (slice->first ? 0 : slice->group->pad_y);
	for (i = 0; i < slice->n_cells; i++) {
		const struct cell_box *p = slice->cells[i];

		if (repeats(slice, p) && p->height > box->height)
			box->height = p->height;
	}
	draw_slice(g, slice, box, true);
	return box;
}

/* The lower edges of what is open below. */
static const struct box *closing_box(struct flow *g, const struct slice *slice)
{
	struct box *box = arena_alloc(&g->arena, sizeof(*box));
	size_t i;

	for (i = 0; box && i < slice->n_cells; i++) {
		const struct cell_box *p = slice->cells[i];

		if (open_edges(slice, p) & OPEN_BELOW)
			box_rule(g, box, p->x, 0, p->x + p->width, 0);
	}
	return box;
}

static void add_slice(struct flow *g, struct slice *slice)
{
	struct box *box = flow_box(g);
	unsigned int open = 0;
	size_t i;

	choose_lines(slice);
	if (!box)
		return;
	box->height = slice->height;
	draw_slice(g, slice, box, false);
	for (i = 0; i < slice->n_cells; i++)
		open |= open_edges(slice, slice->cells[i]);
	if (open & OPEN_ABOVE)
		box->opening = opening_box(g, slice);
	if (open & OPEN_BELOW && slice->group->ruled)
		box->closing = closing_box(g, slice);
}

/* A row that fits is one slice. */
static int choose_height(const struct slice *slice)
{
	size_t i;

	for (i = 0; i < slice->n_cells; i++) {
		const struct cell_box *p = slice->cells[i];

		if (p->row == slice->row && p->height > slice->limit)
			return slice->limit / SLICES_ON_A_PAGE;
	}
	return slice->limit;
}

/* Cells that ended above leave; those that begin here come. */
static void enter_row(struct slice *slice, size_t *next)
{
	const struct group *group = slice->group;
	size_t i, kept = 0;

	for (i = 0; i < slice->n_cells; i++) {
		struct cell_box *p = slice->cells[i];

		if (p->row + p->n_rows > slice->row)
			slice->cells[kept++] = p;
	}
	slice->n_cells = kept;
	for (; *next < group->n_cell_boxes; ++*next) {
		struct cell_box *p = &group->cell_boxes[*next];

		if (p->row > slice->row)
			return;
		p->first = p->end = 0;
		slice->cells[slice->n_cells++] = p;
	}
}

static void group_take_apart(struct flow *g, struct group *group, int limit)
{
	struct slice slice = { .group = group, .limit = limit };
	size_t next = 0;

	slice.cells = arena_alloc(&g->arena, group->n_cell_boxes *
						     sizeof(struct cell_box *));
	if (!slice.cells)
		return;
	for (; slice.row < group->n_rows; slice.row++) {
		enter_row(&slice, &next);
		slice.lines_height = choose_height(&slice);
		slice.first = true;
		do {
			add_slice(g, &slice);
			slice.first = false;
		} while (!slice.last && !g->arena.failed);
	}
}

/* What is to stand for @box, the last of the galley, if it must be taken apart:
 * a part small enough to go with a signature. */
static void add_parts(struct flow *g, struct box *box, struct group *group,
		      int limit)
{
	size_t first = g->n_boxes;

	group_take_apart(g, group, limit);
	box->n_parts = g->n_boxes - first;
	box->parts =
		arena_alloc(&g->arena, box->n_parts * sizeof(struct box *));
	if (box->parts)
		memcpy(box->parts, g->boxes + first,
		       box->n_parts * sizeof(struct box *));
	else
		box->n_parts = 0;
	g->n_boxes = first;
}

static size_t add_group(struct flow *g, const struct table *t, size_t row,
			const int *edges, int limit)
{
	struct group group = {
		.ruled = t->ruled,
		.pad_x = t->ruled ? PAD_X : 0,
		.pad_y = t->ruled ? PAD_Y : 0,
	};
	struct box *box;

	row = place_group(g, t, row, edges, &group);
	measure(g, &group);
	if (g->arena.failed)
		return row;
	if (group.tops[group.n_rows] > limit) {
		group_take_apart(g, &group, limit);
		return row;
	}
	box = group_box(g, &group);
	if (box && t->ruled && row == t->n_rows)
		add_parts(g, box, &group, limit / 2);
	return row;
}

void flow_table(struct flow *g, const struct table *t)
{
	int edges[DOCUMENT_COLUMNS_MAX + 1];
	struct box *header = NULL;
	size_t row = 0, i, first = g->n_boxes;
	int limit = g->height;

	column_edges(t, g->width, edges);
	if (t->keep_previous && first)
		g->boxes[first - 1]->keep_next = true;
	while (row < t->n_rows && !g->arena.failed) {
		size_t box = g->n_boxes;
		bool body = row >= t->n_header;

		row = add_group(g, t, row, edges, limit);
		/* One that leaves a page no room is not repeated. */
		if (!body && g->n_boxes == box + 1 &&
		    g->boxes[box]->height <= limit / 2) {
			header = g->boxes[box];
			header->keep_next = true;
			limit -= header->height;
		}
		for (i = box; body && i < g->n_boxes; i++)
			g->boxes[i]->header = header;
	}
	if (g->n_boxes > first) {
		g->boxes[first]->space = t->space * MPT;
		g->boxes[g->n_boxes - 1]->keep_next = t->keep_next;
	}
}
