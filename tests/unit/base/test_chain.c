/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "base/chain.h"
#include "unit/unit.h"

static char folder[] = "/tmp/test_chain.XXXXXX";
static char path[64], head[64];

/* OpenSSL as it is on a machine that gives no digest: its SHA-256 cannot be
 * begun. It is loaded, so that no function of it can be put in front of its
 * own but those by which it takes memory. */
static bool no_digest;

static void *allocate(size_t size, const char *file, int line)
{
	(void)line;
	return no_digest && file && strstr(file, "sha2_prov") ? NULL
							      : malloc(size);
}

static void *resize(void *p, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return realloc(p, size);
}

static void release(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

static int make_chain(void **state)
{
	struct chain_file c;

	(void)state;
	unlink(path);
	unlink(head);
	assert_int_equal(chain_file_open(&c, path, 0, NULL, NULL), 0);
	assert_int_equal(chain_file_append(&c, "one", 0), 0);
	assert_int_equal(chain_file_append(&c, "two", 100), 0);
	assert_int_equal(chain_file_append(&c, "three", 0), 0);
	chain_file_close(&c);
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
	struct chain_file c;

	assert_int_equal(chain_file_open(&c, path, 0, NULL, NULL), 0);
	*broken_at = c.chain.broken_at;
	chain_file_close(&c);
	return c.chain.state;
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
	struct chain_file c;

	(void)state;
	assert_int_equal(chain_file_open(&c, path, 0, join_texts, texts), 0);
	assert_string_equal(texts, "one|two|three|");
	assert_int_equal(c.chain.state, CHAIN_WHOLE);
	assert_int_equal(c.chain.n, 3);
	chain_file_close(&c);
}

/* Each byte is changed in turn. */
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

/* The next line must not bring the head in step and so hide the cut. */
static void a_cut_shows_for_good(void **state)
{
	char text[1024];
	unsigned long at;
	struct chain_file c;

	(void)state;
	for (int with_head = 0; with_head < 2; with_head++) {
		make_chain(state);
		read_file(text, sizeof(text));
		*(strchr(strchr(text, '\n') + 1, '\n') + 1) = '\0';
		write_file(text, strlen(text));
		if (!with_head)
			unlink(head);
		for (int more = 0; more < 3; more++) {
			assert_int_equal(
				chain_file_open(&c, path, 0, NULL, NULL), 0);
			assert_int_not_equal(c.chain.state, CHAIN_WHOLE);
			assert_int_equal(chain_file_append(&c, "more", 0), 0);
			chain_file_close(&c);
		}
		assert_int_equal(reopened(&at), CHAIN_CHANGED);
		assert_int_equal(at, 3);
	}
}

/* Of the three lines it says that they are nine. */
static void a_wrong_number_in_the_head_shows_for_good(void **state)
{
	char text[128] = "";
	struct chain_file c;
	unsigned long at;
	FILE *f = fopen(head, "r+");

	(void)state;
	assert_non_null(fgets(text, sizeof(text), f));
	assert_int_equal(text[0], '3');
	rewind(f);
	fputc('9', f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(reopened(&at), CHAIN_CUT);
	assert_int_equal(chain_file_open(&c, path, 0, NULL, NULL), 0);
	assert_int_equal(chain_file_append(&c, "four", 0), 0);
	chain_file_close(&c);
	assert_int_equal(reopened(&at), CHAIN_CHANGED);
	assert_int_equal(at, 4);
}

static void half_a_line_shows_and_stays_on_record(void **state)
{
	char text[1024];
	size_t len = read_file(text, sizeof(text));
	struct chain_file c;
	unsigned long at;

	(void)state;
	write_file(text, len - 3);
	assert_int_equal(reopened(&at), CHAIN_CHANGED);
	assert_int_equal(chain_file_open(&c, path, 0, NULL, NULL), 0);
	assert_int_equal(chain_file_append(&c, "four", 0), 0);
	chain_file_close(&c);
	assert_int_equal(reopened(&at), CHAIN_CHANGED);
	assert_int_equal(at, 3);
}

/* A crash between the line and the head is no fault of anybody's. */
static void a_head_one_behind_is_no_fault(void **state)
{
	char before[128] = "";
	struct chain_file c;
	unsigned long at;
	FILE *f = fopen(head, "r");

	(void)state;
	assert_non_null(fgets(before, sizeof(before), f));
	(void)fclose(f);
	assert_int_equal(chain_file_open(&c, path, 0, NULL, NULL), 0);
	assert_int_equal(chain_file_append(&c, "four", 0), 0);
	chain_file_close(&c);
	f = fopen(head, "w");
	fputs(before, f);
	(void)fclose(f);
	assert_int_equal(reopened(&at), CHAIN_WHOLE);
}

/* "<hash> <text>\n" as chain_file_append() would have it after @last. */
static void link_line(char last[CHAIN_HASH_SIZE], const char *text, FILE *f)
{
	char all[256];
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned int len = 0;

	snprintf(all, sizeof(all), "%s%s", last, text);
	assert_int_equal(
		EVP_Digest(all, strlen(all), md, &len, EVP_sha256(), NULL), 1);
	for (unsigned int i = 0; i < len; i++)
		snprintf(last + 2 * (size_t)i, 3, "%02x", md[i]);
	fprintf(f, "%s %s\n", last, text);
}

static void write_chain(const char *const *texts, size_t n)
{
	char last[CHAIN_HASH_SIZE];
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	memset(last, '0', sizeof(last) - 1);
	last[sizeof(last) - 1] = '\0';
	for (size_t i = 0; i < n; i++)
		link_line(last, texts[i], f);
	assert_int_equal(fclose(f), 0);
}

/*
 * Anybody can compute the hashes, but must change the head as well. A crash
 * leaves one line more than the head counts.
 */
static void a_chain_wholly_rewritten_shows(void **state)
{
	static const char *const same[] = { "one", "two", "three", "four" };
	static const char *const forged[] = { "one", "TWO", "three", "four" };
	static const char *const at_the_end[] = { "one", "two", "THREE",
						  "four" };
	unsigned long at;

	(void)state;
	write_chain(same, 3);
	assert_int_equal(reopened(&at), CHAIN_WHOLE);
	write_chain(same, 4);
	assert_int_equal(reopened(&at), CHAIN_WHOLE);
	for (size_t n = 2; n <= 4; n++) {
		write_chain(forged, n);
		assert_int_not_equal(reopened(&at), CHAIN_WHOLE);
	}
	write_chain(at_the_end, 3);
	assert_int_not_equal(reopened(&at), CHAIN_WHOLE);
	write_chain(at_the_end, 4);
	assert_int_not_equal(reopened(&at), CHAIN_WHOLE);
}

/* A line that is not there yet has no head; a second without one was cut. */
static void more_lines_than_the_head_says_show(void **state)
{
	static const char *const texts[] = { "one", "two", "three", "four",
					     "five" };
	unsigned long at;

	(void)state;
	write_chain(texts, 5);
	assert_int_not_equal(reopened(&at), CHAIN_WHOLE);
	unlink(head);
	write_chain(texts, 2);
	assert_int_not_equal(reopened(&at), CHAIN_WHOLE);
}

static void text_behind_a_nul_shows(void **state)
{
	static const char more[] = "\0 and more";
	char text[1024], changed[1024];
	size_t len = read_file(text, sizeof(text));
	unsigned long line = 0, at;

	(void)state;
	/* A NUL and more at the end of each line, where no hash covers it. */
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '\n')
			continue;
		line++;
		memcpy(changed, text, i);
		memcpy(changed + i, more, sizeof(more) - 1);
		memcpy(changed + i + sizeof(more) - 1, text + i, len - i);
		write_file(changed, len + sizeof(more) - 1);
		assert_int_equal(reopened(&at), CHAIN_CHANGED);
		assert_int_equal(at, line);
	}
	assert_int_equal(line, 3);
}

static void one_process_has_it_at_a_time(void **state)
{
	struct chain_file a, b;

	(void)state;
	assert_int_equal(chain_file_open(&a, path, 0, NULL, NULL), 0);
	assert_int_equal(chain_file_lock(&a), 0);
	assert_int_equal(chain_file_open(&b, path, 0, NULL, NULL),
			 -EWOULDBLOCK);
	chain_file_unlock(&a);
	assert_int_equal(chain_file_open(&b, path, 0, NULL, NULL), 0);
	assert_int_equal(chain_file_lock(&a), 0);
	assert_int_equal(chain_file_append(&b, "four", 0), -EWOULDBLOCK);
	chain_file_close(&a);
	chain_file_close(&b);
}

static void a_digest_that_cannot_be_had_is_no_change(void **state)
{
	char text[64] = "";
	struct chain_file c;
	struct chain chain;
	unsigned long at;

	(void)state;
	no_digest = true;
	assert_int_equal(chain_file_open(&c, path, 0, join_texts, text),
			 -ENOPKG);
	assert_string_equal(text, "");
	chain_start(&chain);
	assert_int_equal(chain_take(&chain, chain.last, "one"), -ENOPKG);
	assert_int_equal(chain.state, CHAIN_WHOLE);
	assert_int_equal(chain.n, 0);
	no_digest = false;
	assert_int_equal(reopened(&at), CHAIN_WHOLE);

	assert_int_equal(chain_file_open(&c, path, 0, NULL, NULL), 0);
	no_digest = true;
	assert_int_equal(chain_file_append(&c, "four", 0), -ENOPKG);
	no_digest = false;
	assert_int_equal(chain_file_append(&c, "four", 0), 0);
	chain_file_close(&c);
	assert_int_equal(reopened(&at), CHAIN_WHOLE);
}

/* Each follows what the other has written since. */
static void two_processes_write_by_turns(void **state)
{
	struct chain_file a, b;
	char texts[64] = "";
	unsigned long at;

	(void)state;
	assert_int_equal(chain_file_open(&a, path, 0, NULL, NULL), 0);
	assert_int_equal(chain_file_open(&b, path, 0, NULL, NULL), 0);
	assert_int_equal(chain_file_append(&a, "four", 100), 0);
	assert_int_equal(chain_file_append(&b, "five", 100), 0);
	assert_int_equal(chain_file_append(&b, "six", 0), 0);
	assert_int_equal(chain_file_lock(&a), 0);
	assert_int_equal(a.chain.n, 6);
	assert_int_equal(chain_file_append(&a, "seven", 0), 0);
	chain_file_unlock(&a);
	assert_int_equal(chain_file_read(&b, join_texts, texts), 0);
	assert_string_equal(texts, "one|two|three|four|five|six|seven|");
	chain_file_close(&a);
	chain_file_close(&b);
	assert_int_equal(reopened(&at), CHAIN_WHOLE);
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
		cmocka_unit_test_setup(
			a_wrong_number_in_the_head_shows_for_good, make_chain),
		cmocka_unit_test_setup(half_a_line_shows_and_stays_on_record,
				       make_chain),
		cmocka_unit_test_setup(a_head_one_behind_is_no_fault,
				       make_chain),
		cmocka_unit_test_setup(a_chain_wholly_rewritten_shows,
				       make_chain),
		cmocka_unit_test_setup(more_lines_than_the_head_says_show,
				       make_chain),
		cmocka_unit_test_setup(text_behind_a_nul_shows, make_chain),
		cmocka_unit_test_setup(one_process_has_it_at_a_time,
				       make_chain),
		cmocka_unit_test_setup(a_digest_that_cannot_be_had_is_no_change,
				       make_chain),
		cmocka_unit_test_setup(two_processes_write_by_turns,
				       make_chain),
	};

	if (!CRYPTO_set_mem_functions(allocate, resize, release))
		return 1;
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
