/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Documents on pages: nothing lost, nothing over anything else. */
#include "forms/nd30.h"
#include "unit/papers.h"

/* What the serial of each device in letter_facts() begins with. */
#define SERIAL "|5251A0B1"

static void add_body(struct document *doc, const char *text)
{
	paragraph_add(doc, nd30_paragraph(doc, ROLE_BODY), 0, text);
}

static void paragraphs_are_justified_and_keep_their_letters(void **state)
{
	static const char text[] =
		"Thiết bị lưu khóa bí mật sẽ bị khóa khi nhập sai mật khẩu quá "
		"số lần quy định, để thiết bị lưu khóa bí mật hoạt động trở "
		"lại, cần phải thực hiện quy trình khôi phục thiết bị.";
	struct document *doc = document_new();
	struct layout *layout;
	const struct page *page;
	char *got;
	size_t i;

	(void)state;
	assert_non_null(doc);
	add_body(doc, text);
	layout = lay_out(doc);
	assert_int_equal(layout->n_pages, 1);
	page = layout->pages;
	assert_in_range(page->n_runs, 3, 4);
	for (i = 0; i + 1 < page->n_runs; i++)
		assert_in_range(right_edge(&page->runs[i]),
				RIGHT(layout) - 2 * MPT, RIGHT(layout));
	got = all_text(layout);
	assert_int_equal(count(got, " |"), page->n_runs - 1);
	for (i = 0; got[i]; i++)
		assert_true(strncmp(got + i, "  ", 2) != 0);
	free(got);
	layout_free(&layout);
	document_free(&doc);
}

/* It stands in the lower margin of each page, and the text is as it was. */
static void the_foot_takes_nothing_from_the_page(void **state)
{
	struct document *doc = document_new();
	struct layout *bare, *layout;

	(void)state;
	assert_non_null(doc);
	for (size_t i = 0; i < 60; i++)
		add_body(doc, "x");
	bare = lay_out(doc);
	doc->foot = "y";
	layout = lay_out(doc);
	assert_int_equal(layout->n_pages, bare->n_pages);
	assert_true(layout->n_pages > 1);
	for (size_t i = 0; i < layout->n_pages; i++) {
		const struct page *page = &layout->pages[i];
		const struct placed_run *foot = &page->runs[page->n_runs - 1];

		assert_int_equal(page->n_runs, bare->pages[i].n_runs + 1);
		assert_int_equal(foot->paragraph, 0);
		assert_int_equal(foot->size, PAGE_FOOT_SIZE);
		assert_in_range(foot->y,
				layout->height - PAGE_LENGTH(PAGE_MARGIN_BOTTOM,
							     72 * MPT),
				layout->height - PAGE_LENGTH(PAGE_FOOT_BOTTOM,
							     72 * MPT));
	}
	layout_free(&layout);
	layout_free(&bare);
	document_free(&doc);
}

static void letters_the_font_lacks_are_named(void **state)
{
	struct document *doc = document_new();
	struct layout *layout;
	char *got;

	(void)state;
	assert_non_null(doc);
	add_body(doc, "a\xf0\x9f\x98\x80"
		      "b\xe4\xb8\xad\xe4\xb8\xad"
		      "c");
	layout = lay_out(doc);
	assert_int_equal(layout->n_lacking, 2);
	assert_int_equal(layout->lacking[0], 0x1f600);
	assert_int_equal(layout->lacking[1], 0x4e2d);
	got = all_text(layout);
	assert_string_equal(got, "a□b□□c|");
	free(got);
	layout_free(&layout);
	document_free(&doc);
}

static void header_repeats_over_500_rows(void **state)
{
	struct document *doc = paper(LETTER, letter_facts(500));
	struct layout *layout = lay_out(doc);
	char *got = NULL;
	size_t i, rows = 0;

	(void)state;
	assert_true(layout->n_pages > 10);
	for (i = 0; i < layout->n_pages; i++) {
		free(got);
		got = page_text(&layout->pages[i]);
		assert_int_equal(count(got, "|Thông tin của "), 1);
		rows += count(got, SERIAL);
	}
	assert_int_equal(rows, 500);
	/* The signature never stands without a row. */
	assert_non_null(strstr(got, "|500|"));
	assert_non_null(strstr(got, "PHÓ GIÁM ĐỐC"));
	free(got);
	layout_free(&layout);
	document_free(&doc);
}

/* However many rows the last page has, the signature comes with one. */
static void signature_is_never_alone(void **state)
{
	size_t n;

	(void)state;
	for (n = 1; n < 30; n++) {
		struct document *doc = paper(LETTER, letter_facts(n));
		struct layout *layout = lay_out(doc);
		char *got = page_text(&layout->pages[layout->n_pages - 1]);

		assert_non_null(strstr(got, SERIAL));
		assert_non_null(strstr(got, "Nơi nhận:"));
		free(got);
		layout_free(&layout);
		document_free(&doc);
	}
}

static void long_words_stay_in_their_cells(void **state)
{
	static const char word[] = "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd";
	char email[100], name[400] = "";
	json_t *facts = letter_facts(1);
	struct document *doc;
	char *got;
	size_t i;

	(void)state;
	strcat(strcpy(email, word), word);
	for (i = 0; i < 40; i++)
		strcat(name, i % 4 ? "Ngữ" : "ễNg");
	assert_int_equal(strlen(email), 80);
	assert_int_equal(dossier_put(row_of(facts, 0), "email", email), 0);
	assert_int_equal(dossier_put(row_of(facts, 0), "name", name), 0);
	doc = paper(LETTER, facts);
	got = squeezed_text(doc);
	assert_non_null(strstr(got, email));
	assert_non_null(strstr(got, name));
	free(got);
	document_free(&doc);
}

static void a_cell_longer_than_a_page_loses_nothing(void **state)
{
	const size_t n = 5000;
	json_t *facts = letter_facts(1), *second;
	char *name = calloc(n + 1, 3);
	struct document *doc;
	struct layout *layout;
	char *got;
	size_t i;

	(void)state;
	assert_non_null(name);
	for (i = 0; i < n; i++)
		strcpy(name + 3 * i, i % 7 == 6 ? "x y" : "ễ");
	for (i = 0; i < 3 * n; i++)
		if (!name[i])
			name[i] = 'z';
	second = json_deep_copy(row_of(facts, 0));
	assert_int_equal(dossier_put(second, "name", name), 0);
	assert_int_equal(json_array_append_new(
				 json_object_get(facts, "subscribers"), second),
			 0);
	doc = paper(LETTER, facts);
	layout = lay_out(doc);
	assert_true(layout->n_pages > 3);
	got = all_text(layout);
	assert_true(count(got, "z") >= count(name, "z"));
	assert_int_equal(count(got, "ễ"), count(name, "ễ") + 2);
	free(got);
	layout_free(&layout);
	document_free(&doc);
	free(name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			paragraphs_are_justified_and_keep_their_letters),
		cmocka_unit_test(the_foot_takes_nothing_from_the_page),
		cmocka_unit_test(letters_the_font_lacks_are_named),
		cmocka_unit_test(header_repeats_over_500_rows),
		cmocka_unit_test(signature_is_never_alone),
		cmocka_unit_test(long_words_stay_in_their_cells),
		cmocka_unit_test(a_cell_longer_than_a_page_loses_nothing),
	};

	return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
