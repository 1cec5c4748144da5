/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "layout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "flow.h"

/* A4 and the margins of Nghị định 30/2020/NĐ-CP: 20, 20, 30 and 15 mm. */
#define MM(mm) ((int)((mm)*72000.0 / 25.4 + 0.5))
#define SHORT_SIDE MM(210)
#define LONG_SIDE MM(297)
#define MARGIN_TOP MM(20)
#define MARGIN_BOTTOM MM(20)
#define MARGIN_LEFT MM(30)
#define MARGIN_RIGHT MM(15)

#define NUMBER_SIZE 13
#define NUMBER_Y MM(10)
#define RULE_WIDTH (MPT / 2)

bool flow_add_box(struct flow *g, struct box *box)
{
	struct box **boxes;

	boxes = arena_grow(&g->arena, g->boxes, g->n_boxes,
			   sizeof(struct box *));
	if (!boxes)
		return false;
	g->boxes = boxes;
	boxes[g->n_boxes++] = box;
	return true;
}

struct box *flow_box(struct flow *g)
{
	struct box *box = arena_alloc(&g->arena, sizeof(*box));

	return box && flow_add_box(g, box) ? box : NULL;
}

struct placed_run *flow_add_run(struct flow *g, struct placed_run *runs,
				size_t *n, const struct placed_run *run, int x,
				int y)
{
	struct placed_run *grown;

	grown = arena_grow(&g->arena, runs, *n, sizeof(*runs));
	if (!grown)
		return runs;
	grown[*n] = *run;
	grown[*n].x += x;
	grown[*n].y += y;
	++*n;
	return grown;
}

struct placed_rule *flow_add_rule(struct flow *g, struct placed_rule *rules,
				  size_t *n, const struct placed_rule *rule,
				  int x, int y)
{
	struct placed_rule *grown;

	grown = arena_grow(&g->arena, rules, *n, sizeof(*rules));
	if (!grown)
		return rules;
	grown[(*n)++] = (struct placed_rule){
		rule->x0 + x,
		rule->y0 + y,
		rule->x1 + x,
		rule->y1 + y,
	};
	return grown;
}

struct placed_bar *flow_add_bar(struct flow *g, struct placed_bar *bars,
				size_t *n, const struct placed_bar *bar, int x,
				int y)
{
	struct placed_bar *grown;

	grown = arena_grow(&g->arena, bars, *n, sizeof(*bars));
	if (!grown)
		return bars;
	grown[(*n)++] = (struct placed_bar){
		bar->x0 + x, bar->y0 + y,    bar->x1 + x,
		bar->y1 + y, bar->paragraph,
	};
	return grown;
}

void box_line(struct flow *g, struct box *box, const struct line *line, int x,
	      int y)
{
	size_t i;

	for (i = 0; i < line->n_runs; i++)
		box->runs = flow_add_run(g, box->runs, &box->n_runs,
					 &line->runs[i], x, y);
	if (line->underlined)
		box->rules = flow_add_rule(g, box->rules, &box->n_rules,
					   &line->underline, x, y);
}

void box_rule(struct flow *g, struct box *box, int x0, int y0, int x1, int y1)
{
	struct placed_rule rule = { x0, y0, x1, y1 };

	box->rules = flow_add_rule(g, box->rules, &box->n_rules, &rule, 0, 0);
}

void box_bar(struct flow *g, struct box *box, const struct placed_bar *bar)
{
	box->bars = flow_add_bar(g, box->bars, &box->n_bars, bar, 0, 0);
}

struct setter {
	struct layout layout; /* first, so that a layout is its setter */
	struct flow flow;
	struct page *pages;
	int y; /* on the last page, from the text area's top */
};

/* A paragraph's lines, no first and no last one alone on a page. */
static void add_paragraph(struct flow *g, const struct paragraph *p)
{
	struct lines lines = { 0 };
	size_t i;

	flow_lines(g, p, ++g->n_paragraphs, g->width, &lines);
	for (i = 0; i < lines.n; i++) {
		struct box *box = flow_box(g);
		const struct line *line = &lines.lines[i];

		if (!box)
			return;
		box->height = line->height;
		box->space = line->space;
		if (i + 1 < lines.n)
			box->keep_next = !i || i + 2 == lines.n;
		else
			box->keep_next = p->keep_next;
		box_line(g, box, line, 0, 0);
	}
}

static struct page *new_page(struct setter *s)
{
	struct page *pages;

	pages = arena_grow(&s->flow.arena, s->pages, s->layout.n_pages,
			   sizeof(*pages));
	if (!pages)
		return NULL;
	s->pages = pages;
	s->y = 0;
	pages[s->layout.n_pages] = (struct page){ 0 };
	return &pages[s->layout.n_pages++];
}

static void draw(struct setter *s, const struct box *box, bool repeated)
{
	struct page *page = &s->pages[s->layout.n_pages - 1];
	struct flow *g = &s->flow;
	int y = MARGIN_TOP + s->y;
	size_t i;

	for (i = 0; i < box->n_runs; i++) {
		struct placed_run run = box->runs[i];

		if (repeated)
			run.paragraph = 0;
		page->runs = flow_add_run(g, (struct placed_run *)page->runs,
					  &page->n_runs, &run, MARGIN_LEFT, y);
	}
	for (i = 0; i < box->n_rules; i++)
		page->rules = flow_add_rule(
			g, (struct placed_rule *)page->rules, &page->n_rules,
			&box->rules[i], MARGIN_LEFT, y);
	for (i = 0; i < box->n_bars; i++)
		page->bars = flow_add_bar(g, (struct placed_bar *)page->bars,
					  &page->n_bars, &box->bars[i],
					  MARGIN_LEFT, y);
	s->y += box->height;
}

/* The height of box @i and all that must stay with it, up to a page's. */
static int kept_height(const struct flow *g, size_t i)
{
	int height = g->boxes[i]->height;

	for (; g->boxes[i]->keep_next && i + 1 < g->n_boxes &&
	       height <= g->height;
	     i++)
		height += g->boxes[i + 1]->space + g->boxes[i + 1]->height;
	return height;
}

/* Whether a page of its own holds box @i and all that must stay with it. */
static bool page_holds(const struct flow *g, size_t i)
{
	const struct box *header = g->boxes[i]->header;
	int room = g->height - (header ? header->height : 0);

	return kept_height(g, i) <= room;
}

/* Take apart what can be, where no page holds it and what it keeps with it. */
static void loosen(struct flow *g)
{
	struct flow loose = *g;
	size_t i, k;

	loose.boxes = NULL;
	loose.n_boxes = 0;
	for (i = 0; i < g->n_boxes && !loose.arena.failed; i++) {
		struct box *box = g->boxes[i];
		size_t n = page_holds(g, i) ? 0 : box->n_parts;

		if (!n) {
			flow_add_box(&loose, box);
			continue;
		}
		box->parts[0]->space = box->space;
		box->parts[n - 1]->keep_next = box->keep_next;
		for (k = 0; k < n; k++) {
			box->parts[k]->header = box->header;
			flow_add_box(&loose, box->parts[k]);
		}
	}
	*g = loose;
}

static bool must_break(const struct setter *s, size_t i)
{
	const struct flow *g = &s->flow;
	const struct box *box = g->boxes[i];
	int room = g->height - s->y - box->space;

	if (!s->layout.n_pages)
		return true;
	/* What stays together but takes more than a page breaks where it must.
	 */
	return s->y &&
	       (page_holds(g, i) ? kept_height(g, i) : box->height) > room;
}

/* End the page after box @i - 1 and begin the next, where box @i goes. */
static const struct box *turn_page(struct setter *s, size_t i)
{
	const struct box *box = s->flow.boxes[i];

	if (i && s->flow.boxes[i - 1]->closing)
		draw(s, s->flow.boxes[i - 1]->closing, false);
	if (!new_page(s))
		return NULL;
	if (i && box->header)
		draw(s, box->header, true);
	return i && box->opening ? box->opening : box;
}

static void paginate(struct setter *s)
{
	const struct flow *g = &s->flow;
	size_t i;

	if (!g->n_boxes)
		new_page(s);
	for (i = 0; i < g->n_boxes; i++) {
		const struct box *box = g->boxes[i];

		if (must_break(s, i))
			box = turn_page(s, i);
		else
			s->y += s->y ? box->space : 0;
		if (!box)
			return;
		draw(s, box, false);
	}
}

/* From the second page on, in the middle of the upper margin. */
static void add_number(struct setter *s, size_t i)
{
	struct run run = { .text = "" };
	struct paragraph p = {
		.runs = &run,
		.n_runs = 1,
		.align = ALIGN_CENTER,
		.size = NUMBER_SIZE,
	};
	struct page *page = &s->pages[i];
	struct lines lines = { 0 };
	char *text = arena_alloc(&s->flow.arena, 24);
	size_t n = i + 1;

	if (!text)
		return;
	for (text += 22; n; n /= 10)
		*--text = (char)('0' + n % 10);
	run.text = text;
	flow_lines(&s->flow, &p, 0, s->flow.width, &lines);
	if (lines.n && lines.lines->n_runs)
		page->runs =
			flow_add_run(&s->flow, (struct placed_run *)page->runs,
				     &page->n_runs, lines.lines->runs,
				     MARGIN_LEFT, NUMBER_Y);
}

static void set_blocks(struct setter *s, const struct document *doc)
{
	size_t i;

	for (i = 0; i < doc->n_blocks && !s->flow.arena.failed; i++) {
		if (doc->blocks[i].paragraph)
			add_paragraph(&s->flow, doc->blocks[i].paragraph);
		else if (doc->blocks[i].table)
			flow_table(&s->flow, doc->blocks[i].table);
		else if (doc->blocks[i].chart)
			flow_chart(&s->flow, doc->blocks[i].chart);
	}
	if (!s->flow.arena.failed)
		loosen(&s->flow);
	if (!s->flow.arena.failed)
		paginate(s);
	for (i = 1; i < s->layout.n_pages; i++)
		add_number(s, i);
}

int layout_document(const struct document *doc, const struct font_set *fonts,
		    struct layout **layout)
{
	struct setter *s;

	if (document_status(doc))
		return -ENOMEM;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->flow.fonts = fonts;
	s->layout.width = doc->landscape ? LONG_SIDE : SHORT_SIDE;
	s->layout.height = doc->landscape ? SHORT_SIDE : LONG_SIDE;
	s->flow.width = s->layout.width - MARGIN_LEFT - MARGIN_RIGHT;
	s->flow.height = s->layout.height - MARGIN_TOP - MARGIN_BOTTOM;
	s->layout.rule_width = RULE_WIDTH;
	set_blocks(s, doc);
	s->layout.pages = s->pages;
	s->layout.lacking = s->flow.lacking;
	s->layout.n_lacking = s->flow.n_lacking;
	*layout = &s->layout;
	if (!s->flow.arena.failed)
		return 0;
	layout_free(layout);
	return -ENOMEM;
}

void layout_free(struct layout **layout)
{
	struct setter *s = (struct setter *)*layout;

	if (!s)
		return;
	arena_free(&s->flow.arena);
	free(s);
	*layout = NULL;
}
