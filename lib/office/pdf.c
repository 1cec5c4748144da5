/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pdf.h"

#include <errno.h>
#include <stdlib.h>

#include "pdffont.h"
#include "pdfmeta.h"

struct writer {
	const struct layout *layout;
	struct pdf_file file;
	struct pdf_font fonts[FACE_COUNT];
	unsigned int numbers[FACE_COUNT]; /* of the fonts in use */
	unsigned int pages, metadata, srgb;
};

/* Glyphs as codes in one array, with how far the pen strays in between. */
static void draw_glyphs(struct buffer *b, struct pdf_font *font,
			const struct placed_run *run)
{
	size_t i;
	bool open = false;

	buffer_puts(b, "[");
	for (i = 0; i < run->n_glyphs; i++) {
		const struct glyph *g = &run->glyphs[i];
		int after = g->advance / run->size - g->width - g->dx;

		if (g->dy || (g->dx && open)) {
			buffer_puts(b, open ? ">" : "");
			open = false;
		}
		if (g->dy) {
			buffer_puts(b, "]TJ ");
			pdf_number(b, g->dy * run->size);
			buffer_puts(b, " Ts[");
		}
		if (g->dx)
			buffer_printf(b, "%d", -g->dx);
		buffer_puts(b, open ? "" : "<");
		pdf_hex(b, pdf_font_code(font, g));
		open = !after && !g->dy;
		if (!open)
			buffer_puts(b, ">");
		if (after)
			buffer_printf(b, "%d", -after);
		if (g->dy)
			buffer_puts(b, "]TJ 0 Ts[");
	}
	buffer_puts(b, open ? ">]TJ\n" : "]TJ\n");
}

static void draw_run(struct writer *w, struct buffer *b,
		     const struct placed_run *run)
{
	if (!w->numbers[run->face])
		w->numbers[run->face] = pdf_reserve(&w->file);
	buffer_printf(b, "/F%d %d Tf 1 0 0 1 ", (int)run->face, run->size);
	pdf_number(b, run->x);
	buffer_puts(b, " ");
	pdf_number(b, w->layout->height - run->y);
	buffer_puts(b, " Tm");
	draw_glyphs(b, &w->fonts[run->face], run);
}

static void draw_rule(const struct writer *w, struct buffer *b,
		      const struct placed_rule *rule)
{
	pdf_number(b, rule->x0);
	buffer_puts(b, " ");
	pdf_number(b, w->layout->height - rule->y0);
	buffer_puts(b, " m ");
	pdf_number(b, rule->x1);
	buffer_puts(b, " ");
	pdf_number(b, w->layout->height - rule->y1);
	buffer_puts(b, " l\n");
}

static void write_page(struct writer *w, unsigned int number,
		       const struct page *page)
{
	unsigned int content = pdf_reserve(&w->file);
	struct buffer b = { 0 };
	size_t i;

	buffer_puts(&b, "BT\n");
	for (i = 0; i < page->n_runs; i++)
		draw_run(w, &b, &page->runs[i]);
	buffer_puts(&b, "ET\n");
	if (page->n_rules) {
		pdf_number(&b, w->layout->rule_width);
		buffer_puts(&b, " w 2 J\n");
		for (i = 0; i < page->n_rules; i++)
			draw_rule(w, &b, &page->rules[i]);
		buffer_puts(&b, "S\n");
	}
	w->file.out.failed |= b.failed;
	pdf_object(&w->file, number,
		   "<</Type/Page/Parent %u 0 R/Contents %u 0 R>>", w->pages,
		   content);
	pdf_stream(&w->file, content, "", b.data, b.len);
	buffer_free(&b);
}

/* The pages inherit their size and fonts from the node above them. */
static void write_pages(struct writer *w)
{
	const struct layout *layout = w->layout;
	struct buffer kids = { 0 };
	struct buffer *out = &w->file.out;
	size_t i;

	for (i = 0; i < layout->n_pages; i++) {
		unsigned int number = pdf_reserve(&w->file);

		write_page(w, number, &layout->pages[i]);
		buffer_printf(&kids, "%u 0 R ", number);
	}
	pdf_begin(&w->file, w->pages);
	buffer_printf(out, "<</Type/Pages/Count %zu/MediaBox[0 0 ",
		      layout->n_pages);
	pdf_number(out, layout->width);
	buffer_puts(out, " ");
	pdf_number(out, layout->height);
	buffer_puts(out, "]/Resources<</Font<<");
	for (i = 0; i < FACE_COUNT; i++)
		if (w->numbers[i])
			buffer_printf(out, "/F%zu %u 0 R", i, w->numbers[i]);
	buffer_puts(out, ">>>>/Kids[");
	buffer_put(out, kids.data, kids.len);
	buffer_puts(out, "]>>");
	pdf_end(&w->file);
	out->failed |= kids.failed;
	buffer_free(&kids);
}

static void write_catalog(struct writer *w, unsigned int number)
{
	pdf_object(&w->file, number,
		   "<</Type/Catalog/Pages %u 0 R/Metadata %u 0 R"
		   "/Lang(" PDF_LANGUAGE ")"
		   "/ViewerPreferences<</DisplayDocTitle true>>"
		   "/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1"
		   "/OutputConditionIdentifier(sRGB)/Info(sRGB)"
		   "/DestOutputProfile %u 0 R>>]>>",
		   w->pages, w->metadata, w->srgb);
}

static int write_fonts(struct writer *w, const struct font_set *fonts)
{
	int i, ret = 0;

	for (i = 0; i < FACE_COUNT && !ret; i++)
		if (w->numbers[i])
			ret = pdf_font_write(&w->file, w->numbers[i],
					     &w->fonts[i], fonts, (enum face)i);
	return ret;
}

int pdf_render(const struct document *doc, const struct layout *layout,
	       const struct font_set *fonts, const struct pdf_options *options,
	       unsigned char **out, size_t *len)
{
	struct writer w = { .layout = layout };
	unsigned int catalog, info;
	int i, ret;

	pdf_file_begin(&w.file);
	catalog = pdf_reserve(&w.file);
	info = pdf_reserve(&w.file);
	w.metadata = pdf_reserve(&w.file);
	w.srgb = pdf_reserve(&w.file);
	w.pages = pdf_reserve(&w.file);
	write_catalog(&w, catalog);
	pdf_write_info(&w.file, info, doc, options);
	pdf_write_xmp(&w.file, w.metadata, doc, options);
	pdf_write_srgb(&w.file, w.srgb);
	write_pages(&w);
	ret = write_fonts(&w, fonts);
	if (!ret)
		pdf_file_end(&w.file, catalog, info);
	if (w.file.out.failed)
		ret = -ENOMEM;
	if (!ret) {
		*out = w.file.out.data;
		*len = w.file.out.len;
		w.file.out = (struct buffer){ 0 };
	}
	for (i = 0; i < FACE_COUNT; i++)
		pdf_font_free(&w.fonts[i]);
	pdf_file_free(&w.file);
	return ret;
}
