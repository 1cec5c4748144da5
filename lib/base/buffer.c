/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool make_room(struct buffer *b, size_t len)
{
	size_t room = b->room ? b->room : 1024;
	unsigned char *data;

	if (b->failed || len > SIZE_MAX / 4 - b->len)
		goto fail;
	while (room - b->len < len)
		room *= 2;
	if (room == b->room)
		return true;
	data = realloc(b->data, room);
	if (!data)
		goto fail;
	b->data = data;
	b->room = room;
	return true;
fail:
	b->failed = true;
	return false;
}

void buffer_put(struct buffer *b, const void *data, size_t len)
{
	/* Most find room at once. */
	bool fits = !b->failed && len <= b->room - b->len;

	if (!len || (!fits && !make_room(b, len)))
		return;
	memcpy(b->data + b->len, data, len);
	b->len += len;
}

void buffer_puts(struct buffer *b, const char *s)
{
	buffer_put(b, s, strlen(s));
}

/* Most texts find room at once. */
void buffer_printf(struct buffer *b, const char *format, ...)
{
	size_t room = b->room - b->len;
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(b->data ? (char *)b->data + b->len : NULL, room, format,
			args);
	va_end(args);
	if (len < 0 || !make_room(b, (size_t)len + 1)) {
		b->failed = true;
		return;
	}
	if ((size_t)len >= room) {
		va_start(args, format);
		(void)vsnprintf((char *)b->data + b->len, (size_t)len + 1,
				format, args);
		va_end(args);
	}
	b->len += (size_t)len;
}

void buffer_free(struct buffer *b)
{
	free(b->data);
	*b = (struct buffer){ 0 };
}
