/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Days and hours as people write them. */
#include "unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "input/moment.h"

/* What @text is read as: "2026-11-30T08:00:00+07:00", or a day alone, or what
 * is wrong with it. */
static const char *read_as(const char *text)
{
	static char out[DATE_SIZE];
	struct moment m;
	const char *why = moment_read(text, &m);

	if (why)
		return why;
	return m.date.has_hour ? date_vietnam(m.date.time, out)
			       : date_iso(m.date.day, out);
}

static void one_moment_in_all_its_spellings(void **state)
{
	static const char *const same[] = {
		"30/11/2026 08:30",
		"08:30 30/11/2026",
		"8:30, 30/11/2026",
		"8h30 30/11/2026",
		"8h30 ngày 30/11/2026",
		"8h30' ngày 30-11-2026",
		"8h30’, ngày 30.11.2026",
		"8g30 ngày 30/11/2026",
		"30/11/2026 8h30",
		"30/11/2026 lúc 8h30",
		"08 giờ 30 phút ngày 30 tháng 11 năm 2026",
		"ngày 30 tháng 11 năm 2026 hồi 8 giờ 30",
		"Hồi 8 giờ 30 phút, ngày 30 tháng 11 năm 2026",
		"ngay 30 thang 11 nam 2026 hoi 8 gio 30",
		"8 GIỜ RƯỠI NGÀY 30/11/2026",
		"8 giờ 30 phút sáng ngày 30/11/2026",
		"30/11/2026 8:30:00 SA",
		"8:30 AM 30/11/2026",
		"8:30 - 30/11/2026",
		"thứ Hai, ngày 30/11/2026, 8h30",
		"8h30 thứ 2 (30/11/2026)",
		"2026-11-30T08:30:00+07:00",
		"2026-11-30T01:30:00Z",
		"2026-11-30 08:30",
		" 08:30   30/11/2026 ",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		if (strcmp(read_as(same[i]), "2026-11-30T08:30:00+07:00") != 0)
			print_message("%s\n", same[i]);
		assert_string_equal(read_as(same[i]),
				    "2026-11-30T08:30:00+07:00");
	}
}

static void an_hour_takes_no_number_of_the_day(void **state)
{
	(void)state;
	assert_string_equal(read_as("8h 30/11/2026"),
			    "2026-11-30T08:00:00+07:00");
	assert_string_equal(read_as("8 giờ 30 tháng 11 năm 2026"),
			    "2026-11-30T08:00:00+07:00");
	assert_string_equal(read_as("8 giờ 5 11/12/2026"),
			    "2026-12-11T08:05:00+07:00");
	assert_string_equal(read_as("14 giờ ngày 30/11/2026"),
			    "2026-11-30T14:00:00+07:00");
	assert_string_equal(read_as("2 giờ chiều 30/11/2026"),
			    "2026-11-30T14:00:00+07:00");
	assert_string_equal(read_as("8:30 CH 30/11/2026"),
			    "2026-11-30T20:30:00+07:00");
	assert_string_equal(read_as("12 giờ trưa ngày 30/11/2026"),
			    "2026-11-30T12:00:00+07:00");
}

static void a_day_alone_has_no_hour(void **state)
{
	static const char *const same[] = {
		"30/11/2026",
		"ngày 30/11/2026",
		"30 tháng 11 năm 2026",
		"Ngày 30 tháng 11 năm 2026",
		"ngày 30 tháng 11/2026",
		"2026-11-30",
		"thứ hai 30/11/2026",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		assert_string_equal(read_as(same[i]), "2026-11-30");
	assert_string_equal(read_as("chủ nhật, 29/11/2026"), "2026-11-29");
}

static void two_readings_are_told_and_none_is_taken(void **state)
{
	(void)state;
	assert_non_null(strstr(read_as("30/11/26"), "30/11/2026"));
	assert_non_null(strstr(read_as("30/11/26"), "30/11/1926"));
	assert_non_null(strstr(read_as("8h30 1/12/26"), "08:30 01/12/2026"));
	assert_non_null(strstr(read_as("2026/11/12"), "12/11/2026"));
	assert_non_null(strstr(read_as("2026/11/12"), "11/12/2026"));
	/* The month first is nobody's way here, but perhaps a program's. */
	assert_non_null(strstr(read_as("11/30/2026"), "30/11/2026"));
}

static void what_there_is_not_is_refused(void **state)
{
	static const char *const none[] = {
		"31/11/2026",
		"25:00 30/11/2026",
		"8h60 ngày 30/11/2026",
		"24 giờ 30/11/2026",
		"13:00 SA 30/11/2026",
		"12 giờ tối 30/11/2026",
		"thứ Ba, ngày 30/11/2026",
		"29/02/2026",
		"ngày 31 tháng 4 năm 2026",
	};
	static const char *const no_date[] = {
		"",
		"8h30",
		"chiều 30/11/2026",
		"30/11",
		"tháng 11/2026",
		"30/11/2026 30/11/2026",
		"8 30/11/2026",
		"8h 9h 30/11/2026",
		"20261130",
		"khoảng 8 giờ 30/11/2026",
		"30/11-2026",
		"8h30 30/11/2026 ?",
		"2026/11/30",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_non_null(strstr(read_as(none[i]), "no such day"));
	for (size_t i = 0; i < sizeof(no_date) / sizeof(no_date[0]); i++)
		assert_non_null(strstr(read_as(no_date[i]), "not a date"));
	assert_non_null(strstr(read_as("01/01/1850"), "between 1900"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_moment_in_all_its_spellings),
		cmocka_unit_test(an_hour_takes_no_number_of_the_day),
		cmocka_unit_test(a_day_alone_has_no_hour),
		cmocka_unit_test(two_readings_are_told_and_none_is_taken),
		cmocka_unit_test(what_there_is_not_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
