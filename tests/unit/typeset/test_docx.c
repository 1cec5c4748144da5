/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "docx_package.h"

static const char data[] =
	"{\"agency\": {\"name\": \"Sở Tài chính <&]]> \\\"Đắk Lắk\\\"\"},\n"
	" \"note\": \"<![CDATA[x]]>\"}";

/* A letter with each thing that a document can have. */
static struct document *letter(void)
{
	static const struct column columns[] = { { 1, ALIGN_LEFT },
						 { 1, ALIGN_CENTER } };
	struct document *doc = new_document();
	struct table *t;
	struct cell *cell;

	document_describe(doc, "Công văn <đề nghị>", "Mẫu số 06",
			  "Sở Tài chính & bạn");
	t = document_table(doc, columns, 2);
	table_row(doc, t);
	cell = table_cell(doc, t, 1, 1);
	add_to(doc, cell, ROLE_ISSUER, "SỞ TÀI CHÍNH", "agency.name");
	cell = table_cell(doc, t, 1, 1);
	add_to(doc, cell, ROLE_NATIONAL, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
	       NULL);
	add_to(doc, cell, ROLE_MOTTO, "Độc lập - Tự do - Hạnh phúc", NULL);
	add(doc, ROLE_ADDRESSEE,
	    document_need(doc, NULL, "nơi nhận công văn", NULL),
	    "document.recipient");
	add(doc, ROLE_HEADING, "1. Thông tin", NULL);
	add(doc, ROLE_BODY, "Sở Tài chính đề nghị khôi phục./.", NULL);
	t = document_table(doc, columns, 2);
	t->ruled = true;
	t->n_header = 1;
	t->space = 6;
	table_row(doc, t);
	cell = table_cell(doc, t, 2, 1);
	cell->middle = true;
	add_to(doc, cell, ROLE_TABLE_HEAD, "Thiết bị", NULL)->size = 12;
	doc->data = data;
	return doc;
}

static void every_part_is_well_formed_and_known(void **state)
{
	struct document *doc = letter();
	unsigned char *out = NULL;
	xmlDocPtr types;
	size_t len = 0;
	zip_int64_t i;
	zip_t *zip;

	(void)state;
	render(doc, &out, &len);
	zip = open_package(out, len);
	assert_string_equal(zip_get_name(zip, 0, 0), "[Content_Types].xml");
	types = parse_entry(zip, 0);
	for (i = 0; i < zip_get_num_entries(zip, 0); i++) {
		const char *name = zip_get_name(zip, (zip_uint64_t)i, 0);
		char path[200];

		xmlFreeDoc(parse_entry(zip, (zip_uint64_t)i));
		snprintf(path, sizeof(path), "//*[@PartName='/%s']", name);
		assert_int_equal(holds(types, path),
				 !strstr(name, "rels") && i &&
					 strcmp(name, "customXml/item1.xml") !=
						 0);
	}
	assert_int_equal(number(types, "count(//*[@PartName])") + 5, i);
	xmlFreeDoc(types);
	zip_discard(zip);
	free(out);
	document_free(&doc);
}

static void check_targets(zip_t *zip, const char *relations, const char *base)
{
	xmlDocPtr part = parse_part(zip, relations);
	xmlNodePtr node = xmlDocGetRootElement(part)->children;

	for (; node; node = node->next) {
		xmlChar *target = xmlGetProp(node, BAD_CAST "Target");
		char path[200];

		assert_non_null(target);
		if (!strncmp((char *)target, "../", 3))
			snprintf(path, sizeof(path), "%s", (char *)target + 3);
		else
			snprintf(path, sizeof(path), "%s%s", base, target);
		assert_true(zip_name_locate(zip, path, 0) >= 0);
		xmlFree(target);
	}
	xmlFreeDoc(part);
}

static void relationships_lead_to_parts(void **state)
{
	struct document *doc = letter();
	unsigned char *out = NULL;
	size_t len = 0;
	zip_t *zip;

	(void)state;
	render(doc, &out, &len);
	zip = open_package(out, len);
	check_targets(zip, "_rels/.rels", "");
	check_targets(zip, "word/_rels/document.xml.rels", "word/");
	check_targets(zip, "customXml/_rels/item1.xml.rels", "customXml/");
	zip_discard(zip);
	free(out);
	document_free(&doc);
}

static void the_same_input_gives_the_same_bytes(void **state)
{
	static const char *const zones[] = { "UTC", "America/New_York" };
	unsigned char *out[2] = { NULL, NULL };
	size_t len[2], i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct document *doc = letter();

		setenv("TZ", zones[i], 1);
		tzset();
		render(doc, &out[i], &len[i]);
		document_free(&doc);
	}
	assert_int_equal(len[0], len[1]);
	assert_memory_equal(out[0], out[1], len[0]);
	free(out[0]);
	free(out[1]);
}

/* Where each entry's DOS time and date stand in its local header. */
static void assert_dos_date(const unsigned char *zip, unsigned int date,
			    unsigned int time)
{
	assert_memory_equal(zip, "PK\3\4", 4);
	assert_int_equal(zip[10] | zip[11] << 8, time);
	assert_int_equal(zip[12] | zip[13] << 8, date);
}

static void a_zip_has_no_date_before_1980(void **state)
{
	static const struct {
		time_t date;
		unsigned int dos_date, dos_time;
	} cases[] = {
		{ 0, 1 << 5 | 1, 0 },
		{ -1, 1 << 5 | 1, 0 },
		{ SOME_DAY, 46 << 9 | 11 << 5 | 21, 9 << 11 },
		{ 9999999999, 127 << 9 | 12 << 5 | 31, 0 },
	};
	struct document *doc = letter();
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		struct docx_options options = { cases[i].date, "ckstoken 1" };
		unsigned char *out = NULL;
		size_t len = 0;

		assert_int_equal(docx_render(doc, &options, &out, &len, NULL),
				 0);
		assert_dos_date(out, cases[i].dos_date, cases[i].dos_time);
		free(out);
	}
	document_free(&doc);
}

static void properties_tell_whose_it_is(void **state)
{
	struct document *doc = letter();
	xmlDocPtr core = render_part(doc, "docProps/core.xml");
	xmlDocPtr app = render_part(doc, "docProps/app.xml");

	(void)state;
	assert_text(core, "//*[local-name()='title']", doc->title);
	assert_text(core, "//*[local-name()='subject']", doc->subject);
	assert_text(core, "//*[local-name()='creator']", doc->author);
	assert_text(core, "//*[local-name()='language']", "vi-VN");
	assert_text(core, "//*[local-name()='created']",
		    "2026-11-21T02:00:00Z");
	assert_text(core, "//*[local-name()='modified']",
		    "2026-11-21T02:00:00Z");
	assert_text(app, "//*[local-name()='Application']", "ckstoken 1");
	xmlFreeDoc(core);
	xmlFreeDoc(app);
	document_free(&doc);
}

static void data_comes_back_letter_for_letter(void **state)
{
	struct document *doc = letter();
	xmlDocPtr part = render_part(doc, "customXml/item1.xml");

	(void)state;
	assert_text(part, "/*[local-name()='data'][@version='1']", data);
	assert_text(part, "namespace-uri(/*)", "urn:ckstoken:dossier:1");
	xmlFreeDoc(part);
	document_free(&doc);
}

static void without_data_there_is_no_part_for_it(void **state)
{
	struct document *doc = letter();
	unsigned char *out = NULL;
	xmlDocPtr part;
	size_t len = 0;
	zip_int64_t i;
	zip_t *zip;

	(void)state;
	doc->data = NULL;
	render(doc, &out, &len);
	zip = open_package(out, len);
	for (i = 0; i < zip_get_num_entries(zip, 0); i++)
		assert_null(strstr(zip_get_name(zip, (zip_uint64_t)i, 0),
				   "custom"));
	part = parse_part(zip, "[Content_Types].xml");
	assert_false(holds(part, "//*[contains(@PartName, 'custom')]"));
	xmlFreeDoc(part);
	part = parse_part(zip, "word/_rels/document.xml.rels");
	assert_false(holds(part, "//*[contains(@Target, 'custom')]"));
	xmlFreeDoc(part);
	zip_discard(zip);
	free(out);
	document_free(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_is_well_formed_and_known),
		cmocka_unit_test(relationships_lead_to_parts),
		cmocka_unit_test(the_same_input_gives_the_same_bytes),
		cmocka_unit_test(a_zip_has_no_date_before_1980),
		cmocka_unit_test(properties_tell_whose_it_is),
		cmocka_unit_test(data_comes_back_letter_for_letter),
		cmocka_unit_test(without_data_there_is_no_part_for_it),
	};

	return cmocka_run_group_tests(tests, NULL, end_xml);
}
