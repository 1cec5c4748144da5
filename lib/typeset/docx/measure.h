/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How wide text will be, without a font: the one that counts is on the reader's
 * machine. It is right to a few hundredths for Vietnamese in Times New Roman,
 * enough to place a rule under a line or to even out centred lines.
 */
#ifndef TYPESET_DOCX_MEASURE_H
#define TYPESET_DOCX_MEASURE_H

#include "typeset/document.h"

struct docx_extent {
	size_t n_lines;
	int last; /* width of the last line */
};

/* The lines @p takes in @width. Widths in twips. */
struct docx_extent docx_measure(const struct paragraph *p, int width);

/* The least width in which @p takes no more lines than in @width. */
int docx_balance(const struct paragraph *p, int width);

#endif
