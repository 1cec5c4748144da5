/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rows that a rowspan joins form a group, and a group is one box. A group that
 * no page holds is split: into its rows, and a row too tall for a page into
 * fragments of a few lines, so that nothing is ever lost.
 */
#include "flow.h"

#include <string.h>

#include "measure.h"

#define PAD_Y (2 * MPT)

/* Fragments of a row are small, so that they fill a page well. */
#define FRAGMENTS_ON_A_PAGE 8

/* A cell at its place in a group. */
struct cell_box {
	const struct cell *cell;
	size_t row, n_rows;
	int x, width, height;
	bool rightmost;
	struct lines lines;
	size_t first, end; /* of the lines in the fragment being made */
	size_t also_ends;  /* the next cell to end in the same row, plus 1 */
};

struct group {
	struct cell_box *cell_boxes; /* by row */
	size_t n_cell_boxes;
	size_t n_rows;
	int *tops; /* of the rows, and the last one's bottom */
	int pad_x, pad_y;
	bool ruled;
};

/* Edges that another box draws, where the cell began before or goes on. */
#define OPEN_ABOVE 1U
#define OPEN_BELOW 2U

/* Lines [first, end) of a cell, and where in a box they go. */
struct cell_part {
	size_t first, end;
	int y, height;
	int pad; /* above the text */
	unsigned int open;
	bool middle;   /* the text is centred between top and bottom */
	bool repeated; /* the text stands on the page before, too */
};

/* Where the cells of a group can stand. */
struct grid {
	const int *edges; /* of the columns */
	size_t n_columns;
	size_t free_from[DOCUMENT_COLUMNS_MAX]; /* the row, for each column */
};

static void place_cell(struct flow *flow, struct group *group,
		       const struct cell *cell, size_t row, struct grid *grid,
		       size_t column)
{
	size_t i, end = column + (cell->colspan ? cell->colspan : 1);
	struct cell_box *cb;

	cb = arena_grow(&flow->arena, group->cell_boxes, group->n_cell_boxes,
			sizeof(*cb));
	if (!cb)
		return;
	group->cell_boxes = cb;
	cb += group->n_cell_boxes++;
	if (end > grid->n_columns)
		end = grid->n_columns;
	*cb = (struct cell_box){ .cell = cell, .row = row };
	cb->n_rows = cell->rowspan ? cell->rowspan : 1;
	cb->rightmost = end == grid->n_columns;
	cb->x = grid->edges[column];
	cb->width = grid->edges[end] - cb->x;
	for (i = 0; i < cell->n_paragraphs; i++)
		flow_lines(flow, cell->paragraphs[i],
			   flow->n_paragraphs + i + 1,
			   cb->width - 2 * group->pad_x, &cb->lines);
	cb->height =
		lines_height(&cb->lines, 0, cb->lines.n) + 2 * group->pad_y;
	if (row + cb->n_rows > group->n_rows)
		group->n_rows = row + cb->n_rows;
	for (; column < end; column++)
		grid->free_from[column] = row + cb->n_rows;
}

/* Place the rows from @first on that rowspans join; returns the one after. */
static size_t place_group(struct flow *flow, const struct table *t,
			  size_t first, const int *edges, struct group *group)
{
	struct grid grid = { .edges = edges, .n_columns = t->n_columns };
	size_t row, column, i;

	group->n_rows = 1;
	for (row = 0; row < group->n_rows; row++) {
		const struct row *r = &t->rows[first + row];

		column = 0;
		for (i = 0; i < r->n_cells; i++) {
			while (column < grid.n_columns &&
			       grid.free_from[column] > row)
				column++;
			if (column < grid.n_columns)
				place_cell(flow, group, r->cells[i], row, &grid,
					   column);
			flow->n_paragraphs += r->cells[i]->n_paragraphs;
		}
		if (group->n_rows > t->n_rows - first)
			group->n_rows = t->n_rows - first;
	}
	return first + group->n_rows;
}

/* Find the tops of the rows. Of a cell over several rows, what is higher than
 * they are together makes the last one higher. */
static void measure_rows(struct flow *flow, struct group *group)
{
	size_t n = group->n_rows, i, row;
	size_t *ending; /* the first cell to end in each row, plus 1 */

	ending = arena_alloc(&flow->arena, n * sizeof(*ending));
	group->tops = arena_alloc(&flow->arena, (n + 1) * sizeof(*group->tops));
	if (!ending || !group->tops)
		return;
	for (i = group->n_cell_boxes; i-- > 0;) {
		struct cell_box *cb = &group->cell_boxes[i];

		if (cb->n_rows > n - cb->row)
			cb->n_rows = n - cb->row;
		row = cb->row + cb->n_rows - 1;
		cb->also_ends = ending[row];
		ending[row] = i + 1;
	}
	for (row = 0; row < n; row++) {
		int bottom = group->tops[row];

		for (i = ending[row]; i;
		     i = group->cell_boxes[i - 1].also_ends) {
			const struct cell_box *cb = &group->cell_boxes[i - 1];

			if (group->tops[cb->row] + cb->height > bottom)
				bottom = group->tops[cb->row] + cb->height;
		}
		group->tops[row + 1] =
			bottom < HEIGHT_MAX ? bottom : HEIGHT_MAX;
	}
}

/* Draw each edge once within a box; the next box draws its own top again. */
static void draw_frame(struct flow *flow, struct box *box,
		       const struct cell_box *cb, const struct cell_part *part)
{
	int right = cb->x + cb->width, bottom = part->y + part->height;

	if (!(part->open & OPEN_ABOVE))
		box_rule(flow, box, cb->x, part->y, right, part->y);
	box_rule(flow, box, cb->x, part->y, cb->x, bottom);
	if (!(part->open & OPEN_BELOW))
		box_rule(flow, box, cb->x, bottom, right, bottom);
	if (cb->rightmost)
		box_rule(flow, box, right, part->y, right, bottom);
}

static void draw_cell(struct flow *flow, struct box *box,
		      const struct group *group, const struct cell_box *cb,
		      const struct cell_part *part)
{
	int used = lines_height(&cb->lines, part->first, part->end);
	int y = part->y + part->pad;
	size_t i, run = box->n_runs;

	if (group->ruled)
		draw_frame(flow, box, cb, part);
	if (part->middle)
		y = part->y + (part->height - used) / 2;
	for (i = part->first; i < part->end; i++) {
		const struct line *line = &cb->lines.lines[i];

		y += line->space;
		box_line(flow, box, line, cb->x + group->pad_x, y);
		y += line->height;
	}
	for (; part->repeated && run < box->n_runs; run++)
		box->runs[run].paragraph = 0;
}

static struct box *group_box(struct flow *flow, const struct group *group)
{
	struct box *box = flow_box(flow);
	size_t i;

	if (!box)
		return NULL;
	box->height = group->tops[group->n_rows];
	for (i = 0; i < group->n_cell_boxes; i++) {
		const struct cell_box *cb = &group->cell_boxes[i];
		int y = group->tops[cb->row];
		struct cell_part part = {
			.end = cb->lines.n,
			.y = y,
			.height = group->tops[cb->row + cb->n_rows] - y,
			.pad = group->pad_y,
			.open = cb->row ? OPEN_ABOVE : 0,
			.middle = cb->cell->middle,
		};

		draw_cell(flow, box, group, cb, &part);
	}
	return box;
}

/* The lines of one row that one box shows. */
struct fragment {
	const struct group *group;
	struct cell_box **cells; /* all that cover the row */
	size_t n_cells;
	size_t row;
	int height, limit;
	int limit_lines;  /* of the height of its lines */
	bool first, last; /* of the row */
};

/* The end of the lines from @first on that fit @limit; one is always taken. */
static size_t lines_that_fit(const struct cell_box *cb, size_t first, int limit)
{
	size_t end = first;
	int height = 0;

	for (; end < cb->lines.n; end++) {
		height += lines_height(&cb->lines, end, end + 1);
		if (end > first && height > limit)
			break;
	}
	return end;
}

/* True if a cell that spans rows says its whole text again on a new page. */
static bool repeats(const struct fragment *fragment, const struct cell_box *cb)
{
	return cb->n_rows > 1 && cb->first == cb->lines.n &&
	       cb->height <= fragment->limit;
}

static unsigned int open_edges(const struct fragment *fragment,
			       const struct cell_box *cb)
{
	unsigned int open = 0;

	if (cb->row < fragment->row || !fragment->first)
		open |= OPEN_ABOVE;
	if (cb->row + cb->n_rows > fragment->row + 1 || !fragment->last)
		open |= OPEN_BELOW;
	return open;
}

static void choose_lines(struct fragment *fragment)
{
	size_t i;

	fragment->height = 0;
	fragment->last = true;
	for (i = 0; i < fragment->n_cells; i++) {
		struct cell_box *cb = fragment->cells[i];
		int used;

		cb->first = cb->end;
		cb->end = lines_that_fit(cb, cb->first, fragment->limit_lines);
		used = lines_height(&cb->lines, cb->first, cb->end);
		if (used > fragment->height)
			fragment->height = used;
		if (cb->end < cb->lines.n)
			fragment->last = false;
	}
	fragment->height += fragment->first ? fragment->group->pad_y : 0;
	fragment->height += fragment->last ? fragment->group->pad_y : 0;
}

static void draw_fragment(struct flow *flow, const struct fragment *fragment,
			  struct box *box, bool opening)
{
	int pad = fragment->first || opening ? fragment->group->pad_y : 0;
	size_t i;

	for (i = 0; i < fragment->n_cells; i++) {
		const struct cell_box *cb = fragment->cells[i];
		bool repeated = opening && repeats(fragment, cb);
		struct cell_part part = {
			.first = repeated ? 0 : cb->first,
			.end = cb->end,
			.height = box->height,
			.pad = pad,
			.open = open_edges(fragment, cb),
			/* The text of a row that is split begins at its top. */
			.middle = cb->cell->middle && fragment->first &&
				  fragment->last,
			.repeated = repeated,
		};

		if (opening)
			part.open &= OPEN_BELOW;
		draw_cell(flow, box, fragment->group, cb, &part);
	}
}

/* The fragment as it is at the top of a page, where it is closed above. */
static const struct box *opening_box(struct flow *flow,
				     const struct fragment *fragment)
{
	struct box *box = arena_alloc(&flow->arena, sizeof(*box));
	size_t i;

	if (!box)
		return NULL;
	box->height = fragment->height +
		      (fragment->first ? 0 : fragment->group->pad_y);
	for (i = 0; i < fragment->n_cells; i++) {
		const struct cell_box *cb = fragment->cells[i];

		if (repeats(fragment, cb) && cb->height > box->height)
			box->height = cb->height;
	}
	draw_fragment(flow, fragment, box, true);
	return box;
}

/* The lower edges of the cells that go on, for the end of a page. */
static const struct box *closing_box(struct flow *flow,
				     const struct fragment *fragment)
{
	struct box *box = arena_alloc(&flow->arena, sizeof(*box));
	size_t i;

	for (i = 0; box && i < fragment->n_cells; i++) {
		const struct cell_box *cb = fragment->cells[i];

		if (open_edges(fragment, cb) & OPEN_BELOW)
			box_rule(flow, box, cb->x, 0, cb->x + cb->width, 0);
	}
	return box;
}

static void add_fragment(struct flow *flow, struct fragment *fragment)
{
	struct box *box = flow_box(flow);
	unsigned int open = 0;
	size_t i;

	choose_lines(fragment);
	if (!box)
		return;
	box->height = fragment->height;
	draw_fragment(flow, fragment, box, false);
	for (i = 0; i < fragment->n_cells; i++)
		open |= open_edges(fragment, fragment->cells[i]);
	if (open & OPEN_ABOVE)
		box->opening = opening_box(flow, fragment);
	if (open & OPEN_BELOW && fragment->group->ruled)
		box->closing = closing_box(flow, fragment);
}

/* Drop the cells that ended above, take those that begin in this row. */
static void enter_row(struct fragment *fragment, size_t *next)
{
	const struct group *group = fragment->group;
	size_t i, kept = 0;

	for (i = 0; i < fragment->n_cells; i++) {
		struct cell_box *cb = fragment->cells[i];

		if (cb->row + cb->n_rows > fragment->row)
			fragment->cells[kept++] = cb;
	}
	fragment->n_cells = kept;
	for (; *next < group->n_cell_boxes; ++*next) {
		struct cell_box *cb = &group->cell_boxes[*next];

		if (cb->row > fragment->row)
			return;
		cb->first = cb->end = 0;
		fragment->cells[fragment->n_cells++] = cb;
	}
}

/* Add a box for each row to the flow, several for a row above @limit. */
static void split_group(struct flow *flow, struct group *group, int limit)
{
	struct fragment fragment = { .group = group, .limit = limit };
	size_t next = 0, i;

	fragment.cells = arena_alloc(
		&flow->arena, group->n_cell_boxes * sizeof(struct cell_box *));
	if (!fragment.cells)
		return;
	for (; fragment.row < group->n_rows; fragment.row++) {
		enter_row(&fragment, &next);
		fragment.limit_lines = limit;
		for (i = 0; i < fragment.n_cells; i++) {
			const struct cell_box *cb = fragment.cells[i];

			if (cb->row == fragment.row && cb->height > limit)
				fragment.limit_lines =
					limit / FRAGMENTS_ON_A_PAGE;
		}
		fragment.first = true;
		do {
			add_fragment(flow, &fragment);
			fragment.first = false;
		} while (!fragment.last && !flow->arena.failed);
	}
}

/* The parts of @box, the last of the flow, in case that it must be split: each
 * small enough to go with a signature. */
static void add_parts(struct flow *flow, struct box *box, struct group *group,
		      int limit)
{
	size_t first = flow->n_boxes;

	split_group(flow, group, limit);
	box->n_parts = flow->n_boxes - first;
	box->parts =
		arena_alloc(&flow->arena, box->n_parts * sizeof(struct box *));
	if (box->parts)
		memcpy(box->parts, flow->boxes + first,
		       box->n_parts * sizeof(struct box *));
	else
		box->n_parts = 0;
	flow->n_boxes = first;
}

static size_t add_group(struct flow *flow, const struct table *t, size_t row,
			const int *edges, int limit)
{
	struct group group = {
		.ruled = t->ruled,
		.pad_x = t->ruled ? TABLE_PAD_X : 0,
		.pad_y = t->ruled ? PAD_Y : 0,
	};
	struct box *box;

	row = place_group(flow, t, row, edges, &group);
	measure_rows(flow, &group);
	if (flow->arena.failed)
		return row;
	if (group.tops[group.n_rows] > limit) {
		split_group(flow, &group, limit);
		return row;
	}
	box = group_box(flow, &group);
	if (box && t->ruled && row == t->n_rows)
		add_parts(flow, box, &group, limit / 2);
	return row;
}

void flow_table(struct flow *flow, const struct table *t)
{
	int edges[DOCUMENT_COLUMNS_MAX + 1];
	struct box *header = NULL;
	size_t row = 0, i, first = flow->n_boxes, n_bodies = 0;
	int limit = flow->height;

	flow->arena.failed |= !table_edges(t, flow->width, edges);
	if (t->keep_previous && first) {
		flow->boxes[first - 1]->keep_next = true;
		flow->boxes[first - 1]->loose = false;
	}
	while (row < t->n_rows && !flow->arena.failed) {
		size_t box = flow->n_boxes;
		bool body = row >= t->n_header;

		n_bodies += body;
		row = add_group(flow, t, row, edges, limit);
		/* A header that leaves a page no room is not repeated. */
		if (!body && flow->n_boxes == box + 1 &&
		    flow->boxes[box]->height <= limit / 2) {
			header = flow->boxes[box];
			header->keep_next = true;
			limit -= header->height;
		}
		for (i = box; body && i < flow->n_boxes; i++)
			flow->boxes[i]->header = header;
	}
	if (flow->n_boxes > first) {
		flow->boxes[first]->space = t->space * MPT;
		flow->boxes[flow->n_boxes - 1]->keep_next = t->keep_next;
		/* The last of several rows goes to the signature's page; with
		 * the only one would go the table. */
		flow->boxes[flow->n_boxes - 1]->loose =
			t->ruled && n_bodies < 2;
	}
}
