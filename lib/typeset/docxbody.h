/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* word/document.xml, and the headers of its pages. */
#ifndef TYPESET_DOCXBODY_H
#define TYPESET_DOCXBODY_H

#include "document.h"
#include "docxlook.h"
#include "docxpart.h"

/* Relationships that the section refers to. */
#define DOCX_ID_HEADER "header"
#define DOCX_ID_FIRST_HEADER "firstHeader"

struct docx_body {
	struct docx_part *part;
	int width;    /* of the text, in twips */
	int controls; /* content controls so far */
};

void docx_body(struct docx_part *part);

/* A page's number, and the first page's nothing. */
void docx_header(struct docx_part *part);
void docx_first_header(struct docx_part *part);

/* @p in a place @width twips wide, kept with what follows if @keep says so. */
void docx_paragraph(struct docx_body *body, const struct paragraph *p,
		    int width, bool keep);

/* The runs of @p, which looks like @base where they do not differ. */
void docx_runs(struct docx_body *body, const struct paragraph *p,
	       const struct docx_look *base);

/* @t, its last row kept with what follows if @keep says so. */
void docx_table(struct docx_body *body, const struct table *t, bool keep);

#endif
