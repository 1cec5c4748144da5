/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* XML files that a person may have written: forms and provinces. */
#ifndef BASE_XMLFILE_H
#define BASE_XMLFILE_H

#include <libxml/tree.h>
#include <stdbool.h>

#include "error.h"

#ifndef CKSTOKEN_DATADIR
#error "CKSTOKEN_DATADIR: where forms, provinces and their schemas are"
#endif

/*
 * Reads @path and validates it against the RELAX NG @schema, the name of a file
 * in the data folder. Blanks between elements are kept, for they may separate
 * two words; a document type definition, and with it any entity, is refused. 0
 * with *@doc, the caller's to xmlFreeDoc(); -ENOENT when there is no such file,
 * -EINVAL when it cannot be read or breaks the schema, @error naming file and
 * line; or -ENOMEM.
 */
int xml_load(const char *path, const char *schema, xmlDoc **doc,
	     struct error *error);

/* The attribute or "", as it stands in @node's document. */
const char *xml_attribute(const xmlNode *node, const char *name);

/* Whether @node is the element @name. */
bool xml_is(const xmlNode *node, const char *name);

#endif
