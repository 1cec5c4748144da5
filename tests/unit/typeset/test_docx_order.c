/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Word refuses a file, or drops what it says, where ECMA-376 is not kept. */
#include "docx_package.h"

#define CHILDREN_MAX 40

/* The sequences of wml.xsd, as far as the writer could write another. */
static const struct sequence {
	const char *parent;
	const char *children[CHILDREN_MAX];
} sequences[] = {
	{ "pPr",
	  { "pStyle",
	    "keepNext",
	    "keepLines",
	    "pageBreakBefore",
	    "framePr",
	    "widowControl",
	    "numPr",
	    "suppressLineNumbers",
	    "pBdr",
	    "shd",
	    "tabs",
	    "suppressAutoHyphens",
	    "kinsoku",
	    "wordWrap",
	    "overflowPunct",
	    "topLinePunct",
	    "autoSpaceDE",
	    "autoSpaceDN",
	    "bidi",
	    "adjustRightInd",
	    "snapToGrid",
	    "spacing",
	    "ind",
	    "contextualSpacing",
	    "mirrorIndents",
	    "suppressOverlap",
	    "jc",
	    "textDirection",
	    "textAlignment",
	    "textboxTightWrap",
	    "outlineLvl",
	    "divId",
	    "cnfStyle",
	    "rPr",
	    "sectPr",
	    "pPrChange" } },
	{ "rPr",
	  { "rStyle",	  "rFonts",	"b",	     "bCs",	"i",
	    "iCs",	  "caps",	"smallCaps", "strike",	"dstrike",
	    "outline",	  "shadow",	"emboss",    "imprint", "noProof",
	    "snapToGrid", "vanish",	"webHidden", "color",	"spacing",
	    "w",	  "kern",	"position",  "sz",	"szCs",
	    "highlight",  "u",		"effect",    "bdr",	"shd",
	    "fitText",	  "vertAlign",	"rtl",	     "cs",	"em",
	    "lang",	  "specVanish", "oMath" } },
	{ "tblPr",
	  { "tblStyle", "tblpPr", "tblOverlap", "bidiVisual",
	    "tblStyleRowBandSize", "tblStyleColBandSize", "tblW", "jc",
	    "tblCellSpacing", "tblInd", "tblBorders", "shd", "tblLayout",
	    "tblCellMar", "tblLook", "tblCaption", "tblDescription" } },
	{ "tblBorders",
	  { "top", "left", "bottom", "right", "insideH", "insideV" } },
	{ "tblCellMar", { "top", "left", "bottom", "right" } },
	{ "tcPr",
	  { "cnfStyle", "tcW", "gridSpan", "vMerge", "tcBorders", "shd",
	    "noWrap", "tcMar", "textDirection", "tcFitText", "vAlign",
	    "hideMark" } },
	{ "sdtPr",
	  { "rPr", "alias", "tag", "id", "lock", "placeholder", "temporary",
	    "showingPlcHdr", "dataBinding", "label", "tabIndex", "text" } },
	{ "sectPr",
	  { "headerReference",
	    "headerReference",
	    "footerReference",
	    "footerReference",
	    "footnotePr",
	    "endnotePr",
	    "type",
	    "pgSz",
	    "pgMar",
	    "paperSrc",
	    "pgBorders",
	    "lnNumType",
	    "pgNumType",
	    "cols",
	    "formProt",
	    "vAlign",
	    "noEndnote",
	    "titlePg",
	    "textDirection",
	    "bidi",
	    "rtlGutter",
	    "docGrid" } },
	{ "style", { "name",	      "aliases",
		     "basedOn",	      "next",
		     "link",	      "autoRedefine",
		     "hidden",	      "uiPriority",
		     "semiHidden",    "unhideWhenUsed",
		     "qFormat",	      "locked",
		     "personal",      "personalCompose",
		     "personalReply", "rsid",
		     "pPr",	      "rPr",
		     "tblPr",	      "trPr",
		     "tcPr",	      "tblStylePr" } },
	{ "tbl", { "tblPr", "tblGrid" } },
	{ "tr", { "tblPrEx", "trPr" } },
	{ "settings",
	  { "writeProtection", "view", "zoom", "mirrorMargins",
	    "defaultTabStop", "autoHyphenation", "footnotePr", "endnotePr",
	    "compat", "docVars", "rsids", "mathPr", "attachedSchema",
	    "themeFontLang", "clrSchemeMapping", "decimalSymbol",
	    "listSeparator" } },
};

/* Rows and cells follow the properties, as many as there are. */
static bool is_content(const xmlNode *node)
{
	return !xmlStrcmp(node->name, BAD_CAST "tr") ||
	       !xmlStrcmp(node->name, BAD_CAST "tc");
}

static void check_children(const struct sequence *s, const xmlNode *parent)
{
	const xmlNode *node = parent->children;
	size_t i = 0;

	for (; node && !is_content(node); node = node->next) {
		while (i < CHILDREN_MAX && s->children[i] &&
		       strcmp(s->children[i], (const char *)node->name) != 0)
			i++;
		if (i == CHILDREN_MAX || !s->children[i])
			fail_msg("%s out of its place in %s", node->name,
				 s->parent);
		i++;
	}
	for (; node; node = node->next)
		assert_true(is_content(node));
}

/* Returns in how many elements the order was looked at. */
static size_t check_order(const xmlNode *node)
{
	size_t n = 0, i;

	for (; node; node = node->next) {
		for (i = 0; i < N(sequences); i++)
			if (!strcmp(sequences[i].parent,
				    (const char *)node->name)) {
				check_children(&sequences[i], node);
				n++;
			}
		n += check_order(node->children);
	}
	return n;
}

/* Each property that the writer knows. */
static struct document *everything(void)
{
	static const struct column columns[] = { { 1, ALIGN_LEFT },
						 { 2, ALIGN_LEFT } };
	struct document *doc = new_document();
	struct table *t = document_table(doc, columns, 2);
	struct paragraph *p;
	struct cell *cell;

	t->ruled = true;
	t->n_header = 1;
	table_row(doc, t);
	cell = table_cell(doc, t, 2, 2);
	cell->middle = true;
	p = add_to(doc, cell, ROLE_ISSUER,
		   "SỞ KHOA HỌC VÀ CÔNG NGHỆ TỈNH LÂM ĐỒNG, VĂN PHÒNG SỞ, "
		   "BAN QUẢN LÝ CÁC DỰ ÁN",
		   "agency.name");
	p->size = 20;
	p->space = 3;
	p->indent = 5;
	p->keep_next = true;
	paragraph_add_field(doc, p, STYLE_ITALIC, "[cần bổ sung: x]", "x");
	table_row(doc, t);
	p = add(doc, ROLE_BODY, "x", NULL);
	p->align = ALIGN_RIGHT;
	p->indent = p->space = 1;
	p->size = 9;
	p->keep_next = true;
	return doc;
}

static void elements_stand_in_the_order_of_the_schema(void **state)
{
	static const char *const names[] = {
		"word/document.xml", "word/styles.xml",	 "word/settings.xml",
		"word/header1.xml",  "word/header2.xml", "word/footer1.xml"
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(names); i++) {
		struct document *doc = everything();
		xmlDocPtr part;

		doc->landscape = true;
		doc->foot = "y";
		part = render_part(doc, names[i]);
		assert_true(check_order(xmlDocGetRootElement(part)) > 0);
		xmlFreeDoc(part);
		document_free(&doc);
	}
}

static void the_first_page_has_no_number(void **state)
{
	struct document *doc = everything();
	xmlDocPtr part = render_part(doc, "word/document.xml");

	(void)state;
	assert_true(holds(part, "//w:sectPr/w:titlePg"));
	assert_int_equal(number(part, "count(//w:headerReference)"), 2);
	assert_int_equal(number(part, "count(//w:footerReference)"), 0);
	xmlFreeDoc(part);
	part = render_part(doc, "word/header1.xml");
	assert_text(part, "//w:fldSimple/@w:instr", " PAGE ");
	xmlFreeDoc(part);
	part = render_part(doc, "word/header2.xml");
	assert_text(part, "/*", "");
	xmlFreeDoc(part);
	document_free(&doc);
}

static void each_page_has_the_foot(void **state)
{
	struct document *doc = everything();
	xmlDocPtr part;

	(void)state;
	doc->foot = "17:0123 & <y>";
	part = render_part(doc, "word/document.xml");
	assert_int_equal(number(part, "count(//w:footerReference)"), 2);
	xmlFreeDoc(part);
	part = render_part(doc, "word/footer1.xml");
	assert_text(part, "/*", "17:0123 & <y>");
	xmlFreeDoc(part);
	document_free(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_stand_in_the_order_of_the_schema),
		cmocka_unit_test(the_first_page_has_no_number),
		cmocka_unit_test(each_page_has_the_foot),
	};

	return cmocka_run_group_tests(tests, NULL, end_xml);
}
