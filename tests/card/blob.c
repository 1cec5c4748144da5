/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "blob.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void blob_add(struct blob *b, const void *data, size_t len)
{
	unsigned char *grown;

	if (len == 0)
		return;
	grown = realloc(b->data, b->len + len);
	if (grown == NULL) {
		(void)fprintf(stderr, "vcard: out of memory\n");
		exit(1);
	}
	memcpy(grown + b->len, data, len);
	b->data = grown;
	b->len += len;
}

void blob_byte(struct blob *b, unsigned int byte)
{
	unsigned char c = (unsigned char)byte;

	blob_add(b, &c, 1);
}

void blob_tlv(struct blob *b, unsigned int tag, const void *data, size_t len)
{
	if (tag > 0xFFFF)
		blob_byte(b, tag >> 16);
	if (tag > 0xFF)
		blob_byte(b, tag >> 8 & 0xFF);
	blob_byte(b, tag & 0xFF);
	if (len > 0xFF) {
		blob_byte(b, 0x82);
		blob_byte(b, (unsigned int)(len >> 8) & 0xFF);
	} else if (len > 0x7F) {
		blob_byte(b, 0x81);
	}
	blob_byte(b, (unsigned int)len & 0xFF);
	blob_add(b, data, len);
}

void blob_wrap(struct blob *b, unsigned int tag, struct blob *value)
{
	blob_tlv(b, tag, value->data, value->len);
	blob_clear(value);
}

void blob_zlib(struct blob *b, const struct blob *value)
{
	unsigned int len = (unsigned int)value->len, low = 1, high = 0;
	size_t i;

	for (i = 0; i < value->len; i++) {
		low = (low + value->data[i]) % 65521;
		high = (high + low) % 65521;
	}
	blob_add(b, "\x78\x01\x01", 3);
	blob_byte(b, len & 0xFF);
	blob_byte(b, len >> 8 & 0xFF);
	blob_byte(b, ~len & 0xFF);
	blob_byte(b, ~len >> 8 & 0xFF);
	blob_add(b, value->data, value->len);
	blob_byte(b, high >> 8);
	blob_byte(b, high & 0xFF);
	blob_byte(b, low >> 8);
	blob_byte(b, low & 0xFF);
}

void blob_clear(struct blob *b)
{
	free(b->data);
	b->data = NULL;
	b->len = 0;
}

const unsigned char *tlv_find(const unsigned char *data, size_t len,
			      unsigned int tag, size_t *value_len)
{
	size_t at = 0, n;
	unsigned int found, extra;

	while (len - at >= 2) {
		found = data[at++];
		n = data[at++];
		if (n > 0x80) {
			extra = (unsigned int)n & 0x7F;
			if (extra > 2 || len - at < extra)
				return NULL;
			for (n = 0; extra > 0; extra--)
				n = n << 8 | data[at++];
		}
		if (n > len - at)
			return NULL;
		if (found == tag) {
			*value_len = n;
			return data + at;
		}
		at += n;
	}
	return NULL;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *p;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	p = c == '\0' ? NULL : strchr(digits, c);
	return p == NULL ? -1 : (int)(p - digits);
}

bool hex_decode(const char *hex, unsigned char *out, size_t out_len)
{
	size_t i;
	int high, low;

	if (strlen(hex) != 2 * out_len)
		return false;
	for (i = 0; i < out_len; i++) {
		high = hex_digit(hex[2 * i]);
		low = hex_digit(hex[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}
