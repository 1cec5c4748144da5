/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What officers write as a reason, against the cases that regulations list. */
#include "regulations.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static const char *const codes[] = { "default",	 "lam-dong", "ninh-binh",
				     "bac-ninh", "phu-tho",  "tien-giang" };

enum { DEFAULT, LAM_DONG, NINH_BINH, BAC_NINH, PHU_THO, TIEN_GIANG };

static struct province *provinces[N(codes)];

static int load_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(codes); i++)
		provinces[i] = load(codes[i]);
	return 0;
}

static int free_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(codes); i++)
		province_free(&provinces[i]);
	return 0;
}

/* A reason for a revocation is remarked on where it is not listed, and refused
 * for nothing. */
static void judge(size_t province, const char *procedure, const char *holder,
		  const char *reason, bool listed)
{
	bool changes = strcmp(procedure, "change") == 0;
	bool remark = strcmp(procedure, "revoke") == 0;
	char row[256];

	snprintf(row, sizeof(row), "[{\"holder\":\"%s\",\"%s\":\"%s\"%s}]",
		 holder, changes ? "change" : "reason", reason,
		 changes ? ",\"change_to\":\"B\"" : "");
	if (listed)
		passes(provinces[province], procedure, row);
	else
		found(check_at(provinces[province], procedure, row, NOW),
		      remark, "listed-reason", reason);
}

static void revoke(size_t province, const char *holder, const char *reason,
		   bool listed)
{
	judge(province, "revoke", holder, reason, listed);
}

static void change(size_t province, const char *holder, const char *what,
		   bool listed)
{
	judge(province, "change", holder, what, listed);
}

static void a_revocation_has_a_listed_case(void **state)
{
	(void)state;
	revoke(LAM_DONG, "organization", "Nghỉ hưu", false);
	revoke(LAM_DONG, "", "Nghỉ hưu", true);
	revoke(LAM_DONG, "unknown", "Không còn nhu cầu", false);
	revoke(LAM_DONG, "person", "Sáp nhập", false);
	/* "hỏng" is no part of "không" folded, nor of "phòng". */
	revoke(LAM_DONG, "person", "Không dùng nữa", false);
	revoke(LAM_DONG, "person", "Phòng đề nghị", false);
	revoke(LAM_DONG, "person", "", true);
	revoke(LAM_DONG, "person", " - ", true);
	revoke(LAM_DONG, "person", "Chuyển công tác", true);
	revoke(NINH_BINH, "person", "Chuyển công tác ra ngoài khu vực Nhà nước",
	       true);
}

/* NĐ 68/2024 Điều 17.1: the managing agency may ask for it by itself. */
static void no_wording_refuses_a_revocation(void **state)
{
	static const struct {
		const char *holder, *reason;
		bool listed;
	} cases[] = {
		{ "person", "mất USB token", true },
		{ "person", "Token bị cháy", true },
		{ "person", "chết", true },
		{ "organization", "hợp nhất với Sở Nội vụ", false },
		{ "organization", "tổ chức lại", false },
		{ "person", "không còn nhu cầu", false },
		{ "person", "chuyển công tác sang doanh nghiệp tư nhân", true },
		{ "person", "quên mật khẩu", false },
	};

	(void)state;
	for (size_t i = 0; i < N(codes); i++)
		for (size_t k = 0; k < N(cases); k++)
			revoke(i, cases[k].holder, cases[k].reason,
			       cases[k].listed);
}

/* Ninh Bình 165/2025 Điều 11.5 and 11.6. */
static void only_a_move_inside_the_state_sector_is_refused(void **state)
{
	static const char *const within[] = {
		"Chuyển công tác đến Sở Tài chính",
		"điều động sang UBND xã Gia Hưng",
		"Luân chuyển về Bộ Khoa học và Công nghệ",
		"Chuyển công tác trong khu vực Nhà nước",
		"CHUYEN CONG TAC DEN SO TAI CHINH",
	};
	static const char *const anywhere[] = {
		"Chuyển công tác",
		"chuyển công tác đến cơ quan khác",
		"Chuyển công tác từ Sở Tài chính",
		"Điều động theo Quyết định số 12/QĐ-STC",
	};
	static const char *const out[] = {
		"chuyển công tác sang doanh nghiệp tư nhân",
		"Chuyển công tác đến Công ty cổ phần A",
		"Chuyển công tác ra ngoài khu vực Nhà nước",
		"Thất lạc khi chuyển công tác đến Sở Tài chính",
		"Không chuyển công tác đến Sở Tài chính; nghỉ hưu",
		"Nghỉ hưu",
	};
	char row[256];

	(void)state;
	for (size_t i = 0; i < N(codes); i++) {
		for (size_t k = 0; k < N(within); k++) {
			(void)snprintf(
				row, sizeof(row),
				"[{\"holder\":\"person\",\"reason\":\"%s\"}]",
				within[k]);
			if (i == NINH_BINH)
				fails(provinces[i], "revoke", row,
				      "moved-within-state", within[k]);
			else
				passes(provinces[i], "revoke", row);
		}
		for (size_t k = 0; k < N(out); k++)
			revoke(i, "person", out[k], true);
	}
	for (size_t k = 0; k < N(anywhere); k++) {
		(void)snprintf(row, sizeof(row),
			       "[{\"holder\":\"person\",\"reason\":\"%s\"}]",
			       anywhere[k]);
		remarks(provinces[NINH_BINH], "revoke", row,
			"moved-within-state", "does not say where to");
	}
}

static void a_change_is_a_listed_case(void **state)
{
	(void)state;
	change(PHU_THO, "person", "Họ và tên", false);
	change(PHU_THO, "person", "Chức vụ", false);
	change(PHU_THO, "organization", "Địa chỉ thư điện tử", false);
	change(PHU_THO, "organization", "Địa chỉ e-mail", false);
	change(PHU_THO, "device", "Địa chỉ", false);
	change(PHU_THO, "", "Nâng cấp phiên bản", true);
	change(LAM_DONG, "device", "Nâng cấp phiên bản", false);
	fails(provinces[LAM_DONG], "change",
	      "[{\"holder\":\"device\",\"change\":\"Tên\",\"change_to\":\"B\"}]",
	      "listed-reason", "no case is listed for this kind of holder");
}

/* Article 17 of the decree, in every province. */
static void each_case_of_revocation_passes_as_officers_write_it(void **state)
{
	static const struct {
		const char *holder, *reason;
	} cases[] = {
		{ "person", "Chứng thư hết hạn sử dụng" },
		{ "person", "Hết thời hạn sử dụng" },
		{ "organization", "Đã hết hiệu lực" },
		{ "person", "nghi bị lộ khóa bí mật" },
		{ "person", "Nghi ngờ lộ khoá bí mật" },
		{ "organization", "Khóa bí mật bị lộ" },
		{ "person", "thiết bị bị hỏng" },
		{ "organization", "Thiết bị hỏng" },
		{ "person", "USB Token hỏng, không nhận" },
		{ "person", "Máy không đọc được do hỏng thiết bị" },
		{ "person", "Token bị hư" },
		{ "person", "bị thất lạc" },
		{ "person", "Thiết bị bị thất lạc" },
		{ "device", "Bị mất thiết bị lưu khóa bí mật" },
		{ "person", "Làm mất thiết bị" },
		{ "person", "Các trường hợp mất an toàn khác" },
		{ "person", "Theo yêu cầu của cơ quan tiến hành tố tụng" },
		{ "person", "Theo đề nghị của Công an tỉnh" },
		{ "person", "Cơ quan Công an yêu cầu" },
		{ "person", "Cơ quan, tổ chức quản lý trực tiếp yêu cầu" },
		{ "person", "Thay đổi vị trí công tác" },
		{ "person", "Chuyển công tác ra ngoài khu vực Nhà nước" },
		{ "person", "Nghỉ hưu từ ngày 01/01/2027" },
		{ "person", "NGHI HUU" },
		{ "person", "nghĩ hưu trước tuổi" },
		{ "person", "Về hưu" },
		{ "person", "Thôi việc theo nguyện vọng" },
		{ "person", "Nghỉ việc" },
		{ "person", "Từ trần" },
		{ "organization", "Giải thể" },
		{ "organization", "chia tách" },
		{ "organization", "Chia, tách, sáp nhập" },
		{ "organization", "Tách đơn vị" },
		{ "organization", "Chia thành hai xã" },
		{ "organization", "sáp nhập đơn vị" },
		{ "device", "Phần mềm ngừng hoạt động" },
		{ "device", "Dịch vụ đã dừng hoạt động" },
	};

	(void)state;
	for (size_t i = 0; i < N(codes); i++)
		for (size_t k = 0; k < N(cases); k++)
			revoke(i, cases[k].holder, cases[k].reason, true);
	for (size_t i = 0; i < N(codes); i++)
		if (i != NINH_BINH)
			revoke(i, "person", "Chuyển công tác", true);
}

/* Article 15 of the decree. */
static void each_case_of_change_passes_as_officers_write_it(void **state)
{
	static const struct {
		const char *holder, *what;
	} cases[] = {
		{ "person", "Cơ quan" },
		{ "person", "Cơ quan, tổ chức công tác" },
		{ "person", "đổi cơ quan công tác" },
		{ "person", "Đơn vị công tác" },
		{ "person", "Chuyển đơn vị" },
		{ "person", "chuyển công tác" },
		{ "person", "đổi địa chỉ thư điện tử" },
		{ "person", "Địa chỉ thư điện tử công vụ" },
		{ "person", "Dia chi thu dien tu" },
		{ "person", "E-mail" },
		/* lawful-change-refused: each as an office calls itself. */
		{ "person", "nơi làm việc" },
		{ "person", "hòm thư công vụ" },
		{ "person", "Thư công vụ" },
		{ "person", "Sở đang công tác" },
		{ "person", "Cơ quan và điện thoại cơ quan" },
		{ "organization", "tên trường" },
		{ "organization", "Tên xã" },
		{ "organization", "tên sở" },
		{ "organization", "tên gọi" },
		{ "organization", "nơi đặt trụ sở" },
		{ "organization", "Đổi tên" },
		{ "organization", "Tên cơ quan" },
		{ "organization", "Tên cơ quan, tổ chức" },
		{ "organization", "Thay đổi tên đơn vị" },
		{ "organization", "Địa chỉ" },
		{ "organization", "Địa chỉ hoạt động" },
		{ "device", "Đổi tên phần mềm" },
		{ "device", "Tên thiết bị" },
		{ "device", "Nâng cấp phiên bản" },
		{ "device", "Bổ sung tính năng" },
	};

	(void)state;
	for (size_t i = 0; i < N(codes); i++)
		for (size_t k = 0; k < N(cases); k++)
			if (i != LAM_DONG ||
			    strcmp(cases[k].holder, "device") != 0)
				change(i, cases[k].holder, cases[k].what, true);
}

static void a_word_that_is_too_little_is_no_case(void **state)
{
	(void)state;
	revoke(LAM_DONG, "organization", "Chia sẻ mật khẩu", false);
	revoke(LAM_DONG, "organization", "Tách riêng hồ sơ", false);
	revoke(LAM_DONG, "person", "Chuyển sang Công an xã", false);
	revoke(LAM_DONG, "person", "Ông A quản lý trực tiếp", false);
	revoke(LAM_DONG, "person", "Bị mất mật khẩu", false);
	revoke(LAM_DONG, "person", "Nghỉ việc riêng", false);
	change(PHU_THO, "organization", "Tên", false);
	change(PHU_THO, "organization", "Tên người ký", false);
	change(PHU_THO, "device", "Tên", false);
	change(PHU_THO, "person", "Điện thoại cơ quan", false);
	change(PHU_THO, "person", "Trưởng phòng Tổ chức", false);
	/* The agency is named, and not said to change. */
	change(PHU_THO, "person", "họ tên (cơ quan giữ nguyên)", false);
	change(PHU_THO, "person", "chức vụ trong cơ quan", false);
	change(PHU_THO, "person", "số CCCD do cơ quan công an cấp lại", false);
	change(PHU_THO, "organization", "Tên Trưởng phòng", false);
}

static void what_is_denied_is_no_case(void **state)
{
	(void)state;
	revoke(LAM_DONG, "person", "không bị mất, không thất lạc", false);
	revoke(LAM_DONG, "person", "Thiết bị không hỏng", false);
	revoke(LAM_DONG, "person", "Chưa hề bị hỏng", false);
	revoke(LAM_DONG, "person", "CHUA NGHI HUU", false);
	revoke(LAM_DONG, "person", "không phải do làm mất", false);
	revoke(LAM_DONG, "organization", "Chưa sáp nhập", false);
	change(PHU_THO, "organization", "Không thay đổi tên cơ quan", false);
	/* Denied once, and said once. */
	revoke(LAM_DONG, "person", "Không hỏng, bị thất lạc", true);
	revoke(LAM_DONG, "person", "Còn dùng được không? Hỏng", true);
	revoke(LAM_DONG, "person", "Không mở được do hỏng", true);
}

static void accents_that_are_there_count(void **state)
{
	(void)state;
	revoke(LAM_DONG, "person", "Trả thiết bị lưu khóa bí mật", false);
	revoke(LAM_DONG, "person", "Bà Hồng đề nghị", false);
	revoke(LAM_DONG, "person", "Hổng còn dùng", false);
	revoke(LAM_DONG, "person", "việc công anh Ba giao", false);
	revoke(LAM_DONG, "person", "Ho\xCC\x89ng", true);
	revoke(LAM_DONG, "person", "HONG", true);
	revoke(LAM_DONG, "person", "lộ khoá", true);
	revoke(LAM_DONG, "person", "Bi\xCC\xA3 m\xC3\xA2\xCC\x81t", true);
	revoke(LAM_DONG, "person", "Đổi vị trí", true);
	revoke(LAM_DONG, "person", "doi vi tri", true);
	revoke(LAM_DONG, "person", "dồi vị trí", false);
}

static void a_recovery_is_of_a_locked_device(void **state)
{
	static const char *const cases[] = {
		"Nhập sai mật khẩu quá số lần quy định",
		"nhập sai mã PIN quá 3 lần",
		"Thiết bị bị khoá",
		"Quên mật khẩu nên bị khóa",
		"",
	};

	(void)state;
	for (size_t i = 0; i < N(codes); i++) {
		for (size_t k = 0; k < N(cases); k++)
			judge(i, "recover", "person", cases[k], true);
		judge(i, "recover", "person", "Nghỉ hưu", false);
		judge(i, "recover", "person", "không bị khóa", false);
		judge(i, "recover", "person", "Quên mật khẩu", i == BAC_NINH);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_revocation_has_a_listed_case),
		cmocka_unit_test(no_wording_refuses_a_revocation),
		cmocka_unit_test(
			only_a_move_inside_the_state_sector_is_refused),
		cmocka_unit_test(a_change_is_a_listed_case),
		cmocka_unit_test(
			each_case_of_revocation_passes_as_officers_write_it),
		cmocka_unit_test(
			each_case_of_change_passes_as_officers_write_it),
		cmocka_unit_test(a_word_that_is_too_little_is_no_case),
		cmocka_unit_test(what_is_denied_is_no_case),
		cmocka_unit_test(accents_that_are_there_count),
		cmocka_unit_test(a_recovery_is_of_a_locked_device),
	};

	return cmocka_run_group_tests(tests, load_all, free_all);
}
