/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A PDF as the standard input of the programs that read strangers' files, which
 * open it by a name of their own, in part or whole. */
#ifndef FUZZ_INPUT_PDF_H
#define FUZZ_INPUT_PDF_H

#include "base/buffer.h"
#include "fuzz.h"

/* Makes it these bytes, which are to last. */
void input_pdf(const void *data, size_t size);

/* The file that @in is: its bytes as they are or, where the first one is not
 * that of "%PDF", as the objects of a file that is whole, from number 1 on, the
 * catalog, with 0xFF behind each. The caller frees it. */
struct buffer input_pdf_make(struct fuzz_input *in);

#endif
