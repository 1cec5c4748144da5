/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of a PDF that are not seen: structure, data, metadata. */
#include <ctype.h>

#include <zlib.h>

#include "base/buffer.h"
#include "typeset/layout.h"
#include "typeset/pdf/pdf.h"
#include "unit/fonts.h"

#define SOME_DAY 1795226400 /* 21/11/2026 09:00 in Vietnam */
#define STREAM_MAX ((size_t)1 << 20)

static void add_text(struct document *doc, enum role role, const char *text)
{
	struct paragraph *p = document_paragraph(doc, ALIGN_JUSTIFY, 14);

	p->role = role;
	paragraph_add(doc, p, 0, text);
}

static void add_cell(struct document *doc, struct table *t,
		     unsigned int colspan, unsigned int rowspan,
		     const char *text)
{
	struct cell *cell = table_cell(doc, t, colspan, rowspan);

	if (text)
		paragraph_add(doc, cell_paragraph(doc, cell, ALIGN_LEFT, 13), 0,
			      text);
}

static const struct column columns[] = { { 1, ALIGN_CENTER },
					 { 2, ALIGN_LEFT },
					 { 2, ALIGN_LEFT } };

/* A table of @n rows with two rows of heads. */
static struct table *add_table(struct document *doc, unsigned int n)
{
	struct table *t = document_table(doc, columns, 3);
	unsigned int i;

	t->ruled = true;
	t->n_header = 2;
	table_row(doc, t);
	add_cell(doc, t, 1, 2, "STT");
	add_cell(doc, t, 2, 1, "Thông tin của thuê bao");
	table_row(doc, t);
	add_cell(doc, t, 1, 1, "Họ và tên");
	add_cell(doc, t, 1, 1, "Thư điện tử");
	for (i = 0; i < n; i++) {
		table_row(doc, t);
		add_cell(doc, t, 1, 1, document_format(doc, "%u", i + 1));
		add_cell(doc, t, 1, 1, "Nguyễn Thị Thử Nghiệm");
		add_cell(doc, t, 1, 1, i % 3 ? "thu@vidu.example" : NULL);
	}
	return t;
}

static struct document *new_document(void)
{
	struct document *doc = document_new();

	assert_non_null(doc);
	document_describe(doc, "Danh sách <thử> & nghiệm", "Mẫu số 06",
			  "Sở Tài chính");
	return doc;
}

static void add_chart(struct document *doc, const char *title)
{
	struct chart *chart = document_chart(doc);
	struct bar one = { "01/2027", "3", 3 }, none = { "02/2027", "0", 0 };

	chart->title->size = 13;
	if (title)
		paragraph_add(doc, chart->title, 0, title);
	paragraph_add(doc, chart->words, 0, "01/2027: ");
	paragraph_add(doc, chart->words, 0, "ba.");
	chart_bar(doc, chart, &one);
	chart_bar(doc, chart, &none);
	chart_bar(doc, chart, &one);
}

struct pdf {
	char *data; /* with a NUL at its end */
	size_t len, n_pages;
};

static void render(const struct document *doc, time_t date, struct pdf *pdf)
{
	const struct pdf_options options = { date, "ckstoken" };
	struct layout *layout = NULL;
	unsigned char *out = NULL;

	assert_int_equal(layout_document(doc, fonts, &layout), 0);
	pdf->n_pages = layout->n_pages;
	assert_int_equal(
		pdf_render(doc, layout, fonts, &options, &out, &pdf->len), 0);
	pdf->data = malloc(pdf->len + 1);
	assert_non_null(pdf->data);
	memcpy(pdf->data, out, pdf->len);
	pdf->data[pdf->len] = '\0';
	free(out);
	layout_free(&layout);
}

static void render_and_free(struct document *doc, struct pdf *pdf)
{
	render(doc, SOME_DAY, pdf);
	document_free(&doc);
}

static const char *find(const struct pdf *pdf, const char *word)
{
	return memmem(pdf->data, pdf->len, word, strlen(word));
}

static size_t number_after(const char *s, const char *word)
{
	const char *at = strstr(s, word);

	assert_non_null(at);
	return strtoul(at + strlen(word), NULL, 10);
}

static const char *xref(const struct pdf *pdf)
{
	return pdf->data +
	       number_after(pdf->data + pdf->len - 40, "startxref\n");
}

static size_t offset_of(const struct pdf *pdf, size_t number)
{
	const char *entry = strchr(xref(pdf) + strlen("xref\n"), '\n');

	assert_non_null(entry);
	return strtoul(entry + 1 + 20 * number, NULL, 10);
}

/* An object from behind "N 0 obj" to the end of its dictionary. */
static char *object(const struct pdf *pdf, size_t number)
{
	const char *s = pdf->data + offset_of(pdf, number), *end;
	char head[32];

	(void)snprintf(head, sizeof(head), "%zu 0 obj\n", number);
	assert_memory_equal(s, head, strlen(head));
	s += strlen(head);
	end = strstr(s, ">>\n");
	assert_non_null(end);
	return strndup(s, (size_t)(end - s) + 2);
}

/* A stream, unpacked where it is packed, with a NUL at its end. */
static char *stream(const struct pdf *pdf, size_t number)
{
	const char *s = pdf->data + offset_of(pdf, number);
	const char *filter = strstr(s, "/Filter/FlateDecode");
	size_t len = number_after(s, "/Length ");
	uLongf room = STREAM_MAX;
	char *out = malloc(room + 1);

	assert_non_null(out);
	s = strstr(s, ">>\nstream\n") + strlen(">>\nstream\n");
	if (filter && filter < s) {
		assert_int_equal(
			uncompress((Bytef *)out, &room, (const Bytef *)s, len),
			Z_OK);
	} else {
		memcpy(out, s, len);
		room = len;
	}
	out[room] = '\0';
	return out;
}

static char *catalog(const struct pdf *pdf)
{
	return object(pdf, number_after(xref(pdf), "/Root "));
}

static void every_object_is_where_it_is_said_to_be(void **state)
{
	struct document *doc = new_document();
	struct pdf pdf;
	size_t i, n;
	const char *last;

	(void)state;
	doc->data = "{}";
	add_table(doc, 30);
	render_and_free(doc, &pdf);
	last = xref(&pdf);
	assert_memory_equal(last, "xref\n0 ", 7);
	n = strtoul(last + 7, NULL, 10);
	assert_int_equal(number_after(last, "/Size "), n);
	assert_true(n > 100);
	for (i = 1; i < n; i++)
		free(object(&pdf, i));
	assert_memory_equal(pdf.data, "%PDF-1.7\n%", 10);
	for (i = 10; i < 14; i++)
		assert_true((unsigned char)pdf.data[i] > 127);
	assert_string_equal(pdf.data + pdf.len - 6, "%%EOF\n");
	free(pdf.data);
}

static void the_data_goes_with_the_document(void **state)
{
	static const char json[] = "{\"tên\": \"Sở (Tài) chính\\n\"}\n";
	struct document *doc = new_document();
	struct pdf pdf;
	char *root, *spec, *file, *data;
	size_t number;

	(void)state;
	doc->data = json;
	add_text(doc, ROLE_BODY, "chữ");
	render_and_free(doc, &pdf);
	root = catalog(&pdf);
	number = number_after(root, "/AF[");
	assert_int_equal(number_after(root, "/Names[(ckstoken.json)"), number);
	spec = object(&pdf, number);
	assert_non_null(strstr(spec, "/F(ckstoken.json)/UF(ckstoken.json)"));
	assert_non_null(strstr(spec, "/AFRelationship/Data"));
	number = number_after(spec, "/EF<</F ");
	file = object(&pdf, number);
	assert_non_null(strstr(file, "/Subtype/application#2Fjson"));
	assert_int_equal(number_after(file, "/Size "), strlen(json));
	assert_non_null(strstr(file, "/ModDate(D:20261121090000+07'00')"));
	data = stream(&pdf, number);
	assert_string_equal(data, json);
	assert_non_null(find(&pdf, "<pdfaid:part>3<"));
	assert_non_null(find(&pdf, "<pdfaid:conformance>B<"));
	free(data);
	free(file);
	free(spec);
	free(root);
	free(pdf.data);
}

static void without_data_nothing_is_attached(void **state)
{
	struct document *doc = new_document();
	struct pdf pdf;

	(void)state;
	add_text(doc, ROLE_BODY, "chữ");
	render_and_free(doc, &pdf);
	assert_null(find(&pdf, "EmbeddedFile"));
	assert_null(find(&pdf, "/AF["));
	assert_non_null(find(&pdf, "<pdfaid:part>2<"));
	assert_non_null(
		find(&pdf, "x-default\">Danh sách &lt;thử&gt; &amp; nghiệm<"));
	assert_non_null(find(&pdf, "<rdf:li>Sở Tài chính<"));
	assert_non_null(find(&pdf, "/Lang(vi-VN)"));
	free(pdf.data);
}

/* A cell with a title and the name of whoever signs. */
static void add_signer(struct document *doc, struct table *t, const char *title,
		       const char *name)
{
	struct cell *cell = table_cell(doc, t, 1, 1);
	struct paragraph *p = cell_paragraph(doc, cell, ALIGN_CENTER, 14);

	p->role = ROLE_SIGNATURE;
	paragraph_add(doc, p, STYLE_BOLD, title);
	p = cell_paragraph(doc, cell, ALIGN_CENTER, 14);
	p->role = ROLE_SIGNER;
	p->space = 64;
	paragraph_add(doc, p, STYLE_BOLD, name);
}

#define ROOM "<</Page 1/Rect["

static void the_room_of_a_signature_is_noted(void **state)
{
	struct document *doc = new_document();
	double rect[4];
	struct pdf pdf;
	struct table *t;
	char *root, *at;

	(void)state;
	add_chart(doc, "Theo tháng");
	add_text(doc, ROLE_BODY, "chữ");
	add_table(doc, 2);
	t = document_table(doc, columns, 2);
	table_row(doc, t);
	add_signer(doc, t, "BÊN GIAO", "An");
	add_signer(doc, t, "BÊN NHẬN", DOCUMENT_MARK "tên]");
	render_and_free(doc, &pdf);
	root = catalog(&pdf);
	at = strstr(root, "/PieceInfo<</ckstoken<</LastModified("
			  "D:20261121090000+07'00')/Private<</Signers[");
	assert_non_null(at);
	at = strstr(at, ROOM);
	assert_non_null(at);
	at += strlen(ROOM);
	for (size_t i = 0; i < 4; i++)
		rect[i] = strtod(at, &at);
	assert_memory_equal(at, "]/Name<FEFF0041006E>>>", 22);
	/* All of the space between the lines, and 150 points. */
	assert_true(rect[2] - rect[0] > 149.9 && rect[2] - rect[0] < 150.1);
	assert_true(rect[3] - rect[1] > 63 && rect[3] - rect[1] < 66);
	at = strstr(at, ROOM);
	assert_non_null(at);
	assert_true(strtod(at + strlen(ROOM), NULL) > rect[0] + 100);
	at = strchr(at, ']');
	assert_memory_equal(at, "]>>]>>>>>>", 10);
	free(root);
	free(pdf.data);
}

static void without_a_signer_no_room_is_noted(void **state)
{
	struct document *doc = new_document();
	struct pdf pdf;

	(void)state;
	add_text(doc, ROLE_SIGNER, "An");
	render_and_free(doc, &pdf);
	assert_null(find(&pdf, "/PieceInfo"));
	free(pdf.data);
}

/* Types of elements, with those below in parentheses. */
static void outline(const struct pdf *pdf, size_t number, struct buffer *b)
{
	char *element = object(pdf, number), *s, *end;

	s = strstr(element, "/S/") + 3;
	buffer_put(b, s, strcspn(s, "/"));
	s = strstr(element, "/K[");
	if (s && !strstr(element, "/Pg")) {
		buffer_puts(b, "(");
		for (s += 3; *s != ']'; s = strchr(end, 'R') + 2) {
			if (b->data[b->len - 1] != '(')
				buffer_puts(b, " ");
			outline(pdf, strtoul(s, &end, 10), b);
		}
		buffer_puts(b, ")");
	}
	free(element);
}

static void check_outline(struct document *doc, const char *expected)
{
	struct buffer b = { 0 };
	struct pdf pdf;
	char *root, *tree;

	render_and_free(doc, &pdf);
	root = catalog(&pdf);
	assert_non_null(strstr(root, "/MarkInfo<</Marked true>>"));
	tree = object(&pdf, number_after(root, "/StructTreeRoot "));
	outline(&pdf, number_after(tree, "/K "), &b);
	buffer_put(&b, "", 1);
	assert_string_equal((char *)b.data, expected);
	buffer_free(&b);
	free(tree);
	free(root);
	free(pdf.data);
}

static void tags_tell_what_is_what(void **state)
{
	struct document *doc = new_document();
	struct table *t;

	(void)state;
	t = document_table(doc, columns, 2);
	table_row(doc, t);
	add_cell(doc, t, 1, 1, "SỞ TÀI CHÍNH");
	add_cell(doc, t, 1, 1, "CỘNG HÒA");
	add_text(doc, ROLE_TITLE, "BIÊN BẢN");
	add_text(doc, ROLE_HEADING, "1. Một");
	add_text(doc, ROLE_BODY, "chữ");
	t = add_table(doc, 1);
	table_row(doc, t);
	add_cell(doc, t, 2, 1, "hai cột");
	cell_paragraph(doc, t->rows[3].cells[0], ALIGN_LEFT, 13);
	check_outline(doc,
		      "Document(Div(P P) H1 H2 P "
		      "Table(TR(TH TH) TR(TH TH) TR(TD TD TD) TR(TD(P P))))");
}

static void no_level_of_headings_is_left_out(void **state)
{
	struct document *doc = new_document();

	(void)state;
	add_text(doc, ROLE_HEADING, "1. Một");
	add_text(doc, ROLE_BODY, "chữ");
	add_text(doc, ROLE_HEADING, "2. Hai");
	check_outline(doc, "Document(H1 P H1)");
}

static void a_chart_is_a_figure_with_words(void **state)
{
	struct document *doc = new_document();
	struct pdf pdf;

	(void)state;
	add_chart(doc, "Theo tháng");
	add_text(doc, ROLE_BODY, "chữ");
	document_chart(doc);
	add_chart(doc, NULL);
	render(doc, SOME_DAY, &pdf);
	/* "01/2027: ba." */
	assert_non_null(find(&pdf, "/S/Figure/P "));
	assert_non_null(find(&pdf,
			     "/Alt<FEFF00300031002F0032003000320037003A00200062"
			     "0061002E>"));
	free(pdf.data);
	check_outline(doc, "Document(P Figure P Figure)");
}

static void cells_tell_what_they_span(void **state)
{
	struct document *doc = new_document();
	struct pdf pdf;

	(void)state;
	add_table(doc, 3);
	render_and_free(doc, &pdf);
	assert_non_null(find(&pdf, "/A<</O/Table/Scope/Column/RowSpan 2>>"));
	assert_non_null(find(&pdf, "/A<</O/Table/Scope/Column/ColSpan 2>>"));
	assert_non_null(find(&pdf, "/A<</O/Table/Scope/Column>>"));
	free(pdf.data);
}

/* Whether element @number says that piece @id of @page is its own. */
static bool owns(const struct pdf *pdf, size_t number, size_t page, size_t id)
{
	char *element = object(pdf, number), *s = strstr(element, "/K[");
	size_t found = 0, first = number_after(element, "/Pg ");

	assert_non_null(s);
	for (s += 3; *s != ']';) {
		if (isdigit((unsigned char)*s)) {
			found += strtoul(s, &s, 10) == id && first == page;
			s++;
			continue;
		}
		found += number_after(s, "/Pg ") == page &&
			 number_after(s, "/MCID ") == id;
		s = strstr(s, ">>") + 2;
	}
	free(element);
	return found == 1;
}

/*
 * All of a page's content is marked, one mark at a time, each with the next
 * number. Returns how many have one.
 */
static size_t check_marks(const char *content)
{
	const char *line, *end;
	bool open = false;
	size_t n = 0;

	for (line = content; *line; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		if (end - line > 3 && !memcmp(end - 3, "BDC", 3)) {
			assert_int_equal(number_after(line, "/MCID "), n++);
			assert_false(open);
			open = true;
		} else if (!memcmp(line, "/Artifact BMC", 13)) {
			assert_false(open);
			open = true;
		} else if (!memcmp(line, "EMC", 3)) {
			assert_true(open);
			open = false;
		} else if (memcmp(line, "BT", 2) != 0 &&
			   memcmp(line, "ET", 2) != 0) {
			assert_true(open);
		}
	}
	assert_false(open);
	return n;
}

static void check_page(const struct pdf *pdf, size_t number, const char *nums)
{
	char *page = object(pdf, number), *content, *s;
	char key[32];
	size_t i, n;

	content = stream(pdf, number_after(page, "/Contents "));
	assert_true(number_after(page, "/Resources ") > 0);
	n = check_marks(content);
	(void)snprintf(key, sizeof(key), "%s%zu[",
		       strstr(page, "/StructParents 0>") ? "/Nums[" : "\n",
		       number_after(page, "/StructParents "));
	s = strstr(nums, key);
	assert_non_null(s);
	s += strlen(key);
	for (i = 0; i < n; i++) {
		assert_true(owns(pdf, strtoul(s, &s, 10), number, i));
		s = strchr(s, 'R') + 2;
	}
	assert_int_equal(*s, ']');
	free(content);
	free(page);
}

static void each_piece_has_one_element(void **state)
{
	struct document *doc = new_document();
	struct buffer b = { 0 };
	struct pdf pdf;
	char *root, *tree, *nums, *pages, *s;
	size_t i;

	(void)state;
	for (i = 0; i < 2000; i++)
		buffer_puts(&b, "chữ ");
	buffer_put(&b, "", 1);
	add_text(doc, ROLE_BODY, (char *)b.data);
	add_text(doc, ROLE_BODY, "");
	table_row(doc, add_table(doc, 60));
	add_cell(doc, doc->blocks[2].table, 3, 1, (char *)b.data);
	add_chart(doc, "Theo tháng");
	add_chart(doc, NULL);
	render_and_free(doc, &pdf);
	assert_true(pdf.n_pages > 5);
	root = catalog(&pdf);
	tree = object(&pdf, number_after(root, "/StructTreeRoot "));
	nums = object(&pdf, number_after(tree, "/ParentTree "));
	pages = object(&pdf, number_after(root, "/Pages "));
	s = strstr(pages, "/Kids[") + 6;
	for (i = 0; i < pdf.n_pages; i++) {
		check_page(&pdf, strtoul(s, &s, 10), nums);
		s = strchr(s, 'R') + 2;
	}
	assert_int_equal(*s, ']');
	free(pages);
	free(nums);
	free(tree);
	free(root);
	free(pdf.data);
	buffer_free(&b);
}

static void pages_have_the_size_they_are_laid_out_on(void **state)
{
	struct document *doc = new_document();
	struct pdf pdf;

	(void)state;
	doc->landscape = true;
	add_text(doc, ROLE_BODY, "chữ");
	render(doc, SOME_DAY, &pdf);
	assert_non_null(find(&pdf, "/MediaBox[0 0 841.890 595.276]"));
	free(pdf.data);
	doc->landscape = false;
	render_and_free(doc, &pdf);
	assert_non_null(find(&pdf, "/MediaBox[0 0 595.276 841.890]"));
	free(pdf.data);
}

static void the_same_input_gives_the_same_bytes(void **state)
{
	struct document *doc = new_document();
	struct pdf pdf[3];
	size_t i;

	(void)state;
	doc->data = "{}";
	add_table(doc, 50);
	render(doc, SOME_DAY, &pdf[0]);
	render(doc, SOME_DAY, &pdf[1]);
	render(doc, SOME_DAY + 1, &pdf[2]);
	assert_int_equal(pdf[0].len, pdf[1].len);
	assert_memory_equal(pdf[0].data, pdf[1].data, pdf[0].len);
	assert_int_equal(pdf[0].len, pdf[2].len);
	assert_memory_not_equal(pdf[0].data, pdf[2].data, pdf[0].len);
	for (i = 0; i < 3; i++)
		free(pdf[i].data);
	document_free(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_object_is_where_it_is_said_to_be),
		cmocka_unit_test(the_data_goes_with_the_document),
		cmocka_unit_test(without_data_nothing_is_attached),
		cmocka_unit_test(the_room_of_a_signature_is_noted),
		cmocka_unit_test(without_a_signer_no_room_is_noted),
		cmocka_unit_test(tags_tell_what_is_what),
		cmocka_unit_test(no_level_of_headings_is_left_out),
		cmocka_unit_test(a_chart_is_a_figure_with_words),
		cmocka_unit_test(cells_tell_what_they_span),
		cmocka_unit_test(each_piece_has_one_element),
		cmocka_unit_test(pages_have_the_size_they_are_laid_out_on),
		cmocka_unit_test(the_same_input_gives_the_same_bytes),
	};

	return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
