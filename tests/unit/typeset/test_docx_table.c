/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "docx_package.h"

#include "typeset/docx/styles.h"

#define BODY "word/document.xml"

static const struct column columns[] = {
	{ 8, ALIGN_CENTER }, { 25, ALIGN_CENTER }, { 21, ALIGN_LEFT },
	{ 20, ALIGN_LEFT },  { 26, ALIGN_LEFT },
};

static void head(struct document *doc, struct table *t, unsigned int colspan,
		 unsigned int rowspan)
{
	add_to(doc, table_cell(doc, t, colspan, rowspan), ROLE_TABLE_HEAD,
	       "Đầu", NULL);
}

/* The table of Mẫu 06: two rows of headings, devices of several rows. */
static struct table *add_devices(struct document *doc, size_t n,
				 unsigned int rows)
{
	struct table *t = document_table(doc, columns, N(columns));
	unsigned int i;
	size_t k;

	t->ruled = true;
	t->n_header = 2;
	table_row(doc, t);
	head(doc, t, 1, 2);
	head(doc, t, 1, 2);
	head(doc, t, 3, 1);
	table_row(doc, t);
	for (i = 0; i < 3; i++)
		head(doc, t, 1, 1);
	for (; n; n--)
		for (i = 0; i < rows; i++) {
			table_row(doc, t);
			for (k = i ? 2 : 0; k < N(columns); k++)
				add_to(doc,
				       table_cell(doc, t, 1, k < 2 ? rows : 1),
				       ROLE_TABLE_CELL, "Ô", "device.serial");
		}
	return t;
}

/* Rows one after another hold the columns and widths of the grid. */
static void check_grids(xmlDocPtr part, long width)
{
	long n_tables = number(part, "count(//w:tbl)"), i, row;

	for (i = 1; i <= n_tables; i++) {
		char path[200], tbl[32];
		long n_columns, n_rows;

		snprintf(tbl, sizeof(tbl), "(//w:tbl)[%ld]", i);
		snprintf(path, sizeof(path), "sum(%s/w:tblGrid/*/@w:w)", tbl);
		assert_int_equal(number(part, path), width);
		snprintf(path, sizeof(path), "count(%s/w:tblGrid/*)", tbl);
		n_columns = number(part, path);
		snprintf(path, sizeof(path), "count(%s/w:tr)", tbl);
		n_rows = number(part, path);
		assert_true(n_rows > 0);
		for (row = 1; row <= n_rows && row < 20; row++) {
			snprintf(path, sizeof(path),
				 "sum(%s/w:tr[%ld]//w:tcW/@w:w)", tbl, row);
			assert_int_equal(number(part, path), width);
			snprintf(path, sizeof(path),
				 "sum(%s/w:tr[%ld]//w:gridSpan/@w:val) + "
				 "count(%s/w:tr[%ld]/w:tc[not(.//w:gridSpan)])",
				 tbl, row, tbl, row);
			assert_int_equal(number(part, path), n_columns);
		}
	}
	assert_false(holds(part, "//w:tc[not(w:p)]"));
	assert_false(holds(part, "//w:tc/*[last()][not(self::w:p)]"));
	assert_false(holds(part, "//w:tbl/following-sibling::*[1]"
				 "[not(self::w:p)]"));
}

static void widths_sum_to_the_text(void **state)
{
	struct document *doc = new_document();
	xmlDocPtr part;

	(void)state;
	add_devices(doc, 3, 2);
	add_devices(doc, 1, 1)->ruled = false;
	part = render_part(doc, BODY);
	check_grids(part, TEXT_WIDTH);
	assert_text(part, "//w:pgSz/@w:w", "11906");
	assert_false(holds(part, "//w:pgSz/@w:orient"));
	xmlFreeDoc(part);
	doc->landscape = true;
	part = render_part(doc, BODY);
	check_grids(part, TEXT_WIDTH_LANDSCAPE);
	assert_text(part, "//w:pgSz/@w:w", "16838");
	assert_text(part, "//w:pgSz/@w:orient", "landscape");
	xmlFreeDoc(part);
	document_free(&doc);
}

static void headings_repeat_and_rows_stay_whole(void **state)
{
	struct document *doc = new_document();
	xmlDocPtr part;

	(void)state;
	add_devices(doc, 3, 1);
	part = render_part(doc, BODY);
	assert_int_equal(number(part, "count(//w:tr)"), 5);
	/* All but the first below the heads, for the sake of LibreOffice. */
	assert_int_equal(number(part, "count(//w:tr/w:trPr/w:cantSplit)"), 4);
	assert_false(holds(part, "//w:tr[3]/w:trPr/w:cantSplit"));
	assert_true(number(part, "count(//w:trHeight)") == 1);
	assert_true(holds(part,
			  "//w:tr[3]/w:trPr/w:trHeight["
			  "@w:hRule = 'atLeast' and @w:val >= 299 + 80]"));
	assert_false(holds(part, "//w:tr[3]//w:pPr[w:pStyle and "
				 "not(w:keepLines)]"));
	assert_false(holds(part, "//w:tr[4]//w:keepLines"));
	assert_int_equal(number(part, "count(//w:tblHeader)"), 2);
	assert_int_equal(number(part, "count(//w:tr[position() < 3]/w:trPr/"
				      "w:tblHeader)"),
			 2);
	/* What ends the text behind a table asks for no page of its own. */
	assert_true(holds(part, "//w:tbl/following-sibling::w:p[last()]/w:pPr["
				"w:spacing/@w:line = 1 and w:rPr/w:vanish]"));
	assert_text(part, "//w:tblStyle/@w:val", DOCX_TABLE_RULED);
	assert_text(part, "//w:tblLayout/@w:type", "fixed");
	xmlFreeDoc(part);
	document_free(&doc);
}

static void what_spans_rows_goes_on_below(void **state)
{
	struct document *doc = new_document();
	xmlDocPtr part;

	(void)state;
	add_devices(doc, 2, 3);
	part = render_part(doc, BODY);
	/* Two headings, and two cells of each device. */
	assert_int_equal(number(part, "count(//w:vMerge[@w:val='restart'])"),
			 6);
	assert_int_equal(number(part, "count(//w:vMerge[@w:val='continue'])"),
			 2 + 2 * 2 * 2);
	assert_int_equal(number(part, "count(//w:tr[4]//w:vMerge"
				      "[@w:val='continue'])"),
			 2);
	assert_int_equal(number(part, "count(//w:tr[6]//w:vMerge"
				      "[@w:val='restart'])"),
			 2);
	assert_false(holds(part, "//w:tc[.//w:vMerge/@w:val='continue']//w:t"));
	xmlFreeDoc(part);
	document_free(&doc);
}

/* A PDF pads each side of a cell by 4 points; here its border takes some, which
 * is measured in eighths of a point. */
static void what_fits_a_cell_of_a_pdf_fits(void **state)
{
	static const char ruled[] =
		"//w:style[@w:styleId='" DOCX_TABLE_RULED "']//";
	struct document *doc = new_document();
	xmlDocPtr styles = render_part(doc, "word/styles.xml");
	char side[200], border[200];

	(void)state;
	snprintf(border, sizeof(border), "%sw:insideV/@w:sz * 20 div 8", ruled);
	assert_true(number(styles, border) > 0);
	snprintf(side, sizeof(side), "%sw:tblCellMar/w:left/@w:w", ruled);
	assert_in_range(number(styles, side), 40, 80L - number(styles, border));
	snprintf(side, sizeof(side), "%sw:tblCellMar/w:right/@w:w", ruled);
	assert_in_range(number(styles, side), 40, 80L - number(styles, border));
	xmlFreeDoc(styles);
	document_free(&doc);
}

/* Tables that no form makes still come out as tables. */
static void a_crooked_table_comes_out_straight(void **state)
{
	struct document *doc = new_document();
	struct table *t = document_table(doc, columns, 3);
	xmlDocPtr part;

	(void)state;
	t->ruled = true;
	table_row(doc, t);
	add_to(doc, table_cell(doc, t, 1, 1), ROLE_TABLE_CELL, "a", NULL);
	add_to(doc, table_cell(doc, t, 1, 1000000), ROLE_TABLE_CELL, "b", NULL);
	table_row(doc, t);
	add_to(doc, table_cell(doc, t, 4000000000u, 1), ROLE_TABLE_CELL, "c",
	       NULL);
	table_row(doc, t);
	table_cell(doc, t, 0, 0);
	add_to(doc, table_cell(doc, t, 9, 1), ROLE_TABLE_CELL, "d", NULL);
	add_to(doc, table_cell(doc, t, 1, 1), ROLE_TABLE_CELL, "e", NULL);
	table_row(doc, t);
	document_table(doc, columns, 3);
	part = render_part(doc, BODY);
	check_grids(part, number(part, "sum(//w:tblGrid/*/@w:w)"));
	assert_int_equal(number(part, "count(//w:tbl)"), 1);
	assert_int_equal(number(part, "count(//w:tr)"), 4);
	assert_text(part, "//w:tbl", "abcd");
	assert_int_equal(number(part, "count(//w:vMerge[@w:val='continue'])"),
			 3);
	xmlFreeDoc(part);
	document_free(&doc);
}

static void tables_that_touch_stay_apart(void **state)
{
	struct document *doc = new_document();
	xmlDocPtr part;

	(void)state;
	add_devices(doc, 1, 1)->space = 12;
	add_devices(doc, 1, 1);
	add_devices(doc, 1, 1)->space = 12;
	part = render_part(doc, BODY);
	assert_false(holds(part, "//w:tbl[following-sibling::*[1]"
				 "[self::w:tbl]]"));
	assert_true(holds(part, "//w:body/*[1][self::w:tbl]"));
	assert_true(holds(part, "//w:body/*[4]//w:spacing[@w:line='240']"
				"[@w:lineRule='exact']"));
	assert_true(holds(part, "//w:body/*[last() - 1][self::w:p]"));
	assert_true(holds(part, "//w:body/*[last()][self::w:sectPr]"));
	xmlFreeDoc(part);
	document_free(&doc);
}

/* Whether the paragraphs, or the rows of a table, at @path stay with the next.
 */
static bool is_kept(xmlDocPtr part, const char *path)
{
	char all[200], none[200];

	snprintf(all, sizeof(all), "not(%s[not(.//w:keepNext)])", path);
	snprintf(none, sizeof(none), "not(%s[.//w:keepNext])", path);
	assert_true(holds(part, all) != holds(part, none));
	return holds(part, all);
}

static void a_signature_is_never_alone(void **state)
{
	struct document *doc = new_document();
	struct table *t;
	xmlDocPtr part;

	(void)state;
	add_devices(doc, 2, 2)->keep_next = true;
	add(doc, ROLE_BODY, "./.", NULL);
	t = document_table(doc, columns, 1);
	t->keep_previous = true;
	t->space = 12;
	table_row(doc, t);
	add_to(doc, table_cell(doc, t, 1, 1), ROLE_SIGNATURE, "GIÁM ĐỐC", NULL);
	table_row(doc, t);
	add_to(doc, table_cell(doc, t, 1, 1), ROLE_SIGNER, "A", NULL);
	part = render_part(doc, BODY);
	assert_true(is_kept(part, "//w:tbl[1]/w:tr[1]//w:p"));
	assert_true(is_kept(part, "//w:tbl[1]/w:tr[2]//w:p"));
	/* A device is whole, and goes alone. */
	assert_true(is_kept(part, "//w:tbl[1]/w:tr[3]//w:p"));
	assert_false(is_kept(part, "//w:tbl[1]/w:tr[4]//w:p"));
	assert_true(is_kept(part, "//w:tbl[1]/w:tr[5]//w:p"));
	assert_true(is_kept(part, "//w:tbl[1]/w:tr[6]//w:p"));
	assert_true(is_kept(part, "//w:body/w:p[1]"));
	assert_true(is_kept(part, "//w:body/w:p[2]"));
	assert_true(is_kept(part, "//w:tbl[2]/w:tr[1]//w:p"));
	assert_false(is_kept(part, "//w:tbl[2]/w:tr[2]//w:p"));
	xmlFreeDoc(part);
	document_free(&doc);
}

static void five_hundred_rows_are_all_there(void **state)
{
	struct document *doc = new_document();
	xmlDocPtr part;

	(void)state;
	add_devices(doc, 500, 1);
	part = render_part(doc, BODY);
	check_grids(part, TEXT_WIDTH);
	assert_int_equal(number(part, "count(//w:tr)"), 502);
	assert_int_equal(number(part, "count(//w:sdt)"), 2500);
	assert_int_equal(number(part, "//w:sdt[1]/ancestor::w:body/"
				      "descendant::w:id[last()]/@w:val"),
			 2500);
	xmlFreeDoc(part);
	document_free(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths_sum_to_the_text),
		cmocka_unit_test(headings_repeat_and_rows_stay_whole),
		cmocka_unit_test(what_spans_rows_goes_on_below),
		cmocka_unit_test(what_fits_a_cell_of_a_pdf_fits),
		cmocka_unit_test(a_crooked_table_comes_out_straight),
		cmocka_unit_test(tables_that_touch_stay_apart),
		cmocka_unit_test(a_signature_is_never_alone),
		cmocka_unit_test(five_hundred_rows_are_all_there),
	};

	return cmocka_run_group_tests(tests, NULL, end_xml);
}
