/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "docxbody.h"

#include "docxmeasure.h"
#include "docxns.h"
#include "docxstyles.h"

/* A4 and the margins of Nghị định 30/2020/NĐ-CP, as in layout.c, in twips. */
#define PAGE_SHORT 11906
#define PAGE_LONG 16838
#define MARGIN_TOP 1134
#define MARGIN_BOTTOM 1134
#define MARGIN_LEFT 1701
#define MARGIN_RIGHT 850
#define MARGIN_HEADER 567

/* What is estimated may be wider in truth; lines must not become more. */
#define SAFE(width) ((width) + (width) / 32)

#define WORTH_A_MARGIN (10 * TWIPS)

static int margin(const struct paragraph *p, int width)
{
	int spare;

	if (!p->balance || p->align != ALIGN_CENTER)
		return 0;
	spare = width - SAFE(docx_balance(p, width));
	return spare >= WORTH_A_MARGIN ? spare / 2 : 0;
}

/* As long as the last line of @p above it, or the middle of that. */
static void rule(struct docx_body *body, const struct paragraph *p, int width,
		 int beside, bool keep)
{
	struct docx_part *part = body->part;
	int line = docx_measure(p, width - 2 * beside).last;
	int cut = p->underline == UNDERLINE_PART ? line * 3 / 10 : 0;
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

void docx_paragraph(struct docx_body *body, const struct paragraph *p,
		    int width, bool keep)
{
	struct docx_part *part = body->part;
	struct docx_look base = docx_base_look(p);
	struct docx_look look = docx_paragraph_look(p);
	struct docx_look mark = { .style = base.style, .size = look.size };
	char style[DOCX_STYLE_ID_MAX];

	docx_paragraph_style(p, style);
	look.keep_next |= keep;
	look.margin = margin(p, width);
	part_open(part, "w:p");
	part_open(part, "w:pPr");
	part_value(part, "w:pStyle", style);
	docx_paragraph_properties(part, &base, &look);
	docx_run_properties(part, &base, &mark, false);
	part_close(part);
	docx_runs(body, p, &base);
	part_close(part);
	if (p->underline != UNDERLINE_NONE)
		rule(body, p, width, look.margin, keep || p->keep_next);
}

static void spacer(struct docx_body *body, int points, bool keep)
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

static void blocks(struct docx_body *body)
{
	const struct document *doc = body->part->doc;
	bool after_table = true;
	size_t i;

	for (i = 0; i < doc->n_blocks; i++) {
		const struct block *block = &doc->blocks[i];
		const struct table *next =
			i + 1 < doc->n_blocks ? block[1].table : NULL;
		bool keep = next && next->keep_previous;

		if (block->chart && block->chart->told)
			continue;
		if (block->paragraph) {
			docx_paragraph(body, block->paragraph, body->width,
				       keep);
		} else if (block->table) {
			/* Word makes one of two tables that touch. */
			if (i && (block->table->space || after_table))
				spacer(body, block->table->space, true);
			docx_table(body, block->table, keep);
		} else if (block->chart) {
			docx_paragraph(body, block->chart->words, body->width,
				       keep);
		}
		after_table = block->table;
	}
	/* The last of a text is a paragraph, to Word. */
	if (after_table)
		spacer(body, 1, false);
}

static void header_reference(struct docx_part *part, const char *type,
			     const char *id)
{
	part_open(part, "w:headerReference");
	part_set(part, "w:type", type);
	part_set(part, "r:id", id);
	part_close(part);
}

static void section(struct docx_part *part, bool landscape)
{
	part_open(part, "w:sectPr");
	header_reference(part, "default", DOCX_ID_HEADER);
	header_reference(part, "first", DOCX_ID_FIRST_HEADER);
	part_open(part, "w:pgSz");
	part_set_number(part, "w:w", landscape ? PAGE_LONG : PAGE_SHORT);
	part_set_number(part, "w:h", landscape ? PAGE_SHORT : PAGE_LONG);
	if (landscape)
		part_set(part, "w:orient", "landscape");
	part_close(part);
	part_open(part, "w:pgMar");
	part_set_number(part, "w:top", MARGIN_TOP);
	part_set_number(part, "w:right", MARGIN_RIGHT);
	part_set_number(part, "w:bottom", MARGIN_BOTTOM);
	part_set_number(part, "w:left", MARGIN_LEFT);
	part_set_number(part, "w:header", MARGIN_HEADER);
	part_set_number(part, "w:footer", MARGIN_HEADER);
	part_set_number(part, "w:gutter", 0);
	part_close(part);
	part_switch(part, "w:titlePg", true);
	part_close(part);
}

static void open_header(struct docx_part *part)
{
	part_open(part, "w:hdr");
	part_set(part, "xmlns:w", DOCX_NS_W);
	part_open(part, "w:p");
	part_open(part, "w:pPr");
	part_value(part, "w:pStyle", DOCX_STYLE_HEADER);
	part_close(part);
}

static void close_header(struct docx_part *part)
{
	part_close(part);
	part_close(part);
}

void docx_header(struct docx_part *part)
{
	open_header(part);
	part_open(part, "w:fldSimple");
	part_set(part, "w:instr", " PAGE ");
	part_open(part, "w:r");
	/* Until Word counts the pages. */
	part_element(part, "w:t", "2");
	part_close(part);
	part_close(part);
	close_header(part);
}

void docx_first_header(struct docx_part *part)
{
	open_header(part);
	close_header(part);
}

void docx_body(struct docx_part *part)
{
	const struct document *doc = part->doc;
	struct docx_body body = { .part = part };

	body.width = (doc->landscape ? PAGE_LONG : PAGE_SHORT) - MARGIN_LEFT -
		     MARGIN_RIGHT;
	part_open(part, "w:document");
	part_set(part, "xmlns:w", DOCX_NS_W);
	part_set(part, "xmlns:r", DOCX_NS_R);
	part_open(part, "w:body");
	blocks(&body);
	section(part, doc->landscape);
	part_close(part);
	part_close(part);
}
