/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A zip file in memory, every entry of one date, so that the same entries make
 * the same bytes. A failure is remembered; docx_zip_end() tells.
 */
#ifndef TYPESET_DOCXZIP_H
#define TYPESET_DOCXZIP_H

#include <stdbool.h>
#include <time.h>
#include <zip.h>

struct docx_zip {
	zip_t *zip;
	zip_source_t *file;
	zip_uint16_t time, date; /* as DOS writes them */
	bool failed;
};

void docx_zip_begin(struct docx_zip *z, time_t date);

/* @name and @data must live until docx_zip_end(). */
void docx_zip_add(struct docx_zip *z, const char *name, const void *data,
		  size_t len);

/*
 * Write it all into *@out, *@len, the caller's to free(), and free @z. Returns
 * 0 or -ENOMEM, which leaves both untouched.
 */
int docx_zip_end(struct docx_zip *z, unsigned char **out, size_t *len);

#endif
