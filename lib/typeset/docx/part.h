/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One XML part of a DOCX package while it is written. A failure is remembered;
 * part_end() returns it. Names, and values but for those of part_set_text(),
 * are the writer's own and need no cleaning.
 */
#ifndef TYPESET_DOCX_PART_H
#define TYPESET_DOCX_PART_H

#include <stdbool.h>

#include "base/buffer.h"
#include "docx.h"

/* Names that ECMA-376 gives to vocabularies and relationships. */
#define DOCX_NS_W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define DOCX_NS_R \
	"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define DOCX_NS_PACKAGE "http://schemas.openxmlformats.org/package/2006"
#define DOCX_NS_CUSTOM \
	"http://schemas.openxmlformats.org/officeDocument/2006/customXml"
#define DOCX_NS_EXTENDED                                         \
	"http://schemas.openxmlformats.org/officeDocument/2006/" \
	"extended-properties"

#define DOCX_FONT "Times New Roman"

/* Our own, for the data that goes with the text. */
#define DOCX_NS_DATA "urn:ckstoken:dossier:1"

/* Elements in one another; tables in cells of tables take fewer. */
#define DOCX_DEPTH_MAX 32

struct docx_part {
	const struct document *doc;
	const struct docx_options *options;
	struct buffer out;
	const char *open[DOCX_DEPTH_MAX]; /* names of elements, as given */
	size_t depth;
	bool in_tag; /* of the last of them, which may take attributes yet */
};

/* Begin @part with the XML declaration. */
void part_begin(struct docx_part *part, const struct document *doc,
		const struct docx_options *options);

/* Close what is open. Returns whether all was written, into @part->out. */
bool part_end(struct docx_part *part);

/* Free what @part holds, ended or not, or begun at all if it was zeroed. */
void part_free(struct docx_part *part);

/* Keeps @name until the element is closed. */
void part_open(struct docx_part *part, const char *name);
void part_close(struct docx_part *part);
void part_set(struct docx_part *part, const char *name, const char *value);
void part_set_number(struct docx_part *part, const char *name, int value);

/* At most @max bytes of @text, in whole characters. */
void part_set_text(struct docx_part *part, const char *name, const char *text,
		   size_t max);

/* An element of WordprocessingML that is nothing but its w:val. */
void part_value(struct docx_part *part, const char *name, const char *value);
void part_number(struct docx_part *part, const char *name, int value);

/* A width in twips. */
void part_width(struct docx_part *part, const char *name, int width);

/* A property that is on by standing there, and off by its value. */
void part_switch(struct docx_part *part, const char *name, bool on);

/* Text, without characters that XML cannot hold; bytes that are no UTF-8 become
 * U+FFFD. */
void part_text(struct docx_part *part, const char *text, size_t len);

/* An element with text; none where @text is NULL or empty. */
void part_element(struct docx_part *part, const char *name, const char *text);

#endif
