/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The words of a form, and how it fills in what a dossier knows. */
#include <stdio.h>

#include "unit/papers.h"

static const struct paragraph *block(const struct document *doc, size_t i)
{
	assert_in_range(i, 0, doc->n_blocks - 1);
	assert_non_null(doc->blocks[i].paragraph);
	return doc->blocks[i].paragraph;
}

/* The paragraph that a <p> of @inside makes says @want. */
static void assert_says(const char *inside, const char *facts, const char *want)
{
	char blocks[1000];
	struct document *doc;

	assert_in_range(snprintf(blocks, sizeof(blocks), "<p>%s</p>", inside),
			1, sizeof(blocks) - 1);
	doc = filled(blocks, facts);
	assert_int_equal(doc->n_blocks, 1);
	assert_string_equal(paragraph_text(doc, block(doc, 0)), want);
	document_free(&doc);
}

static void values_stand_in_their_words(void **state)
{
	(void)state;
	assert_says("Họ tên: <value of='a.b'/>; số <value of='n'/>.",
		    "{'a': {'b': 'Lê Văn An'}, 'n': 12}",
		    "Họ tên: Lê Văn An; số 12.");
	assert_says("<value of='a'/>", "{'a': '2026-01-05'}", "05/01/2026");
	assert_says("<value of='a'/>", "{'a': true}", "×");
	assert_says("<value of='a'/>", "{'a': -9007199254740993}",
		    "-9007199254740993");
	assert_says("<count/> bộ", "{'subscribers': [{}, {}, {}]}", "03 bộ");
	assert_says("<count/> bộ", "{}", "[cần bổ sung: số lượng] bộ");
	assert_says("Tiền &amp; hàng &lt; <![CDATA[<b> & c]]>&#xE9;", "{}",
		    "Tiền & hàng < <b> & cé");
}

static void a_value_that_is_no_text_is_missing(void **state)
{
	static const char *const facts[] = {
		"{}",		"{'a': {}}",	       "{'a': {'b': ''}}",
		"{'a': 'b'}",	"{'a': {'b': null}}",  "{'a': {'b': false}}",
		"{'a': ['b']}", "{'a': {'b': ['x']}}", "{'a': {'b': {}}}",
		"[]",		"{'a': {'b': '...'}}", "{'a': {'b': ' - '}}",
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(facts); i++) {
		struct document *doc =
			filled("<p><value of='a.b' name='tên'/></p>", facts[i]);

		assert_string_equal(paragraph_text(doc, block(doc, 0)),
				    "[cần bổ sung: tên]");
		assert_int_equal(doc->n_missing, 1);
		assert_string_equal(doc->missing[0], "tên");
		document_free(&doc);
	}
}

static void what_is_missing_is_told_once(void **state)
{
	struct document *doc =
		filled("<p><value of='a' name='số'/></p>"
		       "<p><value of='b' name='số'/></p>"
		       "<p><value of='c.d'/></p>"
		       "<p><if of='e'><value of='e' name='không in'/></if>"
		       "<value of='f' optional='yes'/></p>"
		       "<p><value of='g' name='hỏng'/></p>",
		       "{'g': 'Ph\xef\xbf\xbdng'}");

	(void)state;
	assert_int_equal(doc->n_missing, 3);
	assert_string_equal(doc->missing[0], "số");
	assert_string_equal(doc->missing[1], "c.d");
	assert_string_equal(doc->missing[2], "hỏng (có ký tự hỏng)");
	assert_int_equal(block(doc, 3)->n_runs, 0);
	document_free(&doc);
}

static void what_is_optional_is_not_missed(void **state)
{
	struct document *doc;

	(void)state;
	assert_says("Một <value of='a' optional='yes'/> hai", "{}", "Một hai");
	assert_says("Một <value of='a' optional='yes'/> hai", "{'a': 'và'}",
		    "Một và hai");
	doc = filled("<p>x<value of='a' optional='yes'/></p>", "{}");
	assert_int_equal(doc->n_missing, 0);
	document_free(&doc);
}

static void days_are_long_where_asked(void **state)
{
	static const char *const days[][2] = {
		{ "'2026-01-05'", "ngày 05 tháng 01 năm 2026" },
		{ "'2026-02-28'", "ngày 28 tháng 02 năm 2026" },
		{ "'2026-03-04'", "ngày 04 tháng 3 năm 2026" },
		{ "'2026-11-21'", "ngày 21 tháng 11 năm 2026" },
		{ "'2026-11-21T09:30:00+07:00'", "ngày 21 tháng 11 năm 2026" },
		{ "'tháng 3 năm 2026'", "tháng 3 năm 2026" },
		{ "'2026-1-05'", "2026-1-05" },
		{ "'2026-01-055'", "2026-01-055" },
	};
	char facts[100];
	size_t i;

	(void)state;
	for (i = 0; i < N(days); i++) {
		snprintf(facts, sizeof(facts), "{'a': %s}", days[i][0]);
		assert_says("<value of='a' as='long-date'/>", facts,
			    days[i][1]);
	}
}

static void an_hour_is_one_only_in_a_moment(void **state)
{
	static const char *const none[] = {
		"{}",
		"{'a': '2026-11-21'}",
		"{'a': '09:30'}",
		"{'a': 'chín giờ ba mươi phút'}",
		"{'a': '2026-11-21T0x:30:00+07:00'}",
		"{'a': '2026-11-21T09-30-00+07:00'}",
	};
	size_t i;

	(void)state;
	assert_says("<value of='a' as='hour'/>",
		    "{'a': '2026-11-21T09:05:00+07:00'}", "09 giờ 05 phút");
	for (i = 0; i < N(none); i++)
		assert_says("hồi <value of='a' as='hour' name='giờ'/>", none[i],
			    "hồi … giờ … phút");
}

static void numbers_take_a_zero_where_asked(void **state)
{
	(void)state;
	assert_says("<value of='a' as='two-digits'/>", "{'a': 1}", "01");
	assert_says("<value of='a' as='two-digits'/>", "{'a': 12}", "12");
	assert_says("<value of='a' as='two-digits'/>", "{'a': 123}", "123");
	assert_says("<value of='a' as='two-digits'/>", "{'a': 'hai'}", "hai");
	assert_says("<value of='a'/>", "{'a': 1}", "1");
}

static void capitals_are_vietnamese(void **state)
{
	(void)state;
	assert_says("<value of='a' as='upper'/>",
		    "{'a': 'Ủy ban nhân dân tỉnh Đắk Lắk'}",
		    "ỦY BAN NHÂN DÂN TỈNH ĐẮK LẮK");
}

static void lists_are_one_text(void **state)
{
	(void)state;
	assert_says("<value of='a' as='list'/>",
		    "{'a': ['Luật số 20.', 'Nghị định số 68;', 'Điều 7']}",
		    "Luật số 20; Nghị định số 68; Điều 7");
	assert_says("<value of='a' as='list'/>", "{'a': ['một']}", "một");
	assert_says("<value of='a' as='list'/>",
		    "{'a': ['', ' ', 'một', null, '...', 'hai', '']}",
		    "một; hai");
	assert_says("<value of='a' as='list' name='tên'/>", "{'a': []}",
		    "[cần bổ sung: tên]");
	assert_says("<value of='a' as='list' name='tên'/>", "{'a': ['', '.']}",
		    "[cần bổ sung: tên]");
	assert_says("<value of='a' as='list' name='tên'/>", "{'a': 'text'}",
		    "[cần bổ sung: tên]");
}

static void phrases_lose_their_stop(void **state)
{
	(void)state;
	assert_says("Lý do: <value of='a' as='phrase'/>.",
		    "{'a': 'Hết hạn. ; ,'}", "Lý do: Hết hạn.");
	assert_says("Lý do: <value of='a' as='phrase' name='lý do'/>.",
		    "{'a': '...'}", "Lý do: [cần bổ sung: lý do].");
}

static void pin_states_are_told_in_words(void **state)
{
	static const char *const states[][2] = {
		{ "ok", "Bình thường" },
		{ "count-low", "Đã có lần nhập sai mật khẩu" },
		{ "final-try", "Còn một lần thử" },
		{ "locked", "Bị khóa do nhập sai mật khẩu" },
		{ "not-set", "Chưa đặt mật khẩu" },
		{ "must-change", "Phải đổi mật khẩu trước khi dùng" },
		{ "unknown", "Không đọc được trạng thái" },
		{ "", "Chưa kiểm tra" },
	};
	char facts[100];
	size_t i;

	(void)state;
	for (i = 0; i < N(states); i++) {
		snprintf(facts, sizeof(facts), "{'a': '%s'}", states[i][0]);
		assert_says("<value of='a' as='pin-state'/>", facts,
			    states[i][1]);
	}
}

static void an_if_holds_or_not(void **state)
{
	static const struct {
		const char *test, *facts;
		bool holds;
	} cases[] = {
		{ "of='a'", "{'a': 'x'}", true },
		{ "of='a'", "{'a': ' - '}", false },
		{ "of='a'", "{}", false },
		{ "of='a'", "{'a': true}", true },
		{ "of='a'", "{'a': false}", false },
		{ "of='a'", "{'a': 0}", true },
		{ "of='a'", "{'a': ['x']}", true },
		{ "of='a'", "{'a': []}", false },
		{ "of='a.b'", "{'a': {'b': 'x'}}", true },
		{ "of='a' is='x'", "{'a': 'x'}", true },
		{ "of='a' is='x'", "{'a': 'xx'}", false },
		{ "of='a' is='xx'", "{'a': 'x'}", false },
		{ "of='a' is='x y\n z'", "{'a': 'y'}", true },
		{ "of='a' is='x y\n z'", "{'a': 'z'}", true },
		{ "of='a' is='x y'", "{}", false },
		{ "of='a' is='2'", "{'a': 2}", true },
		{ "of='a' not='x'", "{'a': 'x'}", false },
		{ "of='a' not='x'", "{'a': 'y'}", true },
		{ "of='a' not='x y'", "{'a': 'y'}", false },
		{ "of='a' not='x'", "{}", true },
		{ "of='a' not='1'", "{'a': 1}", false },
		{ "of='a' given='no'", "{}", true },
		{ "of='a' given='no'", "{'a': ' - '}", true },
		{ "of='a' given='no'", "{'a': []}", true },
		{ "of='a' given='no'", "{'a': 'x'}", false },
		{ "of='a' given='no'", "{'a': true}", false },
	};
	char blocks[200];
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		struct document *doc;

		snprintf(blocks, sizeof(blocks),
			 "<p>A<if %s>B</if>C</p><if %s><p>D</p></if>",
			 cases[i].test, cases[i].test);
		doc = filled(blocks, cases[i].facts);
		assert_string_equal(paragraph_text(doc, block(doc, 0)),
				    cases[i].holds ? "ABC" : "AC");
		assert_int_equal(doc->n_blocks, cases[i].holds ? 2 : 1);
		document_free(&doc);
	}
}

/* A break or an indent of the file is a blank, and nothing at the ends. */
static void blanks_are_one(void **state)
{
	(void)state;
	assert_says("\n  Một\n\t\thai  <value of='a'/>\n ba\n", "{'a': 'x'}",
		    "Một hai x ba");
	assert_says("Một<value of='a'/>hai", "{'a': ' x '}", "Mộtxhai");
	assert_says("<value of='a'/> <value of='a'/>", "{'a': 'x'}", "x x");
	assert_says("<b>Một</b>\n  <i>hai</i>", "{}", "Một hai");
	assert_says("một <!-- ghi chú --> hai", "{}", "một hai");
	assert_says(" một <br/> hai <br/>ba", "{}", "một\nhai\nba");
	assert_says("một <if of='a'>hai</if> <if of='b'>ba</if>", "{'b': 'x'}",
		    "một ba");
}

static void nfd_comes_out_composed(void **state)
{
	(void)state;
	assert_says("Ho\xcc\xa3 te\xcc\x82n: <value of='a'/>",
		    "{'a': 'Le\xcc\x82 Thi\xcc\xa3 Bi\xcc\x81"
		    "ch'}",
		    "Họ tên: Lê Thị Bích");
}

static void styles_and_fields_are_of_the_run(void **state)
{
	struct document *doc =
		filled("<p>A <b>B<i>C</i></b><value of='d.e'/></p>",
		       "{'d': {'e': 'D'}}");
	const struct run *runs = block(doc, 0)->runs;

	(void)state;
	assert_int_equal(block(doc, 0)->n_runs, 5);
	assert_int_equal(runs[0].style, 0);
	assert_string_equal(runs[1].text, " ");
	assert_int_equal(runs[2].style, STYLE_BOLD);
	assert_int_equal(runs[3].style, STYLE_BOLD | STYLE_ITALIC);
	assert_null(runs[3].field);
	assert_int_equal(runs[4].style, 0);
	assert_string_equal(runs[4].field, "d.e");
	document_free(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_stand_in_their_words),
		cmocka_unit_test(a_value_that_is_no_text_is_missing),
		cmocka_unit_test(what_is_missing_is_told_once),
		cmocka_unit_test(what_is_optional_is_not_missed),
		cmocka_unit_test(days_are_long_where_asked),
		cmocka_unit_test(an_hour_is_one_only_in_a_moment),
		cmocka_unit_test(numbers_take_a_zero_where_asked),
		cmocka_unit_test(capitals_are_vietnamese),
		cmocka_unit_test(lists_are_one_text),
		cmocka_unit_test(phrases_lose_their_stop),
		cmocka_unit_test(pin_states_are_told_in_words),
		cmocka_unit_test(an_if_holds_or_not),
		cmocka_unit_test(blanks_are_one),
		cmocka_unit_test(nfd_comes_out_composed),
		cmocka_unit_test(styles_and_fields_are_of_the_run),
	};

	return cmocka_run_group_tests(tests, make_form_folder,
				      remove_form_folder);
}
