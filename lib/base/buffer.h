/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes that grow. A failed allocation is remembered; ask once, at the end. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
	unsigned char *data;
	size_t len, room;
	bool failed;
};

void buffer_put(struct buffer *b, const void *data, size_t len);
void buffer_puts(struct buffer *b, const char *s);
void buffer_printf(struct buffer *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void buffer_free(struct buffer *b);

#endif
