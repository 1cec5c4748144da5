/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "input/secret_text.h"
#include "unit/unit.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static void secrets_are_seen(void **state)
{
	static const char *const texts[] = {
		"PIN 482913",
		"két, PIN 482913",
		"PIN: 4829",
		"pin=4829",
		"PIN482913",
		"token PIN482913",
		"SO PIN 51827364",
		"SO-PIN của token mới là 51827364",
		"SO PIN 7a31c59e04d8f26b",
		"mã PUK: 28461937",
		"PUK 28461937",
		"mật khẩu: hoa2024x",
		"mật khẩu là hoa12",
		"Mật khẩu \"P@ss1\"",
		"MẬT KHẨU MẶC ĐỊNH 12345678",
		"mat khau 12345678",
		"mã mở khóa 482913",
		"mã mở khoá thiết bị: 482913",
		"mã kích hoạt 482913",
		"MK: 482913",
		"password 482913",
		"PIN 48 29 13",
		"PIN 48-29-13",
		"482913 là mã PIN",
		"482913 (PIN)",
		"PIN đã được đổi thành 482913",
		"PIN thiết bị 482913",
		"PIN token 482913",
		"khóa PIN 3 lần, nay đặt 482913",
		"PIN 0912345678",
		"PIN 2025",
		"PIN của An (482913)",
		"PIN 482913 đổi ngày 21/11/2026",
		"ngày 21/11/2026 PIN 482913",
		"PIN\t482913",
		"PIN 11/2026 482913",
		"PIN 2026-11-21 482913",
		"số hiệu 12345678, PIN 482913",
		"PIN bị khóa. PIN mới 482913",
	};

	(void)state;
	for (size_t i = 0; i < N(texts); i++)
		if (secret_is_in_text(texts[i]) != 1)
			fail_msg("%s", texts[i]);
}

/* A text that says something of a PIN, beside a number that is surely another,
 * is no secret: to refuse it would keep what happened out of the register. */
static void other_numbers_are_no_secrets(void **state)
{
	static const char *const texts[] = {
		"",
		"PIN",
		"482913",
		"PIN bị khóa",
		"PIN còn 3 lần thử",
		"đổi PIN ngày 21/11/2026",
		"đổi PIN 21.11.2026",
		"đổi PIN 2026-11-21",
		"vanpin1985@vidu.gov.vn",
		"Y.Pin1985@vidu.gov.vn",
		"email van.pin1985@vidu.gov.vn, PIN khóa",
		"đổi PIN 11/2026",
		"đã đổi mật khẩu năm 2025",
		"khóa PIN theo công văn 1234/STC-VP",
		"cấp lại PIN, nhiệm kỳ 2021-2026",
		"PIN theo Nghị định 68/2024/NĐ-CP",
		"khóa PIN 3 lần, token MOCK00001234",
		"PIN bị khóa thiết bị 12345678",
		"PIN của thiết bị số hiệu 12345678 bị khóa",
		"token CA0D0000 bị khóa PIN",
		"serial 12345678 khóa PIN",
		"S/N 12345678, PIN khóa",
		"số hiệu: 12345678; mật khẩu đã niêm phong",
		"PIN bị khóa, gọi 0912345678",
		"PIN bị khóa, gọi 0912 345 678",
		"mất PIN, CCCD 001234567890",
		"PIN bị khóa trên 1200 thiết bị",
		"Trạng thái PIN: ok",
		"PKCS#11, mã mở khóa ở két",
		"spinning 12345",
		"ngày 21/11/2026",
		"Phòng 1204, Học viện Kỹ thuật Mật mã",
	};

	(void)state;
	for (size_t i = 0; i < N(texts); i++)
		if (secret_is_in_text(texts[i]) != 0)
			fail_msg("%s", texts[i]);
}

/* What a token calls itself is no text of an officer, unless the code stands
 * right behind the word. */
static void names_of_tokens(void **state)
{
	(void)state;
	assert_int_equal(
		secret_is_in_field("device_label", "CA0D0000 (UserPIN)"), 0);
	assert_int_equal(secret_is_in_field("every.device_label",
					    "AN,38001085718 (PIN1)"),
			 0);
	assert_int_equal(secret_is_in_field("device_serial", "PIN0012345"), 0);
	assert_int_equal(secret_is_in_field("device_label", "An PIN 482913"),
			 1);
	assert_int_equal(secret_is_in_field("device_serial", "PIN: 482913"), 1);
	assert_int_equal(secret_is_in_field("note", "CA0D0000 (UserPIN)"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_are_seen),
		cmocka_unit_test(other_numbers_are_no_secrets),
		cmocka_unit_test(names_of_tokens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
