/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nd30.h"

#include <string.h>

#include "vntime.h"

#define SIZE_NATIONAL 13
#define SIZE_BODY 14
#define SIZE_ABOUT 13
#define SIZE_TABLE 13
#define SIZE_RECIPIENTS 12
#define SIZE_RECIPIENT_LIST 11
#define SIZE_NOTICE 12

#define INDENT 36 /* 1,27 cm */
#define SPACE_PARAGRAPH 6
#define SPACE_BLOCK 12
#define SPACE_FIELD 2
#define SPACE_SIGNATURE 64 /* room for a signature and a seal */

static const char *two_digits(struct document *doc, int n)
{
	return document_format(doc, "%02d", n);
}

const char *nd30_day(struct document *doc, time_t t)
{
	struct tm tm = vn_tm(t);
	int month = tm.tm_mon + 1;

	/* Only months 1 and 2 take a zero, lest they become 11 and 12. */
	return document_format(doc, "ngày %s tháng %s%d năm %d",
			       two_digits(doc, tm.tm_mday),
			       month < 3 ? "0" : "", month, tm.tm_year + 1900);
}

const char *nd30_short_day(struct document *doc, time_t t)
{
	struct tm tm = vn_tm(t);

	return document_format(doc, "%02d/%02d/%04d", tm.tm_mday, tm.tm_mon + 1,
			       tm.tm_year + 1900);
}

const char *nd30_number(struct document *doc, const char *number)
{
	const char *clean = document_need(doc, number, "số văn bản");

	while (clean[0] == '0' && clean[1])
		clean++;
	if (clean[0] >= '1' && clean[0] <= '9' && !clean[1])
		return document_format(doc, "0%s", clean);
	return clean;
}

static struct paragraph *add(struct document *doc, struct cell *cell,
			     enum align align, int size, unsigned int style,
			     const char *text)
{
	struct paragraph *p = cell_paragraph(doc, cell, align, size);

	paragraph_add(doc, p, style, text);
	p->balance = true;
	return p;
}

/*
 * A công văn carries agency and drafting unit (STC-VP); a document with a kind
 * carries the kind and the agency alone (BB-STC).
 */
static const char *symbol(struct document *doc, const struct letterhead *head)
{
	const char *s = document_need(doc, head->agency->symbol,
				      "ký hiệu cơ quan ban hành");

	if (*s != '[')
		s = document_upper(doc, s);
	if (!head->kind)
		return s;
	if (*s == '[')
		return document_format(doc, "%s-%s", head->kind, s);
	return document_format(doc, "%s-%.*s", head->kind, (int)strcspn(s, "-"),
			       s);
}

static void issuer(struct document *doc, struct cell *cell,
		   const struct agency_fact *agency)
{
	const char *parent = document_text(doc, agency->parent);
	const char *name = document_text(doc, agency->name);
	struct paragraph *p;

	if (*parent)
		add(doc, cell, ALIGN_CENTER, SIZE_NATIONAL, 0,
		    document_upper(doc, parent));
	if (*name)
		name = document_upper(doc, name);
	else
		name = document_need(doc, name, "tên cơ quan ban hành");
	p = add(doc, cell, ALIGN_CENTER, SIZE_NATIONAL, STYLE_BOLD, name);
	p->underline = UNDERLINE_PART;
}

static void motto(struct document *doc, struct cell *cell)
{
	struct paragraph *p;

	add(doc, cell, ALIGN_CENTER, SIZE_NATIONAL, STYLE_BOLD,
	    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
	p = add(doc, cell, ALIGN_CENTER, SIZE_BODY, STYLE_BOLD,
		"Độc lập - Tự do - Hạnh phúc");
	p->underline = UNDERLINE_FULL;
}

static const char *place_and_date(struct document *doc,
				  const struct letterhead *head)
{
	const char *place =
		document_need(doc, head->agency->place, "địa danh ban hành");

	if (head->date)
		return document_format(doc, "%s, %s", place,
				       nd30_day(doc, head->date));
	return document_format(doc, "%s, %s", place,
			       document_need(doc, "", "ngày ban hành"));
}

void nd30_letterhead(struct document *doc, const struct letterhead *head)
{
	/* What Quốc hiệu in bold 13 needs, and what it leaves. */
	static const struct column columns[] = { { 41, ALIGN_CENTER },
						 { 59, ALIGN_CENTER } };
	struct table *t = document_table(doc, columns, 2);
	struct paragraph *p;
	struct cell *cell;

	table_row(doc, t);
	issuer(doc, table_cell(doc, t, 1, 1), head->agency);
	motto(doc, table_cell(doc, t, 1, 1));
	table_row(doc, t);
	cell = table_cell(doc, t, 1, 1);
	p = add(doc, cell, ALIGN_CENTER, SIZE_ABOUT, 0,
		document_format(doc, "Số: %s/%s",
				nd30_number(doc, head->number),
				symbol(doc, head)));
	p->space = SPACE_PARAGRAPH;
	if (head->about)
		add(doc, cell, ALIGN_CENTER, SIZE_ABOUT, 0,
		    document_format(doc, "V/v %s", head->about));
	p = add(doc, table_cell(doc, t, 1, 1), ALIGN_CENTER, SIZE_BODY,
		STYLE_ITALIC, place_and_date(doc, head));
	p->space = SPACE_PARAGRAPH - 1; /* one baseline with the number */
}

void nd30_title(struct document *doc, const char *kind, const char *about)
{
	struct paragraph *p = document_paragraph(doc, ALIGN_CENTER, SIZE_BODY);

	paragraph_add(doc, p, STYLE_BOLD, kind);
	p->space = 2 * SPACE_BLOCK;
	p->keep_next = true;
	p = document_paragraph(doc, ALIGN_CENTER, SIZE_BODY);
	paragraph_add(doc, p, STYLE_BOLD, about);
	p->balance = true;
	p->underline = UNDERLINE_PART;
	p->keep_next = true;
}

void nd30_addressee(struct document *doc, const char *recipient)
{
	struct paragraph *p = document_paragraph(doc, ALIGN_CENTER, SIZE_BODY);

	paragraph_add(doc, p, 0,
		      document_format(doc, "Kính gửi: %s", recipient));
	p->space = 2 * SPACE_BLOCK;
	p->balance = true;
}

struct paragraph *nd30_body(struct document *doc, unsigned int style,
			    const char *text)
{
	struct paragraph *p = document_paragraph(doc, ALIGN_JUSTIFY, SIZE_BODY);

	paragraph_add(doc, p, style, text);
	p->indent = INDENT;
	p->space = SPACE_PARAGRAPH;
	return p;
}

void nd30_field(struct document *doc, const char *label, const char *value)
{
	struct paragraph *p = document_paragraph(doc, ALIGN_JUSTIFY, SIZE_BODY);

	paragraph_add(doc, p, 0, document_format(doc, "%s: %s", label, value));
	p->indent = INDENT;
	p->space = SPACE_FIELD;
}

struct table *nd30_table(struct document *doc, const struct column *columns,
			 size_t n_columns)
{
	struct table *t = document_table(doc, columns, n_columns);

	t->ruled = true;
	t->space = SPACE_PARAGRAPH;
	return t;
}

static void table_text(struct document *doc, struct cell *cell,
		       enum align align, unsigned int style, const char *text)
{
	struct paragraph *p = cell_paragraph(doc, cell, align, SIZE_TABLE);

	paragraph_add(doc, p, style, text);
	cell->middle = true;
}

void nd30_header_cell(struct document *doc, struct table *t,
		      unsigned int colspan, unsigned int rowspan,
		      const char *text)
{
	table_text(doc, table_cell(doc, t, colspan, rowspan), ALIGN_CENTER,
		   STYLE_BOLD, text);
}

void nd30_cell(struct document *doc, struct table *t, size_t column,
	       unsigned int rowspan, const char *text)
{
	table_text(doc, table_cell(doc, t, 1, rowspan),
		   t->columns[column].align, 0, text);
}

static void recipients(struct document *doc, struct cell *cell,
		       const struct agency_fact *agency)
{
	const char *archive = document_text(doc, agency->archive);

	add(doc, cell, ALIGN_LEFT, SIZE_RECIPIENTS, STYLE_BOLD | STYLE_ITALIC,
	    "Nơi nhận:");
	add(doc, cell, ALIGN_LEFT, SIZE_RECIPIENT_LIST, 0, "- Như trên;");
	add(doc, cell, ALIGN_LEFT, SIZE_RECIPIENT_LIST, 0,
	    document_format(doc, "- Lưu: VT%s%s.", *archive ? ", " : "",
			    archive));
}

/* "TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH" stands on two lines. */
static void authority(struct document *doc, struct cell *cell, const char *text)
{
	while (text && *text) {
		size_t len = strcspn(text, "/");
		const char *line = document_text(
			doc, document_format(doc, "%.*s", (int)len, text));

		if (*line)
			add(doc, cell, ALIGN_CENTER, SIZE_BODY, STYLE_BOLD,
			    document_upper(doc, line));
		text += len + (text[len] == '/');
	}
}

static void signer(struct document *doc, struct cell *cell,
		   const struct agency_fact *agency)
{
	const char *title = document_text(doc, agency->signer_title);
	const char *name = document_text(doc, agency->signer_name);
	struct paragraph *p;

	authority(doc, cell, agency->authority);
	if (*title)
		title = document_upper(doc, title);
	else
		title = document_need(doc, title, "chức vụ người ký");
	add(doc, cell, ALIGN_CENTER, SIZE_BODY, STYLE_BOLD, title);
	/* Whoever signs is told to write the name where it does not stand. */
	if (!*name)
		add(doc, cell, ALIGN_CENTER, SIZE_BODY, STYLE_ITALIC,
		    "(Ký, đóng dấu và ghi rõ họ tên)");
	p = add(doc, cell, ALIGN_CENTER, SIZE_BODY, STYLE_BOLD,
		document_need(doc, name, "họ và tên người ký"));
	p->space = SPACE_SIGNATURE;
}

void nd30_agency_signature(struct document *doc,
			   const struct agency_fact *agency)
{
	static const struct column columns[] = { { 1, ALIGN_LEFT },
						 { 1, ALIGN_CENTER } };
	struct table *t = document_table(doc, columns, 2);

	t->keep_previous = true;
	t->space = SPACE_BLOCK;
	table_row(doc, t);
	recipients(doc, table_cell(doc, t, 1, 1), agency);
	signer(doc, table_cell(doc, t, 1, 1), agency);
}

struct table *nd30_party_signatures(struct document *doc,
				    const struct party *parties, size_t n)
{
	static const struct column columns[] = { { 1, ALIGN_CENTER },
						 { 1, ALIGN_CENTER },
						 { 1, ALIGN_CENTER } };
	struct table *t = document_table(doc, columns, n);
	size_t i;

	t->keep_previous = true;
	t->space = SPACE_BLOCK;
	table_row(doc, t);
	for (i = 0; i < n; i++) {
		struct cell *cell = table_cell(doc, t, 1, 1);
		struct paragraph *p;

		add(doc, cell, ALIGN_CENTER, SIZE_BODY, STYLE_BOLD,
		    parties[i].role);
		add(doc, cell, ALIGN_CENTER, SIZE_BODY, STYLE_ITALIC,
		    "(Ký, ghi rõ họ tên)");
		p = add(doc, cell, ALIGN_CENTER, SIZE_BODY, STYLE_BOLD,
			parties[i].name);
		p->space = SPACE_SIGNATURE;
	}
	return t;
}

void nd30_notice(struct document *doc, struct table *signatures,
		 const char *text)
{
	struct paragraph *p = document_paragraph(doc, ALIGN_LEFT, SIZE_NOTICE);

	paragraph_add(doc, p, STYLE_ITALIC, text);
	p->space = 2 * SPACE_BLOCK;
	signatures->keep_next = true;
}
