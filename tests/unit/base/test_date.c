/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Days and moments: one reader, one writer of each form. */
#include "unit/unit.h"

#include "base/date.h"

static long day_of(const char *text)
{
	struct date date = { 0 };

	assert_int_equal(date_read(text, DATE_UTC_OFFSET, &date), DATE_OK);
	return date.day;
}

static void people_write_the_day_first(void **state)
{
	char iso[DATE_SIZE];

	(void)state;
	assert_string_equal(date_iso(day_of("21/11/2026"), iso), "2026-11-21");
	assert_int_equal(day_of("1-2-2026"), day_of("2026-02-01"));
	assert_int_equal(day_of("01.02.2026"), day_of("2026-2-1"));
}

static void an_hour_without_a_zone_is_the_callers(void **state)
{
	struct date here = { 0 }, utc = { 0 };

	(void)state;
	assert_int_equal(date_read("21/11/2026 9:30", DATE_UTC_OFFSET, &here),
			 DATE_OK);
	assert_int_equal(date_read("2026-11-21T02:30:00", 0, &utc), DATE_OK);
	assert_int_equal(here.time, utc.time);
	assert_true(here.has_hour);
	assert_true(here.day_first);
}

static void a_zone_moves_the_hour_and_not_a_day(void **state)
{
	static const char *const same[] = { "2026-11-21T02:00:00Z",
					    "2026-11-21T09:00:00+07:00",
					    "2026-11-21T09:00:00.25+0700",
					    "2026-11-20T20:30:00-05:30" };
	struct date date = { 0 };
	char text[DATE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		assert_int_equal(date_read(same[i], 0, &date), DATE_OK);
		assert_string_equal(date_vietnam(date.time, text),
				    "2026-11-21T09:00:00+07:00");
		assert_string_equal(date_utc(date.time, text),
				    "2026-11-21T02:00:00Z");
	}
	assert_int_equal(date_read("2026-11-21", 0, &date), DATE_OK);
	assert_int_equal(date.time, date_start(date.day));
}

static void a_day_begins_at_midnight_in_vietnam(void **state)
{
	(void)state;
	assert_int_equal(date_day(date_start(20778)), 20778);
	assert_int_equal(date_day(date_start(20778) - 1), 20777);
	assert_int_equal(date_day(-DATE_UTC_OFFSET - 1), -1);
}

static void no_end_is_in_no_year_10000(void **state)
{
	char text[DATE_SIZE];
	struct date date;

	(void)state;
	assert_int_equal(date_read("9999-12-31T23:59:59Z", 0, &date), DATE_OK);
	assert_true(date_is_no_end(date.time));
	assert_false(date_is_no_end(date.time - 1));
	assert_string_equal(date_iso(date_day(date.time), text), "9999-12-31");
}

static void what_no_calendar_has_is_refused(void **state)
{
	struct date date = { 0 };

	(void)state;
	assert_int_equal(date_read("31/02/2026", 0, &date), DATE_NO_SUCH_DAY);
	assert_int_equal(date_read("2026-13-01", 0, &date), DATE_NO_SUCH_DAY);
	assert_int_equal(date_read("00/01/2026", 0, &date), DATE_NO_SUCH_DAY);
	assert_int_equal(date_read("2026-11-21T24:00:00Z", 0, &date),
			 DATE_NOT_A_DATE);
	assert_int_equal(date_read("2026-11-21T09:00:00+15:00", 0, &date),
			 DATE_NOT_A_DATE);
	assert_int_equal(date_read("21/11/26", 0, &date), DATE_NOT_A_DATE);
	assert_int_equal(date_read("21/11/2026x", 0, &date), DATE_NOT_A_DATE);
	assert_int_equal(date_read("", 0, &date), DATE_NOT_A_DATE);
}

static void data_are_read_only_as_they_are_written(void **state)
{
	long day = 0;

	(void)state;
	assert_true(date_read_iso("2026-11-21", &day));
	assert_int_equal(day, 20778);
	assert_true(date_read_iso("2026-11-20T17:00:00Z", &day));
	assert_int_equal(day, 20778);
	assert_true(date_read_iso("2026-11-21T00:00:00+07:00", &day));
	assert_int_equal(day, 20778);
	assert_false(date_read_iso("2026-11-1", &day));
	assert_false(date_read_iso("21/11/2026", &day));
	assert_false(date_read_iso("2026-11-21T09:00:00", &day));
	assert_false(date_read_iso("2026-11-21 09:00:00Z", &day));
}

static void years_are_counted_on_the_calendar(void **state)
{
	char text[DATE_SIZE];

	(void)state;
	assert_string_equal(
		date_dmy(date_add_years(day_of("29/02/2024"), 1), text),
		"01/03/2025");
	assert_string_equal(
		date_dmy(date_add_years(day_of("01/07/2023"), 5), text),
		"01/07/2028");
	assert_string_equal(date_dmy(day_of("31/12/9999"), text), "31/12/9999");
	assert_int_equal(date_year(day_of("31/12/9999")), 9999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(people_write_the_day_first),
		cmocka_unit_test(an_hour_without_a_zone_is_the_callers),
		cmocka_unit_test(a_zone_moves_the_hour_and_not_a_day),
		cmocka_unit_test(a_day_begins_at_midnight_in_vietnam),
		cmocka_unit_test(no_end_is_in_no_year_10000),
		cmocka_unit_test(what_no_calendar_has_is_refused),
		cmocka_unit_test(data_are_read_only_as_they_are_written),
		cmocka_unit_test(years_are_counted_on_the_calendar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
