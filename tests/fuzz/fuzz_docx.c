/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The data that a DOCX carries, as the program "extract" finds them. */
#include "extracting.h"
#include "fuzz.h"

static void check(const void *data, size_t size)
{
	extracting_check(extract_docx, data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	extracting_package(data, size, check);
	return 0;
}
