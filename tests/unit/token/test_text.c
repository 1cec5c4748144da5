/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/text.h"
#include "token/ckstoken.h"
#include "unit/unit.h"

#define MARK "\xEF\xBF\xBD"

static void assert_clean(const char *bytes, size_t len, const char *want)
{
	char *text = cks_text_clean(bytes, len);

	assert_non_null(text);
	assert_string_equal(text, want);
	free(text);
}

#define assert_cleaned(literal, want) \
	assert_clean(literal, sizeof(literal) - 1, want)

static void padding_is_cut(void **state)
{
	(void)state;
	assert_cleaned("token   ", "token");
	assert_cleaned("token\0\0\0", "token");
	assert_cleaned("                                ", "");
	assert_cleaned("", "");
	assert_cleaned("  two words ", "  two words");
	/* No-break and ideographic blanks, as nobody could tell them apart. */
	assert_cleaned("two\xC2\xA0words\xE3\x80\x80 ", "two words");
}

static void controls_are_replaced(void **state)
{
	(void)state;
	assert_cleaned("\033]0;x\007", MARK "]0;x" MARK);
	assert_cleaned("a\nb\r\tc\x7F", "a" MARK "b" MARK MARK "c" MARK);
	assert_cleaned("a\xC2\x9B"
		       "31m",
		       "a" MARK "31m");
	assert_cleaned("a\0b", "a" MARK "b");
}

static void half_letters_are_replaced(void **state)
{
	(void)state;
	assert_cleaned("Ch\xE1\xBB", "Ch" MARK MARK);
	assert_cleaned("\xFF\xFE", MARK MARK);
	assert_cleaned("\xC0\x80", MARK MARK);
	assert_cleaned("\xED\xA0\x80", MARK MARK MARK);
}

static void directions_of_writing_are_replaced(void **state)
{
	(void)state;
	assert_cleaned("a\xE2\x80\xAE"
		       "b",
		       "a" MARK "b");
	assert_cleaned("a\xE2\x80\x8B"
		       "b",
		       "a" MARK "b");
	assert_cleaned("\xEF\xBB\xBF"
		       "a",
		       MARK "a");
}

static void invisible_letters_are_replaced(void **state)
{
	/* One of each kind, from U+00AD to U+E0100. */
	static const char *const letters[] = {
		"\xC2\xAD",	    "\xCD\x8F",		"\xD8\x9C",
		"\xE1\x85\x9F",	    "\xE1\x85\xA0",	"\xE1\x9E\xB4",
		"\xE1\xA0\x8B",	    "\xE1\xA0\x8E",	"\xE1\xA0\x8F",
		"\xE2\x80\x8C",	    "\xE2\x80\x8D",	"\xE2\x81\xA0",
		"\xE2\x81\xA1",	    "\xE2\x81\xA4",	"\xE3\x85\xA4",
		"\xEF\xB8\x8F",	    "\xEF\xBE\xA0",	"\xEF\xBF\xB9",
		"\xF0\x9B\xB2\xA0", "\xF0\x9D\x85\xB3", "\xF3\xA0\x81\x81",
		"\xF3\xA0\x84\x80",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		char text[16];

		(void)snprintf(text, sizeof(text), "A%sB", letters[i]);
		assert_clean(text, strlen(text), "A" MARK "B");
	}
	/* Private and unassigned ones are seen differently everywhere. */
	assert_cleaned("\xEE\x80\x80\xF3\xB0\x80\x80\xCD\xB8", MARK MARK MARK);
}

static void vietnamese_is_composed(void **state)
{
	(void)state;
	assert_cleaned("Nguye\xCC\x82\xCC\x83n", "Nguyễn");
	assert_cleaned("Lâm Đồng", "Lâm Đồng");
}

static void assert_folded(const char *text, const char *want)
{
	char *folded = cks_text_fold(text);

	assert_non_null(folded);
	assert_string_equal(folded, want);
	free(folded);
}

static void accents_fold(void **state)
{
	(void)state;
	assert_folded("Ban Cơ yếu Chính phủ", "ban co yeu chinh phu");
	assert_folded("BAN CƠ YẾU CHÍNH PHỦ", "ban co yeu chinh phu");
	assert_folded("Ban Co yeu Chinh phu", "ban co yeu chinh phu");
	assert_folded("Đường Điện Biên Phủ", "duong dien bien phu");
	assert_null(cks_text_fold("\xFF"));
	/* More than a letter, or none with a mark. */
	assert_folded("Straße ŉ ª İ", "strasse ʼn ª i");
}

/* Beside a letter of China, the whole text is folded by Unicode's tables. */
static void a_letter_folds_alike_beside_others(void **state)
{
	char text[16], *alone, *beside;
	int32_t c;
	size_t n;

	(void)state;
	for (c = 1; c < 0x2000; c++) {
		n = text_encode(c, text);
		text[n] = '\0';
		alone = cks_text_fold(text);
		strcpy(text + n, "\xE6\xBC\xA2");
		beside = cks_text_fold(text);
		assert_non_null(alone);
		assert_non_null(beside);
		n = strlen(alone);
		assert_memory_equal(beside, alone, n);
		assert_string_equal(beside + n, "\xE6\xBC\xA2");
		free(alone);
		free(beside);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(padding_is_cut),
		cmocka_unit_test(controls_are_replaced),
		cmocka_unit_test(half_letters_are_replaced),
		cmocka_unit_test(directions_of_writing_are_replaced),
		cmocka_unit_test(invisible_letters_are_replaced),
		cmocka_unit_test(vietnamese_is_composed),
		cmocka_unit_test(accents_fold),
		cmocka_unit_test(a_letter_folds_alike_beside_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
