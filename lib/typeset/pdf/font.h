/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A face inside a PDF. Each pair of glyph and letters gets a code of its own,
 * so that a glyph serving two letters still copies as the one that was meant.
 */
#ifndef TYPESET_PDF_FONT_H
#define TYPESET_PDF_FONT_H

#include "file.h"
#include "typeset/font.h"

struct pdf_font {
	const struct glyph **glyphs; /* by code; code 0 is the font's .notdef */
	size_t n_glyphs;
	size_t *slots; /* codes by hash */
	size_t n_slots;
	bool failed;
};

/* The code by which @g is written. */
unsigned int pdf_font_code(struct pdf_font *font, const struct glyph *g);

/* Write the font as object @number. Returns 0 or -ENOMEM. */
int pdf_font_write(struct pdf_file *file, unsigned int number,
		   const struct pdf_font *font, const struct font_set *fonts,
		   enum face face);
void pdf_font_free(struct pdf_font *font);

#endif
