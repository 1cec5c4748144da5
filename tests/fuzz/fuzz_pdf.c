/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The data that a PDF carries and what it prints, as the program "extract"
 * finds them: the bytes as they are or, where the first one is not that of
 * "%PDF", as the objects of a file that is whole, from number 1 on, the
 * catalog, with 0xFF behind each.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "extracting.h"
#include "fuzz.h"

#define MAX_OBJECTS 200

/* The program's own takes the name of standard input alone; libFuzzer opens
 * files besides. */
FILE *fopen(const char *path, const char *mode)
{
	int flags = mode[0] == 'r' ? O_RDONLY : O_WRONLY | O_CREAT;
	int fd;

	if (mode[0] != 'r')
		flags |= mode[0] == 'a' ? O_APPEND : O_TRUNC;
	fd = strcmp(path, EXTRACT_INPUT) == 0
		     ? dup(STDIN_FILENO)
		     : open(path, flags | O_CLOEXEC, 0666);
	return fd < 0 ? NULL : fdopen(fd, mode);
}

FILE *fopen64(const char *path, const char *mode)
	__attribute__((alias("fopen")));

static void make_file(struct fuzz_input *in)
{
	size_t offsets[MAX_OBJECTS], n = 0, at;
	struct buffer b = { 0 };

	buffer_puts(&b, "%PDF-1.7\n");
	while (in->size > 0 && n < MAX_OBJECTS) {
		size_t len;
		const uint8_t *object = fuzz_part(in, &len);

		offsets[n++] = b.len;
		buffer_printf(&b, "%zu 0 obj\n", n);
		buffer_put(&b, object, len);
		buffer_puts(&b, "\nendobj\n");
	}
	at = b.len;
	buffer_printf(&b, "xref\n0 %zu\n0000000000 65535 f \n", n + 1);
	for (size_t i = 0; i < n; i++)
		buffer_printf(&b, "%010zu 00000 n \n", offsets[i]);
	buffer_printf(&b,
		      "trailer\n<</Size %zu /Root 1 0 R>>\n"
		      "startxref\n%zu\n%%%%EOF\n",
		      n + 1, at);
	HOLDS(!b.failed);
	extracting_check(extract_pdf, b.data, b.len);
	buffer_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };

	if (size > 0 && data[0] != '%')
		make_file(&in);
	else
		extracting_check(extract_pdf, data, size);
	return 0;
}
