/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The program that reads files for which nobody vouches. It runs under the
 * limits of lib/input/extract.c: memory may run out here, and time may end, at
 * any point.
 */
#ifndef CMD_FOUND_H
#define CMD_FOUND_H

#include <string.h>

#include "confined.h"
#include "input/extract.h"
#include "printed.h"

/* The most copies of the text that are read; each takes time to decode. */
#define MAX_COPIES 8

struct found {
	struct buffer json;
	size_t n;
	struct printed *printed; /* NULL: nobody asks for it */
};

/* Takes one more attached text. EXTRACT_FOUND, or why it is refused. */
static inline enum extract_exit found_add(struct found *found, const void *text,
					  size_t len)
{
	if (len == 0)
		return EXTRACT_BROKEN;
	if (len > EXTRACT_MAX || ++found->n > MAX_COPIES)
		return EXTRACT_LIMIT;
	if (found->n == 1)
		buffer_put(&found->json, text, len);
	else if (found->json.len != len ||
		 memcmp(found->json.data, text, len) != 0)
		return EXTRACT_DIFFER;
	return found->json.failed ? EXTRACT_LIMIT : EXTRACT_FOUND;
}

/* Find the texts that are attached to the file on standard input. */
enum extract_exit extract_pdf(struct found *found);
enum extract_exit extract_docx(struct found *found);

/* Makes a table of the workbook on standard input: of @sheet, or of the only
 * one where that is NULL. */
enum extract_exit extract_xlsx(struct found *found, const char *sheet);

#endif
