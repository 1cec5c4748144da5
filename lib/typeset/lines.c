/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/text.h"
#include "flow.h"

/* A line of Times-like faces set solid, in thousandths of the type size. */
#define LINE_HEIGHT 1150
#define LINE_ASCENT 890

#define RULE_GAP (2 * MPT)
#define PARTS_MAX 8    /* of a word too long for a line */
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

/* The glyphs of a paragraph, its runs one after another. */
struct string {
	struct glyph *glyphs;
	size_t n, room;
	size_t paragraph;
};

/* Glyphs on one line: [first, end) drawn, [first, visible) seen. */
struct stretch {
	size_t first, visible, end;
	bool last; /* of the paragraph, or before a newline */
};

static bool is(const struct glyph *g, char c)
{
	return g->text_len == 1 && *g->text == c;
}

/* The first glyphs are taken as they are, further ones are copied. */
static bool append(struct flow *flow, struct string *s, struct glyph *glyphs,
		   size_t n)
{
	struct glyph *joined;

	if (!s->n) {
		s->glyphs = glyphs;
		s->n = s->room = n;
		return true;
	}
	if (s->room - s->n < n) {
		s->room = 2 * (s->n + n);
		joined = arena_alloc(&flow->arena, s->room * sizeof(*joined));
		if (!joined)
			return false;
		memcpy(joined, s->glyphs, s->n * sizeof(*joined));
		s->glyphs = joined;
	}
	memcpy(s->glyphs + s->n, glyphs, n * sizeof(*glyphs));
	s->n += n;
	return true;
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
			if (!glyphs || !append(flow, &all, glyphs, n))
				return all;
			for (k = all.n - n; k < all.n; k++)
				all.glyphs[k].advance *= p->size;
		}
	}
	return all;
}

/*
 * Where a word too long for a line is broken when [first, i) fits: in an
 * e-mail address after the @, else after another sign, else into equal parts
 * if they are few, but never before a mark on the letter before.
 */
static size_t force_break(const struct string *s, size_t first, size_t i)
{
	size_t max = PARTS_MAX * (i - first), len = 0, k, parts;

	for (k = i; k > first + 1; k--)
		if (is(&s->glyphs[k - 1], '@'))
			return k;
	for (k = i; k > first + 1; k--) {
		const struct glyph *g = &s->glyphs[k - 1];

		if (is(g, '.') || is(g, '-') || is(g, '_') || is(g, '/'))
			return k;
	}
	while (len < max && first + len < s->n &&
	       !is(&s->glyphs[first + len], ' ') &&
	       !is(&s->glyphs[first + len], '\n'))
		len++;
	parts = (len + i - first - 1) / (i - first);
	k = first + (len + parts - 1) / parts;
	while (k > first + 1 && !s->glyphs[k].advance)
		k--;
	return k;
}

static struct stretch next_stretch(const struct string *s, size_t first,
				   int width)
{
	struct stretch t = { first, first, first, false };
	size_t i, seen = first;
	bool blank = false;
	int x = 0;

	for (i = first; i < s->n; i++) {
		const struct glyph *g = &s->glyphs[i];

		if (is(g, '\n')) {
			t = (struct stretch){ first, i, i + 1, true };
			return t;
		}
		if (is(g, ' ')) {
			if (!blank)
				seen = i;
			blank = true;
		} else {
			if (blank)
				t = (struct stretch){ first, seen, i, false };
			blank = false;
			if (x + g->advance > width && i > first) {
				if (t.end == first)
					t.visible = t.end =
						force_break(s, first, i);
				return t;
			}
		}
		x += g->advance;
	}
	return (struct stretch){ first, blank ? seen : i, i, true };
}

static size_t count_lines(const struct string *s, int width)
{
	size_t n = 0, pos = 0;

	while (pos < s->n) {
		pos = next_stretch(s, pos, width).end;
		n++;
	}
	return n;
}

/* The least width that takes no more lines, for centred lines of like length.
 */
static int balanced_width(const struct string *s, int width)
{
	size_t n = count_lines(s, width);
	int low = 0, high = width;

	if (n < 2)
		return width;
	while (high - low > MPT) {
		int mid = low + (high - low) / 2;

		if (count_lines(s, mid) > n)
			low = mid;
		else
			high = mid;
	}
	return high;
}

/* The width of what is seen of @t, and how many blanks are in it. */
static int natural_width(const struct string *s, const struct stretch *t,
			 int *blanks)
{
	size_t i;
	int x = 0;

	*blanks = 0;
	for (i = t->first; i < t->visible; i++) {
		x += s->glyphs[i].advance;
		*blanks += is(&s->glyphs[i], ' ');
	}
	return x;
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
		if (!is(&s->glyphs[i], ' '))
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

	if (end > t->first && is(&s->glyphs[end - 1], '\n'))
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
	int blanks, used = natural_width(s, t, &blanks);

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
	int wrap = p->balance && p->align == ALIGN_CENTER
			   ? balanced_width(&s, width)
			   : width;
	int indent = p->indent * MPT;
	int space = p->space * MPT;
	size_t pos = 0;

	s.paragraph = number;
	do {
		struct stretch t = next_stretch(&s, pos, wrap - indent);
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
