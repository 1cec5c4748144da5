/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Columns as wide as their contents want, and where words are broken. */
#include "base/buffer.h"
#include "typeset/measure.h"
#include "unit/unit.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))
#define WIDTH 468000
#define EMAIL "nguyenvanhung@lamdong.gov.vn"

static void add_cell(struct document *doc, struct table *t, const char *text)
{
	struct cell *cell = table_cell(doc, t, 1, 1);

	paragraph_add(doc, cell_paragraph(doc, cell, ALIGN_LEFT, 12), 0, text);
}

/* A table with one row of headings and @n rows of @cells. */
static struct table *add_table(struct document *doc, const char *const *cells,
			       size_t n_columns, size_t n)
{
	static const struct column columns[] = {
		{ 1, ALIGN_LEFT }, { 1, ALIGN_LEFT }, { 1, ALIGN_LEFT },
		{ 1, ALIGN_LEFT }, { 1, ALIGN_LEFT }, { 1, ALIGN_LEFT },
	};
	struct table *t = document_table(doc, columns, n_columns);
	size_t i;

	t->ruled = true;
	t->n_header = 1;
	table_row(doc, t);
	for (i = 0; i < n_columns; i++)
		add_cell(doc, t, "Đầu");
	while (n--) {
		table_row(doc, t);
		for (i = 0; i < n_columns; i++)
			add_cell(doc, t, cells[i]);
	}
	return t;
}

static int inner(const int *edges, size_t column)
{
	return edges[column + 1] - edges[column] - 2 * TABLE_PAD_X;
}

static size_t lines_of(const char *text, int width)
{
	struct run run = { text, 0, NULL };
	struct paragraph p = { .runs = &run, .n_runs = 1, .size = 12 };
	struct arena arena = { 0 };
	struct string s = measure_paragraph(&arena, &p);
	size_t n = string_count_lines(&s, width);

	arena_free(&arena);
	return n;
}

static void no_word_is_broken_that_need_not_be(void **state)
{
	static const char *const cells[] = {
		"1", "0A1B2C3D4E5F6071", "4C3A91F2", EMAIL, "Văn thư",
	};
	struct document *doc = document_new();
	int edges[DOCUMENT_COLUMNS_MAX + 1];
	size_t i;

	(void)state;
	assert_non_null(doc);
	assert_true(
		table_edges(add_table(doc, cells, N(cells), 3), WIDTH, edges));
	assert_int_equal(edges[0], 0);
	assert_int_equal(edges[N(cells)], WIDTH);
	for (i = 0; i < N(cells) - 1; i++)
		assert_int_equal(lines_of(cells[i], inner(edges, i)), 1);
	document_free(&doc);
}

/* A column that holds much takes the room of those that hold little. */
static void room_goes_where_it_is_wanted(void **state)
{
	static const char long_text[] =
		"Trung tâm Phục vụ hành chính công xã Đạ Tẻh, tỉnh Lâm Đồng, "
		"nơi tiếp nhận hồ sơ và trả kết quả của người dân";
	static const char *const cells[] = { "1", long_text, "x" };
	struct document *doc = document_new();
	int edges[DOCUMENT_COLUMNS_MAX + 1];

	(void)state;
	assert_non_null(doc);
	assert_true(
		table_edges(add_table(doc, cells, N(cells), 1), WIDTH, edges));
	assert_true(inner(edges, 1) > WIDTH / 2);
	assert_int_equal(lines_of(cells[1], inner(edges, 1)), 2);
	document_free(&doc);
}

static void weights_share_what_is_left(void **state)
{
	static const char *const cells[] = { "1", "2" };
	struct document *doc = document_new();
	int edges[DOCUMENT_COLUMNS_MAX + 1];

	(void)state;
	assert_non_null(doc);
	assert_true(
		table_edges(add_table(doc, cells, N(cells), 2), WIDTH, edges));
	assert_int_equal(edges[1], WIDTH / 2);
	document_free(&doc);
}

/* The pieces of an address in @width, with | between them. */
static void assert_pieces(const char *text, int width, const char *want)
{
	struct run run = { text, 0, NULL };
	struct paragraph p = { .runs = &run, .n_runs = 1, .size = 12 };
	struct arena arena = { 0 };
	struct buffer got = { 0 };
	const char **breaks, *at = text;
	size_t n, i;

	breaks = measure_breaks(&arena, &p, width, &n);
	for (i = 0; i < n; i++) {
		buffer_put(&got, at, (size_t)(breaks[i] - at));
		buffer_puts(&got, "|");
		at = breaks[i];
	}
	buffer_puts(&got, at);
	buffer_put(&got, "", 1);
	assert_string_equal((char *)got.data, want);
	buffer_free(&got);
	arena_free(&arena);
}

static void an_address_is_broken_between_its_labels(void **state)
{
	(void)state;
	assert_pieces(EMAIL, 200000, EMAIL);
	assert_pieces(EMAIL, 100000, "nguyenvanhung@|lamdong.gov.vn");
	assert_pieces("a@lam-dong.gov.vn", 70000, "a@|lam-dong.gov.|vn");
	assert_pieces("a-b.c@x-y.gov.vn", 48000, "a-b.c@|x-y.gov.|vn");
	/* A date is no address. */
	assert_pieces("15/03/2022", 40000, "15/03/2022");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_word_is_broken_that_need_not_be),
		cmocka_unit_test(room_goes_where_it_is_wanted),
		cmocka_unit_test(weights_share_what_is_left),
		cmocka_unit_test(an_address_is_broken_between_its_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
