/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE ((size_t)32 * 1024)
/* The first chunk: many an arena is made for one text, and what malloc() keeps
 * ready is had at once. */
#define FIRST_SIZE ((size_t)960)

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, size;
	alignas(max_align_t) unsigned char data[];
};

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = arena->chunks;
	const size_t align = alignof(max_align_t);
	void *p;

	if (size > SIZE_MAX / 2)
		goto fail;
	size = (size + align - 1) / align * align;
	if (!chunk || chunk->size - chunk->used < size) {
		size_t least = chunk ? CHUNK_SIZE : FIRST_SIZE;
		size_t room = size < least ? least : size;

		chunk = malloc(sizeof(*chunk) + room);
		if (!chunk)
			goto fail;
		chunk->used = 0;
		chunk->size = room;
		chunk->next = arena->chunks;
		arena->chunks = chunk;
	}
	p = chunk->data + chunk->used;
	chunk->used += size;
	/* Only what is given out: many an arena needs little of its chunk. */
	return memset(p, 0, size);
fail:
	arena->failed = true;
	return NULL;
}

void arena_shrink(struct arena *arena, void *p, size_t size)
{
	struct arena_chunk *chunk = arena->chunks;
	const size_t align = alignof(max_align_t);

	size = (size + align - 1) / align * align;
	chunk->used = (size_t)((unsigned char *)p - chunk->data) + size;
}

void *arena_grow(struct arena *arena, void *array, size_t n, size_t size)
{
	size_t room = n ? 2 * n : 4;
	void *grown;

	/* The room is 4, then doubles, so that only a power of two is full. */
	if (n && (n < 4 || (n & (n - 1))))
		return array;
	if (room > SIZE_MAX / 2 / size) {
		arena->failed = true;
		return NULL;
	}
	grown = arena_alloc(arena, room * size);
	if (grown && n)
		memcpy(grown, array, n * size);
	return grown;
}

const char *arena_vformat(struct arena *arena, const char *format, va_list args)
{
	char *text = NULL;
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0)
		arena->failed = true;
	else
		text = arena_alloc(arena, (size_t)len + 1);
	if (text)
		(void)vsnprintf(text, (size_t)len + 1, format, args);
	return text ? text : "";
}

const char *arena_format(struct arena *arena, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = arena_vformat(arena, format, args);
	va_end(args);
	return text;
}

void arena_free(struct arena *arena)
{
	struct arena_chunk *chunk, *next;

	for (chunk = arena->chunks; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	*arena = (struct arena){ 0 };
}
