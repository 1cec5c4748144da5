/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "ckstoken.h"
#include "wire.h"

void wire_free(struct wire *w)
{
	if (w->data) {
		explicit_bzero(w->data, w->capacity);
		free(w->data);
	}
	memset(w, 0, sizeof(*w));
}

unsigned char *wire_reserve(struct wire *w, size_t len)
{
	unsigned char *at;

	if (w->failed)
		return NULL;
	if (w->capacity - w->len < len) {
		size_t capacity = 2 * (w->len + len) + 256;
		unsigned char *grown = malloc(capacity);

		if (!grown) {
			w->failed = true;
			return NULL;
		}
		/* Not realloc(), which would leave the old bytes behind. */
		if (w->data) {
			memcpy(grown, w->data, w->len);
			explicit_bzero(w->data, w->capacity);
			free(w->data);
		}
		w->data = grown;
		w->capacity = capacity;
	}
	at = w->data + w->len;
	w->len += len;
	return at;
}

void wire_put_u64(struct wire *w, uint64_t value)
{
	unsigned char *at = wire_reserve(w, sizeof(value));

	if (at)
		memcpy(at, &value, sizeof(value));
}

void wire_put_bytes(struct wire *w, const void *bytes, size_t len)
{
	unsigned char *at;

	wire_put_u64(w, len);
	at = wire_reserve(w, len);
	if (at && len > 0)
		memcpy(at, bytes, len);
}

void wire_put_text(struct wire *w, const char *text)
{
	wire_put_bytes(w, text, strlen(text));
}

bool wire_append(struct wire *w, const void *bytes, size_t len)
{
	unsigned char *at = len > 0 ? wire_reserve(w, len) : NULL;

	if (at)
		memcpy(at, bytes, len);
	return !w->failed;
}

static const unsigned char *take(struct wire *w, size_t len)
{
	const unsigned char *at;

	if (w->failed || !w->data || w->len - w->pos < len) {
		w->failed = true;
		return NULL;
	}
	at = w->data + w->pos;
	w->pos += len;
	return at;
}

uint64_t wire_get_u64(struct wire *w)
{
	uint64_t value = 0;
	const unsigned char *at = take(w, sizeof(value));

	if (at)
		memcpy(&value, at, sizeof(value));
	return value;
}

unsigned int wire_get_below(struct wire *w, unsigned int bound)
{
	uint64_t value = wire_get_u64(w);

	if (value >= bound) {
		w->failed = true;
		return 0;
	}
	return (unsigned int)value;
}

const unsigned char *wire_get_bytes(struct wire *w, size_t *len)
{
	const unsigned char *at;
	uint64_t n = wire_get_u64(w);

	*len = 0;
	if (n > w->len) {
		w->failed = true;
		return NULL;
	}
	at = take(w, (size_t)n);
	if (at)
		*len = (size_t)n;
	return at;
}

void wire_get_field(struct wire *w, unsigned char *field, size_t size)
{
	size_t len;
	const unsigned char *bytes = wire_get_bytes(w, &len);

	if (bytes && len == size)
		memcpy(field, bytes, size);
	else
		w->failed = true;
}

char *wire_get_clean_text(struct wire *w)
{
	size_t len;
	const unsigned char *at = wire_get_bytes(w, &len);
	char *text = at ? cks_text_clean(at, len) : NULL;

	if (!text)
		w->failed = true;
	return text;
}
