/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The blocks of a form, tables apart, and what they look like. */
#include "unit/papers.h"

static const struct paragraph *block(const struct document *doc, size_t i)
{
	assert_in_range(i, 0, doc->n_blocks - 1);
	assert_non_null(doc->blocks[i].paragraph);
	return doc->blocks[i].paragraph;
}

static const struct table *last_table(const struct document *doc)
{
	assert_non_null(doc->blocks[doc->n_blocks - 1].table);
	return doc->blocks[doc->n_blocks - 1].table;
}

static void blocks_look_as_their_role_asks(void **state)
{
	struct document *doc =
		filled("<heading kind='BIÊN BẢN'>Bàn giao</heading>"
		       "<addressee/>"
		       "<p keep='next'>p</p><section>s</section>"
		       "<middle>m</middle>"
		       "<line>l</line><line keep='next' size='11'>k</line>"
		       "<notice>n</notice>",
		       "{'document': {'recipient': 'Sở X'}}");
	static const struct {
		enum role role;
		bool keep_next;
		const char *words;
	} want[] = {
		{ ROLE_TITLE, true, "BIÊN BẢN" },
		{ ROLE_SUMMARY, true, "Bàn giao" },
		{ ROLE_ADDRESSEE, false, "Kính gửi: Sở X" },
		{ ROLE_BODY, true, "p" },
		{ ROLE_HEADING, true, "s" },
		{ ROLE_HEADING, true, "m" },
		{ ROLE_FIELD, false, "l" },
		{ ROLE_FIELD, true, "k" },
		{ ROLE_NOTICE, false, "n" },
	};
	size_t i;

	(void)state;
	assert_int_equal(doc->n_blocks, N(want));
	for (i = 0; i < N(want); i++) {
		assert_int_equal(block(doc, i)->role, want[i].role);
		assert_int_equal(block(doc, i)->keep_next, want[i].keep_next);
		assert_string_equal(paragraph_text(doc, block(doc, i)),
				    want[i].words);
	}
	assert_int_equal(block(doc, 5)->align, ALIGN_CENTER);
	assert_int_equal(block(doc, 5)->indent, 0);
	assert_int_equal(block(doc, 6)->size, 14);
	assert_int_equal(block(doc, 7)->size, 11);
	document_free(&doc);
}

static void a_document_is_described(void **state)
{
	static const char form[] =
		"<form version='1' orientation='landscape'>"
		"<title>Đơn của <value of='agency.name'/></title>"
		"<p>x</p></form>";
	struct document *doc;

	(void)state;
	write_form(form, strlen(form));
	doc = paper(form_file, json_of("{'agency': {'name': 'Sở Y'},"
				       " 'form': {'name': 'Mẫu số 01'}}"));
	assert_true(doc->landscape);
	assert_string_equal(doc->title, "Đơn của Sở Y");
	assert_string_equal(doc->subject, "Mẫu số 01");
	assert_string_equal(doc->author, "Sở Y");
	document_free(&doc);
	doc = filled("<p>x</p>", "{}");
	assert_false(doc->landscape);
	document_free(&doc);
}

/* paper() frees the form before anyone reads what it made. */
static void a_document_outlives_its_form(void **state)
{
	struct document *doc =
		filled("<p><value of='d.e'/></p>"
		       "<signature title='THỦ  TRƯỞNG' note='(Ký  tên)'/>",
		       "{'d': {'e': 'D'}}");
	const struct cell *cell;

	(void)state;
	assert_string_equal(block(doc, 0)->runs[0].field, "d.e");
	cell = last_table(doc)->rows[0].cells[1];
	assert_string_equal(paragraph_text(doc, cell->paragraphs[0]),
			    "THỦ TRƯỞNG");
	assert_string_equal(paragraph_text(doc, cell->paragraphs[1]),
			    "(Ký tên)");
	document_free(&doc);
}

static void parties_sign_side_by_side(void **state)
{
	struct document *doc =
		filled("<p>x</p><parties><party role='BÊN GIAO'>"
		       "<value of='a'/></party>"
		       "<party role='BÊN NHẬN'><value of='b' name='tên'/>"
		       "</party><party role='CHỨNG KIẾN'/></parties>"
		       "<notice>n</notice>",
		       "{'a': 'Lê An'}");
	const struct table *t = doc->blocks[1].table;

	(void)state;
	assert_non_null(t);
	assert_int_equal(t->n_columns, 3);
	assert_int_equal(t->n_rows, 1);
	assert_true(t->keep_previous);
	assert_true(t->keep_next);
	assert_string_equal(cell_words(doc, t, 0, 0), "BÊN GIAO");
	assert_string_equal(
		paragraph_text(doc, t->rows[0].cells[0]->paragraphs[2]),
		"Lê An");
	assert_string_equal(
		paragraph_text(doc, t->rows[0].cells[1]->paragraphs[2]),
		"[cần bổ sung: tên]");
	assert_string_equal(cell_words(doc, t, 0, 2), "CHỨNG KIẾN");
	document_free(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_look_as_their_role_asks),
		cmocka_unit_test(a_document_is_described),
		cmocka_unit_test(a_document_outlives_its_form),
		cmocka_unit_test(parties_sign_side_by_side),
	};

	return cmocka_run_group_tests(tests, make_form_folder,
				      remove_form_folder);
}
