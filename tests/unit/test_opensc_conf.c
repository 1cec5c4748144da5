/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "opensc_conf.h"

/* Compares what OpenSC's reader would see: words, not blanks. */
static void assert_edited(const char *in, const char *style, const char *want)
{
	char *out = opensc_conf_edit(in, style), *to = out;

	assert_non_null(out);
	for (const char *from = out; *from; from++)
		if (!isspace((unsigned char)*from))
			*to++ = *from;
	*to = '\0';
	assert_string_equal(out, want);
	free(out);
}

static void without_a_style_nothing_is_added(void **state)
{
	(void)state;
	assert_edited("", NULL, "");
	assert_edited("app default { a = 1; }", NULL, "appdefault{a=1;}");
}

static void an_empty_file_gets_an_app(void **state)
{
	(void)state;
	assert_edited("", "set_pin",
		      "appdefault{pkcs11{user_pin_unblock_style=set_pin;}}");
}

static void an_app_gets_a_pkcs11_block(void **state)
{
	(void)state;
	assert_edited("app default { enable_default_driver = true; }", "s",
		      "appdefault{pkcs11{user_pin_unblock_style=s;}"
		      "enable_default_driver=true;}");
}

static void the_users_pkcs11_block_is_kept(void **state)
{
	(void)state;
	assert_edited("app default { pkcs11 { max_virtual_slots = 8; } }", "s",
		      "appdefault{pkcs11{user_pin_unblock_style=s;"
		      "max_virtual_slots=8;}}");
}

/* A block made in the first would hide the user's own in the second. */
static void no_block_is_made_where_another_serves(void **state)
{
	(void)state;
	assert_edited("app opensc-pkcs11 { x = 1; }\n"
		      "app default { pkcs11 { y = 2; } }",
		      "s",
		      "appopensc-pkcs11{x=1;}"
		      "appdefault{pkcs11{user_pin_unblock_style=s;y=2;}}");
}

static void the_users_style_gives_way(void **state)
{
	(void)state;
	assert_edited("app default { pkcs11 { user_pin_unblock_style = none; "
		      "z = 3; } }",
		      "s", "appdefault{pkcs11{user_pin_unblock_style=s;z=3;}}");
	assert_edited("app default { pkcs11 { User_Pin_Unblock_Style = none; "
		      "z = 3; } }",
		      NULL, "appdefault{pkcs11{z=3;}}");
}

static void debugging_is_dropped_wherever_it_stands(void **state)
{
	(void)state;
	assert_edited("app default { debug = 9; debug_file = \"/tmp/a;b\"; }\n"
		      "app opensc-pkcs11 { debug = 3 ; }",
		      NULL, "appdefault{}appopensc-pkcs11{}");
}

static void comments_and_strings_are_no_statements(void **state)
{
	(void)state;
	assert_edited("# app default { debug = 9;\n"
		      "app default { a = \"debug = 1; }\"; }",
		      NULL, "#appdefault{debug=9;appdefault{a=\"debug=1;}\";}");
}

static void other_applications_are_left_alone(void **state)
{
	(void)state;
	assert_edited("app opensc-tool { pkcs11 { a = 1; } }", "s",
		      "appopensc-tool{pkcs11{a=1;}}"
		      "appdefault{pkcs11{user_pin_unblock_style=s;}}");
}

static void broken_files_end(void **state)
{
	static const char *const broken[] = {
		"app default {",
		"}",
		"}}}}",
		"app",
		"app default { debug =",
		"\"",
		"app default { a = \"unended",
		"= ; {",
		"{",
		"#",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		char *out = opensc_conf_edit(broken[i], "s");

		assert_non_null(out);
		free(out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_style_nothing_is_added),
		cmocka_unit_test(an_empty_file_gets_an_app),
		cmocka_unit_test(an_app_gets_a_pkcs11_block),
		cmocka_unit_test(the_users_pkcs11_block_is_kept),
		cmocka_unit_test(no_block_is_made_where_another_serves),
		cmocka_unit_test(the_users_style_gives_way),
		cmocka_unit_test(debugging_is_dropped_wherever_it_stands),
		cmocka_unit_test(comments_and_strings_are_no_statements),
		cmocka_unit_test(other_applications_are_left_alone),
		cmocka_unit_test(broken_files_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
