/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "body.h"

#include <string.h>

#include "chart.h"
#include "styles.h"
#include "typeset/measure.h"

#define MPT_PER_TWIP (1000 / TWIPS)

#define WORTH_A_MARGIN (10 * TWIPS)

/* Of a line of type of one point: what LINE_HEIGHT is to the PDF. */
#define LINE_TWIPS 23

#define TWIPS_OF(mm) PAGE_LENGTH(mm, 72 * TWIPS)

struct body {
	struct docx_part *part;
	struct arena arena; /* for the measure of a paragraph */
	int width;	    /* of the text, in twips */
	int controls;	    /* content controls so far */
	size_t charts;	    /* so far */
	bool whole;	    /* no page may part the paragraphs of this row */
	/* Letters of the paragraph before which a line ends within a word. */
	const char **breaks;
	size_t n_breaks;
};

/* Word takes no longer name for a content control. */
#define CONTROL_NAME_MAX 64

/* A stretch of a run: known text, or one mark of what is missing. */
struct piece {
	const char *text;
	size_t len;
	bool missing;
};

static struct piece next_piece(const char *text)
{
	const char *mark = strstr(text, DOCUMENT_MARK);
	const char *end;

	if (!mark)
		return (struct piece){ text, strlen(text), false };
	if (mark > text)
		return (struct piece){ text, (size_t)(mark - text), false };
	end = strstr(text, DOCUMENT_MARK_END);
	if (!end)
		return (struct piece){ text, strlen(text), true };
	return (struct piece){ text, (size_t)(end - text) + 1, true };
}

/* Where the line ends that begins at @text, if not at @end. */
static const char *line_end(const struct body *body, const char *text,
			    const char *end)
{
	const char *newline = memchr(text, '\n', (size_t)(end - text));
	size_t i;

	end = newline ? newline : end;
	for (i = 0; i < body->n_breaks; i++)
		if (body->breaks[i] > text && body->breaks[i] < end)
			end = body->breaks[i];
	return end;
}

static void add_run(struct body *body, const struct docx_look *base,
		    const struct docx_look *look, const struct piece *piece)
{
	struct docx_part *part = body->part;
	const char *text = piece->text, *end = text + piece->len;

	part_open(part, "w:r");
	docx_run_properties(part, base, look, piece->missing);
	for (;;) {
		const char *stop = line_end(body, text, end);

		if (stop > text) {
			part_open(part, "w:t");
			part_set(part, "xml:space", "preserve");
			part_text(part, text, (size_t)(stop - text));
			part_close(part);
		}
		if (stop == end)
			break;
		part_open(part, "w:br");
		part_close(part);
		text = stop + (*stop == '\n');
	}
	part_close(part);
}

/* Add text that a person may change or, where it is missing, fill in. */
static void add_control(struct body *body, const struct docx_look *base,
			const struct docx_look *look, const struct piece *piece,
			const char *field)
{
	struct docx_part *part = body->part;

	part_open(part, "w:sdt");
	part_open(part, "w:sdtPr");
	docx_run_properties(part, base, look, false);
	part_open(part, "w:alias");
	part_set_text(part, "w:val", field, CONTROL_NAME_MAX);
	part_close(part);
	part_open(part, "w:tag");
	part_set_text(part, "w:val", field, CONTROL_NAME_MAX);
	part_close(part);
	part_number(part, "w:id", ++body->controls);
	if (piece->missing)
		part_switch(part, "w:showingPlcHdr", true);
	/* LibreOffice shows plain text in a control as the paragraph looks. */
	if (!piece->missing && look->style == base->style) {
		part_open(part, "w:text");
		part_set(part, "w:multiLine", "1");
		part_close(part);
	}
	part_close(part);
	part_open(part, "w:sdtContent");
	add_run(body, base, look, piece);
	part_close(part);
	part_close(part);
}

/* Add each line of @piece as a control: LibreOffice drops the end of a line
 * that stands in one. */
static void add_controls(struct body *body, const struct docx_look *base,
			 const struct docx_look *look,
			 const struct piece *piece, const char *field)
{
	static const struct piece newline = { "\n", 1, false };
	struct piece line = *piece;
	const char *end = piece->text + piece->len;

	for (;;) {
		const char *stop = line_end(body, line.text, end);

		line.len = (size_t)(stop - line.text);
		if (line.len)
			add_control(body, base, look, &line, field);
		if (stop == end)
			return;
		add_run(body, base, look, &newline);
		line.text = stop + (*stop == '\n');
	}
}

/* Add the runs of @p, which looks like @base where they do not differ. */
static void add_runs(struct body *body, const struct paragraph *p,
		     const struct docx_look *base)
{
	size_t i;

	for (i = 0; i < p->n_runs; i++) {
		struct docx_look look = { .style = p->runs[i].style,
					  .size = 2 * p->size };
		const char *text = p->runs[i].text;
		const char *field = p->runs[i].field;
		bool complete = !strstr(text, DOCUMENT_MARK);

		while (*text) {
			struct piece piece = next_piece(text);

			/* Beside a mark, only the mark is left to fill in. */
			if (field && (complete || piece.missing))
				add_controls(body, base, &look, &piece, field);
			else
				add_run(body, base, &look, &piece);
			text += piece.len;
		}
	}
}

/* Add a rule as long as the last line of @p above it, or the middle of that. */
static void add_rule(struct body *body, const struct paragraph *p, int width,
		     int beside, bool keep)
{
	struct docx_part *part = body->part;
	int line = measure_lines(&body->arena, p,
				 (width - 2 * beside) * MPT_PER_TWIP)
			   .last /
		   MPT_PER_TWIP;
	int cut = p->underline == UNDERLINE_PART ? UNDERLINE_CUT(line) : 0;
	int left = 0;

	if (p->align == ALIGN_CENTER)
		left = (width - line) / 2;
	if (p->align == ALIGN_RIGHT)
		left = width - line;
	part_open(part, "w:p");
	part_open(part, "w:pPr");
	part_value(part, "w:pStyle", DOCX_STYLE_RULE);
	if (keep)
		part_switch(part, "w:keepNext", true);
	part_open(part, "w:ind");
	part_set_number(part, "w:left", left + cut);
	part_set_number(part, "w:right", width - left - line + cut);
	part_close(part);
	part_close(part);
	part_close(part);
}

/* Add @p in a place @width twips wide, kept with what follows if @keep is set.
 */
static void add_paragraph(struct body *body, const struct paragraph *p,
			  int width, bool keep)
{
	struct docx_part *part = body->part;
	struct docx_look base = docx_base_look(body->part->doc, p);
	struct docx_look look = docx_paragraph_look(p);
	struct docx_look mark = { .style = base.style, .size = look.size };
	char style[DOCX_STYLE_ID_MAX];

	docx_paragraph_style(part->doc, p, style);
	look.keep_next |= keep;
	look.keep_lines = body->whole;
	/* Centred lines come out of like length between two margins. */
	if (p->balance && p->align == ALIGN_CENTER) {
		int spare = width -
			    MEASURE_SAFE(measure_balance(
				    &body->arena, p, width * MPT_PER_TWIP)) /
				    MPT_PER_TWIP;

		if (spare >= WORTH_A_MARGIN)
			look.margin = spare / 2;
	}
	part_open(part, "w:p");
	part_open(part, "w:pPr");
	part_value(part, "w:pStyle", style);
	docx_paragraph_properties(part, &base, &look);
	docx_run_properties(part, &base, &mark, false);
	part_close(part);
	body->breaks = measure_breaks(&body->arena, p, width * MPT_PER_TWIP,
				      &body->n_breaks);
	add_runs(body, p, &base);
	part_close(part);
	if (p->underline != UNDERLINE_NONE)
		add_rule(body, p, width, look.margin, keep || p->keep_next);
	part->out.failed |= body->arena.failed;
	arena_free(&body->arena);
}

/* The cell that stands in a column, or stood there above. */
struct span {
	size_t end;	  /* the row after its last */
	size_t n_columns; /* set where it begins */
};

struct grid {
	const struct table *t;
	int edges[DOCUMENT_COLUMNS_MAX + 1];
	struct span spans[DOCUMENT_COLUMNS_MAX];
};

/* How many of the @want columns from @column on no cell from above covers. */
static size_t free_columns(const struct grid *grid, size_t row, size_t column,
			   size_t want)
{
	size_t n = 1;

	while (n < want && column + n < grid->t->n_columns &&
	       grid->spans[column + n].end <= row)
		n++;
	return n;
}

/* Open a cell over @n_columns, with a w:vMerge if @merge is not NULL; returns
 * its width. */
static int open_cell(struct body *body, const struct grid *grid, size_t column,
		     size_t n_columns, const char *merge, bool middle)
{
	struct docx_part *part = body->part;
	int width = grid->edges[column + n_columns] - grid->edges[column];

	part_open(part, "w:tc");
	part_open(part, "w:tcPr");
	part_width(part, "w:tcW", width);
	if (n_columns > 1)
		part_number(part, "w:gridSpan", (int)n_columns);
	if (merge)
		part_value(part, "w:vMerge", merge);
	if (middle)
		part_value(part, "w:vAlign", "center");
	part_close(part);
	return width;
}

/* Close a cell without text: Word wants a paragraph at the end of each. */
static void close_empty_cell(struct body *body, bool keep)
{
	struct docx_part *part = body->part;

	part_open(part, "w:p");
	part_open(part, "w:pPr");
	part_value(part, "w:pStyle", docx_style_id(ROLE_TABLE_CELL));
	if (keep)
		part_switch(part, "w:keepNext", true);
	part_close(part);
	part_close(part);
	part_close(part);
}

static size_t add_cell(struct body *body, struct grid *grid, size_t row,
		       size_t column, const struct cell *cell, bool keep)
{
	size_t n = free_columns(grid, row, column, cell->colspan), i;
	size_t end = row + cell->rowspan;
	int width;

	if (end > grid->t->n_rows)
		end = grid->t->n_rows;
	for (i = 0; i < n; i++)
		grid->spans[column + i] = (struct span){ end, n };
	width = open_cell(body, grid, column, n,
			  end > row + 1 ? "restart" : NULL, cell->middle);
	if (grid->t->ruled)
		width -= 2 * DOCX_CELL_PADDING;
	for (i = 0; i < cell->n_paragraphs; i++)
		add_paragraph(body, cell->paragraphs[i], width, keep);
	if (i)
		part_close(body->part);
	else
		close_empty_cell(body, keep);
	return n;
}

static void add_cells(struct body *body, struct grid *grid, size_t row,
		      bool keep)
{
	const struct row *r = &grid->t->rows[row];
	size_t column = 0, i = 0, n;

	for (; column < grid->t->n_columns; column += n) {
		if (grid->spans[column].end > row) {
			n = grid->spans[column].n_columns;
			open_cell(body, grid, column, n, "continue", false);
			close_empty_cell(body, keep);
		} else if (i < r->n_cells) {
			n = add_cell(body, grid, row, column, r->cells[i++],
				     keep);
		} else {
			n = free_columns(grid, row, column, grid->t->n_columns);
			open_cell(body, grid, column, n, NULL, false);
			close_empty_cell(body, keep);
		}
	}
}

/* True if a cell that stands in @row goes on in the next row. */
static bool is_joined(const struct grid *grid, size_t row)
{
	const struct row *r = &grid->t->rows[row];
	size_t i;

	for (i = 0; i < grid->t->n_columns; i++)
		if (grid->spans[i].end > row + 1)
			return true;
	for (i = 0; i < r->n_cells; i++)
		if (r->cells[i]->rowspan > 1)
			return true;
	return false;
}

static int cell_height(struct body *body, const struct cell *cell, int width)
{
	int height = 2 * DOCX_CELL_PADDING_Y + DOCX_RULE;
	size_t i;

	for (i = 0; i < cell->n_paragraphs; i++) {
		const struct paragraph *p = cell->paragraphs[i];
		size_t n = measure_lines(&body->arena, p, width * MPT_PER_TWIP)
				   .n_lines;

		height += (int)n * p->size * LINE_TWIPS + TWIPS * p->space;
	}
	body->part->out.failed |= body->arena.failed;
	arena_free(&body->arena);
	return height;
}

/* The height of @row without the cells that go on below it. */
static int row_height(struct body *body, const struct grid *grid, size_t row)
{
	const struct row *r = &grid->t->rows[row];
	size_t column = 0, i, n;
	int height = 0;

	for (i = 0; i < r->n_cells; i++, column += n) {
		int width, needed;

		while (column < grid->t->n_columns &&
		       grid->spans[column].end > row)
			column++;
		if (column == grid->t->n_columns)
			break;
		n = free_columns(grid, row, column, r->cells[i]->colspan);
		if (r->cells[i]->rowspan > 1)
			continue;
		width = grid->edges[column + n] - grid->edges[column] -
			2 * DOCX_CELL_PADDING;
		needed = cell_height(body, r->cells[i], width);
		height = needed > height ? needed : height;
	}
	return height;
}

/*
 * Keep the first row below the heads on one page. Where LibreOffice finds room
 * for the heads and for one row that may not be split, it shows none of the
 * others; it does not split a row that is no higher than it must be. Word keeps
 * the lines of each paragraph together.
 */
static void keep_first_row(struct body *body, const struct grid *grid,
			   size_t row)
{
	struct docx_part *part = body->part;

	part_open(part, "w:trHeight");
	part_set_number(part, "w:val", row_height(body, grid, row) + TWIPS);
	part_set(part, "w:hRule", "atLeast");
	part_close(part);
}

static void add_row(struct body *body, struct grid *grid, size_t row,
		    bool keep_last)
{
	const struct table *t = grid->t;
	struct docx_part *part = body->part;
	bool header = row < t->n_header;
	bool first = t->ruled && row == t->n_header;
	bool keep = row + 1 == t->n_rows
			    ? keep_last
			    : header || !t->ruled || is_joined(grid, row);

	part_open(part, "w:tr");
	part_open(part, "w:trPr");
	if (first)
		keep_first_row(body, grid, row);
	else
		part_switch(part, "w:cantSplit", true);
	if (header)
		part_switch(part, "w:tblHeader", true);
	part_close(part);
	body->whole = first;
	add_cells(body, grid, row, keep);
	body->whole = false;
	part_close(part);
}

static void add_table_properties(struct body *body, const struct grid *grid)
{
	struct docx_part *part = body->part;
	const struct table *t = grid->t;
	size_t i;

	part_open(part, "w:tblPr");
	part_value(part, "w:tblStyle",
		   t->ruled ? DOCX_TABLE_RULED : DOCX_TABLE_LAYOUT);
	part_width(part, "w:tblW", body->width);
	part_width(part, "w:tblInd", 0);
	part_open(part, "w:tblLayout");
	part_set(part, "w:type", "fixed");
	part_close(part);
	part_close(part);
	part_open(part, "w:tblGrid");
	for (i = 0; i < t->n_columns; i++) {
		part_open(part, "w:gridCol");
		part_set_number(part, "w:w",
				grid->edges[i + 1] - grid->edges[i]);
		part_close(part);
	}
	part_close(part);
}

/* True if there is one row but for the heads, or one that others are joined
 * with. */
static bool is_of_one_row(const struct table *t)
{
	const struct row *first;
	size_t n, i;

	if (t->n_rows < t->n_header + 2)
		return true;
	first = &t->rows[t->n_header];
	n = t->n_rows - t->n_header;
	for (i = 0; i < first->n_cells; i++)
		if (first->cells[i]->rowspan >= n)
			return true;
	return false;
}

/* Add @t, its last row kept with what follows if @keep is set. */
static void add_table(struct body *body, const struct table *t, bool keep)
{
	struct grid grid = { .t = t };
	size_t row, i;

	if (!t->n_rows || !t->n_columns)
		return;
	body->part->out.failed |=
		!table_edges(t, body->width * MPT_PER_TWIP, grid.edges);
	for (i = 0; i <= t->n_columns; i++)
		grid.edges[i] /= MPT_PER_TWIP;
	/* With the only row the whole table would go to another page. */
	keep |= t->keep_next && !(t->ruled && is_of_one_row(t));
	part_open(body->part, "w:tbl");
	add_table_properties(body, &grid);
	for (row = 0; row < t->n_rows; row++)
		add_row(body, &grid, row, keep);
	part_close(body->part);
}

/* Add an empty paragraph @points high. */
static void add_spacer(struct body *body, int points, bool keep)
{
	struct docx_part *part = body->part;

	part_open(part, "w:p");
	part_open(part, "w:pPr");
	part_value(part, "w:pStyle", DOCX_STYLE_SPACER);
	if (keep)
		part_switch(part, "w:keepNext", true);
	if (points > 1) {
		part_open(part, "w:spacing");
		part_set_number(part, "w:line", TWIPS * points);
		part_set(part, "w:lineRule", "exact");
		part_close(part);
	}
	part_close(part);
	part_close(part);
}

/* To Word, a text ends in a paragraph. Behind a table that fills its page, one
 * of any height would go to a page of its own. */
static void add_end(struct body *body)
{
	struct docx_part *part = body->part;

	part_open(part, "w:p");
	part_open(part, "w:pPr");
	part_value(part, "w:pStyle", DOCX_STYLE_SPACER);
	part_open(part, "w:spacing");
	part_set_number(part, "w:line", 1);
	part_set(part, "w:lineRule", "exact");
	part_close(part);
	part_open(part, "w:rPr");
	part_switch(part, "w:vanish", true);
	part_close(part);
	part_close(part);
	part_close(part);
}

/* Add the picture of @chart under its title. */
static void add_picture(struct body *body, const struct chart *chart, bool keep)
{
	struct docx_part *part = body->part;

	if (chart->title->n_runs)
		add_paragraph(body, chart->title, body->width, true);
	part_open(part, "w:p");
	if (keep) {
		part_open(part, "w:pPr");
		part_switch(part, "w:keepNext", true);
		part_close(part);
	}
	docx_chart_frame(part, chart, body->charts++, body->width);
	part_close(part);
}

static void add_blocks(struct body *body)
{
	const struct document *doc = body->part->doc;
	bool after_table = true;
	size_t i;

	for (i = 0; i < doc->n_blocks; i++) {
		const struct block *block = &doc->blocks[i];
		const struct table *next =
			i + 1 < doc->n_blocks ? block[1].table : NULL;
		bool keep = next && next->keep_previous;

		if (block->paragraph) {
			add_paragraph(body, block->paragraph, body->width,
				      keep);
		} else if (block->table) {
			/* Word joins two tables that touch. */
			if (i && (block->table->space || after_table))
				add_spacer(body, block->table->space, true);
			add_table(body, block->table, keep);
		} else if (block->chart) {
			bool words = !block->chart->in_table;

			if (block->chart->n_bars)
				add_picture(body, block->chart, keep || words);
			if (words)
				add_paragraph(body, block->chart->words,
					      body->width, keep);
		}
		after_table = block->table;
	}
	if (after_table)
		add_end(body);
}

static void reference(struct docx_part *part, const char *name,
		      const char *type, const char *id)
{
	part_open(part, name);
	part_set(part, "w:type", type);
	part_set(part, "r:id", id);
	part_close(part);
}

static void add_section(struct docx_part *part, bool landscape)
{
	part_open(part, "w:sectPr");
	reference(part, "w:headerReference", "default", DOCX_ID_HEADER);
	reference(part, "w:headerReference", "first", DOCX_ID_FIRST_HEADER);
	if (part->doc->foot) {
		reference(part, "w:footerReference", "default", DOCX_ID_FOOTER);
		reference(part, "w:footerReference", "first", DOCX_ID_FOOTER);
	}
	part_open(part, "w:pgSz");
	part_set_number(part, "w:w",
			TWIPS_OF(landscape ? PAGE_LONG : PAGE_SHORT));
	part_set_number(part, "w:h",
			TWIPS_OF(landscape ? PAGE_SHORT : PAGE_LONG));
	if (landscape)
		part_set(part, "w:orient", "landscape");
	part_close(part);
	part_open(part, "w:pgMar");
	part_set_number(part, "w:top", TWIPS_OF(PAGE_MARGIN_TOP));
	part_set_number(part, "w:right", TWIPS_OF(PAGE_MARGIN_RIGHT));
	part_set_number(part, "w:bottom", TWIPS_OF(PAGE_MARGIN_BOTTOM));
	part_set_number(part, "w:left", TWIPS_OF(PAGE_MARGIN_LEFT));
	part_set_number(part, "w:header", TWIPS_OF(PAGE_NUMBER_TOP));
	part_set_number(part, "w:footer", TWIPS_OF(PAGE_FOOT_BOTTOM));
	part_set_number(part, "w:gutter", 0);
	part_close(part);
	part_switch(part, "w:titlePg", true);
	part_close(part);
}

static void open_header(struct docx_part *part, const char *name,
			const char *style)
{
	part_open(part, name);
	part_set(part, "xmlns:w", DOCX_NS_W);
	part_open(part, "w:p");
	part_open(part, "w:pPr");
	part_value(part, "w:pStyle", style);
	part_close(part);
}

static void close_header(struct docx_part *part)
{
	part_close(part);
	part_close(part);
}

void docx_header(struct docx_part *part)
{
	open_header(part, "w:hdr", DOCX_STYLE_HEADER);
	part_open(part, "w:fldSimple");
	part_set(part, "w:instr", " PAGE ");
	part_open(part, "w:r");
	/* It stands there until Word counts the pages. */
	part_element(part, "w:t", "2");
	part_close(part);
	part_close(part);
	close_header(part);
}

void docx_first_header(struct docx_part *part)
{
	open_header(part, "w:hdr", DOCX_STYLE_HEADER);
	close_header(part);
}

void docx_footer(struct docx_part *part)
{
	open_header(part, "w:ftr", DOCX_STYLE_FOOTER);
	part_open(part, "w:r");
	part_element(part, "w:t", part->doc->foot);
	part_close(part);
	close_header(part);
}

void docx_body(struct docx_part *part)
{
	const struct document *doc = part->doc;
	struct body body = { .part = part };

	body.width = TWIPS_OF(doc->landscape ? PAGE_LONG : PAGE_SHORT) -
		     TWIPS_OF(PAGE_MARGIN_LEFT) - TWIPS_OF(PAGE_MARGIN_RIGHT);
	part_open(part, "w:document");
	part_set(part, "xmlns:w", DOCX_NS_W);
	part_set(part, "xmlns:r", DOCX_NS_R);
	part_open(part, "w:body");
	add_blocks(&body);
	add_section(part, doc->landscape);
	part_close(part);
	part_close(part);
}
