/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "input/ruined.h"
#include "unit/unit.h"

/* A text, and what assert_ruined() wants to be told of it; NULL: nothing. */
struct sample {
	const char *field, *text, *want;
};

#define FORMULA "error of a formula"
#define NO_VALUE "had no value"
#define ROUNDED "rounded number"
#define DECIMAL "decimal number"
#define A_DATE "into a date"
#define DAYS "how Excel counts days"
#define ZEROS "Zeros are missing"
#define PAGE "wrong code page"
#define ALPHABETS "two alphabets"
#define LOST "were replaced"
#define REPEATS "repeats another row"
#define ESCAPES "signs of another program"
#define SEVERAL "several in one cell"

static const char *why_of(const char *name, const char *text, bool own)
{
	const struct field *known = field_find_any(name);
	const struct field detail = { .name = name, .type = FIELD_TEXT };
	bool failed = false;
	const char *why =
		ruined_text(known ? known : &detail, text, own, &failed);

	assert_false(failed);
	return why;
}

static void assert_samples(const struct sample *samples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct sample *s = &samples[i];
		const char *why = why_of(s->field, s->text, false);

		if (!s->want != !why || (why && !strstr(why, s->want)))
			fail_msg("%s \"%s\": %s", s->field, s->text,
				 why ? why : "nothing is told");
	}
}

#define ASSERT_SAMPLES(samples) \
	assert_samples(samples, sizeof(samples) / sizeof((samples)[0]))

static void errors_of_formulas(void **state)
{
	static const struct sample samples[] = {
		{ "name", "#N/A", FORMULA },
		{ "title", " #REF! ", FORMULA },
		{ "name", "#NAME?", FORMULA },
		{ "keeper", "#VALUE!", FORMULA },
		{ "birth_date", "#DIV/0!", FORMULA },
		{ "id_number", "#NUM!", FORMULA },
		{ "email", "#NULL!", FORMULA },
		{ "name", "#SPILL!", FORMULA },
		{ "name", "#GETTING_DATA", FORMULA },
		{ "name", "#NV", FORMULA },
		{ "name", "#n/a", FORMULA },
		{ "name", "#ЗНАЧ!", FORMULA },
		{ "organization", "Sở #REF!", FORMULA },
		{ "note", "Err:502", FORMULA },
		{ "birth_date", "##########", FORMULA },
		{ "name", "NULL", NO_VALUE },
		{ "name", "nan", NO_VALUE },
		{ "title", "N/A", NO_VALUE },
		{ "note", "undefined", NO_VALUE },
		{ "name", "Lò Thị Nan", NULL },
		{ "note", "Phòng #12", NULL },
		{ "note", "lỗi #5?", NULL },
		{ "name", "", NULL },
	};

	(void)state;
	ASSERT_SAMPLES(samples);
}

static void numbers_and_dates(void **state)
{
	static const struct sample samples[] = {
		{ "id_number", "1.23457E+11", ROUNDED },
		{ "tax_code", "1,00109E+09", ROUNDED },
		{ "note", "CCCD 1.23457E+11", ROUNDED },
		{ "device_serial", "5,4E+30", ROUNDED },
		{ "device_serial", "1234567890123450000", ROUNDED },
		{ "certificate_serial", "123456789012345678900", NULL },
		{ "device_serial", "0000000000000000000", NULL },
		{ "device_serial", "54E30", NULL },
		{ "address", "Phòng 2E-10", NULL },
		{ "id_number", "85000001234.0", DECIMAL },
		{ "device_serial", "12345,00", DECIMAL },
		{ "name", "Phần mềm 10.0", NULL },
		{ "decision", "12-Thg5", A_DATE },
		{ "decision", "5-Dec-26", A_DATE },
		{ "decision", "Thg12-2026", A_DATE },
		{ "device_serial", "MAR-01", A_DATE },
		{ "decision", "12/QĐ-STC", NULL },
		{ "decision", "12-QĐ", NULL },
		{ "device_serial", "DEC0001", NULL },
		{ "birth_date", "45678", DAYS },
		{ "id_date", "45678,375", DAYS },
		{ "lost_date", "45678", DAYS },
		{ "device_serial", "45678", NULL },
		{ "birth_date", "12345", NULL },
		{ "tax_code", "100109106", ZEROS },
		{ "tax_code", "100109106-001", ZEROS },
		{ "tax_code", "0100109106", NULL },
		{ "tax_code", "0100109106-001", NULL },
	};

	(void)state;
	ASSERT_SAMPLES(samples);
}

/* Each line is the same in Unicode, or how other programs see it. */
static void letters_of_other_code_pages(void **state)
{
	static const struct sample samples[] = {
		/* UTF-8 read as Windows-1252 */
		{ "name", "Nguyá»…n Thá»‹ Há»“ng", PAGE },
		{ "name", "Trần Thá»‹ B", PAGE },
		{ "organization", "Sá»Ÿ TÃ i chÃ­nh", PAGE },
		{ "name", "VÄƒn", PAGE },
		{ "name", "LÃª Ã‚n", PAGE },
		{ "name", "Ä‘áº·ng", PAGE },
		{ "name", "Ã”ng TÆ¡", PAGE },
		{ "name", "NguyÃ¡Â»â€¦n", PAGE },
		{ "title", "TrÆ°á»Ÿng phÃ²ng", PAGE },
		/* as Latin-1, with its control characters */
		{ "name", "Nguyá»\xc2\x85n", PAGE },
		{ "name", "\xc3\x84\xc2\x90\xc3\xa1\xc2\xba\xc2\xb7ng", PAGE },
		/* as Windows-1258, on a Macintosh, under DOS, in Cyrillic */
		{ "name", "LĂª", PAGE },
		{ "name", "Nguy·ªÖn", PAGE },
		{ "name", "Nguyß╗àn", PAGE },
		{ "name", "NguyбєҐn", ALPHABETS },
		/* TCVN3 */
		{ "name", "NguyÔn ThÞ Hång", PAGE },
		{ "name", "TrÇn V¨n S¬n", PAGE },
		{ "name", "Lª Hoµng", PAGE },
		{ "name", "Ng« B×nh", PAGE },
		{ "name", "®inh", PAGE },
		{ "name", "§Æng", PAGE },
		{ "organization", "Së Tµi chÝnh", PAGE },
		{ "title", "C«ng chøc", PAGE },
		/* VNI */
		{ "name", "Nguyeãn", PAGE },
		{ "name", "TRAÀN VAÊN", PAGE },
		{ "organization", "Sôû Taøi chính", PAGE },
		{ "address", "Phöôøng 1", PAGE },
		/* VIQR, and Eth for Đ */
		{ "name", "Nguye^~n", PAGE },
		{ "name", "Ðinh Văn A", PAGE },
		{ "name", "\xef\x83\xb0inh", PAGE },
		{ "name", "Аn", ALPHABETS },
	};
	static const struct sample right[] = {
		{ "name", "Nguyễn Thị Hồng", NULL },
		{ "name", "NGUYỄN THỊ HOÀNG YẾN", NULL },
		{ "name", "H'Hen Niê", NULL },
		{ "name", "H´Bia Êñuôl", NULL },
		{ "name", "Y Ƀăn Čư̆", NULL },
		{ "name", "Jürgen Müller", NULL },
		{ "name", "François Noël Citroën", NULL },
		{ "name", "João Saïd Öztürk", NULL },
		{ "organization", "“UBND THỊ XÃ”", NULL },
		{ "organization", "THỊ XÃ\xc2\xa0LA GI", NULL },
		{ "organization", "XÃ–THỊ TRẤN", NULL },
		{ "organization", "Hội «Cây cá»", NULL },
		{ "organization", "Công ty «Thép» Việt", NULL },
		{ "note", "rộng 20 m², 25°C, giá 5€, §1, ½ ngày", NULL },
		{ "change", "Chuyên viên→Trưởng phòng", NULL },
		{ "note", "● Đã bàn giao; Token® A·B", NULL },
		{ "address", "Số 1 – đường Ví Dụ…", NULL },
		{ "device_label", "Tháº» «A", NULL },
		{ "device_model", "Nguy?n", NULL },
	};

	(void)state;
	ASSERT_SAMPLES(samples);
	ASSERT_SAMPLES(right);
}

static void lost_letters_and_escapes(void **state)
{
	static const struct sample samples[] = {
		{ "name", "Nguy?n Th? H?ng", LOST },
		{ "name", "Th?", LOST },
		{ "name", "?", LOST },
		{ "title", "Tru?ng phòng", LOST },
		{ "email", "h?ng@vidu.gov.vn", LOST },
		{ "note", "b? m?t", LOST },
		{ "reason", "?ã m?t", LOST },
		{ "name", "Nguy\xef\xbf\xbdn", LOST },
		{ "note", "a\xff", LOST },
		{ "name", "Nguy¿n", PAGE },
		{ "note", "Mất ở đâu? Chưa rõ?", NULL },
		{ "note", "xem https://vidu.vn/a?b=c", NULL },
		{ "name", "Nguy&#7877;n", ESCAPES },
		{ "name", "L&ecirc;", ESCAPES },
		{ "organization", "A&nbsp;B", ESCAPES },
		{ "note", "dòng 1_x000D_ dòng 2", ESCAPES },
		{ "name", "Nguy\\u1ec5n", ESCAPES },
		{ "name", "Nguy%E1%BB%85n", ESCAPES },
		{ "name", "Nguy=E1=BB=85n", ESCAPES },
		{ "organization", "R&D; A & B; 50%", NULL },
		{ "note", "xem https://vidu.vn/Nguy%E1%BB%85n", NULL },
	};

	(void)state;
	ASSERT_SAMPLES(samples);
}

/* Two tokens of one person, a day, a word and the columns of others were
 * recorded as serial numbers and names. */
static void what_belongs_elsewhere(void **state)
{
	static const struct sample samples[] = {
		{ "device_serial", "0A1B2C01\n0A1B2C02", SEVERAL },
		{ "device_serial", "0A1B2C01 0A1B2C02", SEVERAL },
		{ "certificate_serial", "54F00001;54F00002;54F00003", SEVERAL },
		{ "device_serial", "54 F0 00 01", NULL },
		{ "device_serial", "4D2F-8A10-B37C-0000", NULL },
		{ "device_serial", "VIDU-000001", NULL },
		{ "device_serial", "ABCDEF-ABCDEF", NULL },
		{ "device_serial", "12/05/2026", "a date" },
		{ "device_serial", "31/02/2026", "a date" },
		{ "device_serial", "2029-01-05", "a date" },
		{ "device_serial", "12-34-5678", NULL },
		{ "device_serial", "-123", "no sign before it" },
		{ "device_serial", "Hong", "a word" },
		{ "device_serial", "chưa có", "a word" },
		{ "device_serial", "ABCDEF", NULL },
		{ "device_serial", "T", NULL },
		{ "certificate_serial", "dang cho", "a word" },
		{ "certificate_serial", "FACE", NULL },
		{ "name", "001090000001", "a number, and no name" },
		{ "title", "+84 912 345 678", "a number, and no name" },
		{ "organization", "0A1B2C09", "a number, and no name" },
		{ "unit", "a@vidu.gov.vn", "an e-mail address" },
		{ "keeper", "05/01/2029", "a date, and no name" },
		{ "unit", "Tổ 1-2", NULL },
		{ "name", "0012", NULL },
		{ "name", "Nguyễn Văn An, Trần Thị Bích", "Several people" },
		{ "name", "Nguyễn Văn An - Trần Thị Bích", "Several people" },
		{ "name", "Nguyễn Văn An\nTrần Thị Bích", "Several people" },
		{ "name", "Nguyễn Văn\nAn", NULL },
		{ "name", "Sở Tài chính, tỉnh Ví Dụ", NULL },
		{ "name", "Trường Lê Lợi - Nguyễn Huệ", NULL },
		{ "name", "12. Nguyễn Văn An", "before the name" },
		{ "name", "3.0 Phần mềm", NULL },
		/* In the register it is a letter. */
		{ "authority", "145/2026", NULL },
	};

	(void)state;
	ASSERT_SAMPLES(samples);
	assert_null(why_of("device_serial", "12/05/2026", true));
	assert_null(why_of("name", "001090000001", true));
}

/* What a token or a certificate has is no officer's to mend. */
static void what_this_program_wrote(void **state)
{
	(void)state;
	assert_null(why_of("name", "Nguy\xef\xbf\xbdn ThÞ", true));
	assert_non_null(why_of("name", "#N/A", true));
}

/* Agencies named "nt" and "-", tokens "0" and "FALSE" were recorded. */
static void what_stands_for_another_row_is_no_value(void **state)
{
	static const struct sample samples[] = {
		{ "name", "0", REPEATS },
		{ "name", "123", REPEATS },
		{ "name", "x", REPEATS },
		{ "title", "0", REPEATS },
		{ "unit", "FALSE", REPEATS },
		{ "device_serial", "0", REPEATS },
		{ "device_serial", "FALSE", REPEATS },
		{ "certificate_serial", "-", REPEATS },
		{ "organization", "nt", REPEATS },
		{ "organization", "-nt-", REPEATS },
		{ "organization", "\"", REPEATS },
		{ "organization", "...", REPEATS },
		{ "title", "Như trên", REPEATS },
		{ "province", "nt", REPEATS },
		{ "name", "Đã trả", "no name" },
		{ "name", "Trống", "no name" },
		{ "name", "Trọng", NULL },
		{ "name", "A", NULL },
		{ "device_serial", "0012345", NULL },
		{ "organization", "NTT", NULL },
		{ "note", "-", NULL },
		{ "device_label", "0", NULL },
		{ "title", "", NULL },
	};

	(void)state;
	ASSERT_SAMPLES(samples);
}

static void label_in_the_serial(void **state)
{
	static const struct sample samples[] = {
		{ "device_serial", "S/N: 0A1B2C01", "more than the serial" },
		{ "device_serial", "s/n 0A1B2C01", "more than the serial" },
		{ "device_serial", "SN: 0A1B2C01", "more than the serial" },
		{ "device_serial", "SN 0A1B2C03", "more than the serial" },
		{ "device_serial", "Serial: 0A1B", "more than the serial" },
		{ "device_serial", "#0A1B2C05", "more than the serial" },
		{ "device_serial", "0A1B2C04.", "more than the serial" },
		{ "device_serial", "0A1B2C04/", "more than the serial" },
		{ "certificate_serial", "SN: 0A1B", "more than the serial" },
		{ "device_serial", "SN0A1B2C03", NULL },
		{ "device_serial", "0A.1B/2C#04", NULL },
		{ "device_serial", "SERI01", NULL },
	};

	(void)state;
	ASSERT_SAMPLES(samples);
	assert_null(why_of("device_serial", "0A1B2C04.", true));
}

static void codes_of_an_agency(void **state)
{
	static const struct sample samples[] = {
		{ "tax_code", "0100109106", NULL },
		{ "tax_code", "0100109106-001", NULL },
		{ "tax_code", "0100109106001", NULL },
		{ "tax_code", "0100 109 106", NULL },
		{ "tax_code", "001090000001", NULL },
		{ "tax_code", "MST 0100109106", "A tax code has" },
		{ "tax_code", "01001091060", "A tax code has" },
		{ "tax_code", "0100109106-01", "A tax code has" },
		{ "tax_code", "0100109106-0011", "A tax code has" },
		{ "tax_code", "abc", "A tax code has" },
		{ "tax_code", "00000000000000000000000000", "A tax code has" },
		{ "budget_code", "1023456", NULL },
		{ "budget_code", "101", "A budget code has" },
		{ "budget_code", "10123456789", "A budget code has" },
		{ "budget_code", "102345a", "A budget code has" },
	};

	(void)state;
	ASSERT_SAMPLES(samples);
	assert_null(why_of("tax_code", "0101", true));
}

static void parts_of_a_letter(void **state)
{
	static const struct sample samples[] = {
		{ "symbol", "15/STC-VP", "more than the symbol" },
		{ "symbol", "STC VP", "more than the symbol" },
		{ "symbol", "15STC", "more than the symbol" },
		{ "symbol", "STC-VP", NULL },
		{ "symbol", "GD&ĐT-P1", NULL },
		{ "archive", "Lưu: VT, VP", "more than the unit" },
		{ "archive", "VT, VP", "more than the unit" },
		{ "archive", "VP, KT", NULL },
		{ "signer_title", "12345678", "This is a number" },
		{ "id_place", "648219", "This is a number" },
		{ "place", "01/01/2030", "This is a date" },
		/* number-as-a-recipient */
		{ "recipient", "4", "This is a number" },
		{ "organization", "4", "This is a number" },
		{ "recipient", "Sở Khoa học và Công nghệ; Phòng 4", NULL },
		{ "organization", "UBND xã 1", NULL },
		{ "name", "0012", NULL },
		{ "unit", "1", NULL },
	};

	(void)state;
	ASSERT_SAMPLES(samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stands_for_another_row_is_no_value),
		cmocka_unit_test(errors_of_formulas),
		cmocka_unit_test(numbers_and_dates),
		cmocka_unit_test(letters_of_other_code_pages),
		cmocka_unit_test(lost_letters_and_escapes),
		cmocka_unit_test(what_belongs_elsewhere),
		cmocka_unit_test(what_this_program_wrote),
		cmocka_unit_test(label_in_the_serial),
		cmocka_unit_test(codes_of_an_agency),
		cmocka_unit_test(parts_of_a_letter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
