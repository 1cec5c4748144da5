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

void box_bar(struct flow *flow, struct box *box, const struct placed_bar *bar)
{
	box->bars = flow_add_bar(flow, box->bars, &box->n_bars, bar, 0, 0);
}
