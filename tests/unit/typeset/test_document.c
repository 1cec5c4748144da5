/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The document before it is anything on paper, and the file made of it. */
#include <errno.h>
#include <unistd.h>

#include "base/date.h"
#include "typeset/pdf/font.h"
#include "typeset/pdf/pdf.h"
#include "unit/papers.h"

#define SOME_DAY 1795226400 /* 21/11/2026 09:00 in Vietnam */

static void text_is_cleaned(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ NULL, "" },
		{ " \t ", "" },
		{ "  VGCA   Token  ", "VGCA Token" },
		{ "Vie\xcc\xa3\xcc\x82t", "Việt" },
		{ "D\xcc\xa3", "Ḍ" },
		{ "a\x1b[31mb\r\nc", "a[31mb c" },
		{ "a\xe2\x80\xae"
		  "b\xef\xbb\xbf"
		  "c",
		  "abc" },
		{ "\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xe1\xbb", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "a\xe2\x80\xa8"
		  "b",
		  "a b" },
	};
	struct document *doc = document_new();
	size_t i;

	(void)state;
	assert_non_null(doc);
	for (i = 0; i < N(cases); i++)
		assert_string_equal(document_text(doc, cases[i].in),
				    cases[i].out);
	assert_string_equal(document_upper(doc, "Ủy ban tỉnh Đắk Lắk, ý"),
			    "ỦY BAN TỈNH ĐẮK LẮK, Ý");
	document_free(&doc);
	assert_null(doc);
}

static void missing_fields_are_listed_once(void **state)
{
	struct document *doc = document_new();

	(void)state;
	assert_non_null(doc);
	assert_string_equal(document_need(doc, "15", "số văn bản", NULL), "15");
	assert_int_equal(doc->n_missing, 0);
	assert_string_equal(document_need(doc, " ", "số văn bản", NULL),
			    "[cần bổ sung: số văn bản]");
	assert_string_equal(document_need(doc, NULL, "số văn bản", NULL),
			    "[cần bổ sung: số văn bản]");
	assert_int_equal(doc->n_missing, 1);
	assert_string_equal(doc->missing[0], "số văn bản");
	assert_int_equal(doc->n_gaps, 0);
	document_free(&doc);
}

/* Two rows lack what has one name, and each is a place to fill. */
static void gaps_are_places(void **state)
{
	struct document *doc = document_new();

	(void)state;
	assert_non_null(doc);
	document_need(doc, "", "thư điện tử", "subscribers.1.email");
	document_need(doc, "", "thư điện tử", "subscribers.2.email");
	document_need(doc, "", "thư điện tử", "subscribers.2.email");
	document_need(doc, "a@vidu.gov.vn", "thư điện tử",
		      "subscribers.3.email");
	assert_int_equal(doc->n_missing, 1);
	assert_int_equal(doc->n_gaps, 2);
	assert_string_equal(doc->gaps[1].name, "thư điện tử");
	assert_string_equal(doc->gaps[1].path, "subscribers.2.email");
	document_free(&doc);
}

static void runs_are_one_text(void **state)
{
	struct document *doc = document_new();
	struct paragraph *p;

	(void)state;
	assert_non_null(doc);
	p = document_paragraph(doc, ALIGN_LEFT, 14);
	assert_string_equal(paragraph_text(doc, p), "");
	paragraph_add(doc, p, 0, "Sở");
	paragraph_add(doc, p, STYLE_BOLD, "");
	paragraph_add_field(doc, p, 0, " Y\n", "agency.name");
	assert_string_equal(paragraph_text(doc, p), "Sở Y\n");
	assert_int_equal(document_status(doc), 0);
	document_free(&doc);
}

/* 04/01/2026 18:00 UTC is the next day in Vietnam. */
static void days_are_of_vietnam(void **state)
{
	struct tm tm = date_tm(1767549600);

	(void)state;
	assert_int_equal(tm.tm_mday, 5);
	assert_int_equal(tm.tm_mon, 0);
	assert_int_equal(tm.tm_year, 126);
	assert_int_equal(tm.tm_hour, 1);
}

static void the_same_input_gives_the_same_bytes(void **state)
{
	const struct pdf_options options = { SOME_DAY, "ckstoken" };
	unsigned char *out[2] = { NULL, NULL };
	size_t len[2], i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct document *doc = paper(LETTER, letter_facts(1));
		struct layout *layout = lay_out(doc);

		assert_int_equal(pdf_render(doc, layout, fonts, &options,
					    &out[i], &len[i]),
				 0);
		layout_free(&layout);
		document_free(&doc);
	}
	assert_int_equal(len[0], len[1]);
	assert_memory_equal(out[0], out[1], len[0]);
	assert_memory_equal(out[0], "%PDF-1.7\n", 9);
	assert_memory_equal(out[0] + len[0] - 6, "%%EOF\n", 6);
	free(out[0]);
	free(out[1]);
}

/* The font draws a blank and a no-break space by one glyph. */
static void one_glyph_for_two_letters_gets_two_codes(void **state)
{
	const struct glyph blank = { .text = " ", .text_len = 1, .id = 3 };
	const struct glyph hard = {
		.text = "\xc2\xa0",
		.text_len = 2,
		.id = 3,
	};
	struct pdf_font font = { 0 };

	(void)state;
	assert_int_equal(pdf_font_code(&font, &blank), 1);
	assert_int_equal(pdf_font_code(&font, &hard), 2);
	assert_int_equal(pdf_font_code(&font, &blank), 1);
	assert_false(font.failed);
	pdf_font_free(&font);
}

static void a_font_that_is_nowhere_names_its_package(void **state)
{
	static const char *const folders[] = { "/nonexistent/1",
					       "/nonexistent/2", NULL };
	struct error error = { 0 };
	struct font_set *set = NULL;
	const char *text;

	(void)state;
	assert_int_equal(font_set_open(folders, &set, &error), -ENOENT);
	assert_null(set);
	text = error_text(&error, -ENOENT);
	assert_non_null(strstr(text, "in /nonexistent/1, /nonexistent/2;"));
	assert_non_null(strstr(text, "LiberationSerif-Regular.ttf"));
	assert_non_null(strstr(text, "times.ttf"));
	assert_non_null(
		strstr(text, "on Debian 12 the package fonts-liberation2"));
	assert_non_null(strstr(text, "on Debian 13 fonts-liberation"));
	error_free(&error);
}

/* Debian 12 may have version 1 in the second folder, which lacks letters. */
static void both_folders_of_debian_are_looked_in(void **state)
{
	(void)state;
	assert_string_equal(font_directories[0],
			    "/usr/share/fonts/truetype/liberation2");
	assert_string_equal(font_directories[1],
			    "/usr/share/fonts/truetype/liberation");
	assert_null(font_directories[2]);
}

/* Makes @folder/@file of no bytes. */
static void touch(const char *folder, const char *file, char *path, size_t size)
{
	FILE *f;

	(void)snprintf(path, size, "%s/%s", folder, file);
	f = fopen(path, "we");
	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
}

static void the_first_folder_that_has_a_font_counts(void **state)
{
	char folder[] = "/tmp/test_fonts.XXXXXX";
	const char *const folders[] = { "/nonexistent", folder,
					font_directories[0],
					font_directories[1], NULL };
	struct error error = { 0 };
	struct font_set *set = NULL;
	char path[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(font_set_open(folders, &set, NULL), 0);
	assert_non_null(set);
	font_set_free(&set);
	touch(folder, "times.ttf", path, sizeof(path));
	assert_int_equal(font_set_open(folders, &set, &error), -EINVAL);
	assert_null(set);
	assert_non_null(strstr(error_text(&error, -EINVAL), path));
	error_free(&error);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cleaned),
		cmocka_unit_test(missing_fields_are_listed_once),
		cmocka_unit_test(gaps_are_places),
		cmocka_unit_test(runs_are_one_text),
		cmocka_unit_test(days_are_of_vietnam),
		cmocka_unit_test(the_same_input_gives_the_same_bytes),
		cmocka_unit_test(one_glyph_for_two_letters_gets_two_codes),
		cmocka_unit_test(a_font_that_is_nowhere_names_its_package),
		cmocka_unit_test(both_folders_of_debian_are_looked_in),
		cmocka_unit_test(the_first_folder_that_has_a_font_counts),
	};

	return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
