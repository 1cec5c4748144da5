/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>

#include "regulations.h"

#define DUTIES "tests/unit/rules/province-duties.txt"

static const char *const codes[] = { "default",	 "lam-dong", "ninh-binh",
				     "bac-ninh", "phu-tho",  "tien-giang",
				     "dong-thap" };

#define N_CODES (sizeof(codes) / sizeof(codes[0]))

static struct province *provinces[N_CODES];

static int load_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_CODES; i++)
		provinces[i] = load(codes[i]);
	return 0;
}

static int free_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_CODES; i++)
		province_free(&provinces[i]);
	return 0;
}

static const struct province *find(const char *code)
{
	for (size_t i = 0; i < N_CODES; i++)
		if (strcmp(codes[i], code) == 0)
			return provinces[i];
	fail_msg("%s: no such province", code);
	return NULL;
}

/* "province | duty | years | article" */
static void check_line(const char *expected)
{
	char code[32], name[32], line[512];
	const struct duty *duty;

	assert_int_equal(sscanf(expected, "%31s | %31s", code, name), 2);
	duty = province_duty(find(code), name);
	if (!duty)
		fail_msg("%s: %s is not there", code, name);
	snprintf(line, sizeof(line), "%s | %s | %ld | %s", code, duty->name,
		 duty->years, duty->article);
	assert_string_equal(line, expected);
}

static void duties_are_as_in_the_regulations(void **state)
{
	FILE *f = fopen(DUTIES, "r");
	size_t n = 0, total = 0;
	char line[512];

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (!line[0] || line[0] == '#')
			continue;
		check_line(line);
		n++;
	}
	(void)fclose(f);
	for (size_t i = 0; i < N_CODES; i++)
		total += provinces[i]->n_duties;
	assert_int_equal(n, total);
	assert_int_equal(n, 111);
}

/* So that it can stand behind "by", and before or behind a colon. */
static void duties_are_clauses_with_whole_citations(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_CODES; i++)
		for (size_t k = 0; k < provinces[i]->n_duties; k++) {
			const struct duty *d = &provinces[i]->duties[k];
			size_t len = strlen(d->words);

			assert_true(len > 40 && len < 500);
			assert_null(strchr(".;, ", d->words[len - 1]));
			assert_false(islower((unsigned char)d->words[0]));
			assert_true(strstr(d->article, "Nghị định số ") ||
				    strstr(d->article, "Quyết định số "));
		}
}

/* The words of a duty hold what the officer must be told. */
static void assert_words(const char *code, const char *name, const char *part)
{
	const struct duty *duty = province_duty(find(code), name);

	assert_non_null(duty);
	if (!strstr(duty->words, part))
		fail_msg("%s %s: \"%s\" is not in: %s", code, name, part,
			 duty->words);
}

static void duties_differ_by_province(void **state)
{
	(void)state;
	assert_words("bac-ninh", "keeper", "quyết định giao");
	assert_words("bac-ninh", "report-loss", "báo ngay");
	assert_words("bac-ninh", "second-device", "con dấu thứ 2");
	assert_words("ninh-binh", "leaving", "ngoài khu vực Nhà nước");
	assert_words("ninh-binh", "moving", "nơi đến");
	assert_words("ninh-binh", "own-keeping", "mật khẩu");
	assert_words("lam-dong", "statistics", "năm tiếp theo");
	assert_words("phu-tho", "place", "tại trụ sở");
	assert_words("default", "permission", "bằng văn bản");
	assert_null(province_duty(find("phu-tho"), "second-device"));
	assert_null(province_duty(find("default"), "statistics"));
	assert_null(province_duty(find("tien-giang"), "deliver"));
	assert_null(province_duty(find("default"), "nothing"));
	for (size_t i = 0; i < N_CODES; i++) {
		assert_int_equal(province_duty(provinces[i], "term-new")->years,
				 5);
		assert_int_equal(
			province_duty(provinces[i], "term-renewed")->years, 3);
	}
}

/* Of statistics that the department is to write, whoever else writes them has
 * the duty of agencies to report, where there is one. */
static void a_duty_is_of_who_writes(void **state)
{
	static const struct {
		const char *code, *agency, *article;
	} cases[] = {
		{ "lam-dong", "Sở Khoa học và Công nghệ", "khoản 4 Điều 13 " },
		{ "lam-dong", "SỞ KHOA HỌC VÀ CÔNG NGHỆ TỈNH LÂM ĐỒNG",
		  "khoản 4 Điều 13 " },
		{ "lam-dong", "Sở Tài chính", "khoản 6 Điều 14 " },
		{ "lam-dong", "", "khoản 6 Điều 14 " },
		{ "ninh-binh", "UBND xã Gia Viễn", "khoản 8 Điều 17 " },
		{ "phu-tho", "Trường THPT Hùng Vương", "khoản 6 Điều 9 " },
		{ "bac-ninh", "Trung tâm Công nghệ thông tin và Truyền thông",
		  "khoản 1 Điều 13, khoản 5 Điều 12 " },
		{ "bac-ninh", "Sở Tài chính", "khoản 8 Điều 14 " },
		{ "dong-thap", "Sở Khoa học và Công nghệ tỉnh Đồng Tháp",
		  "khoản 4 Điều 14 " },
		/* Which has no word of what agencies report. */
		{ "dong-thap", "Sở Tài chính", NULL },
		{ "default", "Sở Tài chính", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct duty *duty = province_duty_of(
			find(cases[i].code), "statistics", cases[i].agency);
		const char *article = cases[i].article;

		assert_true(!duty == !article);
		if (article &&
		    strncmp(duty->article, article, strlen(article)) != 0)
			fail_msg("%s: %s", cases[i].agency, duty->article);
	}
}

/* Where no province can be read the decree's own numbers are used. */
static void the_default_is_the_decree(void **state)
{
	const struct province *decree = find("default");

	(void)state;
	assert_int_equal(province_duty(decree, "term-new")->years,
			 DECREE_YEARS_NEW);
	assert_int_equal(province_duty(decree, "term-renewed")->years,
			 DECREE_YEARS_RENEWED);
	assert_int_equal(province_max_years(decree, false), DECREE_YEARS_NEW);
	assert_int_equal(province_max_years(decree, true),
			 DECREE_YEARS_RENEWED);
	assert_int_equal(province_renewal_days(decree), DECREE_RENEWAL_DAYS);
	assert_int_equal(province_max_years(NULL, false), 5);
	assert_int_equal(province_max_years(NULL, true), 3);
	assert_int_equal(province_renewal_days(NULL), 30);
	assert_int_equal(province_renewal_days(find("bac-ninh")), 30);
	assert_int_equal(province_renewal_days(find("lam-dong")), 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(duties_are_as_in_the_regulations),
		cmocka_unit_test(duties_are_clauses_with_whole_citations),
		cmocka_unit_test(duties_differ_by_province),
		cmocka_unit_test(a_duty_is_of_who_writes),
		cmocka_unit_test(the_default_is_the_decree),
	};

	return cmocka_run_group_tests(tests, load_all, free_all);
}
