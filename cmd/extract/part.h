/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A part of a package, XML in a ZIP archive, read node after node. */
#ifndef CMD_EXTRACT_PART_H
#define CMD_EXTRACT_PART_H

#include <libxml/xmlreader.h>
#include <zip.h>

#include "found.h"

struct part {
	xmlTextReader *xml;
	zip_file_t *file;
	zip_uint64_t left; /* of the size that the directory promises */
};

/*
 * Opens the entry @index, whose size is taken from @budget. EXTRACT_FOUND, or
 * why it is refused; to be closed in either case.
 */
enum extract_exit part_open(struct part *part, zip_t *zip, zip_uint64_t index,
			    zip_uint64_t *budget);

/*
 * Goes on to the next node. 1; 0 behind the last, when all of the size was
 * there; -1 where the part is broken. A document type is broken, and with it
 * every entity.
 */
int part_next(struct part *part);

/* True if the node is an element of this name, in whatever namespace: the two
 * editions of a standard have different ones. */
bool part_begins(const struct part *part, const char *name);
bool part_ends(const struct part *part, const char *name);

/* True if it is text, blank or not. */
bool part_is_text(const struct part *part);

void part_close(struct part *part);

/* No complaint of libxml2 is printed. */
void part_be_quiet(void);

#endif
