/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rules/citation.h"

#include "regulations.h"

#define ND68 \
	"Nghị định số 68/2024/NĐ-CP ngày 25 tháng 6 năm 2024 của Chính phủ quy định về chữ ký số chuyên dùng công vụ"

static struct arena arena;

static int free_arena(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* The articles @a and @b of one law are cited as @both. */
static void assert_joined(const struct province *province, const char *a,
			  const char *b, const char *both)
{
	const char *law = province->regulation.title;
	char left[1024], right[1024], expected[1024];
	const char *joined;

	(void)snprintf(left, sizeof(left), "%s%s%s", a, *a ? " " : "", law);
	(void)snprintf(right, sizeof(right), "%s%s%s", b, *b ? " " : "", law);
	(void)snprintf(expected, sizeof(expected), "%s%s%s", both,
		       *both ? " " : "", law);
	joined = citation_join(&arena, province, left, right);
	assert_non_null(joined);
	assert_string_equal(joined, expected);
}

static void articles_of_one_law_are_cited_together(void **state)
{
	struct province *decree = load("default"), *phu_tho = load("phu-tho");

	(void)state;
	assert_joined(decree, "Điều 12, Điều 13", "Điều 14, Điều 15, Điều 16",
		      "Điều 12, Điều 13, Điều 14, Điều 15, Điều 16");
	assert_joined(phu_tho, "khoản 1, khoản 4 Điều 5",
		      "khoản 2, khoản 3, khoản 4 Điều 5",
		      "khoản 1, khoản 2, khoản 3, khoản 4 Điều 5");
	assert_joined(phu_tho, "khoản 10 Điều 5", "khoản 9 Điều 5, Điều 6",
		      "khoản 9, khoản 10 Điều 5, Điều 6");
	/* A letter of changes that asks for renewals too. */
	assert_joined(decree, "Điều 14, Điều 15, Điều 16", "Điều 12, Điều 13",
		      "Điều 12, Điều 13, Điều 14, Điều 15, Điều 16");
	assert_joined(phu_tho, "Điều 10", "Điều 9", "Điều 9, Điều 10");
	assert_joined(phu_tho, "khoản 1 Điều 5", "Điều 5", "Điều 5");
	assert_joined(phu_tho, "Điều 5", "khoản 1 Điều 5", "Điều 5");
	assert_joined(
		phu_tho, "điểm c khoản 2 và khoản 3 Điều 5",
		"khoản 1 Điều 6, khoản 1 Điều 5",
		"khoản 1, điểm c khoản 2, khoản 3 Điều 5, khoản 1 Điều 6");
	assert_joined(phu_tho, "điểm a, điểm c khoản 1 Điều 8",
		      "điểm b khoản 2 Điều 8",
		      "điểm a, điểm c khoản 1, điểm b khoản 2 Điều 8");
	/* The law as a whole has all of its articles. */
	assert_joined(phu_tho, "", "Điều 5", "");
	assert_joined(phu_tho, "Điều 5", "", "");
	province_free(&decree);
	province_free(&phu_tho);
}

static void other_laws_are_not_joined(void **state)
{
	struct province *province = load("phu-tho");
	char reg[1024];

	(void)state;
	(void)snprintf(reg, sizeof(reg), "Điều 5 %s",
		       province->regulation.title);
	assert_null(citation_join(&arena, province, "Điều 12 " ND68, reg));
	assert_null(citation_join(&arena, province, "Điều 1 Luật Khác", reg));
	assert_null(citation_join(&arena, province, "Điều 1 Luật Khác",
				  "Điều 2 Luật Khác"));
	assert_string_equal(citation_join(&arena, province, "Điều 1 Luật Khác",
					  "Điều 1 Luật Khác"),
			    "Điều 1 Luật Khác");
	assert_string_equal(citation_law(province, reg),
			    province->regulation.title);
	assert_string_equal(citation_law(province, "Điều 12 " ND68), ND68);
	assert_null(citation_law(province, "Điều 1 Luật Khác"));
	province_free(&province);
}

/* With day, issuer and title, and the decree before the regulation. */
static void short_citations_are_written_out(void **state)
{
	struct province *province = load("lam-dong");
	const struct duty *report = province_duty(province, "report");
	const struct duty *leaving = province_duty(province, "leaving");
	const char **list = NULL;
	char expected[1024];
	size_t n = 0;

	(void)state;
	citation_in_full(&arena, province, report->article, &list, &n);
	assert_int_equal(n, 1);
	(void)snprintf(expected, sizeof(expected), "khoản 6 Điều 14 %s",
		       province->regulation.title);
	assert_string_equal(list[0], expected);
	assert_non_null(
		strstr(list[0], "ngày 08 tháng 10 năm 2025 của Chủ tịch"));

	list = NULL;
	n = 0;
	citation_in_full(&arena, province, leaving->article, &list, &n);
	assert_int_equal(n, 2);
	assert_string_equal(list[0], "khoản 2 Điều 17 " ND68);
	(void)snprintf(expected, sizeof(expected),
		       "khoản 1, điểm a khoản 3 Điều 11 %s",
		       province->regulation.title);
	assert_string_equal(list[1], expected);

	/* Of a law that no file has the title of, what is known is cited. */
	list = NULL;
	n = 0;
	citation_in_full(&arena, province,
			 "khoản 3 Điều 32 Nghị định số 30/2020/NĐ-CP", &list,
			 &n);
	assert_int_equal(n, 1);
	assert_string_equal(list[0],
			    "khoản 3 Điều 32 Nghị định số 30/2020/NĐ-CP");
	province_free(&province);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(articles_of_one_law_are_cited_together),
		cmocka_unit_test(other_laws_are_not_joined),
		cmocka_unit_test(short_citations_are_written_out),
	};

	return cmocka_run_group_tests(tests, NULL, free_arena);
}
