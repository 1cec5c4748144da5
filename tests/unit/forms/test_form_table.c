/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables of forms, and what reads them: rows of a dossier in columns. */
#include <stdio.h>

#include "unit/papers.h"

#define NAMED(field) "<value of='" field "'/>"
#define COLUMN(heading, field) \
	"<column heading='" heading "' width='10'>" NAMED(field) "</column>"
#define ONCE(heading, field)        \
	"<column heading='" heading \
	"' width='10' once='yes'>" NAMED(field) "</column>"
#define NUMBER                                                     \
	"<column heading='STT' width='5' number='yes' once='yes' " \
	"align='center'/>"

static const struct table *only_table(const struct document *doc)
{
	assert_int_equal(doc->n_blocks, 1);
	assert_non_null(doc->blocks[0].table);
	return doc->blocks[0].table;
}

static const struct cell *cell_at(const struct table *t, size_t row,
				  size_t cell)
{
	assert_in_range(row, 0, t->n_rows - 1);
	assert_in_range(cell, 0, t->rows[row].n_cells - 1);
	return t->rows[row].cells[cell];
}

/* Rows have rowspans at their ends, as in "1*2|X*2|a". */
static void assert_row(struct document *doc, const struct table *t, size_t row,
		       const char *want)
{
	const char *got = "";
	size_t i;

	for (i = 0; i < t->rows[row].n_cells; i++) {
		unsigned int span = cell_at(t, row, i)->rowspan;

		got = document_format(doc, "%s%s%s", got, i ? "|" : "",
				      cell_words(doc, t, row, i));
		if (span > 1)
			got = document_format(doc, "%s*%u", got, span);
	}
	assert_string_equal(got, want);
}

static void headings_are_one_row(void **state)
{
	struct document *doc =
		filled("<table>" NUMBER
		       "<column heading='Họ  và tên' width='70' align='right'/>"
		       "<column heading='A &amp; B' width='25'/></table>",
		       "{'subscribers': [{}]}");
	const struct table *t = only_table(doc);

	(void)state;
	assert_int_equal(t->n_header, 1);
	assert_int_equal(t->n_columns, 3);
	assert_int_equal(t->columns[0].weight, 5);
	assert_int_equal(t->columns[1].weight, 70);
	assert_int_equal(t->columns[0].align, ALIGN_CENTER);
	assert_int_equal(t->columns[1].align, ALIGN_RIGHT);
	assert_int_equal(t->columns[2].align, ALIGN_LEFT);
	assert_true(t->ruled);
	assert_true(t->keep_next);
	assert_row(doc, t, 0, "STT|Họ và tên|A & B");
	assert_row(doc, t, 1, "1||");
	assert_int_equal(cell_at(t, 0, 1)->paragraphs[0]->role,
			 ROLE_TABLE_HEAD);
	assert_int_equal(cell_at(t, 0, 1)->paragraphs[0]->runs[0].style,
			 STYLE_BOLD);
	assert_int_equal(cell_at(t, 1, 1)->paragraphs[0]->align, ALIGN_RIGHT);
	document_free(&doc);
}

static void groups_make_two_rows_of_headings(void **state)
{
	struct document *doc = filled(
		"<table>" ONCE(
			"A",
			"a") "<group heading='G'><!-- hai cột -->" COLUMN("B",
									  "b")
			COLUMN("C", "c") "</group>" COLUMN(
				"D",
				"d") "<group heading='H'>" COLUMN("E",
								  "e") "</group></table>",
		"{'subscribers': [{'a': '1', 'b': '2', 'c': '3', 'd': '4',"
		" 'e': '5'}]}");
	const struct table *t = only_table(doc);

	(void)state;
	assert_int_equal(t->n_header, 2);
	assert_int_equal(t->n_columns, 5);
	assert_row(doc, t, 0, "A*2|G|D*2|H");
	assert_int_equal(cell_at(t, 0, 0)->colspan, 1);
	assert_int_equal(cell_at(t, 0, 1)->colspan, 2);
	assert_int_equal(cell_at(t, 0, 3)->colspan, 1);
	assert_row(doc, t, 1, "B|C|E");
	assert_row(doc, t, 2, "1|2|3|4|5");
	document_free(&doc);
}

static void the_type_is_as_large_as_asked(void **state)
{
	struct document *doc =
		filled("<table size='11'>" COLUMN("A", "a") "</table>",
		       "{'subscribers': [{'a': 'x'}]}");
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++)
		assert_int_equal(
			cell_at(only_table(doc), i, 0)->paragraphs[0]->size,
			11);
	document_free(&doc);
	doc = filled("<table>" COLUMN("A", "a") "</table>", "{}");
	assert_int_equal(cell_at(only_table(doc), 1, 0)->paragraphs[0]->size,
			 13);
	document_free(&doc);
}

static void rows_of_one_device_are_joined(void **state)
{
	struct document *doc =
		filled("<table join='d'>" NUMBER ONCE("Device", "d")
			       COLUMN("Name", "n") "</table>",
		       "{'subscribers': ["
		       " {'d': 'X', 'n': 'a'}, {'d': 'X', 'n': 'b'},"
		       " {'d': 'Y', 'n': 'c'},"
		       " {'d': 'X', 'n': 'd'}, {'d': 'X', 'n': 'e'},"
		       " {'d': 'X', 'n': 'f'}]}");
	const struct table *t = only_table(doc);

	(void)state;
	assert_int_equal(t->n_rows, 7);
	assert_row(doc, t, 1, "1*2|X*2|a");
	assert_row(doc, t, 2, "b");
	assert_row(doc, t, 3, "2|Y|c");
	assert_row(doc, t, 4, "3*3|X*3|d");
	assert_row(doc, t, 5, "e");
	assert_row(doc, t, 6, "f");
	document_free(&doc);
}

/* Nothing is known of either device: who knows that it is one. */
static void unknown_devices_are_not_joined(void **state)
{
	struct document *doc = filled(
		"<table join='d'>" NUMBER "<column heading='N' width='9'>"
		"<value of='n'/></column></table>",
		"{'subscribers': [{'n': 'a'}, {'n': 'b'},"
		" {'n': 'c', 'd': ''}, {'n': 'd', 'd': ''},"
		" {'n': 'e', 'd': null}]}");
	const struct table *t = only_table(doc);

	(void)state;
	assert_int_equal(t->n_rows, 6);
	assert_row(doc, t, 1, "1|a");
	assert_row(doc, t, 5, "5|e");
	document_free(&doc);
}

/* Of one device only, and only where all it shows is the same. */
static void doubles_are_left_out(void **state)
{
	static const char rows[] =
		"{'subscribers': ["
		" {'d': 'X', 'n': 'a', 'e': '1', 'other': 1},"
		" {'d': 'X', 'n': 'b', 'e': '1'},"
		" {'d': 'X', 'n': 'a', 'e': '1', 'other': 2},"
		" {'d': 'X', 'n': 'a', 'e': '2'},"
		" {'d': 'Y', 'n': 'a', 'e': '1'},"
		" {'d': 'Y', 'n': 'a', 'e': '1'},"
		" {'d': 'Z', 'n': 'a'}, {'d': 'Z', 'n': 'a'},"
		" {'d': 'Z', 'n': 'a', 'e': null}]}";
	struct document *doc = filled(
		"<table join='d'>" NUMBER
			ONCE("Device", "d") "<column heading='Name' width='9'><b>" NAMED(
				"n") "</b>"
				     "<if of='e' is='2'> hai</if></column></table>",
		rows);
	const struct table *t = only_table(doc);

	(void)state;
	assert_int_equal(t->n_rows, 6);
	assert_row(doc, t, 1, "1*3|X*3|a");
	assert_row(doc, t, 2, "b");
	assert_row(doc, t, 3, "a hai");
	assert_row(doc, t, 4, "2|Y|a");
	assert_row(doc, t, 5, "3|Z|a");
	document_free(&doc);
	doc = filled("<table>" COLUMN("Name", "n") "</table>", rows);
	assert_int_equal(only_table(doc)->n_rows, 10);
	document_free(&doc);
}

static void no_rows_are_one_unknown(void **state)
{
	static const char *const facts[] = { "{}", "{'subscribers': []}",
					     "{'subscribers': 'x'}" };
	size_t i;

	(void)state;
	for (i = 0; i < N(facts); i++) {
		struct document *doc = filled(
			"<table join='d'>" NUMBER COLUMN("Tên", "n") "</table>",
			facts[i]);
		const struct table *t = only_table(doc);

		assert_int_equal(t->n_rows, 2);
		assert_row(doc, t, 1, "1|[cần bổ sung: Tên]");
		assert_int_equal(doc->n_missing, 1);
		assert_string_equal(doc->missing[0], "Tên");
		document_free(&doc);
	}
}

/* A path with a dot is of the dossier, one without of the row. */
static void a_row_is_its_own(void **state)
{
	struct document *doc =
		filled("<table><column heading='A' width='9'><value of='n'/>,"
		       " <value of='agency.n'/><if of='k' is='y'>, yes</if>"
		       "</column></table>",
		       "{'n': 'none', 'k': 'y', 'agency': {'n': 'Sở'},"
		       " 'subscribers': [{'n': 'a', 'k': 'y'},"
		       " {'n': 'b', 'agency': {'n': 'wrong'}}, 'odd']}");
	const struct table *t = only_table(doc);

	(void)state;
	assert_row(doc, t, 1, "a, Sở, yes");
	assert_row(doc, t, 2, "b, Sở");
	assert_row(doc, t, 3, "[cần bổ sung: A], Sở");
	document_free(&doc);
}

/* By the row it stands in, whatever number is printed there. */
static void fields_name_their_row(void **state)
{
	struct document *doc = filled(
		"<table join='d'>" NUMBER ONCE(
			"Device",
			"d") "<column heading='N' width='9'><value of='n'/><value "
			     "of='agency.n'/></column></table>",
		"{'agency': {'n': 'Sở'}, 'subscribers': ["
		" {'d': 'X', 'n': 'a'}, {'d': 'X', 'n': 'a'},"
		" {'d': 'X', 'n': 'b'}, {'d': 'Y', 'n': 'c'}]}");
	const struct table *t = only_table(doc);

	(void)state;
	assert_string_equal(cell_at(t, 1, 1)->paragraphs[0]->runs[0].field,
			    "subscribers.1.d");
	assert_string_equal(cell_at(t, 1, 2)->paragraphs[0]->runs[0].field,
			    "subscribers.1.n");
	assert_string_equal(cell_at(t, 1, 2)->paragraphs[0]->runs[1].field,
			    "agency.n");
	assert_string_equal(cell_at(t, 2, 0)->paragraphs[0]->runs[0].field,
			    "subscribers.3.n");
	assert_string_equal(cell_at(t, 3, 0)->paragraphs[0]->runs[0].text, "2");
	assert_null(cell_at(t, 3, 0)->paragraphs[0]->runs[0].field);
	assert_string_equal(cell_at(t, 3, 2)->paragraphs[0]->runs[0].field,
			    "subscribers.4.n");
	document_free(&doc);
}

static void a_table_may_show_any_list(void **state)
{
	struct document *doc =
		filled("<table of='s.units'>" NUMBER COLUMN("Name", "unit.name")
			       COLUMN("N", "n") "</table>",
		       "{'unit': {'name': 'wrong'}, 'n': 9, 's': {'units': ["
		       " {'unit': {'name': 'Sở A'}, 'n': 0}, {'n': 12},"
		       " {'unit': {'name': 'Sở C'}, 'n': -2.25}]}}");
	const struct table *t = only_table(doc);

	(void)state;
	assert_int_equal(t->n_rows, 4);
	assert_row(doc, t, 1, "1|Sở A|0");
	assert_row(doc, t, 2, "2|[cần bổ sung: Name]|12");
	assert_row(doc, t, 3, "3|Sở C|-2,3");
	assert_string_equal(cell_at(t, 3, 1)->paragraphs[0]->runs[0].field,
			    "s.units.3.unit.name");
	/* What comes after it is no part of it. */
	assert_false(t->keep_next);
	document_free(&doc);
}

static void a_list_may_have_nothing_in_it(void **state)
{
	static const char *const facts[] = { "{}", "{'s': {'units': []}}",
					     "{'s': 'x'}" };
	struct document *doc;
	size_t i;

	(void)state;
	for (i = 0; i < N(facts); i++) {
		doc = filled("<table of='s.units'>" NUMBER COLUMN("N", "n")
				     COLUMN("M", "m") "</table>",
			     facts[i]);
		assert_int_equal(only_table(doc)->n_rows, 2);
		assert_row(doc, only_table(doc), 1, "Không có");
		assert_int_equal(cell_at(only_table(doc), 1, 0)->colspan, 3);
		assert_int_equal(doc->n_missing, 0);
		document_free(&doc);
	}
	doc = filled("<table of='s' none='Không có  thiết bị'>" COLUMN(
			     "N", "n") "</table>",
		     "{}");
	assert_row(doc, only_table(doc), 1, "Không có thiết bị");
	document_free(&doc);
}

static void numbers_are_printed_in_any_locale(void **state)
{
	static const struct {
		const char *number, *shown;
	} cases[] = {
		{ "0", "0" },
		{ "-3", "-3" },
		{ "1250", "1250" },
		{ "0.04", "0,0" },
		{ "2.0", "2,0" },
		{ "2.95", "3,0" },
		{ "-0.5", "-0,5" },
		{ "1e3", "1000,0" },
		{ "1e300", "[cần bổ "
			   "sung: N]" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		char facts[64];
		struct document *doc;

		(void)snprintf(facts, sizeof(facts), "{'s': [{'n': %s}]}",
			       cases[i].number);
		doc = filled("<table of='s'>" COLUMN("N", "n") "</table>",
			     facts);
		assert_row(doc, only_table(doc), 1, cases[i].shown);
		document_free(&doc);
	}
}

static void a_form_may_have_rows_of_its_own(void **state)
{
	struct document *doc = filled(
		"<table><column heading='A' width='5' align='center'/>"
		"<group heading='G'><column heading='B' width='9'/></group>"
		"<row><cell>I</cell><!-- x --><cell><b>Cấp mới</b></cell></row>"
		"<row><cell>1</cell><cell><value of='counts.new'/></cell></row>"
		"<row><cell/><cell><value of='counts.gone' name='thu hồi'/>"
		"</cell></row></table>",
		"{'counts': {'new': 12}, 'subscribers': [{}, {}, {}, {}]}");
	const struct table *t = only_table(doc);

	(void)state;
	assert_int_equal(t->n_rows, 5);
	assert_row(doc, t, 2, "I|Cấp mới");
	assert_row(doc, t, 3, "1|12");
	assert_row(doc, t, 4, "|[cần bổ sung: thu hồi]");
	assert_int_equal(cell_at(t, 2, 0)->paragraphs[0]->align, ALIGN_CENTER);
	assert_int_equal(cell_at(t, 2, 1)->paragraphs[0]->runs[0].style,
			 STYLE_BOLD);
	assert_string_equal(cell_at(t, 3, 1)->paragraphs[0]->runs[0].field,
			    "counts.new");
	document_free(&doc);
}

/* For whoever reads data by the headings of the form. */
static void columns_tell_the_fields_they_show(void **state)
{
	static const struct data_column want[] = {
		{ "Device", "d" },
		{ "B", "x y z" },
		{ "C", "c" },
		{ "D", "e" },
	};
	static const char form[] = "<form version='1'><title>T</title><table>" NUMBER ONCE(
		"Device",
		"d") "<group heading='G'><column heading='B' width='9'>"
		     "<value of='x'/>/<b><value of='y'/></b><value of='agency.n'/>"
		     "<if of='q'><value of='z'/></if></column>"
		     "<column heading='C' width='9'><if of='k' is='p'>"
		     "<value of='c'/></if><if of='k' not='p'><value of='c'/></if>"
		     "</column></group><column heading='Free' width='9'/></table>"
		     "<if of='more'><table>" COLUMN(
			     "D",
			     "e") "</table></if><table of='s'>" COLUMN("E",
								       "f") "</table></form>";
	const struct data_column *columns;
	struct form *f = NULL;
	struct error error = { 0 };
	size_t n = 0, i;

	(void)state;
	write_form(form, strlen(form));
	assert_int_equal(form_load("none", form_file, &f, &error), 0);
	assert_string_equal(form_path(f), form_file);
	columns = form_columns(f, &n);
	assert_int_equal(n, N(want));
	for (i = 0; i < n; i++) {
		assert_string_equal(columns[i].heading, want[i].heading);
		assert_string_equal(columns[i].fields, want[i].fields);
	}
	form_free(&f);
	assert_null(f);
}

static void sixteen_columns_are_not_too_many(void **state)
{
	char blocks[2000] = "<table>";
	struct document *doc;
	size_t i;

	(void)state;
	for (i = 0; i < DOCUMENT_COLUMNS_MAX; i++)
		strcat(blocks, COLUMN("A", "a"));
	doc = filled(strcat(blocks, "</table>"), "{}");
	assert_int_equal(only_table(doc)->n_columns, DOCUMENT_COLUMNS_MAX);
	assert_int_equal(only_table(doc)->rows[1].n_cells,
			 DOCUMENT_COLUMNS_MAX);
	document_free(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headings_are_one_row),
		cmocka_unit_test(groups_make_two_rows_of_headings),
		cmocka_unit_test(the_type_is_as_large_as_asked),
		cmocka_unit_test(rows_of_one_device_are_joined),
		cmocka_unit_test(unknown_devices_are_not_joined),
		cmocka_unit_test(doubles_are_left_out),
		cmocka_unit_test(no_rows_are_one_unknown),
		cmocka_unit_test(a_row_is_its_own),
		cmocka_unit_test(fields_name_their_row),
		cmocka_unit_test(a_table_may_show_any_list),
		cmocka_unit_test(a_list_may_have_nothing_in_it),
		cmocka_unit_test(numbers_are_printed_in_any_locale),
		cmocka_unit_test(a_form_may_have_rows_of_its_own),
		cmocka_unit_test(columns_tell_the_fields_they_show),
		cmocka_unit_test(sixteen_columns_are_not_too_many),
	};

	return cmocka_run_group_tests(tests, make_form_folder,
				      remove_form_folder);
}
