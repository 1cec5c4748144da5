/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A document set on pages: glyphs and rules at their places, which a writer
 * needs only to draw. Lengths are thousandths of a point; x runs to the right
 * and y down from the page's upper left corner; text stands on its baseline.
 *
 * Paragraphs are numbered from 1 as they are read: block by block, and in a
 * table row by row and cell by cell. A chart is its title, if any, and one
 * paragraph more.
 */
#ifndef TYPESET_LAYOUT_H
#define TYPESET_LAYOUT_H

#include "document.h"
#include "font.h"

#define MPT 1000

struct placed_run {
	int x, y;
	int size; /* of the type, in whole points */
	enum face face;
	const struct glyph *glyphs;
	size_t n_glyphs;
	size_t paragraph; /* whose text it is; 0: of the page, or repeated */
};

struct placed_rule {
	int x0, y0, x1, y1;
};

/* A filled bar of a chart. */
struct placed_bar {
	int x0, y0, x1, y1;
	size_t paragraph; /* of the chart */
};

struct page {
	const struct placed_run *runs;
	size_t n_runs;
	const struct placed_rule *rules;
	size_t n_rules;
	const struct placed_bar *bars;
	size_t n_bars;
};

struct layout {
	int width, height; /* of a page */
	int rule_width;
	const struct page *pages;
	size_t n_pages;
	const int32_t *lacking; /* letters the fonts lack, drawn as a box */
	size_t n_lacking;
};

/*
 * Lay out @doc, which must stay alive as long as the layout, as must @fonts.
 * Returns 0 or -ENOMEM.
 */
int layout_document(const struct document *doc, const struct font_set *fonts,
		    struct layout **layout);
void layout_free(struct layout **layout);

#endif
