/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "docxbody.h"
#include "docxstyles.h"

/* A cell that stands in a column, or once stood above. */
struct span {
	size_t end;	  /* the row after its last */
	size_t n_columns; /* set where it begins */
};

struct grid {
	const struct table *t;
	int edges[DOCUMENT_COLUMNS_MAX + 1];
	struct span spans[DOCUMENT_COLUMNS_MAX];
};

static void column_edges(const struct table *t, int width, int *edges)
{
	unsigned long long sum = 0, part = 0;
	size_t i;

	for (i = 0; i < t->n_columns; i++)
		sum += t->columns[i].weight;
	edges[0] = 0;
	for (i = 0; i < t->n_columns; i++) {
		part += t->columns[i].weight;
		edges[i + 1] =
			sum ? (int)((unsigned int)width * part / sum) : width;
	}
}

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

static void width_of(struct docx_part *part, const char *name, int width)
{
	part_open(part, name);
	part_set_number(part, "w:w", width);
	part_set(part, "w:type", "dxa");
	part_close(part);
}

/* Open a cell over @n_columns; @merge is its w:vMerge, if any. */
static int open_cell(struct docx_body *body, const struct grid *grid,
		     size_t column, size_t n_columns, const char *merge,
		     bool middle)
{
	struct docx_part *part = body->part;
	int width = grid->edges[column + n_columns] - grid->edges[column];

	part_open(part, "w:tc");
	part_open(part, "w:tcPr");
	width_of(part, "w:tcW", width);
	if (n_columns > 1)
		part_number(part, "w:gridSpan", (int)n_columns);
	if (merge)
		part_value(part, "w:vMerge", merge);
	if (middle)
		part_value(part, "w:vAlign", "center");
	part_close(part);
	return width;
}

/* Every cell ends in a paragraph, this one in an empty one. */
static void close_empty(struct docx_body *body, bool keep)
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

static void fill_cell(struct docx_body *body, const struct grid *grid,
		      const struct cell *cell, int width, bool keep)
{
	size_t i;

	if (grid->t->ruled)
		width -= 2 * DOCX_CELL_PADDING;
	for (i = 0; i < cell->n_paragraphs; i++)
		docx_paragraph(body, cell->paragraphs[i], width, keep);
	if (i)
		part_close(body->part);
	else
		close_empty(body, keep);
}

static size_t place_cell(struct docx_body *body, struct grid *grid, size_t row,
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
	fill_cell(body, grid, cell, width, keep);
	return n;
}

static void cells(struct docx_body *body, struct grid *grid, size_t row,
		  bool keep)
{
	const struct row *r = &grid->t->rows[row];
	size_t column = 0, i = 0, n;

	for (; column < grid->t->n_columns; column += n) {
		if (grid->spans[column].end > row) {
			n = grid->spans[column].n_columns;
			open_cell(body, grid, column, n, "continue", false);
			close_empty(body, keep);
		} else if (i < r->n_cells) {
			n = place_cell(body, grid, row, column, r->cells[i++],
				       keep);
		} else {
			n = free_columns(grid, row, column, grid->t->n_columns);
			open_cell(body, grid, column, n, NULL, false);
			close_empty(body, keep);
		}
	}
}

/* Whether a cell that stands in @row goes on in the next. */
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

static void table_row_out(struct docx_body *body, struct grid *grid, size_t row,
			  bool keep_last)
{
	const struct table *t = grid->t;
	struct docx_part *part = body->part;
	bool header = row < t->n_header;
	bool keep = row + 1 == t->n_rows
			    ? keep_last
			    : header || !t->ruled || is_joined(grid, row);

	part_open(part, "w:tr");
	part_open(part, "w:trPr");
	part_switch(part, "w:cantSplit", true);
	if (header)
		part_switch(part, "w:tblHeader", true);
	part_close(part);
	cells(body, grid, row, keep);
	part_close(part);
}

static void properties(struct docx_body *body, const struct grid *grid)
{
	struct docx_part *part = body->part;
	const struct table *t = grid->t;
	size_t i;

	part_open(part, "w:tblPr");
	part_value(part, "w:tblStyle",
		   t->ruled ? DOCX_TABLE_RULED : DOCX_TABLE_LAYOUT);
	width_of(part, "w:tblW", body->width);
	width_of(part, "w:tblInd", 0);
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

void docx_table(struct docx_body *body, const struct table *t, bool keep)
{
	struct grid grid = { .t = t };
	size_t row;

	if (!t->n_rows || !t->n_columns)
		return;
	column_edges(t, body->width, grid.edges);
	part_open(body->part, "w:tbl");
	properties(body, &grid);
	for (row = 0; row < t->n_rows; row++)
		table_row_out(body, &grid, row, keep || t->keep_next);
	part_close(body->part);
}
