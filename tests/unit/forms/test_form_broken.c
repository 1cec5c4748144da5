/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Forms that are not as they should be, and what is said of them. */
#include <errno.h>
#include <stdio.h>

#include "unit/papers.h"

#define HEAD "<form version='1'>\n<title>T</title>\n"
#define COLUMN "<column heading='A' width='9'/>"
#define FOUR_COLUMNS COLUMN COLUMN COLUMN COLUMN
#define SIXTEEN_COLUMNS FOUR_COLUMNS FOUR_COLUMNS FOUR_COLUMNS FOUR_COLUMNS

/* @path cannot be read, and the words that begin with @begin hold @why. */
static void assert_refused(const char *path, int code, const char *begin,
			   const char *why)
{
	struct form *form = NULL;
	struct error error = { 0 };

	assert_int_equal(form_load(NULL, path, &form, &error), code);
	assert_null(form);
	assert_non_null(error.text);
	if (strncmp(error.text, begin, strlen(begin)) != 0 ||
	    !strstr(error.text + strlen(begin), why))
		fail_msg("\"%s\" is not \"%s…%s\"", error.text, begin, why);
	assert_null(strchr(error.text, '\n'));
	error_free(&error);
}

static void assert_text_refused(const char *text, size_t len, int line,
				const char *why)
{
	char begin[200];

	write_form(text, len);
	(void)snprintf(begin, sizeof(begin), "%s: line %d: ", form_file, line);
	assert_refused(form_file, -EINVAL, begin, why);
}

static void what_is_no_xml_is_refused(void **state)
{
	static const struct {
		const char *text;
		int line;
	} cases[] = {
		{ "", 1 },
		{ "\n\n  ", 3 },
		{ "Kính gửi: Sở Khoa học", 1 },
		{ "{\"version\": 1}", 1 },
		{ HEAD "<p>x", 3 },
		{ HEAD "<p>x</p>", 3 },
		{ HEAD "<p>x</line></form>", 3 },
		{ HEAD "<p>a & b</p></form>", 3 },
		{ HEAD "<p keep=next>x</p></form>", 3 },
		{ HEAD "<p keep='next' keep='next'>x</p></form>", 3 },
		{ HEAD "<p>x</p></form><form/>", 3 },
		{ HEAD "<p>&agency;</p></form>", 3 },
		{ HEAD "<x:p>x</x:p></form>", 3 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++)
		assert_text_refused(cases[i].text, strlen(cases[i].text),
				    cases[i].line, "");
}

static void what_no_form_has_is_refused(void **state)
{
	static const struct {
		const char *text, *why;
		int line;
	} cases[] = {
		{ "<letter/>", "letter", 1 },
		{ "\n<form><title>T</title><p>x</p></form>", "", 2 },
		{ "<form version='2'><title>T</title><p>x</p></form>", "", 1 },
		{ "<form version='1' orientation='round'><title>T</title>"
		  "<p>x</p></form>",
		  "", 1 },
		{ "\n<form orientation='landscape'><title>T</title><p/></form>",
		  "form", 2 },
		{ "<form version='1'>\n<p>x</p></form>", "", 2 },
		{ HEAD "</form>", "", 1 },
		{ HEAD "<p>x</p>\nstray words</form>", "", 1 },
		{ HEAD "<paragraph>x</paragraph></form>", "paragraph", 3 },
		{ HEAD "<p>x</p>\n<p>a<u>b</u></p></form>", "", 4 },
		{ HEAD "<p style='bold'>x</p></form>", "", 3 },
		{ HEAD "<p keep='previous'>x</p></form>", "", 3 },
		{ HEAD "<p><value name='x'/></p></form>", "", 3 },
		{ HEAD "<p><value of='Agency.name'/></p></form>", "", 3 },
		{ HEAD "<p><value of='agency..name'/></p></form>", "", 3 },
		{ HEAD "<p><value of='a.b.c.d.e'/></p></form>", "", 3 },
		{ HEAD "<p><value of='a' as='roman'/></p></form>", "", 3 },
		{ HEAD "<p><value of='a' optional='no'/></p></form>", "", 3 },
		{ HEAD "<p><value of='a'>x</value></p></form>", "", 3 },
		{ HEAD "<p><if of='a' is='x' not='y'>x</if></p></form>", "",
		  3 },
		{ HEAD "<p><if of='a' given='yes'>x</if></p></form>", "", 3 },
		{ HEAD "<p><if of='a' is='x' given='no'>x</if></p></form>", "",
		  3 },
		{ HEAD "<line size='9'>x</line></form>", "", 3 },
		{ HEAD "<p size='12'>x</p></form>", "", 3 },
		{ HEAD "<p><if of='a' is=''>x</if></p></form>", "", 3 },
		{ HEAD "<p><if is='x'>x</if></p></form>", "", 3 },
		{ HEAD "<if of='a'/></form>", "", 3 },
		{ HEAD "<heading>x</heading></form>", "", 3 },
		{ HEAD "<letterhead kind='B1'/></form>", "", 3 },
		{ HEAD "<letterhead kind='BBBBBB'/></form>", "", 3 },
		{ HEAD "<parties/></form>", "", 3 },
		{ HEAD "<parties>\n<party>x</party></parties></form>", "", 4 },
		{ HEAD "<table/></form>", "", 3 },
		{ HEAD "<table size='9'>" COLUMN "</table></form>", "", 3 },
		{ HEAD "<table><column width='9'/></table></form>", "", 3 },
		{ HEAD "<table><column heading='A'/></table></form>", "", 3 },
		{ HEAD
		  "<table>\n<column heading='A' once='yes'/></table></form>",
		  "column", 4 },
		{ HEAD "<table><column heading='A' width='0'/></table></form>",
		  "", 3 },
		{ HEAD "<table><column heading='A' width='101'/></table>"
		       "</form>",
		  "", 3 },
		{ HEAD "<table><column heading='A' width='9%'/></table></form>",
		  "", 3 },
		{ HEAD "<table><group heading='A'/></table></form>", "", 3 },
		{ HEAD "<table><row><cell/></row>" COLUMN "</table></form>", "",
		  3 },
		{ HEAD "<table>" COLUMN "<row/></table></form>", "", 3 },
		{ HEAD "<table of=''>" COLUMN "</table></form>", "", 3 },
		{ HEAD "<table none='x'>" COLUMN "</table></form>", "", 3 },
		{ HEAD "<table of='a'>" COLUMN
		       "\n<row><cell/></row></table></form>",
		  "row", 4 },
		{ HEAD "<chart/></form>", "", 3 },
		{ HEAD "<chart of='a' label='b'/></form>", "chart", 3 },
		{ HEAD "<chart of='a' label='b' value='C'/></form>", "", 3 },
		{ HEAD "<chart of='a' label='b' value='c'>x</chart></form>", "",
		  3 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++)
		assert_text_refused(cases[i].text, strlen(cases[i].text),
				    cases[i].line, cases[i].why);
}

static void what_no_schema_can_say_is_refused(void **state)
{
	static const struct {
		const char *text, *why;
		int line;
	} cases[] = {
		{ HEAD "<p>x</p>\n<table>" SIXTEEN_COLUMNS COLUMN
		       "</table></form>",
		  "a table has at most 16 columns", 4 },
		{ HEAD "<if of='a'>\n<if of='b'>\n<table>" SIXTEEN_COLUMNS
		       "<group heading='A'>" COLUMN
		       "</group></table></if></if></form>",
		  "a table has at most 16 columns", 5 },
		{ HEAD "<table>" SIXTEEN_COLUMNS SIXTEEN_COLUMNS
		       "<row><cell/></row></table></form>",
		  "a table has at most 16 columns", 3 },
		{ HEAD "<table>" COLUMN "<group heading='A'>" COLUMN COLUMN
		       "</group>\n<row><cell/><cell/><cell/></row>\n"
		       "<row><cell/><cell/></row></table></form>",
		  "a row needs a cell for each column", 5 },
		{ HEAD "<table>" COLUMN "\n<row><cell/><cell/></row>"
		       "</table></form>",
		  "a row needs a cell for each column", 4 },
		{ HEAD "<if of='a'>\n<parties><party role='A'/>"
		       "<party role='B'/><party role='C'/><party role='D'/>"
		       "</parties></if></form>",
		  "there are at most three parties", 4 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++)
		assert_text_refused(cases[i].text, strlen(cases[i].text),
				    cases[i].line, cases[i].why);
}

static void a_definition_is_refused(void **state)
{
	static const char *const cases[] = {
		"<!DOCTYPE form>\n" HEAD "<p>x</p></form>",
		"<!DOCTYPE form SYSTEM 'form.dtd'>\n" HEAD "<p>x</p></form>",
		"<!DOCTYPE form SYSTEM 'http://127.0.0.1:9/form.dtd'>\n" HEAD
		"<p>x</p></form>",
		"<!DOCTYPE form [<!ENTITY a 'An'>]>\n" HEAD "<p>&a;</p></form>",
		"<!DOCTYPE form [<!ENTITY a SYSTEM '/etc/passwd'>]>\n" HEAD
		"<p>&a;</p></form>",
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++)
		assert_text_refused(
			cases[i], strlen(cases[i]), 1,
			"a document type definition is not allowed");
}

/* Whoever stops it: that it is not unfolded is what counts. */
static void entities_are_not_unfolded(void **state)
{
	static const char text[] =
		"<!DOCTYPE form [<!ENTITY a '0123456789'>"
		"<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
		"<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>"
		"<!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'>"
		"<!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;'>"
		"<!ENTITY f '&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;'>"
		"<!ENTITY g '&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;'>]>\n" HEAD
		"<p>&g;</p></form>";

	(void)state;
	write_form(text, sizeof(text) - 1);
	assert_refused(form_file, -EINVAL, form_file, ": line ");
}

#define assert_bytes_refused(bytes, line) \
	assert_text_refused(bytes, sizeof(bytes) - 1, line, "")

static void what_is_no_text_is_refused(void **state)
{
	(void)state;
	assert_bytes_refused(HEAD "<p>Ph\xFFng</p></form>", 3);
	assert_bytes_refused(HEAD "<p>\n\xE1\xBB</p></form>", 4);
	assert_bytes_refused(HEAD "<p>\xC0\x80</p></form>", 3);
	assert_bytes_refused(HEAD "<p>\xED\xA0\x80</p></form>", 3);
	assert_bytes_refused(HEAD "<p>a\0b</p></form>", 3);
	assert_bytes_refused(HEAD "<p>a\033[31mb</p></form>", 3);
	assert_bytes_refused(HEAD "<p>&#0;</p></form>", 3);
	assert_bytes_refused("\0\0\0\0", 1);
	assert_bytes_refused("PK\003\004", 1);
}

static void depth_has_an_end(void **state)
{
	static const char open[] = "<if of='a'>", close[] = "</if>";
	const size_t depth = 20000, size = depth * 20;
	char *text = calloc(size, 1), *end;
	size_t i;

	(void)state;
	assert_non_null(text);
	end = stpcpy(text, HEAD);
	for (i = 0; i < depth; i++)
		end = stpcpy(end, open);
	end = stpcpy(end, "<p>x</p>");
	for (i = 0; i < depth; i++)
		end = stpcpy(end, close);
	end = stpcpy(end, "</form>");
	assert_text_refused(text, (size_t)(end - text), 3, "");
	free(text);
}

static void size_has_an_end(void **state)
{
	const size_t size = (size_t)2 * 1024 * 1024;
	char *text = malloc(size + sizeof("</form>")), *end;

	(void)state;
	assert_non_null(text);
	end = stpcpy(text, HEAD "<p>x</p>");
	memset(end, '\n', size - (size_t)(end - text));
	end = stpcpy(text + size, "</form>");
	write_form(text, (size_t)(end - text));
	assert_refused(form_file, -EINVAL, form_file, ": File too large");
	free(text);
}

static void what_is_no_file_is_refused(void **state)
{
	(void)state;
	assert_refused("/nonexistent/06.xml", -ENOENT,
		       "/nonexistent/06.xml: ", "No such file or directory");
	assert_refused("lib/forms", -EINVAL, "lib/forms: ", "Is a directory");
	assert_refused("", -ENOENT, ": ", "No such file or directory");
}

static void a_name_nobody_knows_is_told_with_its_place(void **state)
{
	struct form *form = NULL;
	struct error error = { 0 };

	(void)state;
	assert_int_equal(form_load("no-such-form", NULL, &form, &error),
			 -ENOENT);
	assert_null(form);
	assert_string_equal(error.text,
			    CKSTOKEN_DATADIR "/forms/no-such-form.xml: "
					     "No such file or directory");
	error_free(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_xml_is_refused),
		cmocka_unit_test(what_no_form_has_is_refused),
		cmocka_unit_test(what_no_schema_can_say_is_refused),
		cmocka_unit_test(a_definition_is_refused),
		cmocka_unit_test(entities_are_not_unfolded),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(depth_has_an_end),
		cmocka_unit_test(size_has_an_end),
		cmocka_unit_test(what_is_no_file_is_refused),
		cmocka_unit_test(a_name_nobody_knows_is_told_with_its_place),
	};

	return cmocka_run_group_tests(tests, make_form_folder,
				      remove_form_folder);
}
