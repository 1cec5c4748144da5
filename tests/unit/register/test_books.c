/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Heads as they are written, and what a book proves of one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "register/books.h"

#define HALF "0123456789abcdef0123456789abcdef"
#define WHOLE HALF HALF
#define N(array) (sizeof(array) / sizeof((array)[0]))

static void heads_are_read(void **state)
{
	static const struct {
		const char *text;
		unsigned long n;
		const char *hash;
	} right[] = {
		{ "17:0123456789abcdef", 17, "0123456789abcdef" },
		{ " 17 : 0123 4567 89AB CDEF\n", 17, "0123456789abcdef" },
		{ "1:" WHOLE, 1, WHOLE },
		{ "17:O1234l6789abcdef.", 17, "0123416789abcdef" },
		{ "l7:0123456789abcdef\u00a00123\u00adOI23", 17,
		  "0123456789abcdef01230123" },
		{ "1000000:" HALF, 1000000, HALF },
	};
	static const char *const wrong[] = {
		"",
		":",
		"17",
		"17:",
		"17:0123456789abcde",
		"17:0123456789abcdeg",
		("17:" WHOLE "0"),
		"0:0123456789abcdef",
		":0123456789abcdef",
		"-17:0123456789abcdef",
		"17:0123456789abcdef:",
		"17:0123456789abcdef.0",
		"17:0123456789.",
		"17:0123456789abcdef\u00e9",
		"99999999999999999999999:0123456789abcdef",
		"1x7:0123456789abcdef",
	};
	char text[HEAD_TEXT_SIZE];
	struct head head;

	(void)state;
	for (size_t i = 0; i < N(right); i++) {
		assert_true(head_read(right[i].text, &head));
		assert_int_equal(head.n, right[i].n);
		assert_string_equal(head.hash, right[i].hash);
		assert_string_equal(head.first, "");
	}
	assert_string_equal(head_text(&head, text), "1000000:" HALF);
	for (size_t i = 0; i < N(wrong); i++)
		assert_false(head_read(wrong[i], &head));
}

static void a_book_proves_its_own_heads(void **state)
{
	struct chain book = { .n = 20, .first = WHOLE };
	struct head head;

	(void)state;
	assert_true(head_read("17:" HALF, &head));
	head.hash[31] = '\0';
	assert_int_equal(head_judge(&head, &book, WHOLE), HEAD_AGREES);
	assert_true(head_read("17:" HALF, &head));
	assert_int_equal(head_judge(&head, &book, WHOLE), HEAD_PROVED);
	assert_int_equal(head_judge(&head, &book, NULL), HEAD_MISSING);
	assert_int_equal(head_judge(&head, &book, "1123"), HEAD_CHANGED);
	book.state = CHAIN_CHANGED;
	book.broken_at = 18;
	assert_int_equal(head_judge(&head, &book, WHOLE), HEAD_PROVED);
	book.broken_at = 17;
	assert_int_equal(head_judge(&head, &book, WHOLE), HEAD_UNPROVED);
	/* What was cut off came after it. */
	book.state = CHAIN_CUT;
	assert_int_equal(head_judge(&head, &book, WHOLE), HEAD_PROVED);
	/* Of another book nothing is proved, whatever stands there. */
	memcpy(head.first, "f" HALF HALF, CHAIN_HASH_LEN);
	assert_int_equal(head_judge(&head, &book, WHOLE), HEAD_OTHER);
	assert_int_equal(head_judge(&head, &book, NULL), HEAD_OTHER);
	book.first[0] = '\0';
	assert_int_equal(head_judge(&head, &book, WHOLE), HEAD_PROVED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_are_read),
		cmocka_unit_test(a_book_proves_its_own_heads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
