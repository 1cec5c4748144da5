/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The styles of a DOCX: Word's own where one fits, one for each role. */
#ifndef OFFICE_DOCXSTYLES_H
#define OFFICE_DOCXSTYLES_H

#include "docxpart.h"
#include "role.h"

#define DOCX_STYLE_SPACER "Spacer" /* an empty line of any height */
#define DOCX_STYLE_RULE "Rule"	   /* the line under a text */
#define DOCX_STYLE_HEADER "Header"
#define DOCX_TABLE_RULED "TableGrid"
#define DOCX_TABLE_LAYOUT "LayoutTable"

/* In twips: what is left of a ruled cell's width on each side of its text. */
#define DOCX_CELL_PADDING 80

const char *docx_style_id(enum role role);

/* word/styles.xml and word/settings.xml */
void docx_styles(struct docx_part *part);
void docx_settings(struct docx_part *part);

#endif
