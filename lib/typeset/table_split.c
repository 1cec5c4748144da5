/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rows.h"

/* Slices of a row are small, so that they fill a page well. */
#define SLICES_ON_A_PAGE 8

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

void group_take_apart(struct flow *g, struct group *group, int limit)
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
