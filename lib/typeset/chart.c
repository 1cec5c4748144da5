/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "flow.h"
#include "measure.h"

#define PLOT_HEIGHT (128 * MPT) /* 45 mm, with the numbers above the bars */
#define PLOT_GAP (4 * MPT)	/* below the title */
#define LABEL_GAP (2 * MPT)
#define BAR_WIDTH_MAX (34 * MPT)
#define BAR_HEIGHT_MIN MPT /* so that few beside many show at all */

/* The type is the largest in which each number stands on one line, and no word
 * of a label is broken if that can be. */
#define TYPE_LARGEST 12
#define TYPE_WHOLE 8
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

/* Room on either side of a number, lest two of them read as one. */
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

static bool is_whole(const struct plot *plot, const char *label)
{
	const struct run run = { .text = label };
	const struct paragraph p = { .runs = &run,
				     .n_runs = 1,
				     .size = plot->size };
	struct string s = measure_paragraph(&plot->flow->arena, &p);

	return string_longest(&s, "") <= plot->slot - 2 * beside(plot);
}

/* Set all words; returns whether they take no more lines than they may. */
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
		fit &= plot->size <= TYPE_WHOLE || is_whole(plot, bar->label);
		if (lines_height(text, 0, text->n) > plot->text_height)
			plot->text_height = lines_height(text, 0, text->n);
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

static void draw_bar(const struct plot *plot, size_t i)
{
	long long value = plot->chart->bars[i].value;
	int highest = plot->base - plot->top - plot->text_height, height = 0;
	int left = plot->slot * (int)i, text_x = left + beside(plot);
	int width = plot->slot * 3 / 5, bottom;
	struct placed_bar bar = { .paragraph = plot->paragraph };

	if (width > BAR_WIDTH_MAX)
		width = BAR_WIDTH_MAX;
	bar.x0 = left + (plot->slot - width) / 2;
	bar.x1 = bar.x0 + width;
	if (value > 0)
		height = (int)((double)highest * (double)value /
			       (double)plot->most);
	if (value > 0 && height < BAR_HEIGHT_MIN)
		height = BAR_HEIGHT_MIN;
	bar.y0 = plot->base - height;
	bar.y1 = plot->base;
	if (height)
		box_bar(plot->flow, plot->box, &bar);
	bottom = draw_lines(plot, &plot->labels[i], text_x,
			    plot->base + LABEL_GAP);
	draw_lines(plot, &plot->texts[i], text_x,
		   bar.y0 - lines_height(&plot->texts[i], 0, plot->texts[i].n));
	if (bottom > plot->box->height)
		plot->box->height = bottom;
}

/* Put the title into the box; the space above it goes above the box. */
static int draw_title(struct plot *plot)
{
	const struct paragraph *title = plot->chart->title;
	struct flow *flow = plot->flow;
	struct lines lines = { 0 };

	if (!title->n_runs)
		return 0;
	flow_lines(flow, title, ++flow->n_paragraphs, flow->width, &lines);
	if (!lines.n)
		return 0;
	plot->box->space = lines.lines->space;
	lines.lines->space = 0;
	return draw_lines(plot, &lines, 0, 0) + PLOT_GAP;
}

void flow_chart(struct flow *flow, const struct chart *chart)
{
	struct plot plot = { .flow = flow, .chart = chart };
	size_t i;

	if (!chart->n_bars)
		return;
	plot.box = flow_box(flow);
	if (!plot.box)
		return;
	plot.top = draw_title(&plot);
	plot.paragraph = ++flow->n_paragraphs;
	plot.slot = flow->width / (int)chart->n_bars;
	plot.size = TYPE_LARGEST;
	while (!set_bars(&plot) && plot.size > TYPE_SMALLEST)
		plot.size--;
	plot.base = plot.top + (plot.most ? PLOT_HEIGHT : plot.text_height);
	plot.box->height = plot.base;
	for (i = 0; i < chart->n_bars && !flow->arena.failed; i++)
		draw_bar(&plot, i);
	box_rule(flow, plot.box, 0, plot.base, flow->width, plot.base);
}
