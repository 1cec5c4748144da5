/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The letter of Form 06, a report, and what holds of all forms that come along.
 */
#include <errno.h>
#include <glob.h>

#include "unit/papers.h"

static void letter_has_what_the_form_asks(void **state)
{
	static const char *const parts[] = {
		"ỦYBANNHÂNDÂNTỈNHLÂMĐỒNG",
		"SỞTÀICHÍNH",
		"CỘNGHÒAXÃHỘICHỦNGHĨAVIỆTNAM",
		"Độclập-Tựdo-Hạnhphúc",
		"Số:05/STC-VP",
		"V/vđềnghịkhôiphụcthiếtbịlưukhóabímật",
		"LâmĐồng,ngày21tháng11năm2026",
		"Kínhgửi:SởKhoahọcvàCôngnghệtỉnhLâmĐồng",
		"CăncứĐiều22Nghịđịnhsố68/2024/NĐ-CPngày25tháng6năm2024",
		"chữkýsốchuyêndùngcôngvụ,SởTàichínhđềnghịSởKhoahọcvàCôngnghệ",
		"khôiphụcthiếtbịlưukhóabímậttheocácthôngtinsau:",
		"068085001234;Ngàycấp:12/05/2021;Nơicấp:BộCôngan",
		"Thôngtincủathuêbao",
		"15251A0B1C2D3NguyễnVănHùng",
		"hungnv@lamdong.gov.vn",
		"SởTàichínhtrântrọngđềnghịSởKhoahọcvàCôngnghệtỉnhLâmĐồng",
		"xemxét,giảiquyết./.",
		"-Nhưtrên;-Lưu:VT.",
		"KT.GIÁMĐỐCPHÓGIÁMĐỐCTrầnThịBíchNgọc",
	};
	struct document *doc = paper(LETTER, letter_facts(1));
	struct layout *layout = lay_out(doc);

	(void)state;
	assert_int_equal(doc->n_missing, 0);
	assert_int_equal(layout->n_pages, 1);
	assert_parts(doc, parts, N(parts));
	assert_no_part(doc, "Ký,đóngdấu");
	assert_string_equal(doc->title, "Công văn đề nghị khôi phục thiết bị "
					"lưu khóa bí mật");
	assert_string_equal(doc->subject, "Mẫu số 06");
	assert_string_equal(doc->author, "Sở Tài chính");
	layout_free(&layout);
	document_free(&doc);
}

static void a_renewed_certificate_stands_there_once(void **state)
{
	json_t *facts = letter_facts(1);
	struct document *doc;
	char *got;

	(void)state;
	json_array_append(json_object_get(facts, "subscribers"),
			  row_of(facts, 0));
	doc = paper(LETTER, facts);
	got = squeezed_text(doc);
	assert_int_equal(count(got, "hungnv@lamdong.gov.vn"), 1);
	free(got);
	document_free(&doc);
}

static void a_deputy_of_a_committee_signs_on_three_lines(void **state)
{
	struct document *doc = paper(
		LETTER,
		json_of("{'agency': {'name': 'Ủy ban nhân dân xã Ví Dụ',"
			" 'authority': 'TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH',"
			" 'signer_title': 'Phó Chủ tịch'}}"));
	struct paragraph *const *lines;

	(void)state;
	lines = doc->blocks[doc->n_blocks - 1]
			.table->rows[0]
			.cells[1]
			->paragraphs;
	assert_string_equal(lines[0]->runs[0].text, "TM. ỦY BAN NHÂN DÂN");
	assert_string_equal(lines[1]->runs[0].text, "KT. CHỦ TỊCH");
	assert_string_equal(lines[2]->runs[0].text, "PHÓ CHỦ TỊCH");
	document_free(&doc);
}

/* Whatever the form prints: the head, where no signer is configured. */
static void a_report_says_as_what_it_is_signed(void **state)
{
	static const struct {
		const char *facts, *signs;
	} cases[] = {
		{ "{'agency': {'authority': 'KT. GIÁM ĐỐC',"
		  " 'signer_title': 'Phó Giám đốc'}}",
		  "VT.KT.GIÁMĐỐCPHÓGIÁMĐỐC(Kýtên,đóngdấu)" },
		{ "{'agency': {'signer_title': 'Phó Giám đốc'}}",
		  "VT.PHÓGIÁMĐỐC(Kýtên,đóngdấu)" },
		{ "{'agency': {'signer_name': 'Lê An'}}",
		  "VT.THỦTRƯỞNGĐƠNVỊ(Kýtên,đóngdấu)LêAn" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		struct document *doc = paper("lib/forms/report-bac-ninh.xml",
					     json_of(cases[i].facts));

		assert_parts(doc, &cases[i].signs, 1);
		document_free(&doc);
	}
}

static void nothing_known_is_nothing_invented(void **state)
{
	static const char *const fields[] = {
		"tên cơ quan ban hành",
		"ký hiệu cơ quan ban hành",
		"địa danh ban hành",
		"ngày ban hành",
		"nơi nhận công văn",
		"căn cứ",
		"họ và tên người phối hợp khôi phục",
		"số định danh người phối hợp khôi phục",
		"ngày cấp số định danh",
		"nơi cấp số định danh",
		"chức vụ người phối hợp khôi phục",
		"cơ quan người phối hợp khôi phục",
		"điện thoại người phối hợp khôi phục",
		"Số hiệu thiết bị lưu khóa bí mật",
		"Tên chứng thư chữ ký số",
		"Cơ quan, tổ chức công tác",
		"Địa chỉ thư điện tử công vụ",
		"chức vụ người ký",
		"họ và tên người ký",
	};
	static const char *const parts[] = {
		"(Ký,đóngdấuvàghirõhọtên)",
	};
	struct document *doc = paper(LETTER, json_object());

	(void)state;
	assert_missing(doc, fields, N(fields));
	assert_parts(doc, parts, N(parts));
	document_free(&doc);
}

static void nfd_input_comes_out_composed(void **state)
{
	json_t *facts = letter_facts(1);
	struct document *doc;
	struct layout *layout;
	char *got;

	(void)state;
	assert_int_equal(dossier_put(row_of(facts, 0), "name",
				     "Le\xcc\x82 Thi\xcc\xa3 Bi\xcc\x81"
				     "ch"),
			 0);
	doc = paper(LETTER, facts);
	layout = lay_out(doc);
	got = all_text(layout);
	assert_non_null(strstr(got, "Lê Thị Bích"));
	assert_int_equal(layout->n_lacking, 0);
	free(got);
	layout_free(&layout);
	document_free(&doc);
}

/* The one of the agency, or the installed one. */
static void a_form_is_found_by_its_name(void **state)
{
	static const char end[] = "/forms/08.xml";
	struct form *form = NULL;
	struct error error = { 0 };
	const char *path;

	(void)state;
	if (form_load("08", NULL, &form, &error))
		fail_msg("%s", error_text(&error, -ENOMEM));
	path = form_path(form);
	assert_int_equal(path[0], '/');
	assert_string_equal(path + strlen(path) - strlen(end), end);
	form_free(&form);
}

/* An officer is told what is missing in words, not by a path in the dossier. */
static void every_form_can_be_filled(void **state)
{
	glob_t forms;
	size_t i, k;

	(void)state;
	assert_int_equal(glob("lib/forms/*.xml", 0, NULL, &forms), 0);
	assert_true(forms.gl_pathc >= 2);
	for (i = 0; i < forms.gl_pathc; i++) {
		const char *path = forms.gl_pathv[i];
		struct document *doc =
			paper(path, json_of("{'form': {'name': 'Mẫu số 0'}}"));
		struct layout *layout = lay_out(doc);

		assert_true(doc->n_missing > 0);
		for (k = 0; k < doc->n_missing; k++)
			if (strpbrk(doc->missing[k], "._"))
				fail_msg("%s: %s", path, doc->missing[k]);
		layout_free(&layout);
		document_free(&doc);
	}
	globfree(&forms);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letter_has_what_the_form_asks),
		cmocka_unit_test(a_renewed_certificate_stands_there_once),
		cmocka_unit_test(a_deputy_of_a_committee_signs_on_three_lines),
		cmocka_unit_test(a_report_says_as_what_it_is_signed),
		cmocka_unit_test(nothing_known_is_nothing_invented),
		cmocka_unit_test(nfd_input_comes_out_composed),
		cmocka_unit_test(a_form_is_found_by_its_name),
		cmocka_unit_test(every_form_can_be_filled),
	};

	return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
