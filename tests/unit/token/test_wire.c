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

static void put_token(struct wire *w)
{
	static const unsigned char field[64] = { 'x' }, slot[64] = { 'y' };

	wire_put_u64(w, 7);
	wire_put_bytes(w, field, 32);
	wire_put_bytes(w, field, 32);
	wire_put_bytes(w, field, 16);
	wire_put_bytes(w, field, 16);
	wire_put_u64(w, 0);
	wire_put_u64(w, 4);
	wire_put_u64(w, 16);
	/* Its slot, as CK_SLOT_INFO has it. */
	wire_put_bytes(w, slot, 64);
	wire_put_bytes(w, slot, 32);
	wire_put_u64(w, 0);
	/* Of the rest of its card. */
	wire_put_bytes(w, slot, 32);
	wire_put_text(w, "");
}

static void put_object(struct wire *w, unsigned long class, const char *id,
		       const char *value)
{
	wire_put_u64(w, class);
	wire_put_text(w, id);
	wire_put_text(w, "label");
	wire_put_text(w, value);
	wire_put_text(w, "digest");
}

static void a_token_is_decoded(void **state)
{
	struct token_objects none = { 0 };
	struct wire w = { 0 };
	struct cks_token *t;

	(void)state;
	put_token(&w);
	t = token_decode(&w, &none, "module.so", "maker");
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

/* A module's worker may send anything: each cut must end in NULL, but for that
 * between two objects, for nobody has said how many there are. */
static void a_token_cut_anywhere_is_refused(void **state)
{
	struct wire whole = { 0 };
	size_t without;

	(void)state;
	put_token(&whole);
	without = whole.len;
	put_object(&whole, CKO_CERTIFICATE, "id", "not a certificate");
	for (size_t len = 0; len <= whole.len; len++) {
		struct token_objects objects = { 0 };
		struct wire cut = { 0 };
		struct cks_token *t;

		wire_append(&cut, whole.data, len);
		t = token_decode(&cut, &objects, "module.so", "maker");
		assert_int_equal(t != NULL, len == whole.len || len == without);
		cks_token_free(&t);
		objects_free(&objects);
		wire_free(&cut);
	}
	wire_free(&whole);
}

static void objects_in_parts_are_all_of_the_token(void **state)
{
	struct token_objects objects = { 0 };
	struct wire w = { 0 };
	struct cks_token *t;

	(void)state;
	for (size_t part = 0; part < 10; part++) {
		struct wire some = { 0 };

		for (size_t i = 0; i < 100; i++)
			put_object(&some, CKO_CERTIFICATE, "id", "x");
		put_object(&some, CKO_PRIVATE_KEY, "id", "");
		put_object(&some, CKO_CERTIFICATE, "id", "");
		objects_take(&objects, &some);
		wire_free(&some);
	}
	put_token(&w);
	put_object(&w, CKO_CERTIFICATE, "last", "x");
	t = token_decode(&w, &objects, "module.so", "maker");
	assert_non_null(t);
	assert_int_equal(cks_token_n_objects(t), 1021);
	assert_int_equal(cks_token_n_certs(t), 1001);
	assert_int_equal(t->n_unread, 10);
	assert_string_equal(cks_cert_id(cks_token_cert(t, 1000)), "6C617374");
	/* They are the token's now. */
	assert_null(objects.list);
	assert_null(objects.certs);
	cks_token_free(&t);
	wire_free(&w);
}

static void a_part_that_is_cut_spoils_its_token(void **state)
{
	struct wire whole = { 0 };

	(void)state;
	put_object(&whole, CKO_CERTIFICATE, "id", "x");
	for (size_t len = 1; len < whole.len; len++) {
		struct token_objects objects = { 0 };
		struct wire w = { 0 }, cut = { 0 };

		wire_append(&cut, whole.data, len);
		objects_take(&objects, &cut);
		assert_true(objects.failed);
		put_token(&w);
		assert_null(token_decode(&w, &objects, "module.so", "maker"));
		objects_free(&objects);
		wire_free(&cut);
		wire_free(&w);
	}
	wire_free(&whole);
}

static void objects_without_end_spoil_their_token(void **state)
{
	struct token_objects objects = { 0 };

	(void)state;
	for (size_t i = 0; i < 70000 && !objects.failed; i++) {
		struct wire one = { 0 };

		put_object(&one, CKO_DATA, "", "");
		objects_take(&objects, &one);
		wire_free(&one);
	}
	assert_true(objects.failed);
	assert_int_equal(objects.n, 65536);
	objects_free(&objects);
}

/* @ids has a letter for each object. */
static void take_letters(struct token_objects *objects, const char *ids)
{
	for (; *ids; ids++) {
		const char id[] = { *ids, '\0' };
		struct wire one = { 0 };

		put_object(&one, CKO_DATA, id, "");
		objects_take(objects, &one);
		wire_free(&one);
	}
	objects_sort(objects);
}

static void twins_count_when_objects_are_compared(void **state)
{
	static const struct {
		const char *before, *after, *gone; /* NULL: none */
	} cases[] = {
		{ "", "", NULL },	 { "a", "", "61" },
		{ "", "a", NULL },	 { "abc", "cab", NULL },
		{ "aab", "ab", "61" },	 { "aab", "abb", "61" },
		{ "aab", "aaab", NULL }, { "bdf", "abcef", "64" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct token_objects a = { 0 }, b = { 0 };
		const struct token_object *gone;

		take_letters(&a, cases[i].before);
		take_letters(&b, cases[i].after);
		gone = objects_missing(a.list, a.n, b.list, b.n);
		assert_int_equal(gone != NULL, cases[i].gone != NULL);
		if (gone)
			assert_string_equal(gone->id, cases[i].gone);
		objects_free(&a);
		objects_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_comes_back),
		cmocka_unit_test(reading_beyond_the_end_fails_for_good),
		cmocka_unit_test(an_empty_wire_gives_nothing),
		cmocka_unit_test(a_token_is_decoded),
		cmocka_unit_test(a_token_cut_anywhere_is_refused),
		cmocka_unit_test(objects_in_parts_are_all_of_the_token),
		cmocka_unit_test(a_part_that_is_cut_spoils_its_token),
		cmocka_unit_test(objects_without_end_spoil_their_token),
		cmocka_unit_test(twins_count_when_objects_are_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
