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

#include "chain.h"

static char folder[] = "/tmp/test_chain.XXXXXX";
static char path[64], head[64];

static int make_chain(void **state)
{
	struct chain c;

	(void)state;
	unlink(path);
	unlink(head);
	assert_int_equal(chain_open(&c, path, NULL, NULL), 0);
	assert_int_equal(chain_append(&c, "one", 0), 0);
	assert_int_equal(chain_append(&c, "two", 100), 0);
	assert_int_equal(chain_append(&c, "three", 0), 0);
	chain_close(&c);
	return 0;
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/chain", folder);
	snprintf(head, sizeof(head), "%s/chain.head", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	unlink(head);
	return rmdir(folder);
}

static void join_texts(void *owner, const char *text)
{
	strcat(owner, text);
	strcat(owner, "|");
}

static enum chain_state reopened(unsigned long *broken_at)
{
	struct chain c;

	assert_int_equal(chain_open(&c, path, NULL, NULL), 0);
	*broken_at = c.broken_at;
	chain_close(&c);
	return c.state;
}

static size_t read_file(char *text, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, size - 1, f);
	text[n] = '\0';
	(void)fclose(f);
	return n;
}

static void write_file(const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void lines_come_back_in_order(void **state)
{
	char texts[64] = "";
	struct chain c;

	(void)state;
	assert_int_equal(chain_open(&c, path, join_texts, texts), 0);
	assert_string_equal(texts, "one|two|three|");
	assert_int_equal(c.state, CHAIN_WHOLE);
	assert_int_equal(c.n_lines, 3);
	chain_close(&c);
}

/* Each byte that stands for something, one after the other. */
static void a_changed_byte_shows(void **state)
{
	char text[1024], changed[1024];
	size_t len = read_file(text, sizeof(text));
	unsigned long at;

	(void)state;
	for (size_t i = 0; i < len; i++) {
		memcpy(changed, text, len);
		changed[i] ^= 1;
		write_file(changed, len);
		assert_int_not_equal(reopened(&at), CHAIN_WHOLE);
	}
}

static void a_removed_line_shows(void **state)
{
	char text[1024];
	size_t len = read_file(text, sizeof(text));
	char *second = strchr(text, '\n') + 1,
	     *third = strchr(second, '\n') + 1;
	unsigned long at;

	(void)state;
	memmove(second, third, len - (size_t)(third - text));
	write_file(text, len - (size_t)(third - second));
	assert_int_equal(reopened(&at), CHAIN_CHANGED);
	assert_int_equal(at, 2);
}

static void lines_cut_off_at_the_end_show(void **state)
{
	char text[1024];
	unsigned long at;

	(void)state;
	read_file(text, sizeof(text));
	write_file(text, (size_t)(strchr(text, '\n') + 1 - text));
	assert_int_equal(reopened(&at), CHAIN_CUT);
	write_file("", 0);
	assert_int_equal(reopened(&at), CHAIN_CUT);
}

/* Else the next line would bring the head in step and heal the cut. */
static void a_cut_shows_for_good(void **state)
{
	char text[1024];
	unsigned long at;
	struct chain c;

	(void)state;
	for (int with_head = 0; with_head < 2; with_head++) {
		make_chain(state);
		read_file(text, sizeof(text));
		*(strchr(strchr(text, '\n') + 1, '\n') + 1) = '\0';
		write_file(text, strlen(text));
		if (!with_head)
			unlink(head);
		for (int more = 0; more < 3; more++) {
			assert_int_equal(chain_open(&c, path, NULL, NULL), 0);
			assert_int_not_equal(c.state, CHAIN_WHOLE);
			assert_int_equal(chain_append(&c, "more", 0), 0);
			chain_close(&c);
		}
		assert_int_equal(reopened(&at), CHAIN_CHANGED);
		assert_int_equal(at, 3);
	}
}

static void half_a_line_shows_and_stays_on_record(void **state)
{
	char text[1024];
	size_t len = read_file(text, sizeof(text));
	struct chain c;
	unsigned long at;

	(void)state;
	write_file(text, len - 3);
	assert_int_equal(reopened(&at), CHAIN_CHANGED);
	assert_int_equal(chain_open(&c, path, NULL, NULL), 0);
	assert_int_equal(chain_append(&c, "four", 0), 0);
	chain_close(&c);
	assert_int_equal(reopened(&at), CHAIN_CHANGED);
	assert_int_equal(at, 3);
}

/* A crash between the line and the head is no fault of anybody's. */
static void a_head_one_behind_is_no_fault(void **state)
{
	char before[128] = "";
	struct chain c;
	unsigned long at;
	FILE *f = fopen(head, "r");

	(void)state;
	assert_non_null(fgets(before, sizeof(before), f));
	(void)fclose(f);
	assert_int_equal(chain_open(&c, path, NULL, NULL), 0);
	assert_int_equal(chain_append(&c, "four", 0), 0);
	chain_close(&c);
	f = fopen(head, "w");
	fputs(before, f);
	(void)fclose(f);
	assert_int_equal(reopened(&at), CHAIN_WHOLE);
}

static void one_process_has_it_at_a_time(void **state)
{
	struct chain a, b;

	(void)state;
	assert_int_equal(chain_open(&a, path, NULL, NULL), 0);
	assert_int_equal(chain_open(&b, path, NULL, NULL), -1);
	assert_int_equal(errno, EWOULDBLOCK);
	chain_close(&a);
	assert_int_equal(chain_open(&b, path, NULL, NULL), 0);
	chain_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(lines_come_back_in_order, make_chain),
		cmocka_unit_test_setup(a_changed_byte_shows, make_chain),
		cmocka_unit_test_setup(a_removed_line_shows, make_chain),
		cmocka_unit_test_setup(lines_cut_off_at_the_end_show,
				       make_chain),
		cmocka_unit_test_setup(a_cut_shows_for_good, make_chain),
		cmocka_unit_test_setup(half_a_line_shows_and_stays_on_record,
				       make_chain),
		cmocka_unit_test_setup(a_head_one_behind_is_no_fault,
				       make_chain),
		cmocka_unit_test_setup(one_process_has_it_at_a_time,
				       make_chain),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
