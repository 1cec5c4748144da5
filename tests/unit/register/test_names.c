/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names as two papers write them. */
#include "../unit.h"

#include "register/names.h"

static void a_person_is_known_however_written(void **state)
{
	(void)state;
	assert_true(names_same_person("Nguyễn Văn An", "NGUYEN VAN AN"));
	assert_true(names_same_person("Nguyễn  Văn An", "Nguyễn Văn An (M)"));
	assert_true(names_same_person("Phó Giám đốc Nguyễn Văn An",
				      "Nguyễn Văn An"));
	assert_true(
		names_same_person("Ông Nguyễn Văn An", "ThS. Nguyễn Văn An"));
	assert_true(names_same_person("Đỗ Thị Đào", "Do Thi Dao"));
	/* Each is a part of the other, and another person. */
	assert_false(names_same_person("Nguyễn Văn An", "Nguyễn Văn"));
	assert_false(names_same_person("Trần Nguyễn Văn An", "Nguyễn Văn An"));
	assert_false(names_same_person("Nguyễn Văn An", "Nguyễn Văn Anh"));
	assert_false(names_same_person("Giám đốc An", "An"));
	assert_false(names_same_person("-", "-."));
}

static void a_desk_is_known_by_its_whole_name(void **state)
{
	static const char desk[] = "Sở Khoa học và Công nghệ tỉnh Lâm Đồng";

	(void)state;
	assert_true(names_addressed_to(desk, desk));
	assert_true(names_addressed_to("SỞ KHOA HỌC & CÔNG NGHỆ TỈNH LÂM ĐỒNG",
				       desk));
	assert_true(names_addressed_to("Sở KH&CN tỉnh Lâm Đồng", desk));
	assert_true(names_addressed_to(
		"Cục Chứng thực số; Sở Khoa học và Công nghệ tỉnh Lâm Đồng",
		desk));
	assert_true(names_addressed_to("UBND TP. Đà Lạt",
				       "Ủy ban nhân dân thành phố Đà Lạt"));
	assert_false(names_addressed_to("Sở Khoa học và Công nghệ", desk));
	assert_false(names_addressed_to(
		"Sở Khoa học và Công nghệ tỉnh Lâm Đồng Mới", desk));
	assert_false(names_addressed_to(
		"Văn phòng Sở Khoa học và Công nghệ tỉnh Lâm Đồng", desk));
	assert_false(names_addressed_to("Ủy ban nhân dân xã Ninh Giang",
					"Ủy ban nhân dân xã Ninh"));
	assert_false(names_addressed_to(";", desk));
	assert_true(names_addressed_to(
		desk, "Bàn khôi phục, Sở Khoa học và Công nghệ tỉnh Lâm Đồng"));
	assert_false(names_addressed_to(
		"UBND tỉnh Lâm Đồng",
		"Sở Khoa học và Công nghệ, UBND tỉnh Lâm Đồng"));
	assert_false(names_addressed_to(desk, "Bàn khôi phục, Sở Nội vụ"));
}

static void agencies_share_more_than_their_province(void **state)
{
	static const char cert[] =
		"Văn phòng Sở, Sở Tài chính, UBND tỉnh Ví Dụ";

	(void)state;
	assert_true(names_share_agency("Sở Tài chính", cert));
	assert_true(names_share_agency("so tai chinh tinh vi du", cert));
	assert_true(names_share_agency("Ủy ban nhân dân tỉnh Ví Dụ", cert));
	assert_true(names_share_agency("Phòng Ngân sách, Sở Tài chính", cert));
	assert_true(names_share_agency("Phòng Ngân sách Sở Tài chính", cert));
	assert_false(names_share_agency("Sở Khác", cert));
	/* The province is that of all its agencies. */
	assert_false(names_share_agency("Sở Xây dựng, UBND tỉnh Ví Dụ", cert));
	assert_false(names_share_agency("Ủy ban nhân dân xã Ninh Giang",
					"Ủy ban nhân dân xã Ninh"));
	assert_false(names_share_agency(",", ",;"));
	assert_true(names_within_agency("Sở Tài chính", "Sở Tài chính"));
	assert_true(names_within_agency("Văn phòng Sở Tài chính tỉnh Ví Dụ",
					"Sở Tài chính"));
	assert_true(names_within_agency("Phòng Ngân sách, Sở Tài chính",
					"Sở Tài chính, UBND tỉnh Ví Dụ"));
	assert_true(names_within_agency("Văn phòng Sở Tài chính",
					"Sở Tài chính tỉnh Ví Dụ"));
	assert_true(names_within_agency("UBND xã Ninh Giang, tỉnh Ví Dụ",
					"Ủy ban nhân dân xã Ninh Giang"));
	assert_false(
		names_within_agency("Sở Tài chính", "Văn phòng Sở Tài chính"));
	assert_false(
		names_within_agency("Sở Tài chính - Kế hoạch", "Sở Tài chính"));
	assert_false(names_within_agency("Ủy ban nhân dân xã Nam Sách",
					 "Ủy ban nhân dân xã Ninh Giang"));
	assert_false(names_within_agency("UBND tỉnh Ví Dụ",
					 "Sở Tài chính, UBND tỉnh Ví Dụ"));
	assert_false(names_within_agency(",", "Sở Tài chính"));
	assert_true(names_are_peers("Sở Y tế", "Sở Tài chính"));
	assert_true(names_are_peers("Phòng 1, Sở Y tế", "Sở Tài chính tỉnh A"));
	assert_true(names_are_peers("UBND xã A", "Ủy ban nhân dân phường B"));
	assert_false(names_are_peers("Sở Tài chính tỉnh A", "Sở Tài chính"));
	assert_false(names_are_peers("Chi cục Thuế", "Sở Tài chính"));
	assert_false(names_are_peers("Sở Y tế", "Ủy ban nhân dân tỉnh A"));
	assert_false(names_are_peers("Trường A", "Ủy ban nhân dân xã A"));
}

static void a_number_is_known_however_grouped(void **state)
{
	(void)state;
	assert_true(names_same_certificate("0a1b", "A:1B"));
	assert_true(names_same_certificate("4C 3A 91", "4c3a91"));
	assert_false(names_same_certificate("4C3A91", "4C3A9"));
}

static void accents_tell_people_apart(void **state)
{
	static const char *const same[][2] = {
		{ "Nguyễn Văn Hùng", "NGUYỄN VĂN HÙNG" },
		{ "Nguyễn Văn Hùng", "nguyen van hung" },
		{ "nguyen van hung", "NGUYEN VAN HUNG" },
		{ "Lê Thị Hòa", "Lê Thị Hoà" },
		{ "Đỗ Thúy Hoàng", "ĐỖ THUÝ HOÀNG" },
		/* The accents apart from their letters. */
		{ "Hùng", "Hu\xcc\x80ng" },
	};
	static const char *const two[][2] = {
		{ "Nguyễn Văn Hùng", "Nguyễn Văn Hưng" },
		{ "Nguyễn Văn Hùng", "Nguyễn Văn Hung" },
		{ "Đỗ Văn An", "Dỗ Văn An" },
		{ "Nguyễn Văn An", "Nguyễn Văn Anh" },
		{ "Nguyễn Văn An", "Ông Nguyễn Văn An" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		assert_true(names_spelt_alike(same[i][0], same[i][1]));
	for (size_t i = 0; i < sizeof(two) / sizeof(two[0]); i++)
		assert_false(names_spelt_alike(two[i][0], two[i][1]));
	assert_true(names_has_accents("Đo"));
	assert_false(names_has_accents("Do Van A"));
}

static void an_office_is_known_by_its_short_form(void **state)
{
	(void)state;
	assert_true(names_same_office("UBND xã Hòa An",
				      "Ủy ban nhân dân xã Hòa An"));
	assert_true(names_same_office("ubnd xa hoa an",
				      "Ủy ban nhân dân xã Hòa An"));
	assert_true(names_same_office("HĐND xã A", "Hội đồng nhân dân xã A"));
	assert_false(names_same_office("UBND xã Hoá An",
				       "Ủy ban nhân dân xã Hòa An"));
	assert_false(names_same_office("UBND xã A", "Hội đồng nhân dân xã A"));
	assert_false(names_same_office("UBND", "Ủy ban nhân dân"));
	assert_true(names_same_office("so tai chinh", "Sở Tài chính"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_person_is_known_however_written),
		cmocka_unit_test(a_desk_is_known_by_its_whole_name),
		cmocka_unit_test(agencies_share_more_than_their_province),
		cmocka_unit_test(a_number_is_known_however_grouped),
		cmocka_unit_test(accents_tell_people_apart),
		cmocka_unit_test(an_office_is_known_by_its_short_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
