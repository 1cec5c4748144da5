/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "papers.h"

#include <errno.h>
#include <unistd.h>

#include "base/buffer.h"

/* Margins of 30 mm and, below, 20 mm; page numbers stand in the one above. */
#define LEFT (85039 - MPT)
#define TOP 28346
#define BOTTOM(layout) ((layout)->height - 56693 + MPT)

#define AGENCY                                                   \
	"'agency': {'name': 'Sở Tài chính',"                 \
	"  'parent': 'Ủy ban nhân dân tỉnh Lâm Đồng'," \
	"  'place': 'Lâm Đồng', 'symbol': 'STC-VP',"         \
	"  'authority': 'KT. GIÁM ĐỐC',"                     \
	"  'signer_title': 'Phó Giám đốc',"                 \
	"  'signer_name': 'Trần Thị Bích Ngọc'}"

#define PERSON                                                                   \
	"{'name': 'Nguyễn Văn Hùng', 'id_number': '068085001234',"           \
	" 'id_date': '12/05/2021', 'id_place': 'Bộ Công an',"                 \
	" 'title': 'Văn thư', 'organization': 'Sở Tài chính',"             \
	" 'phone': '0912345678', 'grounds': 'Giấy giới thiệu số 12/GGT-" \
	"STC'}"

#define ROW                                                                   \
	"{'device_serial': '5251A0B1C2D3', 'device_label': 'VGCA',"           \
	" 'device_model': 'Token', 'user_pin': 'locked',"                     \
	" 'condition': 'Nguyên vẹn', 'accessories': 'không',"             \
	" 'name': 'Nguyễn Văn Hùng', 'organization': 'Sở Tài chính'," \
	" 'email': 'hungnv@lamdong.gov.vn',"                                  \
	" 'certificate_serial': '540A1B2C3D4E5F60718293A4B5C6D7E8',"          \
	" 'not_before': '2024-01-01', 'not_after': '2026-12-31'}"

#define DECREE                                                            \
	"Nghị định số 68/2024/NĐ-CP ngày 25 tháng 6 năm 2024 " \
	"của Chính phủ quy định về chữ ký số chuyên dùng công vụ"

static char folder[] = "/tmp/test_form.XXXXXX";
static char file[sizeof(folder) + sizeof("/form.xml")];
const char *const form_file = file;

int make_form_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(file, sizeof(file), "%s/form.xml", folder);
	return 0;
}

int remove_form_folder(void **state)
{
	(void)state;
	unlink(file);
	return rmdir(folder);
}

void write_form(const void *text, size_t len)
{
	FILE *f = fopen(file, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

json_t *json_of(const char *text)
{
	char *copy = strdup(text), *quote;
	json_error_t error;
	json_t *json;

	assert_non_null(copy);
	for (quote = copy; (quote = strchr(quote, '\'')); quote++)
		*quote = '"';
	json = json_loads(copy, 0, &error);
	if (!json)
		fail_msg("%s: %s", error.text, copy);
	free(copy);
	return json;
}

json_t *row_of(json_t *facts, size_t i)
{
	return json_array_get(json_object_get(facts, "subscribers"), i);
}

json_t *letter_facts(size_t n)
{
	json_t *facts = json_of("{" AGENCY ", 'contact': " PERSON ","
				" 'form': {'name': 'Mẫu số 06'},"
				" 'document': {'number': '5',"
				"  'date': '2026-11-21',"
				"  'recipient': 'Sở Khoa học và Công nghệ "
				"tỉnh Lâm Đồng',"
				"  'grounds': ['Điều 22 " DECREE "']},"
				" 'subscribers': []}");
	char serial[sizeof("5251A0B1C2D3")];
	size_t i;

	for (i = 0; i < n; i++) {
		json_t *row = json_of(ROW);

		(void)snprintf(serial, sizeof(serial), "5251A0B1%04zX",
			       (i + 0xC2D3) & 0xffff);
		assert_int_equal(dossier_put(row, "device_serial", serial), 0);
		assert_int_equal(
			json_array_append_new(
				json_object_get(facts, "subscribers"), row),
			0);
	}
	return facts;
}

json_t *minutes_facts(void)
{
	return json_of("{" AGENCY ", 'giver': " PERSON ", 'receiver': " PERSON
		       ", 'form': {'name': 'Mẫu số 08'},"
		       " 'document': {'number': '7', 'date': '2026-11-21',"
		       "  'time': '2026-11-21T09:00:00+07:00',"
		       "  'place': 'Hà Nội', 'reason': 'Hết hạn.',"
		       "  'originals': 2,"
		       "  'grounds': ['Điều 20 " DECREE "'],"
		       "  'papers': ['Quyết định số 45/QĐ-STC; ']},"
		       " 'subscribers': [" ROW "]}");
}

struct document *paper(const char *path, json_t *facts)
{
	struct document *doc = NULL;
	struct form *form = NULL;
	struct error error = { 0 };

	if (form_load(NULL, path, &form, &error))
		fail_msg("%s", error_text(&error, -ENOMEM));
	assert_null(error.text);
	assert_int_equal(form_build(form, facts, &doc), 0);
	form_free(&form);
	json_decref(facts);
	return doc;
}

struct document *filled(const char *blocks, const char *facts)
{
	char *text = NULL;
	int len = asprintf(&text, "<form version='1'><title>T</title>%s</form>",
			   blocks);

	assert_true(len > 0);
	write_form(text, (size_t)len);
	free(text);
	return paper(file, json_of(facts));
}

const char *cell_words(struct document *doc, const struct table *t, size_t row,
		       size_t cell)
{
	assert_in_range(row, 0, t->n_rows - 1);
	assert_in_range(cell, 0, t->rows[row].n_cells - 1);
	return paragraph_text(doc, t->rows[row].cells[cell]->paragraphs[0]);
}

bool lists(const struct document *doc, const char *field)
{
	size_t i;

	for (i = 0; i < doc->n_missing; i++)
		if (!strcmp(doc->missing[i], field))
			return true;
	return false;
}

size_t count(const char *text, const char *word)
{
	size_t n = 0;

	for (; (text = strstr(text, word)); text += strlen(word))
		n++;
	return n;
}

int right_edge(const struct placed_run *run)
{
	int x = run->x, edge = run->x;
	size_t i;

	for (i = 0; i < run->n_glyphs; i++) {
		x += run->glyphs[i].advance;
		if (run->glyphs[i].text[0] != ' ')
			edge = x;
	}
	return edge;
}

/* Inside the margins, but for the foot, and no two runs of a line over each
 * other. */
static void check_page(const struct layout *layout, const struct page *page)
{
	size_t i, k;

	for (i = 0; i < page->n_runs; i++) {
		const struct placed_run *a = &page->runs[i];

		assert_in_range(a->x, LEFT, RIGHT(layout));
		assert_in_range(right_edge(a), LEFT, RIGHT(layout));
		if (a->size != PAGE_FOOT_SIZE)
			assert_in_range(a->y, TOP, BOTTOM(layout));
		for (k = i + 1; k < page->n_runs; k++) {
			const struct placed_run *b = &page->runs[k];

			if (a->y == b->y)
				assert_true(right_edge(a) <= b->x ||
					    right_edge(b) <= a->x);
		}
	}
}

struct layout *lay_out(const struct document *doc)
{
	struct layout *layout = NULL;
	size_t i;

	assert_int_equal(layout_document(doc, fonts, &layout), 0);
	for (i = 0; i < layout->n_pages; i++)
		check_page(layout, &layout->pages[i]);
	return layout;
}

static void add_page(const struct page *page, struct buffer *b)
{
	size_t i, k;

	for (i = 0; i < page->n_runs; i++) {
		const struct placed_run *run = &page->runs[i];

		for (k = 0; k < run->n_glyphs; k++)
			buffer_put(b, run->glyphs[k].text,
				   run->glyphs[k].text_len);
		buffer_puts(b, "|");
	}
}

static char *text_in(struct buffer *b)
{
	buffer_put(b, "", 1);
	assert_false(b->failed);
	return (char *)b->data;
}

char *page_text(const struct page *page)
{
	struct buffer b = { 0 };

	add_page(page, &b);
	return text_in(&b);
}

char *all_text(const struct layout *layout)
{
	struct buffer b = { 0 };
	size_t i;

	for (i = 0; i < layout->n_pages; i++)
		add_page(&layout->pages[i], &b);
	return text_in(&b);
}

char *squeezed_text(const struct document *doc)
{
	struct layout *layout = lay_out(doc);
	char *text = all_text(layout), *in, *out;

	layout_free(&layout);
	for (in = out = text; *in; in++)
		if (*in != ' ' && *in != '|')
			*out++ = *in;
	*out = '\0';
	return text;
}

void assert_parts(const struct document *doc, const char *const *parts,
		  size_t n)
{
	char *got = squeezed_text(doc);
	size_t i;

	for (i = 0; i < n; i++)
		if (!strstr(got, parts[i]))
			fail_msg("no \"%s\" in %s", parts[i], got);
	free(got);
}

void assert_no_part(const struct document *doc, const char *part)
{
	char *got = squeezed_text(doc);

	assert_null(strstr(got, part));
	free(got);
}

void assert_missing(const struct document *doc, const char *const *fields,
		    size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!lists(doc, fields[i]))
			fail_msg("%s is not missed", fields[i]);
	assert_int_equal(doc->n_missing, n);
}
