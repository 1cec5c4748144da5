/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "docxmeta.h"

#include "base/date.h"

#include <stdio.h>
#include <string.h>

#include "docxns.h"

/* Never another: programs look for it. */
#define DATA_ID "{5C3E1A52-7B0D-4F7E-9C65-2D8A41B6F0E3}"

static void moment(struct docx_part *part, const char *name, const char *date)
{
	part_open(part, name);
	part_set(part, "xsi:type", "dcterms:W3CDTF");
	part_text(part, date, strlen(date));
	part_close(part);
}

void docx_core(struct docx_part *part)
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
	part_element(part, "dc:language", DOCX_LANGUAGE);
	moment(part, "dcterms:created", date);
	moment(part, "dcterms:modified", date);
	part_close(part);
}

void docx_app(struct docx_part *part)
{
	part_open(part, "Properties");
	part_set(part, "xmlns", DOCX_NS_EXTENDED);
	part_element(part, "Application", part->options->creator);
	part_close(part);
}

void docx_data(struct docx_part *part)
{
	part_open(part, "data");
	part_set(part, "xmlns", DOCX_NS_DATA);
	part_set(part, "version", "1");
	part_text(part, part->doc->data, strlen(part->doc->data));
	part_close(part);
}

void docx_data_properties(struct docx_part *part)
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
