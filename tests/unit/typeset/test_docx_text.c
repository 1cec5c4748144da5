/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "docx_package.h"

#include "typeset/docx/styles.h"

#define BODY "word/document.xml"

static void text_comes_back_letter_for_letter(void **state)
{
	struct document *doc = new_document();
	xmlDocPtr part;

	(void)state;
	add(doc, ROLE_BODY, " a  <b> & \"c\" ]]> Đắk ", NULL);
	add(doc, ROLE_BODY, "một\nhai\n\nba", NULL);
	add(doc, ROLE_BODY, "x\1\x1by\xef\xbf\xbez\xff", NULL);
	part = render_part(doc, BODY);
	assert_text(part, "//w:p[1]", " a  <b> & \"c\" ]]> Đắk ");
	assert_int_equal(number(part, "count(//w:p[1]//w:t)"), 1);
	assert_true(holds(part, "//w:p[1]//w:t[@xml:space = 'preserve']"));
	assert_text(part, "//w:p[2]", "mộthaiba");
	assert_int_equal(number(part, "count(//w:p[2]/w:r/w:br)"), 3);
	assert_true(holds(part, "//w:p[2]/w:r/w:t[.='hai'][preceding-sibling::"
				"w:br][following-sibling::w:br]"));
	assert_text(part, "//w:p[3]", "xyz\xef\xbf\xbd");
	xmlFreeDoc(part);
	document_free(&doc);
}

static void a_field_becomes_a_control(void **state)
{
	struct document *doc = new_document();
	struct paragraph *p;
	char longer[200];
	xmlDocPtr part;

	(void)state;
	p = add(doc, ROLE_BODY, "Họ và tên: ", NULL);
	paragraph_add_field(doc, p, STYLE_BOLD, "Trần Ngọc", "contact.name");
	memset(longer, 'x', sizeof(longer));
	strcpy(longer + 62, "ễ");
	add(doc, ROLE_BODY, "y", longer);
	part = render_part(doc, BODY);
	assert_text(part, "//w:p[1]/w:sdt/w:sdtContent", "Trần Ngọc");
	assert_text(part, "//w:p[1]/w:sdt/w:sdtPr/w:tag/@w:val",
		    "contact.name");
	assert_text(part, "//w:p[1]/w:sdt/w:sdtPr/w:alias/@w:val",
		    "contact.name");
	/* LibreOffice shows no bold in a control of plain text. */
	assert_false(holds(part, "//w:p[1]/w:sdt/w:sdtPr/w:text"));
	assert_text(part, "//w:p[2]/w:sdt/w:sdtPr/w:text/@w:multiLine", "1");
	assert_true(holds(part, "//w:sdtPr/w:rPr/w:b"));
	assert_true(holds(part, "//w:sdtContent/w:r/w:rPr/w:b"));
	assert_false(holds(part, "//w:showingPlcHdr | //w:highlight"));
	assert_int_equal(number(part, "string-length(//w:p[2]//w:tag/@w:val)"),
			 62);
	xmlFreeDoc(part);
	document_free(&doc);
}

static void a_chart_is_in_words_or_in_its_table(void **state)
{
	static const struct column column = { 1, ALIGN_LEFT };
	struct document *doc = new_document();
	struct chart *chart = document_chart(doc);
	struct table *t = document_table(doc, &column, 1);
	xmlDocPtr part;

	(void)state;
	dress(doc, chart->title, ROLE_CAPTION, "Theo tháng", NULL);
	dress(doc, chart->words, ROLE_BODY, "01/2027: ", NULL);
	paragraph_add_field(doc, chart->words, 0, "3", "s.1.n");
	table_row(doc, t);
	part = render_part(doc, BODY);
	assert_text(part, "//w:body/w:p[1]", "01/2027: 3");
	assert_text(part, "//w:body/w:p[1]//w:tag/@w:val", "s.1.n");
	xmlFreeDoc(part);
	chart->in_table = true;
	part = render_part(doc, BODY);
	assert_text(part, "string(//w:body)", "");
	xmlFreeDoc(part);
	document_free(&doc);
}

static void a_chart_is_drawn(void **state)
{
	static const struct bar bars[] = { { "01/2027", "3", 3 },
					   { "02/2027", "…", 0 },
					   { "03/2027", "12", 12 } };
	struct document *doc = new_document();
	struct chart *chart = document_chart(doc);
	xmlDocPtr part;
	size_t i;

	(void)state;
	dress(doc, chart->title, ROLE_CAPTION, "Theo tháng", NULL);
	dress(doc, chart->words, ROLE_BODY, "01/2027: 3", NULL);
	chart->in_table = true;
	for (i = 0; i < N(bars); i++)
		chart_bar(doc, chart, &bars[i]);
	part = render_part(doc, BODY);
	assert_text(part, "//w:body/w:p[1]", "Theo tháng");
	assert_true(holds(part, "//w:body/w:p[2]//*[local-name()='inline']/"
				"*[local-name()='docPr'][@descr='01/2027: "
				"3']"));
	assert_true(holds(part, "//*[local-name()='chart'][@*[local-name()="
				"'id']='chart1']"));
	xmlFreeDoc(part);
	part = render_part(doc, "word/charts/chart1.xml");
	assert_text(part, "//*[local-name()='strLit']/*[local-name()='pt'][2]",
		    "02/2027");
	/* A number that is not known is no bar of 0. */
	assert_int_equal(number(part, "count(//*[local-name()='numLit']/"
				      "*[local-name()='pt'])"),
			 2);
	assert_text(part,
		    "//*[local-name()='numLit']/*[local-name()='pt'][@idx=2]",
		    "12");
	xmlFreeDoc(part);
	part = render_part(doc, "word/_rels/document.xml.rels");
	assert_true(holds(part, "//*[@Id='chart1']"
				"[@Target='charts/chart1.xml']"));
	xmlFreeDoc(part);
	part = render_part(doc, "[Content_Types].xml");
	assert_true(holds(part, "//*[@PartName='/word/charts/chart1.xml']"));
	xmlFreeDoc(part);
	document_free(&doc);
}

static void what_is_missing_is_marked_and_can_be_filled(void **state)
{
	struct document *doc = new_document();
	xmlDocPtr part;

	(void)state;
	add(doc, ROLE_NUMBER,
	    document_format(doc, "Số: %s/STC",
			    document_need(doc, "", "số văn bản", NULL)),
	    "document.number");
	add(doc, ROLE_GROUND,
	    document_format(doc, "Căn cứ %s;%s",
			    document_need(doc, "", "văn bản", NULL),
			    "[cần bổ sung: không đóng"),
	    NULL);
	part = render_part(doc, BODY);
	assert_text(part, "//w:p[1]", "Số: [cần bổ sung: số văn bản]/STC");
	assert_text(part, "//w:sdt[w:sdtPr/w:showingPlcHdr]//w:t",
		    "[cần bổ sung: số văn bản]");
	assert_int_equal(number(part, "count(//w:sdt)"), 1);
	assert_int_equal(number(part, "count(//w:p[1]/w:r)"), 2);
	assert_text(part, "//w:p[2]/w:r[w:rPr/w:highlight]",
		    "[cần bổ sung: văn bản]");
	assert_text(part, "//w:p[2]/w:r[last()][w:rPr/w:highlight]",
		    "[cần bổ sung: không đóng");
	assert_int_equal(number(part, "count(//w:highlight)"), 3);
	xmlFreeDoc(part);
	document_free(&doc);
}

static void controls_are_numbered_apart(void **state)
{
	struct document *doc = new_document();
	xmlDocPtr part;
	size_t i;

	(void)state;
	for (i = 0; i < 50; i++)
		add(doc, ROLE_FIELD, "x", "same.field");
	part = render_part(doc, BODY);
	assert_int_equal(number(part, "count(//w:sdtPr/w:id)"), 50);
	assert_false(holds(part, "//w:id[@w:val = preceding::w:id/@w:val]"));
	xmlFreeDoc(part);
	document_free(&doc);
}

static void a_role_is_formatted_by_its_style(void **state)
{
	struct document *doc = new_document();
	xmlDocPtr part, styles;
	int role;

	(void)state;
	for (role = 0; role < ROLE_COUNT; role++)
		add(doc, (enum role)role, "Lời", NULL);
	part = render_part(doc, BODY);
	styles = render_part(doc, "word/styles.xml");
	assert_false(holds(part, "//w:r/w:rPr"));
	assert_false(holds(part, "//w:p[w:r]/w:pPr/*[not(self::w:pStyle)]"));
	for (role = 0; role < ROLE_COUNT; role++) {
		const struct role_format *f = &role_formats[role];
		char style[200];

		snprintf(style, sizeof(style),
			 "count(//w:style[@w:styleId='%s'][not(w:rPr/w:sz) and "
			 "%d=28 or w:rPr/w:sz/@w:val=%d])",
			 docx_style_id((enum role)role), 2 * f->size,
			 2 * f->size);
		assert_int_equal(number(styles, style), 1);
	}
	assert_false(holds(styles, "//w:style[@w:styleId = preceding::w:style"
				   "/@w:styleId]"));
	assert_false(holds(styles, "//w:style[w:name/@w:val = preceding::"
				   "w:style/w:name/@w:val]"));
	assert_int_equal(
		number(styles, "count(//w:rFonts/@*[.='Times New Roman'])"), 4);
	xmlFreeDoc(part);
	xmlFreeDoc(styles);
	document_free(&doc);
}

static void what_differs_from_the_style_is_written(void **state)
{
	struct document *doc = new_document();
	struct paragraph *p = add(doc, ROLE_HEADING, "Đề mục", NULL);
	xmlDocPtr part;

	(void)state;
	p->align = ALIGN_RIGHT;
	p->size = 12;
	p->indent = 0;
	p->space = 9;
	p->keep_next = false;
	paragraph_add(doc, p, STYLE_ITALIC, "nghiêng");
	part = render_part(doc, BODY);
	assert_text(part, "//w:pStyle/@w:val", "Heading1-12");
	assert_text(part, "//w:keepNext/@w:val", "0");
	assert_text(part, "//w:jc/@w:val", "right");
	assert_text(part, "//w:spacing/@w:before", "180");
	assert_text(part, "//w:ind/@w:firstLine", "0");
	assert_false(holds(part, "//w:r[1]/w:rPr"));
	assert_text(part, "//w:r[2]//w:b/@w:val", "0");
	assert_true(holds(part, "//w:r[2]//w:i[not(@w:val)]"));
	xmlFreeDoc(part);
	document_free(&doc);
}

/* LibreOffice does not look at the size in the runs of a plain text control. */
static void a_size_is_that_of_a_style(void **state)
{
	static const struct column columns[] = { { 1, ALIGN_LEFT } };
	struct document *doc = new_document();
	struct table *t = document_table(doc, columns, 1);
	xmlDocPtr part, styles;
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		table_row(doc, t);
		add_to(doc, table_cell(doc, t, 1, 1), ROLE_TABLE_CELL, "001",
		       "subscribers.1.id_number")
			->size = 11;
	}
	add(doc, ROLE_FIELD, "Ghi chú", NULL)->size = 12;
	add(doc, ROLE_FIELD, "Lời", NULL)->size = 400;
	part = render_part(doc, BODY);
	styles = render_part(doc, "word/styles.xml");
	assert_int_equal(number(part, "count(//w:tc//w:pStyle"
				      "[@w:val='TableCell-11'])"),
			 3);
	assert_false(holds(part, "//w:tc//w:sz"));
	assert_false(holds(part, "//w:p[.='Ghi chú']//w:sz"));
	assert_true(holds(part, "//w:p[.='Lời'][w:pPr/w:pStyle/@w:val='Field']"
				"/w:r/w:rPr/w:sz[@w:val=800]"));
	assert_int_equal(number(styles,
				"count(//w:style[@w:styleId='TableCell-11']"
				"[w:basedOn/@w:val='TableCell']"
				"[w:rPr/w:sz/@w:val=22])"),
			 1);
	assert_int_equal(number(styles, "count(//w:style[@w:styleId='Field-12']"
					"[w:basedOn/@w:val='Field']"
					"[w:rPr/w:sz/@w:val=24])"),
			 1);
	assert_int_equal(number(styles, "count(//w:style[contains(@w:styleId, "
					"'-')])"),
			 2);
	xmlFreeDoc(part);
	xmlFreeDoc(styles);
	document_free(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_comes_back_letter_for_letter),
		cmocka_unit_test(a_field_becomes_a_control),
		cmocka_unit_test(a_chart_is_in_words_or_in_its_table),
		cmocka_unit_test(a_chart_is_drawn),
		cmocka_unit_test(what_is_missing_is_marked_and_can_be_filled),
		cmocka_unit_test(controls_are_numbered_apart),
		cmocka_unit_test(a_role_is_formatted_by_its_style),
		cmocka_unit_test(what_differs_from_the_style_is_written),
		cmocka_unit_test(a_size_is_that_of_a_style),
	};

	return cmocka_run_group_tests(tests, NULL, end_xml);
}
