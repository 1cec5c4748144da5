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

static void assert_end(const struct workdays *workdays, const char *from,
		       long n, const char *end, int unsure)
{
	char words[DATE_SIZE];
	int year = -1;
	long day = workdays_add(workdays, day_of(from), n, &year);

	if (day != day_of(end))
		fail_msg("%s and %ld: %s", from, n, date_dmy(day, words));
	assert_int_equal(year, unsure);
}

/* The Government's notices for 2025 and 2026, day by day. */
static void days_off_are_as_the_government_set_them(void **state)
{
	(void)state;
	assert_true(workdays_has_year(shipped, 2025));
	assert_true(workdays_has_year(shipped, 2026));
	assert_days(shipped,
		    "2025-01-01 2025-01-25 2025-01-27 2025-01-31 2025-02-02 "
		    "2025-04-07 2025-04-30 2025-05-01 2025-05-02 2025-05-04 "
		    "2025-08-30 2025-09-01 2025-09-02 "
		    "2026-01-01 2026-01-02 2026-01-03 2026-01-04 2026-02-14 "
		    "2026-02-16 2026-02-20 2026-02-22 2026-04-26 2026-04-27 "
		    "2026-04-30 2026-05-01 2026-08-29 2026-08-31 2026-09-01 "
		    "2026-09-02",
		    false);
	assert_days(shipped,
		    "2025-01-02 2025-01-24 2025-02-03 2025-04-08 2025-04-26 "
		    "2025-04-29 2025-05-05 2025-08-29 2025-09-03 2025-12-31 "
		    "2026-01-05 2026-01-10 2026-02-13 2026-02-23 2026-04-24 "
		    "2026-04-28 2026-04-29 2026-05-04 2026-08-22 2026-08-28 "
		    "2026-09-03 2026-12-31",
		    true);
}

static void terms_pass_over_days_off(void **state)
{
	(void)state;
	/* Tuesday; the last working day before Tết is Friday, 13. */
	assert_end(shipped, "2026-02-10", 3, "2026-02-13", 0);
	assert_end(shipped, "2026-02-10", 5, "2026-02-24", 0);
	assert_end(shipped, "2026-02-13", 1, "2026-02-23", 0);
	assert_end(shipped, "2026-02-18", 5, "2026-02-27", 0);
	/* The Hùng Kings' day makes Monday free, the 30th two days more. */
	assert_end(shipped, "2026-04-24", 1, "2026-04-28", 0);
	assert_end(shipped, "2026-04-24", 3, "2026-05-04", 0);
	/* A swap: Friday off, Saturday of the next week worked. */
	assert_end(shipped, "2025-12-31", 1, "2026-01-05", 0);
	assert_end(shipped, "2026-01-08", 1, "2026-01-09", 0);
	assert_end(shipped, "2026-01-08", 3, "2026-01-12", 0);
	assert_end(shipped, "2026-01-05", 5, "2026-01-10", 0);
	assert_end(shipped, "2026-08-21", 1, "2026-08-22", 0);
	assert_end(shipped, "2026-08-28", 3, "2026-09-07", 0);
	/* A plain week, from a Thursday and from a Sunday. */
	assert_end(shipped, "2026-06-11", 5, "2026-06-18", 0);
	assert_end(shipped, "2026-06-14", 3, "2026-06-17", 0);
	assert_end(shipped, "2026-06-14", 0, "2026-06-14", 0);
	assert_end(shipped, "2026-06-14", -4, "2026-06-14", 0);
}

static void what_is_not_known_is_told(void **state)
{
	struct workdays *h;

	(void)state;
	assert_false(workdays_has_year(shipped, 2027));
	assert_end(shipped, "2026-12-30", 1, "2026-12-31", 0);
	assert_end(shipped, "2026-12-30", 2, "2027-01-04", 2027);
	assert_end(shipped, "2026-12-31", 1, "2027-01-04", 2027);
	assert_end(shipped, "2024-12-30", 3, "2025-01-03", 2024);
	assert_end(shipped, "2024-12-31", 1, "2025-01-02", 0);
	/* Whether Tuesday, 24 November 2026, is off. */
	assert_end(shipped, "2026-11-20", 1, "2026-11-23", 0);
	assert_end(shipped, "2026-11-20", 2, "2026-11-24", 2026);
	assert_end(shipped, "2026-11-20", 5, "2026-11-27", 2026);
	assert_end(shipped, "2026-11-24", 1, "2026-11-25", 0);

	h = read_text("year 2030\nunsure 2031-12-31 a\nunsure 2030-12-31 b\n");
	assert_end(h, "2030-12-30", 3, "2031-01-02", 2030);
	assert_end(h, "2029-12-28", 1, "2029-12-31", 2029);
	assert_end(h, "2029-12-31", 2, "2030-01-02", 0);
	workdays_free(&h);
}

static void days_beyond_the_calendar_are_of_their_week(void **state)
{
	(void)state;
	assert_days(shipped, "1969-12-27 1970-01-03 2100-01-02 2150-02-01",
		    false);
	assert_days(shipped, "1969-12-26 1970-01-01 2100-01-01 2150-02-02",
		    true);
	assert_end(shipped, "2099-12-31", 1, "2100-01-01", 2100);
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
	assert_days(h, "2026-02-16 2026-04-27 2026-09-02", false);
	assert_days(h, "2026-01-10 2026-11-24", true);
	workdays_free(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_off_are_as_the_government_set_them),
		cmocka_unit_test(terms_pass_over_days_off),
		cmocka_unit_test(what_is_not_known_is_told),
		cmocka_unit_test(days_beyond_the_calendar_are_of_their_week),
		cmocka_unit_test(a_file_may_be_of_any_hand),
		cmocka_unit_test(broken_lines_are_refused),
		cmocka_unit_test(unreadable_files_are_told),
		cmocka_unit_test(the_manuals_example_is_one),
	};

	return cmocka_run_group_tests(tests, load, clean);
}
