/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "layout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "galley.h"

/* A4 and the margins of Nghị định 30/2020/NĐ-CP: 20, 20, 30 and 15 mm. */
#define MM(mm) ((int)((mm)*72000.0 / 25.4 + 0.5))
#define PAGE_WIDTH MM(210)
#define PAGE_HEIGHT MM(297)
#define MARGIN_TOP MM(20)
#define MARGIN_BOTTOM MM(20)
#define MARGIN_LEFT MM(30)
#define MARGIN_RIGHT MM(15)

#define NUMBER_SIZE 13
#define NUMBER_Y MM(10)
#define RULE_WIDTH (MPT / 2)

struct setter {
	struct layout layout; /* first, so that a layout is its setter */
	struct galley galley;
	struct page *pages;
	int y; /* on the last page, from the text area's top */
};

/* A paragraph's lines, no first and no last one alone on a page. */
static void add_paragraph(struct galley *g, const struct paragraph *p)
{
	struct lines lines = { 0 };
	size_t i;

	galley_lines(g, p, g->width, &lines);
	for (i = 0; i < lines.n; i++) {
		struct box *box = galley_box(g);
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

	pages = arena_grow(&s->galley.arena, s->pages, s->layout.n_pages,
			   sizeof(*pages));
	if (!pages)
		return NULL;
	s->pages = pages;
	s->y = 0;
	pages[s->layout.n_pages] = (struct page){ 0 };
	return &pages[s->layout.n_pages++];
}

static void draw(struct setter *s, const struct box *box)
{
	struct page *page = &s->pages[s->layout.n_pages - 1];
	struct galley *g = &s->galley;
	int y = MARGIN_TOP + s->y;
	size_t i;

	for (i = 0; i < box->n_runs; i++)
		page->runs = galley_add_run(g, (struct placed_run *)page->runs,
					    &page->n_runs, &box->runs[i],
					    MARGIN_LEFT, y);
	for (i = 0; i < box->n_rules; i++)
		page->rules = galley_add_rule(
			g, (struct placed_rule *)page->rules, &page->n_rules,
			&box->rules[i], MARGIN_LEFT, y);
	s->y += box->height;
}

/* The height of box @i and all that must stay with it. */
static int kept_height(const struct galley *g, size_t i)
{
	int height = g->boxes[i]->height;

	for (; g->boxes[i]->keep_next && i + 1 < g->n_boxes; i++)
		height += g->boxes[i + 1]->space + g->boxes[i + 1]->height;
	return height;
}

static bool must_break(const struct setter *s, size_t i)
{
	const struct galley *g = &s->galley;
	const struct box *box = g->boxes[i];
	int room = g->height - s->y - box->space;
	int need = kept_height(g, i);

	if (!s->layout.n_pages)
		return true;
	/* What stays together but takes more than a page breaks where it must.
	 */
	if (need > g->height)
		need = box->height;
	return s->y && need > room;
}

static void paginate(struct setter *s)
{
	const struct galley *g = &s->galley;
	size_t i;

	if (!g->n_boxes)
		new_page(s);
	for (i = 0; i < g->n_boxes; i++) {
		const struct box *box = g->boxes[i];

		if (!must_break(s, i)) {
			s->y += s->y ? box->space : 0;
		} else {
			if (!new_page(s))
				return;
			if (box->header && s->layout.n_pages > 1)
				draw(s, box->header);
		}
		draw(s, box);
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
	char *text = arena_alloc(&s->galley.arena, 24);
	size_t n = i + 1;

	if (!text)
		return;
	for (text += 22; n; n /= 10)
		*--text = (char)('0' + n % 10);
	run.text = text;
	galley_lines(&s->galley, &p, s->galley.width, &lines);
	if (lines.n && lines.lines->n_runs)
		page->runs = galley_add_run(&s->galley,
					    (struct placed_run *)page->runs,
					    &page->n_runs, lines.lines->runs,
					    MARGIN_LEFT, NUMBER_Y);
}

static void set_blocks(struct setter *s, const struct document *doc)
{
	size_t i;

	for (i = 0; i < doc->n_blocks && !s->galley.arena.failed; i++) {
		if (doc->blocks[i].paragraph)
			add_paragraph(&s->galley, doc->blocks[i].paragraph);
		else if (doc->blocks[i].table)
			galley_table(&s->galley, doc->blocks[i].table);
	}
	if (!s->galley.arena.failed)
		paginate(s);
	for (i = 1; i < s->layout.n_pages; i++)
		add_number(s, i);
}

int layout_document(const struct document *doc, struct font_set *fonts,
		    struct layout **layout)
{
	struct setter *s;

	if (document_status(doc))
		return -ENOMEM;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->galley.fonts = fonts;
	s->galley.width = PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT;
	s->galley.height = PAGE_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM;
	s->layout.width = PAGE_WIDTH;
	s->layout.height = PAGE_HEIGHT;
	s->layout.rule_width = RULE_WIDTH;
	set_blocks(s, doc);
	s->layout.pages = s->pages;
	s->layout.lacking = s->galley.lacking;
	s->layout.n_lacking = s->galley.n_lacking;
	*layout = &s->layout;
	if (!s->galley.arena.failed)
		return 0;
	layout_free(layout);
	return -ENOMEM;
}

void layout_free(struct layout **layout)
{
	struct setter *s = (struct setter *)*layout;

	if (!s)
		return;
	arena_free(&s->galley.arena);
	free(s);
	*layout = NULL;
}
