/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "file.h"

#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define OBJECT_MAX 1024
/* Higher levels pack fonts, most of a letter, by a twentieth better, and take
 * twice as long or longer. Of shorter streams packing saves next to nothing. */
#define LEVEL 1
#define PACKED_MIN 256
#define OBJECTS_MAX 8388607 /* PDF/A allows no more */

static void begin(struct pdf_file *file)
{
	*file = (struct pdf_file){ 0 };
	if (deflateInit(&file->deflater, LEVEL) != Z_OK)
		file->out.failed = true;
}

void pdf_file_begin(struct pdf_file *file)
{
	begin(file);
	/* Bytes above 127 tell transfer programs that this is binary. */
	buffer_puts(&file->out, "%PDF-1.7\n%\xc2\xb5\xc2\xb6\n");
}

static bool make_room(struct pdf_file *file, size_t n)
{
	size_t room = file->room ? file->room : 64, *offsets;

	if (n > OBJECTS_MAX - file->n_objects)
		return false;
	while (room - file->n_objects < n)
		room *= 2;
	if (room == file->room)
		return true;
	offsets = realloc(file->offsets, room * sizeof(*offsets));
	if (!offsets)
		return false;
	file->offsets = offsets;
	file->room = room;
	return true;
}

void pdf_file_append(struct pdf_file *file, size_t last, size_t len)
{
	begin(file);
	file->before = len;
	if (!make_room(file, last))
		file->out.failed = true;
	else if (last)
		memset(file->offsets, 0, last * sizeof(*file->offsets));
	file->n_objects = file->out.failed ? 0 : last;
}

unsigned int pdf_reserve(struct pdf_file *file, size_t n)
{
	size_t first = file->n_objects;

	if (!make_room(file, n)) {
		file->out.failed = true;
		return 0;
	}
	file->n_objects += n;
	return (unsigned int)first + 1;
}

void pdf_begin(struct pdf_file *file, unsigned int number)
{
	if (number && number <= file->n_objects)
		file->offsets[number - 1] = file->before + file->out.len;
	pdf_unsigned(&file->out, number);
	buffer_puts(&file->out, " 0 obj\n");
}

void pdf_end(struct pdf_file *file)
{
	buffer_puts(&file->out, "\nendobj\n");
}

void pdf_object(struct pdf_file *file, unsigned int number, const char *format,
		...)
{
	char text[OBJECT_MAX];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= sizeof(text)) {
		file->out.failed = true;
		return;
	}
	pdf_begin(file, number);
	buffer_puts(&file->out, text);
	pdf_end(file);
}

void pdf_stream_plain(struct pdf_file *file, unsigned int number,
		      const char *entries, const void *data, size_t len)
{
	pdf_begin(file, number);
	buffer_printf(&file->out, "<<%s/Length %zu>>\nstream\n", entries, len);
	buffer_put(&file->out, data, len);
	buffer_puts(&file->out, "\nendstream");
	pdf_end(file);
}

void pdf_stream(struct pdf_file *file, unsigned int number, const char *entries,
		const void *data, size_t len)
{
	z_stream *z = &file->deflater;
	unsigned char *packed = NULL;
	char dictionary[OBJECT_MAX];
	uLong room;

	if (len < PACKED_MIN) {
		pdf_stream_plain(file, number, entries, data, len);
		return;
	}
	if (file->out.failed || len > UINT_MAX / 2)
		goto fail;
	room = deflateBound(z, len);
	packed = malloc(room);
	if (!packed)
		goto fail;
	z->next_in = (Bytef *)data;
	z->avail_in = (uInt)len;
	z->next_out = packed;
	z->avail_out = (uInt)room;
	if (deflateReset(z) != Z_OK || deflate(z, Z_FINISH) != Z_STREAM_END)
		goto fail;
	(void)snprintf(dictionary, sizeof(dictionary), "%s/Filter/FlateDecode",
		       entries);
	pdf_stream_plain(file, number, dictionary, packed, room - z->avail_out);
	goto out;
fail:
	file->out.failed = true;
out:
	free(packed);
}

void pdf_hex(struct buffer *b, unsigned int v)
{
	static const char digits[] = "0123456789ABCDEF";
	char s[4] = { digits[v >> 12 & 15], digits[v >> 8 & 15],
		      digits[v >> 4 & 15], digits[v & 15] };

	buffer_put(b, s, sizeof(s));
}

void pdf_utf16(struct buffer *b, const char *utf8, size_t len)
{
	int32_t cp;
	size_t n;

	for (; len; utf8 += n, len -= n) {
		n = text_decode(utf8, len, &cp);
		if (cp >= 0x10000) {
			cp -= 0x10000;
			pdf_hex(b, 0xd800U + (unsigned int)(cp >> 10));
			cp = 0xdc00 + (cp & 0x3ff);
		}
		pdf_hex(b, (unsigned int)cp);
	}
}

void pdf_text(struct buffer *b, const char *utf8)
{
	buffer_puts(b, "<FEFF");
	pdf_utf16(b, utf8, strlen(utf8));
	buffer_puts(b, ">");
}

/* At least @n digits, with zeros before them. */
static void put_digits(struct buffer *b, size_t v, size_t n)
{
	char digits[24], *s = digits + sizeof(digits), *end = s;

	for (; v || n; v /= 10, n -= n > 0)
		*--s = (char)('0' + v % 10);
	buffer_put(b, s, (size_t)(end - s));
}

void pdf_unsigned(struct buffer *b, size_t v)
{
	put_digits(b, v, 1);
}

void pdf_reference(struct buffer *b, size_t number)
{
	pdf_unsigned(b, number);
	buffer_puts(b, " 0 R ");
}

void pdf_number(struct buffer *b, int v)
{
	unsigned int u = v < 0 ? 0U - (unsigned int)v : (unsigned int)v;

	buffer_puts(b, v < 0 ? "-" : "");
	put_digits(b, u / 1000, 1);
	if (u % 1000) {
		buffer_puts(b, ".");
		put_digits(b, u % 1000, 3);
	}
}

/* FNV-1a twice will do: identifiers must differ, and nobody attacks them. */
static void identify(const struct buffer *b, uint64_t id[2])
{
	const uint64_t prime = 0x100000001b3;
	size_t i;

	id[0] = 0xcbf29ce484222325;
	id[1] = 0x84222325cbf29ce4;
	/* Side by side, for a processor does both in the time of one. */
	for (i = 0; i < b->len; i++) {
		id[0] = (id[0] ^ b->data[i]) * prime;
		id[1] = (id[1] ^ b->data[i]) * prime;
	}
}

void pdf_file_end(struct pdf_file *file, unsigned int root, unsigned int info)
{
	struct buffer *out = &file->out;
	size_t xref = out->len, i;
	uint64_t id[2];

	identify(out, id);
	buffer_printf(out, "xref\n0 %zu\n0000000000 65535 f \n",
		      file->n_objects + 1);
	for (i = 0; i < file->n_objects; i++) {
		put_digits(out, file->offsets[i], 10);
		buffer_puts(out, " 00000 n \n");
	}
	buffer_printf(out,
		      "trailer\n<</Size %zu/Root %u 0 R/Info %u 0 R"
		      "/ID[<%016" PRIX64 "%016" PRIX64 "><%016" PRIX64
		      "%016" PRIX64 ">]>>\n"
		      "startxref\n%zu\n%%%%EOF\n",
		      file->n_objects + 1, root, info, id[0], id[1], id[0],
		      id[1], xref);
}

void pdf_file_free(struct pdf_file *file)
{
	deflateEnd(&file->deflater);
	buffer_free(&file->out);
	free(file->offsets);
	*file = (struct pdf_file){ 0 };
}
