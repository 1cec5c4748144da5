/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "rules/citation.h"
#include "unit/unit.h"

#define DATA "lib/rules/provinces"
#define CELLS "tests/unit/rules/province-cells.txt"
#define ARTICLES "tests/unit/rules/province-articles.txt"
#define ND68 "Nghị định số 68/2024/NĐ-CP"
#define ND68_WHOLE \
	ND68 " ngày 25 tháng 6 năm 2024 của Chính phủ quy định về chữ ký số chuyên dùng công vụ"

static const struct known {
	const char *code, *department;
} known[] = {
	{ "default", "Sở Khoa học và Công nghệ" },
	{ "lam-dong", "Sở Khoa học và Công nghệ tỉnh Lâm Đồng" },
	{ "ninh-binh", "Sở Khoa học và Công nghệ tỉnh Ninh Bình" },
	{ "bac-ninh", "Sở Thông tin và Truyền thông tỉnh Bắc Ninh" },
	{ "phu-tho", "Sở Khoa học và Công nghệ tỉnh Phú Thọ" },
	{ "tien-giang", "Sở Thông tin và Truyền thông tỉnh Tiền Giang" },
	{ "bac-ninh-tt185", "Sở Thông tin và Truyền thông tỉnh Bắc Ninh" },
	{ "dong-thap", "Sở Khoa học và Công nghệ tỉnh Đồng Tháp" },
};

#define N_KNOWN (sizeof(known) / sizeof(known[0]))

static struct province *provinces[N_KNOWN];

static struct province *load(const char *name)
{
	static const char *const directories[] = { DATA };
	struct province *province = NULL;
	struct error error = { 0 };

	if (province_load_from(directories, 1, name, &province, &error))
		fail_msg("%s: %s", name, error_text(&error, -ENOMEM));
	assert_null(error.text);
	return province;
}

static int load_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_KNOWN; i++)
		provinces[i] = load(known[i].code);
	return 0;
}

static int free_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_KNOWN; i++)
		province_free(&provinces[i]);
	return 0;
}

static size_t find(const char *code)
{
	for (size_t i = 0; i < N_KNOWN; i++)
		if (strcmp(known[i].code, code) == 0)
			return i;
	fail_msg("%s: no such province", code);
	return 0;
}

static const struct procedure *procedure(const char *code, const char *name)
{
	const struct procedure *p =
		province_procedure(provinces[find(code)], name);

	assert_non_null(p);
	return p;
}

/* A line of the cells, made from the data. */
struct line {
	char text[2048];
	size_t len;
};

static void put(struct line *line, const char *text)
{
	line->len +=
		(size_t)snprintf(line->text + line->len,
				 sizeof(line->text) - line->len, "%s", text);
	assert_true(line->len < sizeof(line->text));
}

/* With the names that the cells have letters for. */
static void put_names(struct line *line, const char *text, const char *so)
{
	const struct {
		const char *letter, *name;
	} letters[] = {
		{ "C", "Cục Chứng thực số và Bảo mật thông tin" },
		{ "S", so },
		{ "Q", "Cơ quan, tổ chức quản lý trực tiếp" },
	};
	char one[2] = "";
	size_t i;

	while (*text) {
		for (i = 0; i < 3; i++)
			if (!strncmp(text, letters[i].name,
				     strlen(letters[i].name)))
				break;
		one[0] = *text;
		put(line, i < 3 ? letters[i].letter : one);
		text += i < 3 ? strlen(letters[i].name) : 1;
	}
}

static void put_end(struct line *line)
{
	put(line, line->text[line->len - 1] == ' ' ? "| " : " | ");
}

static void put_lists(struct line *line, const struct procedure *p,
		      const char *so)
{
	char text[64];

	for (size_t i = 0; i < p->n_copies; i++) {
		put(line, i ? " + " : "");
		put_names(line, p->copies[i], so);
	}
	put_end(line);
	for (size_t i = 0; i < p->n_channels; i++) {
		put(line, i ? " + " : "");
		put(line, p->channels[i].code);
	}
	put_end(line);
	for (size_t i = 0; i < p->n_deadlines; i++) {
		const struct deadline *d = &p->deadlines[i];

		snprintf(text, sizeof(text), "%ld ", d->days);
		put(line, i ? " + " : "");
		put(line, d->before[0] ? d->before : text);
		put(line, d->before[0] ? " " : "");
		put_names(line, d->who, so);
	}
	put_end(line);
	for (size_t i = 0; i < p->n_conditions; i++) {
		const struct condition *c = &p->conditions[i];

		snprintf(text, sizeof(text), " %ld", c->days);
		put(line, i ? " + " : "");
		put(line, c->rule);
		put(line, c->days ? text : "");
	}
	put_end(line);
}

static void make_line(struct line *line, const struct procedure *p,
		      const char *so)
{
	put(line, p->province->code);
	put_end(line);
	put(line, p->name);
	put_end(line);
	put(line, p->form);
	put_end(line);
	put(line, p->template);
	put(line, p->compare ? "!" : "");
	put_end(line);
	put_names(line, p->recipient, so);
	put_end(line);
	put_lists(line, p, so);
	put(line, p->article);
}

static void check_cells(const char *expected)
{
	char code[32], name[32];
	const struct procedure *p;
	const struct refusal *r;
	struct line line = { "", 0 };
	size_t i;

	assert_int_equal(sscanf(expected, "%31s | %31s", code, name), 2);
	i = find(code);
	p = province_procedure(provinces[i], name);
	r = province_refusal(provinces[i], name);
	assert_true(!p != !r);
	if (p) {
		make_line(&line, p, known[i].department);
	} else {
		snprintf(line.text, sizeof(line.text), "%s | %s | refused | %s",
			 code, r->name, r->article);
		assert_true(r->words[0]);
	}
	assert_string_equal(line.text, expected);
}

static size_t each_line(const char *path, void (*check)(const char *))
{
	FILE *f = fopen(path, "r");
	char line[2048];
	size_t n = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (!line[0] || line[0] == '#')
			continue;
		check(line);
		n++;
	}
	(void)fclose(f);
	return n;
}

static void cells_are_as_in_the_regulations(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < N_KNOWN; i++)
		n += provinces[i]->n_procedures + provinces[i]->n_refusals;
	assert_int_equal(each_line(CELLS, check_cells), n);
}

/* "province | procedure | rule, or deadline | article": one of that name has
 * it. */
static void check_article(const char *expected)
{
	char code[32], name[32], rule[32];
	const struct procedure *p;
	const char *article;
	bool found = false;
	int at = 0;

	assert_int_equal(sscanf(expected, "%31s | %31s | %31s | %n", code, name,
				rule, &at),
			 3);
	article = expected + at;
	p = procedure(code, name);
	for (size_t i = 0; i < p->n_conditions; i++)
		found |= strcmp(p->conditions[i].rule, rule) == 0 &&
			 strcmp(p->conditions[i].article, article) == 0;
	for (size_t i = 0; i < p->n_deadlines; i++)
		found |= strcmp("deadline", rule) == 0 &&
			 strcmp(p->deadlines[i].article, article) == 0;
	if (!found)
		fail_msg("not so: %s", expected);
}

static void articles_are_as_in_the_regulations(void **state)
{
	(void)state;
	assert_int_equal(each_line(ARTICLES, check_article), 84);
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), n = strlen(end);

	return len >= n && strcmp(text + len - n, end) == 0;
}

/* The decree or the circular first, the regulation of the province last. */
static void check_grounds(const struct procedure *p, bool in_regulation)
{
	bool nd68 = strcmp(p->province->decree, "nd68") == 0;
	const char *title = p->province->regulation.title;
	bool report = strcmp(p->name, "report") == 0 ||
		      strncmp(p->name, "needs", 5) == 0;
	const char *last = p->n_grounds ? p->grounds[p->n_grounds - 1] : "";

	assert_true(p->n_grounds || report);
	for (size_t i = 0; i < p->n_grounds; i++) {
		assert_true(p->grounds[i][0]);
		assert_false(ends_with(p->grounds[i], " "));
		if (nd68)
			assert_null(strstr(p->grounds[i], "130/2018"));
	}
	if (strcmp(p->name, "keeper") == 0 ||
	    strcmp(p->name, "decision") == 0 ||
	    strcmp(p->name, "permission") == 0)
		assert_non_null(strstr(p->grounds[0], "30/2020/NĐ-CP ngày"));
	else if (nd68 && !report)
		assert_true(ends_with(p->grounds[0], ND68_WHOLE));
	assert_int_equal(ends_with(last, title), in_regulation);
}

static void grounds_are_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_KNOWN; i++)
		for (size_t k = 0; k < provinces[i]->n_procedures; k++) {
			const struct procedure *p =
				&provinces[i]->procedures[k];

			check_grounds(p, !strstr(p->article, "Nghị định") ||
						 strstr(p->article, ";"));
		}
	assert_string_equal(procedure("default", "renew")->grounds[0],
			    "Điều 12, Điều 13 " ND68_WHOLE);
	assert_string_equal(
		procedure("bac-ninh-tt185", "recover")->grounds[1],
		"Điều 11 Thông tư số 185/2019/TT-BQP ngày 04 tháng 12 năm 2019 của Bộ trưởng Bộ Quốc phòng hướng dẫn việc cung cấp, quản lý, sử dụng dịch vụ chứng thực chữ ký số chuyên dùng Chính phủ");
}

/* Who carries out what is asked for, by the texts: the procedures that are not
 * named here are the provider's in every province. */
static void who_carries_it_out_is_as_in_the_regulations(void **state)
{
	static const struct {
		const char *code, *name;
	} delegated[] = {
		/* điểm a, điểm b khoản 2 Điều 7 */
		{ "lam-dong", "renew" },
		{ "lam-dong", "change" },
		{ "lam-dong", "recover" },
		/* điểm b khoản 3 Điều 9 */
		{ "ninh-binh", "renew" },
		{ "ninh-binh", "change" },
		{ "ninh-binh", "recover" },
		/* khoản 4 Điều 5, khoản 4 Điều 6, khoản 3 Điều 8 */
		{ "phu-tho", "renew" },
		{ "phu-tho", "change" },
		{ "phu-tho", "recover" },
		/* khoản 2 Điều 11, of PKI Tokens */
		{ "dong-thap", "recover" },
	};
	const struct procedure *parted = procedure("dong-thap", "recover");
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < N_KNOWN; i++)
		for (size_t k = 0; k < provinces[i]->n_procedures; k++) {
			const struct procedure *p =
				&provinces[i]->procedures[k];

			n += p->executor == EXECUTOR_DEPARTMENT;
			assert_int_equal(p->executor_sim,
					 p->sim ? p->sim->executor
						: p->executor);
		}
	assert_int_equal(n, sizeof(delegated) / sizeof(delegated[0]));
	/* khoản 3 Điều 11: by khoản 3 Điều 22 of the decree */
	assert_int_equal(parted->executor_sim, EXECUTOR_ISSUER);
	assert_non_null(strstr(parted->sim->article, "khoản 3 Điều 11"));
	assert_string_equal(parted->sim->recipient,
			    "Cục Chứng thực số và Bảo mật thông tin");
	assert_string_equal(parted->sim->recipient_of, "Ban Cơ yếu Chính phủ");
	assert_string_equal(parted->sim->form, "06");
	for (size_t i = 0; i < n; i++)
		assert_int_equal(procedure(delegated[i].code, delegated[i].name)
					 ->executor,
				 EXECUTOR_DEPARTMENT);
}

static bool has_reason(const struct procedure *p, enum cks_holder holder,
		       const char *words)
{
	for (size_t i = 0; i < p->n_reasons; i++)
		if (p->reasons[i].holder == holder &&
		    strcmp(p->reasons[i].words, words) == 0)
			return true;
	return false;
}

static void cases_are_of_their_province(void **state)
{
	const struct procedure *p = procedure("ninh-binh", "revoke");

	(void)state;
	assert_true(has_reason(p, CKS_HOLDER_PERSON, "ngoài khu vực Nhà nước"));
	assert_false(has_reason(p, CKS_HOLDER_PERSON, "chuyển công tác"));
	assert_true(has_reason(procedure("bac-ninh", "recover"),
			       CKS_HOLDER_UNKNOWN, "quên mật khẩu"));
	assert_false(has_reason(procedure("lam-dong", "recover"),
				CKS_HOLDER_UNKNOWN, "quên mật khẩu"));
	assert_true(has_reason(procedure("phu-tho", "change"),
			       CKS_HOLDER_DEVICE, "phiên bản"));
	assert_false(has_reason(procedure("lam-dong", "change"),
				CKS_HOLDER_DEVICE, "phiên bản"));
}

/* Some note of @p has @part in it. */
static void assert_noted(const struct procedure *p, const char *part)
{
	for (size_t i = 0; i < p->n_notes; i++)
		if (strstr(p->notes[i], part))
			return;
	fail_msg("%s %s: no note has \"%s\"", p->province->code, p->name, part);
}

/* Some warning that concerns the procedure has @part in it. */
static void assert_warned(const struct province *province,
			  const char *procedure, const char *part)
{
	for (size_t i = 0; i < province->n_warnings; i++)
		if (province_warns(&province->warnings[i], procedure) &&
		    strstr(province->warnings[i].words, part))
			return;
	fail_msg("%s %s: no warning has \"%s\"", province->code, procedure,
		 part);
}

/* What concerns a few procedures is not told with the others. */
static void warnings_are_told_where_they_matter(void **state)
{
	static const struct {
		const char *code, *procedure;
	} quiet[] = {
		{ "ninh-binh", "new-person" }, { "ninh-binh", "keeper" },
		{ "ninh-binh", "revoke" },     { "ninh-binh", "lost" },
		{ "bac-ninh", "keeper" },      { "default", "keeper" },
		{ "default", "deliver" },      { "tien-giang", "keeper" },
		{ "tien-giang", "return" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++) {
		const struct province *p = provinces[find(quiet[i].code)];

		for (size_t k = 0; k < p->n_warnings; k++)
			if (province_warns(&p->warnings[k], quiet[i].procedure))
				fail_msg("%s %s: %s", p->code,
					 quiet[i].procedure,
					 p->warnings[k].words);
	}
}

/* Each regulation says where its text was read and what of the file is not in
 * it, and Tiền Giang's what took its place. */
static void how_far_the_law_is_known_is_told(void **state)
{
	const struct province *gone = provinces[find("tien-giang")];

	(void)state;
	for (size_t i = 0; i < N_KNOWN; i++) {
		assert_true(provinces[i]->regulation.source[0]);
		assert_true(provinces[i]->n_inferred > 0);
		if (provinces[i] != gone) {
			assert_string_equal(
				provinces[i]->regulation.replaced_by, "");
			assert_string_equal(provinces[i]->successor, "");
		}
	}
	assert_string_equal(gone->successor, "dong-thap");
	assert_false(province_is_succeeded(gone, "2025-06-30"));
	assert_true(province_is_succeeded(gone, "2025-07-01"));
	assert_false(province_is_replaced(gone, "2025-12-19"));
	assert_true(province_is_replaced(gone, "2025-12-20"));
	assert_non_null(strstr(gone->regulation.replaced_by, "144/2025"));
	assert_non_null(strstr(gone->regulation.replaced_by, "suy ra"));
}

/* No ground names a law that another of the same procedure names. */
static void each_law_is_cited_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_KNOWN; i++)
		for (size_t k = 0; k < provinces[i]->n_procedures; k++) {
			const struct procedure *p =
				&provinces[i]->procedures[k];

			for (size_t g = 1; g < p->n_grounds; g++) {
				const char *law = citation_law(provinces[i],
							       p->grounds[g]);

				for (size_t h = 0; law && h < g; h++)
					if (ends_with(p->grounds[h], law))
						fail_msg("%s %s: %s",
							 provinces[i]->code,
							 p->name, law);
			}
		}
}

static void officers_are_told(void **state)
{
	const struct province *ninh_binh = provinces[find("ninh-binh")];
	const struct province *bac_ninh = provinces[find("bac-ninh")];

	(void)state;
	assert_noted(procedure("tien-giang", "recover"),
		     "Đồng gửi bằng văn bản");
	assert_noted(procedure("bac-ninh", "renew"), "01 bản thông báo");
	assert_noted(procedure("bac-ninh", "recover"), "điểm đ khoản 2 Điều 5");
	assert_noted(procedure("bac-ninh", "revoke"), "báo ngay");
	assert_noted(procedure("bac-ninh", "lost"), "gửi kèm");
	assert_noted(procedure("ninh-binh", "renew"), "phải được ký số");
	assert_noted(procedure("ninh-binh", "return"), "CN27A");
	assert_noted(procedure("ninh-binh", "change"), "khoản 6 Điều 11");
	assert_noted(procedure("phu-tho", "recover"), "khoản 3 Điều 6");
	assert_noted(procedure("lam-dong", "change"), "thời hạn sử dụng");
	assert_warned(ninh_binh, "recover", "khoản 3 Điều 16");
	assert_warned(bac_ninh, "renew", "--forms tt185");
	assert_warned(bac_ninh, "recover", "10/4/2025");
	assert_warned(provinces[find("bac-ninh-tt185")], "renew", "15/8/2024");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_as_in_the_regulations),
		cmocka_unit_test(articles_are_as_in_the_regulations),
		cmocka_unit_test(grounds_are_whole),
		cmocka_unit_test(who_carries_it_out_is_as_in_the_regulations),
		cmocka_unit_test(cases_are_of_their_province),
		cmocka_unit_test(officers_are_told),
		cmocka_unit_test(warnings_are_told_where_they_matter),
		cmocka_unit_test(how_far_the_law_is_known_is_told),
		cmocka_unit_test(each_law_is_cited_once),
	};

	return cmocka_run_group_tests(tests, load_all, free_all);
}
