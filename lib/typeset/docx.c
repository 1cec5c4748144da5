/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "docx.h"

#include <errno.h>

#include "docxbody.h"
#include "docxmeta.h"
#include "docxns.h"
#include "docxstyles.h"
#include "docxzip.h"

#define XML_TYPE "application/xml"
#define RELATIONS_TYPE \
	"application/vnd.openxmlformats-package.relationships+xml"
#define WORD_TYPE(kind)                                                        \
	"application/vnd.openxmlformats-officedocument.wordprocessingml." kind \
	"+xml"
#define OFFICE_TYPE(kind) \
	"application/vnd.openxmlformats-officedocument." kind "+xml"
#define CORE_TYPE "application/vnd.openxmlformats-package.core-properties+xml"

static void content_types(struct docx_part *part);
static void package_relations(struct docx_part *part);
static void document_relations(struct docx_part *part);
static void data_relations(struct docx_part *part);

/* From where a relationship leads to a part. */
enum source { NOWHERE, PACKAGE, DOCUMENT, DATA };

static const struct entry {
	const char *name; /* after a slash, which a zip leaves out */
	void (*write)(struct docx_part *part);
	const char *type; /* where its ending does not tell */
	enum source source;
	const char *id, *relation, *target;
	bool data; /* stands there for doc->data alone */
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
	{ .name = "/docProps/core.xml",
	  .write = docx_core,
	  .type = CORE_TYPE,
	  .source = PACKAGE,
	  .id = "core",
	  .relation = DOCX_NS_PACKAGE "/relationships/metadata/core-properties",
	  .target = "docProps/core.xml" },
	{ .name = "/docProps/app.xml",
	  .write = docx_app,
	  .type = OFFICE_TYPE("extended-properties"),
	  .source = PACKAGE,
	  .id = "app",
	  .relation = DOCX_NS_R "/extended-properties",
	  .target = "docProps/app.xml" },
	{ .name = "/customXml/item1.xml",
	  .write = docx_data,
	  .source = DOCUMENT,
	  .id = "data",
	  .relation = DOCX_NS_R "/customXml",
	  .target = "../customXml/item1.xml",
	  .data = true },
	{ .name = "/customXml/_rels/item1.xml.rels",
	  .write = data_relations,
	  .data = true },
	{ .name = "/customXml/itemProps1.xml",
	  .write = docx_data_properties,
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
	return !entry->data || doc->data;
}

static void default_type(struct docx_part *part, const char *ending,
			 const char *type)
{
	part_open(part, "Default");
	part_set(part, "Extension", ending);
	part_set(part, "ContentType", type);
	part_close(part);
}

static void content_types(struct docx_part *part)
{
	size_t i;

	part_open(part, "Types");
	part_set(part, "xmlns", DOCX_NS_PACKAGE "/content-types");
	default_type(part, "rels", RELATIONS_TYPE);
	default_type(part, "xml", XML_TYPE);
	for (i = 0; i < N_ENTRIES; i++) {
		if (!entries[i].type || !is_wanted(&entries[i], part->doc))
			continue;
		part_open(part, "Override");
		part_set(part, "PartName", entries[i].name);
		part_set(part, "ContentType", entries[i].type);
		part_close(part);
	}
	part_close(part);
}

static void relations(struct docx_part *part, enum source source)
{
	size_t i;

	part_open(part, "Relationships");
	part_set(part, "xmlns", DOCX_NS_PACKAGE "/relationships");
	for (i = 0; i < N_ENTRIES; i++) {
		if (entries[i].source != source ||
		    !is_wanted(&entries[i], part->doc))
			continue;
		part_open(part, "Relationship");
		part_set(part, "Id", entries[i].id);
		part_set(part, "Type", entries[i].relation);
		part_set(part, "Target", entries[i].target);
		part_close(part);
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

int docx_render(const struct document *doc, const struct docx_options *options,
		unsigned char **out, size_t *len)
{
	struct docx_part parts[N_ENTRIES] = { 0 };
	struct docx_zip zip;
	size_t i;
	int rc;

	if (document_status(doc))
		return -ENOMEM;
	docx_zip_begin(&zip, options->date);
	for (i = 0; i < N_ENTRIES; i++) {
		struct docx_part *part = &parts[i];

		if (!is_wanted(&entries[i], doc))
			continue;
		part_begin(part, doc, options);
		entries[i].write(part);
		zip.failed |= !part_end(part);
		docx_zip_add(&zip, entries[i].name + 1, part->out.data,
			     part->out.len);
	}
	rc = docx_zip_end(&zip, out, len);
	for (i = 0; i < N_ENTRIES; i++)
		part_free(&parts[i]);
	return rc;
}
