/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A PDF about itself: Info, the same in XMP, its colours, and its facts once
 * more for programs, as a file inside it.
 */
#ifndef TYPESET_PDF_META_H
#define TYPESET_PDF_META_H

#include "file.h"
#include "pdf.h"

#define PDF_DATA_NAME "ckstoken.json"

void pdf_write_info(struct pdf_file *file, unsigned int number,
		    const struct document *doc,
		    const struct pdf_options *options);
void pdf_write_xmp(struct pdf_file *file, unsigned int number,
		   const struct document *doc,
		   const struct pdf_options *options);

/* The output intent that PDF/A asks for: sRGB. */
void pdf_write_srgb(struct pdf_file *file, unsigned int number);

/* Write @json, last changed at @date, as the file that object @number names. */
void pdf_write_data(struct pdf_file *file, unsigned int number,
		    const char *json, time_t date);

#endif
