/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buffer.h"
#include "form06.h"
#include "layout.h"
#include "minutes.h"
#include "nd30.h"
#include "pdf.h"
#include "pdffont.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* Margins of 20, 20, 30 and 15 mm, and one point for rounding. */
#define LEFT (85039 - MPT)
#define RIGHT(layout) ((layout)->width - 42520 + MPT)
#define TOP (28346)
#define BOTTOM(layout) ((layout)->height - 56693 + MPT)

#define SOME_DAY 1795226400 /* 21/11/2026 09:00 in Vietnam */

static struct font_set *fonts;

static const struct agency_fact agency = {
	.name = "Sở Tài chính",
	.parent = "Ủy ban nhân dân tỉnh Lâm Đồng",
	.place = "Lâm Đồng",
	.symbol = "STC-VP",
	.authority = "KT. GIÁM ĐỐC",
	.signer_title = "Phó Giám đốc",
	.signer_name = "Trần Thị Bích Ngọc",
};

static const struct person_fact person = {
	.name = "Nguyễn Văn Hùng",
	.id_number = "068085001234",
	.id_date = "12/05/2021",
	.id_place = "Bộ Công an",
	.title = "Văn thư",
	.organization = "Sở Tài chính",
	.phone = "0912345678",
	.grounds = "Giấy giới thiệu số 12/GGT-STC",
};

static struct certificate_fact certificate = {
	.name = "Nguyễn Văn Hùng",
	.organization = "Sở Tài chính",
	.email = "hungnv@lamdong.gov.vn",
	.serial = "540A1B2C3D4E5F60718293A4B5C6D7E8",
	.not_before = 1704067200,
	.not_after = 1798675200,
};

static const struct device_fact device = {
	.serial = "5251A0B1C2D3",
	.label = "VGCA",
	.model = "Token",
	.user_pin = CKS_PIN_LOCKED,
	.certs = &certificate,
	.n_certs = 1,
	.condition = "Nguyên vẹn",
	.accessories = "không",
};

static int open_fonts(void **state)
{
	char why[256];

	(void)state;
	return font_set_open(NULL, &fonts, why, sizeof(why));
}

static int close_fonts(void **state)
{
	(void)state;
	font_set_free(&fonts);
	return 0;
}

/* The right edge of what is seen of a run. */
static int right_edge(const struct placed_run *run)
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

/* All the letters of a page in the order they are drawn. */
static void page_text(const struct page *page, struct buffer *b)
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

static char *all_text(const struct layout *layout)
{
	struct buffer b = { 0 };
	size_t i;

	for (i = 0; i < layout->n_pages; i++)
		page_text(&layout->pages[i], &b);
	buffer_put(&b, "", 1);
	assert_false(b.failed);
	return (char *)b.data;
}

/* Letters without blanks and breaks, which layout may move. */
static void squeeze(char *s)
{
	char *out = s;

	for (; *s; s++)
		if (*s != ' ' && *s != '|')
			*out++ = *s;
	*out = '\0';
}

static size_t count(const char *text, const char *word)
{
	size_t n = 0;

	for (; (text = strstr(text, word)); text += strlen(word))
		n++;
	return n;
}

/* Inside the margins, and no two runs of a line over each other. */
static void check_page(const struct layout *layout, const struct page *page)
{
	size_t i, k;

	for (i = 0; i < page->n_runs; i++) {
		const struct placed_run *a = &page->runs[i];

		assert_in_range(a->x, LEFT, RIGHT(layout));
		assert_in_range(right_edge(a), LEFT, RIGHT(layout));
		assert_in_range(a->y, TOP, BOTTOM(layout));
		for (k = i + 1; k < page->n_runs; k++) {
			const struct placed_run *b = &page->runs[k];

			if (a->y == b->y)
				assert_true(right_edge(a) <= b->x ||
					    right_edge(b) <= a->x);
		}
	}
}

static struct layout *lay_out(const struct document *doc)
{
	struct layout *layout = NULL;
	size_t i;

	assert_int_equal(layout_document(doc, fonts, &layout), 0);
	for (i = 0; i < layout->n_pages; i++)
		check_page(layout, &layout->pages[i]);
	return layout;
}

static bool lists(const struct document *doc, const char *field)
{
	size_t i;

	for (i = 0; i < doc->n_missing; i++)
		if (!strcmp(doc->missing[i], field))
			return true;
	return false;
}

static void text_is_cleaned(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ NULL, "" },
		{ " \t ", "" },
		{ "  VGCA   Token  ", "VGCA Token" },
		{ "Vie\xcc\xa3\xcc\x82t", "Việt" },
		{ "D\xcc\xa3", "Ḍ" },
		{ "a\x1b[31mb\r\nc", "a[31mb c" },
		{ "a\xe2\x80\xae"
		  "b\xef\xbb\xbf"
		  "c",
		  "abc" },
		{ "\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xe1\xbb", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "a\xe2\x80\xa8"
		  "b",
		  "a b" },
	};
	struct document *doc = document_new();
	size_t i;

	(void)state;
	assert_non_null(doc);
	for (i = 0; i < N(cases); i++)
		assert_string_equal(document_text(doc, cases[i].in),
				    cases[i].out);
	assert_string_equal(document_upper(doc, "Ủy ban tỉnh Đắk Lắk, ý"),
			    "ỦY BAN TỈNH ĐẮK LẮK, Ý");
	document_free(&doc);
	assert_null(doc);
}

static void missing_fields_are_listed_once(void **state)
{
	struct document *doc = document_new();

	(void)state;
	assert_non_null(doc);
	assert_string_equal(document_need(doc, "15", "số văn bản"), "15");
	assert_int_equal(doc->n_missing, 0);
	assert_string_equal(document_need(doc, " ", "số văn bản"),
			    "[cần bổ sung: số văn bản]");
	assert_string_equal(document_need(doc, NULL, "số văn bản"),
			    "[cần bổ sung: số văn bản]");
	assert_int_equal(doc->n_missing, 1);
	assert_string_equal(doc->missing[0], "số văn bản");
	document_free(&doc);
}

static void numbers_and_days_take_zeros(void **state)
{
	struct document *doc = document_new();

	(void)state;
	assert_non_null(doc);
	assert_string_equal(nd30_number(doc, "5"), "05");
	assert_string_equal(nd30_number(doc, "15"), "15");
	assert_string_equal(nd30_number(doc, "05"), "05");
	/* 04/01/2026 18:00 UTC is the next day in Vietnam. */
	assert_string_equal(nd30_day(doc, 1767549600),
			    "ngày 05 tháng 01 năm 2026");
	assert_string_equal(nd30_short_day(doc, 1767549600), "05/01/2026");
	assert_string_equal(nd30_day(doc, 1772593200),
			    "ngày 04 tháng 3 năm 2026");
	assert_string_equal(nd30_day(doc, SOME_DAY),
			    "ngày 21 tháng 11 năm 2026");
	document_free(&doc);
}

static void paragraphs_are_justified_and_keep_their_letters(void **state)
{
	static const char text[] =
		"Thiết bị lưu khóa bí mật sẽ bị khóa khi nhập sai mật khẩu quá "
		"số lần quy định, để thiết bị lưu khóa bí mật hoạt động trở "
		"lại, cần phải thực hiện quy trình khôi phục thiết bị.";
	struct document *doc = document_new();
	struct layout *layout;
	const struct page *page;
	char *got;
	size_t i;

	(void)state;
	assert_non_null(doc);
	nd30_body(doc, 0, text);
	layout = lay_out(doc);
	assert_int_equal(layout->n_pages, 1);
	page = layout->pages;
	assert_in_range(page->n_runs, 3, 4);
	for (i = 0; i + 1 < page->n_runs; i++)
		assert_in_range(right_edge(&page->runs[i]),
				RIGHT(layout) - 2 * MPT, RIGHT(layout));
	got = all_text(layout);
	assert_int_equal(count(got, " |"), page->n_runs - 1);
	for (i = 0; got[i]; i++)
		assert_true(strncmp(got + i, "  ", 2) != 0);
	free(got);
	layout_free(&layout);
	document_free(&doc);
}

static void letters_the_font_lacks_are_named(void **state)
{
	struct document *doc = document_new();
	struct layout *layout;
	char *got;

	(void)state;
	assert_non_null(doc);
	nd30_body(doc, 0,
		  "a\xf0\x9f\x98\x80"
		  "b\xe4\xb8\xad\xe4\xb8\xad"
		  "c");
	layout = lay_out(doc);
	assert_int_equal(layout->n_lacking, 2);
	assert_int_equal(layout->lacking[0], 0x1f600);
	assert_int_equal(layout->lacking[1], 0x4e2d);
	got = all_text(layout);
	assert_string_equal(got, "a□b□□c|");
	free(got);
	layout_free(&layout);
	document_free(&doc);
}

static struct document *letter(const struct device_fact *devices, size_t n)
{
	struct recovery_request request = {
		.agency = &agency,
		.recipient = "Sở Khoa học và Công nghệ tỉnh Lâm Đồng",
		.number = "5",
		.date = SOME_DAY,
		.coordinator = &person,
		.devices = devices,
		.n_devices = n,
	};
	struct document *doc = NULL;

	assert_int_equal(form06_build(&request, &doc), 0);
	return doc;
}

static void letter_has_what_the_form_asks(void **state)
{
	static const char *const parts[] = {
		"ỦYBANNHÂNDÂNTỈNHLÂMĐỒNG",
		"SỞTÀICHÍNH",
		"CỘNGHÒAXÃHỘICHỦNGHĨAVIỆTNAM",
		"Độclập-Tựdo-Hạnhphúc",
		"Số:05/STC-VP",
		"V/vđềnghịkhôiphụcthiếtbịlưukhóabímật",
		"LâmĐồng,ngày21tháng11năm2026",
		"Điều22Nghịđịnhsố68/2024/NĐ-CP",
		"Thôngtincủathuêbao",
		"hungnv@lamdong.gov.vn",
		"-Nhưtrên;-Lưu:VT.",
		"KT.GIÁMĐỐCPHÓGIÁMĐỐCTrầnThịBíchNgọc",
	};
	struct document *doc = letter(&device, 1);
	struct layout *layout = lay_out(doc);
	char *got = all_text(layout);
	size_t i;

	(void)state;
	assert_int_equal(doc->n_missing, 0);
	assert_int_equal(layout->n_pages, 1);
	squeeze(got);
	for (i = 0; i < N(parts); i++)
		assert_non_null(strstr(got, parts[i]));
	assert_null(strstr(got, "Ký,đóngdấu"));
	free(got);
	layout_free(&layout);
	document_free(&doc);
}

static void a_renewed_certificate_stands_there_once(void **state)
{
	const struct certificate_fact twins[] = { device.certs[0],
						  device.certs[0] };
	const struct device_fact renewed = { .serial = "X1",
					     .certs = twins,
					     .n_certs = 2 };
	struct document *doc = letter(&renewed, 1);
	struct layout *layout = lay_out(doc);
	char *got = all_text(layout), *first;

	(void)state;
	squeeze(got);
	first = strstr(got, "hungnv@lamdong.gov.vn");
	assert_non_null(first);
	assert_null(strstr(first + 1, "hungnv@lamdong.gov.vn"));
	free(got);
	layout_free(&layout);
	document_free(&doc);
}

static void a_deputy_of_a_committee_signs_on_three_lines(void **state)
{
	static const struct agency_fact committee = {
		.name = "Ủy ban nhân dân xã Ví Dụ",
		.authority = "TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH",
		.signer_title = "Phó Chủ tịch",
	};
	struct recovery_request request = { .agency = &committee };
	struct document *doc = NULL;
	const struct table *block;

	(void)state;
	assert_int_equal(form06_build(&request, &doc), 0);
	block = doc->blocks[doc->n_blocks - 1].table;
	assert_string_equal(
		block->rows[0].cells[1]->paragraphs[0]->runs[0].text,
		"TM. ỦY BAN NHÂN DÂN");
	assert_string_equal(
		block->rows[0].cells[1]->paragraphs[1]->runs[0].text,
		"KT. CHỦ TỊCH");
	assert_string_equal(
		block->rows[0].cells[1]->paragraphs[2]->runs[0].text,
		"PHÓ CHỦ TỊCH");
	document_free(&doc);
}

static void header_repeats_over_500_rows(void **state)
{
	struct device_fact *devices = calloc(500, sizeof(*devices));
	struct buffer b = { 0 };
	struct document *doc;
	struct layout *layout;
	size_t i, rows = 0;

	(void)state;
	assert_non_null(devices);
	for (i = 0; i < 500; i++)
		devices[i] = device;
	doc = letter(devices, 500);
	layout = lay_out(doc);
	assert_true(layout->n_pages > 10);
	for (i = 0; i < layout->n_pages; i++) {
		b.len = 0;
		page_text(&layout->pages[i], &b);
		buffer_put(&b, "", 1);
		assert_int_equal(count((char *)b.data, "|Thông tin của "), 1);
		rows += count((char *)b.data, "|5251A0B1C2D3|");
	}
	assert_int_equal(rows, 500);
	/* The signature never stands without a row. */
	assert_non_null(strstr((char *)b.data, "|500|"));
	assert_non_null(strstr((char *)b.data, "PHÓ GIÁM ĐỐC"));
	buffer_free(&b);
	layout_free(&layout);
	document_free(&doc);
	free(devices);
}

/* However many rows the last page has, the signature comes with one. */
static void signature_is_never_alone(void **state)
{
	struct device_fact devices[30];
	size_t n;

	(void)state;
	for (n = 0; n < N(devices); n++)
		devices[n] = device;
	for (n = 1; n < N(devices); n++) {
		struct document *doc = letter(devices, n);
		struct layout *layout = lay_out(doc);
		struct buffer b = { 0 };

		page_text(&layout->pages[layout->n_pages - 1], &b);
		buffer_put(&b, "", 1);
		assert_non_null(strstr((char *)b.data, "|5251A0B1C2D3|"));
		assert_non_null(strstr((char *)b.data, "Nơi nhận:"));
		buffer_free(&b);
		layout_free(&layout);
		document_free(&doc);
	}
}

static void long_words_stay_in_their_cells(void **state)
{
	static const char word[] = "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd";
	char email[100], name[400] = "";
	struct certificate_fact cert = certificate;
	struct device_fact d = device;
	struct document *doc;
	struct layout *layout;
	char *got;
	size_t i;

	(void)state;
	strcat(strcpy(email, word), word);
	for (i = 0; i < 40; i++)
		strcat(name, i % 4 ? "Ngữ" : "ễNg");
	assert_int_equal(strlen(email), 80);
	cert.email = email;
	cert.name = name;
	d.certs = &cert;
	doc = letter(&d, 1);
	layout = lay_out(doc);
	got = all_text(layout);
	squeeze(got);
	assert_non_null(strstr(got, email));
	assert_non_null(strstr(got, name));
	free(got);
	layout_free(&layout);
	document_free(&doc);
}

static void a_cell_longer_than_a_page_loses_nothing(void **state)
{
	const size_t n = 5000;
	struct certificate_fact certs[2] = { certificate, certificate };
	struct device_fact d = device;
	char *name = calloc(n + 1, 3);
	struct document *doc;
	struct layout *layout;
	char *got;
	size_t i;

	(void)state;
	assert_non_null(name);
	for (i = 0; i < n; i++)
		strcpy(name + 3 * i, i % 7 == 6 ? "x y" : "ễ");
	for (i = 0; i < 3 * n; i++)
		if (!name[i])
			name[i] = 'z';
	certs[1].name = name;
	d.certs = certs;
	d.n_certs = 2;
	doc = letter(&d, 1);
	layout = lay_out(doc);
	assert_true(layout->n_pages > 3);
	got = all_text(layout);
	assert_true(count(got, "z") >= count(name, "z"));
	assert_int_equal(count(got, "ễ"), count(name, "ễ") + 2);
	free(got);
	layout_free(&layout);
	document_free(&doc);
	free(name);
}

static void nothing_known_is_nothing_invented(void **state)
{
	static const char *const fields[] = {
		"tên cơ quan ban hành", "số văn bản",
		"ngày ban hành",	"nơi nhận công văn",
		"số hiệu thiết bị",	"thư công vụ của thuê bao",
		"họ và tên người ký",
	};
	struct recovery_request request = { 0 };
	struct document *doc = NULL;
	struct layout *layout;
	char *got;
	size_t i;

	(void)state;
	assert_int_equal(form06_build(&request, &doc), 0);
	for (i = 0; i < N(fields); i++)
		assert_true(lists(doc, fields[i]));
	layout = lay_out(doc);
	got = all_text(layout);
	assert_non_null(strstr(got, "(Ký, đóng dấu và ghi rõ họ tên)"));
	free(got);
	layout_free(&layout);
	document_free(&doc);
}

static void nfd_input_comes_out_composed(void **state)
{
	struct certificate_fact cert = certificate;
	struct device_fact d = device;
	struct document *doc;
	struct layout *layout;
	char *got;

	(void)state;
	cert.name = "Le\xcc\x82 Thi\xcc\xa3 Bi\xcc\x81"
		    "ch";
	d.certs = &cert;
	doc = letter(&d, 1);
	layout = lay_out(doc);
	got = all_text(layout);
	assert_non_null(strstr(got, "Lê Thị Bích"));
	assert_int_equal(layout->n_lacking, 0);
	free(got);
	layout_free(&layout);
	document_free(&doc);
}

static char *minutes_text(struct handover_minutes *m, struct document **doc)
{
	struct layout *layout;
	char *got;

	assert_int_equal(minutes_build(m, doc), 0);
	layout = lay_out(*doc);
	got = all_text(layout);
	squeeze(got);
	layout_free(&layout);
	return got;
}

static void minutes_say_what_the_facts_say(void **state)
{
	static const char *const parts[] = {
		"Số:07/BB-STC",
		"BIÊNBẢN",
		"CăncứĐiều20Nghịđịnhsố68/2024",
		"côngvụ;CăncứQuyếtđịnhsố45/QĐ-STC.",
		"Hômnay,hồi09giờ00phút,ngày21tháng11năm2026,tạiHàNội,",
		"Bịkhóadonhậpsaimậtkhẩu",
		"từ01/01/2024đến31/12/2026",
		"Lýdogiao,nhận:Hếthạn.",
		"02bảncógiátrịnhưnhau,mỗibêngiữ01bản.",
		"ĐẠIDIỆNBÊNGIAO",
		"ĐẠIDIỆNBÊNNHẬN",
		"đốichiếuMẫusố08",
	};
	static const char *const grounds[] = { "Quyết định số 45/QĐ-STC; " };
	struct handover_minutes m = {
		.kind = MINUTES_RETURN_08,
		.agency = &agency,
		.number = "7",
		.time = SOME_DAY,
		.hour_known = true,
		.place = "Hà Nội",
		.grounds = grounds,
		.n_grounds = 1,
		.giver = person,
		.receiver = person,
		.devices = &device,
		.n_devices = 1,
		.reason = "Hết hạn.",
		.copies = 2,
	};
	struct document *doc = NULL;
	char *got = minutes_text(&m, &doc);
	size_t i;

	(void)state;
	assert_int_equal(doc->n_missing, 0);
	for (i = 0; i < N(parts); i++)
		assert_non_null(strstr(got, parts[i]));
	free(got);
	document_free(&doc);
}

static void an_hour_nobody_gave_is_asked_for(void **state)
{
	struct handover_minutes m = { .kind = MINUTES_KEEPER,
				      .agency = &agency,
				      .time = SOME_DAY };
	struct document *doc = NULL;
	char *got = minutes_text(&m, &doc);

	(void)state;
	assert_true(lists(doc, "giờ giao, nhận"));
	assert_null(strstr(got, "00giờ"));
	assert_non_null(strstr(got, "ngày21tháng11năm2026"));
	free(got);
	document_free(&doc);
}

static void one_copy_is_like_no_other(void **state)
{
	struct handover_minutes m = { .kind = MINUTES_KEEPER, .copies = 1 };
	struct document *doc = NULL;
	char *got = minutes_text(&m, &doc);

	(void)state;
	assert_non_null(strstr(got, "lậpthành01bản."));
	free(got);
	document_free(&doc);
}

static void punctuation_is_no_fact(void **state)
{
	struct handover_minutes m = { .kind = MINUTES_KEEPER,
				      .reason = "...",
				      .place = " - " };
	struct document *doc = NULL;
	char *got = minutes_text(&m, &doc);

	(void)state;
	assert_true(lists(doc, "lý do giao, nhận"));
	assert_true(lists(doc, "nơi giao, nhận"));
	free(got);
	document_free(&doc);
}

static void damaged_letters_are_listed(void **state)
{
	struct handover_minutes m = { .kind = MINUTES_KEEPER,
				      .place = "Ph\xFFng 2" };
	struct document *doc = NULL;
	char *got = minutes_text(&m, &doc);

	(void)state;
	assert_true(lists(doc, "nơi giao, nhận (có ký tự hỏng)"));
	free(got);
	document_free(&doc);
}

static void a_new_keeper_needs_a_permission(void **state)
{
	struct handover_minutes m = { .kind = MINUTES_KEEPER };
	struct document *doc = NULL;
	char *got = minutes_text(&m, &doc);

	(void)state;
	assert_true(lists(doc, "văn bản cho phép bàn giao"));
	assert_true(lists(doc, "số bản"));
	assert_true(lists(doc, "thời gian giao, nhận"));
	assert_non_null(strstr(got, "Điều32Nghịđịnhsố30/2020/NĐ-CP"));
	assert_non_null(strstr(got, "Khôngđọcđượctrạngthái"));
	assert_null(strstr(got, "mỗibêngiữ"));
	free(got);
	document_free(&doc);
}

static void the_same_input_gives_the_same_bytes(void **state)
{
	const struct pdf_options options = { SOME_DAY, "ckstoken" };
	unsigned char *out[2] = { NULL, NULL };
	size_t len[2], i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct document *doc = letter(&device, 1);
		struct layout *layout = lay_out(doc);

		assert_int_equal(pdf_render(doc, layout, fonts, &options,
					    &out[i], &len[i]),
				 0);
		layout_free(&layout);
		document_free(&doc);
	}
	assert_int_equal(len[0], len[1]);
	assert_memory_equal(out[0], out[1], len[0]);
	assert_memory_equal(out[0], "%PDF-1.7\n", 9);
	assert_memory_equal(out[0] + len[0] - 6, "%%EOF\n", 6);
	free(out[0]);
	free(out[1]);
}

/* The font draws a blank and a no-break space by one glyph. */
static void one_glyph_for_two_letters_gets_two_codes(void **state)
{
	const struct glyph blank = { .text = " ", .text_len = 1, .id = 3 };
	const struct glyph hard = {
		.text = "\xc2\xa0",
		.text_len = 2,
		.id = 3,
	};
	struct pdf_font font = { 0 };

	(void)state;
	assert_int_equal(pdf_font_code(&font, &blank), 1);
	assert_int_equal(pdf_font_code(&font, &hard), 2);
	assert_int_equal(pdf_font_code(&font, &blank), 1);
	assert_false(font.failed);
	pdf_font_free(&font);
}

static void a_missing_font_is_named(void **state)
{
	struct font_set *set = NULL;
	char why[256] = "";

	(void)state;
	assert_int_equal(font_set_open("/nonexistent", &set, why, sizeof(why)),
			 -ENOENT);
	assert_null(set);
	assert_non_null(
		strstr(why, "/nonexistent/LiberationSerif-Regular.ttf"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cleaned),
		cmocka_unit_test(missing_fields_are_listed_once),
		cmocka_unit_test(numbers_and_days_take_zeros),
		cmocka_unit_test(
			paragraphs_are_justified_and_keep_their_letters),
		cmocka_unit_test(letters_the_font_lacks_are_named),
		cmocka_unit_test(letter_has_what_the_form_asks),
		cmocka_unit_test(a_renewed_certificate_stands_there_once),
		cmocka_unit_test(a_deputy_of_a_committee_signs_on_three_lines),
		cmocka_unit_test(header_repeats_over_500_rows),
		cmocka_unit_test(signature_is_never_alone),
		cmocka_unit_test(long_words_stay_in_their_cells),
		cmocka_unit_test(a_cell_longer_than_a_page_loses_nothing),
		cmocka_unit_test(nothing_known_is_nothing_invented),
		cmocka_unit_test(nfd_input_comes_out_composed),
		cmocka_unit_test(minutes_say_what_the_facts_say),
		cmocka_unit_test(an_hour_nobody_gave_is_asked_for),
		cmocka_unit_test(one_copy_is_like_no_other),
		cmocka_unit_test(punctuation_is_no_fact),
		cmocka_unit_test(damaged_letters_are_listed),
		cmocka_unit_test(a_new_keeper_needs_a_permission),
		cmocka_unit_test(the_same_input_gives_the_same_bytes),
		cmocka_unit_test(one_glyph_for_two_letters_gets_two_codes),
		cmocka_unit_test(a_missing_font_is_named),
	};

	return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
