/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "cert.h"
#include "token.h"

/* As wire_get_clean_text(), and keeps the bytes, by which the token is known.
 */
static char *get_field(struct wire *w, unsigned char *raw, size_t size)
{
	size_t pos = w->pos, len;
	const unsigned char *bytes = wire_get_bytes(w, &len);

	if (!bytes || len != size) {
		w->failed = true;
		return NULL;
	}
	memcpy(raw, bytes, size);
	w->pos = pos;
	return wire_get_clean_text(w);
}

static char *get_hex(struct wire *w)
{
	size_t len;
	const unsigned char *bytes = wire_get_bytes(w, &len);
	char *hex = bytes ? hex_encode(bytes, len) : NULL;

	if (!hex)
		w->failed = true;
	return hex;
}

static void get_object(struct wire *w, struct cks_token *t)
{
	struct token_object *object = &t->objects[t->n_objects++];
	const unsigned char *value;
	size_t len;

	object->class = wire_get_u64(w);
	object->id = get_hex(w);
	object->label = wire_get_clean_text(w);
	value = wire_get_bytes(w, &len);
	object->digest = get_hex(w);
	if (w->failed || object->class != CKO_CERTIFICATE)
		return;
	t->certs[t->n_certs] =
		cert_on_token(value, len, object->id, object->label);
	if (!t->certs[t->n_certs])
		w->failed = true;
	else
		t->n_certs++;
}

static void get_objects(struct wire *w, struct cks_token *t)
{
	uint64_t n = wire_get_u64(w);

	/* Each takes more than a byte: a count beyond that is a lie. */
	if (w->failed || n > w->len) {
		w->failed = true;
		return;
	}
	t->objects = calloc(n + 1, sizeof(*t->objects));
	t->certs = calloc(n + 1, sizeof(struct cks_cert *));
	if (!t->objects || !t->certs) {
		w->failed = true;
		return;
	}
	for (uint64_t i = 0; i < n && !w->failed; i++)
		get_object(w, t);
}

struct cks_token *token_decode(struct wire *w, const char *module,
			       const char *module_maker)
{
	struct cks_token *t = calloc(1, sizeof(*t));
	unsigned char model[16];

	if (!t)
		return NULL;
	t->module = strdup(module);
	t->module_maker = strdup(module_maker);
	t->id.slot = wire_get_u64(w);
	t->label = get_field(w, t->id.label, sizeof(t->id.label));
	t->manufacturer =
		get_field(w, t->id.manufacturer, sizeof(t->id.manufacturer));
	t->model = get_field(w, model, sizeof(model));
	t->serial = get_field(w, t->id.serial, sizeof(t->id.serial));
	t->flags = wire_get_u64(w);
	t->pin_min = wire_get_u64(w);
	t->pin_max = wire_get_u64(w);
	get_objects(w, t);
	t->reader = wire_get_clean_text(w);
	if (w->failed || !t->module || !t->module_maker) {
		cks_token_free(&t);
		return NULL;
	}
	t->family = family_of(t->module_maker, t->manufacturer, t->label);
	return t;
}

void cks_token_free(struct cks_token **token)
{
	struct cks_token *t = *token;

	*token = NULL;
	if (!t)
		return;
	for (size_t i = 0; i < t->n_certs; i++)
		cks_cert_free(&t->certs[i]);
	for (size_t i = 0; i < t->n_objects; i++) {
		free(t->objects[i].id);
		free(t->objects[i].label);
		free(t->objects[i].digest);
	}
	free(t->certs);
	free(t->objects);
	free(t->module);
	free(t->module_maker);
	free(t->reader);
	free(t->label);
	free(t->manufacturer);
	free(t->model);
	free(t->serial);
	free(t);
}

const char *cks_token_module(const struct cks_token *t)
{
	return t->module;
}

unsigned long cks_token_slot(const struct cks_token *t)
{
	return t->id.slot;
}

const char *cks_token_reader(const struct cks_token *t)
{
	return t->reader;
}

const char *cks_token_label(const struct cks_token *t)
{
	return t->label;
}

const char *cks_token_manufacturer(const struct cks_token *t)
{
	return t->manufacturer;
}

const char *cks_token_model(const struct cks_token *t)
{
	return t->model;
}

const char *cks_token_serial(const struct cks_token *t)
{
	return t->serial;
}

unsigned long cks_token_pin_min(const struct cks_token *t)
{
	return t->pin_min;
}

unsigned long cks_token_pin_max(const struct cks_token *t)
{
	return t->pin_max;
}

unsigned long cks_token_flags(const struct cks_token *t)
{
	return t->flags;
}

bool cks_token_has_pin_pad(const struct cks_token *t)
{
	return t->flags & CKF_PROTECTED_AUTHENTICATION_PATH;
}

size_t cks_token_n_objects(const struct cks_token *t)
{
	return t->n_objects;
}

size_t cks_token_n_certs(const struct cks_token *t)
{
	return t->n_certs;
}

const struct cks_cert *cks_token_cert(const struct cks_token *t, size_t i)
{
	return i < t->n_certs ? t->certs[i] : NULL;
}
