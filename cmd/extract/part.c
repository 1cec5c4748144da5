/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "part.h"

#include <string.h>

static int read_part(void *context, char *buf, int len)
{
	struct part *part = context;
	zip_int64_t n = zip_fread(part->file, buf, (zip_uint64_t)len);

	if (n < 0 || (zip_uint64_t)n > part->left)
		return -1;
	part->left -= (zip_uint64_t)n;
	return (int)n;
}

enum extract_exit part_open(struct part *part, zip_t *zip, zip_uint64_t index,
			    zip_uint64_t *budget)
{
	zip_stat_t stat;

	*part = (struct part){ 0 };
	if (zip_stat_index(zip, index, 0, &stat) ||
	    !(stat.valid & ZIP_STAT_SIZE))
		return EXTRACT_BROKEN;
	if (stat.size > *budget)
		return EXTRACT_LIMIT;
	*budget -= stat.size;
	part->left = stat.size;
	part->file = zip_fopen_index(zip, index, 0);
	if (!part->file)
		return EXTRACT_BROKEN;
	part->xml = xmlReaderForIO(read_part, NULL, part, NULL, NULL,
				   XML_PARSE_NONET);
	return part->xml ? EXTRACT_FOUND : EXTRACT_BROKEN;
}

int part_next(struct part *part)
{
	int rc = xmlTextReaderRead(part->xml);

	if (rc != 1)
		return rc < 0 || part->left > 0 ? -1 : 0;
	switch (xmlTextReaderNodeType(part->xml)) {
	case XML_READER_TYPE_ELEMENT:
	case XML_READER_TYPE_END_ELEMENT:
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
	case XML_READER_TYPE_WHITESPACE:
	case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
	case XML_READER_TYPE_COMMENT:
	case XML_READER_TYPE_PROCESSING_INSTRUCTION:
	case XML_READER_TYPE_XML_DECLARATION:
		return 1;
	default:
		return -1;
	}
}

static bool is(const struct part *part, int type, const char *name)
{
	return xmlTextReaderNodeType(part->xml) == type &&
	       !strcmp((const char *)xmlTextReaderConstLocalName(part->xml),
		       name);
}

bool part_begins(const struct part *part, const char *name)
{
	return is(part, XML_READER_TYPE_ELEMENT, name);
}

bool part_ends(const struct part *part, const char *name)
{
	return is(part, XML_READER_TYPE_END_ELEMENT, name) ||
	       (is(part, XML_READER_TYPE_ELEMENT, name) &&
		xmlTextReaderIsEmptyElement(part->xml) == 1);
}

bool part_is_text(const struct part *part)
{
	switch (xmlTextReaderNodeType(part->xml)) {
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
	case XML_READER_TYPE_WHITESPACE:
	case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
		return true;
	default:
		return false;
	}
}

void part_close(struct part *part)
{
	xmlFreeTextReader(part->xml);
	if (part->file)
		(void)zip_fclose(part->file);
	*part = (struct part){ 0 };
}

static void say_nothing(void *unused, xmlError *error)
{
	(void)unused;
	(void)error;
}

void part_be_quiet(void)
{
	xmlSetStructuredErrorFunc(NULL, say_nothing);
}
