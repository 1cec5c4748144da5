/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "styles.h"

#include <stdio.h>

#define RULE_EIGHTHS 4	 /* half a point */
#define WORD_PADDING 108 /* in a table that a person adds */

/* This size and larger ones have no style: sizes are bits of an unsigned int.
 */
#define SIZES_END 32

static const struct {
	const char *id, *name;
	bool own; /* not Word's */
} styles[ROLE_COUNT] = {
	[ROLE_BODY] = { "BodyText", "Body Text", false },
	[ROLE_NATIONAL] = { "NationalName", "Quốc hiệu", true },
	[ROLE_MOTTO] = { "Motto", "Tiêu ngữ", true },
	[ROLE_PARENT] = { "ParentAgency", "Cơ quan chủ quản", true },
	[ROLE_ISSUER] = { "IssuingAgency", "Cơ quan ban hành", true },
	[ROLE_NUMBER] = { "DocumentNumber", "Số và ký hiệu", true },
	[ROLE_ABOUT] = { "About", "Trích yếu công văn", true },
	[ROLE_DATE] = { "Date", "Date", false },
	[ROLE_TITLE] = { "Title", "Title", false },
	[ROLE_SUMMARY] = { "Subtitle", "Subtitle", false },
	[ROLE_ADDRESSEE] = { "Addressee", "Kính gửi", true },
	[ROLE_GROUND] = { "Ground", "Căn cứ", true },
	[ROLE_HEADING] = { "Heading1", "heading 1", false },
	[ROLE_FIELD] = { "Field", "Dòng thông tin", true },
	[ROLE_TABLE_HEAD] = { "TableHead", "Đầu cột", true },
	[ROLE_TABLE_CELL] = { "TableCell", "Ô bảng", true },
	[ROLE_CAPTION] = { "Caption", "caption", false },
	[ROLE_RECIPIENTS] = { "Recipients", "Nơi nhận", true },
	[ROLE_RECIPIENT] = { "Recipient", "Từng nơi nhận", true },
	[ROLE_SIGNATURE] = { "Signature", "Signature", false },
	[ROLE_SIGNATURE_NOTE] = { "SignatureNote", "Cách ký", true },
	[ROLE_SIGNER] = { "Signer", "Họ tên người ký", true },
	[ROLE_NOTICE] = { "Notice", "Lưu ý", true },
};

const struct docx_look docx_normal = { .align = ALIGN_LEFT, .size = 2 * 14 };

static struct docx_look role_look(const struct document *doc, enum role role)
{
	const struct role_format *f = &role_formats[role];

	return (struct docx_look){
		.align = f->align,
		.style = f->style,
		.size = 2 * document_size(doc, role),
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
	if (look->keep_lines != base->keep_lines)
		part_switch(part, "w:keepLines", look->keep_lines);
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

/* Switch a property and its twin for other scripts, where it differs. */
static void switch_both(struct docx_part *part, const char *name,
			const char *twin, unsigned int differs, bool on)
{
	if (!differs)
		return;
	part_switch(part, name, on);
	part_switch(part, twin, on);
}

static void add_size(struct docx_part *part, int half_points)
{
	part_number(part, "w:sz", half_points);
	part_number(part, "w:szCs", half_points);
}

void docx_run_properties(struct docx_part *part, const struct docx_look *base,
			 const struct docx_look *look, bool highlight)
{
	unsigned int differs = look->style ^ base->style;

	if (!differs && look->size == base->size && !highlight)
		return;
	part_open(part, "w:rPr");
	switch_both(part, "w:b", "w:bCs", differs & STYLE_BOLD,
		    look->style & STYLE_BOLD);
	switch_both(part, "w:i", "w:iCs", differs & STYLE_ITALIC,
		    look->style & STYLE_ITALIC);
	if (look->size != base->size)
		add_size(part, look->size);
	if (highlight)
		part_value(part, "w:highlight", "yellow");
	part_close(part);
}

const char *docx_style_id(enum role role)
{
	return styles[role].id;
}

static bool has_style_of_its_own(const struct document *doc,
				 const struct paragraph *p)
{
	return p->size != document_size(doc, p->role) && p->size > 0 &&
	       p->size < SIZES_END;
}

void docx_paragraph_style(const struct document *doc, const struct paragraph *p,
			  char id[DOCX_STYLE_ID_MAX])
{
	const char *style = styles[p->role].id;

	if (has_style_of_its_own(doc, p))
		(void)snprintf(id, DOCX_STYLE_ID_MAX, "%s-%d", style, p->size);
	else
		(void)snprintf(id, DOCX_STYLE_ID_MAX, "%s", style);
}

struct docx_look docx_base_look(const struct document *doc,
				const struct paragraph *p)
{
	struct docx_look base = role_look(doc, p->role);

	if (has_style_of_its_own(doc, p))
		base.size = 2 * p->size;
	return base;
}

static void open_style(struct docx_part *part, const char *type, const char *id,
		       const char *name, bool own)
{
	part_open(part, "w:style");
	part_set(part, "w:type", type);
	if (own)
		part_set(part, "w:customStyle", "1");
	part_set(part, "w:styleId", id);
	part_value(part, "w:name", name);
}

static void add_defaults(struct docx_part *part)
{
	part_open(part, "w:docDefaults");
	part_open(part, "w:rPrDefault");
	part_open(part, "w:rPr");
	part_open(part, "w:rFonts");
	part_set(part, "w:ascii", DOCX_FONT);
	part_set(part, "w:eastAsia", DOCX_FONT);
	part_set(part, "w:hAnsi", DOCX_FONT);
	part_set(part, "w:cs", DOCX_FONT);
	part_close(part);
	add_size(part, docx_normal.size);
	part_open(part, "w:lang");
	part_set(part, "w:val", DOCUMENT_LANGUAGE);
	part_set(part, "w:eastAsia", DOCUMENT_LANGUAGE);
	part_close(part);
	part_close(part);
	part_close(part);
	part_open(part, "w:pPrDefault");
	part_open(part, "w:pPr");
	part_switch(part, "w:widowControl", true);
	part_close(part);
	part_close(part);
	part_close(part);
}

static void add_role_style(struct docx_part *part, enum role role)
{
	struct docx_look look = role_look(part->doc, role);

	open_style(part, "paragraph", styles[role].id, styles[role].name,
		   styles[role].own);
	part_value(part, "w:basedOn", "Normal");
	if (role_formats[role].keep_next)
		part_value(part, "w:next", styles[ROLE_BODY].id);
	part_switch(part, "w:qFormat", true);
	part_open(part, "w:pPr");
	docx_paragraph_properties(part, &docx_normal, &look);
	if (role == ROLE_HEADING)
		part_number(part, "w:outlineLvl", 0);
	part_close(part);
	docx_run_properties(part, &docx_normal, &look, false);
	part_close(part);
}

static void add_sized_style(struct docx_part *part, const struct paragraph *p)
{
	const struct document *doc = part->doc;
	struct docx_look role = role_look(doc, p->role);
	struct docx_look look = docx_base_look(doc, p);
	char id[DOCX_STYLE_ID_MAX], name[64];

	docx_paragraph_style(doc, p, id);
	(void)snprintf(name, sizeof(name), "%s %d", styles[p->role].name,
		       p->size);
	open_style(part, "paragraph", id, name, true);
	part_value(part, "w:basedOn", styles[p->role].id);
	docx_run_properties(part, &role, &look, false);
	part_close(part);
}

/* Add the style of @p unless it is the role's own or there already: @sizes has
 * a bit, for each role, for each size that has a style. */
static void add_style_once(struct docx_part *part, const struct paragraph *p,
			   unsigned int sizes[ROLE_COUNT])
{
	if (!has_style_of_its_own(part->doc, p) ||
	    sizes[p->role] >> p->size & 1)
		return;
	sizes[p->role] |= 1u << p->size;
	add_sized_style(part, p);
}

static void add_sized_styles(struct docx_part *part)
{
	unsigned int sizes[ROLE_COUNT] = { 0 };
	const struct document *doc = part->doc;
	size_t i, row, k, n;

	for (i = 0; i < doc->n_blocks; i++) {
		const struct table *t = doc->blocks[i].table;

		if (doc->blocks[i].paragraph)
			add_style_once(part, doc->blocks[i].paragraph, sizes);
		for (row = 0; t && row < t->n_rows; row++) {
			for (k = 0; k < t->rows[row].n_cells; k++) {
				const struct cell *cell = t->rows[row].cells[k];

				for (n = 0; n < cell->n_paragraphs; n++)
					add_style_once(part,
						       cell->paragraphs[n],
						       sizes);
			}
		}
	}
}

static void add_border(struct docx_part *part, const char *side)
{
	part_open(part, side);
	part_set(part, "w:val", "single");
	part_set_number(part, "w:sz", RULE_EIGHTHS);
	part_set(part, "w:space", "0");
	part_set(part, "w:color", "auto");
	part_close(part);
}

/* Add the style of empty paragraphs that are as high as they say, for Word has
 * no gap before a table. */
static void add_spacer_style(struct docx_part *part, const char *id,
			     const char *name, bool ruled)
{
	open_style(part, "paragraph", id, name, true);
	part_value(part, "w:basedOn", "Normal");
	part_open(part, "w:pPr");
	if (ruled) {
		part_open(part, "w:pBdr");
		add_border(part, "w:top");
		part_close(part);
	}
	part_open(part, "w:spacing");
	if (ruled)
		part_set_number(part, "w:before", 2 * TWIPS);
	part_set_number(part, "w:line", (ruled ? 2 : 1) * TWIPS);
	part_set(part, "w:lineRule", "exact");
	part_close(part);
	part_close(part);
	part_open(part, "w:rPr");
	add_size(part, 2);
	part_close(part);
	part_close(part);
}

static void add_margin_style(struct docx_part *part, const char *id,
			     const char *name, const char *side, int size)
{
	open_style(part, "paragraph", id, name, false);
	part_value(part, "w:basedOn", "Normal");
	part_open(part, "w:pPr");
	part_value(part, "w:jc", side);
	part_close(part);
	part_open(part, "w:rPr");
	add_size(part, 2 * size);
	part_close(part);
	part_close(part);
}

static void add_cell_margins(struct docx_part *part, int x, int y)
{
	part_open(part, "w:tblCellMar");
	part_width(part, "w:top", y);
	part_width(part, "w:left", x);
	part_width(part, "w:bottom", y);
	part_width(part, "w:right", x);
	part_close(part);
}

static void add_normal_table(struct docx_part *part)
{
	part_open(part, "w:style");
	part_set(part, "w:type", "table");
	part_set(part, "w:default", "1");
	part_set(part, "w:styleId", "TableNormal");
	part_value(part, "w:name", "Normal Table");
	part_open(part, "w:tblPr");
	part_width(part, "w:tblInd", 0);
	add_cell_margins(part, WORD_PADDING, 0);
	part_close(part);
	part_close(part);
}

static void add_table_style(struct docx_part *part, const char *id,
			    const char *name, bool ruled)
{
	static const char *const sides[] = {
		"w:top",   "w:left",	"w:bottom",
		"w:right", "w:insideH", "w:insideV"
	};
	size_t i;

	open_style(part, "table", id, name, !ruled);
	part_value(part, "w:basedOn", "TableNormal");
	part_open(part, "w:tblPr");
	if (ruled) {
		part_open(part, "w:tblBorders");
		for (i = 0; i < sizeof(sides) / sizeof(sides[0]); i++)
			add_border(part, sides[i]);
		part_close(part);
	}
	add_cell_margins(part, ruled ? DOCX_CELL_PADDING : 0,
			 ruled ? DOCX_CELL_PADDING_Y : 0);
	part_close(part);
	part_close(part);
}

void docx_styles(struct docx_part *part)
{
	int role;

	part_open(part, "w:styles");
	part_set(part, "xmlns:w", DOCX_NS_W);
	add_defaults(part);
	part_open(part, "w:style");
	part_set(part, "w:type", "paragraph");
	part_set(part, "w:default", "1");
	part_set(part, "w:styleId", "Normal");
	part_value(part, "w:name", "Normal");
	part_switch(part, "w:qFormat", true);
	part_close(part);
	for (role = 0; role < ROLE_COUNT; role++)
		add_role_style(part, (enum role)role);
	add_sized_styles(part);
	add_margin_style(part, DOCX_STYLE_HEADER, "header", "center",
			 PAGE_NUMBER_SIZE);
	add_margin_style(part, DOCX_STYLE_FOOTER, "footer", "left",
			 PAGE_FOOT_SIZE);
	add_spacer_style(part, DOCX_STYLE_SPACER, "Khoảng cách", false);
	add_spacer_style(part, DOCX_STYLE_RULE, "Đường kẻ", true);
	add_normal_table(part);
	add_table_style(part, DOCX_TABLE_RULED, "Table Grid", true);
	add_table_style(part, DOCX_TABLE_LAYOUT, "Bảng bố cục", false);
	part_close(part);
}

#define NS_WORD "http://schemas.microsoft.com/office/word"

/* The settings by which Word 2013 and later lay text out. */
static const struct {
	const char *name, *value;
} compatible[] = {
	{ "compatibilityMode", "15" },
	{ "overrideTableStyleFontSizeAndJustification", "1" },
	{ "enableOpenTypeFeatures", "1" },
	{ "doNotFlipMirrorIndents", "1" },
	{ "differentiateMultirowTableHeaders", "1" },
};

void docx_settings(struct docx_part *part)
{
	size_t i;

	part_open(part, "w:settings");
	part_set(part, "xmlns:w", DOCX_NS_W);
	part_open(part, "w:compat");
	/* A justified line that a newline ends stays short. */
	part_switch(part, "w:doNotExpandShiftReturn", true);
	for (i = 0; i < sizeof(compatible) / sizeof(compatible[0]); i++) {
		part_open(part, "w:compatSetting");
		part_set(part, "w:name", compatible[i].name);
		part_set(part, "w:uri", NS_WORD);
		part_set(part, "w:val", compatible[i].value);
		part_close(part);
	}
	part_close(part);
	part_value(part, "w:themeFontLang", DOCUMENT_LANGUAGE);
	part_value(part, "w:decimalSymbol", ",");
	part_value(part, "w:listSeparator", ";");
	part_close(part);
}
