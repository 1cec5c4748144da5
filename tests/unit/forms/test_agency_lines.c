/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The lines of an agency's name: Nghị định 30/2020/NĐ-CP, Phụ lục I, ô 2. */
#include "forms/agency_lines.h"
#include "unit/papers.h"

/* The left column of a letterhead, and half the text. */
#define LETTERHEAD 191600
#define LETTERHEAD_SMALL 205600
#define HALF 233800

static void assert_lines(const char *name, int size, int width,
			 const char *want)
{
	struct document *doc = document_new();
	bool torn;

	assert_non_null(doc);
	assert_string_equal(agency_lines(doc, document_upper(doc, name),
					 STYLE_BOLD, size, width, &torn),
			    want);
	assert_false(torn);
	document_free(&doc);
}

static void a_line_ends_before_a_place_and_not_inside(void **state)
{
	static const char *const cases[][2] = {
		{ "Ủy ban nhân dân xã Đạ Tẻh", "ỦY BAN NHÂN DÂN\nXÃ ĐẠ TẺH" },
		{ "Uỷ ban nhân dân đặc khu Phú Quý",
		  "UỶ BAN NHÂN DÂN\nĐẶC KHU PHÚ QUÝ" },
		{ "Ủy ban nhân dân phường 1 Bảo Lộc",
		  "ỦY BAN NHÂN DÂN\nPHƯỜNG 1 BẢO LỘC" },
		{ "Ủy ban nhân dân thành phố Hồ Chí Minh",
		  "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HỒ CHÍ MINH" },
		{ "Hội đồng nhân dân tỉnh Lâm Đồng",
		  "HỘI ĐỒNG NHÂN DÂN\nTỈNH LÂM ĐỒNG" },
		{ "Thường trực Hội đồng nhân dân xã Đạ Tẻh",
		  "THƯỜNG TRỰC\nHỘI ĐỒNG NHÂN DÂN\nXÃ ĐẠ TẺH" },
		{ "Văn phòng Ủy ban nhân dân tỉnh",
		  "VĂN PHÒNG\nỦY BAN NHÂN DÂN TỈNH" },
		{ "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã Đạ Tẻh",
		  "VĂN PHÒNG\nHỘI ĐỒNG NHÂN DÂN\nVÀ ỦY BAN NHÂN DÂN\n"
		  "XÃ ĐẠ TẺH" },
		{ "Chi cục Kiểm lâm tỉnh Lâm Đồng",
		  "CHI CỤC KIỂM LÂM\nTỈNH LÂM ĐỒNG" },
		/* The xã of xã hội is no place. */
		{ "Bảo hiểm xã hội tỉnh Lâm Đồng",
		  "BẢO HIỂM XÃ HỘI\nTỈNH LÂM ĐỒNG" },
		{ "Phòng Văn hóa - Xã hội xã Đạ Tẻh",
		  "PHÒNG VĂN HÓA - XÃ HỘI\nXÃ ĐẠ TẺH" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++)
		assert_lines(cases[i][0], 13, LETTERHEAD, cases[i][1]);
	assert_lines("Ủy ban nhân dân phường Xuân Hương - Đà Lạt", 12,
		     LETTERHEAD_SMALL,
		     "ỦY BAN NHÂN DÂN\nPHƯỜNG XUÂN HƯƠNG - ĐÀ LẠT");
	assert_lines("Chủ tịch Ủy ban nhân dân xã Đạ Tẻh", 14, HALF,
		     "CHỦ TỊCH ỦY BAN NHÂN DÂN\nXÃ ĐẠ TẺH");
}

static void a_compound_is_not_torn(void **state)
{
	static const char *const cases[][2] = {
		{ "Sở Tài chính", "SỞ TÀI CHÍNH" },
		{ "Sở Khoa học và Công nghệ", "SỞ KHOA HỌC\nVÀ CÔNG NGHỆ" },
		{ "Sở Văn hóa, Thể thao và Du lịch",
		  "SỞ VĂN HÓA, THỂ THAO\nVÀ DU LỊCH" },
		{ "Trung tâm Phục vụ hành chính công xã Đạ Tẻh",
		  "TRUNG TÂM PHỤC VỤ\nHÀNH CHÍNH CÔNG\nXÃ ĐẠ TẺH" },
		{ "Trung tâm Chuyển đổi số và Công nghệ thông tin",
		  "TRUNG TÂM CHUYỂN ĐỔI SỐ\nVÀ CÔNG NGHỆ THÔNG TIN" },
		{ "Trường Mầm non Hoa Hồng", "TRƯỜNG MẦM NON\nHOA HỒNG" },
		{ "Trường Trung học cơ sở Nguyễn Du",
		  "TRƯỜNG TRUNG HỌC CƠ SỞ\nNGUYỄN DU" },
		{ "Trường Trung học phổ thông Chuyên Thăng Long - Đà Lạt",
		  "TRƯỜNG TRUNG HỌC\nPHỔ THÔNG CHUYÊN\n"
		  "THĂNG LONG - ĐÀ LẠT" },
		{ "Ban Quản lý các khu công nghiệp tỉnh Lâm Đồng",
		  "BAN QUẢN LÝ\nCÁC KHU CÔNG NGHIỆP\nTỈNH LÂM ĐỒNG" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++)
		assert_lines(cases[i][0], 13, LETTERHEAD, cases[i][1]);
}

static void a_slash_ends_a_line_by_hand(void **state)
{
	json_t *facts = json_of("{'agency': {'name': 'Ủy ban / nhân dân/xã X ',"
				" 'parent': 'Tỉnh Y'}}");
	struct document *doc = document_new();

	(void)state;
	assert_non_null(doc);
	assert_lines("Trường THPT Chuyên / Thăng Long - Đà Lạt / ", 13,
		     LETTERHEAD, "TRƯỜNG THPT CHUYÊN\nTHĂNG LONG - ĐÀ LẠT");
	assert_int_equal(agency_settle(facts), 0);
	assert_string_equal(dossier_text(facts, "agency.name"),
			    "Ủy ban nhân dân xã X");
	assert_string_equal(dossier_text(facts, "agency.parent"), "Tỉnh Y");
	assert_string_equal(agency_name(doc, facts, "agency.name"),
			    "Ủy ban / nhân dân/xã X ");
	assert_string_equal(agency_name(doc, facts, "agency.parent"), "Tỉnh Y");
	/* Data of an earlier letter keep its lines, but not for another name.
	 */
	assert_int_equal(agency_settle(facts), 0);
	assert_string_equal(agency_name(doc, facts, "agency.name"),
			    "Ủy ban / nhân dân/xã X ");
	assert_int_equal(dossier_put(facts, "agency.name", "Sở Y tế"), 0);
	assert_string_equal(agency_name(doc, facts, "agency.name"), "Sở Y tế");
	json_decref(facts);
	document_free(&doc);
}

/* A name of any length comes out whole. */
static void a_name_that_no_column_holds_is_whole(void **state)
{
	struct document *doc = document_new();
	const char *name = "", *lines;
	bool torn;
	size_t i;

	(void)state;
	assert_non_null(doc);
	assert_string_equal(
		agency_lines(doc, "", STYLE_BOLD, 13, LETTERHEAD, &torn), "");
	lines = agency_lines(doc, "XÃ ĐẠ HUOAI ĐẠ TẺH CÁT TIÊN BẢO LÂM", 0, 13,
			     LETTERHEAD, &torn);
	assert_true(torn);
	assert_non_null(strchr(lines, '\n'));
	for (i = 0; i < 200; i++)
		name = document_format(doc, "%s%sCHỮ", name, i ? " " : "");
	assert_string_equal(agency_lines(doc, name, 0, 13, LETTERHEAD, &torn),
			    name);
	document_free(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_ends_before_a_place_and_not_inside),
		cmocka_unit_test(a_compound_is_not_torn),
		cmocka_unit_test(a_slash_ends_a_line_by_hand),
		cmocka_unit_test(a_name_that_no_column_holds_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
