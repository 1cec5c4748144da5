/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Inside the layout of tables. Rows that a rowspan joins form a group, and a
 * group is one box. One that no page holds is taken apart: into its rows, and
 * a row too tall for a page into slices of lines, so that nothing is ever lost.
 */
#ifndef TYPESET_ROWS_H
#define TYPESET_ROWS_H

#include "flow.h"

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

int lines_height(const struct lines *lines, size_t first, size_t end);

void cell_box_draw(struct flow *g, struct box *box, const struct group *group,
		   const struct cell_box *p, const struct window *window);

/* Add a box for each row to the galley, several for one above @limit. */
void group_take_apart(struct flow *g, struct group *group, int limit);

#endif
