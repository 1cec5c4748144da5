/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a document says, once more for programs: a file inside its PDF. */
#ifndef TYPESET_PDFDATA_H
#define TYPESET_PDFDATA_H

#include <time.h>

#include "pdffile.h"

#define PDF_DATA_NAME "ckstoken.json"

/* Write @json, last changed at @date, as the file that object @number names. */
void pdf_write_data(struct pdf_file *file, unsigned int number,
		    const char *json, time_t date);

#endif
