/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The program that reads files for which nobody vouches. It runs under the
 * limits of lib/input/extract.c: memory may run out here, and time may end, at
 * any point.
 */
#ifndef CMD_FOUND_H
#define CMD_FOUND_H

#include "input/extract.h"

struct found {
	struct buffer json;
	size_t n;
};

/* Takes one more attached text. EXTRACT_FOUND, or why it is refused. */
enum extract_exit found_add(struct found *found, const void *text, size_t len);

/* Find the texts that are attached to the file on standard input. */
enum extract_exit extract_pdf(struct found *found);
enum extract_exit extract_docx(struct found *found);

#endif
