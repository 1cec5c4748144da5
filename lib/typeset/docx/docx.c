/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "docx.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/date.h"
#include "base/library.h"
#include "base/soname.h"
#include "body.h"
#include "chart.h"
#include "part.h"
#include "styles.h"

#define LIBZIP_SYMBOLS(X)           \
	X(zip_close)                \
	X(zip_discard)              \
	X(zip_file_add)             \
	X(zip_file_set_dostime)     \
	X(zip_open_from_source)     \
	X(zip_set_file_compression) \
	X(zip_source_buffer)        \
	X(zip_source_buffer_create) \
	X(zip_source_close)         \
	X(zip_source_free)          \
	X(zip_source_keep)          \
	X(zip_source_open)          \
	X(zip_source_read)          \
	X(zip_source_stat)

LIBRARY(LIBZIP_SYMBOLS, libzip, SONAME_LIBZIP, "Writes DOCX files")

/*
 * A zip file in memory, every entry of one date, so that the same entries make
 * the same bytes. A failure is remembered; package_end() returns it.
 */
struct package {
	zip_t *zip;
	zip_source_t *file;
	zip_uint16_t time, date; /* as DOS writes them */
	bool failed;
};

/* The first and the last year that DOS can write. */
#define FIRST_YEAR 1980
#define LAST_YEAR 2107

/* Of a smaller entry, packing costs more time than it saves room. */
#define STORED_MAX 2000
#define LEVEL 1

static void set_date(struct package *z, time_t t)
{
	struct tm tm = date_tm(t);
	int year = tm.tm_year + 1900;

	if (year < FIRST_YEAR)
		tm = (struct tm){ .tm_mday = 1 };
	if (year > LAST_YEAR)
		tm = (struct tm){ .tm_mon = 11, .tm_mday = 31 };
	year = year < FIRST_YEAR ? FIRST_YEAR : year;
	year = year > LAST_YEAR ? LAST_YEAR : year;
	z->date = (zip_uint16_t)((year - FIRST_YEAR) << 9 |
				 (tm.tm_mon + 1) << 5 | tm.tm_mday);
	z->time = (zip_uint16_t)(tm.tm_hour << 11 | tm.tm_min << 5 |
				 tm.tm_sec / 2);
}

static void package_begin(struct package *z, time_t date)
{
	*z = (struct package){ 0 };
	set_date(z, date);
	z->file = sym_zip_source_buffer_create(NULL, 0, 0, NULL);
	if (z->file) {
		sym_zip_source_keep(z->file);
		z->zip = sym_zip_open_from_source(z->file, ZIP_TRUNCATE, NULL);
		if (!z->zip)
			sym_zip_source_free(z->file);
	}
	z->failed = !z->zip;
}

static void package_add(struct package *z, const char *name, const void *data,
			size_t len)
{
	zip_source_t *source;
	zip_int64_t i;

	if (z->failed)
		return;
	source = sym_zip_source_buffer(z->zip, data, len, 0);
	i = source ? sym_zip_file_add(z->zip, name, source, ZIP_FL_ENC_UTF_8)
		   : -1;
	if (i < 0) {
		sym_zip_source_free(source);
		z->failed = true;
		return;
	}
	if (sym_zip_file_set_dostime(z->zip, (zip_uint64_t)i, z->time, z->date,
				     0) ||
	    sym_zip_set_file_compression(z->zip, (zip_uint64_t)i,
					 len > STORED_MAX ? ZIP_CM_DEFLATE
							  : ZIP_CM_STORE,
					 len > STORED_MAX ? LEVEL : 0))
		z->failed = true;
}

static int read_all(zip_source_t *file, unsigned char **out, size_t *len)
{
	unsigned char *data = NULL;
	zip_stat_t stat;
	int rc = -ENOMEM;

	if (sym_zip_source_stat(file, &stat) || !(stat.valid & ZIP_STAT_SIZE) ||
	    sym_zip_source_open(file))
		return -ENOMEM;
	data = malloc(stat.size);
	if (!data || sym_zip_source_read(file, data, stat.size) !=
			     (zip_int64_t)stat.size)
		goto out;
	*out = data;
	*len = stat.size;
	data = NULL;
	rc = 0;
out:
	free(data);
	sym_zip_source_close(file);
	return rc;
}

static int package_end(struct package *z, unsigned char **out, size_t *len)
{
	int rc = -ENOMEM;

	if (z->zip && (z->failed || sym_zip_close(z->zip))) {
		sym_zip_discard(z->zip);
		z->failed = true;
	}
	if (!z->failed)
		rc = read_all(z->file, out, len);
	sym_zip_source_free(z->file);
	*z = (struct package){ 0 };
	return rc;
}

/* This name must never change: programs look for it. */
#define DATA_ID "{5C3E1A52-7B0D-4F7E-9C65-2D8A41B6F0E3}"

static void add_moment(struct docx_part *part, const char *name,
		       const char *date)
{
	part_open(part, name);
	part_set(part, "xsi:type", "dcterms:W3CDTF");
	part_text(part, date, strlen(date));
	part_close(part);
}

/* docProps/core.xml and docProps/app.xml */
static void core_properties(struct docx_part *part)
{
	const struct document *doc = part->doc;
	char date[DATE_SIZE];

	date_utc(part->options->date, date);
	part_open(part, "cp:coreProperties");
	part_set(part, "xmlns:cp", DOCX_NS_PACKAGE "/metadata/core-properties");
	part_set(part, "xmlns:dc", "http://purl.org/dc/elements/1.1/");
	part_set(part, "xmlns:dcterms", "http://purl.org/dc/terms/");
	part_set(part, "xmlns:xsi",
		 "http://www.w3.org/2001/XMLSchema-instance");
	part_element(part, "dc:title", doc->title);
	part_element(part, "dc:subject", doc->subject);
	part_element(part, "dc:creator", doc->author);
	part_element(part, "dc:language", DOCUMENT_LANGUAGE);
	add_moment(part, "dcterms:created", date);
	add_moment(part, "dcterms:modified", date);
	part_close(part);
}

static void app_properties(struct docx_part *part)
{
	part_open(part, "Properties");
	part_set(part, "xmlns", DOCX_NS_EXTENDED);
	part_element(part, "Application", part->options->creator);
	part_close(part);
}

/* customXml/item1.xml: doc->data as it is, within one element. */
static void data(struct docx_part *part)
{
	part_open(part, "data");
	part_set(part, "xmlns", DOCX_NS_DATA);
	part_set(part, "version", "1");
	part_text(part, part->doc->data, strlen(part->doc->data));
	part_close(part);
}

/* customXml/itemProps1.xml: the name by which programs find that item. */
static void data_properties(struct docx_part *part)
{
	part_open(part, "ds:datastoreItem");
	part_set(part, "ds:itemID", DATA_ID);
	part_set(part, "xmlns:ds", DOCX_NS_CUSTOM);
	part_open(part, "ds:schemaRefs");
	part_open(part, "ds:schemaRef");
	part_set(part, "ds:uri", DOCX_NS_DATA);
	part_close(part);
	part_close(part);
	part_close(part);
}

#define XML_TYPE "application/xml"
#define RELATIONS_TYPE \
	"application/vnd.openxmlformats-package.relationships+xml"
#define WORD_TYPE(kind)                                                        \
	"application/vnd.openxmlformats-officedocument.wordprocessingml." kind \
	"+xml"
#define OFFICE_TYPE(kind) \
	"application/vnd.openxmlformats-officedocument." kind "+xml"
#define CHART_TYPE OFFICE_TYPE("drawingml.chart")
#define CORE_TYPE "application/vnd.openxmlformats-package.core-properties+xml"

static void content_types(struct docx_part *part);
static void package_relations(struct docx_part *part);
static void document_relations(struct docx_part *part);
static void data_relations(struct docx_part *part);

/* Where the relationship that leads to a part begins. */
enum source { NOWHERE, PACKAGE, DOCUMENT, DATA };

static const struct entry {
	const char *name; /* with a slash before it, which a zip leaves out */
	void (*write)(struct docx_part *part);
	const char *type; /* where its ending does not say it */
	enum source source;
	const char *id, *relation, *target;
	/* Only there where the document has data, or a foot. */
	bool data, foot;
} entries[] = {
	{ .name = "/[Content_Types].xml", .write = content_types },
	{ .name = "/_rels/.rels", .write = package_relations },
	{ .name = "/word/document.xml",
	  .write = docx_body,
	  .type = WORD_TYPE("document.main"),
	  .source = PACKAGE,
	  .id = "document",
	  .relation = DOCX_NS_R "/officeDocument",
	  .target = "word/document.xml" },
	{ .name = "/word/_rels/document.xml.rels",
	  .write = document_relations },
	{ .name = "/word/styles.xml",
	  .write = docx_styles,
	  .type = WORD_TYPE("styles"),
	  .source = DOCUMENT,
	  .id = "styles",
	  .relation = DOCX_NS_R "/styles",
	  .target = "styles.xml" },
	{ .name = "/word/settings.xml",
	  .write = docx_settings,
	  .type = WORD_TYPE("settings"),
	  .source = DOCUMENT,
	  .id = "settings",
	  .relation = DOCX_NS_R "/settings",
	  .target = "settings.xml" },
	{ .name = "/word/header1.xml",
	  .write = docx_header,
	  .type = WORD_TYPE("header"),
	  .source = DOCUMENT,
	  .id = DOCX_ID_HEADER,
	  .relation = DOCX_NS_R "/header",
	  .target = "header1.xml" },
	{ .name = "/word/header2.xml",
	  .write = docx_first_header,
	  .type = WORD_TYPE("header"),
	  .source = DOCUMENT,
	  .id = DOCX_ID_FIRST_HEADER,
	  .relation = DOCX_NS_R "/header",
	  .target = "header2.xml" },
	{ .name = "/word/footer1.xml",
	  .write = docx_footer,
	  .type = WORD_TYPE("footer"),
	  .source = DOCUMENT,
	  .id = DOCX_ID_FOOTER,
	  .relation = DOCX_NS_R "/footer",
	  .target = "footer1.xml",
	  .foot = true },
	{ .name = "/docProps/core.xml",
	  .write = core_properties,
	  .type = CORE_TYPE,
	  .source = PACKAGE,
	  .id = "core",
	  .relation = DOCX_NS_PACKAGE "/relationships/metadata/core-properties",
	  .target = "docProps/core.xml" },
	{ .name = "/docProps/app.xml",
	  .write = app_properties,
	  .type = OFFICE_TYPE("extended-properties"),
	  .source = PACKAGE,
	  .id = "app",
	  .relation = DOCX_NS_R "/extended-properties",
	  .target = "docProps/app.xml" },
	{ .name = "/customXml/item1.xml",
	  .write = data,
	  .source = DOCUMENT,
	  .id = "data",
	  .relation = DOCX_NS_R "/customXml",
	  .target = "../customXml/item1.xml",
	  .data = true },
	{ .name = "/customXml/_rels/item1.xml.rels",
	  .write = data_relations,
	  .data = true },
	{ .name = "/customXml/itemProps1.xml",
	  .write = data_properties,
	  .type = OFFICE_TYPE("customXmlProperties"),
	  .source = DATA,
	  .id = "properties",
	  .relation = DOCX_NS_R "/customXmlProps",
	  .target = "itemProps1.xml",
	  .data = true },
};

#define N_ENTRIES (sizeof(entries) / sizeof(entries[0]))

static bool is_wanted(const struct entry *entry, const struct document *doc)
{
	return (!entry->data || doc->data) && (!entry->foot || doc->foot);
}

static size_t count_charts(const struct document *doc)
{
	size_t n = 0;

	while (docx_chart_at(doc, n))
		n++;
	return n;
}

static void default_type(struct docx_part *part, const char *ending,
			 const char *type)
{
	part_open(part, "Default");
	part_set(part, "Extension", ending);
	part_set(part, "ContentType", type);
	part_close(part);
}

static void override_type(struct docx_part *part, const char *name,
			  const char *type)
{
	part_open(part, "Override");
	part_set(part, "PartName", name);
	part_set(part, "ContentType", type);
	part_close(part);
}

/* Where the part of the @i-th chart is. */
static void chart_path(size_t i, char path[2 * DOCX_CHART_NAME_MAX])
{
	char target[DOCX_CHART_NAME_MAX];

	docx_chart_target(i, target);
	(void)snprintf(path, 2 * (size_t)DOCX_CHART_NAME_MAX, "/word/%s",
		       target);
}

static void content_types(struct docx_part *part)
{
	char path[2 * DOCX_CHART_NAME_MAX];
	size_t i;

	part_open(part, "Types");
	part_set(part, "xmlns", DOCX_NS_PACKAGE "/content-types");
	default_type(part, "rels", RELATIONS_TYPE);
	default_type(part, "xml", XML_TYPE);
	for (i = 0; i < N_ENTRIES; i++) {
		if (!entries[i].type || !is_wanted(&entries[i], part->doc))
			continue;
		override_type(part, entries[i].name, entries[i].type);
	}
	for (i = 0; i < count_charts(part->doc); i++) {
		chart_path(i, path);
		override_type(part, path, CHART_TYPE);
	}
	part_close(part);
}

static void relation(struct docx_part *part, const char *id, const char *type,
		     const char *target)
{
	part_open(part, "Relationship");
	part_set(part, "Id", id);
	part_set(part, "Type", type);
	part_set(part, "Target", target);
	part_close(part);
}

static void relations(struct docx_part *part, enum source source)
{
	char id[DOCX_CHART_NAME_MAX], target[DOCX_CHART_NAME_MAX];
	size_t i;

	part_open(part, "Relationships");
	part_set(part, "xmlns", DOCX_NS_PACKAGE "/relationships");
	for (i = 0; i < N_ENTRIES; i++) {
		if (entries[i].source != source ||
		    !is_wanted(&entries[i], part->doc))
			continue;
		relation(part, entries[i].id, entries[i].relation,
			 entries[i].target);
	}
	for (i = 0; source == DOCUMENT && docx_chart_at(part->doc, i); i++) {
		docx_chart_id(i, id);
		docx_chart_target(i, target);
		relation(part, id, DOCX_NS_R "/chart", target);
	}
	part_close(part);
}

static void package_relations(struct docx_part *part)
{
	relations(part, PACKAGE);
}

static void document_relations(struct docx_part *part)
{
	relations(part, DOCUMENT);
}

static void data_relations(struct docx_part *part)
{
	relations(part, DATA);
}

/* Add the charts, whose @parts must stay until the file is written. */
static void add_charts(struct package *zip, const struct document *doc,
		       const struct docx_options *options,
		       struct docx_part *parts, size_t n)
{
	char path[2 * DOCX_CHART_NAME_MAX];
	size_t i;

	for (i = 0; i < n; i++) {
		part_begin(&parts[i], doc, options);
		docx_chart(&parts[i], docx_chart_at(doc, i));
		zip->failed |= !part_end(&parts[i]);
		chart_path(i, path);
		package_add(zip, path + 1, parts[i].out.data, parts[i].out.len);
	}
}

int docx_render(const struct document *doc, const struct docx_options *options,
		unsigned char **out, size_t *len, struct error *error)
{
	struct docx_part *parts = NULL;
	struct package zip;
	size_t n_charts, i;
	int rc = document_status(doc) ? -ENOMEM : library_load(&libzip, error);

	if (rc)
		return rc;
	n_charts = count_charts(doc);
	parts = calloc(N_ENTRIES + n_charts, sizeof(*parts));
	if (!parts)
		return -ENOMEM;
	package_begin(&zip, options->date);
	for (i = 0; i < N_ENTRIES; i++) {
		struct docx_part *part = &parts[i];

		if (!is_wanted(&entries[i], doc))
			continue;
		part_begin(part, doc, options);
		entries[i].write(part);
		zip.failed |= !part_end(part);
		package_add(&zip, entries[i].name + 1, part->out.data,
			    part->out.len);
	}
	add_charts(&zip, doc, options, parts + N_ENTRIES, n_charts);
	rc = package_end(&zip, out, len);
	for (i = 0; i < N_ENTRIES + n_charts; i++)
		part_free(&parts[i]);
	free(parts);
	return rc;
}
