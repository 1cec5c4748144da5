/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* XML files that a person may have written: forms and provinces. */
#ifndef BASE_XMLFILE_H
#define BASE_XMLFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "error.h"

#ifndef CKSTOKEN_DATADIR
#error "CKSTOKEN_DATADIR: where forms, provinces and their schemas are"
#endif

/* An element, or a text between tags; a comment parts no text. */
struct xml_node {
	const char *name;	       /* NULL: it is a text */
	const char *text;	       /* NULL: it is an element */
	const char *const *attributes; /* name, value, name ..., NULL */
	int line;		       /* on which its tag ends */
	struct xml_node *parent, *children, *last, *next;
};

struct xml_doc;

/*
 * Reads @path and validates it against the RELAX NG @schema, the name of a file
 * in the data folder; a file of the program's own that nobody changed has been
 * validated before it was shipped. Blanks between elements are kept, for they
 * may separate two words; a document type definition, and with it any entity,
 * is refused. 0 with *@doc, for xml_free(); -ENOENT when there is no such file,
 * -EINVAL when it cannot be read or breaks the schema, @error naming file and
 * line; -ELIBACC, with its words, when a library that reads XML is missing; or
 * -ENOMEM.
 */
int xml_load(const char *path, const char *schema, struct xml_doc **doc,
	     struct error *error);
void xml_free(struct xml_doc **doc);

/*
 * The names, without their ending, of the files of XML in the @n_folders
 * @folders, each once and in the order of their letters, in memory of @arena. A
 * folder that is not there has none. 0 or -ENOMEM.
 */
int xml_list(struct arena *arena, const char *const *folders, size_t n_folders,
	     const char ***names, size_t *n);

const struct xml_node *xml_root(const struct xml_doc *doc);

/* The attribute or "", as it stands in @node's document. */
const char *xml_attribute(const struct xml_node *node, const char *name);

bool xml_has(const struct xml_node *node, const char *name);

/* True if @node is the element @name. */
bool xml_is(const struct xml_node *node, const char *name);

/* How many elements stand directly in @node. */
size_t xml_count(const struct xml_node *node);

/* All text in @node, for free(). NULL: no memory. */
char *xml_content(const struct xml_node *node);

#endif
