/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "part.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define DECLARATION \
	"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

/*
 * A character that would be taken for markup, or lost by a parser, is written
 * as a reference, and one that XML cannot hold is left out. In an attribute
 * letters beyond ASCII are references too.
 */
static void put_char(struct buffer *b, int32_t cp, bool in_attribute)
{
	char encoded[4];

	switch (cp) {
	case '<':
		buffer_puts(b, "&lt;");
		return;
	case '>':
		buffer_puts(b, "&gt;");
		return;
	case '&':
		buffer_puts(b, "&amp;");
		return;
	case '"':
		buffer_puts(b, "&quot;");
		return;
	case '\r':
		buffer_puts(b, "&#13;");
		return;
	case '\t':
	case '\n':
		if (in_attribute) {
			buffer_printf(b, "&#%d;", (int)cp);
			return;
		}
		break;
	default:
		/* Char of XML 1.0; text_decode() yields no surrogates. */
		if (cp < ' ' || cp == 0xfffe || cp == 0xffff)
			return;
		if (in_attribute && cp > 0x7f) {
			buffer_printf(b, "&#x%X;", (unsigned int)cp);
			return;
		}
	}
	buffer_put(b, encoded, text_encode(cp, encoded));
}

static bool is_plain(char c)
{
	return c >= ' ' && c <= '~' && c != '<' && c != '>' && c != '&' &&
	       c != '"';
}

static void put_text(struct buffer *b, const char *text, size_t len,
		     bool in_attribute)
{
	int32_t cp;
	size_t n;

	for (; len; text += n, len -= n) {
		/* Most of it is plain ASCII, which is taken as it is. */
		for (n = 0; n < len && is_plain(text[n]); n++)
			;
		if (n) {
			buffer_put(b, text, n);
			continue;
		}
		n = text_decode(text, len, &cp);
		put_char(b, cp, in_attribute);
	}
}

static void end_tag(struct docx_part *part)
{
	if (part->in_tag)
		buffer_puts(&part->out, ">");
	part->in_tag = false;
}

void part_begin(struct docx_part *part, const struct document *doc,
		const struct docx_options *options)
{
	*part = (struct docx_part){ .doc = doc, .options = options };
	buffer_puts(&part->out, DECLARATION);
}

bool part_end(struct docx_part *part)
{
	while (part->depth)
		part_close(part);
	buffer_puts(&part->out, "\n");
	return !part->out.failed;
}

void part_free(struct docx_part *part)
{
	buffer_free(&part->out);
	part->depth = 0;
}

void part_open(struct docx_part *part, const char *name)
{
	end_tag(part);
	if (part->depth == DOCX_DEPTH_MAX) {
		part->out.failed = true;
		return;
	}
	part->open[part->depth++] = name;
	part->in_tag = true;
	buffer_puts(&part->out, "<");
	buffer_puts(&part->out, name);
}

void part_close(struct docx_part *part)
{
	const char *name;

	/* Of one too many, none was opened. */
	if (!part->depth)
		return;
	name = part->open[--part->depth];
	if (part->in_tag) {
		buffer_puts(&part->out, "/>");
		part->in_tag = false;
		return;
	}
	buffer_puts(&part->out, "</");
	buffer_puts(&part->out, name);
	buffer_puts(&part->out, ">");
}

static void put_attribute(struct docx_part *part, const char *name,
			  const char *value, size_t len)
{
	buffer_puts(&part->out, " ");
	buffer_puts(&part->out, name);
	buffer_puts(&part->out, "=\"");
	put_text(&part->out, value, len, true);
	buffer_puts(&part->out, "\"");
}

void part_set(struct docx_part *part, const char *name, const char *value)
{
	put_attribute(part, name, value, strlen(value));
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

void part_text(struct docx_part *part, const char *text, size_t len)
{
	end_tag(part);
	put_text(&part->out, text, len, false);
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
	put_attribute(part, name, text, len);
}

void part_element(struct docx_part *part, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	part_open(part, name);
	part_text(part, text, strlen(text));
	part_close(part);
}
