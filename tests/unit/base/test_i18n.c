/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/i18n.h"

/* A catalogue of "", "one\0many" and "two", as msgfmt lays it out. */
static const unsigned char little_end[] = {
	0xde, 0x12, 0x04, 0x95, 0,   0,	  0,   0,   3,	 0,   0,   0,  28,
	0,    0,    0,	  52,	0,   0,	  0,   0,   0,	 0,   0,   76, 0,
	0,    0,    0,	  0,	0,   0,	  76,  0,   0,	 0,   8,   0,  0,
	0,    77,   0,	  0,	0,   3,	  0,   0,   0,	 86,  0,   0,  0,
	1,    0,    0,	  0,	90,  0,	  0,   0,   4,	 0,   0,   0,  92,
	0,    0,    0,	  3,	0,   0,	  0,   97,  0,	 0,   0,   0,  'o',
	'n',  'e',  0,	  'm',	'a', 'n', 'y', 0,   't', 'w', 'o', 0,  'h',
	0,    'm',  'o',  't',	'!', 0,	  'h', 'a', 'i', 0,
};

static int read_bytes(struct catalogue *c, const unsigned char *bytes,
		      size_t size)
{
	char path[] = "/tmp/test_i18n.XXXXXX";
	int fd = mkstemp(path), ret;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	(void)close(fd);
	ret = catalogue_read(c, path);
	(void)unlink(path);
	return ret;
}

static void check_words(const struct catalogue *c)
{
	assert_string_equal(catalogue_find(c, "one"), "mot!");
	assert_string_equal(catalogue_find(c, "two"), "hai");
	assert_null(catalogue_find(c, "three"));
	assert_null(catalogue_find(c, "many"));
	assert_null(catalogue_find(c, "zzz"));
}

static void test_find(void **state)
{
	struct catalogue c = { 0 };

	(void)state;
	assert_int_equal(read_bytes(&c, little_end, sizeof(little_end)), 0);
	check_words(&c);
	catalogue_free(&c);
	assert_null(catalogue_find(&c, "one"));
}

static void test_other_byte_order(void **state)
{
	unsigned char big[sizeof(little_end)];
	struct catalogue c = { 0 };

	(void)state;
	memcpy(big, little_end, sizeof(big));
	for (size_t i = 0; i < 76; i += 4)
		for (size_t j = 0; j < 4; j++)
			big[i + j] = little_end[i + 3 - j];
	assert_int_equal(read_bytes(&c, big, sizeof(big)), 0);
	check_words(&c);
	catalogue_free(&c);
}

/* Cut anywhere, it is refused; with any byte changed, it is refused or says
 * something, and reads nothing outside of it: a sanitizer sees that. */
static void test_damage(void **state)
{
	unsigned char bytes[sizeof(little_end)];
	struct catalogue c = { 0 };

	(void)state;
	for (size_t size = 0; size < sizeof(little_end); size++)
		assert_int_equal(read_bytes(&c, little_end, size), -EBADMSG);
	for (size_t at = 0; at < sizeof(bytes); at++) {
		for (unsigned value = 1; value < 256; value += 127) {
			memcpy(bytes, little_end, sizeof(bytes));
			bytes[at] = (unsigned char)(bytes[at] + value);
			if (read_bytes(&c, bytes, sizeof(bytes)))
				continue;
			(void)catalogue_find(&c, "one");
			(void)catalogue_find(&c, "two");
			(void)catalogue_find(&c, "a");
			catalogue_free(&c);
		}
	}
}

static void test_not_a_catalogue(void **state)
{
	struct catalogue c = { 0 };

	(void)state;
	assert_int_equal(catalogue_read(&c, "/nowhere/at.all"), -ENOENT);
	assert_int_equal(catalogue_read(&c, "/tmp"), -EBADMSG);
	assert_int_equal(catalogue_read(&c, "/dev/zero"), -EBADMSG);
	assert_int_equal(catalogue_read(&c, "/dev/null"), -EBADMSG);
}

static const char *shout(const char *message)
{
	return message[0] == 'D' ? "DONE!" : message;
}

static void test_translator(void **state)
{
	(void)state;
	i18n_set_translator(shout);
	assert_string_equal(_("Done."), "DONE!");
	i18n_set_translator(NULL);
	assert_int_equal(i18n_choose(I18N_ENGLISH), 0);
	assert_int_equal(i18n_chosen(), I18N_ENGLISH);
	assert_string_equal(_("Done."), "Done.");
	assert_string_equal(Q_("row", "rows", 1), "row");
	assert_string_equal(Q_("row", "rows", 0), "rows");
	assert_int_equal(i18n_choose(I18N_LOCALE), 0);
	assert_string_equal(Q_("row", "rows", 2), "rows");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_other_byte_order),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_not_a_catalogue),
		cmocka_unit_test(test_translator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
