/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of a document in the presentation of Nghị định 30/2020/NĐ-CP. */
#include <stdio.h>

#include "forms/nd30.h"
#include "unit/papers.h"

static const struct table *table_at(const struct document *doc, size_t i)
{
	assert_in_range(i, 0, doc->n_blocks - 1);
	assert_non_null(doc->blocks[i].table);
	return doc->blocks[i].table;
}

/* The paragraphs of a cell, with | between them. */
static const char *lines(struct document *doc, const struct table *t,
			 size_t row, size_t cell)
{
	const struct cell *c = t->rows[row].cells[cell];
	const char *all = "";
	size_t i;

	for (i = 0; i < c->n_paragraphs; i++)
		all = document_format(doc, "%s%s%s", all, i ? "|" : "",
				      paragraph_text(doc, c->paragraphs[i]));
	return all;
}

static void a_letterhead_has_four_corners(void **state)
{
	struct document *doc =
		filled("<letterhead><about>đề nghị <value of='a'/></about>"
		       "</letterhead>",
		       "{'a': 'cấp', 'agency': {'name': 'Sở Tài chính',"
		       " 'parent': 'Ủy ban nhân dân tỉnh X', 'place': 'Huế',"
		       " 'symbol': 'stc-vp'},"
		       " 'document': {'number': '15', 'date': '2026-01-05'}}");
	const struct table *t = table_at(doc, 0);

	(void)state;
	assert_int_equal(t->n_rows, 2);
	assert_false(t->ruled);
	assert_string_equal(lines(doc, t, 0, 0),
			    "ỦY BAN NHÂN DÂN TỈNH X|SỞ TÀI CHÍNH");
	assert_string_equal(lines(doc, t, 0, 1),
			    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM|"
			    "Độc lập - Tự do - Hạnh phúc");
	assert_string_equal(lines(doc, t, 1, 0),
			    "Số: 15/STC-VP|V/v đề nghị cấp");
	assert_string_equal(lines(doc, t, 1, 1),
			    "Huế, ngày 05 tháng 01 năm 2026");
	assert_int_equal(doc->n_missing, 0);
	document_free(&doc);
}

static void what_a_letterhead_lacks_is_asked_for(void **state)
{
	static const char *const fields[] = {
		"tên cơ quan ban hành",
		"ký hiệu cơ quan ban hành",
		"địa danh ban hành",
		"ngày ban hành",
	};
	struct document *doc = filled("<letterhead kind='BB'/>", "{}");
	const struct table *t = table_at(doc, 0);
	size_t i;

	(void)state;
	assert_string_equal(lines(doc, t, 0, 0),
			    "[cần bổ sung: tên cơ quan ban hành]");
	assert_string_equal(lines(doc, t, 1, 0), "Số:      /BB-[cần bổ sung: "
						 "ký hiệu cơ quan ban hành]");
	assert_string_equal(lines(doc, t, 1, 1),
			    "[cần bổ sung: địa danh ban hành], "
			    "[cần bổ sung: ngày ban hành]");
	assert_int_equal(doc->n_missing, N(fields));
	for (i = 0; i < N(fields); i++)
		assert_true(lists(doc, fields[i]));
	document_free(&doc);
}

/* With a kind the symbol is of the agency alone. */
static void numbers_and_symbols_are_written_as_the_kind_asks(void **state)
{
	static const struct {
		const char *kind, *number, *symbol, *want;
	} cases[] = {
		{ "", "5", "STC-VP", "Số: 05/STC-VP" },
		{ "", "15", "STC-VP", "Số: 15/STC-VP" },
		{ "", "05", "STC", "Số: 05/STC" },
		{ "", "007", "STC", "Số: 07/STC" },
		{ "", "0", "STC", "Số: 0/STC" },
		{ "", "5a", "STC", "Số: 5a/STC" },
		{ "", "1234", "đk-vp", "Số: 1234/ĐK-VP" },
		{ " kind='BB'", "7", "STC-VP", "Số: 07/BB-STC" },
		{ " kind='BB'", "7", "STC", "Số: 07/BB-STC" },
		{ " kind='BC'", "70", "UBND-VX", "Số: 70/BC-UBND" },
	};
	char blocks[100], facts[200];
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		struct document *doc;

		(void)snprintf(blocks, sizeof(blocks), "<letterhead%s/>",
			       cases[i].kind);
		(void)snprintf(facts, sizeof(facts),
			       "{'agency': {'symbol': '%s'},"
			       " 'document': {'number': '%s'}}",
			       cases[i].symbol, cases[i].number);
		doc = filled(blocks, facts);
		assert_string_equal(lines(doc, table_at(doc, 0), 1, 0),
				    cases[i].want);
		document_free(&doc);
	}
}

static void days_take_zeros(void **state)
{
	struct document *doc = document_new();

	(void)state;
	assert_non_null(doc);
	assert_string_equal(nd30_long_day(doc, "2026-01-05"),
			    "ngày 05 tháng 01 năm 2026");
	assert_string_equal(nd30_short_day(doc, "2026-01-05"), "05/01/2026");
	assert_string_equal(nd30_long_day(doc, "2026-03-04"),
			    "ngày 04 tháng 3 năm 2026");
	assert_string_equal(nd30_long_day(doc, "2026-11-21"),
			    "ngày 21 tháng 11 năm 2026");
	assert_string_equal(nd30_short_day(doc, "tháng 3"), "tháng 3");
	assert_string_equal(nd30_short_day(doc, ""), "");
	document_free(&doc);
}

static void assert_grounds(const char *element, const char *facts,
			   const char *want)
{
	struct document *doc = filled(element, facts);
	const char *all = "";
	size_t i;

	for (i = 0; i < doc->n_blocks; i++) {
		const struct paragraph *p = doc->blocks[i].paragraph;

		assert_non_null(p);
		assert_int_equal(p->role, ROLE_GROUND);
		assert_int_equal(p->runs[0].style, STYLE_ITALIC);
		all = document_format(doc, "%s%s|", all,
				      paragraph_text(doc, p));
	}
	assert_string_equal(all, want);
	document_free(&doc);
}

static void grounds_are_one_sentence(void **state)
{
	(void)state;
	assert_grounds("<grounds/>", "{}", "");
	assert_grounds("<grounds/>", "{'document': {'grounds': ['Luật A.']}}",
		       "Căn cứ Luật A.|");
	assert_grounds("<grounds/>",
		       "{'document': {'grounds': ['Luật A', 'Điều 2; '],"
		       " 'papers': ['Quyết định số 1.', 'Giấy B']}}",
		       "Căn cứ Luật A;|Căn cứ Điều 2;|"
		       "Căn cứ Quyết định số 1;|Căn cứ Giấy B.|");
	assert_grounds("<grounds/>", "{'document': {'papers': ['Giấy B;']}}",
		       "Căn cứ Giấy B.|");
}

static void a_ground_opens_but_once(void **state)
{
	(void)state;
	assert_grounds("<grounds/>",
		       "{'document': {'grounds': ['Căn cứ Luật A',"
		       " 'CĂN CỨ Luật B', 'căn cu\xcc\x9b\xcc\x81 Luật C',"
		       " 'Căn cứu Luật D'],"
		       " 'papers': ['Theo đề nghị của E', 'Xét F',"
		       " 'Thực hiện G', 'Theo']}}",
		       "Căn cứ Luật A;|CĂN CỨ Luật B;|căn cứ Luật C;|"
		       "Căn cứ Căn cứu Luật D;|Theo đề nghị của E;|Xét F;|"
		       "Thực hiện G;|Căn cứ Theo.|");
}

static void a_paper_that_is_needed_is_asked_for(void **state)
{
	struct document *doc;

	(void)state;
	assert_grounds(
		"<grounds need='văn bản cho phép'/>",
		"{'document': {'grounds': ['Luật A']}}",
		"Căn cứ Luật A;|Căn cứ [cần bổ sung: văn bản cho phép].|");
	assert_grounds("<grounds need='văn bản cho phép'/>",
		       "{'document': {'grounds': ['Luật A'],"
		       " 'papers': ['Giấy B']}}",
		       "Căn cứ Luật A;|Căn cứ Giấy B.|");
	assert_grounds("<grounds/>", "{'document': {'papers': ['', 'Giấy B']}}",
		       "Căn cứ [cần bổ sung: căn cứ];|Căn cứ Giấy B.|");
	assert_grounds("<grounds/>", "{'document': {'grounds': ['', 7]}}",
		       "Căn cứ [cần bổ sung: căn cứ];|"
		       "Căn cứ [cần bổ sung: căn cứ].|");
	doc = filled("<grounds need='văn bản cho phép'/>", "{}");
	assert_int_equal(doc->n_missing, 1);
	assert_string_equal(doc->missing[0], "văn bản cho phép");
	document_free(&doc);
}

static void assert_signed(const char *element, const char *facts,
			  const char *recipients, const char *signer)
{
	char blocks[256];
	struct document *doc;
	const struct table *t;

	(void)snprintf(blocks, sizeof(blocks), "<addressee/>%s", element);
	doc = filled(blocks, facts);
	t = table_at(doc, doc->n_blocks - 1);
	assert_int_equal(t->n_rows, 1);
	assert_true(t->keep_previous);
	assert_string_equal(lines(doc, t, 0, 0), recipients);
	assert_string_equal(lines(doc, t, 0, 1), signer);
	document_free(&doc);
}

static void copies_go_to_whom_the_dossier_names(void **state)
{
	static const char unsigned_by[] = "[cần bổ sung: chức vụ người ký]|"
					  "(Ký, đóng dấu và ghi rõ họ tên)|"
					  "[cần bổ sung: họ và tên người ký]";

	(void)state;
	assert_signed("<signature/>", "{}", "Nơi nhận:|- Như trên;|- Lưu: VT.",
		      unsigned_by);
	assert_signed("<signature/>",
		      "{'agency': {'archive': 'VP'}, 'document': {'copies':"
		      " ['Công an tỉnh;', 'UBND xã Y (để b/c).']}}",
		      "Nơi nhận:|- Như trên;|- Công an tỉnh;|"
		      "- UBND xã Y (để b/c);|- Lưu: VT, VP.",
		      unsigned_by);
	assert_signed(
		"<signature/>",
		"{'document': {'copies': ['', 'Công an tỉnh', ' - ', 7]}}",
		"Nơi nhận:|- Như trên;|- Công an tỉnh;|- Lưu: VT.",
		unsigned_by);
}

/* "Như Điều 4" of a decision, whether anybody is addressed or not. */
static void a_form_may_say_who_comes_first(void **state)
{
	struct document *doc =
		filled("<signature first='Như Điều 4'/>",
		       "{'document': {'copies': ['Công an tỉnh']}}");

	(void)state;
	assert_string_equal(lines(doc, table_at(doc, 0), 0, 0),
			    "Nơi nhận:|- Như Điều 4;|- Công an tỉnh;|"
			    "- Lưu: VT.");
	document_free(&doc);
}

static void nobody_above_is_no_recipient(void **state)
{
	struct document *doc = filled(
		"<signature/>", "{'document': {'copies': ['Công an tỉnh']}}");

	(void)state;
	assert_string_equal(lines(doc, table_at(doc, 0), 0, 0),
			    "Nơi nhận:|- Công an tỉnh;|- Lưu: VT.");
	document_free(&doc);
}

static void the_authority_stands_above_the_signer(void **state)
{
	static const char to[] = "Nơi nhận:|- Như trên;|- Lưu: VT.";

	(void)state;
	assert_signed("<signature/>",
		      "{'agency': {'authority': 'TM. Ủy ban nhân dân / KT. Chủ "
		      "tịch', 'signer_title': 'Phó Chủ tịch',"
		      " 'signer_name': 'Lê An'}}",
		      to,
		      "TM. ỦY BAN NHÂN DÂN|KT. CHỦ TỊCH|PHÓ CHỦ TỊCH|Lê An");
	assert_signed("<signature/>",
		      "{'agency': {'authority': ' / KT. GIÁM ĐỐC//',"
		      " 'signer_title': 'Phó Giám đốc',"
		      " 'signer_name': 'Lê An'}}",
		      to, "KT. GIÁM ĐỐC|PHÓ GIÁM ĐỐC|Lê An");
	assert_signed("<signature/>",
		      "{'agency': {'signer_title': 'Giám đốc'}}", to,
		      "GIÁM ĐỐC|(Ký, đóng dấu và ghi rõ họ tên)|"
		      "[cần bổ sung: họ và tên người ký]");
}

static void a_form_may_say_who_signs(void **state)
{
	static const char to[] = "Nơi nhận:|- Như trên;|- Lưu: VT.";
	static const char facts[] =
		"{'agency': {'authority': 'KT. GIÁM ĐỐC',"
		" 'signer_title': 'Phó Giám đốc', 'signer_name': 'Lê An'}}";

	(void)state;
	assert_signed("<signature title='THỦ TRƯỞNG ĐƠN VỊ' "
		      "note='(Ký tên, đóng dấu)'/>",
		      facts, to, "THỦ TRƯỞNG ĐƠN VỊ|(Ký tên, đóng dấu)|Lê An");
	assert_signed("<signature note='(Ký tên, đóng dấu)'/>", facts, to,
		      "KT. GIÁM ĐỐC|PHÓ GIÁM ĐỐC|(Ký tên, đóng dấu)|Lê An");
	assert_signed("<signature title='THỦ TRƯỞNG'/>", facts, to,
		      "THỦ TRƯỞNG|Lê An");
}

static void the_addressee_is_asked_for(void **state)
{
	struct document *doc = filled("<addressee/>", "{}");

	(void)state;
	assert_string_equal(paragraph_text(doc, doc->blocks[0].paragraph),
			    "Kính gửi: [cần bổ sung: nơi nhận công văn]");
	assert_int_equal(doc->n_missing, 1);
	document_free(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_letterhead_has_four_corners),
		cmocka_unit_test(what_a_letterhead_lacks_is_asked_for),
		cmocka_unit_test(
			numbers_and_symbols_are_written_as_the_kind_asks),
		cmocka_unit_test(days_take_zeros),
		cmocka_unit_test(grounds_are_one_sentence),
		cmocka_unit_test(a_ground_opens_but_once),
		cmocka_unit_test(a_paper_that_is_needed_is_asked_for),
		cmocka_unit_test(copies_go_to_whom_the_dossier_names),
		cmocka_unit_test(a_form_may_say_who_comes_first),
		cmocka_unit_test(nobody_above_is_no_recipient),
		cmocka_unit_test(the_authority_stands_above_the_signer),
		cmocka_unit_test(a_form_may_say_who_signs),
		cmocka_unit_test(the_addressee_is_asked_for),
	};

	return cmocka_run_group_tests(tests, make_form_folder,
				      remove_form_folder);
}
