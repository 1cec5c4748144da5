/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The program that reads files nobody vouches for. It runs under the limits
 * of lib/input/extract.c, which also say what is too much: here memory may
 * run out and time may end at any point.
 */
#ifndef CMD_FOUND_H
#define CMD_FOUND_H

#include "input/extract.h"

struct found {
	struct buffer json;
	size_t n;
};

/* Takes one more text that was found: EXTRACT_FOUND, or why it will not do. */
enum extract_exit found_add(struct found *found, const void *text, size_t len);

/* What is attached to the file that is standard input. */
enum extract_exit extract_pdf(struct found *found);
enum extract_exit extract_docx(struct found *found);

#endif
