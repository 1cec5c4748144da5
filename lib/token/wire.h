/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Values as bytes between a worker and its parent. Both are the same program,
 * but a worker runs a stranger's code, so the reading side trusts nothing: a
 * value that does not fit makes the wire fail, and from then on every read
 * gives zeros and every write is ignored. Ask once at the end.
 */
#ifndef TOKEN_WIRE_H
#define TOKEN_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire {
	unsigned char *data;
	size_t len, capacity, pos;
	bool failed;
};

/* Wipes what was written, for it may have been a PIN. */
void wire_free(struct wire *w);

void wire_put_u64(struct wire *w, uint64_t value);
void wire_put_bytes(struct wire *w, const void *bytes, size_t len);
void wire_put_text(struct wire *w, const char *text);

/* Room for @len bytes at the end, for the caller to fill; NULL when memory is
 * out. */
unsigned char *wire_reserve(struct wire *w, size_t len);

/* Bytes as they are, without a length; false when memory is out. */
bool wire_append(struct wire *w, const void *bytes, size_t len);

uint64_t wire_get_u64(struct wire *w);
/* A number, as of an enumeration; the wire fails at @bound or more. */
unsigned int wire_get_below(struct wire *w, unsigned int bound);
/* Points into the wire. */
const unsigned char *wire_get_bytes(struct wire *w, size_t *len);
/* The bytes of a field that has @size of them. */
void wire_get_field(struct wire *w, unsigned char *field, size_t size);
/* A copy made safe by cks_text_clean(), which the caller frees; NULL only when
 * the wire has failed. */
char *wire_get_clean_text(struct wire *w);

#endif
