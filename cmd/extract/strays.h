/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What stands in a file beside the one document that was read from it: of what
 * its own tables do not name, each program makes something else, and one shows
 * what another passes over.
 */
#ifndef CMD_EXTRACT_STRAYS_H
#define CMD_EXTRACT_STRAYS_H

#include "confined.h"
#include "printed.h"

/* Where the cross-reference tables of a PDF have an object. */
struct place {
	int id, generation;
	int container;	 /* the object stream that holds it; 0: none */
	uint64_t offset; /* in the file, or the index in the container */
};

/* All that the tables of a PDF name, by their numbers. */
struct places {
	struct place *list;
	size_t n;
	bool failed;
	bool is_limited; /* it failed since there are more than @most */
};

/*
 * Reads the tables of @bytes, which standard input begins with, from the one at
 * @table on, or 0 for that which their end names; with @plain those alone that
 * are no streams. It is to be called while nothing else reads standard input.
 */
void places_read(struct places *places, const struct bytes *bytes, size_t table,
		 size_t most, bool plain);
void places_free(struct places *places);

/* True if @bytes end as a PDF does, with nothing behind that. */
bool ends_as_pdf(const struct bytes *bytes);

/* Adds to @p the strays of @pdf, and how often it was updated. */
void strays_pdf(struct printed *p, qpdf_data pdf, const struct places *places);

#endif
