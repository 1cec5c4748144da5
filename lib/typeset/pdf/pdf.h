/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TYPESET_PDF_H
#define TYPESET_PDF_H

#include <time.h>

#include "typeset/layout.h"

struct pdf_options {
	time_t date;	     /* of the file, in Info and XMP */
	const char *creator; /* program and version */
};

/*
 * Write @layout, made of @doc with @fonts, as a PDF into memory: *@out, *@len,
 * the caller's to free(). The same input gives the same bytes. Returns 0 or
 * -ENOMEM, which leaves both untouched.
 */
int pdf_render(const struct document *doc, const struct layout *layout,
	       const struct font_set *fonts, const struct pdf_options *options,
	       unsigned char **out, size_t *len);

#endif
