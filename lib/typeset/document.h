/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A document before it is anything on paper: paragraphs, tables and charts,
 * with what is known to be missing. Forms build it by the functions; the
 * writers of PDF and DOCX read the structs.
 *
 * The builders never return NULL and need no check: when memory runs out they
 * hand out scrap space, and document_status() says so at the end. All strings
 * handed out belong to the document.
 */
#ifndef TYPESET_DOCUMENT_H
#define TYPESET_DOCUMENT_H

#include "base/arena.h"

#define STYLE_BOLD 1u
#define STYLE_ITALIC 2u

#define DOCUMENT_LANGUAGE "vi-VN"

#define DOCUMENT_COLUMNS_MAX 16
#define DOCUMENT_BARS_MAX 24

enum align {
	ALIGN_LEFT,
	ALIGN_CENTER,
	ALIGN_RIGHT,
	ALIGN_JUSTIFY,
};

/* A4 and the margins of Nghị định 30/2020/NĐ-CP, in millimetres. */
#define PAGE_SHORT 210
#define PAGE_LONG 297
#define PAGE_MARGIN_TOP 20
#define PAGE_MARGIN_BOTTOM 20
#define PAGE_MARGIN_LEFT 30
#define PAGE_MARGIN_RIGHT 15

/* A page's number stands so far below its upper edge, in type of that size. */
#define PAGE_NUMBER_TOP 10
#define PAGE_NUMBER_SIZE 13

/* What stands at the foot of each page ends so far above its lower edge. */
#define PAGE_FOOT_BOTTOM 10
#define PAGE_FOOT_SIZE 8

/* @mm millimetres in a unit of which an inch has @per_inch. */
#define PAGE_LENGTH(mm, per_inch) \
	((int)((mm) * (double)(per_inch) / 25.4 + 0.5))

/* A rule under the last line of a paragraph, as long as that line, or without
 * three tenths of it on each side. */
enum underline {
	UNDERLINE_NONE,
	UNDERLINE_PART,
	UNDERLINE_FULL,
};

#define UNDERLINE_CUT(width) ((width)*3 / 10)

/* The part that a paragraph plays in the document: its style in a word
 * processor, its tag in a PDF. */
enum role {
	ROLE_BODY,
	ROLE_NATIONAL, /* Quốc hiệu */
	ROLE_MOTTO,    /* Tiêu ngữ */
	ROLE_PARENT,   /* cơ quan chủ quản */
	ROLE_ISSUER,   /* cơ quan ban hành */
	ROLE_NUMBER,   /* số, ký hiệu */
	ROLE_ABOUT,    /* V/v … */
	ROLE_DATE,     /* địa danh, ngày tháng năm */
	ROLE_TITLE,    /* tên loại */
	ROLE_SUMMARY,  /* trích yếu */
	ROLE_ADDRESSEE,
	ROLE_GROUND, /* căn cứ */
	ROLE_HEADING,
	ROLE_FIELD,
	ROLE_TABLE_HEAD,
	ROLE_TABLE_CELL,
	ROLE_CAPTION,
	ROLE_RECIPIENTS, /* "Nơi nhận:" */
	ROLE_RECIPIENT,
	ROLE_SIGNATURE, /* quyền hạn, chức vụ */
	ROLE_SIGNATURE_NOTE,
	ROLE_SIGNER, /* họ tên */
	ROLE_NOTICE,
	ROLE_COUNT
};

/*
 * A newline in @text ends the line; only forms write one. @field names the
 * datum the run shows, for whoever edits it later; NULL for the form's words.
 */
struct run {
	const char *text;
	unsigned int style;
	const char *field;
};

/* Lengths in points. */
struct paragraph {
	const struct run *runs;
	size_t n_runs;
	enum role role;
	enum align align;
	enum underline underline;
	int size;
	int indent; /* of the first line */
	int space;  /* above */
	bool keep_next;
	bool balance; /* centred lines come out of like length */
};

/*
 * How each part of a document looks: Nghị định 30/2020/NĐ-CP, Phụ lục I, in the
 * larger of its two sets of sizes (Quốc hiệu 13, all that goes with it 14).
 */
struct role_format {
	enum align align;
	unsigned int style;
	int size, indent, space;
	enum underline underline;
	bool balance, keep_next;
};

extern const struct role_format role_formats[ROLE_COUNT];

struct document;

/* The size of type in which @doc has that part: see document.small. */
int document_size(const struct document *doc, enum role role);

struct cell {
	struct paragraph **paragraphs;
	size_t n_paragraphs;
	unsigned int colspan, rowspan;
	bool middle; /* centred between the rules above and below */
};

struct row {
	struct cell **cells;
	size_t n_cells;
};

struct column {
	unsigned int weight; /* share of the width that contents leave */
	enum align align;
};

/*
 * Rows as HTML has them: a place covered by a rowspan from above has no cell.
 * Rows joined by a rowspan stay on one page. Without rules a table serves to
 * set blocks side by side, as in the letterhead.
 */
struct table {
	const struct column *columns;
	size_t n_columns;
	struct row *rows;
	size_t n_rows;
	size_t n_header; /* rows repeated on each page */
	bool ruled;
	bool keep_previous, keep_next;
	int space; /* above, in points */
};

struct bar {
	const char *label; /* below it */
	const char *text;  /* above it: the number */
	long long value;   /* 0 and less: no bar is drawn */
};

/*
 * Bars side by side, over the width of the text. The words say the same in one
 * paragraph, for a writer that draws nothing and for a person who sees nothing.
 */
struct chart {
	struct paragraph *title; /* above; without runs where there is none */
	struct paragraph *words;
	const struct bar *bars;
	size_t n_bars;
	bool in_table; /* its numbers stand in a table of the document, too */
};

/* Exactly one of the three is set. */
struct block {
	struct paragraph *paragraph;
	struct table *table;
	struct chart *chart;
};

/* A place of the dossier that has nothing the document could show. */
struct document_gap {
	const char *name; /* "số văn bản" */
	const char *path; /* "document.number", "subscribers.2.email" */
};

struct document {
	const char *title, *subject, *author;
	bool landscape;
	bool small;	  /* in the smaller of the decree's two sets of sizes */
	const char *data; /* its facts as JSON, to go with it; NULL: none */
	/* A small line in the lower margin of each page, clean and of a line
	 * or two, so that it takes nothing from the text; NULL: none. */
	const char *foot;
	const struct block *blocks;
	size_t n_blocks;
	const char *const *missing; /* fields, each named once */
	size_t n_missing;
	const struct document_gap
		*gaps; /* each once, in the document's order */
	size_t n_gaps;
};

/* NULL when memory runs out. */
struct document *document_new(void);
void document_free(struct document **doc);

/* The width of the text, in thousandths of a point. */
int document_width(const struct document *doc);

/* 0, or -ENOMEM when memory ran out and a part was lost. */
int document_status(const struct document *doc);

/* @s made clean (see text.h); @s may be NULL. */
const char *document_text(struct document *doc, const char *s);
const char *document_upper(struct document *doc, const char *s);
const char *document_format(struct document *doc, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * @value made clean; when nothing is left of it, a mark that says what must be
 * added, "[cần bổ sung: @field]", and @field joins the list of what is missing,
 * and @path that of the gaps.
 */
#define DOCUMENT_MARK "[cần bổ sung: "
#define DOCUMENT_MARK_END "]"
const char *document_need(struct document *doc, const char *value,
			  const char *field, const char *path);

/* Set the title and subject that lists and title bars show, and whose it is. */
void document_describe(struct document *doc, const char *title,
		       const char *subject, const char *author);

struct paragraph *document_paragraph(struct document *doc, enum align align,
				     int size);

/* The text must be clean, or the form's own. */
void paragraph_add(struct document *doc, struct paragraph *p,
		   unsigned int style, const char *text);
void paragraph_add_field(struct document *doc, struct paragraph *p,
			 unsigned int style, const char *text,
			 const char *field);

/* The words of @p as one text. */
const char *paragraph_text(struct document *doc, const struct paragraph *p);

/* There may be DOCUMENT_COLUMNS_MAX columns. */
struct table *document_table(struct document *doc, const struct column *columns,
			     size_t n_columns);

void table_row(struct document *doc, struct table *t);

/* The next cell of the last row. */
struct cell *table_cell(struct document *doc, struct table *t,
			unsigned int colspan, unsigned int rowspan);
struct paragraph *cell_paragraph(struct document *doc, struct cell *cell,
				 enum align align, int size);

/* No more than DOCUMENT_BARS_MAX are kept. */
struct chart *document_chart(struct document *doc);
void chart_bar(struct document *doc, struct chart *chart,
	       const struct bar *bar);

#endif
