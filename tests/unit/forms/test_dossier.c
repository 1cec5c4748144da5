/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "unit/papers.h"

#define MARK "\xEF\xBF\xBD"

/* How it would be written, with ' for ". */
static void assert_json(const json_t *json, const char *want)
{
	char *got = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS), *quote;

	assert_non_null(got);
	for (quote = got; (quote = strchr(quote, '"')); quote++)
		*quote = '\'';
	assert_string_equal(got, want);
	free(got);
}

static void paths_lead_to_members(void **state)
{
	json_t *d = json_of("{'a': {'b': {'c': 'deep'}, 'n': 7},"
			    " 'list': ['x'], 'ab': 'other', 'none': null}");

	(void)state;
	assert_string_equal(dossier_text(d, "a.b.c"), "deep");
	assert_string_equal(dossier_text(d, "ab"), "other");
	assert_int_equal(json_integer_value(dossier_get(d, "a.n")), 7);
	assert_int_equal(json_array_size(dossier_get(d, "list")), 1);
	assert_ptr_equal(dossier_get(d, ""), d);
	json_decref(d);
}

static void what_is_not_there_is_nothing(void **state)
{
	static const char *const paths[] = {
		"b",	  "a.c", "a.b.c", "a.b.c.d", "none",
		"none.a", ".a",	 "a..b",  "list.0",  "n.a",
		"a.bb",	  "A.b", ".",	  "list.x",
	};
	json_t *d = json_of("{'a': {'b': 'text'}, 'list': ['x'], 'n': 7,"
			    " 'none': null}");
	size_t i;

	(void)state;
	for (i = 0; i < N(paths); i++) {
		assert_null(dossier_get(d, paths[i]));
		assert_string_equal(dossier_text(d, paths[i]), "");
	}
	assert_null(dossier_get(NULL, "a"));
	assert_string_equal(dossier_text(NULL, "a.b"), "");
	json_decref(d);
}

static void only_texts_are_text(void **state)
{
	json_t *d = json_of("{'n': 7, 't': true, 'o': {}, 'l': ['x'],"
			    " 'r': 1.5}");

	(void)state;
	assert_string_equal(dossier_text(d, "n"), "");
	assert_string_equal(dossier_text(d, "t"), "");
	assert_string_equal(dossier_text(d, "o"), "");
	assert_string_equal(dossier_text(d, "l"), "");
	assert_string_equal(dossier_text(d, "r"), "");
	json_decref(d);
}

static void putting_makes_the_objects_on_the_way(void **state)
{
	json_t *d = json_object();

	(void)state;
	assert_int_equal(dossier_put(d, "a.b.c", "one"), 0);
	assert_int_equal(dossier_put(d, "a.d", "Đà Lạt"), 0);
	assert_int_equal(dossier_put(d, "a.b.c", "two"), 0);
	assert_int_equal(dossier_put_new(d, "n.n", json_integer(3)), 0);
	assert_json(d, "{'a':{'b':{'c':'two'},'d':'Đà Lạt'},'n':{'n':3}}");
	json_decref(d);
}

/* A text in the way of an object gives way to it. */
static void an_object_replaces_what_is_none(void **state)
{
	json_t *d = json_of("{'a': 'text', 'b': null, 'c': ['x']}");

	(void)state;
	assert_int_equal(dossier_put(d, "a.x", "1"), 0);
	assert_int_equal(dossier_put(d, "b.x", "2"), 0);
	assert_int_equal(dossier_put(d, "c.x", "3"), 0);
	assert_json(d, "{'a':{'x':'1'},'b':{'x':'2'},'c':{'x':'3'}}");
	json_decref(d);
}

static void nothing_takes_away(void **state)
{
	json_t *d = json_of("{'a': {'b': 'x', 'c': {'d': 'y'}}, 'e': 'z',"
			    " 't': 'text'}");

	(void)state;
	assert_int_equal(dossier_put(d, "a.b", NULL), 0);
	assert_int_equal(dossier_put(d, "a.c.d", ""), 0);
	assert_int_equal(dossier_put(d, "e", ""), 0);
	assert_int_equal(dossier_put(d, "e", NULL), 0);
	assert_int_equal(dossier_put(d, "not.there.at.all", NULL), 0);
	assert_int_equal(dossier_put(d, "t.x", NULL), 0);
	assert_json(d, "{'a':{'c':{}},'t':'text'}");
	json_decref(d);
}

static void lists_grow_at_their_end(void **state)
{
	json_t *d = json_of("{'a': {'old': ['1']}, 'none': null}");

	(void)state;
	assert_int_equal(dossier_append(d, "a.old", "2"), 0);
	assert_int_equal(dossier_append(d, "a.new", "3"), 0);
	assert_int_equal(dossier_append(d, "a.new", "4"), 0);
	assert_int_equal(dossier_append(d, "none", "5"), 0);
	assert_int_equal(dossier_append(d, "b.c", "6"), 0);
	assert_json(d, "{'a':{'new':['3','4'],'old':['1','2']},"
		       "'b':{'c':['6']},'none':['5']}");
	json_decref(d);
}

static void damaged_text_is_kept_with_its_faults(void **state)
{
	json_t *d = json_object();

	(void)state;
	assert_int_equal(dossier_put(d, "a.b", "Ph\xFFng 2"), 0);
	assert_int_equal(dossier_put(d, "c", "\xE1\xBB"), 0);
	assert_int_equal(dossier_append(d, "l", "Sở \xC0\x80"), 0);
	assert_string_equal(dossier_text(d, "a.b"), "Ph" MARK "ng 2");
	assert_string_equal(dossier_text(d, "c"), MARK MARK);
	assert_json(d, "{'a':{'b':'Ph" MARK "ng 2'},'c':'" MARK MARK "',"
		       "'l':['Sở " MARK MARK "']}");
	json_decref(d);
}

static void whole_text_is_kept_as_it_is(void **state)
{
	static const char odd[] = "  Le\xcc\x82 \"Thi\xcc\xa3\"\t\\ ";
	json_t *d = json_object();

	(void)state;
	assert_int_equal(dossier_put(d, "a", odd), 0);
	assert_string_equal(dossier_text(d, "a"), odd);
	json_decref(d);
}

/* A maker of JSON that finds no memory hands out NULL. */
static void no_value_is_no_memory(void **state)
{
	json_t *d = json_of("{'a': 'kept'}");

	(void)state;
	assert_int_equal(dossier_put_new(d, "a", NULL), -ENOMEM);
	assert_int_equal(dossier_put_new(d, "b.c", NULL), -ENOMEM);
	assert_json(d, "{'a':'kept'}");
	json_decref(d);
}

/* The one who calls has no more to free, whatever becomes of the value. */
static void values_are_consumed(void **state)
{
	json_t *d = json_object(), *none = json_array();
	json_t *value = json_string("x");

	(void)state;
	json_incref(value);
	assert_int_equal(dossier_put_new(d, "a", value), 0);
	assert_int_equal(value->refcount, 2);
	json_incref(value);
	assert_int_equal(dossier_put_new(none, "a", value), -ENOMEM);
	assert_int_equal(value->refcount, 2);
	json_incref(value);
	assert_int_equal(dossier_put_new(none, "a.b", value), -ENOMEM);
	assert_int_equal(value->refcount, 2);
	json_decref(d);
	json_decref(none);
	json_decref(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_lead_to_members),
		cmocka_unit_test(what_is_not_there_is_nothing),
		cmocka_unit_test(only_texts_are_text),
		cmocka_unit_test(putting_makes_the_objects_on_the_way),
		cmocka_unit_test(an_object_replaces_what_is_none),
		cmocka_unit_test(nothing_takes_away),
		cmocka_unit_test(lists_grow_at_their_end),
		cmocka_unit_test(damaged_text_is_kept_with_its_faults),
		cmocka_unit_test(whole_text_is_kept_as_it_is),
		cmocka_unit_test(no_value_is_no_memory),
		cmocka_unit_test(values_are_consumed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
