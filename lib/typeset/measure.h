/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where lines end: a paragraph as one string of glyphs, of a font or measured
 * without one, and the stretches of it that stand on a line each.
 */
#ifndef TYPESET_MEASURE_H
#define TYPESET_MEASURE_H

#include "document.h"
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

/* The part of @s on a line @width wide that begins with glyph @first. */
struct stretch string_line(const struct string *s, size_t first, int width);

size_t string_count_lines(const struct string *s, int width);

/* The least width in which @s takes no more than @n lines, but at least
 * @least and at most @width, to a point. */
int string_fit(const struct string *s, size_t n, int least, int width);

/* The width of what is seen of @t; @blanks, if not NULL: how many are in it. */
int string_width(const struct string *s, const struct stretch *t, int *blanks);

/* The width of the longest word, or part of one where it may be broken behind
 * one of @signs. */
int string_longest(const struct string *s, const char *signs);

/*
 * How wide text will be, without a font: of a DOCX, the one that counts is on
 * the reader's machine. It is right to a few hundredths for Vietnamese in Times
 * New Roman and its like, enough to say how wide a column must be, to place a
 * rule under a line or to even out centred lines. Widths are in millipoints.
 */

/* An estimated width may be too small by a little; the lines must not become
 * more. */
#define MEASURE_SAFE(width) ((width) + (width) / 32)

int measure_text(const char *text, unsigned int style, int size);

/* @p, or all paragraphs of @cell with newlines between them, as a string of
 * glyphs that have a width alone. */
struct string measure_paragraph(struct arena *arena, const struct paragraph *p);
struct string measure_cell(struct arena *arena, const struct cell *cell);

struct extent {
	size_t n_lines;
	int last; /* width of the last line */
};

/* The lines that @p takes in @width in a word processor. */
struct extent measure_lines(struct arena *arena, const struct paragraph *p,
			    int width);

/* The least width in which @p takes no more lines than in @width. */
int measure_balance(struct arena *arena, const struct paragraph *p, int width);

/* Where in the texts of @p a word that is too long for @width is broken, after
 * a sign: the first letters of the lines then begun, @n of them. */
const char **measure_breaks(struct arena *arena, const struct paragraph *p,
			    int width, size_t *n);

/* The room on each side of the text in a cell of a ruled table. */
#define TABLE_PAD_X 3500

/*
 * The edges of the columns of @t in a width of @width, one more than there are
 * columns. With rules between them, a column is as wide as its contents want,
 * so that the table is low and no word is broken; what they leave is shared out
 * by weight. Returns false when memory runs out.
 */
bool table_edges(const struct table *t, int width, int *edges);

#endif
