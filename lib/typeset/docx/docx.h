/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TYPESET_DOCX_H
#define TYPESET_DOCX_H

#include <time.h>

#include "base/error.h"
#include "typeset/document.h"

struct docx_options {
	time_t date;	     /* of the file, in its properties and its zip */
	const char *creator; /* program and version */
};

/*
 * Write @doc as an Office Open XML text document into memory: *@out, *@len,
 * the caller's to free(). The same input gives the same bytes. Returns 0; or,
 * leaving both untouched, -ENOMEM, or -ELIBACC with its words in @error where
 * libzip is missing.
 */
int docx_render(const struct document *doc, const struct docx_options *options,
		unsigned char **out, size_t *len, struct error *error);

#endif
