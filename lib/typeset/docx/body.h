/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* word/document.xml, and the headers and footers of its pages. */
#ifndef TYPESET_DOCX_BODY_H
#define TYPESET_DOCX_BODY_H

#include "part.h"

/* Relationships that the section refers to. */
#define DOCX_ID_HEADER "header"
#define DOCX_ID_FIRST_HEADER "firstHeader"
#define DOCX_ID_FOOTER "footer"

void docx_body(struct docx_part *part);

/* The header of a page is its number; the first page's is empty. */
void docx_header(struct docx_part *part);
void docx_first_header(struct docx_part *part);

/* The same on each page. */
void docx_footer(struct docx_part *part);

#endif
