/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "font.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODES_MAX 0xffff
#define MAPPINGS_MAX 100 /* that the CMap format allows in one section */

/* Font descriptor flags. */
#define SERIF 2
#define SYMBOLIC 4
#define ITALIC 64

/* The stem width stands in no font; readers use it only to imitate a lost one.
 */
#define STEM_REGULAR 80
#define STEM_BOLD 140

/* The slot that holds the code of @g, or is free for it. */
static size_t *find_slot(const struct pdf_font *font, const struct glyph *g)
{
	size_t i, hash = g->id;

	for (i = 0; i < g->text_len; i++)
		hash = hash * 31 + (unsigned char)g->text[i];
	i = hash * 2654435761U & (font->n_slots - 1);
	for (; font->slots[i]; i = (i + 1) & (font->n_slots - 1)) {
		const struct glyph *other = font->glyphs[font->slots[i]];

		if (other->id == g->id && other->text_len == g->text_len &&
		    !memcmp(other->text, g->text, g->text_len))
			break;
	}
	return &font->slots[i];
}

static bool grow(struct pdf_font *font)
{
	size_t n_slots = font->n_slots ? 2 * font->n_slots : 256;
	const struct glyph **glyphs;
	size_t *slots, i;

	glyphs = realloc(font->glyphs, n_slots / 2 * sizeof(struct glyph *));
	if (!glyphs)
		return false;
	font->glyphs = glyphs;
	slots = calloc(n_slots, sizeof(*slots));
	if (!slots)
		return false;
	free(font->slots);
	font->slots = slots;
	font->n_slots = n_slots;
	if (!font->n_glyphs)
		glyphs[font->n_glyphs++] = NULL;
	for (i = 1; i < font->n_glyphs; i++)
		*find_slot(font, glyphs[i]) = i;
	return true;
}

unsigned int pdf_font_code(struct pdf_font *font, const struct glyph *g)
{
	size_t *slot;

	if (font->n_glyphs >= font->n_slots / 2 && !grow(font)) {
		font->failed = true;
		return 0;
	}
	slot = find_slot(font, g);
	if (!*slot && font->n_glyphs <= CODES_MAX) {
		*slot = font->n_glyphs;
		font->glyphs[font->n_glyphs++] = g;
	}
	return (unsigned int)*slot;
}

static void write_to_unicode(struct pdf_file *file, unsigned int number,
			     const struct pdf_font *font)
{
	struct buffer b = { 0 };
	size_t i, left;

	buffer_puts(&b, "/CIDInit/ProcSet findresource begin\n12 dict begin\n"
			"begincmap\n/CIDSystemInfo<</Registry(Adobe)"
			"/Ordering(UCS)/Supplement 0>>def\n"
			"/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n"
			"1 begincodespacerange\n<0000><FFFF>\n"
			"endcodespacerange\n");
	for (i = 1; i < font->n_glyphs; i++) {
		const struct glyph *g = font->glyphs[i];

		left = font->n_glyphs - i;
		if (i % MAPPINGS_MAX == 1)
			buffer_printf(&b, "%zu beginbfchar\n",
				      left < MAPPINGS_MAX ? left
							  : MAPPINGS_MAX);
		buffer_puts(&b, "<");
		pdf_hex(&b, (unsigned int)i);
		buffer_puts(&b, "><");
		pdf_utf16(&b, g->text, g->text_len);
		buffer_puts(&b, ">\n");
		if (i % MAPPINGS_MAX == 0 || left == 1)
			buffer_puts(&b, "endbfchar\n");
	}
	buffer_puts(&b, "endcmap\nCMapName currentdict/CMap "
			"defineresource pop\nend\nend\n");
	file->out.failed |= b.failed;
	pdf_stream(file, number, "", b.data, b.len);
	buffer_free(&b);
}

/* The objects that a Type0 font refers to, by number. */
struct parts {
	unsigned int descendant, descriptor, unicode, map, set, program;
	struct font_metrics metrics;
	char name[80];
};

static void write_descriptor(struct pdf_file *file, const struct parts *parts,
			     enum face face)
{
	const struct font_metrics *m = &parts->metrics;
	bool italic = face == FACE_ITALIC || face == FACE_BOLD_ITALIC;
	bool bold = face == FACE_BOLD || face == FACE_BOLD_ITALIC;

	pdf_object(file, parts->descriptor,
		   "<</Type/FontDescriptor/FontName/%s/Flags %d"
		   "/FontBBox[%d %d %d %d]/ItalicAngle %d/Ascent %d"
		   "/Descent %d/CapHeight %d/StemV %d/FontFile2 %u 0 R"
		   "/CIDSet %u 0 R>>",
		   parts->name, SERIF | SYMBOLIC | (italic ? ITALIC : 0),
		   m->box[0], m->box[1], m->box[2], m->box[3], m->slant,
		   m->ascent, m->descent, m->cap_height,
		   bold ? STEM_BOLD : STEM_REGULAR, parts->program, parts->set);
}

static void write_descendant(struct pdf_file *file, const struct parts *parts,
			     const struct pdf_font *font)
{
	size_t i;

	pdf_begin(file, parts->descendant);
	buffer_printf(&file->out,
		      "<</Type/Font/Subtype/CIDFontType2/BaseFont/%s"
		      "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
		      "/Supplement 0>>/FontDescriptor %u 0 R"
		      "/CIDToGIDMap %u 0 R/W[1[",
		      parts->name, parts->descriptor, parts->map);
	for (i = 1; i < font->n_glyphs; i++) {
		buffer_puts(&file->out, i > 1 ? " " : "");
		pdf_unsigned(&file->out, (size_t)font->glyphs[i]->width);
	}
	buffer_puts(&file->out, "]]>>");
	pdf_end(file);
}

/* Write two bytes of glyph for each code, and a bit for each code there is. */
static void write_maps(struct pdf_file *file, const struct parts *parts,
		       const uint16_t *ids, size_t n)
{
	struct buffer map = { 0 }, set = { 0 };
	unsigned char present = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned char id[2] = { (unsigned char)(ids[i] >> 8),
					(unsigned char)ids[i] };

		buffer_put(&map, id, 2);
		present |= (unsigned char)(0x80 >> i % 8);
		if (i % 8 == 7 || i + 1 == n) {
			buffer_put(&set, &present, 1);
			present = 0;
		}
	}
	file->out.failed |= map.failed || set.failed;
	pdf_stream(file, parts->map, "", map.data, map.len);
	pdf_stream(file, parts->set, "", set.data, set.len);
	buffer_free(&map);
	buffer_free(&set);
}

/*
 * The font's own name, as far as a PDF name can spell it without escapes, after
 * six capitals that say that it is cut down, and how.
 */
static void name_font(const struct pdf_font *font, struct parts *parts)
{
	char *out = parts->name;
	const char *s;
	size_t i, h = 0;

	for (i = 1; i < font->n_glyphs; i++)
		h = h * 31 + font->glyphs[i]->id;
	for (i = 0; i < 6; i++, h /= 26)
		*out++ = (char)('A' + h % 26);
	*out++ = '+';
	for (s = parts->metrics.name; *s; s++)
		if (isalnum((unsigned char)*s) || *s == '-')
			*out++ = *s;
	*out = '\0';
}

static void write_parts(struct pdf_file *file, unsigned int number,
			const struct pdf_font *font,
			const struct font_set *fonts, enum face face,
			const uint16_t *ids, const void *program, size_t len)
{
	struct parts parts = {
		.descendant = pdf_reserve(file, 1),
		.descriptor = pdf_reserve(file, 1),
		.unicode = pdf_reserve(file, 1),
		.map = pdf_reserve(file, 1),
		.set = pdf_reserve(file, 1),
		.program = pdf_reserve(file, 1),
	};
	char entries[32];

	font_metrics(fonts, face, &parts.metrics);
	name_font(font, &parts);
	pdf_object(file, number,
		   "<</Type/Font/Subtype/Type0/BaseFont/%s"
		   "/Encoding/Identity-H/DescendantFonts[%u 0 R]"
		   "/ToUnicode %u 0 R>>",
		   parts.name, parts.descendant, parts.unicode);
	write_descendant(file, &parts, font);
	write_descriptor(file, &parts, face);
	write_to_unicode(file, parts.unicode, font);
	write_maps(file, &parts, ids, font->n_glyphs);
	(void)snprintf(entries, sizeof(entries), "/Length1 %zu", len);
	pdf_stream(file, parts.program, entries, program, len);
}

int pdf_font_write(struct pdf_file *file, unsigned int number,
		   const struct pdf_font *font, const struct font_set *fonts,
		   enum face face)
{
	uint16_t *ids = calloc(font->n_glyphs, sizeof(*ids));
	unsigned char *program = NULL;
	size_t len;
	int ret = -ENOMEM;

	if (!ids || font->failed)
		goto out;
	ret = font_subset(fonts, face, font->glyphs, font->n_glyphs, ids,
			  &program, &len);
	if (!ret)
		write_parts(file, number, font, fonts, face, ids, program, len);
out:
	free(program);
	free(ids);
	return ret;
}

void pdf_font_free(struct pdf_font *font)
{
	free(font->glyphs);
	free(font->slots);
	*font = (struct pdf_font){ 0 };
}
