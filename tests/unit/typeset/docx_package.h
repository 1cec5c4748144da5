/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A rendered DOCX, taken apart by libraries that did not write its parts. */
#ifndef DOCX_PACKAGE_H
#define DOCX_PACKAGE_H

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <zip.h>

#include "typeset/docx/docx.h"
#include "unit/unit.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))
#define SOME_DAY 1795226400 /* 21/11/2026 09:00 in Vietnam */
#define W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

/* Between the margins of A4. */
#define TEXT_WIDTH (11906 - 1701 - 850)
#define TEXT_WIDTH_LANDSCAPE (16838 - 1701 - 850)

static inline zip_t *open_package(const unsigned char *data, size_t len)
{
	zip_source_t *source = zip_source_buffer_create(data, len, 0, NULL);
	zip_t *zip;

	assert_non_null(source);
	zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, NULL);
	assert_non_null(zip);
	return zip;
}

static inline xmlDocPtr parse_entry(zip_t *zip, zip_uint64_t i)
{
	zip_file_t *file = zip_fopen_index(zip, i, 0);
	zip_stat_t stat;
	xmlDocPtr doc;
	char *xml;

	assert_int_equal(zip_stat_index(zip, i, 0, &stat), 0);
	xml = malloc(stat.size);
	assert_non_null(xml);
	assert_non_null(file);
	assert_int_equal(zip_fread(file, xml, stat.size), stat.size);
	assert_int_equal(zip_fclose(file), 0);
	doc = xmlReadMemory(xml, (int)stat.size, stat.name, NULL,
			    XML_PARSE_NONET);
	assert_non_null(doc);
	free(xml);
	return doc;
}

static inline xmlDocPtr parse_part(zip_t *zip, const char *name)
{
	zip_int64_t i = zip_name_locate(zip, name, 0);

	assert_true(i >= 0);
	return parse_entry(zip, (zip_uint64_t)i);
}

static inline void render(struct document *doc, unsigned char **out,
			  size_t *len)
{
	struct docx_options options = { SOME_DAY, "ckstoken 1" };

	assert_int_equal(document_status(doc), 0);
	assert_int_equal(docx_render(doc, &options, out, len, NULL), 0);
}

/* One part of @doc as a DOCX. */
static inline xmlDocPtr render_part(struct document *doc, const char *name)
{
	unsigned char *out = NULL;
	xmlDocPtr part;
	size_t len = 0;
	zip_t *zip;

	render(doc, &out, &len);
	zip = open_package(out, len);
	part = parse_part(zip, name);
	zip_discard(zip);
	free(out);
	return part;
}

static inline xmlXPathObjectPtr find(xmlDocPtr part, const char *path)
{
	xmlXPathContextPtr context = xmlXPathNewContext(part);
	xmlXPathObjectPtr found;

	assert_non_null(context);
	xmlXPathRegisterNs(context, BAD_CAST "w", BAD_CAST W);
	found = xmlXPathEvalExpression(BAD_CAST path, context);
	if (!found)
		fail_msg("no XPath: %s", path);
	xmlXPathFreeContext(context);
	return found;
}

/* A number, a count, or a truth. */
static inline long number(xmlDocPtr part, const char *path)
{
	xmlXPathObjectPtr found = find(part, path);
	double n = xmlXPathCastToNumber(found);

	xmlXPathFreeObject(found);
	return (long)n;
}

static inline bool holds(xmlDocPtr part, const char *path)
{
	xmlXPathObjectPtr found = find(part, path);
	bool truth = xmlXPathCastToBoolean(found);

	xmlXPathFreeObject(found);
	return truth;
}

static inline void assert_text(xmlDocPtr part, const char *path,
			       const char *text)
{
	xmlXPathObjectPtr found = find(part, path);
	xmlChar *got = xmlXPathCastToString(found);

	assert_string_equal((const char *)got, text);
	xmlFree(got);
	xmlXPathFreeObject(found);
}

/* As forms set a paragraph: all as its role has it. */
static inline void dress(struct document *doc, struct paragraph *p,
			 enum role role, const char *text, const char *field)
{
	const struct role_format *f = &role_formats[role];

	p->role = role;
	p->underline = f->underline;
	p->indent = f->indent;
	p->space = f->space;
	p->balance = f->balance;
	p->keep_next = f->keep_next;
	paragraph_add_field(doc, p, f->style, text, field);
}

static inline struct paragraph *add(struct document *doc, enum role role,
				    const char *text, const char *field)
{
	struct paragraph *p = document_paragraph(doc, role_formats[role].align,
						 role_formats[role].size);

	dress(doc, p, role, text, field);
	return p;
}

static inline struct paragraph *add_to(struct document *doc, struct cell *cell,
				       enum role role, const char *text,
				       const char *field)
{
	struct paragraph *p = cell_paragraph(
		doc, cell, role_formats[role].align, role_formats[role].size);

	dress(doc, p, role, text, field);
	return p;
}

static inline struct document *new_document(void)
{
	struct document *doc = document_new();

	assert_non_null(doc);
	return doc;
}

static inline int end_xml(void **state)
{
	(void)state;
	xmlCleanupParser();
	return 0;
}

#endif
