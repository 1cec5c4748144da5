/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "breaks.h"

#include <string.h>

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

/* Whether glyph @i is one of @signs, and does not stand in a date or a number.
 */
static bool is_sign(const struct string *s, size_t i, const char *signs)
{
	const struct glyph *g = &s->glyphs[i];

	return g->text_len == 1 && *g->text && strchr(signs, *g->text) &&
	       !(i && is_digit(g - 1) && i + 1 < s->n && is_digit(g + 1));
}

bool string_joins(const struct string *s, size_t end)
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
