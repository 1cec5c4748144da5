/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How a paragraph looks, in Word's units, and the properties that say so. A
 * style says how it departs from Normal, a paragraph how it departs from its
 * style.
 */
#ifndef TYPESET_DOCXLOOK_H
#define TYPESET_DOCXLOOK_H

#include "docxpart.h"
#include "role.h"

#define TWIPS 20 /* in a point */

struct docx_look {
	enum align align;
	unsigned int style;
	int size;		   /* half points */
	int indent, margin, space; /* twips: first line, both sides, above */
	bool keep_next;
};

/* What every style starts from. */
extern const struct docx_look docx_normal;

struct docx_look docx_role_look(enum role role);

/* The look of @p but for the margin, which depends on its place. */
struct docx_look docx_paragraph_look(const struct paragraph *p);

/* What belongs into w:pPr after w:pStyle, in the order of the schema. */
void docx_paragraph_properties(struct docx_part *part,
			       const struct docx_look *base,
			       const struct docx_look *look);

/* w:rPr, or nothing where nothing differs. */
void docx_run_properties(struct docx_part *part, const struct docx_look *base,
			 const struct docx_look *look, bool highlight);

#endif
