/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pdf.h"

#include <errno.h>
#include <stdlib.h>

#include "font.h"
#include "meta.h"
#include "tags.h"

#define BAR_GREY "0.7"
#define STRING_MAX 8000 /* glyphs; PDF/A takes 32767 bytes */

struct writer {
	const struct layout *layout;
	struct pdf_file file;
	struct pdf_font fonts[FACE_COUNT];
	unsigned int numbers[FACE_COUNT]; /* of the fonts in use */
	unsigned int catalog, info, metadata, srgb, pages, resources, data;
	struct pdf_tags tags;
};

/* Write the glyphs as codes in one array, with the pen's moves in between. */
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
		open = !after && !g->dy && (i + 1) % STRING_MAX;
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
		w->numbers[run->face] = pdf_reserve(&w->file, 1);
	buffer_printf(b, "/F%d %d Tf 1 0 0 1 ", (int)run->face, run->size);
	pdf_number(b, run->x);
	buffer_puts(b, " ");
	pdf_number(b, w->layout->height - run->y);
	buffer_puts(b, " Tm");
	draw_glyphs(b, &w->fonts[run->face], run);
}

static void draw_bars(struct writer *w, struct buffer *b,
		      const struct page *page)
{
	size_t i;

	for (i = 0; i < page->n_bars; i++) {
		const struct placed_bar *bar = &page->bars[i];
		bool first = !i || bar->paragraph != bar[-1].paragraph;
		bool last = i + 1 == page->n_bars ||
			    bar->paragraph != bar[1].paragraph;

		if (first) {
			pdf_tags_open(&w->tags, b, bar->paragraph);
			buffer_puts(b, "q " BAR_GREY " g\n");
		}
		pdf_number(b, bar->x0);
		buffer_puts(b, " ");
		pdf_number(b, w->layout->height - bar->y1);
		buffer_puts(b, " ");
		pdf_number(b, bar->x1 - bar->x0);
		buffer_puts(b, " ");
		pdf_number(b, bar->y1 - bar->y0);
		buffer_puts(b, " re\n");
		if (last) {
			buffer_puts(b, "f Q\n");
			pdf_tags_close(b);
		}
	}
}

static void draw_runs(struct writer *w, struct buffer *b,
		      const struct page *page)
{
	size_t i;

	buffer_puts(b, "BT\n");
	for (i = 0; i < page->n_runs; i++) {
		const struct placed_run *run = &page->runs[i];

		if (!i || run->paragraph != run[-1].paragraph)
			pdf_tags_open(&w->tags, b, run->paragraph);
		draw_run(w, b, run);
		if (i + 1 == page->n_runs || run->paragraph != run[1].paragraph)
			pdf_tags_close(b);
	}
	buffer_puts(b, "ET\n");
}

static void draw_rules(struct writer *w, struct buffer *b,
		       const struct page *page)
{
	size_t i;

	pdf_tags_open(&w->tags, b, 0);
	pdf_number(b, w->layout->rule_width);
	buffer_puts(b, " w 2 J\n");
	for (i = 0; i < page->n_rules; i++) {
		const struct placed_rule *rule = &page->rules[i];

		pdf_number(b, rule->x0);
		buffer_puts(b, " ");
		pdf_number(b, w->layout->height - rule->y0);
		buffer_puts(b, " m ");
		pdf_number(b, rule->x1);
		buffer_puts(b, " ");
		pdf_number(b, w->layout->height - rule->y1);
		buffer_puts(b, " l\n");
	}
	buffer_puts(b, "S\n");
	pdf_tags_close(b);
}

/* The page names its fonts itself: PDF/A lets it inherit none. */
static void write_page(struct writer *w, unsigned int number,
		       const struct page *page)
{
	unsigned int content = pdf_reserve(&w->file, 1);
	size_t parents = pdf_tags_page(&w->tags, number);
	struct buffer b = { 0 };

	draw_bars(w, &b, page);
	draw_runs(w, &b, page);
	if (page->n_rules)
		draw_rules(w, &b, page);
	w->file.out.failed |= b.failed;
	pdf_object(&w->file, number,
		   "<</Type/Page/Parent %u 0 R/Resources %u 0 R"
		   "/Contents %u 0 R/StructParents %zu>>",
		   w->pages, w->resources, content, parents);
	pdf_stream(&w->file, content, "", b.data, b.len);
	buffer_free(&b);
}

static void write_resources(struct writer *w)
{
	struct buffer *out = &w->file.out;
	size_t i;

	pdf_begin(&w->file, w->resources);
	buffer_puts(out, "<</Font<<");
	for (i = 0; i < FACE_COUNT; i++)
		if (w->numbers[i])
			buffer_printf(out, "/F%zu %u 0 R", i, w->numbers[i]);
	buffer_puts(out, ">>>>");
	pdf_end(&w->file);
}

/* The pages inherit their size from the node above them. */
static void write_pages(struct writer *w)
{
	const struct layout *layout = w->layout;
	struct buffer kids = { 0 };
	struct buffer *out = &w->file.out;
	size_t i;

	for (i = 0; i < layout->n_pages; i++) {
		unsigned int number = pdf_reserve(&w->file, 1);

		write_page(w, number, &layout->pages[i]);
		pdf_reference(&kids, number);
	}
	pdf_begin(&w->file, w->pages);
	buffer_printf(out, "<</Type/Pages/Count %zu/MediaBox[0 0 ",
		      layout->n_pages);
	pdf_number(out, layout->width);
	buffer_puts(out, " ");
	pdf_number(out, layout->height);
	buffer_puts(out, "]/Kids[");
	buffer_put(out, kids.data, kids.len);
	buffer_puts(out, "]>>");
	pdf_end(&w->file);
	out->failed |= kids.failed;
	buffer_free(&kids);
}

static void write_catalog(struct writer *w, const struct document *doc,
			  time_t date)
{
	struct buffer *out = &w->file.out;

	pdf_begin(&w->file, w->catalog);
	buffer_printf(out,
		      "<</Type/Catalog/Pages %u 0 R/Metadata %u 0 R"
		      "/Lang(" DOCUMENT_LANGUAGE ")"
		      "/ViewerPreferences<</DisplayDocTitle true>>"
		      "/MarkInfo<</Marked true>>/StructTreeRoot %u 0 R"
		      "/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1"
		      "/OutputConditionIdentifier(sRGB)/Info(sRGB)"
		      "/DestOutputProfile %u 0 R>>]",
		      w->pages, w->metadata, w->tags.root, w->srgb);
	if (w->data)
		buffer_printf(out,
			      "/AF[%u 0 R]/Names<</EmbeddedFiles<<"
			      "/Names[(" PDF_DATA_NAME ")%u 0 R]>>>>",
			      w->data, w->data);
	pdf_put_signers(&w->file, doc, w->layout, date);
	buffer_puts(out, ">>");
	pdf_end(&w->file);
}

int pdf_render(const struct document *doc, const struct layout *layout,
	       const struct font_set *fonts, const struct pdf_options *options,
	       unsigned char **out, size_t *len)
{
	struct writer w = { .layout = layout };
	int i, ret = 0;

	pdf_file_begin(&w.file);
	w.catalog = pdf_reserve(&w.file, 1);
	w.info = pdf_reserve(&w.file, 1);
	w.metadata = pdf_reserve(&w.file, 1);
	w.srgb = pdf_reserve(&w.file, 1);
	w.pages = pdf_reserve(&w.file, 1);
	w.resources = pdf_reserve(&w.file, 1);
	if (doc->data)
		w.data = pdf_reserve(&w.file, 1);
	pdf_tags_begin(&w.tags, &w.file, doc);
	write_catalog(&w, doc, options->date);
	pdf_write_info(&w.file, w.info, doc, options);
	pdf_write_xmp(&w.file, w.metadata, doc, options);
	pdf_write_srgb(&w.file, w.srgb);
	if (doc->data)
		pdf_write_data(&w.file, w.data, doc->data, options->date);
	write_pages(&w);
	write_resources(&w);
	pdf_tags_write(&w.tags, &w.file);
	for (i = 0; i < FACE_COUNT && !ret; i++)
		if (w.numbers[i])
			ret = pdf_font_write(&w.file, w.numbers[i], &w.fonts[i],
					     fonts, (enum face)i);
	if (!ret)
		pdf_file_end(&w.file, w.catalog, w.info);
	if (w.file.out.failed)
		ret = -ENOMEM;
	if (!ret) {
		*out = w.file.out.data;
		*len = w.file.out.len;
		w.file.out = (struct buffer){ 0 };
	}
	for (i = 0; i < FACE_COUNT; i++)
		pdf_font_free(&w.fonts[i]);
	pdf_tags_free(&w.tags);
	pdf_file_free(&w.file);
	return ret;
}
