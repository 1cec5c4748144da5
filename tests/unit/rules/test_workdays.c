/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <unistd.h>

#include "base/date.h"
#include "rules/workdays.h"
#include "unit/unit.h"

#define DATA "lib/rules/holidays"

static struct workdays *shipped;
static char file[] = "/tmp/test_holidays.XXXXXX";

static int load(void **state)
{
	struct error error = { 0 };
	int fd = mkstemp(file);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	if (workdays_read(DATA, &shipped, &error))
		fail_msg("%s", error_text(&error, -ENOMEM));
	assert_null(error.text);
	return 0;
}

static int clean(void **state)
{
	(void)state;
	workdays_free(&shipped);
	assert_null(shipped);
	return unlink(file);
}

static long day_of(const char *text)
{
	long day;

	assert_true(date_read_iso(text, &day));
	return day;
}

static void write_file(const char *text, size_t len)
{
	FILE *f = fopen(file, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static struct workdays *read_text(const char *text)
{
	struct workdays *workdays = NULL;
	struct error error = { 0 };

	write_file(text, strlen(text));
	if (workdays_read(file, &workdays, &error))
		fail_msg("%s: %s", text, error_text(&error, -ENOMEM));
	return workdays;
}

/* @list: days, parted by blanks. */
static void assert_days(const struct workdays *workdays, const char *list,
			bool working)
{
	char one[16];
	int len;

	for (; sscanf(list, "%15s%n", one, &len) == 1; list += len)
		if (workdays_is_working(workdays, day_of(one)) != working)
			fail_msg("%s", one);
}

/* @others: the days that the end may be instead, parted by blanks; @unknown:
 * the year whose days off are not known. */
static void assert_term(const struct workdays *workdays, const char *from,
			long n, const char *end, const char *others,
			int unknown)
{
	struct workdays_term term = workdays_add(workdays, day_of(from), n);
	char day[DATE_SIZE], text[2 * DATE_SIZE] = "", iso[DATE_SIZE];

	if (term.earliest < term.day)
		(void)snprintf(text, sizeof(text), "%s",
			       date_iso(term.earliest, iso));
	if (term.latest > term.day)
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
			       "%s%s", *text ? " " : "",
			       date_iso(term.latest, iso));
	if (strcmp(date_iso(term.day, day), end) != 0 ||
	    strcmp(text, others) != 0 || term.unknown_year != unknown)
		fail_msg("%s and %ld: %s, or \"%s\", year %d", from, n, day,
			 text, term.unknown_year);
	assert_int_equal(*term.doubt != '\0', *others != '\0');
}

/* The Government's notices for 2025 and 2026, day by day. */
static void days_off_are_as_the_government_set_them(void **state)
{
	(void)state;
	assert_true(workdays_has_year(shipped, 2025));
	assert_true(workdays_has_year(shipped, 2026));
	assert_true(workdays_has_year(shipped, 2027));
	assert_days(shipped,
		    "2025-01-01 2025-01-25 2025-01-27 2025-01-31 2025-02-02 "
		    "2025-04-07 2025-04-30 2025-05-01 2025-05-02 2025-05-04 "
		    "2025-08-30 2025-09-01 2025-09-02 "
		    "2026-01-01 2026-01-02 2026-01-03 2026-01-04 2026-02-14 "
		    "2026-02-16 2026-02-20 2026-02-22 2026-04-26 2026-04-27 "
		    "2026-04-30 2026-05-01 2026-08-29 2026-08-31 2026-09-01 "
		    "2026-09-02 2026-11-24 2027-01-01 2027-02-04 2027-02-10 "
		    "2027-04-16 2027-04-30 2027-05-01 2027-05-03 2027-09-02 "
		    "2027-09-03 2027-09-05 2027-11-24 2028-11-24",
		    false);
	assert_days(shipped,
		    "2025-01-02 2025-01-24 2025-02-03 2025-04-08 2025-04-26 "
		    "2025-04-29 2025-05-05 2025-08-29 2025-09-03 2025-12-31 "
		    "2026-01-05 2026-01-10 2026-02-13 2026-02-23 2026-04-24 "
		    "2026-04-28 2026-04-29 2026-05-04 2026-08-22 2026-08-28 "
		    "2026-09-03 2026-11-23 2026-11-25 2026-12-31 2027-02-03 "
		    "2027-02-11 2027-04-15 2027-04-29 2027-05-04 2027-09-01 "
		    "2027-09-06 2027-11-23 2025-11-24",
		    true);
}

/*
 * Terms worked out by hand on a calendar of paper. Of five working days: to
 * hand a token back, NĐ 68/2024 Điều 20 and Ninh Bình 165/2025 Điều 10.6.c; of
 * three: to issue, NĐ 68/2024 Điều 11, and to file a renewal, Phú Thọ 65/2025
 * Điều 5.4.c; of one: to recover, Phú Thọ Điều 6.4 and Đồng Tháp 144/2025 Điều
 * 11.2.b. The day of the event is not counted (Bộ luật Dân sự 2015 Điều 147).
 */
static const struct hand {
	const char *from;
	long n;
	const char *end, *others;
	const char *act; /* that makes the days off */
} by_hand[] = {
	/* Bộ luật Lao động 2019 Điều 112: 1 January. */
	{ "2024-12-31", 1, "2025-01-02", "", "BLLĐ 112.1.a" },
	/* Tết Ất Tỵ, 25/01 to 02/02, and the days around it. */
	{ "2025-01-24", 1, "2025-02-03", "", "8726/VPCP-KGVX" },
	{ "2025-01-22", 5, "2025-02-05", "", "8726/VPCP-KGVX" },
	/* Giỗ Tổ, Monday 07/04. */
	{ "2025-04-04", 1, "2025-04-08", "", "BLLĐ 112.1.e" },
	{ "2025-04-04", 3, "2025-04-10", "", "BLLĐ 112.1.e" },
	/* Saturday 26/04 worked for Friday 02/05. */
	{ "2025-04-25", 1, "2025-04-26", "", "8726/VPCP-KGVX" },
	{ "2025-04-25", 3, "2025-04-29", "", "8726/VPCP-KGVX" },
	{ "2025-04-25", 5, "2025-05-06", "", "8726/VPCP-KGVX" },
	{ "2025-04-29", 1, "2025-05-05", "", "BLLĐ 112.1.c, d" },
	/* 2 September and the day before. */
	{ "2025-08-29", 1, "2025-09-03", "", "BLLĐ 112.1.đ" },
	{ "2025-08-27", 5, "2025-09-05", "", "BLLĐ 112.1.đ" },
	/* 24/11 is no day off before 2026. */
	{ "2025-11-21", 2, "2025-11-25", "", "28/2026/QH16" },
	/* Friday 02/01 off for Saturday 10/01; the end of a year. */
	{ "2025-12-31", 1, "2026-01-05", "", "12729/VPCP-KGVX" },
	{ "2025-12-30", 3, "2026-01-06", "", "12729/VPCP-KGVX" },
	{ "2026-01-09", 1, "2026-01-10", "", "12729/VPCP-KGVX" },
	{ "2026-01-08", 3, "2026-01-12", "", "12729/VPCP-KGVX" },
	{ "2026-01-05", 5, "2026-01-10", "", "12729/VPCP-KGVX" },
	/* Tết Bính Ngọ, 14/02 to 22/02; and a term that begins within. */
	{ "2026-02-13", 1, "2026-02-23", "", "BLLĐ 112.1.b" },
	{ "2026-02-10", 3, "2026-02-13", "", "BLLĐ 112.1.b" },
	{ "2026-02-10", 5, "2026-02-24", "", "BLLĐ 112.1.b" },
	{ "2026-02-18", 5, "2026-02-27", "", "BLLĐ 112.1.b" },
	/* Giỗ Tổ on a Sunday: the Monday instead; then 30/4 and 1/5. */
	{ "2026-04-24", 1, "2026-04-28", "", "BLLĐ 111.3" },
	{ "2026-04-24", 3, "2026-05-04", "", "BLLĐ 111.3, 112" },
	{ "2026-04-27", 5, "2026-05-06", "", "BLLĐ 112.1.c, d" },
	{ "2026-04-29", 1, "2026-05-04", "", "BLLĐ 112.1.c, d" },
	/* Plain weeks, from a Friday, a Saturday, a Sunday and a Thursday. */
	{ "2026-06-12", 1, "2026-06-15", "", "BLLĐ 111" },
	{ "2026-06-13", 5, "2026-06-19", "", "BLLĐ 111" },
	{ "2026-06-14", 3, "2026-06-17", "", "BLLĐ 111" },
	{ "2026-06-11", 5, "2026-06-18", "", "BLLĐ 111" },
	/* Monday 31/08 off for Saturday 22/08; 1 and 2 September. */
	{ "2026-08-21", 1, "2026-08-22", "", "hoán đổi 22/8" },
	{ "2026-08-20", 3, "2026-08-24", "", "hoán đổi 22/8" },
	{ "2026-08-28", 1, "2026-09-03", "", "BLLĐ 112.1.đ" },
	{ "2026-08-27", 5, "2026-09-08", "", "BLLĐ 112.1.đ" },
	/* 24/11 is off; whether 23/11 is, for Saturday 28/11, is not settled.
	 * Five days from the 20th come to the same. */
	{ "2026-11-20", 5, "2026-11-30", "", "28/2026/QH16" },
	{ "2026-11-20", 1, "2026-11-23", "2026-11-25", "28/2026/QH16" },
	{ "2026-11-20", 3, "2026-11-26", "2026-11-27", "28/2026/QH16" },
	{ "2026-11-20", 4, "2026-11-27", "2026-11-28", "28/2026/QH16" },
	{ "2026-11-18", 5, "2026-11-26", "2026-11-27", "28/2026/QH16" },
	{ "2026-11-23", 1, "2026-11-25", "", "28/2026/QH16" },
	/* Behind the Monday only the Saturday counts: earlier, not later. */
	{ "2026-11-23", 5, "2026-12-01", "2026-11-30", "28/2026/QH16" },
	{ "2026-11-24", 5, "2026-12-01", "2026-11-30", "28/2026/QH16" },
	{ "2026-11-25", 3, "2026-11-30", "2026-11-28", "28/2026/QH16" },
	{ "2026-11-27", 1, "2026-11-30", "2026-11-28", "28/2026/QH16" },
	{ "2026-11-28", 1, "2026-11-30", "", "BLLĐ 111" },
	/* The end of a year, into one whose days off are known. */
	{ "2026-12-30", 1, "2026-12-31", "", "BLLĐ 111" },
	{ "2026-12-31", 1, "2027-01-04", "", "BLLĐ 112.1.a" },
	{ "2026-12-29", 3, "2027-01-04", "", "BLLĐ 112.1.a" },
	/* Tết Đinh Mùi, 04/02 to 10/02. */
	{ "2027-02-03", 1, "2027-02-11", "", "BLLĐ 112.1.b" },
	{ "2027-02-01", 5, "2027-02-15", "", "BLLĐ 112.1.b" },
	/* Giỗ Tổ, Friday 16/04. */
	{ "2027-04-15", 1, "2027-04-19", "", "BLLĐ 112.1.e" },
	{ "2027-04-13", 3, "2027-04-19", "", "BLLĐ 112.1.e" },
	/* 30/4 is a Friday, 1/5 a Saturday: the Monday instead. */
	{ "2027-04-29", 1, "2027-05-04", "", "BLLĐ 111.3, 112" },
	{ "2027-04-27", 5, "2027-05-06", "", "BLLĐ 111.3, 112" },
	/* 2 September, a Thursday, and the day after. */
	{ "2027-09-01", 1, "2027-09-06", "", "BLLĐ 112.1.đ" },
	{ "2027-08-30", 5, "2027-09-08", "", "BLLĐ 112.1.đ" },
	{ "2027-11-23", 1, "2027-11-25", "", "28/2026/QH16" },
	{ "2027-11-22", 5, "2027-11-30", "", "28/2026/QH16" },
};

#define N_BY_HAND (sizeof(by_hand) / sizeof(by_hand[0]))

static void terms_end_where_a_hand_finds_them(void **state)
{
	(void)state;
	assert_true(N_BY_HAND >= 40);
	for (size_t i = 0; i < N_BY_HAND; i++) {
		const struct hand *h = &by_hand[i];

		assert_true(*h->act);
		assert_term(shipped, h->from, h->n, h->end, h->others, 0);
	}
	assert_term(shipped, "2026-06-14", 0, "2026-06-14", "", 0);
	assert_term(shipped, "2026-06-14", -4, "2026-06-14", "", 0);
}

static void what_is_not_known_is_told(void **state)
{
	struct workdays *h;

	(void)state;
	assert_false(workdays_has_year(shipped, 2028));
	assert_term(shipped, "2027-12-30", 1, "2027-12-31", "", 0);
	assert_term(shipped, "2027-12-31", 1, "2028-01-03", "", 2028);
	assert_term(shipped, "2024-12-30", 3, "2025-01-03", "", 2024);

	h = read_text("year 2030\nunsure 2031-12-31 a\nunsure 2030-12-31 b\n");
	assert_term(h, "2030-12-30", 3, "2031-01-02", "2031-01-03", 2031);
	assert_term(h, "2029-12-28", 1, "2029-12-31", "", 2029);
	assert_term(h, "2029-12-31", 2, "2030-01-02", "", 0);
	workdays_free(&h);
}

/* Friday, 7 June 2030, follows a Tuesday that may be off; and a Saturday that
 * may be worked follows it. */
static void what_is_not_settled_may_move_a_term_both_ways(void **state)
{
	struct workdays *h = read_text(
		"year 2030\nunsure 2030-06-04 a\nunsure 2030-06-08 b\n");

	(void)state;
	assert_term(h, "2030-06-03", 4, "2030-06-07", "2030-06-10", 0);
	assert_term(h, "2030-06-03", 5, "2030-06-10", "2030-06-08 2030-06-11",
		    0);
	assert_term(h, "2030-06-05", 3, "2030-06-10", "2030-06-08", 0);
	workdays_free(&h);
	/* The Saturday comes first: the term can only end earlier. */
	h = read_text("year 2030\nunsure 2030-06-10 for 2030-06-08 c\n");
	assert_term(h, "2030-06-05", 2, "2030-06-07", "", 0);
	assert_term(h, "2030-06-05", 3, "2030-06-10", "2030-06-08", 0);
	assert_term(h, "2030-06-05", 4, "2030-06-11", "", 0);
	assert_term(h, "2030-06-08", 1, "2030-06-10", "2030-06-11", 0);
	workdays_free(&h);
}

static void assert_before(const char *day, const char *before, bool doubt)
{
	struct workdays_term term = workdays_day(shipped, day_of(day));
	char words[DATE_SIZE];

	assert_string_equal(date_iso(term.before, words), before);
	assert_int_equal(term.earliest, term.latest);
	assert_int_equal(*term.doubt != '\0', doubt);
}

/* Of reports "trước ngày 15/5" and "15/11" (Bắc Ninh 09/2023 Điều 14.8) and of
 * last days to ask for a renewal (NĐ 68/2024 Điều 12). */
static void a_last_day_may_be_a_day_off(void **state)
{
	(void)state;
	assert_before("2026-05-14", "2026-05-14", false);
	assert_before("2026-11-14", "2026-11-13", false);
	assert_before("2027-05-14", "2027-05-14", false);
	assert_before("2027-11-14", "2027-11-12", false);
	assert_before("2026-02-20", "2026-02-13", false);
	assert_before("2026-08-22", "2026-08-22", false);
	/* What may be off is no day to rely on. */
	assert_before("2026-11-23", "2026-11-20", true);
	assert_before("2026-11-24", "2026-11-20", false);
	assert_before("2026-11-28", "2026-11-27", false);
}

static void assert_remark(struct workdays_term term, const char *words)
{
	struct arena arena = { 0 };

	assert_string_equal(workdays_remark(&arena, I18N_ENGLISH, &term),
			    words);
	arena_free(&arena);
}

static void the_other_date_and_why_stand_beside_the_date(void **state)
{
	struct workdays *h = read_text(
		"year 2030\nunsure 2030-06-04 a\nunsure 2030-06-08 b\n");

	(void)state;
	assert_remark(
		workdays_add(shipped, day_of("2026-11-20"), 3),
		"26/11/2026, or 27/11/2026, as it is not settled yet: nghỉ thứ Hai 23/11/2026, làm bù thứ Bảy 28/11/2026 (đề xuất tháng 9/2026)");
	assert_remark(
		workdays_add(h, day_of("2030-06-03"), 5),
		"10/06/2030, or 08/06/2030 or 11/06/2030, as it is not settled yet: a");
	assert_remark(
		workdays_add(shipped, day_of("2027-12-31"), 1),
		"03/01/2028, or another day, as the days off in 2028 are not all known");
	assert_remark(
		workdays_day(shipped, day_of("2026-11-14")),
		"14/11/2026 is a day off; the working day before is 13/11/2026");
	assert_remark(
		workdays_day(shipped, day_of("2026-11-23")),
		"23/11/2026 may be a day off (nghỉ thứ Hai 23/11/2026, làm bù thứ Bảy 28/11/2026 (đề xuất tháng 9/2026)); the working day before is 20/11/2026");
	assert_remark(workdays_day(shipped, day_of("2026-11-27")), "");
	assert_remark(workdays_add(shipped, day_of("2026-11-20"), 5), "");
	workdays_free(&h);
}

static void days_beyond_the_calendar_are_of_their_week(void **state)
{
	(void)state;
	assert_days(shipped, "1969-12-27 1970-01-03 2100-01-02 2150-02-01",
		    false);
	assert_days(shipped, "1969-12-26 1970-01-01 2100-01-01 2150-02-02",
		    true);
	assert_term(shipped, "2099-12-31", 1, "2100-01-01", "", 2100);
	assert_false(workdays_has_year(shipped, 1999));
	assert_false(workdays_has_year(shipped, 2100));
	assert_false(workdays_has_year(shipped, -1));
}

static void a_file_may_be_of_any_hand(void **state)
{
	struct workdays *h;

	(void)state;
	h = read_text("\xEF\xBB\xBF# Notepad\r\nyear 2028 \r\n\r\n"
		      "  every\t02-29\t nhuận\r\n2028-03-01 Ông Táo\r\n"
		      "every 03-02 b\nwork 2028-03-04 c\nevery 03-04 d\n"
		      "2028-12-30..2029-01-02 \xC4\x90\xC3\xB4ng");
	assert_true(workdays_has_year(h, 2028));
	assert_false(workdays_has_year(h, 2029));
	assert_days(h,
		    "2028-02-29 2032-02-29 2028-03-01 2028-03-02 2029-03-02 "
		    "2028-12-31 2029-01-01 2029-01-02",
		    false);
	assert_days(h, "2028-02-28 2029-03-01 2028-03-04 2029-01-03", true);
	workdays_free(&h);
	h = read_text("");
	assert_days(h, "2026-02-16", true);
	workdays_free(&h);
}

/* @text is refused, with the file, the @line and some @words about it. */
static void assert_broken_bytes(const char *text, size_t len, int line,
				const char *words)
{
	struct workdays *workdays = NULL;
	struct error error = { 0 };
	char place[64];

	write_file(text, len);
	snprintf(place, sizeof(place), "%s: line %d: ", file, line);
	assert_int_equal(workdays_read(file, &workdays, &error), -EINVAL);
	assert_null(workdays);
	assert_non_null(error.text);
	if (strncmp(error.text, place, strlen(place)) != 0 ||
	    !strstr(error.text + strlen(place), words))
		fail_msg("%s: %s", text, error.text);
	error_free(&error);
}

static void assert_broken(const char *text, int line, const char *words)
{
	assert_broken_bytes(text, strlen(text), line, words);
}

static void broken_lines_are_refused(void **state)
{
	(void)state;
	assert_broken("# a\n\nholiday 2026-01-01 a", 3, "neither a day");
	assert_broken("year 2026\nyear 2026\n", 2, "already");
	assert_broken("year 26\n", 1, "2026");
	assert_broken("year 2026 2027\n", 1, "alone");
	assert_broken("year 20x6\n", 1, "2000 to 2099");
	assert_broken("year 1999\n", 1, "2000 to 2099");
	assert_broken("year\n", 1, "alone");
	assert_broken("every 13-01 a\n", 1, "09-02");
	assert_broken("every 02-30 a\n", 1, "09-02");
	assert_broken("every 9-2 a\n", 1, "09-02");
	assert_broken("every 09-02\n", 1, "no name");
	assert_broken("every 09-02 a\nevery 09-02 b\n", 2, "already");
	assert_broken("2026-02-30 a\n", 1, "not a day");
	assert_broken("16/02/2026 a\n", 1, "not a day");
	assert_broken("2026-02-16T00:00:00Z a\n", 1, "not a day");
	assert_broken("1999-12-31 a\n", 1, "2000 to 2099");
	assert_broken("2100-01-01 a\n", 1, "2000 to 2099");
	assert_broken("2026-02-16\n", 1, "no name");
	assert_broken("2026-02-14 2026-02-22 a\n", 1, "no name");
	assert_broken("2026-02-14 ..2026-02-22 a\n", 1, "no name");
	assert_broken("2026-02-14.. 2026-02-22 a\n", 1, "not a day");
	assert_broken("2026-02-14..2026-02-30 a\n", 1, "not a day");
	assert_broken("2026-02-22..2026-02-14 a\n", 1, "within a month");
	assert_broken("2026-02-14..2027-02-22 a\n", 1, "within a month");
	assert_broken("2026-02-14..2026-02-16 a\n2026-02-16 b\n", 2, "already");
	assert_broken("work 2026-01-09 a\n", 1, "neither a Saturday");
	assert_broken("work 2026-01-10\n", 1, "no name");
	assert_broken("work 2026-01-10..2026-01-11 a\n", 1, "not a day");
	assert_broken("work 2026-01-10 a\n2026-01-10 b\n", 2, "already");
	assert_broken("unsure 2026-11-24\n", 1, "no name");
	assert_broken("unsure 2026-11-23 for 2026-11-28\n", 1, "no name");
	assert_broken("unsure 2026-11-23 for 2026-11-27 a\n", 1,
		      "neither a Saturday");
	assert_broken("unsure 2026-11-22 for 2026-11-28 a\n", 1, "is off in");
	assert_broken("unsure 2026-11-28 for 2026-11-28 a\n", 1, "is off in");
	assert_broken("work 2026-11-28 a\nunsure 2026-11-23 for 2026-11-28 b\n",
		      2, "already");
	assert_broken("every 11-24 since 1999 a\n", 1, "2000 to 2099");
	assert_broken("every 11-24 since 2026\n", 1, "no name");
	assert_broken("2026-02-16 T\xE1\xBA\n", 1, "UTF-8");
	assert_broken_bytes("year 2026\n2026-02-16 a\0b\n", 25, 2, "not text");
	assert_broken_bytes("year 2026\0", 10, 1, "not text");
}

static void unreadable_files_are_told(void **state)
{
	const size_t size = 1000000;
	struct workdays *workdays = NULL;
	struct error error = { 0 };
	char *big;

	(void)state;
	assert_int_equal(workdays_read("/nonexistent", &workdays, &error),
			 -ENOENT);
	assert_non_null(strstr(error.text, "/nonexistent: "));
	assert_int_equal(workdays_read("/tmp", &workdays, &error), -EISDIR);
	assert_string_equal(error.text, "/tmp: Is a directory");
	big = malloc(size);
	assert_non_null(big);
	memset(big, '#', size);
	write_file(big, size);
	free(big);
	assert_int_equal(workdays_read(file, &workdays, &error), -EFBIG);
	assert_non_null(strstr(error.text, "is larger than"));
	error_free(&error);
	assert_null(workdays);
}

/* Between .EX and .EE, without roff. */
static void the_manuals_example_is_one(void **state)
{
	FILE *page = fopen("man/ckstoken-holidays.5", "r");
	char text[1024] = "", line[256];
	struct workdays *h;
	bool within = false;
	size_t len = 0;

	(void)state;
	assert_non_null(page);
	while (fgets(line, sizeof(line), page)) {
		if (strcmp(line, ".EX\n") == 0 || strcmp(line, ".EE\n") == 0)
			within = line[2] == 'X';
		else if (within && line[0] != '.')
			for (const char *c = line; *c; c++)
				if (*c != '\\' && len < sizeof(text) - 1)
					text[len++] = *c;
	}
	(void)fclose(page);
	text[len] = '\0';
	h = read_text(text);
	assert_true(workdays_has_year(h, 2026));
	assert_days(h, "2026-02-16 2026-04-27 2026-09-02 2026-11-24", false);
	assert_days(h, "2026-01-10 2026-11-23 2025-11-24", true);
	assert_term(h, "2026-11-20", 1, "2026-11-23", "2026-11-25", 0);
	workdays_free(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_off_are_as_the_government_set_them),
		cmocka_unit_test(terms_end_where_a_hand_finds_them),
		cmocka_unit_test(what_is_not_known_is_told),
		cmocka_unit_test(what_is_not_settled_may_move_a_term_both_ways),
		cmocka_unit_test(a_last_day_may_be_a_day_off),
		cmocka_unit_test(the_other_date_and_why_stand_beside_the_date),
		cmocka_unit_test(days_beyond_the_calendar_are_of_their_week),
		cmocka_unit_test(a_file_may_be_of_any_hand),
		cmocka_unit_test(broken_lines_are_refused),
		cmocka_unit_test(unreadable_files_are_told),
		cmocka_unit_test(the_manuals_example_is_one),
	};

	return cmocka_run_group_tests(tests, load, clean);
}
