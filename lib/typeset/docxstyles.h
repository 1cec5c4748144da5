/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The styles of a DOCX: Word's own where one fits, one for each role. */
#ifndef TYPESET_DOCXSTYLES_H
#define TYPESET_DOCXSTYLES_H

#include "docxlook.h"
#include "docxpart.h"
#include "role.h"

#define DOCX_STYLE_SPACER "Spacer" /* an empty line of any height */
#define DOCX_STYLE_RULE "Rule"	   /* the line under a text */
#define DOCX_STYLE_HEADER "Header"
#define DOCX_TABLE_RULED "TableGrid"
#define DOCX_TABLE_LAYOUT "LayoutTable"

/* In twips: what is left of a ruled cell's width on each side of its text. It
 * is less than in a PDF, for the borders take their share of the width too. */
#define DOCX_CELL_PADDING 60

const char *docx_style_id(enum role role);

/*
 * The style of @p, where it may be of another size than its role, and how that
 * looks. The size is the style's, for LibreOffice shows plain text controls as
 * the style has them, whatever their runs say.
 */
#define DOCX_STYLE_ID_MAX 32
void docx_paragraph_style(const struct paragraph *p,
			  char id[DOCX_STYLE_ID_MAX]);
struct docx_look docx_base_look(const struct paragraph *p);

/* word/styles.xml and word/settings.xml */
void docx_styles(struct docx_part *part);
void docx_settings(struct docx_part *part);

#endif
