/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rules/conditions.h"
#include "unit/unit.h"

#define DATA "lib/rules/provinces"
#define ND68_WHOLE \
	"Nghị định số 68/2024/NĐ-CP ngày 25 tháng 6 năm 2024 của Chính phủ quy định về chữ ký số chuyên dùng công vụ"

static const struct known {
	const char *code, *name, *decree, *number, *date, *in_force, *title;
	size_t n_warnings;
} known[] = {
	{ "default", "Chưa chọn tỉnh", "nd68", "68/2024/NĐ-CP", "2024-06-25",
	  "2024-08-15", ND68_WHOLE, 1 },
	{ "lam-dong", "Lâm Đồng", "nd68", "1619/QĐ-UBND", "2025-10-08",
	  "2025-10-08",
	  "Quy chế cung cấp, quản lý, sử dụng chữ ký số chuyên dùng công vụ, chứng thư chữ ký số chuyên dùng công vụ, thiết bị lưu khóa bí mật và dịch vụ chứng thực chữ ký số chuyên dùng công vụ trên địa bàn tỉnh Lâm Đồng ban hành kèm theo Quyết định số 1619/QĐ-UBND ngày 08 tháng 10 năm 2025 của Chủ tịch Ủy ban nhân dân tỉnh Lâm Đồng",
	  0 },
	{ "ninh-binh", "Ninh Bình", "nd68", "165/2025/QĐ-UBND", "2025-11-27",
	  "2025-12-10",
	  "Quy chế quản lý, sử dụng Chứng thư chữ ký số chuyên dùng công vụ trong các cơ quan hành chính nhà nước tỉnh Ninh Bình ban hành kèm theo Quyết định số 165/2025/QĐ-UBND ngày 27 tháng 11 năm 2025 của Ủy ban nhân dân tỉnh Ninh Bình",
	  1 },
	{ "bac-ninh", "Bắc Ninh", "nd68", "09/2023/QĐ-UBND", "2023-04-18",
	  "2023-05-01",
	  "Quy chế quản lý và sử dụng chứng thư số chuyên dùng Chính phủ trong cơ quan nhà nước tỉnh Bắc Ninh ban hành kèm theo Quyết định số 09/2023/QĐ-UBND ngày 18 tháng 4 năm 2023 của Ủy ban nhân dân tỉnh Bắc Ninh",
	  2 },
	{ "phu-tho", "Phú Thọ", "nd68", "65/2025/QĐ-CTUBND", "2025-10-20",
	  "2025-11-01",
	  "Quy chế quản lý, sử dụng chữ ký số chuyên dùng công vụ, chứng thư chữ ký số chuyên dùng công vụ, thiết bị lưu khóa bí mật và dịch vụ chứng thực chữ ký số chuyên dùng công vụ thuộc phạm vi quản lý của Chủ tịch Ủy ban nhân dân tỉnh Phú Thọ ban hành kèm theo Quyết định số 65/2025/QĐ-CTUBND ngày 20 tháng 10 năm 2025 của Chủ tịch Ủy ban nhân dân tỉnh Phú Thọ",
	  0 },
	{ "tien-giang", "Tiền Giang", "nd68", "75/2024/QĐ-UBND", "2024-12-11",
	  "",
	  "Quy chế quản lý, sử dụng chữ ký số chuyên dùng công vụ, chứng thư chữ ký số chuyên dùng công vụ, thiết bị lưu khóa bí mật và dịch vụ chứng thực chữ ký số chuyên dùng công vụ trên địa bàn tỉnh Tiền Giang ban hành kèm theo Quyết định số 75/2024/QĐ-UBND ngày 11 tháng 12 năm 2024 của Ủy ban nhân dân tỉnh Tiền Giang",
	  1 },
	{ "dong-thap", "Đồng Tháp", "nd68", "144/2025/QĐ-CTUBND", "2025-12-02",
	  "2025-12-20",
	  "Quy chế quản lý, sử dụng chữ ký số chuyên dùng công vụ, chứng thư chữ ký số chuyên dùng công vụ, thiết bị lưu khóa bí mật và dịch vụ chứng thực chữ ký số chuyên dùng công vụ trên địa bàn tỉnh Đồng Tháp ban hành kèm theo Quyết định số 144/2025/QĐ-CTUBND ngày 02 tháng 12 năm 2025 của Chủ tịch Ủy ban nhân dân tỉnh Đồng Tháp",
	  0 },
	{ "bac-ninh-tt185", "Bắc Ninh (mẫu Thông tư số 185/2019/TT-BQP)",
	  "tt185", "09/2023/QĐ-UBND", "2023-04-18", "2023-05-01",
	  "Quy chế quản lý và sử dụng chứng thư số chuyên dùng Chính phủ trong cơ quan nhà nước tỉnh Bắc Ninh ban hành kèm theo Quyết định số 09/2023/QĐ-UBND ngày 18 tháng 4 năm 2023 của Ủy ban nhân dân tỉnh Bắc Ninh",
	  2 },
};

#define N_KNOWN (sizeof(known) / sizeof(known[0]))

static char folder[] = "/tmp/test_province.XXXXXX";
static char file[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(file, sizeof(file), "%s/here.xml", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(file);
	return rmdir(folder);
}

static struct province *loaded(const char *name)
{
	const char *const directories[] = { folder, DATA };
	struct province *province = NULL;
	struct error error = { 0 };

	if (province_load_from(directories, 2, name, &province, &error))
		fail_msg("%s: %s", name, error_text(&error, -ENOMEM));
	assert_null(error.text);
	return province;
}

static void regulations_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_KNOWN; i++) {
		struct province *p = loaded(known[i].code);

		assert_string_equal(p->code, known[i].code);
		assert_string_equal(p->name, known[i].name);
		assert_string_equal(p->decree, known[i].decree);
		assert_string_equal(p->regulation.number, known[i].number);
		assert_string_equal(p->regulation.date, known[i].date);
		assert_string_equal(p->regulation.in_force, known[i].in_force);
		assert_string_equal(p->regulation.title, known[i].title);
		assert_int_equal(p->n_warnings, known[i].n_warnings);
		province_free(&p);
		assert_null(p);
	}
}

static void names_are_understood(void **state)
{
	static const char *const names[] = {
		"lam-dong",  "Lâm Đồng",   "LÂM ĐỒNG", "lam dong",
		"Lam  Dong", " lâm đồng ", "lam_dong", "La\xCC\x82m Đồng",
	};
	struct province *p;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		p = loaded(names[i]);
		assert_string_equal(p->code, "lam-dong");
		province_free(&p);
	}
	p = loaded("");
	assert_string_equal(p->code, "default");
	province_free(&p);
	p = loaded(NULL);
	assert_string_equal(p->code, "default");
	province_free(&p);
}

static void assert_refused(const char *name, int code, const char *words)
{
	const char *const directories[] = { folder, "/nonexistent", DATA };
	struct province *p = NULL;
	struct error error = { 0 };

	assert_int_equal(province_load_from(directories, 3, name, &p, &error),
			 code);
	assert_null(p);
	assert_non_null(error.text);
	if (!strstr(error.text, words))
		fail_msg("\"%s\" is not in: %s", words, error.text);
	error_free(&error);
}

static void what_is_unknown_is_told_with_what_is_known(void **state)
{
	static const char list[] =
		"the provinces are: bac-ninh, bac-ninh-tt185, default, dong-thap, lam-dong, ninh-binh, phu-tho, tien-giang";

	(void)state;
	assert_refused("nowhere", -ENOENT, list);
	assert_refused("Hà Nội", -ENOENT, "\"Hà Nội\"");
	assert_refused("../provinces/lam-dong", -ENOENT, list);
	assert_refused("lam-dong.xml", -ENOENT, list);
	assert_refused("/", -ENOENT, list);
	assert_refused("\xFF", -ENOENT, list);
	assert_refused("-", -ENOENT, list);
	assert_refused("a\nb", -ENOENT, "\"a b\"");
	assert_refused(
		"lam-dong-lam-dong-lam-dong-lam-dong-lam-dong-lam-dong-lam-dong-lam-dong",
		-ENOENT, list);
}

#define HEAD                                                                  \
	"<?xml version='1.0' encoding='UTF-8'?>\n"                            \
	"<province version='1' code='here' name='Ở đây' decree='nd68'>\n" \
	"<regulation number='1' date='2026-01-02' title='Quy chế &amp; &lt;1&gt;'/>\n"
#define TAIL "</province>\n"
#define PROCEDURE(parts)                                                              \
	"<procedure name='recover' form='06' template='06' article='Điều 1'>\n" parts \
	"\n</procedure>\n"
#define DUTY(name, years) \
	"<duty name='" name "' article='Điều 3'" years ">\n Giữ ở\n</duty>\n"
#define PARTS "<recipient>Sở</recipient><ground of='regulation'/>"

static void write_file(const char *text)
{
	FILE *f = fopen(file, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void an_own_file_goes_before(void **state)
{
	const struct procedure *p;
	struct province *province;

	(void)state;
	write_file(HEAD PROCEDURE(
		"<recipient>\n  Sở<!-- khác --> này\n</recipient>\n"
		"<ground of='regulation'>Điều 2</ground>"
		"<reason holder='any' except='a; b c'>X</reason>")
			   DUTY("term-new", " years='5'") DUTY("place", "")
				   TAIL);
	province = loaded("here");
	assert_string_equal(province->regulation.in_force, "");
	p = province_procedure(province, "recover");
	assert_ptr_equal(p->province, province);
	assert_string_equal(p->recipient, "Sở này");
	assert_string_equal(p->grounds[0], "Điều 2 Quy chế & <1>");
	assert_false(p->compare);
	assert_int_equal(p->reasons[0].n_except, 2);
	assert_string_equal(p->reasons[0].except[1], " b c ");
	assert_null(province_procedure(province, "renew"));
	assert_null(province_refusal(province, "renew"));
	assert_int_equal(province_duty(province, "term-new")->years, 5);
	assert_string_equal(province_duty(province, "place")->words, "Giữ ở");
	assert_string_equal(province_duty(province, "place")->article,
			    "Điều 3");
	assert_int_equal(province_duty(province, "place")->years, 0);
	assert_null(province_duty(province, "keeper"));
	province_free(&province);
	assert_refused("nowhere", -ENOENT,
		       "default, dong-thap, here, lam-dong");
}

/* Whether a certificate of these days, held against "renew", breaks @rule. */
static bool breaks(const struct province *province, const char *from,
		   const char *to, int renewals, const char *rule)
{
	json_t *dossier =
		json_pack("{s:[{s:s, s:s, s:i}]}", "subscribers", "not_before",
			  from, "not_after", to, "renewals", renewals);
	struct violations found = { 0 };
	bool broken = false;

	assert_int_equal(conditions_check(province_procedure(province, "renew"),
					  dossier, NULL,
					  1795226400 /* 2026-11-21 */, &found),
			 0);
	for (size_t i = 0; i < found.n; i++)
		broken |= strcmp(found.list[i].rule, rule) == 0;
	violations_free(&found);
	json_decref(dossier);
	return broken;
}

#define RENEW(days)                                                                 \
	"<procedure name='renew' form='04' template='04' article='Điều 2'>\n" PARTS \
	"<condition rule='days-left' days='" days "' article='a'/>"                 \
	"<condition rule='max-term' article='a'/></procedure>\n"

static void years_and_days_are_the_provinces(void **state)
{
	struct province *province;

	(void)state;
	write_file(HEAD RENEW("10") DUTY("term-new", " years='2'")
			   DUTY("term-renewed", " years='1'") TAIL);
	province = loaded("here");
	assert_int_equal(province_max_years(province, false), 2);
	assert_int_equal(province_max_years(province, true), 1);
	assert_int_equal(province_renewal_days(province), 10);
	assert_false(
		breaks(province, "2025-12-01", "2027-12-01", 0, "max-term"));
	assert_true(
		breaks(province, "2025-12-01", "2027-12-02", 0, "max-term"));
	assert_false(
		breaks(province, "2026-06-01", "2029-06-01", 1, "max-term"));
	assert_true(
		breaks(province, "2026-06-01", "2029-06-02", 1, "max-term"));
	assert_false(
		breaks(province, "2025-12-01", "2026-12-01", 0, "days-left"));
	assert_true(
		breaks(province, "2025-12-01", "2026-11-30", 0, "days-left"));
	province_free(&province);

	/* Longer than the decree's, too. */
	write_file(HEAD RENEW("90") DUTY("term-new", " years='10'") TAIL);
	province = loaded("here");
	assert_false(
		breaks(province, "2020-06-01", "2030-06-01", 0, "max-term"));
	assert_true(
		breaks(province, "2020-06-01", "2030-06-02", 0, "max-term"));
	assert_int_equal(province_max_years(province, true),
			 DECREE_YEARS_RENEWED);
	assert_true(
		breaks(province, "2024-06-01", "2037-06-02", 1, "max-term"));
	assert_int_equal(province_renewal_days(province), 90);
	province_free(&province);

	/* Of a file that does not say them the decree's are held. */
	write_file(HEAD PROCEDURE(PARTS) TAIL);
	province = loaded("here");
	assert_int_equal(province_max_years(province, false), DECREE_YEARS_NEW);
	assert_int_equal(province_renewal_days(province), DECREE_RENEWAL_DAYS);
	province_free(&province);
}

/* @text is refused, with the file, the @line and some @words about it. */
static void assert_broken(const char *text, int line, const char *words)
{
	char place[128];

	write_file(text);
	snprintf(place, sizeof(place), "%s: line %d: ", file, line);
	assert_refused("here", -EINVAL, place);
	assert_refused("here", -EINVAL, words);
}

static void broken_files_are_told_with_the_line(void **state)
{
	(void)state;
	assert_broken(HEAD PROCEDURE(PARTS) "<bogus/>\n" TAIL, 7, "bogus");
	assert_broken(
		HEAD PROCEDURE(
			"<recipient x='1'>Sở</recipient><ground of='regulation'/>")
			TAIL,
		5, "attribute x");
	assert_broken(HEAD PROCEDURE("<ground of='regulation'/>") TAIL, 4,
		      "the letter recover has no recipient");
	assert_broken(
		HEAD PROCEDURE(
			"<recipient> </recipient><ground of='regulation'/>")
			TAIL,
		4, "the letter recover has no recipient");
	assert_broken(
		HEAD PROCEDURE("<recipient>Sở</recipient><ground> </ground>")
			TAIL,
		5, "the ground is empty");
	assert_broken(HEAD PROCEDURE("<recipient>Sở</recipient>") TAIL, 4,
		      "ground");
	assert_broken(HEAD PROCEDURE(PARTS) PROCEDURE(PARTS) TAIL, 7,
		      "recover is given twice");
	assert_broken(
		HEAD PROCEDURE(
			PARTS) "<refused name='recover' article='a'>b</refused>" TAIL,
		7, "recover is given twice");
	assert_broken(HEAD PROCEDURE(
			      PARTS "<condition rule='days-left' article='a'/>")
			      TAIL,
		      5, "number of days");
	assert_broken(
		HEAD PROCEDURE(
			PARTS
			"<condition rule='max-term' days='3' article='a'/>")
			TAIL,
		5, "number of days");
	assert_broken(
		HEAD PROCEDURE(PARTS "<condition rule='days' article='a'/>")
			TAIL,
		5, "");
	assert_broken(
		HEAD PROCEDURE(
			"<recipient>Sở</recipient><deadline who='a' article='a'>b</deadline><ground of='regulation'/>")
			TAIL,
		5, "one of the two");
	assert_broken(HEAD PROCEDURE(PARTS) "<procedure name='unknown'/>" TAIL,
		      7, "");
	assert_broken(HEAD PROCEDURE(PARTS), 7, "");
	assert_broken(HEAD PROCEDURE("<recipient>\xE1\xBB</recipient>") TAIL, 5,
		      "");
	assert_broken(
		"<!DOCTYPE province [<!ENTITY a 'b'>]>\n<province>&a;</province>",
		1, "document type");
	assert_broken("", 1, "");
}

static void broken_duties_are_told_with_the_line(void **state)
{
	(void)state;
	assert_broken(HEAD PROCEDURE(PARTS) DUTY("place", "") DUTY("place", "")
			      TAIL,
		      10, "place is given twice");
	assert_broken(HEAD PROCEDURE(PARTS) DUTY("term-new", "") TAIL, 7,
		      "number of years");
	assert_broken(HEAD PROCEDURE(PARTS) DUTY("place", " years='5'") TAIL, 7,
		      "number of years");
	assert_broken(HEAD PROCEDURE(PARTS) DUTY("term-new", " years='0'") TAIL,
		      7, "years");
	assert_broken(HEAD PROCEDURE(PARTS) DUTY("sleep", "") TAIL, 7, "");
	assert_broken(
		HEAD PROCEDURE(PARTS) "<duty name='place'>a</duty>\n" TAIL, 7,
		"");
	assert_broken(
		HEAD PROCEDURE(
			PARTS) "<duty name='place' article='a'> </duty>\n" TAIL,
		7, "");
	assert_broken(HEAD DUTY("place", "") PROCEDURE(PARTS) TAIL, 4, "");
	assert_broken(
		HEAD PROCEDURE(PARTS) "<refused name='renew' article='a'>b</refused>\n" DUTY(
			"place", "") TAIL,
		8, "");
}

#define CHILD(extends)                                                       \
	"<?xml version='1.0' encoding='UTF-8'?>\n"                           \
	"<province version='1' code='here' name='Ở đây' decree='nd68'\n" \
	"    extends='" extends "'>\n"                                       \
	"<regulation number='2' date='2026-02-03' title='Quy chế hai'/>\n"

/* A procedure that is not given is the parent's, and one that is replaces it.
 */
static void a_province_extends_another(void **state)
{
	struct province *province, *decree = loaded("default");
	const struct procedure *p, *of_decree;

	(void)state;
	write_file(CHILD("default") PROCEDURE(PARTS) DUTY(
		"deliver",
		"") "<refused name='lost' article='a'>b</refused>\n" TAIL);
	province = loaded("here");
	assert_string_equal(province->regulation.number, "2");
	assert_int_equal(province->n_warnings, 0);
	assert_int_equal(province->n_procedures, decree->n_procedures - 1);
	assert_int_equal(province->n_duties, decree->n_duties + 1);
	for (size_t i = 0; i < province->n_procedures; i++)
		assert_ptr_equal(province->procedures[i].province, province);
	p = province_procedure(province, "recover");
	assert_string_equal(p->recipient, "Sở");
	assert_int_equal(p->n_grounds, 1);
	assert_string_equal(p->grounds[0], "Quy chế hai");
	assert_int_equal(p->n_reasons, 0);
	assert_int_equal(p->n_conditions, 0);
	p = province_procedure(province, "renew");
	of_decree = province_procedure(decree, "renew");
	assert_string_equal(p->recipient, of_decree->recipient);
	assert_int_equal(p->n_conditions, of_decree->n_conditions);
	assert_int_equal(p->n_reasons, of_decree->n_reasons);
	assert_string_equal(p->grounds[0], of_decree->grounds[0]);
	assert_null(province_procedure(province, "lost"));
	assert_non_null(province_refusal(province, "lost"));
	assert_int_equal(province_max_years(province, false), 5);
	assert_int_equal(province_renewal_days(province), 30);
	province_free(&province);

	/* What the parent refuses is refused, or may be provided for. */
	write_file(CHILD("lam-dong") PROCEDURE(PARTS) TAIL);
	province = loaded("here");
	assert_string_equal(province_refusal(province, "new-device")->article,
			    "Điều 8");
	province_free(&province);
	write_file(CHILD(
		"lam-dong") "<procedure name='new-device' form='03' template='03' article='a'>" PARTS
			    "</procedure>" TAIL);
	province = loaded("here");
	assert_non_null(province_procedure(province, "new-device"));
	assert_null(province_refusal(province, "new-device"));
	province_free(&province);
	province_free(&decree);
}

static void a_procedure_extends_another(void **state)
{
	struct province *province, *decree = loaded("default");
	const struct procedure *p, *of_decree;

	(void)state;
	write_file(CHILD(
		"default") "<reasons name='own'><reason holder='any'>X</reason></reasons>\n"
			   "<procedure name='renew' extends='yes' article='Điều 7'>\n"
			   "<recipient>Sở</recipient><deadline days='2' who='a' article='b'>c</deadline>\n"
			   "<ground of='regulation'>Điều 7</ground>\n"
			   "<condition rule='days-left' days='90' article='Điều 8'/>\n"
			   "<condition rule='sim-pki' article='Điều 9'/>\n"
			   "</procedure>\n"
			   "<procedure name='revoke' extends='yes' form='5' template='05a' compare='yes'\n"
			   "    without='channel ground condition' article='Điều 10'>\n"
			   "<ground>Một</ground><reasons of='own'/><reason holder='any'>Y</reason>\n"
			   "<reasons of='revoke-device'/></procedure>\n"
			   "<duty name='place' article='Điều 11'/>\n"
			   "<duty name='term-new' years='2' article='Điều 12'/>\n" TAIL);
	province = loaded("here");
	p = province_procedure(province, "renew");
	of_decree = province_procedure(decree, "renew");
	assert_string_equal(p->form, "04");
	assert_string_equal(p->template, "04");
	assert_string_equal(p->article, "Điều 7");
	assert_string_equal(p->recipient, "Sở");
	assert_int_equal(p->n_channels, of_decree->n_channels);
	assert_int_equal(p->n_deadlines, 1);
	assert_int_equal(p->n_grounds, 2);
	assert_string_equal(p->grounds[0], of_decree->grounds[0]);
	assert_string_equal(p->grounds[1], "Điều 7 Quy chế hai");
	assert_int_equal(p->n_conditions, of_decree->n_conditions + 1);
	for (size_t i = 0; i < of_decree->n_conditions; i++) {
		bool own = strcmp(p->conditions[i].rule, "days-left") == 0;

		assert_string_equal(p->conditions[i].rule,
				    of_decree->conditions[i].rule);
		assert_string_equal(p->conditions[i].article,
				    own ? "Điều 8"
					: of_decree->conditions[i].article);
		assert_int_equal(p->conditions[i].days, own ? 90 : 0);
	}
	assert_string_equal(p->conditions[of_decree->n_conditions].rule,
			    "sim-pki");
	assert_int_equal(p->n_reasons, of_decree->n_reasons);
	assert_int_equal(province_renewal_days(province), 90);
	/* The parent is as it was. */
	p = province_procedure(decree, "renew");
	assert_int_equal(p->n_grounds, 1);

	p = province_procedure(province, "revoke");
	of_decree = province_procedure(decree, "revoke");
	assert_string_equal(p->form, "5");
	assert_string_equal(p->template, "05a");
	assert_true(p->compare);
	assert_string_equal(p->recipient, of_decree->recipient);
	assert_int_equal(p->n_channels, 0);
	assert_int_equal(p->n_grounds, 1);
	assert_string_equal(p->grounds[0], "Một");
	assert_int_equal(p->n_conditions, 0);
	assert_int_equal(p->n_reasons, 5);
	assert_string_equal(p->reasons[0].words, "X");
	assert_string_equal(p->reasons[1].words, "Y");
	assert_string_equal(p->reasons[4].words, "ngưng hoạt động");
	assert_int_equal(p->reasons[4].holder, CKS_HOLDER_DEVICE);

	assert_string_equal(province_duty(province, "place")->article,
			    "Điều 11");
	assert_string_equal(province_duty(province, "place")->words,
			    province_duty(decree, "place")->words);
	assert_int_equal(province_max_years(province, false), 2);
	province_free(&province);
	province_free(&decree);
}

#define RECOVER(more) "<procedure name='recover' extends='yes' " more
#define OTHER "devices='other' "

/* A text may leave tokens to the department and what is none to the issuer. */
static void devices_are_parted(void **state)
{
	struct province *province, *decree = loaded("default");
	const struct procedure *p;

	(void)state;
	assert_null(province_procedure(decree, "recover")->sim);
	write_file(
		CHILD("default")
			RECOVER("devices='pki-token' executor='department' article='Điều 3'>") "<recipient>Sở</recipient></procedure>\n" RECOVER(
				OTHER
				"article='Điều 4'>") "<note>Khác</note></procedure>\n" TAIL);
	province = loaded("here");
	p = province_procedure(province, "recover");
	assert_int_equal(p->executor, EXECUTOR_DEPARTMENT);
	assert_int_equal(p->executor_sim, EXECUTOR_ISSUER);
	assert_string_equal(p->recipient, "Sở");
	assert_non_null(p->sim);
	assert_ptr_equal(p->sim->province, province);
	assert_string_equal(p->sim->article, "Điều 4");
	assert_string_equal(p->sim->recipient,
			    province_procedure(decree, "recover")->recipient);
	assert_int_equal(p->sim->executor, EXECUTOR_ISSUER);
	assert_int_equal(p->sim->executor_sim, EXECUTOR_ISSUER);
	province_free(&province);

	/* Who is silent of it leaves all devices as the parent has them. */
	write_file(CHILD("default") RECOVER(
		"executor='department' article='a'/>\n") TAIL);
	province = loaded("here");
	p = province_procedure(province, "recover");
	assert_null(p->sim);
	assert_int_equal(p->executor, EXECUTOR_DEPARTMENT);
	assert_int_equal(p->executor_sim, EXECUTOR_DEPARTMENT);
	province_free(&province);
	province_free(&decree);

	assert_broken(CHILD("default") RECOVER(OTHER "article='a'/>\n") TAIL, 5,
		      "recover for other devices stands before recover");
	assert_broken(CHILD("default") RECOVER("article='a'/>\n")
			      RECOVER(OTHER "article='a'/>\n")
				      RECOVER(OTHER "article='a'/>\n") TAIL,
		      7, "recover is given twice");
	assert_broken(CHILD("default") RECOVER("executor='Sở' article='a'/>\n")
			      TAIL,
		      5, "");
}

/* A file without a regulation is of the parent's, and one that has neither is
 * wrong. */
static void a_regulation_is_taken_over(void **state)
{
	struct province *province, *gone = loaded("tien-giang");

	(void)state;
	write_file(
		"<province version='1' code='here' name='a' decree='nd68' extends='tien-giang'>\n"
		"<warning of='renew\n lost'>Chú ý</warning>\n"
		"<inferred>Suy ra</inferred>\n" PROCEDURE(PARTS) TAIL);
	province = loaded("here");
	assert_string_equal(province->regulation.number,
			    gone->regulation.number);
	assert_string_equal(province->successor, "dong-thap");
	assert_string_equal(province_procedure(province, "recover")->grounds[0],
			    gone->regulation.title);
	assert_int_equal(province->n_warnings, 1);
	assert_true(province_warns(&province->warnings[0], "renew"));
	assert_true(province_warns(&province->warnings[0], "lost"));
	assert_false(province_warns(&province->warnings[0], "recover"));
	assert_int_equal(province->n_inferred, 1);
	assert_string_equal(province->inferred[0], "Suy ra");
	province_free(&province);
	province_free(&gone);
	assert_broken(
		"<province version='1' code='here' name='a' decree='nd68'>\n" PROCEDURE(
			PARTS) TAIL,
		1, "here needs a regulation");
	assert_broken(
		"<province version='1' code='here' name='a' decree='nd68'>\n"
		"<regulation number='1' date='2026-02-03' title='a' replaced-by='b'/>\n" PROCEDURE(
			PARTS) TAIL,
		2, "");
}

/* Each is its own file "there", beside @text as "here". */
static void write_there(const char *text)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/there.xml", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

#define THERE(extends)                                                                \
	"<province version='1' code='there' name='a' decree='nd68' extends='" extends \
	"'>\n<regulation number='3' date='2026-02-28' title='Ba'/>\n"

static void parents_are_found_and_end(void **state)
{
	struct province *province;
	char path[64];

	(void)state;
	assert_broken(
		CHILD("nowhere") PROCEDURE(PARTS) TAIL, 3,
		"no regulation of the province \"nowhere\"; the provinces are: bac-ninh, bac-ninh-tt185, default");
	assert_broken(CHILD("here") PROCEDURE(PARTS) TAIL, 3,
		      "here extends itself");
	write_there(THERE("here") PROCEDURE(PARTS) TAIL);
	assert_broken(CHILD("there") PROCEDURE(PARTS) TAIL, 3,
		      "here extends itself");
	/* A parent that is wrong is told with its own line. */
	write_there(THERE("default") "<other/>" TAIL);
	assert_broken(CHILD("there") PROCEDURE(PARTS) TAIL, 3,
		      "there.xml: line 3: ");
	/* A parent may extend one itself. */
	write_there(THERE("default") PROCEDURE(PARTS) TAIL);
	write_file(CHILD(
		"there") "<procedure name='renew' extends='yes' article='Điều 7'/>\n" TAIL);
	province = loaded("here");
	assert_string_equal(province_procedure(province, "recover")->recipient,
			    "Sở");
	assert_string_equal(province_procedure(province, "recover")->grounds[0],
			    "Ba");
	assert_string_equal(province_procedure(province, "renew")->article,
			    "Điều 7");
	assert_int_equal(province_procedure(province, "renew")->n_conditions,
			 8);
	assert_non_null(province_procedure(province, "keeper"));
	province_free(&province);
	snprintf(path, sizeof(path), "%s/there.xml", folder);
	assert_int_equal(unlink(path), 0);
}

static void what_cannot_be_extended_is_told_with_the_line(void **state)
{
	(void)state;
	assert_broken(
		HEAD
		"<procedure name='renew' extends='yes' article='a'/>\n" TAIL,
		4, "there is no renew to extend");
	assert_broken(
		CHILD("lam-dong") "<procedure name='new-device' extends='yes' article='a'/>\n" TAIL,
		5, "there is no new-device to extend");
	assert_broken(
		CHILD("default") "<procedure name='renew' template='04' article='a'>" PARTS
				 "</procedure>" TAIL,
		5, "renew needs a form and a template");
	assert_broken(HEAD
		      "<procedure name='renew' form='04' article='a'>" PARTS
		      "</procedure>" TAIL,
		      4, "renew needs a form and a template");
	assert_broken(
		CHILD("default") "<procedure name='renew' form='04' template='04' without='note' article='a'>" PARTS
				 "</procedure>" TAIL,
		5, "renew: \"without\" needs extends=\"yes\"");
	assert_broken(
		CHILD("default") "<procedure name='renew' extends='yes' without='recipient' article='a'/>" TAIL,
		5, "");
	assert_broken(
		CHILD("default") "<procedure name='renew' extends='yes' without='ground' article='a'/>" TAIL,
		5, "renew has no grounds");
	assert_broken(
		CHILD("default") "<procedure name='renew' extends='yes' article='a'>\n<recipient/>"
				 "</procedure>" TAIL,
		5, "the letter renew has no recipient");
	assert_broken(
		CHILD("default") "<procedure name='renew' extends='yes' article='a'>\n"
				 "<condition rule='days-left' article='b'/></procedure>" TAIL,
		6, "number of days");
	assert_broken(HEAD PROCEDURE(PARTS "<reasons of='own'/>") TAIL, 5,
		      "there is no list of reasons named own");
	assert_broken(
		CHILD("default") "<reasons name='recover'><reason holder='any'>X</reason></reasons>\n" PROCEDURE(
			PARTS) TAIL,
		5, "recover is given twice");
	assert_broken(
		CHILD("default") PROCEDURE(
			PARTS) "<duty name='deliver' article='a'/>\n" TAIL,
		8, "the duty deliver is empty");
	assert_broken(
		CHILD("default") PROCEDURE(
			PARTS) "<duty name='term-new' article='a'/>\n" TAIL,
		8, "number of years");
	assert_broken(CHILD("default") TAIL, 3, "");
}

static void other_settings_are_held_to_their_kind(void **state)
{
	(void)state;
	assert_broken("<province version='2'/>", 1, "");
	assert_broken("<other/>", 1, "other");
	assert_broken(
		"<province version='1' code='../a' name='a' decree='nd68'/>", 1,
		"");
	assert_broken(
		"<province version='1' code='a' name='a' decree='nd130'/>", 1,
		"");
	assert_broken(
		"<province version='1' code='here' name='a' decree='nd68'>\n"
		"<regulation number='1' date='2026-02-30' title='a'/>" TAIL,
		2, "date");
	write_file(
		"<province version='1' code='there' name='a' decree='nd68'>\n"
		"<regulation number='1' date='2026-02-28' title='a'/>" PROCEDURE(
			PARTS) TAIL);
	assert_refused("here", -EINVAL, "its code is there, not here");
}

/* The @n-th text between .EX and .EE, from 1, without roff. */
static void copy_example(FILE *page, size_t n, FILE *copy)
{
	bool within = false;
	char line[256];

	while (fgets(line, sizeof(line), page)) {
		if (strcmp(line, ".EX\n") == 0) {
			within = true;
			n--;
		} else if (strcmp(line, ".EE\n") == 0) {
			within = false;
		} else if (within && n == 0 && line[0] != '.') {
			for (const char *c = line; *c; c++)
				if (*c != '\\')
					assert_int_equal(fputc(*c, copy),
							 *c & 0xff);
		}
	}
}

static struct province *load_example(size_t n, const char *code,
				     const char *name)
{
	FILE *page = fopen("man/ckstoken-province.5", "r");
	struct province *province;
	char path[64];
	FILE *copy;

	snprintf(path, sizeof(path), "%s/%s.xml", folder, code);
	copy = fopen(path, "w");
	assert_non_null(page);
	assert_non_null(copy);
	copy_example(page, n, copy);
	(void)fclose(page);
	assert_int_equal(fclose(copy), 0);
	province = loaded(name);
	unlink(path);
	return province;
}

static void the_manuals_examples_are_some(void **state)
{
	struct province *province = load_example(1, "an-phu", "An Phú");
	const struct procedure *p;

	(void)state;
	assert_int_equal(province->n_procedures, 2);
	assert_int_equal(province->n_duties, 2);
	assert_int_equal(province->n_refusals, 1);
	province_free(&province);

	province = load_example(2, "an-binh", "An Bình");
	assert_int_equal(province->n_procedures, 15);
	assert_int_equal(province->n_duties, 12);
	assert_int_equal(province_renewal_days(province), 45);
	p = province_procedure(province, "recover");
	assert_int_equal(p->n_reasons, 6);
	assert_int_equal(p->n_channels, 0);
	assert_int_equal(p->n_grounds, 2);
	assert_string_equal(province_duty(province, "hand-back")->article,
			    "khoản 1 Điều 9 Quy chế");
	province_free(&province);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(regulations_are_named),
		cmocka_unit_test(names_are_understood),
		cmocka_unit_test(what_is_unknown_is_told_with_what_is_known),
		cmocka_unit_test(an_own_file_goes_before),
		cmocka_unit_test(years_and_days_are_the_provinces),
		cmocka_unit_test(broken_files_are_told_with_the_line),
		cmocka_unit_test(broken_duties_are_told_with_the_line),
		cmocka_unit_test(a_province_extends_another),
		cmocka_unit_test(a_procedure_extends_another),
		cmocka_unit_test(devices_are_parted),
		cmocka_unit_test(a_regulation_is_taken_over),
		cmocka_unit_test(parents_are_found_and_end),
		cmocka_unit_test(what_cannot_be_extended_is_told_with_the_line),
		cmocka_unit_test(other_settings_are_held_to_their_kind),
		cmocka_unit_test(the_manuals_examples_are_some),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
