/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "docxlook.h"

const struct docx_look docx_normal = { .align = ALIGN_LEFT, .size = 2 * 14 };

struct docx_look docx_role_look(enum role role)
{
	const struct role_format *f = &role_formats[role];

	return (struct docx_look){
		.align = f->align,
		.style = f->style,
		.size = 2 * f->size,
		.indent = TWIPS * f->indent,
		.space = TWIPS * f->space,
		.keep_next = f->keep_next || f->underline != UNDERLINE_NONE,
	};
}

struct docx_look docx_paragraph_look(const struct paragraph *p)
{
	return (struct docx_look){
		.align = p->align,
		.size = 2 * p->size,
		.indent = TWIPS * p->indent,
		.space = TWIPS * p->space,
		/* The rule below is a paragraph of its own. */
		.keep_next = p->keep_next || p->underline != UNDERLINE_NONE,
	};
}

static const char *justification(enum align align)
{
	switch (align) {
	case ALIGN_CENTER:
		return "center";
	case ALIGN_RIGHT:
		return "right";
	case ALIGN_JUSTIFY:
		return "both";
	default:
		return "left";
	}
}

void docx_paragraph_properties(struct docx_part *part,
			       const struct docx_look *base,
			       const struct docx_look *look)
{
	if (look->keep_next != base->keep_next)
		part_switch(part, "w:keepNext", look->keep_next);
	if (look->space != base->space) {
		part_open(part, "w:spacing");
		part_set_number(part, "w:before", look->space);
		part_close(part);
	}
	if (look->indent != base->indent || look->margin != base->margin) {
		part_open(part, "w:ind");
		if (look->margin != base->margin) {
			part_set_number(part, "w:left", look->margin);
			part_set_number(part, "w:right", look->margin);
		}
		if (look->indent != base->indent)
			part_set_number(part, "w:firstLine", look->indent);
		part_close(part);
	}
	if (look->align != base->align)
		part_value(part, "w:jc", justification(look->align));
}

/* Both the property and its twin for other scripts. */
static void style_bit(struct docx_part *part, const char *name,
		      const char *twin, unsigned int differs, bool on)
{
	if (!differs)
		return;
	part_switch(part, name, on);
	part_switch(part, twin, on);
}

void docx_run_properties(struct docx_part *part, const struct docx_look *base,
			 const struct docx_look *look, bool highlight)
{
	unsigned int differs = look->style ^ base->style;

	if (!differs && look->size == base->size && !highlight)
		return;
	part_open(part, "w:rPr");
	style_bit(part, "w:b", "w:bCs", differs & STYLE_BOLD,
		  look->style & STYLE_BOLD);
	style_bit(part, "w:i", "w:iCs", differs & STYLE_ITALIC,
		  look->style & STYLE_ITALIC);
	if (look->size != base->size) {
		part_number(part, "w:sz", look->size);
		part_number(part, "w:szCs", look->size);
	}
	if (highlight)
		part_value(part, "w:highlight", "yellow");
	part_close(part);
}
