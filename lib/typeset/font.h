/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The four faces of a Times-like family, opened by path: a name may stand for
 * another font on another machine, a file does not.
 */
#ifndef TYPESET_FONT_H
#define TYPESET_FONT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* Numbered so that the style bits of a run (document.h) name a face. */
enum face {
	FACE_REGULAR,
	FACE_BOLD,
	FACE_ITALIC,
	FACE_BOLD_ITALIC,
	FACE_COUNT,
};

/* Lengths in thousandths of the type size. */
struct glyph {
	const char *text; /* the letters it stands for; not terminated */
	uint16_t text_len;
	uint16_t id;
	int16_t width;
	int16_t dx, dy; /* where it is drawn, off the pen; dy upwards */
	uint8_t face;
	int advance; /* thousandths of a point, as laid out */
};

struct font_metrics {
	int ascent, descent, cap_height;
	int box[4];
	int slant; /* degrees, negative to the right */
	char name[64];
};

struct font_set;

/*
 * The folders in which Debian has Liberation Serif, in the order in which they
 * are looked in. Debian 12 has version 2 in the first, and in the second may
 * have version 1, which lacks Vietnamese letters; Debian 13 has version 2 in
 * the second. NULL ends the list.
 */
extern const char *const font_directories[];

/*
 * Open the faces in the first of @directories (NULL: font_directories) that has
 * any: Liberation Serif, or a site's own Times New Roman under its customary
 * file names. Returns 0; or -ENOENT when none is in any of them, another
 * negative errno when one cannot be opened, each with a sentence in @error; or
 * -ENOMEM.
 */
int font_set_open(const char *const *directories, struct font_set **set,
		  struct error *error);
void font_set_free(struct font_set **set);

bool font_has(const struct font_set *set, enum face face, int32_t cp);

/*
 * Turn @len bytes of UTF-8 into glyphs in the order they are read, one for each
 * letter: ligatures are off so that text copies letter for letter. The glyphs
 * point into @text and lie in @arena. NULL when memory runs out.
 */
struct glyph *font_shape(const struct font_set *set, enum face face,
			 struct arena *arena, const char *text, size_t len,
			 size_t *n);

void font_metrics(const struct font_set *set, enum face face,
		  struct font_metrics *metrics);

/*
 * Cut the face down to the @n @glyphs, of which a NULL is the one that stands
 * for what the font lacks. Returns 0 with the numbers they have in the new file
 * in @ids and with *@data (free()), or -ENOMEM.
 */
int font_subset(const struct font_set *set, enum face face,
		const struct glyph *const *glyphs, size_t n, uint16_t *ids,
		unsigned char **data, size_t *len);

#endif
