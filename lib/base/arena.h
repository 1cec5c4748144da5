/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory that lives and dies as one. A document and its layout are many small
 * pieces with one lifetime, and freeing them together keeps every error path
 * short. A failed allocation is remembered, so that a builder may ask once, at
 * its end.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena {
	struct arena_chunk *chunks;
	bool failed;
};

/* Zeroed memory, or NULL; freed by arena_free() alone. */
void *arena_alloc(struct arena *arena, size_t size);

/* Give back all but @size bytes of @p, the last that was given out. */
void arena_shrink(struct arena *arena, void *p, size_t size);

/*
 * Make room for one more element of @size bytes in @array, which holds @n.
 * Returns the array, perhaps moved, or NULL, which leaves @array as it was.
 */
void *arena_grow(struct arena *arena, void *array, size_t n, size_t size);

/* Text as printf() makes it; "" when there is no memory, which is remembered.
 */
const char *arena_format(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
const char *arena_vformat(struct arena *arena, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

void arena_free(struct arena *arena);

#endif
