/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "input_pdf.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmd/extract/confined.h"

#define MAX_OBJECTS 200

static const void *file;
static size_t file_size;

void input_pdf(const void *data, size_t size)
{
	file = data;
	file_size = size;
	fuzz_stdin(data, size);
}

/* The program's own takes the name of standard input alone; libFuzzer opens
 * files besides. */
FILE *fopen(const char *path, const char *mode)
{
	int flags = mode[0] == 'r' ? O_RDONLY : O_WRONLY | O_CREAT;
	size_t name = strlen(EXTRACT_INPUT), len = file_size;
	int fd;

	if (strncmp(path, EXTRACT_INPUT, name) == 0) {
		if (path[name] == ' ')
			len = strtoul(path + name + 1, NULL, 10);
		HOLDS(len <= file_size);
		return fmemopen((void *)file, len, "r");
	}
	if (mode[0] != 'r')
		flags |= mode[0] == 'a' ? O_APPEND : O_TRUNC;
	fd = open(path, flags | O_CLOEXEC, 0666);
	return fd < 0 ? NULL : fdopen(fd, mode);
}

FILE *fopen64(const char *path, const char *mode)
	__attribute__((alias("fopen")));

static void put_objects(struct fuzz_input *in, struct buffer *b)
{
	size_t offsets[MAX_OBJECTS], n = 0, at;

	buffer_puts(b, "%PDF-1.7\n");
	while (in->size > 0 && n < MAX_OBJECTS) {
		size_t len;
		const uint8_t *object = fuzz_part(in, &len);

		offsets[n++] = b->len;
		buffer_printf(b, "%zu 0 obj\n", n);
		buffer_put(b, object, len);
		buffer_puts(b, "\nendobj\n");
	}
	at = b->len;
	buffer_printf(b, "xref\n0 %zu\n0000000000 65535 f \n", n + 1);
	for (size_t i = 0; i < n; i++)
		buffer_printf(b, "%010zu 00000 n \n", offsets[i]);
	buffer_printf(b,
		      "trailer\n<</Size %zu /Root 1 0 R>>\n"
		      "startxref\n%zu\n%%%%EOF\n",
		      n + 1, at);
}

struct buffer input_pdf_make(struct fuzz_input *in)
{
	struct buffer b = { 0 };

	if (in->size > 0 && in->data[0] != '%')
		put_objects(in, &b);
	else
		buffer_put(&b, in->data, in->size);
	HOLDS(!b.failed);
	return b;
}
