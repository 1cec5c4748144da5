/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "token/opensc_conf.h"

/* Compares words and marks, not blanks and quotes. */
static void assert_changed(const char *in, const struct opensc_change *change,
			   const char *want)
{
	char *out = NULL, *to;

	assert_int_equal(opensc_conf_edit(in, change, &out), 0);
	to = out;
	for (const char *from = out; *from; from++)
		if (!isspace((unsigned char)*from) && *from != '"')
			*to++ = *from;
	*to = '\0';
	assert_string_equal(out, want);
	free(out);
}

static void assert_edited(const char *in, const char *style, const char *want)
{
	const struct opensc_change change = { .for_secrets = true,
					      .style = style };

	assert_changed(in, &change, want);
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
		      NULL, "appdefault{a=debug=1;};}");
}

static void other_applications_are_left_alone(void **state)
{
	(void)state;
	assert_edited("app opensc-tool { a = 1; }", "s",
		      "appdefault{pkcs11{user_pin_unblock_style=s;}}"
		      "appopensc-tool{a=1;}");
}

/* Each of these OpenSC takes, and a simpler reader would stumble over. */
static void oddities_are_read_as_opensc_reads_them(void **state)
{
	(void)state;
	assert_edited("app default { }; app opensc-pkcs11 { pkcs11 { } };", "s",
		      "appdefault{pkcs11{user_pin_unblock_style=s;}}"
		      "appopensc-pkcs11{pkcs11{user_pin_unblock_style=s;}}");
	assert_edited("app \"opensc-pkcs11\" { pkcs11 { } }", "s",
		      "appdefault{pkcs11{user_pin_unblock_style=s;}}"
		      "appopensc-pkcs11{pkcs11{user_pin_unblock_style=s;}}");
	assert_edited("app default { } app default { pkcs11 { } }", "s",
		      "appdefault{pkcs11{user_pin_unblock_style=s;}}"
		      "appdefault{pkcs11{user_pin_unblock_style=s;}}");
	assert_edited("app onepin-opensc-pkcs11 { pkcs11 { } }", "s",
		      "appdefault{pkcs11{user_pin_unblock_style=s;}}"
		      "apponepin-opensc-pkcs11{pkcs11{"
		      "user_pin_unblock_style=s;}}");
	assert_edited("app default { foo = bar debug = 9; xx = y "
		      "debug_file = F; }",
		      NULL, "appdefault{foo=bar;xx=y;}");
	assert_edited("app \"default\" { \"debug\" = 9; DEBUG_FILE = F }", NULL,
		      "appdefault{}");
	/* Not a setting at all: the word goes on to the semicolon. */
	assert_edited("app default { debug=9; x = a, b; }", NULL,
		      "appdefault{x=a,b;}");
	assert_edited("app default { x = 1;", NULL, "appdefault{x=1;}");
}

static void what_opensc_would_refuse_is_refused(void **state)
{
	static const char *const broken[] = {
		"}",  "app default { } }", "= ; {",
		"{",  "app default x { }", "app default { a = \"unended\n }",
		"\"", "a b = c;",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		const struct opensc_change change = { .for_secrets = true,
						      .style = "s" };
		char *out = NULL;

		assert_int_equal(opensc_conf_edit(broken[i], &change, &out), 1);
		assert_null(out);
	}
}

static void slots_are_raised_and_never_lowered(void **state)
{
	const struct opensc_change change = { .slots = 64 };

	(void)state;
	assert_changed("", &change,
		       "appdefault{pkcs11{max_virtual_slots=64;}}");
	assert_changed("app default { pkcs11 { max_virtual_slots = 16; } }",
		       &change, "appdefault{pkcs11{max_virtual_slots=64;}}");
	assert_changed("app default { pkcs11 { max_virtual_slots = 65; } }",
		       &change, "appdefault{pkcs11{max_virtual_slots=65;}}");
	assert_changed("app opensc-pkcs11 { pkcs11 { a = 1; } }", &change,
		       "appdefault{pkcs11{max_virtual_slots=64;}}"
		       "appopensc-pkcs11{pkcs11{max_virtual_slots=64;a=1;}}");
}

/* Who reads sends no secret, and may have wanted the log. */
static void reading_keeps_style_and_debugging(void **state)
{
	const struct opensc_change change = { .slots = 64 };

	(void)state;
	assert_changed("app default { debug = 9; pkcs11 { "
		       "user_pin_unblock_style = none; } }",
		       &change,
		       "appdefault{debug=9;pkcs11{max_virtual_slots=64;"
		       "user_pin_unblock_style=none;}}");
}

static void ignored_readers_are_added(void **state)
{
	char a[] = "Reader A 00 00", b[] = "B";
	char *const names[] = { a, b };
	const struct opensc_change change = { .slots = 64,
					      .ignored = names,
					      .n_ignored = 2 };

	(void)state;
	assert_changed("", &change,
		       "appdefault{ignored_readers=ReaderA0000,B;"
		       "pkcs11{max_virtual_slots=64;}}");
	assert_changed("app default { ignored_readers = \"C\"; }", &change,
		       "appdefault{pkcs11{max_virtual_slots=64;}"
		       "ignored_readers=C,ReaderA0000,B;}");
}

static void no_block_caches_anything(void **state)
{
	const struct opensc_change change = { .no_caches = true };

	(void)state;
	assert_changed("", &change,
		       "appdefault{frameworkpkcs15{use_pin_caching=false;"
		       "use_file_caching=no;}}");
	assert_changed(
		"app default { framework pkcs15 { use_pin_caching = true; "
		"use_file_caching = public; a = 1; } framework tokend { } }",
		&change,
		"appdefault{frameworkpkcs15{use_pin_caching=false;"
		"use_file_caching=no;a=1;}frameworktokend{}}");
	assert_changed("app opensc-pkcs11 { framework pkcs15 { b = 2; } }",
		       &change,
		       "appdefault{frameworkpkcs15{use_pin_caching=false;"
		       "use_file_caching=no;}}"
		       "appopensc-pkcs11{frameworkpkcs15{use_pin_caching=false;"
		       "use_file_caching=no;b=2;}}");
}

static void slots_of_a_card_are_set_in_every_block(void **state)
{
	const struct opensc_change change = { .slots_per_card = 8 };

	(void)state;
	assert_changed("app opensc-pkcs11 { pkcs11 { slots_per_card = 2; } }\n"
		       "app default { pkcs11 { } }",
		       &change,
		       "appopensc-pkcs11{pkcs11{slots_per_card=8;}}"
		       "appdefault{pkcs11{slots_per_card=8;}}");
}

/* What OpenSC makes of readers with @text as its configuration. */
static enum cks_err settings_of(const char *text, const char *module,
				struct opensc_settings *settings)
{
	char path[] = "/tmp/opensc.conf.XXXXXX";
	int fd = mkstemp(path);
	enum cks_err err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(close(fd), 0);
	assert_int_equal(setenv("OPENSC_CONF", path, 1), 0);
	err = opensc_settings_read(module, settings);
	assert_int_equal(unsetenv("OPENSC_CONF"), 0);
	assert_int_equal(unlink(path), 0);
	return err;
}

static void assert_slots(const char *text, const char *module,
			 unsigned int slots)
{
	struct opensc_settings settings;

	assert_int_equal(settings_of(text, module, &settings), CKS_OK);
	assert_int_equal(settings.slots_per_card, slots);
	opensc_settings_free(&settings);
}

static void slots_are_counted_as_opensc_counts_them(void **state)
{
	static const char module[] = "/lib/opensc-pkcs11.so";

	(void)state;
	assert_slots("", module, 4);
	assert_slots("", "/lib/onepin-opensc-pkcs11.so", 1);
	assert_slots("app default { pkcs11 { slots_per_card = 0x2; } }", module,
		     2);
	assert_slots("app default { pkcs11 { slots_per_card = 2; } }\n"
		     "app opensc-pkcs11 { pkcs11 { slots_per_card = 3; } }",
		     module, 3);
	/* The block that is there holds, with or without the number. */
	assert_slots("app default { pkcs11 { slots_per_card = 2; } }\n"
		     "app opensc-pkcs11 { pkcs11 { } }",
		     module, 4);
	assert_slots("app default { } app default { pkcs11 { slots_per_card = "
		     "2; } }",
		     module, 4);
}

static void what_shows_no_slot_is_not_understood(void **state)
{
	static const char *const texts[] = {
		"app default { pkcs11 { slots_per_card = 0; } }",
		"app default { pkcs11 { slots_per_card = -1; } }",
		"app default { pkcs11 { slots_per_card = 100000; } }",
		"app default { this is { not a configuration",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct opensc_settings settings;

		assert_int_equal(
			settings_of(texts[i], "opensc-pkcs11.so", &settings),
			CKS_ERR_OPENSC_CONF);
		opensc_settings_free(&settings);
	}
}

static void names_are_ignored_by_their_parts(void **state)
{
	struct opensc_settings settings;

	(void)state;
	assert_int_equal(
		settings_of("app default { ignored_readers = \"PCD 1\", X; }\n"
			    "app opensc-pkcs11 { ignored_readers = Y; }",
			    "/usr/lib/opensc-pkcs11.so", &settings),
		CKS_OK);
	assert_true(opensc_ignores(&settings, "Virtual PCD 1 00 00"));
	assert_true(opensc_ignores(&settings, "aYb"));
	assert_false(opensc_ignores(&settings, "Virtual PCD 0 00 00"));
	opensc_settings_free(&settings);
}

static void other_programs_have_what_it_says(void **state)
{
	static const struct {
		const char *text;
		unsigned int readers;
		bool debug;
	} cases[] = {
		{ "", 4, false },
		{ "app default { debug = 0; }", 4, false },
		{ "app default { debug = 3; }", 4, true },
		{ "app opensc-pkcs11 { debug = 1; } app default { }", 4, true },
		{ "app opensc-tool { debug = 9; }", 4, false },
		{ "app default { pkcs11 { max_virtual_slots = 128; } }", 32,
		  false },
		{ "app default { pkcs11 { slots_per_card = 1; } }", 16, false },
		{ "app default { pkcs11 { max_virtual_slots = -1; } }", 0,
		  false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct opensc_settings settings;

		assert_int_equal(settings_of(cases[i].text, "opensc-pkcs11.so",
					     &settings),
				 CKS_OK);
		assert_int_equal(settings.max_readers, cases[i].readers);
		assert_int_equal(settings.debug, cases[i].debug);
		opensc_settings_free(&settings);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_block_caches_anything),
		cmocka_unit_test(without_a_style_nothing_is_added),
		cmocka_unit_test(an_empty_file_gets_an_app),
		cmocka_unit_test(an_app_gets_a_pkcs11_block),
		cmocka_unit_test(the_users_pkcs11_block_is_kept),
		cmocka_unit_test(no_block_is_made_where_another_serves),
		cmocka_unit_test(the_users_style_gives_way),
		cmocka_unit_test(debugging_is_dropped_wherever_it_stands),
		cmocka_unit_test(comments_and_strings_are_no_statements),
		cmocka_unit_test(other_applications_are_left_alone),
		cmocka_unit_test(oddities_are_read_as_opensc_reads_them),
		cmocka_unit_test(what_opensc_would_refuse_is_refused),
		cmocka_unit_test(slots_are_raised_and_never_lowered),
		cmocka_unit_test(reading_keeps_style_and_debugging),
		cmocka_unit_test(ignored_readers_are_added),
		cmocka_unit_test(slots_of_a_card_are_set_in_every_block),
		cmocka_unit_test(slots_are_counted_as_opensc_counts_them),
		cmocka_unit_test(what_shows_no_slot_is_not_understood),
		cmocka_unit_test(names_are_ignored_by_their_parts),
		cmocka_unit_test(other_programs_have_what_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
