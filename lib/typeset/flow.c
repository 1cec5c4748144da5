/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "flow.h"

#include <string.h>

#include "base/text.h"
#include "measure.h"

/* A line of Times-like faces set solid, in thousandths of the type size. */
#define LINE_HEIGHT 1150
#define LINE_ASCENT 890

#define RULE_GAP (2 * MPT)
#define PIECE_MAX 1024 /* bytes shaped at once */

#define CODE_POINTS 0x110000
#define REPLACEMENT 0xfffd
#define WHITE_SQUARE 0x25a1

static void note_lacking(struct flow *flow, int32_t cp)
{
	unsigned char bit = (unsigned char)(1 << cp % 8);
	int32_t *lacking;

	if (!flow->is_lacking)
		flow->is_lacking = arena_alloc(&flow->arena, CODE_POINTS / 8);
	if (!flow->is_lacking || flow->is_lacking[cp / 8] & bit)
		return;
	flow->is_lacking[cp / 8] |= bit;
	lacking = arena_grow(&flow->arena, flow->lacking, flow->n_lacking,
			     sizeof(*lacking));
	if (!lacking)
		return;
	lacking[flow->n_lacking++] = cp;
	flow->lacking = lacking;
}

/* The text itself, or a copy in which letters that the face lacks are replaced.
 */
static const char *drawable(struct flow *flow, enum face face, const char *text)
{
	size_t len = strlen(text), n;
	const char *s = text;
	char *copy = NULL, *out = NULL;
	int32_t cp, stand_in = '?';

	if (font_has(flow->fonts, face, REPLACEMENT))
		stand_in = REPLACEMENT;
	else if (font_has(flow->fonts, face, WHITE_SQUARE))
		stand_in = WHITE_SQUARE;
	for (; len; s += n, len -= n) {
		n = text_decode(s, len, &cp);
		if (cp >= ' ' && !font_has(flow->fonts, face, cp)) {
			note_lacking(flow, cp);
			cp = stand_in;
			if (!copy) {
				/* A stand-in takes 3 bytes, a letter 1 at
				 * least. */
				copy = arena_alloc(&flow->arena,
						   3 * strlen(text) + 1);
				if (!copy)
					return "";
				memcpy(copy, text, (size_t)(s - text));
				out = copy + (s - text);
			}
		}
		if (out)
			out += text_encode(cp, out);
	}
	return copy ? copy : text;
}

/*
 * How much of @text to shape at once, for the time that many marks on one
 * letter take grows with the square of their number. A cut after a blank shows
 * nowhere.
 */
static size_t piece_length(const char *text)
{
	size_t len = strnlen(text, PIECE_MAX + 1), n;

	if (len <= PIECE_MAX)
		return len;
	for (n = PIECE_MAX; n; n--)
		if (text[n - 1] == ' ')
			return n;
	for (n = PIECE_MAX; (text[n] & 0xc0) == 0x80; n--)
		;
	return n;
}

/* From here on an advance is in millipoints, for the type size is known. */
static struct string shape_runs(struct flow *flow, const struct paragraph *p)
{
	struct string all = { 0 };
	size_t i, k, len, n = 0;

	for (i = 0; i < p->n_runs; i++) {
		enum face face = (enum face)p->runs[i].style;
		const char *s = drawable(flow, face, p->runs[i].text);

		for (; *s; s += len) {
			struct glyph *glyphs;

			len = piece_length(s);
			glyphs = font_shape(flow->fonts, face, &flow->arena, s,
					    len, &n);
			if (!glyphs ||
			    !string_append(&flow->arena, &all, glyphs, n))
				return all;
			for (k = all.n - n; k < all.n; k++)
				all.glyphs[k].advance *= p->size;
		}
	}
	return all;
}

/*
 * Widen the blanks by @spare in all. A line of a few words before a very long
 * one stays ragged, which is easier on the eye than holes.
 */
static void justify(struct string *s, const struct stretch *t, int spare,
		    int blanks, int size)
{
	size_t i;

	if (!blanks || spare / blanks > size * MPT)
		return;
	for (i = t->first; i < t->visible; i++) {
		if (!glyph_is(&s->glyphs[i], ' '))
			continue;
		s->glyphs[i].advance += spare / blanks;
		spare -= spare / blanks;
		blanks--;
	}
}

static void line_runs(struct flow *flow, struct line *line, struct string *s,
		      const struct stretch *t, int size, int x)
{
	size_t i, end = t->end;

	if (end > t->first && glyph_is(&s->glyphs[end - 1], '\n'))
		end--;
	for (i = t->first; i < end;) {
		struct placed_run *run;
		struct glyph *first = &s->glyphs[i];

		run = arena_grow(&flow->arena, line->runs, line->n_runs,
				 sizeof(*run));
		if (!run)
			return;
		line->runs = run;
		run = &run[line->n_runs++];
		run->x = x;
		run->y = size * LINE_ASCENT;
		run->size = size;
		run->paragraph = s->paragraph;
		run->face = (enum face)first->face;
		run->glyphs = first;
		run->n_glyphs = 0;
		for (; i < end && s->glyphs[i].face == first->face; i++) {
			x += s->glyphs[i].advance;
			run->n_glyphs++;
		}
	}
}

static void underline(struct line *line, const struct paragraph *p, int x,
		      int width)
{
	int cut = p->underline == UNDERLINE_PART ? UNDERLINE_CUT(width) : 0;
	int y = line->height + RULE_GAP;

	line->underlined = true;
	line->underline =
		(struct placed_rule){ x + cut, y, x + width - cut, y };
	line->height = y + RULE_GAP;
}

static void set_line(struct flow *flow, const struct paragraph *p,
		     struct string *s, const struct stretch *t, int x,
		     int width, struct line *line)
{
	int blanks, used = string_width(s, t, &blanks);

	line->height = p->size * LINE_HEIGHT;
	if (p->align == ALIGN_JUSTIFY && !t->last)
		justify(s, t, width - used, blanks, p->size);
	if (p->align == ALIGN_CENTER)
		x += (width - used) / 2;
	if (p->align == ALIGN_RIGHT)
		x += width - used;
	line_runs(flow, line, s, t, p->size, x);
	if (p->underline != UNDERLINE_NONE && t->end == s->n)
		underline(line, p, x, used);
}

int lines_height(const struct lines *lines, size_t first, size_t end)
{
	int height = 0;
	size_t i;

	for (i = first; i < end && height < HEIGHT_MAX; i++)
		height += lines->lines[i].space + lines->lines[i].height;
	return height < HEIGHT_MAX ? height : HEIGHT_MAX;
}

void flow_lines(struct flow *flow, const struct paragraph *p, size_t number,
		int width, struct lines *out)
{
	struct string s = shape_runs(flow, p);
	size_t n = p->balance && p->align == ALIGN_CENTER
			   ? string_count_lines(&s, width)
			   : 1;
	int wrap = n > 1 ? string_fit(&s, n, 0, width) : width;
	int indent = p->indent * MPT;
	int space = p->space * MPT;
	size_t pos = 0;

	s.paragraph = number;
	do {
		struct stretch t = string_line(&s, pos, wrap - indent);
		struct line *line = arena_grow(&flow->arena, out->lines, out->n,
					       sizeof(*line));

		if (!line)
			return;
		out->lines = line;
		line += out->n++;
		*line = (struct line){ 0 };
		set_line(flow, p, &s, &t, indent, width - indent, line);
		line->space = space;
		indent = space = 0;
		pos = t.end;
	} while (pos < s.n);
}

bool flow_add_box(struct flow *flow, struct box *box)
{
	struct box **boxes;

	boxes = arena_grow(&flow->arena, flow->boxes, flow->n_boxes,
			   sizeof(struct box *));
	if (!boxes)
		return false;
	flow->boxes = boxes;
	boxes[flow->n_boxes++] = box;
	return true;
}

struct box *flow_box(struct flow *flow)
{
	struct box *box = arena_alloc(&flow->arena, sizeof(*box));

	return box && flow_add_box(flow, box) ? box : NULL;
}

struct placed_run *flow_add_run(struct flow *flow, struct placed_run *runs,
				size_t *n, const struct placed_run *run, int x,
				int y)
{
	struct placed_run *grown;

	grown = arena_grow(&flow->arena, runs, *n, sizeof(*runs));
	if (!grown)
		return runs;
	grown[*n] = *run;
	grown[*n].x += x;
	grown[*n].y += y;
	++*n;
	return grown;
}

struct placed_rule *flow_add_rule(struct flow *flow, struct placed_rule *rules,
				  size_t *n, const struct placed_rule *rule,
				  int x, int y)
{
	struct placed_rule *grown;

	grown = arena_grow(&flow->arena, rules, *n, sizeof(*rules));
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

struct placed_bar *flow_add_bar(struct flow *flow, struct placed_bar *bars,
				size_t *n, const struct placed_bar *bar, int x,
				int y)
{
	struct placed_bar *grown;

	grown = arena_grow(&flow->arena, bars, *n, sizeof(*bars));
	if (!grown)
		return bars;
	grown[(*n)++] = (struct placed_bar){
		bar->x0 + x, bar->y0 + y,    bar->x1 + x,
		bar->y1 + y, bar->paragraph,
	};
	return grown;
}

void box_line(struct flow *flow, struct box *box, const struct line *line,
	      int x, int y)
{
	size_t i;

	for (i = 0; i < line->n_runs; i++)
		box->runs = flow_add_run(flow, box->runs, &box->n_runs,
					 &line->runs[i], x, y);
	if (line->underlined)
		box->rules = flow_add_rule(flow, box->rules, &box->n_rules,
					   &line->underline, x, y);
}

void box_rule(struct flow *flow, struct box *box, int x0, int y0, int x1,
	      int y1)
{
	struct placed_rule rule = { x0, y0, x1, y1 };

	box->rules =
		flow_add_rule(flow, box->rules, &box->n_rules, &rule, 0, 0);
}

static void box_bar(struct flow *flow, struct box *box,
		    const struct placed_bar *bar)
{
	box->bars = flow_add_bar(flow, box->bars, &box->n_bars, bar, 0, 0);
}

/* A chart is a box with a title and bars. */

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
