/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Frames of a worker, which may have been taken over by a module: the bytes are
 * read as each kind of frame there is. Nothing is read behind their end, and
 * what comes out is safe to be printed.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "token/reading.h"
#include "token/scan_error.h"
#include "token/token.h"

/* A copy of that very size, so that a sanitizer sees a byte too many. */
static struct wire wire_of(const uint8_t *data, size_t size)
{
	struct wire w = { 0 };

	w.data = malloc(size ? size : 1);
	HOLDS(w.data);
	if (size > 0)
		memcpy(w.data, data, size);
	w.len = size;
	w.capacity = size;
	return w;
}

static void check_wire(struct wire *w)
{
	HOLDS(w->pos <= w->len);
	wire_free(w);
}

static void read_values(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	struct wire w;
	size_t n_calls = fuzz_byte(&in) & 15, pos = 0;

	w = wire_of(in.data, in.size);
	for (size_t i = 0; i < n_calls; i++) {
		unsigned char field[16];
		size_t len = 0;
		char *text;

		switch (i % 4) {
		case 0:
			text = wire_get_clean_text(&w);
			HOLDS((text == NULL) == w.failed);
			HOLDS(!text || fuzz_is_clean(text));
			free(text);
			break;
		case 1:
			(void)wire_get_bytes(&w, &len);
			HOLDS(len <= size);
			break;
		case 2:
			wire_get_field(&w, field, sizeof(field));
			break;
		default:
			HOLDS(wire_get_below(&w, 7) < 7);
			break;
		}
		HOLDS(w.pos >= pos && w.pos <= w.len);
		pos = w.pos;
		/* Once failed, it stays so. */
		HOLDS(!w.failed || wire_get_u64(&w) == 0);
	}
	check_wire(&w);
}

static void check_token(const struct cks_token *t)
{
	const char *const texts[] = {
		cks_token_label(t),
		cks_token_manufacturer(t),
		cks_token_model(t),
		cks_token_serial(t),
		cks_token_reader(t),
		cks_token_uri(t),
		t->limit,
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		HOLDS(fuzz_is_clean(texts[i]));
	HOLDS(cks_token_n_certs(t) <= cks_token_n_objects(t));
	HOLDS(t->n_certs + t->n_unread <= t->n_objects);
	HOLDS(t->pin_max == 0 || t->pin_min <= t->pin_max);
	for (size_t i = 0; i < cks_token_n_certs(t); i++) {
		const struct cks_cert *c = cks_token_cert(t, i);

		HOLDS(fuzz_is_clean(cks_cert_label(c)));
		HOLDS(fuzz_is_clean(cks_cert_subject(c)));
		HOLDS(fuzz_is_clean(cks_cert_uri(c)));
	}
	(void)cks_token_user_pin(t);
	(void)cks_token_so_pin(t);
}

static void decode_token(const uint8_t *data, size_t size)
{
	struct token_objects none = { 0 };
	struct wire w = wire_of(data, size);
	struct cks_token *t = token_decode(&w, &none, "/module.so", "maker");

	if (t)
		check_token(t);
	HOLDS(none.n == 0 && none.n_certs == 0);
	cks_token_free(&t);
	check_wire(&w);
}

static void decode_objects(const uint8_t *data, size_t size)
{
	struct token_objects objects = { 0 };
	struct wire w = wire_of(data, size);

	objects_take(&objects, &w);
	HOLDS(objects.n_certs + objects.n_unread <= objects.n);
	if (!objects.failed) {
		objects_sort(&objects);
		HOLDS(!objects_missing(objects.list, objects.n, objects.list,
				       objects.n));
	}
	objects_free(&objects);
	check_wire(&w);
}

static void decode_error(const uint8_t *data, size_t size)
{
	struct wire w = wire_of(data, size);
	struct cks_scan_error *e = scan_error_decode(&w, "/module.so");

	if (e) {
		HOLDS(cks_scan_error_code(e) != CKS_OK);
		HOLDS(fuzz_is_clean(cks_scan_error_reader(e)));
		HOLDS(fuzz_is_clean(cks_scan_error_detail(e)));
	}
	scan_error_free(e);
	check_wire(&w);
}

static void decode_library(const uint8_t *data, size_t size)
{
	struct wire w = wire_of(data, size);

	(void)library_get(&w);
	check_wire(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_values(data, size);
	decode_token(data, size);
	decode_objects(data, size);
	decode_error(data, size);
	decode_library(data, size);
	return 0;
}
