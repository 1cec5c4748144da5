/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A PDF file as a row of numbered objects. Numbers are reserved first and
 * written in any order; every number reserved must be written.
 */
#ifndef TYPESET_PDF_FILE_H
#define TYPESET_PDF_FILE_H

#include <zlib.h>

#include "base/buffer.h"

struct pdf_file {
	struct buffer out;
	size_t before;	 /* bytes of the file to which it is appended */
	size_t *offsets; /* of object 1 and on; 0: it is not written here */
	size_t n_objects, room;
	z_stream deflater; /* one for all streams: setting up costs most */
};

void pdf_file_begin(struct pdf_file *file);

/* The same for what is appended to a file of @len bytes, whose numbers end with
 * @last: any of them may be written anew. */
void pdf_file_append(struct pdf_file *file, size_t last, size_t len);

/* The first of @n numbers in a row. */
unsigned int pdf_reserve(struct pdf_file *file, size_t n);

/* An object from @format, without a newline at its end. */
void pdf_object(struct pdf_file *file, unsigned int number, const char *format,
		...) __attribute__((format(printf, 3, 4)));

/* An object of many parts: it is written to file->out between the two. */
void pdf_begin(struct pdf_file *file, unsigned int number);
void pdf_end(struct pdf_file *file);

/* A stream with @entries in its dictionary; @data is deflated. */
void pdf_stream(struct pdf_file *file, unsigned int number, const char *entries,
		const void *data, size_t len);

/* A stream that is not deflated, for programs that know no PDF. */
void pdf_stream_plain(struct pdf_file *file, unsigned int number,
		      const char *entries, const void *data, size_t len);

/* Four digits of hexadecimal. */
void pdf_hex(struct buffer *b, unsigned int v);

void pdf_unsigned(struct buffer *b, size_t v);

/* A reference to object @number, and a blank. */
void pdf_reference(struct buffer *b, size_t number);

/* Text as UTF-16 in hexadecimal, and the same as a text string. */
void pdf_utf16(struct buffer *b, const char *utf8, size_t len);
void pdf_text(struct buffer *b, const char *utf8);

/* Cross-reference table and trailer; the same objects give the same /ID. */
void pdf_file_end(struct pdf_file *file, unsigned int root, unsigned int info);
void pdf_file_free(struct pdf_file *file);

/* @v thousandths as a decimal number, whatever the locale. */
void pdf_number(struct buffer *b, int v);

#endif
