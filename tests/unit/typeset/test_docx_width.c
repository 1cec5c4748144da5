/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "docx_package.h"

#include "typeset/docx/styles.h"
#include "typeset/font.h"
#include "typeset/measure.h"

#define BODY "word/document.xml"
#define MOTTO "Độc lập - Tự do - Hạnh phúc"

/* The length of the rule below the first paragraph. */
static long rule_length(enum underline underline, enum align align)
{
	struct document *doc = new_document();
	struct paragraph *p;
	xmlDocPtr part;
	long length;

	p = add(doc, ROLE_MOTTO, MOTTO, NULL);
	p->underline = underline;
	p->align = align;
	part = render_part(doc, BODY);
	assert_true(holds(part, "//w:p[2][not(w:r)]/w:pPr/w:pStyle[@w:val="
				"'" DOCX_STYLE_RULE "']"));
	length = TEXT_WIDTH - number(part, "//w:p[2]//w:ind/@w:left") -
		 number(part, "//w:p[2]//w:ind/@w:right");
	assert_int_equal(number(part, "//w:p[2]//w:ind/@w:left") == 0,
			 (align == ALIGN_LEFT || align == ALIGN_JUSTIFY) &&
				 underline == UNDERLINE_FULL);
	xmlFreeDoc(part);
	document_free(&doc);
	return length;
}

#define MPT_PER_TWIP (1000 / TWIPS)

/* As a word processor is expected to break @p; in twips. */
static struct extent measure(const struct paragraph *p, int width)
{
	struct arena arena = { 0 };
	struct extent extent = measure_lines(&arena, p, width * MPT_PER_TWIP);

	assert_false(arena.failed);
	arena_free(&arena);
	extent.last /= MPT_PER_TWIP;
	return extent;
}

/* As the font has it; in twips, at 1 point, times the type size. */
static long true_width(const char *text, unsigned int style, int size)
{
	struct font_set *fonts = NULL;
	struct arena arena = { 0 };
	struct glyph *glyphs;
	long width = 0;
	size_t n = 0, i;

	assert_int_equal(font_set_open(NULL, &fonts, NULL), 0);
	glyphs = font_shape(fonts, (enum face)style, &arena, text, strlen(text),
			    &n);
	assert_non_null(glyphs);
	for (i = 0; i < n; i++)
		width += glyphs[i].advance;
	arena_free(&arena);
	font_set_free(&fonts);
	return width * size / 50;
}

static void widths_are_known_without_a_font(void **state)
{
	static const struct {
		const char *text;
		unsigned int style;
	} cases[] = {
		{ "Độc lập - Tự do - Hạnh phúc", STYLE_BOLD },
		{ "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", STYLE_BOLD },
		{ "Ủy ban nhân dân tỉnh Đắk Lắk", 0 },
		{ "[cần bổ sung: ngày ban hành], 05/3/2026", STYLE_ITALIC },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		struct run run = { cases[i].text, cases[i].style, NULL };
		struct paragraph p = { .runs = &run, .n_runs = 1, .size = 14 };
		struct extent extent = measure(&p, TEXT_WIDTH);
		long width = true_width(run.text, run.style, p.size);

		assert_int_equal(extent.n_lines, 1);
		assert_in_range(extent.last, width * 98 / 100,
				width * 102 / 100);
	}
}

static void lines_are_counted_as_they_break(void **state)
{
	static const struct {
		const char *text;
		size_t n_lines;
		int last;
	} cases[] = {
		{ "", 1, 0 },
		{ "nnnn nnnn", 1, 4 * 10 + 5 + 4 * 10 },
		{ "nnnn nnnn n", 2, 10 },
		{ "nnnn\nn", 2, 10 },
		{ "nnnnn-nnnn", 2, 4 * 10 },
		{ "nnnnnnnnnn", 2, 10 },
		{ "nn nnnnnnnnnn", 3, 10 },
		{ "nnnn nnn ", 1, 4 * 10 + 5 + 3 * 10 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		struct run run = { cases[i].text, 0, NULL };
		struct paragraph p = { .runs = &run, .n_runs = 1, .size = 1 };
		struct extent extent = measure(&p, 90);

		assert_int_equal(extent.n_lines, cases[i].n_lines);
		assert_int_equal(extent.last, cases[i].last);
	}
}

static void centred_lines_are_evened_out(void **state)
{
	struct document *doc = new_document();
	struct paragraph *p;
	xmlDocPtr part;
	long margin;

	(void)state;
	p = add(doc, ROLE_SUMMARY,
		"Giao, nhận thiết bị lưu khóa bí mật sau khi chứng thư chữ ký "
		"số chuyên dùng công vụ hết hạn sử dụng hoặc bị thu hồi",
		NULL);
	add(doc, ROLE_SUMMARY, "Một dòng", NULL);
	part = render_part(doc, "word/document.xml");
	margin = number(part, "//w:p[1]//w:ind/@w:left");
	assert_in_range(margin, 500, 1500);
	assert_int_equal(margin, number(part, "//w:p[1]//w:ind/@w:right"));
	assert_int_equal(measure(p, TEXT_WIDTH).n_lines, 2);
	assert_int_equal(measure(p, TEXT_WIDTH - 2 * (int)margin).n_lines, 2);
	assert_false(holds(part, "//w:p[w:r='Một dòng']//w:ind"));
	xmlFreeDoc(part);
	document_free(&doc);
}

static void rules_are_as_long_as_their_text(void **state)
{
	const long motto = true_width(MOTTO, STYLE_BOLD, 14);
	enum align align;

	(void)state;
	for (align = ALIGN_LEFT; align <= ALIGN_JUSTIFY; align++) {
		long full = rule_length(UNDERLINE_FULL, align);
		long part = rule_length(UNDERLINE_PART, align);

		assert_in_range(full, motto * 97 / 100, motto * 103 / 100);
		assert_in_range(part, full * 39 / 100, full * 41 / 100);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths_are_known_without_a_font),
		cmocka_unit_test(lines_are_counted_as_they_break),
		cmocka_unit_test(centred_lines_are_evened_out),
		cmocka_unit_test(rules_are_as_long_as_their_text),
	};

	return cmocka_run_group_tests(tests, NULL, end_xml);
}
