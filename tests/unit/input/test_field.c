/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <utf8proc.h>

#include "base/arena.h"
#include "base/text.h"
#include "input/field.h"
#include "unit/unit.h"

/* A text, and what assert_parsed() wants of it. */
struct sample {
	const char *text, *want;
};

/* What @text is in JSON, or, with "!" before it, why it is nothing. */
static void assert_parsed(const char *name, const char *text, const char *want)
{
	const struct field *f = field_find(name);
	const char *why = "unset";
	json_t *value;
	char *shown;

	assert_non_null(f);
	value = field_parse(f, text, &why);
	if (*want == '!') {
		assert_null(value);
		assert_non_null(why);
		if (!strstr(why, want + 1))
			fail_msg("%s \"%s\": %s", name, text, why);
		return;
	}
	if (!value)
		fail_msg("%s \"%s\": %s", name, text, why);
	assert_null(why);
	shown = json_dumps(value, JSON_ENCODE_ANY);
	assert_string_equal(shown, want);
	free(shown);
	json_decref(value);
}

static void assert_samples(const char *name, const struct sample *samples,
			   size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		assert_parsed(name, samples[i].text, samples[i].want);
}

#define ASSERT_SAMPLES(name, samples) \
	assert_samples(name, samples, sizeof(samples) / sizeof((samples)[0]))

static void dates(void **state)
{
	static const struct sample samples[] = {
		{ "21/11/2026", "\"2026-11-21\"" },
		{ "1/2/1980", "\"1980-02-01\"" },
		{ "01-02-1980", "\"1980-02-01\"" },
		{ " 1.2.1980 ", "\"1980-02-01\"" },
		{ "2026-11-21", "\"2026-11-21\"" },
		{ "2026-1-2", "\"2026-01-02\"" },
		{ "29/02/2024", "\"2024-02-29\"" },
		{ "29/02/2000", "\"2000-02-29\"" },
		{ "01/01/1900", "\"1900-01-01\"" },
		{ "31/12/2200", "\"2200-12-31\"" },
		{ "2026-11-21T16:59:59Z", "\"2026-11-21\"" },
		{ "2026-11-21T17:00:00Z", "\"2026-11-22\"" },
		{ "2026-12-31T17:00:00.5Z", "\"2027-01-01\"" },
		{ "2026-11-21T23:30:00+07:00", "\"2026-11-21\"" },
		{ "2026-11-21T23:30:00-05:00", "\"2026-11-22\"" },
		{ "2026-11-21 23:30", "\"2026-11-21\"" },
		{ "2026-11-21T23:30:00", "\"2026-11-21\"" },
		{ "", "null" },
		{ " \t\n", "null" },
		{ "\xc2\xa0", "null" },
		{ "13/25/2026", "!no such day" },
		{ "11/21/2026", "!no such day" },
		{ "29/02/2023", "!no such day" },
		{ "29/02/2100", "!no such day" },
		{ "31/04/2026", "!no such day" },
		{ "0/1/2026", "!no such day" },
		{ "1/0/2026", "!no such day" },
		{ "2026-13-01", "!no such day" },
		{ "31/12/1899", "!between 1900" },
		{ "1/1/2201", "!between 1900" },
		{ "31/12/9999", "\"9999-12-31\"" },
		{ "30/12/9999", "!between 1900" },
		{ "2200-12-31T17:00:00Z", "!between 1900" },
		{ "1/2/80", "!01/02/2080 and as 01/02/1980" },
		{ "1/2-1980", "!not a date" },
		{ "1/2/19800", "!not a date" },
		{ "1/2/1980x", "!not a date" },
		{ "46347", "!not a date" },
		{ "2026/11/21", "!not a date" },
		{ "2026-11-21T24:00:00Z", "!not a date" },
		{ "2026-11-21T12:60:00Z", "!not a date" },
		{ "2026-11-21T12:00:00z", "!not a date" },
		{ "2026-11-21T12:00:00+7", "!not a date" },
		{ "2026-11-21T", "!not a date" },
		{ "ngày 1 tháng 2", "!not a date" },
	};

	(void)state;
	ASSERT_SAMPLES("birth_date", samples);
}

static void emails(void **state)
{
	static const struct sample samples[] = {
		{ "a.b@lamdong.gov.vn", "\"a.b@lamdong.gov.vn\"" },
		{ " A.B@LamDong.GOV.VN ", "\"A.B@lamdong.gov.vn\"" },
		{ "a+b@x-y.vn", "\"a+b@x-y.vn\"" },
		{ "", "null" },
		{ "a", "!not an e-mail" },
		{ "@b.vn", "!not an e-mail" },
		{ "a@", "!not an e-mail" },
		{ "a@b", "!not an e-mail" },
		{ "a@b.", "!not an e-mail" },
		{ "a@.b", "!not an e-mail" },
		{ "a@-b.vn", "!not an e-mail" },
		{ "a@b-.vn", "!not an e-mail" },
		{ "a@b..vn", "!not an e-mail" },
		{ "a@b@c.vn", "!not an e-mail" },
		{ "a b@c.vn", "!not an e-mail" },
		{ "a@c.vn, b@c.vn", "!not an e-mail" },
		{ "A <a@c.vn>", "!not an e-mail" },
		{ "hùng@c.vn", "!not an e-mail" },
	};

	(void)state;
	ASSERT_SAMPLES("email", samples);
}

static void identity_numbers(void **state)
{
	static const struct sample samples[] = {
		{ "001234567890", "\"001234567890\"" },
		{ "001 234 567 890", "\"001234567890\"" },
		{ "001.234.567.890", "\"001234567890\"" },
		{ "001\xc2\xa0"
		  "234567890",
		  "\"001234567890\"" },
		{ "012345678", "\"012345678\"" },
		{ "", "null" },
		{ "12345678901", "!Zeros are missing" },
		{ "1234567890", "!Zeros are missing" },
		{ "12345678", "!Zeros are missing" },
		{ "1234567", "!has 12 digits" },
		{ "1234567890123", "!has 12 digits" },
		{ "00123456789x", "!has 12 digits" },
		{ "001-234-567-890", "!has 12 digits" },
		{ "٠٠١٢٣٤٥٦٧٨٩٠", "!has 12 digits" },
		{ "1,23457E+11", "!Excel has turned" },
		{ "1.23457e+11", "!Excel has turned" },
	};

	(void)state;
	ASSERT_SAMPLES("id_number", samples);
}

static void telephones(void **state)
{
	static const struct sample samples[] = {
		{ "0912345678", "\"0912345678\"" },
		{ "091 234.56-78", "\"0912345678\"" },
		{ "(024) 38 222 333", "\"02438222333\"" },
		{ "+84 912 345 678", "\"0912345678\"" },
		{ "+84 (0) 912 345 678", "\"0912345678\"" },
		{ "84912345678", "\"0912345678\"" },
		{ "", "null" },
		{ "912345678", "!Zeros are missing" },
		{ "+1 212 555 0100", "!not a telephone" },
		{ "00912345678", "!not a telephone" },
		{ "01234567", "!not a telephone" },
		{ "091234567890", "!not a telephone" },
		{ "0912345678 (riêng)", "!not a telephone" },
		{ "+", "!not a telephone" },
		{ "+84", "!not a telephone" },
		{ "9,12E+08", "!Excel has turned" },
	};

	(void)state;
	ASSERT_SAMPLES("phone", samples);
}

static void serials(void **state)
{
	static const struct sample samples[] = {
		{ "54:01:a2", "\"5401A2\"" },
		{ "54 01 A2", "\"5401A2\"" },
		{ "0x5401a2", "\"5401A2\"" },
		{ "54E30", "\"54E30\"" },
		{ "GovCa01", "\"GovCa01\"" },
		{ "", "null" },
		{ "5,4E+30", "!Excel has turned" },
		{ "5.4E+30", "!Excel has turned" },
		{ "5E+30", "!Excel has turned" },
		{ "5,4E30", "!Excel has turned" },
		{ "54/01", "!letters A to Z" },
		{ "54-01", "!letters A to Z" },
		{ "Số 5", "!letters A to Z" },
		{ ":", "!letters A to Z" },
	};
	static const struct sample devices[] = {
		{ "a1b2c3d4e5f60718", "\"a1b2c3d4e5f60718\"" },
		{ "VIDU-0001", "\"VIDU-0001\"" },
		{ "1,23457E+19", "!Excel has turned" },
		{ "VIDU/1", "\"VIDU/1\"" },
		{ "VIDU!1", "!letters A to Z" },
	};
	char text[140] = "";

	(void)state;
	ASSERT_SAMPLES("certificate_serial", samples);
	ASSERT_SAMPLES("device_serial", devices);
	memset(text, 'A', 129);
	assert_parsed("old_serial", text, "!at most 128");
	memset(text + 127, ' ', 1);
	assert_parsed("old_serial", text,
		      "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		      "AAAAAAAAAAAAAAAAAAAA\"");
}

static void carriers(void **state)
{
	static const struct sample samples[] = {
		{ "Viettel", "\"Viettel\"" },
		{ "VINAPHONE", "\"Vinaphone\"" },
		{ "mobifone/CS", "\"Mobifone/cs\"" },
		{ "viettel / cs", "\"Viettel/cs\"" },
		{ "", "null" },
		{ "Viettel cs", "!A SIM PKI is" },
		{ "Viettel/", "!A SIM PKI is" },
		{ "Viettel/csx", "!A SIM PKI is" },
		{ "Viettelx", "!A SIM PKI is" },
		{ "Vietnamobile", "!A SIM PKI is" },
	};

	(void)state;
	ASSERT_SAMPLES("sim_pki", samples);
}

static void ticks_and_counts(void **state)
{
	static const struct sample ticks[] = {
		{ "x", "true" },      { "X", "true" },	  { "×", "true" },
		{ "✓", "true" },      { "có", "true" },	  { "CÓ", "true" },
		{ "yes", "true" },    { "True", "true" }, { "1", "true" },
		{ "", "false" },      { " ", "false" },	  { "không", "false" },
		{ "Khong", "false" }, { "no", "false" },  { "FALSE", "false" },
		{ "0", "false" },     { "?", "!with x" }, { "xx", "!with x" },
		{ "2", "!with x" },
	};
	static const struct sample counts[] = {
		{ "0", "0" },
		{ "7", "7" },
		{ "99", "99" },
		{ "", "null" },
		{ "01", "1" },
		{ "100", "!from 0 to 99" },
		{ "-1", "!from 0 to 99" },
		{ "1,5", "!from 0 to 99" },
		{ "một", "!from 0 to 99" },
	};

	(void)state;
	ASSERT_SAMPLES("renew", ticks);
	ASSERT_SAMPLES("renewals", counts);
}

static void holders(void **state)
{
	static const struct sample samples[] = {
		{ "person", "\"person\"" },
		{ "Cá nhân", "\"person\"" },
		{ "CA NHAN", "\"person\"" },
		{ "organization", "\"organization\"" },
		{ "cơ quan", "\"organization\"" },
		{ "Tổ chức", "\"organization\"" },
		{ "cơ quan, tổ chức", "\"organization\"" },
		{ "thiết bị", "\"device\"" },
		{ "dịch vụ", "\"device\"" },
		{ "Phần mềm", "\"device\"" },
		{ "", "null" },
		{ "ai đó", "!This must be a person" },
		{ "×", "!This must be a person" },
	};

	(void)state;
	ASSERT_SAMPLES("holder", samples);
}

static void no_pin_is_kept(void **state)
{
	static const struct sample samples[] = {
		{ "bị khóa", "\"bị khóa\"" },
		{ "locked", "\"locked\"" },
		{ "final-try", "\"final-try\"" },
		{ "còn 3 lần thử", "\"còn 3 lần thử\"" },
		{ "12345678", "!must not be written" },
		{ "Abc@1234", "!must not be written" },
	};

	(void)state;
	ASSERT_SAMPLES("user_pin", samples);
}

static void texts_are_cleaned(void **state)
{
	static const struct sample samples[] = {
		{ "  Nguyễn \t Văn\nA ", "\"Nguyễn Văn A\"" },
		{ "Nguye\xcc\x82\xcc\x83n", "\"Nguyễn\"" },
		{ "Nguyễn\xc2\xa0\xe2\x80\x89Văn", "\"Nguyễn Văn\"" },
		{ "A\xe2\x80\x8b\xe2\x80\xae"
		  "B\x1b",
		  "\"AB\"" },
		{ "a\xff", "\"a\xef\xbf\xbd\"" },
		{ "ĐƠN VỊ – số 1", "\"ĐƠN VỊ – số 1\"" },
		{ "", "null" },
	};

	(void)state;
	ASSERT_SAMPLES("name", samples);
}

/* What is taken for clean at a glance is what text_clean() leaves alone. */
static void every_letter_is_as_text_has_it(void **state)
{
	int32_t cp;

	(void)state;
	for (cp = 1; cp < 0x3000; cp++) {
		struct arena arena = { 0 };
		char text[16] = "a", *p = text + 1;
		const char *why, *want;
		json_t *value;

		/* Blanks of every kind are one to a field. */
		if (utf8proc_category(cp) == UTF8PROC_CATEGORY_ZS)
			continue;
		p += text_encode(cp, p);
		memcpy(p, "\xcc\x83o", sizeof("\xcc\x83o"));
		want = text_clean(&arena, text);
		value = field_parse(field_find("name"), text, &why);
		assert_string_equal(json_string_value(value), want);
		json_decref(value);
		*p = '\0';
		want = text_clean(&arena, text + 1);
		value = field_parse(field_find("name"), text + 1, &why);
		if (json_is_string(value))
			assert_string_equal(json_string_value(value), want);
		json_decref(value);
		arena_free(&arena);
	}
}

static void texts_have_an_end(void **state)
{
	char *text = malloc(3 * (FIELD_LETTERS_MAX + 1) + 1), *p = text;
	size_t i;
	json_t *value;
	const char *why;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < FIELD_LETTERS_MAX; i++)
		p += text_encode(0x1ec7, p);
	*p = '\0';
	value = field_parse(field_find("name"), text, &why);
	assert_non_null(value);
	json_decref(value);
	memcpy(p, "a", sizeof("a"));
	assert_parsed("name", text, "!2,000 letters");
	assert_parsed("phone", text, "!too long");
	free(text);
}

static void json_values(void **state)
{
	static const struct {
		const char *name, *json, *want;
	} samples[] = {
		{ "name", "[\" A \"]", "\"A\"" },
		{ "name", "[null]", "null" },
		{ "name", "[1]", "!must be text" },
		{ "name", "[true]", "!must be text" },
		{ "name", "[[]]", "!must be text" },
		{ "id_number", "[1234567890]", "!must be text" },
		{ "birth_date", "[\"1/2/1980\"]", "\"1980-02-01\"" },
		{ "renew", "[true]", "true" },
		{ "renew", "[false]", "false" },
		{ "renew", "[null]", "false" },
		{ "renew", "[\"x\"]", "true" },
		{ "renew", "[1]", "!true or false" },
		{ "renewals", "[99]", "99" },
		{ "renewals", "[\"2\"]", "2" },
		{ "renewals", "[100]", "!from 0 to 99" },
		{ "renewals", "[-1]", "!from 0 to 99" },
		{ "renewals", "[1.0]", "!from 0 to 99" },
		{ "renewals", "[true]", "!from 0 to 99" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		json_t *list = json_loads(samples[i].json, 0, NULL), *value;
		const char *why, *want = samples[i].want;
		char *shown;

		value = field_accept(field_find(samples[i].name),
				     json_array_get(list, 0), &why);
		if (*want == '!') {
			assert_null(value);
			assert_non_null(strstr(why, want + 1));
		} else {
			shown = json_dumps(value, JSON_ENCODE_ANY);
			assert_string_equal(shown, want);
			free(shown);
		}
		json_decref(value);
		json_decref(list);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates),
		cmocka_unit_test(emails),
		cmocka_unit_test(identity_numbers),
		cmocka_unit_test(telephones),
		cmocka_unit_test(serials),
		cmocka_unit_test(carriers),
		cmocka_unit_test(ticks_and_counts),
		cmocka_unit_test(holders),
		cmocka_unit_test(no_pin_is_kept),
		cmocka_unit_test(texts_are_cleaned),
		cmocka_unit_test(every_letter_is_as_text_has_it),
		cmocka_unit_test(texts_have_an_end),
		cmocka_unit_test(json_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
