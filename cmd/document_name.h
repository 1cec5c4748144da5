/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of the files a document goes to. */
#ifndef CMD_DOCUMENT_NAME_H
#define CMD_DOCUMENT_NAME_H

#include <jansson.h>
#include <stddef.h>

enum document_file_format { DOCUMENT_UNKNOWN, DOCUMENT_PDF, DOCUMENT_DOCX };

/* By the ending; "-" is a PDF. */
enum document_file_format document_kind_of(const char *path);

/*
 * @pattern with {n} replaced by @number, and {field} by that field of
 * @subscriber, made fit for a file name. The caller frees it; NULL, told, when
 * there is no such datum or no memory.
 */
char *document_name(const char *pattern, size_t number,
		    const json_t *subscriber);

#endif
