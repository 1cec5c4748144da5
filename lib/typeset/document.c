/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "document.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define INDENT 36      /* 1,27 cm */
#define MPT_INCH 72000 /* thousandths of a point */

const struct role_format role_formats[ROLE_COUNT] = {
	[ROLE_BODY] = { .align = ALIGN_JUSTIFY,
			.size = 14,
			.indent = INDENT,
			.space = 6 },
	[ROLE_NATIONAL] = { .align = ALIGN_CENTER,
			    .style = STYLE_BOLD,
			    .size = 13,
			    .balance = true },
	[ROLE_MOTTO] = { .align = ALIGN_CENTER,
			 .style = STYLE_BOLD,
			 .size = 14,
			 .balance = true,
			 .underline = UNDERLINE_FULL },
	[ROLE_PARENT] = { .align = ALIGN_CENTER, .size = 13, .balance = true },
	[ROLE_ISSUER] = { .align = ALIGN_CENTER,
			  .style = STYLE_BOLD,
			  .size = 13,
			  .balance = true,
			  .underline = UNDERLINE_PART },
	[ROLE_NUMBER] = { .align = ALIGN_CENTER,
			  .size = 13,
			  .space = 6,
			  .balance = true },
	[ROLE_ABOUT] = { .align = ALIGN_CENTER, .size = 13, .balance = true },
	/* The space is a point less than above the number, whose type is a
	 * point smaller, so that both stand on one baseline. */
	[ROLE_DATE] = { .align = ALIGN_CENTER,
			.style = STYLE_ITALIC,
			.size = 14,
			.space = 5,
			.balance = true },
	[ROLE_TITLE] = { .align = ALIGN_CENTER,
			 .style = STYLE_BOLD,
			 .size = 14,
			 .space = 24,
			 .keep_next = true },
	[ROLE_SUMMARY] = { .align = ALIGN_CENTER,
			   .style = STYLE_BOLD,
			   .size = 14,
			   .balance = true,
			   .keep_next = true,
			   .underline = UNDERLINE_PART },
	[ROLE_ADDRESSEE] = { .align = ALIGN_CENTER,
			     .size = 14,
			     .space = 24,
			     .balance = true },
	[ROLE_GROUND] = { .align = ALIGN_JUSTIFY,
			  .style = STYLE_ITALIC,
			  .size = 14,
			  .indent = INDENT,
			  .space = 6 },
	[ROLE_HEADING] = { .align = ALIGN_JUSTIFY,
			   .style = STYLE_BOLD,
			   .size = 14,
			   .indent = INDENT,
			   .space = 6,
			   .keep_next = true },
	[ROLE_FIELD] = { .align = ALIGN_JUSTIFY,
			 .size = 14,
			 .indent = INDENT,
			 .space = 2 },
	[ROLE_TABLE_HEAD] = { .align = ALIGN_CENTER,
			      .style = STYLE_BOLD,
			      .size = 13 },
	[ROLE_TABLE_CELL] = { .align = ALIGN_LEFT, .size = 13 },
	[ROLE_CAPTION] = { .align = ALIGN_CENTER,
			   .style = STYLE_ITALIC,
			   .size = 13,
			   .space = 6,
			   .balance = true,
			   .keep_next = true },
	[ROLE_RECIPIENTS] = { .align = ALIGN_LEFT,
			      .style = STYLE_BOLD | STYLE_ITALIC,
			      .size = 12 },
	[ROLE_RECIPIENT] = { .align = ALIGN_LEFT, .size = 11 },
	[ROLE_SIGNATURE] = { .align = ALIGN_CENTER,
			     .style = STYLE_BOLD,
			     .size = 14,
			     .balance = true },
	[ROLE_SIGNATURE_NOTE] = { .align = ALIGN_CENTER,
				  .style = STYLE_ITALIC,
				  .size = 14,
				  .balance = true },
	/* Room above for a signature and a seal. */
	[ROLE_SIGNER] = { .align = ALIGN_CENTER,
			  .style = STYLE_BOLD,
			  .size = 14,
			  .space = 64,
			  .balance = true },
	[ROLE_NOTICE] = { .align = ALIGN_LEFT,
			  .style = STYLE_ITALIC,
			  .size = 12,
			  .space = 24 },
};

struct builder {
	struct document doc; /* first, so that a document is its builder */
	struct arena arena;
	/* Handed out when there is no memory; its contents are never read. */
	struct paragraph scrap_paragraph;
	struct table scrap_table;
	struct cell scrap_cell;
	struct chart scrap_chart;
};

static struct builder *builder(struct document *doc)
{
	return (struct builder *)doc;
}

static struct arena *arena(struct document *doc)
{
	return &builder(doc)->arena;
}

struct document *document_new(void)
{
	struct builder *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->doc.title = b->doc.subject = b->doc.author = "";
	return &b->doc;
}

void document_free(struct document **doc)
{
	if (!*doc)
		return;
	arena_free(arena(*doc));
	free(builder(*doc));
	*doc = NULL;
}

int document_size(const struct document *doc, enum role role)
{
	int size = role_formats[role].size;

	/* The rest has one size in both sets, or may have. */
	if (!doc->small || role == ROLE_NUMBER || role == ROLE_TITLE ||
	    role == ROLE_RECIPIENTS || role == ROLE_RECIPIENT)
		return size;
	return size - 1;
}

int document_width(const struct document *doc)
{
	return PAGE_LENGTH(doc->landscape ? PAGE_LONG : PAGE_SHORT, MPT_INCH) -
	       PAGE_LENGTH(PAGE_MARGIN_LEFT, MPT_INCH) -
	       PAGE_LENGTH(PAGE_MARGIN_RIGHT, MPT_INCH);
}

int document_status(const struct document *doc)
{
	return ((const struct builder *)doc)->arena.failed ? -ENOMEM : 0;
}

const char *document_text(struct document *doc, const char *s)
{
	const char *clean = text_clean(arena(doc), s);

	return clean ? clean : "";
}

const char *document_upper(struct document *doc, const char *s)
{
	const char *upper = text_upper(arena(doc), s);

	return upper ? upper : "";
}

const char *document_format(struct document *doc, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = arena_vformat(arena(doc), format, args);
	va_end(args);
	return text;
}

static void note_missing(struct document *doc, const char *field)
{
	const char **missing = (const char **)doc->missing;
	size_t i;

	for (i = 0; i < doc->n_missing; i++)
		if (!strcmp(missing[i], field))
			return;
	missing = arena_grow(arena(doc), missing, doc->n_missing,
			     sizeof(*missing));
	if (!missing)
		return;
	missing[doc->n_missing++] = document_text(doc, field);
	doc->missing = missing;
}

static void note_gap(struct document *doc, const char *name, const char *path)
{
	struct document_gap *gaps = (struct document_gap *)doc->gaps;
	size_t i;

	for (i = 0; i < doc->n_gaps; i++)
		if (!strcmp(gaps[i].path, path))
			return;
	gaps = arena_grow(arena(doc), gaps, doc->n_gaps, sizeof(*gaps));
	if (!gaps)
		return;
	gaps[doc->n_gaps++] = (struct document_gap){ document_text(doc, name),
						     document_text(doc, path) };
	doc->gaps = gaps;
}

const char *document_need(struct document *doc, const char *value,
			  const char *field, const char *path)
{
	const char *clean = document_text(doc, value);

	if (text_says_something(clean)) {
		if (strstr(clean, TEXT_REPLACEMENT))
			note_missing(doc,
				     document_format(doc, "%s (có ký tự hỏng)",
						     field));
		return clean;
	}
	note_missing(doc, field);
	if (path)
		note_gap(doc, field, path);
	return document_format(doc, DOCUMENT_MARK "%s" DOCUMENT_MARK_END,
			       field);
}

void document_describe(struct document *doc, const char *title,
		       const char *subject, const char *author)
{
	doc->title = document_text(doc, title);
	doc->subject = document_text(doc, subject);
	doc->author = document_text(doc, author);
}

static struct block *add_block(struct document *doc)
{
	struct block *blocks = (struct block *)doc->blocks;

	blocks = arena_grow(arena(doc), blocks, doc->n_blocks, sizeof(*blocks));
	if (!blocks)
		return NULL;
	doc->blocks = blocks;
	return &blocks[doc->n_blocks++];
}

static struct paragraph *new_paragraph(struct document *doc, enum align align,
				       int size)
{
	struct paragraph *p = arena_alloc(arena(doc), sizeof(*p));

	if (!p)
		return &builder(doc)->scrap_paragraph;
	p->align = align;
	p->size = size;
	return p;
}

struct paragraph *document_paragraph(struct document *doc, enum align align,
				     int size)
{
	struct paragraph *p = new_paragraph(doc, align, size);
	struct block *block = add_block(doc);

	if (block)
		block->paragraph = p;
	return p;
}

void paragraph_add(struct document *doc, struct paragraph *p,
		   unsigned int style, const char *text)
{
	paragraph_add_field(doc, p, style, text, NULL);
}

void paragraph_add_field(struct document *doc, struct paragraph *p,
			 unsigned int style, const char *text,
			 const char *field)
{
	struct run *runs = (struct run *)p->runs;

	runs = arena_grow(arena(doc), runs, p->n_runs, sizeof(*runs));
	if (!runs)
		return;
	runs[p->n_runs++] = (struct run){ text, style, field };
	p->runs = runs;
}

const char *paragraph_text(struct document *doc, const struct paragraph *p)
{
	size_t len = 0, i;
	char *text, *end;

	for (i = 0; i < p->n_runs; i++)
		len += strlen(p->runs[i].text);
	text = end = arena_alloc(arena(doc), len + 1);
	if (!text)
		return "";
	for (i = 0; i < p->n_runs; i++)
		end = stpcpy(end, p->runs[i].text);
	return text;
}

struct table *document_table(struct document *doc, const struct column *columns,
			     size_t n_columns)
{
	struct table *t = arena_alloc(arena(doc), sizeof(*t));
	struct column *kept =
		arena_alloc(arena(doc), n_columns * sizeof(*columns));
	struct block *block = add_block(doc);

	if (!t || !kept || !block)
		return &builder(doc)->scrap_table;
	memcpy(kept, columns, n_columns * sizeof(*columns));
	block->table = t;
	t->columns = kept;
	t->n_columns = n_columns;
	return t;
}

void table_row(struct document *doc, struct table *t)
{
	struct row *rows;

	rows = arena_grow(arena(doc), t->rows, t->n_rows, sizeof(*rows));
	if (!rows)
		return;
	t->rows = rows;
	rows[t->n_rows++] = (struct row){ 0 };
}

struct cell *table_cell(struct document *doc, struct table *t,
			unsigned int colspan, unsigned int rowspan)
{
	struct cell *cell = arena_alloc(arena(doc), sizeof(*cell));
	struct cell **cells;
	struct row *row;

	if (!cell || !t->n_rows)
		return &builder(doc)->scrap_cell;
	row = &t->rows[t->n_rows - 1];
	cells = arena_grow(arena(doc), row->cells, row->n_cells,
			   sizeof(struct cell *));
	if (!cells)
		return &builder(doc)->scrap_cell;
	row->cells = cells;
	cells[row->n_cells++] = cell;
	cell->colspan = colspan;
	cell->rowspan = rowspan;
	return cell;
}

struct paragraph *cell_paragraph(struct document *doc, struct cell *cell,
				 enum align align, int size)
{
	struct paragraph *p = new_paragraph(doc, align, size);
	struct paragraph **paragraphs;

	paragraphs = arena_grow(arena(doc), cell->paragraphs,
				cell->n_paragraphs, sizeof(struct paragraph *));
	if (!paragraphs)
		return &builder(doc)->scrap_paragraph;
	cell->paragraphs = paragraphs;
	paragraphs[cell->n_paragraphs++] = p;
	return p;
}

struct chart *document_chart(struct document *doc)
{
	struct chart *chart = arena_alloc(arena(doc), sizeof(*chart));
	struct block *block = add_block(doc);

	if (!chart || !block)
		chart = &builder(doc)->scrap_chart;
	else
		block->chart = chart;
	chart->title = new_paragraph(doc, ALIGN_LEFT, 0);
	chart->words = new_paragraph(doc, ALIGN_LEFT, 0);
	return chart;
}

void chart_bar(struct document *doc, struct chart *chart, const struct bar *bar)
{
	struct bar *bars = (struct bar *)chart->bars;

	if (chart->n_bars == DOCUMENT_BARS_MAX)
		return;
	bars = arena_grow(arena(doc), bars, chart->n_bars, sizeof(*bars));
	if (!bars)
		return;
	bars[chart->n_bars++] = *bar;
	chart->bars = bars;
}
