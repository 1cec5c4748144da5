/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The styles of a DOCX, one for each role and Word's own where one fits; and
 * how a paragraph looks, in Word's units. A style says how it departs from
 * Normal, a paragraph how it departs from its style.
 */
#ifndef TYPESET_DOCX_STYLES_H
#define TYPESET_DOCX_STYLES_H

#include "part.h"

#define TWIPS 20 /* in a point */

struct docx_look {
	enum align align;
	unsigned int style;
	int size;		   /* half points */
	int indent, margin, space; /* twips: first line, both sides, above */
	bool keep_next, keep_lines;
};

/* The look that every style starts from. */
extern const struct docx_look docx_normal;

/* The look of @p but for the margin, which depends on its place. */
struct docx_look docx_paragraph_look(const struct paragraph *p);

/* The properties of w:pPr after w:pStyle, in the order of the schema. */
void docx_paragraph_properties(struct docx_part *part,
			       const struct docx_look *base,
			       const struct docx_look *look);

/* w:rPr, or nothing where nothing differs. */
void docx_run_properties(struct docx_part *part, const struct docx_look *base,
			 const struct docx_look *look, bool highlight);

#define DOCX_STYLE_SPACER "Spacer" /* an empty line of any height */
#define DOCX_STYLE_RULE "Rule"	   /* the line under a text */
#define DOCX_STYLE_HEADER "Header"
#define DOCX_STYLE_FOOTER "Footer"
#define DOCX_TABLE_RULED "TableGrid"
#define DOCX_TABLE_LAYOUT "LayoutTable"

/* The room on each side of the text in a ruled cell, in twips. It is less than
 * in a PDF, for the borders take their share of the width too. */
#define DOCX_CELL_PADDING 60
#define DOCX_CELL_PADDING_Y 40
#define DOCX_RULE 10 /* between two rows */

const char *docx_style_id(enum role role);

/*
 * The style of @p, and its look: that of its role, in the size of @p. The size
 * is in the style because LibreOffice shows plain text controls as the style
 * has them, whatever their runs say.
 */
#define DOCX_STYLE_ID_MAX 32
void docx_paragraph_style(const struct document *doc, const struct paragraph *p,
			  char id[DOCX_STYLE_ID_MAX]);
struct docx_look docx_base_look(const struct document *doc,
				const struct paragraph *p);

/* word/styles.xml and word/settings.xml */
void docx_styles(struct docx_part *part);
void docx_settings(struct docx_part *part);

#endif
