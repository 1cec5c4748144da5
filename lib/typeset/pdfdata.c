/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pdfdata.h"

#include <stdio.h>
#include <string.h>

#include "pdfmeta.h"

void pdf_write_data(struct pdf_file *file, unsigned int number,
		    const char *json, time_t date)
{
	struct buffer *out = &file->out;
	unsigned int embedded = pdf_reserve(file, 1);
	size_t len = strlen(json);
	char changed[PDF_DATE_MAX], entries[PDF_DATE_MAX + 128];

	pdf_date(changed, date);
	(void)snprintf(entries, sizeof(entries),
		       "/Type/EmbeddedFile/Subtype/application#2Fjson"
		       "/Params<</Size %zu/ModDate(%s)>>",
		       len, changed);
	pdf_stream(file, embedded, entries, json, len);
	pdf_begin(file, number);
	buffer_puts(out, "<</Type/Filespec/F(" PDF_DATA_NAME
			 ")/UF(" PDF_DATA_NAME ")/AFRelationship/Data/Desc");
	pdf_text(out, "Dữ liệu của văn bản, đọc được bằng máy");
	buffer_printf(out, "/EF<</F %u 0 R/UF %u 0 R>>>>", embedded, embedded);
	pdf_end(file);
}
