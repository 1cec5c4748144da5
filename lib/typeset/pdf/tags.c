/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tags.h"

#include <string.h>

/* Element 0 is the root of all, so that as a kid it means none. */
#define NONE 0

struct element {
	const char *type;
	size_t parent, first_kid, last_kid, next;
	size_t first_mark, last_mark; /* by number from 1 on */
	const struct chart *chart;
	const struct cell *cell;
	bool head; /* of the columns */
};

struct mark {
	size_t element, next;
	size_t page;
	size_t id; /* on its page */
};

struct tagged_page {
	unsigned int number;
	size_t first_mark, n_marks;
};

static size_t add_element(struct pdf_tags *tags, size_t parent,
			  const char *type)
{
	size_t n = tags->n_elements;
	struct element *elements, *above;

	elements =
		arena_grow(&tags->arena, tags->elements, n, sizeof(*elements));
	if (!elements)
		return NONE;
	tags->elements = elements;
	tags->n_elements++;
	elements[n] = (struct element){ .type = type, .parent = parent };
	if (!n)
		return n;
	above = &elements[parent];
	if (above->last_kid)
		elements[above->last_kid].next = n;
	else
		above->first_kid = n;
	above->last_kid = n;
	return n;
}

/* Note that the text of the next paragraph stands in @element. */
static void add_text(struct pdf_tags *tags, size_t element)
{
	size_t *paragraphs;

	paragraphs = arena_grow(&tags->arena, tags->paragraphs,
				tags->n_paragraphs, sizeof(*paragraphs));
	if (!paragraphs)
		return;
	tags->paragraphs = paragraphs;
	paragraphs[tags->n_paragraphs++] = element;
}

/* A heading is of level 2 below a title; in a letter, which has none, of level
 * 1, for no level may be left out. */
static const char *paragraph_type(struct pdf_tags *tags,
				  const struct paragraph *p)
{
	if (p->role == ROLE_TITLE)
		tags->titled = true;
	else if (p->role != ROLE_HEADING)
		return "P";
	return tags->titled && p->role == ROLE_HEADING ? "H2" : "H1";
}

static void add_paragraph(struct pdf_tags *tags, size_t parent,
			  const struct paragraph *p)
{
	add_text(tags, add_element(tags, parent, paragraph_type(tags, p)));
}

static void add_cell(struct pdf_tags *tags, size_t parent,
		     const struct cell *cell)
{
	size_t i;

	for (i = 0; i < cell->n_paragraphs; i++)
		add_paragraph(tags, parent, cell->paragraphs[i]);
}

static void add_row(struct pdf_tags *tags, size_t parent, const struct row *row,
		    bool head)
{
	size_t i, element, tr = add_element(tags, parent, "TR");

	for (i = 0; i < row->n_cells && !tags->arena.failed; i++) {
		const struct cell *cell = row->cells[i];

		element = add_element(tags, tr, head ? "TH" : "TD");
		if (!element)
			return;
		tags->elements[element].cell = cell;
		tags->elements[element].head = head;
		/* A table is thousands of these: one element does for both. */
		if (cell->n_paragraphs == 1)
			add_text(tags, element);
		else
			add_cell(tags, element, cell);
	}
}

static void add_table(struct pdf_tags *tags, const struct table *t)
{
	size_t i, k, table = add_element(tags, 0, t->ruled ? "Table" : "Div");

	for (i = 0; i < t->n_rows && !tags->arena.failed; i++) {
		const struct row *row = &t->rows[i];

		if (t->ruled)
			add_row(tags, table, row, i < t->n_header);
		else
			for (k = 0; k < row->n_cells; k++)
				add_cell(tags, table, row->cells[k]);
	}
}

static void add_chart(struct pdf_tags *tags, const struct chart *chart)
{
	size_t figure;

	if (!chart->n_bars)
		return;
	if (chart->title->n_runs)
		add_paragraph(tags, 0, chart->title);
	figure = add_element(tags, 0, "Figure");
	if (figure)
		tags->elements[figure].chart = chart;
	add_text(tags, figure);
}

void pdf_tags_begin(struct pdf_tags *tags, struct pdf_file *file,
		    const struct document *doc)
{
	size_t i;

	*tags = (struct pdf_tags){ 0 };
	add_element(tags, 0, "Document");
	for (i = 0; i < doc->n_blocks && !tags->arena.failed; i++) {
		const struct paragraph *p = doc->blocks[i].paragraph;

		if (p)
			add_paragraph(tags, 0, p);
		else if (doc->blocks[i].table)
			add_table(tags, doc->blocks[i].table);
		else if (doc->blocks[i].chart)
			add_chart(tags, doc->blocks[i].chart);
	}
	tags->root = pdf_reserve(file, 1);
	tags->parents = pdf_reserve(file, 1);
	tags->first = pdf_reserve(file, tags->n_elements);
}

size_t pdf_tags_page(struct pdf_tags *tags, unsigned int number)
{
	size_t n = tags->n_pages;
	struct tagged_page *pages;

	pages = arena_grow(&tags->arena, tags->pages, n, sizeof(*pages));
	if (!pages)
		return 0;
	tags->pages = pages;
	tags->n_pages++;
	pages[n] = (struct tagged_page){ number, tags->n_marks, 0 };
	return n;
}

static const struct mark *add_mark(struct pdf_tags *tags, size_t element)
{
	struct element *e = &tags->elements[element];
	struct mark *marks;
	struct tagged_page *page;

	marks = arena_grow(&tags->arena, tags->marks, tags->n_marks,
			   sizeof(*marks));
	if (!marks || !tags->n_pages)
		return NULL;
	page = &tags->pages[tags->n_pages - 1];
	tags->marks = marks;
	marks += tags->n_marks++;
	*marks = (struct mark){ .element = element,
				.page = tags->n_pages - 1,
				.id = page->n_marks++ };
	if (e->last_mark)
		tags->marks[e->last_mark - 1].next = tags->n_marks;
	else
		e->first_mark = tags->n_marks;
	e->last_mark = tags->n_marks;
	return marks;
}

void pdf_tags_open(struct pdf_tags *tags, struct buffer *content,
		   size_t paragraph)
{
	const struct mark *mark = NULL;

	if (paragraph && paragraph <= tags->n_paragraphs && !tags->arena.failed)
		mark = add_mark(tags, tags->paragraphs[paragraph - 1]);
	if (!mark) {
		buffer_puts(content, "/Artifact BMC\n");
		return;
	}
	buffer_puts(content, "/");
	buffer_puts(content, tags->elements[mark->element].type);
	buffer_puts(content, "<</MCID ");
	pdf_unsigned(content, mark->id);
	buffer_puts(content, ">>BDC\n");
}

void pdf_tags_close(struct buffer *content)
{
	buffer_puts(content, "EMC\n");
}

/* Write the marks; those on other pages than the first name theirs. */
static void write_marks(const struct pdf_tags *tags, struct buffer *out,
			const struct element *e)
{
	size_t page = tags->marks[e->first_mark - 1].page, i;

	buffer_puts(out, "/Pg ");
	pdf_reference(out, tags->pages[page].number);
	buffer_puts(out, "/K[");
	for (i = e->first_mark; i; i = tags->marks[i - 1].next) {
		const struct mark *mark = &tags->marks[i - 1];

		if (mark->page == page) {
			pdf_unsigned(out, mark->id);
			buffer_puts(out, " ");
			continue;
		}
		buffer_puts(out, "<</Type/MCR/Pg ");
		pdf_reference(out, tags->pages[mark->page].number);
		buffer_puts(out, "/MCID ");
		pdf_unsigned(out, mark->id);
		buffer_puts(out, ">>");
	}
	buffer_puts(out, "]");
}

static void write_attributes(struct buffer *out, const struct element *e)
{
	const struct cell *cell = e->cell;

	if (!e->head && cell->colspan < 2 && cell->rowspan < 2)
		return;
	buffer_puts(out, "/A<</O/Table");
	if (e->head)
		buffer_puts(out, "/Scope/Column");
	if (cell->colspan > 1)
		buffer_printf(out, "/ColSpan %u", cell->colspan);
	if (cell->rowspan > 1)
		buffer_printf(out, "/RowSpan %u", cell->rowspan);
	buffer_puts(out, ">>");
}

static void write_element(const struct pdf_tags *tags, struct pdf_file *file,
			  size_t i)
{
	const struct element *e = &tags->elements[i];
	struct buffer *out = &file->out;
	size_t k;

	pdf_begin(file, tags->first + (unsigned int)i);
	buffer_puts(out, "<</S/");
	buffer_puts(out, e->type);
	buffer_puts(out, "/P ");
	pdf_reference(out, i ? tags->first + e->parent : tags->root);
	if (e->cell)
		write_attributes(out, e);
	if (e->chart) {
		const struct paragraph *words = e->chart->words;

		buffer_puts(out, "/Alt<FEFF");
		for (k = 0; k < words->n_runs; k++)
			pdf_utf16(out, words->runs[k].text,
				  strlen(words->runs[k].text));
		buffer_puts(out, ">");
	}
	if (e->first_kid) {
		buffer_puts(out, "/K[");
		for (k = e->first_kid; k; k = tags->elements[k].next)
			pdf_reference(out, tags->first + k);
		buffer_puts(out, "]");
	} else if (e->first_mark) {
		write_marks(tags, out, e);
	}
	buffer_puts(out, ">>");
	pdf_end(file);
}

/* Write which element each mark of each page belongs to. */
static void write_parents(const struct pdf_tags *tags, struct pdf_file *file)
{
	struct buffer *out = &file->out;
	size_t i, k;

	pdf_begin(file, tags->parents);
	buffer_puts(out, "<</Nums[");
	for (i = 0; i < tags->n_pages; i++) {
		const struct tagged_page *page = &tags->pages[i];

		pdf_unsigned(out, i);
		buffer_puts(out, "[");
		for (k = 0; k < page->n_marks; k++)
			pdf_reference(out,
				      tags->first +
					      tags->marks[page->first_mark + k]
						      .element);
		buffer_puts(out, "]\n");
	}
	buffer_puts(out, "]>>");
	pdf_end(file);
}

void pdf_tags_write(const struct pdf_tags *tags, struct pdf_file *file)
{
	size_t i;

	file->out.failed |= tags->arena.failed;
	if (file->out.failed)
		return;
	pdf_object(file, tags->root,
		   "<</Type/StructTreeRoot/K %u 0 R/ParentTree %u 0 R"
		   "/ParentTreeNextKey %zu>>",
		   tags->first, tags->parents, tags->n_pages);
	write_parents(tags, file);
	for (i = 0; i < tags->n_elements; i++)
		write_element(tags, file, i);
}

void pdf_tags_free(struct pdf_tags *tags)
{
	arena_free(&tags->arena);
	*tags = (struct pdf_tags){ 0 };
}
