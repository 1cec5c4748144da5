/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The data that a PDF carries and what it prints, as the program "extract"
 * finds them.
 */
#include "extracting.h"
#include "input_pdf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	struct buffer file = input_pdf_make(&in);

	input_pdf(file.data, file.len);
	extracting_check(extract_pdf, file.data, file.len);
	buffer_free(&file);
	return 0;
}
