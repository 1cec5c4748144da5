/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where lines end: a paragraph as one string of glyphs, of a font or measured
 * without one, and the stretches of it that stand on a line each.
 */
#ifndef TYPESET_BREAKS_H
#define TYPESET_BREAKS_H

#include "font.h"

/* The glyphs of a paragraph, its runs one after another. */
struct string {
	struct glyph *glyphs;
	size_t n, room;
	size_t paragraph;
	/* Lines end as in word processors: after a hyphen too, and within a
	 * long word where the line is full. */
	bool as_typed;
};

/* Glyphs on one line: [first, end) drawn, [first, visible) seen. */
struct stretch {
	size_t first, visible, end;
	bool last;   /* of the paragraph, or before a newline */
	bool forced; /* it ends within a word */
};

/* Asked for each glyph of each line that is tried. */
static inline bool glyph_is(const struct glyph *g, char c)
{
	return g->text_len == 1 && *g->text == c;
}

/* Add @n @glyphs; false when memory runs out. The first are taken as they are,
 * further ones are copied. */
bool string_append(struct arena *arena, struct string *s, struct glyph *glyphs,
		   size_t n);

/* What of @s stands on a line @width wide that begins with glyph @first. */
struct stretch string_line(const struct string *s, size_t first, int width);

/* Whether a word that is too long may be broken before glyph @end. */
bool string_joins(const struct string *s, size_t end);

size_t string_count_lines(const struct string *s, int width);

/* The least width in which @s takes no more than @n lines, but at least
 * @least and at most @width, to a point. */
int string_fit(const struct string *s, size_t n, int least, int width);

/* The width of what is seen of @t; @blanks, if not NULL: how many are in it. */
int string_width(const struct string *s, const struct stretch *t, int *blanks);

/* The width of the longest word, or part of one where it may be broken behind
 * one of @signs. */
int string_longest(const struct string *s, const char *signs);

#endif
