/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What there is no memory for is remembered, and spoils nothing that is there.
 */
#include <errno.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/path.h"
#include "unit/unit.h"

static void an_arena_remembers_what_it_could_not_give(void **state)
{
	struct arena arena = { 0 };
	char *text = arena_alloc(&arena, 3);
	const size_t many = SIZE_MAX / 2 + 1;

	(void)state;
	assert_non_null(text);
	memcpy(text, "ab", 3);
	assert_null(arena_alloc(&arena, SIZE_MAX));
	assert_true(arena.failed);
	arena.failed = false;
	/* The array would be larger than any. */
	assert_null(arena_grow(&arena, text, many / 16, 16));
	assert_true(arena.failed);
	assert_string_equal(text, "ab");
	arena_free(&arena);
	assert_false(arena.failed);
}

static void a_buffer_that_failed_takes_no_more(void **state)
{
	struct buffer b = { 0 };

	(void)state;
	buffer_puts(&b, "ab");
	buffer_put(&b, "", SIZE_MAX);
	assert_true(b.failed);
	buffer_puts(&b, "c");
	buffer_printf(&b, "%d", 1);
	assert_true(b.failed);
	assert_int_equal(b.len, 2);
	assert_memory_equal(b.data, "ab", 2);
	buffer_free(&b);
	assert_false(b.failed);
}

static void an_error_without_words_has_those_of_its_number(void **state)
{
	static const int codes[] = { -ENOMEM, -ENOPKG, -EFOREIGN, -ENOTFILE,
				     -ENOENT };
	struct error error = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		assert_true(error_text(NULL, codes[i])[0] != '\0');
		assert_string_equal(error_text(&error, codes[i]),
				    error_text(NULL, codes[i]));
	}
	assert_int_equal(error_set(NULL, -EINVAL, "x"), -EINVAL);
	assert_int_equal(error_set(&error, -EINVAL, "%s", "first"), -EINVAL);
	assert_int_equal(error_set(&error, -EIO, "%s", "second"), -EIO);
	assert_string_equal(error_text(&error, -EIO), "second");
	error_free(&error);
	error_free(NULL);
	assert_null(error.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_arena_remembers_what_it_could_not_give),
		cmocka_unit_test(a_buffer_that_failed_takes_no_more),
		cmocka_unit_test(
			an_error_without_words_has_those_of_its_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
