/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "token/token.h"
#include "token/wire.h"

static void what_is_put_comes_back(void **state)
{
	struct wire w = { 0 };
	const unsigned char *bytes;
	size_t len;
	char *text;

	(void)state;
	wire_put_u64(&w, UINT64_MAX);
	wire_put_text(&w, "Lâm Đồng");
	wire_put_bytes(&w, NULL, 0);
	assert_true(wire_get_u64(&w) == UINT64_MAX);
	text = wire_get_clean_text(&w);
	assert_string_equal(text, "Lâm Đồng");
	free(text);
	bytes = wire_get_bytes(&w, &len);
	assert_non_null(bytes);
	assert_int_equal(len, 0);
	assert_false(w.failed);
	wire_free(&w);
}

static void reading_beyond_the_end_fails_for_good(void **state)
{
	struct wire w = { 0 };
	size_t len;

	(void)state;
	wire_put_u64(&w, 1000);
	assert_null(wire_get_bytes(&w, &len));
	assert_int_equal(len, 0);
	assert_true(w.failed);
	assert_true(wire_get_u64(&w) == 0);
	wire_put_u64(&w, 1);
	assert_true(w.failed);
	wire_free(&w);
}

static void an_empty_wire_gives_nothing(void **state)
{
	struct wire w = { 0 };

	(void)state;
	assert_true(wire_get_u64(&w) == 0);
	assert_null(wire_get_clean_text(&w));
	assert_true(w.failed);
	wire_free(&w);
}

static void put_token(struct wire *w, uint64_t n_objects)
{
	static const unsigned char field[64] = { 'x' };

	wire_put_u64(w, 7);
	wire_put_bytes(w, field, 32);
	wire_put_bytes(w, field, 32);
	wire_put_bytes(w, field, 16);
	wire_put_bytes(w, field, 16);
	wire_put_u64(w, 0);
	wire_put_u64(w, 4);
	wire_put_u64(w, 16);
	wire_put_u64(w, n_objects);
}

/* What follows the objects: its slot, as CK_SLOT_INFO has it. */
static void put_slot(struct wire *w)
{
	static const unsigned char field[64] = { 'y' };

	wire_put_bytes(w, field, 64);
	wire_put_bytes(w, field, 32);
	wire_put_u64(w, 0);
	wire_put_text(w, "");
}

static void a_token_is_decoded(void **state)
{
	struct wire w = { 0 };
	struct cks_token *t;

	(void)state;
	put_token(&w, 0);
	put_slot(&w);
	t = token_decode(&w, "module.so", "maker");
	assert_non_null(t);
	assert_string_equal(cks_token_serial(t), "x");
	assert_int_equal(cks_token_slot(t), 7);
	assert_string_equal(cks_token_reader(t), "y");
	assert_string_equal(cks_token_uri(t),
			    "pkcs11:model=x;manufacturer=x;serial=x;token=x");
	cks_token_free(&t);
	assert_null(t);
	wire_free(&w);
}

/* A module's worker may send anything: each cut must end in NULL. */
static void a_token_cut_anywhere_is_refused(void **state)
{
	struct wire whole = { 0 };

	(void)state;
	put_token(&whole, 1);
	wire_put_u64(&whole, 1);
	wire_put_text(&whole, "id");
	wire_put_text(&whole, "label");
	wire_put_text(&whole, "not a certificate");
	wire_put_text(&whole, "digest");
	put_slot(&whole);
	for (size_t len = 0; len <= whole.len; len++) {
		struct wire cut = { 0 };
		struct cks_token *t;

		wire_append(&cut, whole.data, len);
		t = token_decode(&cut, "module.so", "maker");
		assert_int_equal(t != NULL, len == whole.len);
		cks_token_free(&t);
		wire_free(&cut);
	}
	wire_free(&whole);
}

static void a_count_beyond_the_frame_is_refused(void **state)
{
	struct wire w = { 0 };

	(void)state;
	put_token(&w, UINT64_MAX / 2);
	assert_null(token_decode(&w, "module.so", "maker"));
	wire_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_comes_back),
		cmocka_unit_test(reading_beyond_the_end_fails_for_good),
		cmocka_unit_test(an_empty_wire_gives_nothing),
		cmocka_unit_test(a_token_is_decoded),
		cmocka_unit_test(a_token_cut_anywhere_is_refused),
		cmocka_unit_test(a_count_beyond_the_frame_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
