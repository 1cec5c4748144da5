/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Inside the layout: paragraphs become lines, lines and table rows become
 * boxes in one long galley, and the galley is cut into pages between boxes.
 */
#ifndef OFFICE_GALLEY_H
#define OFFICE_GALLEY_H

#include "layout.h"

/* A line of text; x from the column's edge, y from the line's top. */
struct line {
	int height;
	int space; /* above */
	struct placed_run *runs;
	size_t n_runs;
	struct placed_rule underline;
	bool underlined;
};

struct lines {
	struct line *lines;
	size_t n;
};

/* What never breaks; x from the text area's edge, y from the box's top. */
struct box {
	int height;
	int space; /* above, unless it opens a page */
	bool keep_next;
	struct placed_run *runs;
	size_t n_runs;
	struct placed_rule *rules;
	size_t n_rules;
	const struct box *header; /* goes before it when it opens a page */
};

struct galley {
	struct arena arena;
	struct font_set *fonts;
	int width, height; /* of the text area */
	struct box **boxes;
	size_t n_boxes;
	int32_t *lacking;
	size_t n_lacking;
};

/* Break @p at @width and add its lines to @out. */
void galley_lines(struct galley *g, const struct paragraph *p, int width,
		  struct lines *out);

/* The next box; NULL: memory. */
struct box *galley_box(struct galley *g);

/* Add a copy of @run or @rule, moved by @x and @y, to @n others; where there is
 * no memory those are returned as they are. */
struct placed_run *galley_add_run(struct galley *g, struct placed_run *runs,
				  size_t *n, const struct placed_run *run,
				  int x, int y);
struct placed_rule *galley_add_rule(struct galley *g, struct placed_rule *rules,
				    size_t *n, const struct placed_rule *rule,
				    int x, int y);

void box_line(struct galley *g, struct box *box, const struct line *line, int x,
	      int y);
void box_rule(struct galley *g, struct box *box, int x0, int y0, int x1,
	      int y1);

void galley_table(struct galley *g, const struct table *t);

#endif
