/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "part.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define DECLARATION \
	"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

static void remember(struct docx_part *part, int rc)
{
	part->out.failed |= rc < 0;
}

static int put(void *context, const char *data, int len)
{
	struct buffer *out = context;

	buffer_put(out, data, (size_t)len);
	return out->failed ? -1 : len;
}

void part_begin(struct docx_part *part, const struct document *doc,
		const struct docx_options *options)
{
	xmlOutputBufferPtr out;

	*part = (struct docx_part){ .doc = doc, .options = options };
	out = xmlOutputBufferCreateIO(put, NULL, &part->out, NULL);
	if (out) {
		part->writer = xmlNewTextWriter(out);
		if (!part->writer)
			xmlOutputBufferClose(out);
	}
	part->out.failed |= !part->writer;
	buffer_puts(&part->out, DECLARATION);
}

bool part_end(struct docx_part *part)
{
	if (part->writer) {
		remember(part, xmlTextWriterEndDocument(part->writer));
		xmlFreeTextWriter(part->writer);
		part->writer = NULL;
	}
	return !part->out.failed && !part->text.failed;
}

void part_free(struct docx_part *part)
{
	if (part->writer)
		xmlFreeTextWriter(part->writer);
	buffer_free(&part->out);
	buffer_free(&part->text);
	part->writer = NULL;
}

void part_open(struct docx_part *part, const char *name)
{
	remember(part, xmlTextWriterStartElement(part->writer, BAD_CAST name));
}

void part_close(struct docx_part *part)
{
	remember(part, xmlTextWriterEndElement(part->writer));
}

void part_set(struct docx_part *part, const char *name, const char *value)
{
	remember(part, xmlTextWriterWriteAttribute(part->writer, BAD_CAST name,
						   BAD_CAST value));
}

void part_set_number(struct docx_part *part, const char *name, int value)
{
	char s[24];

	(void)snprintf(s, sizeof(s), "%d", value);
	part_set(part, name, s);
}

void part_value(struct docx_part *part, const char *name, const char *value)
{
	part_open(part, name);
	part_set(part, "w:val", value);
	part_close(part);
}

void part_number(struct docx_part *part, const char *name, int value)
{
	part_open(part, name);
	part_set_number(part, "w:val", value);
	part_close(part);
}

void part_width(struct docx_part *part, const char *name, int width)
{
	part_open(part, name);
	part_set_number(part, "w:w", width);
	part_set(part, "w:type", "dxa");
	part_close(part);
}

void part_switch(struct docx_part *part, const char *name, bool on)
{
	part_open(part, name);
	if (!on)
		part_set(part, "w:val", "0");
	part_close(part);
}

/* At most @len bytes of @text as a string that XML can hold. */
static const xmlChar *fit_for_xml(struct docx_part *part, const char *text,
				  size_t len)
{
	struct buffer *b = &part->text;
	char encoded[4];
	int32_t cp;
	size_t n;

	b->len = 0;
	for (; len; text += n, len -= n) {
		/* Most of it is plain ASCII, which is taken as it is. */
		for (n = 0; n < len && text[n] >= ' ' && text[n] <= '~'; n++)
			;
		if (n) {
			buffer_put(b, text, n);
			continue;
		}
		n = text_decode(text, len, &cp);
		/* Char of XML 1.0; text_decode() yields no surrogates. */
		if (cp < ' ' ? cp == '\t' || cp == '\n' || cp == '\r'
			     : cp != 0xfffe && cp != 0xffff)
			buffer_put(b, encoded, text_encode(cp, encoded));
	}
	buffer_put(b, "", 1);
	return b->failed ? BAD_CAST "" : b->data;
}

void part_text(struct docx_part *part, const char *text, size_t len)
{
	remember(part, xmlTextWriterWriteString(part->writer,
						fit_for_xml(part, text, len)));
}

void part_set_text(struct docx_part *part, const char *name, const char *text,
		   size_t max)
{
	size_t len = strlen(text);

	if (len > max) {
		len = max;
		while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	remember(part,
		 xmlTextWriterWriteAttribute(part->writer, BAD_CAST name,
					     fit_for_xml(part, text, len)));
}

void part_element(struct docx_part *part, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	part_open(part, name);
	part_text(part, text, strlen(text));
	part_close(part);
}
