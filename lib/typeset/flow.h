/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Inside the layout: paragraphs become lines, lines and table rows become
 * boxes, one below the other in a flow as high as they need, and the flow is
 * cut into pages between boxes.
 */
#ifndef TYPESET_FLOW_H
#define TYPESET_FLOW_H

#include <limits.h>

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

/* A box never breaks; x from the text area's edge, y from the box's top. */
struct box {
	int height;
	int space; /* above, unless it opens a page */
	bool keep_next;
	bool loose; /* is not kept where the page has room for it alone */
	struct placed_run *runs;
	size_t n_runs;
	struct placed_rule *rules;
	size_t n_rules;
	struct placed_bar *bars;
	size_t n_bars;
	const struct box *header;  /* goes before it when it opens a page */
	const struct box *opening; /* goes there in its place then */
	const struct box *closing; /* goes after it when it ends a page */
	/* Boxes in its place, where no page holds it and what it keeps. */
	struct box **parts;
	size_t n_parts;
};

struct flow {
	struct arena arena;
	const struct font_set *fonts;
	int width, height; /* of the text area */
	struct box **boxes;
	size_t n_boxes;
	size_t n_paragraphs; /* so far */
	int32_t *lacking;    /* letters that the fonts do not have, each once */
	size_t n_lacking;
	unsigned char *is_lacking; /* a bit for each letter of Unicode */
};

/*
 * Break @p, the document's paragraph @number, at @width and add its lines to
 * @out. A letter that the face lacks is noted, and another stands in for it.
 */
void flow_lines(struct flow *flow, const struct paragraph *p, size_t number,
		int width, struct lines *out);

/* The height of lines [first, end) with the space above each, but no more than
 * can be added to another. */
#define HEIGHT_MAX (INT_MAX / 4)
int lines_height(const struct lines *lines, size_t first, size_t end);

/* Add @box; false when memory runs out. */
bool flow_add_box(struct flow *flow, struct box *box);

/* Add an empty box; NULL when memory runs out. */
struct box *flow_box(struct flow *flow);

/* Add a copy of @run, @rule or @bar, moved by @x and @y, to @n others; when
 * memory runs out, those are returned as they are. */
struct placed_run *flow_add_run(struct flow *flow, struct placed_run *runs,
				size_t *n, const struct placed_run *run, int x,
				int y);
struct placed_rule *flow_add_rule(struct flow *flow, struct placed_rule *rules,
				  size_t *n, const struct placed_rule *rule,
				  int x, int y);
struct placed_bar *flow_add_bar(struct flow *flow, struct placed_bar *bars,
				size_t *n, const struct placed_bar *bar, int x,
				int y);

void box_line(struct flow *flow, struct box *box, const struct line *line,
	      int x, int y);
void box_rule(struct flow *flow, struct box *box, int x0, int y0, int x1,
	      int y1);

void flow_table(struct flow *flow, const struct table *t);
void flow_chart(struct flow *flow, const struct chart *chart);

#endif
