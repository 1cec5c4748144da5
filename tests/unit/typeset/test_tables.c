/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How tables and the signatures under them are laid out over pages. */

#include "base/buffer.h"
#include "typeset/layout.h"
#include "unit/fonts.h"

/* Margins of 20, 20, 30 and 15 mm. */
#define LEFT 85039
#define RIGHT(layout) ((layout)->width - 42520)
#define TOP 56693
#define BOTTOM(layout) ((layout)->height - 56693)
#define ROUNDING MPT

#define SHORT_SIDE 595276
#define LONG_SIDE 841890

static void add_cell(struct document *doc, struct table *t,
		     unsigned int rowspan, const char *text)
{
	struct cell *cell = table_cell(doc, t, 1, rowspan);

	cell->middle = true;
	if (text)
		paragraph_add(doc, cell_paragraph(doc, cell, ALIGN_LEFT, 13), 0,
			      text);
}

/* A table with one row of headings. */
static struct table *add_table(struct document *doc)
{
	static const struct column columns[] = { { 1, ALIGN_CENTER },
						 { 2, ALIGN_LEFT },
						 { 3, ALIGN_LEFT } };
	struct table *t = document_table(doc, columns, 3);

	t->ruled = true;
	t->n_header = 1;
	table_row(doc, t);
	add_cell(doc, t, 1, "head1");
	add_cell(doc, t, 1, "head2");
	add_cell(doc, t, 1, "head3");
	return t;
}

/* @n rows of which @span at a time share a first cell. */
static void add_rows(struct document *doc, struct table *t, unsigned int n,
		     unsigned int span)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		table_row(doc, t);
		if (i % span == 0)
			add_cell(doc, t, span,
				 document_format(doc, "span%u", i / span));
		add_cell(doc, t, 1, document_format(doc, "row%u.", i));
		add_cell(doc, t, 1, "other");
	}
}

static void add_signature(struct document *doc, int space)
{
	static const struct column columns[] = { { 1, ALIGN_LEFT },
						 { 1, ALIGN_CENTER } };
	struct table *t = document_table(doc, columns, 2);
	struct paragraph *p;

	t->keep_previous = true;
	table_row(doc, t);
	p = cell_paragraph(doc, table_cell(doc, t, 1, 1), ALIGN_LEFT, 12);
	paragraph_add(doc, p, STYLE_BOLD, "recipients");
	p = cell_paragraph(doc, table_cell(doc, t, 1, 1), ALIGN_CENTER, 14);
	paragraph_add(doc, p, STYLE_BOLD, "signer");
	p->space = space;
}

/* The text of a page, run by run; @owned: without what is repeated. */
static char *page_text(const struct page *page, bool owned)
{
	struct buffer b = { 0 };
	size_t i, k;

	for (i = 0; i < page->n_runs; i++) {
		const struct placed_run *run = &page->runs[i];

		if (owned && !run->paragraph)
			continue;
		for (k = 0; k < run->n_glyphs; k++)
			buffer_put(&b, run->glyphs[k].text,
				   run->glyphs[k].text_len);
		buffer_puts(&b, "|");
	}
	buffer_put(&b, "", 1);
	assert_false(b.failed);
	return (char *)b.data;
}

static size_t count(const char *text, const char *word)
{
	size_t n = 0;

	for (; (text = strstr(text, word)); text += strlen(word))
		n++;
	return n;
}

static size_t count_on(const struct page *page, const char *word, bool owned)
{
	char *text = page_text(page, owned);
	size_t n = count(text, word);

	free(text);
	return n;
}

static size_t count_all(const struct layout *layout, const char *word,
			bool owned)
{
	size_t i, n = 0;

	for (i = 0; i < layout->n_pages; i++)
		n += count_on(&layout->pages[i], word, owned);
	return n;
}

static int run_end(const struct placed_run *run)
{
	int x = run->x, end = x;
	size_t i;

	for (i = 0; i < run->n_glyphs; i++) {
		x += run->glyphs[i].advance;
		if (run->glyphs[i].text[0] != ' ')
			end = x;
	}
	return end;
}

static void check_margins(const struct layout *layout, const struct page *page)
{
	size_t i;

	for (i = 0; i < page->n_runs; i++) {
		const struct placed_run *run = &page->runs[i];

		assert_in_range(run->x, LEFT - ROUNDING,
				RIGHT(layout) + ROUNDING);
		assert_in_range(run_end(run), LEFT - ROUNDING,
				RIGHT(layout) + ROUNDING);
		/* The page's number stands in the margin above. */
		if (run->paragraph)
			assert_in_range(run->y, TOP, BOTTOM(layout));
	}
	for (i = 0; i < page->n_rules; i++) {
		assert_in_range(page->rules[i].y0, TOP, BOTTOM(layout));
		assert_in_range(page->rules[i].y1, TOP, BOTTOM(layout));
	}
}

static struct layout *lay_out(const struct document *doc)
{
	struct layout *layout = NULL;
	size_t i;

	assert_int_equal(layout_document(doc, fonts, &layout), 0);
	for (i = 0; i < layout->n_pages; i++)
		check_margins(layout, &layout->pages[i]);
	return layout;
}

static void a_page_lies_on_its_side(void **state)
{
	struct document *doc = document_new();
	struct layout *layout;
	int right = 0;
	size_t i;

	(void)state;
	assert_non_null(doc);
	add_rows(doc, add_table(doc), 60, 1);
	layout = lay_out(doc);
	assert_int_equal(layout->width, SHORT_SIDE);
	assert_int_equal(layout->height, LONG_SIDE);
	layout_free(&layout);

	doc->landscape = true;
	layout = lay_out(doc);
	assert_int_equal(layout->width, LONG_SIDE);
	assert_int_equal(layout->height, SHORT_SIDE);
	assert_true(layout->n_pages > 2);
	for (i = 0; i < layout->pages[0].n_rules; i++)
		if (layout->pages[0].rules[i].x1 > right)
			right = layout->pages[0].rules[i].x1;
	assert_in_range(right, RIGHT(layout) - ROUNDING,
			RIGHT(layout) + ROUNDING);
	layout_free(&layout);
	document_free(&doc);
}

static void every_page_repeats_the_heads(void **state)
{
	struct document *doc = document_new();
	struct layout *layout;
	size_t i;

	(void)state;
	assert_non_null(doc);
	add_rows(doc, add_table(doc), 500, 1);
	layout = lay_out(doc);
	assert_true(layout->n_pages > 10);
	for (i = 0; i < layout->n_pages; i++) {
		assert_int_equal(count_on(&layout->pages[i], "head2|", false),
				 1);
		/* But they are the document's only once. */
		assert_int_equal(count_on(&layout->pages[i], "head2|", true),
				 i == 0);
	}
	assert_int_equal(count_all(layout, "row", true), 500);
	assert_int_equal(count_all(layout, "row499.|", true), 1);
	layout_free(&layout);
	document_free(&doc);
}

static void check_signature(unsigned int n_rows, unsigned int span, int space)
{
	struct document *doc = document_new();
	struct layout *layout;
	const struct page *last;

	assert_non_null(doc);
	add_rows(doc, add_table(doc), n_rows, span);
	add_signature(doc, space);
	layout = lay_out(doc);
	last = &layout->pages[layout->n_pages - 1];
	assert_int_equal(count_on(last, "signer|", true), 1);
	assert_true(count_on(last, "row", true) > 0);
	assert_int_equal(count_all(layout, "row", true), n_rows);
	layout_free(&layout);
	document_free(&doc);
}

/* This holds however tall the last rows and the signature are. */
static void a_signature_has_a_row_with_it(void **state)
{
	unsigned int span;
	int space;

	(void)state;
	for (span = 30; span < 42; span++)
		check_signature(2 * span, span, 60);
	for (space = 60; space < 600; space += 9) {
		check_signature(36, 1, space);
		check_signature(40, 20, space);
		check_signature(35, 35, space);
		check_signature(200, 100, space);
	}
	check_signature(500, 1, 60);
}

/* A single row nearly as tall as a page is split to go with it. */
static void a_tall_row_goes_with_the_signature(void **state)
{
	struct document *doc = document_new();
	struct paragraph *p = NULL;
	struct layout *layout;
	struct table *t;
	struct cell *cell;
	size_t i;

	(void)state;
	assert_non_null(doc);
	t = add_table(doc);
	table_row(doc, t);
	cell = table_cell(doc, t, 3, 1);
	for (i = 0; i < 40; i++) {
		p = cell_paragraph(doc, cell, ALIGN_LEFT, 13);
		paragraph_add(doc, p, 0, "line");
	}
	add_signature(doc, 300);
	layout = lay_out(doc);
	assert_int_equal(layout->n_pages, 2);
	assert_int_equal(count_all(layout, "line|", true), 40);
	assert_true(count_on(&layout->pages[1], "line|", true) > 0);
	assert_int_equal(count_on(&layout->pages[1], "signer|", true), 1);
	layout_free(&layout);
	document_free(&doc);
}

/* Whether a rule closes the table's first column at the foot of its rules. */
static bool is_closed(const struct page *page)
{
	int bottom = 0;
	size_t i;

	for (i = 0; i < page->n_rules; i++)
		if (page->rules[i].y1 > bottom)
			bottom = page->rules[i].y1;
	for (i = 0; i < page->n_rules; i++)
		if (page->rules[i].y0 == bottom &&
		    page->rules[i].y1 == bottom &&
		    page->rules[i].x0 <= LEFT + ROUNDING)
			return true;
	return false;
}

static void a_span_over_pages_says_its_text_on_each(void **state)
{
	struct document *doc = document_new();
	struct layout *layout;
	size_t i;

	(void)state;
	assert_non_null(doc);
	add_rows(doc, add_table(doc), 200, 100);
	layout = lay_out(doc);
	assert_int_equal(count_all(layout, "row", true), 200);
	assert_int_equal(count_all(layout, "span0|", true), 1);
	assert_int_equal(count_all(layout, "span1|", true), 1);
	for (i = 0; i < layout->n_pages; i++) {
		const struct page *page = &layout->pages[i];

		assert_in_range(count_on(page, "span0|", false), 0, 1);
		assert_in_range(count_on(page, "span1|", false), 0, 1);
		assert_true(count_on(page, "span", false) > 0);
		assert_int_equal(count_on(page, "head2|", false), 1);
		assert_true(is_closed(page));
	}
	assert_int_equal(count_on(&layout->pages[0], "span1|", false), 0);
	assert_int_equal(count_on(&layout->pages[1], "span0|", false), 1);
	layout_free(&layout);
	document_free(&doc);
}

/* Rows that a span joins stay together where a page holds them. */
static void a_span_on_one_page_stays_there(void **state)
{
	struct document *doc = document_new();
	struct layout *layout;

	(void)state;
	assert_non_null(doc);
	add_rows(doc, add_table(doc), 60, 30);
	layout = lay_out(doc);
	assert_int_equal(layout->n_pages, 2);
	assert_int_equal(count_on(&layout->pages[0], "row", true), 30);
	assert_int_equal(count_on(&layout->pages[1], "row", true), 30);
	assert_int_equal(count_all(layout, "span", false), 2);
	layout_free(&layout);
	document_free(&doc);
}

/* @word @n times over. */
static const char *times(struct document *doc, const char *word, int n)
{
	struct buffer b = { 0 };
	const char *text;

	while (n-- > 0)
		buffer_puts(&b, word);
	buffer_put(&b, "", 1);
	assert_false(b.failed);
	text = document_format(doc, "%s", (char *)b.data);
	buffer_free(&b);
	return text;
}

static void cells_of_any_length_lose_nothing(void **state)
{
	struct document *doc = document_new();
	struct layout *layout;
	struct table *t;

	(void)state;
	assert_non_null(doc);
	t = add_table(doc);
	table_row(doc, t);
	add_cell(doc, t, 1, "");
	add_cell(doc, t, 1, times(doc, "ế", 300));
	add_cell(doc, t, 1, NULL);
	table_row(doc, t);
	add_cell(doc, t, 1, NULL);
	add_cell(doc, t, 1, times(doc, "q", 3000));
	add_cell(doc, t, 1, times(doc, "zz ", 1000));
	add_signature(doc, 60);
	layout = lay_out(doc);
	assert_int_equal(count_all(layout, "ế", true), 300);
	assert_int_equal(count_all(layout, "q", true), 3000);
	assert_int_equal(count_all(layout, "zz", true), 1000);
	/* The row fills the page it begins on. */
	assert_true(count_on(&layout->pages[0], "q", true) > 0);
	layout_free(&layout);
	document_free(&doc);
}

/* It has spans past the last row and column, spans of 0, and cells too many. */
static void a_crooked_table_is_laid_out(void **state)
{
	struct document *doc = document_new();
	struct layout *layout;
	struct table *t;
	size_t i;

	(void)state;
	assert_non_null(doc);
	t = add_table(doc);
	table_row(doc, t);
	add_cell(doc, t, 0, "none");
	add_cell(doc, t, 4000000000U, "deep");
	paragraph_add(
		doc,
		cell_paragraph(doc, table_cell(doc, t, 9, 1), ALIGN_LEFT, 13),
		0, "wide");
	add_cell(doc, t, 1, "outside");
	table_row(doc, t);
	table_row(doc, t);
	add_cell(doc, t, 1, "last");
	document_paragraph(doc, ALIGN_LEFT, 13);
	paragraph_add(doc, document_paragraph(doc, ALIGN_LEFT, 13), 0, "after");
	layout = lay_out(doc);
	assert_int_equal(count_all(layout, "none|deep|wide|last|after|", true),
			 1);
	/* The number of a paragraph counts those without a place, too. */
	for (i = 0; i < layout->pages[0].n_runs; i++)
		if (layout->pages[0].runs[i].glyphs[0].text[0] == 'a')
			assert_int_equal(layout->pages[0].runs[i].paragraph,
					 10);
	layout_free(&layout);
	document_free(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_lies_on_its_side),
		cmocka_unit_test(every_page_repeats_the_heads),
		cmocka_unit_test(a_signature_has_a_row_with_it),
		cmocka_unit_test(a_tall_row_goes_with_the_signature),
		cmocka_unit_test(a_span_over_pages_says_its_text_on_each),
		cmocka_unit_test(a_span_on_one_page_stays_there),
		cmocka_unit_test(cells_of_any_length_lose_nothing),
		cmocka_unit_test(a_crooked_table_is_laid_out),
	};

	return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
