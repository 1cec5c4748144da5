/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tables. Rows that a rowspan joins form a group, and a group is one box. One
 * too tall for a page is taken apart: first into rows that repeat what spanned
 * them, then a row into slices of lines, so that nothing is ever lost.
 */
#include "galley.h"

#define PAD_X (4 * MPT)
#define PAD_Y (2 * MPT)

/* A cell at its place in a group. */
struct place {
	const struct cell *cell;
	size_t row, n_rows;
	int x, width, height;
	bool rightmost;
	struct lines lines;
	size_t next_line; /* of those no slice has yet */
};

struct group {
	struct place *places;
	size_t n_places;
	size_t n_rows;
	int *heights; /* of the rows */
	int pad_x, pad_y;
	bool ruled;
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

	for (i = first; i < end; i++)
		height += lines->lines[i].space + lines->lines[i].height;
	return height;
}

static void place_cell(struct galley *g, struct group *group,
		       const struct cell *cell, size_t row, const int *edges,
		       size_t column, size_t n_columns)
{
	size_t i, end = column + cell->colspan;
	struct place *p;

	p = arena_grow(&g->arena, group->places, group->n_places, sizeof(*p));
	if (!p)
		return;
	group->places = p;
	p += group->n_places++;
	*p = (struct place){ .cell = cell, .row = row };
	p->n_rows = cell->rowspan;
	p->rightmost = end >= n_columns;
	p->x = edges[column];
	p->width = edges[p->rightmost ? n_columns : end] - p->x;
	for (i = 0; i < cell->n_paragraphs; i++)
		galley_lines(g, cell->paragraphs[i],
			     p->width - 2 * group->pad_x, &p->lines);
	p->height = lines_height(&p->lines, 0, p->lines.n) + 2 * group->pad_y;
}

/* Place the rows from @first on that rowspans join; returns the one after. */
static size_t place_group(struct galley *g, const struct table *t, size_t first,
			  const int *edges, struct group *group)
{
	size_t taken[DOCUMENT_COLUMNS_MAX] = { 0 };
	size_t row = first, end = first + 1;

	for (; row < end; row++) {
		const struct row *r = &t->rows[row];
		size_t i, k, column = 0;

		for (i = 0; i < r->n_cells; i++) {
			const struct cell *cell = r->cells[i];

			while (column < t->n_columns && taken[column] > row)
				column++;
			if (column == t->n_columns)
				break;
			place_cell(g, group, cell, row - first, edges, column,
				   t->n_columns);
			if (row + cell->rowspan > end)
				end = row + cell->rowspan;
			for (k = 0; k < cell->colspan && column < t->n_columns;
			     k++)
				taken[column++] = row + cell->rowspan;
		}
		if (end > t->n_rows)
			end = t->n_rows;
	}
	group->n_rows = end - first;
	return end;
}

/* Heights of the rows; a cell over several gives what they lack to the last. */
static void measure(struct galley *g, struct group *group)
{
	size_t i, k, last;

	group->heights =
		arena_alloc(&g->arena, group->n_rows * sizeof(*group->heights));
	if (!group->heights)
		return;
	for (last = 0; last < group->n_rows; last++) {
		for (i = 0; i < group->n_places; i++) {
			const struct place *p = &group->places[i];
			int lack = p->height;

			if (p->row + p->n_rows - 1 != last)
				continue;
			for (k = p->row; k <= last; k++)
				lack -= group->heights[k];
			if (lack > 0)
				group->heights[last] += lack;
		}
	}
}

static int span_height(const struct group *group, size_t row, size_t n)
{
	int height = 0;

	for (; n && row < group->n_rows; n--)
		height += group->heights[row++];
	return height;
}

/* Each edge once within a box; the next box draws its own top again. */
static void frame(struct galley *g, struct box *box, const struct place *p,
		  int y, int height)
{
	int right = p->x + p->width, bottom = y + height;

	if (!y)
		box_rule(g, box, p->x, y, right, y);
	box_rule(g, box, p->x, y, p->x, bottom);
	box_rule(g, box, p->x, bottom, right, bottom);
	if (p->rightmost)
		box_rule(g, box, right, y, right, bottom);
}

static void draw_lines(struct galley *g, struct box *box,
		       const struct group *group, const struct place *p,
		       size_t first, size_t end, int y)
{
	size_t i;

	for (i = first; i < end; i++) {
		const struct line *line = &p->lines.lines[i];

		y += line->space;
		box_line(g, box, line, p->x + group->pad_x, y);
		y += line->height;
	}
}

static struct box *group_box(struct galley *g, const struct group *group)
{
	struct box *box = galley_box(g);
	size_t i;

	if (!box)
		return NULL;
	box->height = span_height(group, 0, group->n_rows);
	for (i = 0; i < group->n_places; i++) {
		const struct place *p = &group->places[i];
		int y = span_height(group, 0, p->row);
		int height = span_height(group, p->row, p->n_rows);
		int text_y = y + group->pad_y;

		if (group->ruled)
			frame(g, box, p, y, height);
		if (p->cell->middle)
			text_y += (height - p->height) / 2;
		draw_lines(g, box, group, p, 0, p->lines.n, text_y);
	}
	return box;
}

static bool covers(const struct place *p, size_t row)
{
	return row >= p->row && row - p->row < p->n_rows;
}

/* As many lines of the cell as fit @limit, one at least. */
static size_t slice_end(const struct place *p, int limit)
{
	size_t end = p->next_line;

	while (end < p->lines.n &&
	       (end == p->next_line ||
		lines_height(&p->lines, p->next_line, end + 1) <= limit))
		end++;
	return end;
}

/* One box of the next lines of @row's cells. Returns whether more are left. */
static bool slice_box(struct galley *g, struct group *group, size_t row,
		      int limit)
{
	struct box *box = galley_box(g);
	bool more = false;
	int height = 0;
	size_t i;

	for (i = 0; box && i < group->n_places; i++) {
		struct place *p = &group->places[i];
		size_t end = slice_end(p, limit);
		int used = lines_height(&p->lines, p->next_line, end);

		if (!covers(p, row))
			continue;
		draw_lines(g, box, group, p, p->next_line, end, group->pad_y);
		p->next_line = end;
		more |= end < p->lines.n;
		if (used > height)
			height = used;
	}
	if (!box)
		return false;
	box->height = height + 2 * group->pad_y;
	for (i = 0; group->ruled && i < group->n_places; i++)
		if (covers(&group->places[i], row))
			frame(g, box, &group->places[i], 0, box->height);
	return more;
}

static void take_apart(struct galley *g, struct group *group, int limit)
{
	size_t row, i;

	limit -= 2 * group->pad_y;
	for (row = 0; row < group->n_rows; row++) {
		for (i = 0; i < group->n_places; i++)
			group->places[i].next_line = 0;
		while (slice_box(g, group, row, limit))
			;
	}
}

static size_t add_group(struct galley *g, const struct table *t, size_t row,
			const int *edges, int limit)
{
	struct group group = {
		.ruled = t->ruled,
		.pad_x = t->ruled ? PAD_X : 0,
		.pad_y = t->ruled ? PAD_Y : 0,
	};

	row = place_group(g, t, row, edges, &group);
	measure(g, &group);
	if (g->arena.failed)
		return row;
	if (span_height(&group, 0, group.n_rows) <= limit)
		group_box(g, &group);
	else
		take_apart(g, &group, limit);
	return row;
}

void galley_table(struct galley *g, const struct table *t)
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
		if (!body && g->n_boxes == box + 1) {
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
