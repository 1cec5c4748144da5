/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CARD_BLOB_H
#define CARD_BLOB_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A growing byte buffer. Zero-initialised is empty. The card's files are all
 * built at start, so running out of memory there simply ends the program.
 */
struct blob {
	unsigned char *data;
	size_t len;
};

void blob_add(struct blob *b, const void *data, size_t len);
void blob_byte(struct blob *b, unsigned int byte);
/* Appends one BER-TLV; tag is written as it stands, up to three bytes. */
void blob_tlv(struct blob *b, unsigned int tag, const void *data, size_t len);
/* The same, taking the value out of another blob, which is freed. */
void blob_wrap(struct blob *b, unsigned int tag, struct blob *value);
/*
 * Appends a zlib stream of one stored block: some formats ask for zlib, but
 * nothing asks for anything to be made smaller.
 */
void blob_zlib(struct blob *b, const struct blob *value);
void blob_clear(struct blob *b);

/*
 * Finds a one-byte tag among the TLVs of data, not descending into them.
 * Returns its value, inside data, or NULL.
 */
const unsigned char *tlv_find(const unsigned char *data, size_t len,
			      unsigned int tag, size_t *value_len);

/* Hexadecimal digits to bytes; false unless all of hex is digit pairs. */
bool hex_decode(const char *hex, unsigned char *out, size_t out_len);

#endif
