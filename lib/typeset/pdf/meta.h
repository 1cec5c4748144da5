/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A PDF about itself: Info, the same in XMP, its colours, where people sign it,
 * and its facts once more for programs, as a file inside it.
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

/*
 * Put into the catalog where the picture of each person's signature has its
 * room, between title and name (Nghị định 30/2020/NĐ-CP, Phụ lục I), for
 * programs that sign: /PieceInfo /ckstoken /Private /Signers is an array of
 * dictionaries with /Page, from 1 on, /Rect on it, and, if it is known, /Name.
 */
void pdf_put_signers(struct pdf_file *file, const struct document *doc,
		     const struct layout *layout, time_t date);

#endif
