/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "layout.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "flow.h"

#define MM(mm) PAGE_LENGTH(mm, 72 * MPT)
#define MARGIN_TOP MM(PAGE_MARGIN_TOP)
#define MARGIN_LEFT MM(PAGE_MARGIN_LEFT)

#define RULE_WIDTH (MPT / 2)
#define NUMBER_MAX 24 /* the digits of a page, and the NUL */

struct paginator {
	struct layout layout; /* first, so that a layout is its paginator */
	struct flow flow;
	struct page *pages;
	int y;	       /* on the last page, from the text area's top */
	size_t loosed; /* up to this box, the page takes what it holds */
};

/* Add the lines of @p, the first and the last never alone on a page. */
static void add_paragraph(struct flow *flow, const struct paragraph *p)
{
	struct lines lines = { 0 };
	size_t i;

	flow_lines(flow, p, ++flow->n_paragraphs, flow->width, &lines);
	for (i = 0; i < lines.n; i++) {
		struct box *box = flow_box(flow);
		const struct line *line = &lines.lines[i];

		if (!box)
			return;
		box->height = line->height;
		box->space = line->space;
		if (i + 1 < lines.n)
			box->keep_next = !i || i + 2 == lines.n;
		else
			box->keep_next = p->keep_next;
		box_line(flow, box, line, 0, 0);
	}
}

static struct page *new_page(struct paginator *pg)
{
	struct page *pages;

	pages = arena_grow(&pg->flow.arena, pg->pages, pg->layout.n_pages,
			   sizeof(*pages));
	if (!pages)
		return NULL;
	pg->pages = pages;
	pg->y = 0;
	pages[pg->layout.n_pages] = (struct page){ 0 };
	return &pages[pg->layout.n_pages++];
}

/* Put @box on the last page, below what stands there. */
static void draw(struct paginator *pg, const struct box *box, bool repeated)
{
	struct page *page = &pg->pages[pg->layout.n_pages - 1];
	struct flow *flow = &pg->flow;
	int y = MARGIN_TOP + pg->y;
	size_t i;

	for (i = 0; i < box->n_runs; i++) {
		struct placed_run run = box->runs[i];

		if (repeated)
			run.paragraph = 0;
		page->runs = flow_add_run(flow, (struct placed_run *)page->runs,
					  &page->n_runs, &run, MARGIN_LEFT, y);
	}
	for (i = 0; i < box->n_rules; i++)
		page->rules = flow_add_rule(
			flow, (struct placed_rule *)page->rules, &page->n_rules,
			&box->rules[i], MARGIN_LEFT, y);
	for (i = 0; i < box->n_bars; i++)
		page->bars = flow_add_bar(flow, (struct placed_bar *)page->bars,
					  &page->n_bars, &box->bars[i],
					  MARGIN_LEFT, y);
	pg->y += box->height;
}

/* The height of box @i and all that must stay with it, up to a page's; with
 * @loose, up to a loose box, which is then in it. */
static int kept_height(const struct flow *flow, size_t i, size_t *loose)
{
	int height = flow->boxes[i]->height;

	for (; flow->boxes[i]->keep_next && i + 1 < flow->n_boxes &&
	       height <= flow->height && !(loose && flow->boxes[i]->loose);
	     i++)
		height +=
			flow->boxes[i + 1]->space + flow->boxes[i + 1]->height;
	if (loose)
		*loose = i;
	return height;
}

/* True if a page of its own holds box @i and all that must stay with it. */
static bool page_holds(const struct flow *flow, size_t i)
{
	const struct box *header = flow->boxes[i]->header;
	int room = flow->height - (header ? header->height : 0);

	return kept_height(flow, i, NULL) <= room;
}

/* Split what can be split, where no page holds it and what it keeps with it. */
static void split_boxes(struct flow *flow)
{
	struct flow split = *flow;
	size_t i, k;

	split.boxes = NULL;
	split.n_boxes = 0;
	for (i = 0; i < flow->n_boxes && !split.arena.failed; i++) {
		struct box *box = flow->boxes[i];
		size_t n = page_holds(flow, i) ? 0 : box->n_parts;

		if (!n) {
			flow_add_box(&split, box);
			continue;
		}
		box->parts[0]->space = box->space;
		box->parts[n - 1]->keep_next = box->keep_next;
		for (k = 0; k < n; k++) {
			box->parts[k]->header = box->header;
			flow_add_box(&split, box->parts[k]);
		}
	}
	*flow = split;
}

static bool must_break(struct paginator *pg, size_t i)
{
	const struct flow *flow = &pg->flow;
	const struct box *box = flow->boxes[i];
	int room = flow->height - pg->y - box->space;
	int height = box->height;
	size_t loose;

	if (!pg->layout.n_pages)
		return true;
	/* What must stay together and takes more than a page is not kept so. */
	if (page_holds(flow, i))
		height = kept_height(flow, i, NULL);
	if (!pg->y || height <= room || i < pg->loosed)
		return false;
	if (kept_height(flow, i, &loose) > room)
		return true;
	pg->loosed = loose + 1;
	return false;
}

static void paginate(struct paginator *pg)
{
	struct box *const *boxes = pg->flow.boxes;
	size_t i;

	if (!pg->flow.n_boxes)
		new_page(pg);
	for (i = 0; i < pg->flow.n_boxes; i++) {
		const struct box *box = boxes[i];

		if (!must_break(pg, i)) {
			pg->y += pg->y ? box->space : 0;
			draw(pg, box, false);
			continue;
		}
		if (i && boxes[i - 1]->closing)
			draw(pg, boxes[i - 1]->closing, false);
		if (!new_page(pg))
			return;
		if (i && box->header)
			draw(pg, box->header, true);
		draw(pg, i && box->opening ? box->opening : box, false);
	}
}

/* Number page @i, from the second on, in the middle of the upper margin. */
static void add_number(struct paginator *pg, size_t i)
{
	struct run run = { .text = "" };
	struct paragraph p = {
		.runs = &run,
		.n_runs = 1,
		.align = ALIGN_CENTER,
		.size = PAGE_NUMBER_SIZE,
	};
	struct page *page = &pg->pages[i];
	struct lines lines = { 0 };
	char *text = arena_alloc(&pg->flow.arena, NUMBER_MAX);

	if (!text)
		return;
	(void)snprintf(text, NUMBER_MAX, "%zu", i + 1);
	run.text = text;
	flow_lines(&pg->flow, &p, 0, pg->flow.width, &lines);
	if (lines.n && lines.lines->n_runs)
		page->runs =
			flow_add_run(&pg->flow, (struct placed_run *)page->runs,
				     &page->n_runs, lines.lines->runs,
				     MARGIN_LEFT, MM(PAGE_NUMBER_TOP));
}

/* The foot of page @i, whose last line stands where the foot ends. */
static void add_foot(struct paginator *pg, size_t i, const char *text)
{
	struct run run = { .text = text };
	struct paragraph p = {
		.runs = &run,
		.n_runs = 1,
		.size = PAGE_FOOT_SIZE,
	};
	struct page *page = &pg->pages[i];
	struct lines lines = { 0 };
	int y = pg->layout.height - MM(PAGE_FOOT_BOTTOM);

	flow_lines(&pg->flow, &p, 0, pg->flow.width, &lines);
	for (size_t k = 0; k < lines.n; k++)
		y -= lines.lines[k].height;
	for (size_t k = 0; k < lines.n; k++) {
		const struct line *line = &lines.lines[k];

		for (size_t r = 0; r < line->n_runs; r++)
			page->runs = flow_add_run(
				&pg->flow, (struct placed_run *)page->runs,
				&page->n_runs, &line->runs[r], MARGIN_LEFT, y);
		y += line->height;
	}
}

int layout_document(const struct document *doc, const struct font_set *fonts,
		    struct layout **layout)
{
	struct paginator *pg;
	struct flow *flow;
	size_t i;

	if (document_status(doc))
		return -ENOMEM;
	pg = calloc(1, sizeof(*pg));
	if (!pg)
		return -ENOMEM;
	flow = &pg->flow;
	pg->layout.width = MM(doc->landscape ? PAGE_LONG : PAGE_SHORT);
	pg->layout.height = MM(doc->landscape ? PAGE_SHORT : PAGE_LONG);
	pg->layout.rule_width = RULE_WIDTH;
	flow->fonts = fonts;
	flow->width = document_width(doc);
	flow->height = pg->layout.height - MARGIN_TOP - MM(PAGE_MARGIN_BOTTOM);
	for (i = 0; i < doc->n_blocks && !flow->arena.failed; i++) {
		const struct block *block = &doc->blocks[i];

		if (block->paragraph)
			add_paragraph(flow, block->paragraph);
		else if (block->table)
			flow_table(flow, block->table);
		else if (block->chart)
			flow_chart(flow, block->chart);
	}
	if (!flow->arena.failed)
		split_boxes(flow);
	if (!flow->arena.failed)
		paginate(pg);
	for (i = 1; i < pg->layout.n_pages; i++)
		add_number(pg, i);
	for (i = 0; doc->foot && i < pg->layout.n_pages; i++)
		add_foot(pg, i, doc->foot);
	pg->layout.pages = pg->pages;
	pg->layout.lacking = flow->lacking;
	pg->layout.n_lacking = flow->n_lacking;
	*layout = &pg->layout;
	if (!flow->arena.failed)
		return 0;
	layout_free(layout);
	return -ENOMEM;
}

void layout_free(struct layout **layout)
{
	struct paginator *pg = (struct paginator *)*layout;

	if (!pg)
		return;
	arena_free(&pg->flow.arena);
	free(pg);
	*layout = NULL;
}
