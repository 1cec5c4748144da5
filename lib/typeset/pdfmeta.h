/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a PDF says of itself: Info, the same in XMP, and its colours. */
#ifndef TYPESET_PDFMETA_H
#define TYPESET_PDFMETA_H

#include "pdf.h"
#include "pdffile.h"

#define PDF_LANGUAGE "vi-VN"

/* @date as PDF writes it, in Vietnam's time. */
#define PDF_DATE_MAX 80
void pdf_date(char s[PDF_DATE_MAX], time_t date);

void pdf_write_info(struct pdf_file *file, unsigned int number,
		    const struct document *doc,
		    const struct pdf_options *options);
void pdf_write_xmp(struct pdf_file *file, unsigned int number,
		   const struct document *doc,
		   const struct pdf_options *options);

/* The output intent of PDF/A: sRGB. */
void pdf_write_srgb(struct pdf_file *file, unsigned int number);

#endif
