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
		/* an-incomplete-filter: digits of other widths and scripts */
		"PIN ４８２９１３",
		"ＰＩＮ 482913",
		"PIN ٤٨٢٩١٣",
		"PIN ۴۸۲۹۱۳",
		"PIN ४८२९१३",
		"PIN ៤៨២៩១៣",
		"PIN 𝟒𝟖𝟐𝟗𝟏𝟑",
		"PIN ④⑧②⑨①③",
		"PIN ❹❽❷❾❶❸",
		"PIN ⁴⁸²⁹¹³",
		"PIN 4️⃣8️⃣2️⃣9️⃣",
		/* what has no width, or is a mark */
		"PIN 4\u200b8\u200b2\u200b9\u200b1\u200b3",
		"PIN 48\u00ad29\u00ad13",
		"P\u200bI\u200bN 482913",
		"P\u0323IN 482913",
		"mậ\u2060t kh\ufeffẩu 482913",
		"ma\u0323\u0302t kha\u0302\u0309u 482913",
		"PIN\u00a0482913",
		"PIN 4\u20108\u20102\u20109",
		/* letters of other alphabets */
		"РІN 482913",
		"ΡΙΝ 482913",
		"ᴘɪɴ 482913",
		"P1N 482913",
		"PIN№482913",
		/* letter by letter, digit by digit */
		"P.I.N 482913",
		"P.I.N. 482913",
		"P I N 482913",
		"P-I-N: 4829",
		"S.O. P.I.N 51827364",
		"m ậ t k h ẩ u 482913",
		"PINs 482913",
		"PIN 4,8,2,9,1,3",
		"PIN 4, 8, 2, 9, 1, 3",
		"PIN 4 8 2 9 1 3",
		"PIN 4/8/2/9/1/3",
		"PIN 4/8/2/9",
		"PIN 4-8-2-9-1-3",
		"PIN 4 - 8 - 2 - 9",
		"PIN 4|8|2|9",
		"PIN 4_8_2_9",
		"PIN (4)(8)(2)(9)",
		"PIN 48.29.13",
		"PIN 482,913",
		/* other names, and other ways to say what they are */
		"mật mã 482913",
		"mật mã đăng nhập: 482913",
		"mã truy cập 482913",
		"PIN ngày 482913",
		"PIN năm 482913",
		"SO-PIN 51827364",
		"SO-PIN: 51827364",
		"PUK: 28461937",
		"pass: 482913",
		"pass: hoa2024x",
		"pass: P@ssword",
		"pwd=hoa12",
		"pw: 482913",
		"MK 482913",
		"mk482913",
		"matkhau482913",
		"482913PIN",
		"Mật khẩu mới: hoa12",
		"mật khẩu của token là hoa12",
		"PIN -> 482913",
		"PIN → 482913",
		"MẬT KHẨU=482913",
		"PIN 482913/AB",
		"PIN 4829/AB",
		"15/STC-PIN 482913",
		"Mã Pin 482913",
		"pin của thiết bị 482913",
		"Pin Mới 482913",
		"PIN bị lộ là 482913",
		"PIN 482913 bị lộ",
		"0912345678 là mã PIN",
		"PIN token là 482913",
		"PIN thiết bị số 15 là 482913",
		"số hiệu 12345678, 482913 là PIN",
		"Họ tên: An; MK: 482913",
		"tài khoản: an.nv, mật khẩu: 482913",
		"ĐT 0912345678, mật khẩu 482913",
		"PIN 99/99/2026",
		"PIN 4829 5 lần",
		"gửi PIN 482913 qua email an@vidu.gov.vn",
		/* pin-in-brackets: what it is of, or where it is written */
		"Pin thẻ (482913)",
		"PIN của thẻ (482913)",
		"PIN token (482913)",
		"PIN của thiết bị (482913)",
		"mật khẩu thẻ (482913)",
		"SO PIN thẻ (51827364)",
		"PIN thẻ sim (482913)",
		"PIN số (482913)",
		"PIN thẻ (48 29 13)",
		"PIN thẻ ( 4 8 2 9 1 3 )",
		"PIN thẻ (４８２９１３)",
		"PIN thẻ （482913）",
		"PIN thẻ ((482913))",
		"PIN thẻ (\"482913\")",
		"PIN thẻ [482913]",
		"PIN thẻ {482913}",
		"PIN thẻ <482913>",
		"PIN thẻ \"482913\"",
		"PIN thẻ '482913'",
		"PIN thẻ “482913”",
		"PIN thẻ ‘482913’",
		"PIN thẻ «482913»",
		"PIN thẻ 【482913】",
		"(PIN thẻ) (482913)",
		"\"PIN thẻ\" (482913)",
		"mã pin ghi ở sau thẻ 4 8 2 9 1 3",
		"PIN ghi ở mặt sau thẻ (482913)",
		"mật khẩu dán trên token 482913",
		"SO PIN viết trên thiết bị [51827364]",
		"PIN cho thẻ 482913",
		"PIN trên thẻ (482913)",
		"mật mã (482913)",
		"mã số bí mật 648219",
		"mã số bí mật của thẻ (648219)",
		"số bí mật 648219",
		"Số bí mật: 648219",
		"M.khẩu 648219",
		"m/khẩu thẻ (648219)",
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
		/* harmless-text-refused: tokens beside the word */
		"bị khóa PIN token 1234567890",
		"Bị khóa mã PIN của token 1234567890",
		"Quên mã PIN của token số 0A1B2C3D",
		"Quên PIN token 0A1B2C3D",
		"đổi PIN của token 12345678",
		"cấp lại mật khẩu cho token 12345678",
		"Token 1234567890 bị khóa PIN",
		"1234567890 bị khóa PIN",
		"PIN token 1234567890 bị khóa",
		"mở khóa PIN thiết bị 5401A2B3C4D5",
		"USB token số 12345678, đã đổi mật khẩu",
		"mật khẩu của 03 thiết bị số hiệu: 5401A2B3C4D5, 5401A2B3C4D6 và 5401A2B3C4D7",
		"PIN của token có serial 12345678 bị khóa",
		"nhập sai PIN, S/N: 12345678",
		"token của ông A (5401A2B3C4D5) bị khóa PIN",
		/* people and agencies */
		"Pin Hồ",
		"UBND xã Pin Hồ, 1204 đường số 2",
		"Ông Nguyễn Văn Pin, sinh năm 1985",
		"bà Pin, 12/05/1985",
		"Pin Hồ 1985",
		"Công ty cổ phần Pin Hà Nội 1960",
		"Trường THPT Pin Hồ, 1985",
		"thôn Pin, 12345",
		/* numbers of authorities, telephones, accounts */
		"MST 0100109106, khóa PIN",
		"mã số thuế 0101243150, quên mật khẩu",
		"khóa PIN, mã QHNS 1059321",
		"quên PIN, gọi +84 912 345 678",
		"quên PIN, gọi +84912345678",
		"quên PIN, gọi (0263) 3822.334",
		"quên PIN, gọi 02633822334",
		"quên PIN, gọi 0263 3822 334, 0912 345 678",
		"quên PIN, gọi 0912345678, 0987654321",
		"hotline 1900 1234, mật khẩu",
		"CCCD số 001085012345 quên mật khẩu",
		"căn cước công dân 001085012345, mất PIN",
		"STK 123456789012, PIN khóa",
		"tài khoản 12345678 quên mật khẩu",
		/* days, hours and years */
		"đổi PIN ngày 21 tháng 11 năm 2026",
		"đổi PIN 21/11/26",
		"đổi PIN ngày 21 / 11 / 2026",
		"đổi PIN lúc 14:30 ngày 21/11/2026",
		"đổi PIN lúc 14h30",
		"PIN bị khóa từ 2025",
		"mật khẩu đổi quý 4/2026",
		"PIN bị khóa 2026-11-21T09:30:00+07:00",
		"bị khóa mật khẩu từ 15/11",
		"PIN: còn 10/10 lần",
		"SO PIN 15/15",
		/* papers */
		"15/STC-PIN",
		"Công văn số 15/STC-PIN ngày 20/11/2026",
		"PIN theo công văn 12345/VPUB-CKS",
		"PIN theo QĐ 165/2025/QĐ-UBND Điều 11.3",
		"Công văn 15-CV/TU về PIN",
		"PIN theo Thông tư 15/2025/TT-BQP",
		"cấp lại PIN số 1234/STC-VP",
		/* what offices write */
		"Thiết bị bị khóa do nhập sai mật khẩu 5 lần",
		"Nhập sai mã PIN quá 05 lần liên tiếp",
		"Nhập sai PIN lần 1, 2, 3, 4, 5",
		"Mật khẩu phải có từ 8 ký tự",
		"Mật khẩu là 12-16 ký tự",
		"mật khẩu đã đổi; phong bì niêm phong số 1234",
		"PIN bị khóa trên 1.200 thiết bị",
		"thay 2 pin, giá 1.500.000 đồng",
		"thiết bị hết pin, 10000 mAh",
		"Mật khẩu: đã đổi ngày 21/11/2026",
		"Mật khẩu: gửi an.nguyen1985@vidu.gov.vn",
		"PIN lỗi 0x000000A4",
		"lỗi 6983, khóa PIN",
		"sản phẩm mật mã dân sự 2024",
		"Ban Cơ yếu, kỹ thuật mật mã 1204",
		"Trạng thái mật khẩu lúc bàn giao: đã đổi",
		"máy 10.12.5.100 khóa PIN",
		"ma trận 12345",
		"khóa PIN, hợp đồng 123456",
		"lô 20240512, PIN in trên phong bì",
		"Spinoza 482913",
		"thành phố Hồ Chí Minh 700000",
		/* pin-in-brackets: other things that stand in them */
		"PIN đã đổi ngày 12/10/2026",
		"PIN đã đổi (12/10/2026)",
		"đổi PIN (2026)",
		"trả PIN theo biên bản số 12 (15/STC-VP)",
		"trả PIN (1234/STC-VP)",
		"cấp lại PIN (số 1234/STC-VP)",
		"Phòng PIN (tầng 4)",
		"PIN thẻ (đã đổi)",
		"PIN thẻ (3 lần)",
		"đổi PIN (1200 thiết bị)",
		"quên PIN (0912345678)",
		"quên PIN thẻ, gọi (0263) 3822.334",
		"quên PIN token (12345678)",
		"khóa PIN của thiết bị (5401A2B3C4D5)",
		"đổi PIN trên token 12345678",
		"đổi PIN trên 1200 thiết bị",
		"PIN ghi trên phiếu 1234",
		"PIN ở phòng 1204",
		"thẻ (12345678), đã đổi PIN",
		"PIN bị khóa, thẻ (482913)",
		"PIN trên token 12345678",
		"hồ sơ bí mật, tủ 1204",
		"Hồ sơ bí mật số 123456",
		"hồ sơ bí mật (123456)",
		"cơ sở bí mật 1204",
		"khóa bí mật 5401A2B3C4D5",
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

/* A heading of a column of secrets, and one of a column about them. */
static void headings(void **state)
{
	static const char *const secrets[] = {
		"PIN",
		"SO-PIN",
		"Mật khẩu",
		"mã PUK",
		"Mật khẩu token",
		"PIN mới",
		"P.I.N",
		"ＰＩＮ",
		"Mật mã",
		"PINs",
		"MK",
		"Mật khẩu thiết bị lưu khóa bí mật",
		"mã mở khóa",
		"Mã số bí mật",
		"Số bí mật",
		"M.khẩu",
	};
	static const char *const others[] = {
		"PIN bị khóa",
		"Trạng thái PIN",
		"Tình trạng mật khẩu",
		"Ngày đổi PIN",
		"Số lần nhập sai mật khẩu",
		"Khóa PIN",
		"Lý do khóa mật khẩu",
		"Sản phẩm mật mã",
		"Pin Hồ",
		"Hồ sơ bí mật",
		"Ghi chú",
	};

	(void)state;
	for (size_t i = 0; i < N(secrets); i++)
		if (secret_is_heading(secrets[i]) != 1)
			fail_msg("%s", secrets[i]);
	for (size_t i = 0; i < N(others); i++)
		if (secret_is_heading(others[i]) != 0)
			fail_msg("%s", others[i]);
}

static int in_two(const char *first, const char *text, const char *second,
		  const char *code)
{
	struct secret_cells cells = { false };
	int found = secret_is_in_cell(&cells, first, text);

	found = found ? found : secret_is_in_cell(&cells, second, code);
	return found ? found : secret_is_in_cell(&cells, first, text);
}

/* a-secret-over-two-cells: the name in one text, the code in another. */
static void two_cells(void **state)
{
	(void)state;
	assert_int_equal(in_two("note", "PIN", "place_kept", "482913"), 1);
	assert_int_equal(in_two("place_kept", "４８２９", "note", "PIN:"), 1);
	assert_int_equal(in_two("note", "Mật khẩu mới", "title", "48 29 13"),
			 1);
	assert_int_equal(in_two("note", "SO PIN", "unit", "51827364"), 1);
	assert_int_equal(in_two("note", "PIN", "tax_code", "0100109106"), 0);
	assert_int_equal(in_two("note", "PIN", "device_serial", "12345678"), 0);
	assert_int_equal(in_two("note", "PIN", "id_number", "001085012345"), 0);
	assert_int_equal(in_two("note", "PIN", "period", "2026"), 0);
	assert_int_equal(in_two("note", "PIN", "place_kept", "Phòng 1204"), 0);
	assert_int_equal(in_two("note", "PIN bị khóa", "place_kept", "1204"),
			 0);
	assert_int_equal(in_two("name", "Pin Hồ", "place_kept", "1204"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_are_seen),
		cmocka_unit_test(other_numbers_are_no_secrets),
		cmocka_unit_test(names_of_tokens),
		cmocka_unit_test(headings),
		cmocka_unit_test(two_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
