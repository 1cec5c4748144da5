/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "measure.h"

#include <string.h>
#include <utf8proc.h>

#include "base/text.h"

/* The ends of lines. */

#define PARTS_MAX 8 /* of a word too long for a line */
#define PRECISION 1000

bool string_append(struct arena *arena, struct string *s, struct glyph *glyphs,
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
		joined = arena_alloc(arena, s->room * sizeof(*joined));
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
 * The signs after which a word too long for a line is broken, the best first:
 * an e-mail address after the @, then between the labels of its domain, which
 * a hyphen only joins.
 */
static const char *const joints[] = { "@", "./", "-_" };

#define N_JOINTS (sizeof(joints) / sizeof(joints[0]))

static bool is_digit(const struct glyph *g)
{
	return g->text_len == 1 && *g->text >= '0' && *g->text <= '9';
}

/* True if glyph @i is one of @signs, and does not stand in a date or a number.
 */
static bool is_sign(const struct string *s, size_t i, const char *signs)
{
	const struct glyph *g = &s->glyphs[i];

	return g->text_len == 1 && *g->text && strchr(signs, *g->text) &&
	       !(i && is_digit(g - 1) && i + 1 < s->n && is_digit(g + 1));
}

/* True if a word that is too long may be broken before glyph @end. */
static bool string_joins(const struct string *s, size_t end)
{
	size_t i;

	for (i = 0; i < N_JOINTS; i++)
		if (is_sign(s, end - 1, joints[i]))
			return true;
	return false;
}

/*
 * Where a word too long for a line is broken when [first, i) fits: after a
 * sign, else into equal parts if they are few, but never before a mark on the
 * letter before.
 */
static size_t force_break(const struct string *s, size_t first, size_t i)
{
	size_t max = PARTS_MAX * (i - first), len = 0, k, parts, rank;

	for (rank = 0; rank < N_JOINTS; rank++)
		for (k = i; k > first + 1; k--)
			if (is_sign(s, k - 1, joints[rank]))
				return k;
	if (s->as_typed)
		return i;
	while (len < max && first + len < s->n &&
	       !glyph_is(&s->glyphs[first + len], ' ') &&
	       !glyph_is(&s->glyphs[first + len], '\n'))
		len++;
	parts = (len + i - first - 1) / (i - first);
	k = first + (len + parts - 1) / parts;
	while (k > first + 1 && !s->glyphs[k].advance)
		k--;
	return k;
}

struct stretch string_line(const struct string *s, size_t first, int width)
{
	struct stretch t = { .first = first, .visible = first, .end = first };
	size_t i, seen = first;
	bool blank = false;
	int x = 0;

	for (i = first; i < s->n; i++) {
		const struct glyph *g = &s->glyphs[i];

		if (glyph_is(g, '\n'))
			return (struct stretch){ first, blank ? seen : i, i + 1,
						 true, false };
		if (glyph_is(g, ' ')) {
			if (!blank)
				seen = i;
			blank = true;
		} else {
			if (blank) {
				t.visible = seen;
				t.end = i;
			} else if (s->as_typed && i > first &&
				   glyph_is(g - 1, '-')) {
				t.visible = t.end = i;
			}
			blank = false;
			if (x + g->advance > width && i > first) {
				t.forced = t.end == first;
				if (t.forced)
					t.visible = t.end =
						force_break(s, first, i);
				return t;
			}
		}
		x += g->advance;
	}
	return (struct stretch){ first, blank ? seen : i, i, true, false };
}

size_t string_count_lines(const struct string *s, int width)
{
	size_t n = 0, pos = 0;

	while (pos < s->n) {
		pos = string_line(s, pos, width).end;
		n++;
	}
	return n;
}

int string_fit(const struct string *s, size_t n, int least, int width)
{
	int low = least - 1, high = width;

	while (high - low > PRECISION) {
		int mid = low + (high - low) / 2;

		if (string_count_lines(s, mid) > n)
			low = mid;
		else
			high = mid;
	}
	return high;
}

int string_width(const struct string *s, const struct stretch *t, int *blanks)
{
	int x = 0, n = 0;
	size_t i;

	for (i = t->first; i < t->visible; i++) {
		x += s->glyphs[i].advance;
		n += glyph_is(&s->glyphs[i], ' ');
	}
	if (blanks)
		*blanks = n;
	return x;
}

int string_longest(const struct string *s, const char *signs)
{
	int longest = 0, x = 0;
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct glyph *g = &s->glyphs[i];

		if (glyph_is(g, ' ') || glyph_is(g, '\n')) {
			x = 0;
			continue;
		}
		x += g->advance;
		longest = x > longest ? x : longest;
		if (is_sign(s, i, signs))
			x = 0;
	}
	return longest;
}

/* The width of text without a font. */

#define FIRST ' '
#define LAST '~'

/*
 * Advances in thousandths of the type size: upright, bold, and italic. A bold
 * italic is hardly wider than the bold.
 */
static const unsigned short advances[3][LAST - FIRST + 1] = {
	{ 250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333,
	  250, 278, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 278, 278,
	  564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333,
	  389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944,
	  722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444,
	  333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389,
	  278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541 },
	{ 250, 333, 555, 500, 500, 1000, 833, 278,  333, 333, 500, 570,
	  250, 333, 250, 278, 500, 500,	 500, 500,  500, 500, 500, 500,
	  500, 500, 333, 333, 570, 570,	 570, 500,  930, 722, 667, 722,
	  722, 667, 611, 778, 778, 389,	 500, 778,  667, 944, 722, 778,
	  611, 778, 722, 556, 667, 722,	 722, 1000, 722, 722, 667, 333,
	  278, 333, 581, 500, 333, 500,	 556, 444,  556, 444, 333, 500,
	  556, 278, 333, 556, 278, 833,	 556, 500,  556, 556, 444, 389,
	  333, 556, 500, 722, 500, 500,	 444, 394,  220, 394, 520 },
	{ 250, 333, 420, 500, 500, 833, 778, 214, 333, 333, 500, 675, 250, 333,
	  250, 278, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 333, 333,
	  675, 675, 675, 500, 920, 611, 611, 667, 722, 611, 611, 722, 722, 333,
	  444, 667, 556, 833, 667, 722, 611, 722, 611, 500, 556, 722, 611, 833,
	  611, 556, 556, 389, 278, 389, 422, 500, 333, 500, 500, 444, 500, 444,
	  278, 500, 500, 278, 278, 444, 278, 722, 500, 500, 500, 500, 389, 389,
	  278, 500, 444, 667, 444, 444, 389, 400, 275, 400, 541 },
};

/* What the horn of ơ and ư, the only mark beside a letter, adds. */
#define HORN 0x31b
static const struct {
	char letter;
	unsigned char more[3];
} horns[] = { { 'o', { 29, 54, 34 } },
	      { 'u', { 42, 44, 45 } },
	      { 'U', { 54, 74, 32 } } };

static int advance(int32_t cp, size_t kind)
{
	utf8proc_int32_t letters[32];
	utf8proc_ssize_t n = 0, i;
	int boundary = 0, more = 0;
	size_t k;

	if (cp > LAST)
		n = utf8proc_decompose_char(cp, letters, 32, UTF8PROC_DECOMPOSE,
					    &boundary);
	if (n > 0)
		cp = letters[0];
	for (i = 1; i < n && i < 32; i++)
		for (k = 0; k < sizeof(horns) / sizeof(horns[0]); k++)
			if (letters[i] == HORN && cp == horns[k].letter)
				more = horns[k].more[kind];
	/* To Unicode Đ is no D with a mark. */
	if (cp == 0x110)
		cp = 'D';
	if (cp == 0x111)
		cp = 'd';
	if (cp >= FIRST && cp <= LAST)
		return advances[kind][cp - FIRST] + more;
	return 500 * utf8proc_charwidth(cp);
}

static size_t kind_of(unsigned int style)
{
	if (style & STYLE_BOLD)
		return 1;
	return style & STYLE_ITALIC ? 2 : 0;
}

struct string measure_paragraph(struct arena *arena, const struct paragraph *p)
{
	struct string all = { 0 };
	size_t i;

	for (i = 0; i < p->n_runs; i++) {
		const char *s = p->runs[i].text;
		size_t kind = kind_of(p->runs[i].style);
		size_t len = strlen(s), n, k = 0;
		struct glyph *glyphs =
			arena_alloc(arena, len * sizeof(*glyphs) + 1);
		int32_t cp;

		if (!glyphs)
			return all;
		for (; len; s += n, len -= n, k++) {
			n = text_decode(s, len, &cp);
			glyphs[k].text = s;
			glyphs[k].text_len = (uint16_t)n;
			glyphs[k].advance = advance(cp, kind) * p->size;
		}
		if (!string_append(arena, &all, glyphs, k))
			return all;
	}
	return all;
}

int measure_text(const char *text, unsigned int style, int size)
{
	size_t len = strlen(text), n;
	int32_t cp;
	int width = 0;

	for (; len; text += n, len -= n) {
		n = text_decode(text, len, &cp);
		width += advance(cp, kind_of(style)) * size;
	}
	return width;
}

struct string measure_cell(struct arena *arena, const struct cell *cell)
{
	struct string all = { 0 };
	size_t i;

	for (i = 0; i < cell->n_paragraphs; i++) {
		struct string one =
			measure_paragraph(arena, cell->paragraphs[i]);
		struct glyph *end = arena_alloc(arena, sizeof(*end));

		if (!end)
			break;
		end->text = "\n";
		end->text_len = 1;
		if ((i && !string_append(arena, &all, end, 1)) ||
		    !string_append(arena, &all, one.glyphs, one.n))
			break;
	}
	return all;
}

struct extent measure_lines(struct arena *arena, const struct paragraph *p,
			    int width)
{
	struct extent extent = { .n_lines = 1 };
	struct string s = measure_paragraph(arena, p);
	struct stretch t = { 0 };

	s.as_typed = true;
	if (!s.n)
		return extent;
	for (extent.n_lines = 0; t.end < s.n; extent.n_lines++)
		t = string_line(&s, t.end, width);
	extent.last = string_width(&s, &t, NULL);
	return extent;
}

int measure_balance(struct arena *arena, const struct paragraph *p, int width)
{
	struct string s = measure_paragraph(arena, p);
	size_t n;

	s.as_typed = true;
	n = string_count_lines(&s, width);
	return n > 1 ? string_fit(&s, n, 0, width) : width;
}

const char **measure_breaks(struct arena *arena, const struct paragraph *p,
			    int width, size_t *n)
{
	struct string s = measure_paragraph(arena, p);
	const char **breaks = NULL, **grown;
	struct stretch t = { 0 };

	for (*n = 0; t.end < s.n;) {
		t = string_line(&s, t.end, width);
		if (!t.forced || !string_joins(&s, t.end))
			continue;
		grown = arena_grow(arena, breaks, *n, sizeof(*breaks));
		if (!grown)
			break;
		breaks = grown;
		breaks[(*n)++] = s.glyphs[t.end].text;
	}
	return breaks;
}
