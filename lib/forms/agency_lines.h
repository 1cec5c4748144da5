/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a clerk ends the lines of the name of an agency, or of an office. */
#ifndef FORMS_AGENCY_LINES_H
#define FORMS_AGENCY_LINES_H

#include <stdbool.h>

#include "input/dossier.h"
#include "typeset/document.h"

/*
 * @name, which is clean, with a newline where a line ends for none to be wider
 * than @width millipoints in type of that style and size: before "xã" or "tỉnh"
 * rather than inside the name of the place, before "và" rather than after it,
 * and inside no compound. Where a person wrote "/" a line ends in any case.
 * @torn tells whether a line had to end inside the name of a place.
 */
const char *agency_lines(struct document *doc, const char *name,
			 unsigned int style, int size, int width, bool *torn);

/*
 * Take the "/" out of agency.name and agency.parent, which everything but the
 * letterhead knows without; as they were, they become agency.name_lines and
 * agency.parent_lines. Returns 0 or -ENOMEM.
 */
int agency_settle(json_t *dossier);

/* The name at @path, one of those two, with its "/" where it has any. */
const char *agency_name(struct document *doc, const json_t *dossier,
			const char *path);

#endif
