/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Charts: of a list in a dossier, and on the page. */
#include "unit/papers.h"

#define CHART "<chart of='s.list' label='month' value='n' title='Theo tháng'/>"
#define TABLE                                               \
	"<table of='s.list'><column heading='A' width='1'>" \
	"<value of='n'/></column></table>"
#define LIST(rows) "{'s': {'list': [" rows "]}}"
#define BAR_HEIGHT_MIN MPT

static const struct chart *only_chart(const struct document *doc)
{
	assert_int_equal(doc->n_blocks, 1);
	assert_non_null(doc->blocks[0].chart);
	return doc->blocks[0].chart;
}

static void a_list_becomes_bars(void **state)
{
	struct document *doc =
		filled(CHART, LIST("{'month': '07/2026', 'n': 12},"
				   "{'month': ' 08\\n2026 ', 'n': 0}"));
	const struct chart *chart = only_chart(doc);

	(void)state;
	assert_int_equal(chart->n_bars, 2);
	assert_string_equal(chart->bars[0].label, "07/2026");
	assert_string_equal(chart->bars[0].text, "12");
	assert_int_equal(chart->bars[0].value, 12);
	assert_string_equal(chart->bars[1].label, "08 2026");
	assert_string_equal(chart->bars[1].text, "0");
	assert_string_equal(paragraph_text(doc, chart->title), "Theo tháng");
	assert_int_equal(chart->title->role, ROLE_CAPTION);
	assert_string_equal(paragraph_text(doc, chart->words),
			    "Theo tháng. 07/2026: 12; 08 2026: 0.");
	assert_string_equal(chart->words->runs[2].field, "s.list.1.n");
	assert_int_equal(doc->n_missing, 0);
	document_free(&doc);
}

static void nothing_has_no_chart(void **state)
{
	static const char *const facts[] = {
		"{}",
		LIST(""),
		"{'s': {'list': {'n': 1}}}",
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(facts); i++) {
		struct document *doc = filled(CHART "<p>x</p>", facts[i]);

		assert_int_equal(doc->n_blocks, 1);
		assert_non_null(doc->blocks[0].paragraph);
		document_free(&doc);
	}
}

static void what_is_no_number_is_missing(void **state)
{
	struct document *doc = filled(
		CHART, LIST("{'month': 'a'}, {'month': 'b', 'n': '7'}, 'odd'"));
	const struct chart *chart = only_chart(doc);
	size_t i;

	(void)state;
	assert_int_equal(chart->n_bars, 3);
	for (i = 0; i < chart->n_bars; i++) {
		assert_string_equal(chart->bars[i].text, "…");
		assert_int_equal(chart->bars[i].value, 0);
	}
	assert_int_equal(doc->n_missing, 3);
	assert_true(lists(doc, "a"));
	assert_true(lists(doc, "số liệu của biểu đồ"));
	document_free(&doc);
}

/* Where a table shows the numbers, and is printed, the words are not needed. */
static void a_table_may_show_the_same(void **state)
{
	static const struct {
		const char *blocks;
		bool in_table;
	} cases[] = {
		{ CHART, false },
		{ CHART TABLE, true },
		{ CHART "<if of='s.list'>" TABLE "</if>", true },
		{ CHART "<if of='none'>" TABLE "</if>", false },
		{ CHART "<table of='s.other'><column heading='A' width='1'/>"
			"</table>",
		  false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		struct document *doc =
			filled(cases[i].blocks, LIST("{'month': 'a', 'n': 1}"));

		assert_int_equal(doc->blocks[0].chart->in_table,
				 cases[i].in_table);
		document_free(&doc);
	}
}

/* A chart of @n bars, the first of @value and the others of less. */
static struct document *bars(size_t n, long long value, const char *label,
			     size_t n_paragraphs)
{
	json_t *facts = json_of("{'s': {'list': []}}");
	char *form = NULL, *all = NULL;
	size_t i, len = 0;
	FILE *blocks = open_memstream(&all, &len);

	assert_non_null(blocks);
	for (i = 0; i < n_paragraphs; i++)
		(void)fprintf(blocks, "<p>x</p>");
	(void)fprintf(blocks, "<section>Đầu</section>" CHART "<p>y</p>");
	assert_int_equal(fclose(blocks), 0);
	for (i = 0; i < n; i++)
		assert_int_equal(
			json_array_append_new(
				(json_t *)dossier_get(facts, "s.list"),
				json_pack("{s:s, s:I}", "month", label, "n",
					  (json_int_t)(value -
						       value / 30 * (int)i))),
			0);
	assert_true(asprintf(&form,
			     "<form version='1'><title>T</title>%s</form>",
			     all) > 0);
	write_form(form, strlen(form));
	free(form);
	free(all);
	return paper(form_file, facts);
}

static void bars_end_somewhere(void **state)
{
	struct document *doc = bars(30, 90, "07/2026", 0);

	(void)state;
	assert_int_equal(doc->blocks[1].chart->n_bars, DOCUMENT_BARS_MAX);
	document_free(&doc);
	doc = filled(CHART,
		     LIST("{'n': 1, 'month': 'ễễễễễễễễễễễễễễễễễễễễễễễễễễễ"
			  "ễễễễễễễễễễễễễ'},"
			  "{'n': 1, 'month': 'ễễễễễễễễễễễễễễễễễễễễễễễễễễễ"
			  "ễễễễễễễễễễễễễễ'}"));
	assert_null(strstr(only_chart(doc)->bars[0].label, "…"));
	assert_int_equal(strlen(only_chart(doc)->bars[1].label),
			 40 * strlen("ễ") + strlen("…"));
	document_free(&doc);
}

static void heights_are_as_the_numbers(void **state)
{
	struct document *doc =
		filled(CHART, LIST("{'n': 0}, {'n': 50}, {'n': 100},"
				   "{'n': -9}, {'n': 200}"));
	struct layout *layout = lay_out(doc);
	const struct page *page = layout->pages;
	int height[3], i;

	(void)state;
	assert_int_equal(page->n_bars, 3);
	for (i = 0; i < 3; i++) {
		assert_int_equal(page->bars[i].y1, page->bars[0].y1);
		assert_int_equal(page->bars[i].paragraph, 2);
		height[i] = page->bars[i].y1 - page->bars[i].y0;
	}
	assert_in_range(height[2], 100 * MPT, 128 * MPT);
	assert_in_range(2 * height[1], height[2] - 2, height[2] + 2);
	assert_in_range(4 * height[0], height[2] - 4, height[2] + 4);
	/* All stand on one rule. */
	assert_int_equal(page->n_rules, 1);
	assert_int_equal(page->rules->y0, page->bars[0].y1);
	layout_free(&layout);
	document_free(&doc);
}

static void zeros_are_drawn_as_none(void **state)
{
	struct document *doc = filled(CHART, LIST("{'n': 0}, {'n': 0}"));
	struct layout *layout = lay_out(doc);

	(void)state;
	assert_int_equal(layout->pages->n_bars, 0);
	assert_int_equal(layout->pages->n_rules, 1);
	layout_free(&layout);
	document_free(&doc);
	doc = filled(CHART, LIST("{'n': 1}, {'n': 4000000000}"));
	layout = lay_out(doc);
	assert_int_equal(layout->pages->n_bars, 2);
	assert_int_equal(layout->pages->bars->y1 - layout->pages->bars->y0,
			 BAR_HEIGHT_MIN);
	layout_free(&layout);
	document_free(&doc);
}

/* lay_out() fails where one stands over another. */
static void large_numbers_fit(void **state)
{
	static const long long most[] = { 9, 9999, 999999, INT64_MAX };
	size_t i;

	(void)state;
	for (i = 0; i < N(most); i++) {
		struct document *doc =
			bars(DOCUMENT_BARS_MAX, most[i], "Tháng mười hai", 0);
		struct layout *layout = lay_out(doc);
		char text[32], *got = page_text(layout->pages);

		assert_int_equal(layout->n_pages, 1);
		(void)snprintf(text, sizeof(text), "|%lld|", most[i]);
		if (most[i] <= 999999)
			assert_non_null(strstr(got, text));
		free(got);
		layout_free(&layout);
		document_free(&doc);
	}
}

/* Twelve months beside one another. */
static void a_label_is_not_broken(void **state)
{
	struct document *doc = bars(12, 9, "11/2026", 0);
	struct layout *layout = lay_out(doc);
	char *got = page_text(layout->pages);

	(void)state;
	assert_int_equal(count(got, "11/2026|"), 12);
	free(got);
	layout_free(&layout);
	document_free(&doc);
}

/* It stays with the heading above it, wherever the page ends. */
static void a_chart_is_never_split(void **state)
{
	size_t n, turned = 0;

	(void)state;
	for (n = 0; n < 40; n++) {
		struct document *doc = bars(5, 90, "07/2026", n);
		struct layout *layout = lay_out(doc);
		size_t page = 0;
		char *got;

		while (!layout->pages[page].n_bars)
			page++;
		assert_int_equal(layout->pages[page].n_bars, 5);
		got = page_text(&layout->pages[page]);
		assert_non_null(strstr(got, "Đầu|"));
		assert_non_null(strstr(got, "Theo tháng|"));
		assert_int_equal(count(got, "07/2026|"), 5);
		turned += page;
		free(got);
		layout_free(&layout);
		document_free(&doc);
	}
	assert_true(turned > 0);
}

static int begin(void **state)
{
	return open_fonts(state) ? -1 : make_form_folder(state);
}

static int end(void **state)
{
	(void)close_fonts(state);
	return remove_form_folder(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_becomes_bars),
		cmocka_unit_test(nothing_has_no_chart),
		cmocka_unit_test(what_is_no_number_is_missing),
		cmocka_unit_test(a_table_may_show_the_same),
		cmocka_unit_test(bars_end_somewhere),
		cmocka_unit_test(heights_are_as_the_numbers),
		cmocka_unit_test(zeros_are_drawn_as_none),
		cmocka_unit_test(large_numbers_fit),
		cmocka_unit_test(a_label_is_not_broken),
		cmocka_unit_test(a_chart_is_never_split),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
