/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "flow.h"

#define PLOT_HEIGHT (128 * MPT) /* 45 mm, with the numbers above the bars */
#define PLOT_GAP (4 * MPT)	/* below the title */
#define LABEL_GAP (2 * MPT)
#define BAR_WIDTH_MAX (34 * MPT)
#define BAR_HEIGHT_MIN MPT /* few beside many are not none */

/* Type is as large as lets each number stand on one line. */
#define TYPE_LARGEST 12
#define TYPE_SMALLEST 6
#define LABEL_LINES 2

struct plot {
	struct flow *flow;
	const struct chart *chart;
	struct box *box;
	size_t paragraph;
	int slot; /* width of a bar with the room beside it */
	int size; /* of the type */
	struct lines labels[DOCUMENT_BARS_MAX], texts[DOCUMENT_BARS_MAX];
	int text_height; /* of the tallest */
	long long most;
	int top, base; /* between which the bars stand */
};

static int height_of(const struct lines *lines)
{
	int height = 0;
	size_t i;

	for (i = 0; i < lines->n; i++)
		height += lines->lines[i].height;
	return height;
}

/* Room on either side of words, lest they seem to be one number. */
static int beside(const struct plot *plot)
{
	return plot->size * MPT / 12;
}

static struct lines set_words(const struct plot *plot, const char *text)
{
	const struct run run = { .text = text };
	const struct paragraph p = {
		.runs = &run,
		.n_runs = 1,
		.align = ALIGN_CENTER,
		.size = plot->size,
	};
	struct lines lines = { 0 };

	flow_lines(plot->flow, &p, plot->paragraph,
		   plot->slot - 2 * beside(plot), &lines);
	return lines;
}

/* Whether all words are on as few lines as they should be. */
static bool set_bars(struct plot *plot)
{
	bool fit = true;
	size_t i;

	plot->text_height = 0;
	for (i = 0; i < plot->chart->n_bars; i++) {
		const struct bar *bar = &plot->chart->bars[i];
		struct lines *text = &plot->texts[i];

		plot->labels[i] = set_words(plot, bar->label);
		*text = set_words(plot, bar->text);
		fit &= plot->labels[i].n <= LABEL_LINES && text->n < 2;
		if (height_of(text) > plot->text_height)
			plot->text_height = height_of(text);
		if (bar->value > plot->most)
			plot->most = bar->value;
	}
	return fit;
}

static int draw_lines(const struct plot *plot, const struct lines *lines, int x,
		      int y)
{
	size_t i;

	for (i = 0; i < lines->n; i++) {
		y += lines->lines[i].space;
		box_line(plot->flow, plot->box, &lines->lines[i], x, y);
		y += lines->lines[i].height;
	}
	return y;
}

static int bar_height(const struct plot *plot, long long value)
{
	int highest = plot->base - plot->top - plot->text_height, height;

	if (value <= 0)
		return 0;
	height = (int)((double)highest * (double)value / (double)plot->most);
	return height > BAR_HEIGHT_MIN ? height : BAR_HEIGHT_MIN;
}

static void draw_bar(const struct plot *plot, size_t i)
{
	int height = bar_height(plot, plot->chart->bars[i].value);
	int left = plot->slot * (int)i, text_x = left + beside(plot);
	int width = plot->slot * 3 / 5, bottom;
	struct placed_bar bar = { .paragraph = plot->paragraph };

	if (width > BAR_WIDTH_MAX)
		width = BAR_WIDTH_MAX;
	bar.x0 = left + (plot->slot - width) / 2;
	bar.x1 = bar.x0 + width;
	bar.y0 = plot->base - height;
	bar.y1 = plot->base;
	if (height)
		box_bar(plot->flow, plot->box, &bar);
	bottom = draw_lines(plot, &plot->labels[i], text_x,
			    plot->base + LABEL_GAP);
	draw_lines(plot, &plot->texts[i], text_x,
		   bar.y0 - height_of(&plot->texts[i]));
	if (bottom > plot->box->height)
		plot->box->height = bottom;
}

/* The title hangs on the box as a paragraph does on its first line. */
static int draw_title(struct plot *plot)
{
	const struct paragraph *title = plot->chart->title;
	struct flow *g = plot->flow;
	struct lines lines = { 0 };

	if (!title->n_runs)
		return 0;
	flow_lines(g, title, ++g->n_paragraphs, g->width, &lines);
	if (!lines.n)
		return 0;
	plot->box->space = lines.lines->space;
	lines.lines->space = 0;
	return draw_lines(plot, &lines, 0, 0) + PLOT_GAP;
}

void flow_chart(struct flow *g, const struct chart *chart)
{
	struct plot plot = { .flow = g, .chart = chart };
	size_t i;

	if (!chart->n_bars)
		return;
	plot.box = flow_box(g);
	if (!plot.box)
		return;
	plot.top = draw_title(&plot);
	plot.paragraph = ++g->n_paragraphs;
	plot.slot = g->width / (int)chart->n_bars;
	plot.size = TYPE_LARGEST;
	while (!set_bars(&plot) && plot.size > TYPE_SMALLEST)
		plot.size--;
	plot.base = plot.top + (plot.most ? PLOT_HEIGHT : plot.text_height);
	plot.box->height = plot.base;
	for (i = 0; i < chart->n_bars && !g->arena.failed; i++)
		draw_bar(&plot, i);
	box_rule(g, plot.box, 0, plot.base, g->width, plot.base);
}
