/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of the files a document goes to. */
#ifndef CMD_PAPER_NAME_H
#define CMD_PAPER_NAME_H

#include <jansson.h>
#include <stddef.h>

enum paper_format { PAPER_UNKNOWN, PAPER_PDF, PAPER_DOCX };

/* By the ending; "-" is a PDF. */
enum paper_format paper_kind_of(const char *path);

/*
 * @pattern with {n} replaced by @number, and {field} by that field of
 * @subscriber, made fit for a file name. The caller frees it; NULL, told, when
 * there is no such datum or no memory.
 */
char *paper_name(const char *pattern, size_t number, const json_t *subscriber);

#endif
