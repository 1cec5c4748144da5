/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/buffer.h"
#include "base/csv.h"
#include "unit/unit.h"

/* A row as "number[cell|cell]", a blank one as "number-", an error as
 * "number!s" for a stray quote and "number!u" for one that is never closed. */
static void show_row(struct buffer *b, enum csv_result result,
		     const struct csv_row *row)
{
	size_t i;

	buffer_printf(b, "%zu", row->number);
	if (result == CSV_STRAY_QUOTE || result == CSV_UNCLOSED_QUOTE) {
		buffer_puts(b, result == CSV_STRAY_QUOTE ? "!s" : "!u");
		return;
	}
	if (row->blank) {
		buffer_puts(b, "-");
		return;
	}
	for (i = 0; i < row->n; i++)
		buffer_printf(b, "%s%s", i ? "|" : "[", row->cells[i]);
	buffer_puts(b, "]");
}

static void assert_rows(const char *text, const char *want)
{
	/* A copy of that very size, so that a sanitizer sees a byte too many.
	 */
	char *copy = strdup(text);
	struct buffer b = { 0 };
	enum csv_result result;
	struct csv_row row;
	struct csv csv;

	assert_non_null(copy);
	csv_open(&csv, copy, strlen(copy));
	while ((result = csv_row(&csv, &row)) != CSV_END)
		show_row(&b, result, &row);
	buffer_put(&b, "", 1);
	assert_false(b.failed);
	assert_string_equal((const char *)b.data, want);
	buffer_free(&b);
	free(copy);
}

static void rows_and_cells(void **state)
{
	(void)state;
	assert_rows("", "");
	assert_rows("a", "1[a]");
	assert_rows("a,b\nc,d\n", "1[a|b]2[c|d]");
	assert_rows("a,b\nc,d", "1[a|b]2[c|d]");
	assert_rows("a,\n,d\n", "1[a|]2[|d]");
	assert_rows("a,b\nc\nd,e,f\n", "1[a|b]2[c]3[d|e|f]");
	assert_rows(" a , b \n", "1[ a | b ]");
}

static void ends_of_lines(void **state)
{
	(void)state;
	assert_rows("a,b\r\nc,d\r\n", "1[a|b]2[c|d]");
	assert_rows("a,b\rc,d\r", "1[a|b]2[c|d]");
	assert_rows("a\n\r\n\n b\n", "1[a]2-3-4[ b]");
	assert_rows("a,b\n,\n , \n\"\",\" \"\n\t,\nc,d",
		    "1[a|b]2-3-4-5-6[c|d]");
}

static void separators(void **state)
{
	(void)state;
	assert_rows("a;b\n1,5;2\n", "1[a|b]2[1,5|2]");
	assert_rows("a\tb;c\n1\t2\n", "1[a|b;c]2[1|2]");
	/* A heading has commas of its own. */
	assert_rows("x, y;z\n1;2\n", "1[x, y|z]2[1|2]");
	assert_rows("\"a;b\",c\n\"1\",2\n", "1[a;b|c]2[1|2]");
	assert_rows("\"a\n;\",c\n1,2\n", "1[a\n;|c]2[1|2]");
	assert_rows("a\n1;2\n", "1[a]2[1;2]");
}

static void separator_line_of_excel(void **state)
{
	(void)state;
	assert_rows("sep=;\na,b;c\n1;2\n", "1[a,b|c]2[1|2]");
	assert_rows("sep=,\r\na;b,c\r\n", "1[a;b|c]");
	assert_rows("sep=\t\na\tb\n", "1[a|b]");
	assert_rows("sep=;", "1[sep=|]");
	assert_rows("sep=|\na\n", "1[sep=|]2[a]");
	assert_rows("sep=", "1[sep=]");
}

static void quotes(void **state)
{
	(void)state;
	assert_rows("\"a,b\",\"c\"\n", "1[a,b|c]");
	assert_rows("\"say \"\"a\"\"\",b\n", "1[say \"a\"|b]");
	assert_rows("\"\"\"\",b\n", "1[\"|b]");
	assert_rows("\"\"", "1-");
	assert_rows("\"a\",\"b\"", "1[a|b]");
	assert_rows("\"a\nb\r\nc\rd\",e\nf,g\n", "1[a\nb\r\nc\rd|e]2[f|g]");
}

static void broken_quotes(void **state)
{
	(void)state;
	assert_rows("a,b\n\"c\"d,e\nf,g\n", "1[a|b]2!s3[f|g]");
	assert_rows("a,b\nc\"d,e\r\nf,g\n", "1[a|b]2!s3[f|g]");
	assert_rows("a,b\n\"c\" ,e\nf,g", "1[a|b]2!s3[f|g]");
	assert_rows("a,b\nc,\"d\ne\nf,g\n", "1[a|b]2!u");
	assert_rows("a,b\n\"", "1[a|b]2!u");
	assert_rows("a,b\n\"\"\"", "1[a|b]2!u");
	assert_rows("a\"", "1!s");
}

/* A blank is one of any kind, and so is what has no width. */
static void blank_cells(void **state)
{
	(void)state;
	assert_rows("a\n\xc2\xa0\n\xe2\x80\x89 \n\xe2\x80\x8b\nb",
		    "1[a]2-3-4-5[b]");
	assert_true(csv_is_blank("\xef\xbb\xbf\xe3\x80\x80"));
	assert_false(csv_is_blank("\xc2\xa0."));
	assert_false(csv_is_blank("\xff"));
}

static void numbers_of_rows(void **state)
{
	char text[] = "a,b\n\"c\n\n\",d\n\ne,?\nf,g";

	(void)state;
	assert_int_equal(csv_number_at(text, strlen(text), strchr(text, '?')),
			 4);
}

/* @text is written as @want, and read as it was. */
static void assert_written(const char *text, const char *want)
{
	char *written = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&written, &len);
	struct csv_row row;
	struct csv csv;

	assert_non_null(f);
	/* A row before it settles what parts cells. */
	assert_true(fputs("a,b\n", f) >= 0);
	csv_write(f, text);
	assert_int_equal(fclose(f), 0);
	assert_string_equal(written + 4, want);
	csv_open(&csv, written, len);
	assert_int_equal(csv_row(&csv, &row), CSV_ROW);
	assert_int_equal(csv_row(&csv, &row), CSV_ROW);
	assert_int_equal(row.n, 1);
	assert_string_equal(row.cells[0], text);
	free(written);
}

static void formulas_are_made_harmless(void **state)
{
	(void)state;
	assert_written("=1+1", "'=1+1");
	assert_written("+84912345678", "'+84912345678");
	assert_written("-1+1", "'-1+1");
	assert_written("@SUM(1,1)", "\"'@SUM(1,1)\"");
	assert_written("\t=1", "\"'\t=1\"");
	assert_written("\r1", "\"'\r1\"");
	assert_written("=\"a\"", "\"'=\"\"a\"\"\"");
	/* In full width, too. */
	assert_written("\xef\xbc\x9d 1", "'\xef\xbc\x9d 1");
	/* Excel parts cells at semicolons, in a file with commas too. */
	assert_written("a;=1", "\"a;'=1\"");
	assert_written("a;'=1;b", "\"a;''=1;b\"");
	/* What has an apostrophe of its own keeps it. */
	assert_written("'=1", "''=1");
	assert_written("''@", "'''@");
	assert_written("'a", "'a");
	assert_written("H'Hen", "H'Hen");
	/* No formulas. */
	assert_written("-12", "-12");
	assert_written("-1.5;x", "\"-1.5;x\"");
	assert_written("- a; -b", "\"'- a; -b\"");
	assert_written("a=b", "a=b");
}

static void more_cells_than_room(void **state)
{
	char text[2 * CSV_CELLS_MAX + 4], *p = text;
	struct csv_row row;
	struct csv csv;
	size_t i;

	(void)state;
	for (i = 0; i < CSV_CELLS_MAX + 2; i++) {
		*p++ = 'a';
		*p++ = ',';
	}
	p[-1] = '\0';
	csv_open(&csv, text, strlen(text));
	assert_int_equal(csv_row(&csv, &row), CSV_ROW);
	assert_int_equal(row.n, CSV_CELLS_MAX + 2);
	assert_string_equal(row.cells[CSV_CELLS_MAX - 1], "a");
	assert_int_equal(csv_row(&csv, &row), CSV_END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_and_cells),
		cmocka_unit_test(ends_of_lines),
		cmocka_unit_test(separators),
		cmocka_unit_test(separator_line_of_excel),
		cmocka_unit_test(quotes),
		cmocka_unit_test(broken_quotes),
		cmocka_unit_test(blank_cells),
		cmocka_unit_test(numbers_of_rows),
		cmocka_unit_test(formulas_are_made_harmless),
		cmocka_unit_test(more_cells_than_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
