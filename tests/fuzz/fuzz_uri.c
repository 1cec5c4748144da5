/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PKCS #11 URIs: any text is taken or refused with a reason, and the URI that
 * is made of a token, whatever bytes are in its fields, leads back to that
 * token and to each of its certificates.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz.h"
#include "token/cert.h"
#include "token/uri.h"

/* Fills a field of the token, with its padding, and returns it as text. */
static char *take_field(struct fuzz_input *in, unsigned char *field,
			size_t size)
{
	size_t len;
	const uint8_t *bytes = fuzz_bytes(in, size, &len);

	memset(field, ' ', size);
	if (len > 0)
		memcpy(field, bytes, len);
	return cks_text_clean(field, size);
}

static unsigned char *take_bytes(struct fuzz_input *in, size_t *len)
{
	const uint8_t *bytes = fuzz_bytes(in, 255, len);

	return (unsigned char *)fuzz_text(bytes, *len);
}

static struct cks_cert *make_cert(struct fuzz_input *in)
{
	struct cks_cert *c = calloc(1, sizeof(*c));

	HOLDS(c);
	c->id_bytes = take_bytes(in, &c->id_len);
	c->label_bytes = take_bytes(in, &c->label_len);
	c->id = text_hex(c->id_bytes, c->id_len);
	c->label = cks_text_clean(c->label_bytes, c->label_len);
	return c;
}

static struct cks_token *make_token(struct fuzz_input *in)
{
	struct cks_token *t = calloc(1, sizeof(*t));

	HOLDS(t);
	t->module = fuzz_text("/usr/lib/module.so", 18);
	t->id.slot = fuzz_byte(in);
	t->label = take_field(in, t->id.label, sizeof(t->id.label));
	t->manufacturer =
		take_field(in, t->id.manufacturer, sizeof(t->id.manufacturer));
	t->model = take_field(in, t->model_bytes, sizeof(t->model_bytes));
	t->serial = take_field(in, t->id.serial, sizeof(t->id.serial));
	t->n_certs = fuzz_byte(in) & 3;
	t->certs = calloc(4, sizeof(struct cks_cert *));
	HOLDS(t->certs);
	for (size_t i = 0; i < t->n_certs; i++)
		t->certs[i] = make_cert(in);
	t->reader = take_field(in, t->slot_description,
			       sizeof(t->slot_description));
	free(take_field(in, t->slot_manufacturer,
			sizeof(t->slot_manufacturer)));
	HOLDS(uri_name_token(t));
	return t;
}

static struct cks_uri *parse_own(const char *text)
{
	struct cks_uri *uri = NULL;
	const char *why = NULL;

	HOLDS(fuzz_is_clean(text));
	HOLDS(cks_uri_parse(text, &uri, &why) == CKS_OK);
	HOLDS(cks_uri_unknown(uri)[0] == '\0');
	return uri;
}

static void find_again(struct cks_token *t)
{
	struct cks_uri *uri = parse_own(cks_token_uri(t));

	HOLDS(cks_uri_matches_token(uri, t));
	HOLDS(!cks_uri_names_object(uri));
	cks_uri_free(&uri);
	for (size_t i = 0; i < cks_token_n_certs(t); i++) {
		const struct cks_cert *c = cks_token_cert(t, i);

		uri = parse_own(cks_cert_uri(c));
		HOLDS(cks_uri_matches_token(uri, t));
		HOLDS(cks_uri_matches_cert(uri, c));
		cks_uri_free(&uri);
	}
}

/* Of two tokens of one machine each has a URI that is its own alone. */
static void tell_apart(struct fuzz_input *in, struct cks_token *t)
{
	struct cks_token *other = make_token(in);
	struct cks_token *const both[] = { t, other };

	HOLDS(uri_tell_apart(both, 2));
	find_again(t);
	find_again(other);
	if (cks_token_slot(t) != cks_token_slot(other)) {
		struct cks_uri *uri = parse_own(cks_token_uri(t));

		HOLDS(!cks_uri_matches_token(uri, other));
		cks_uri_free(&uri);
	}
	cks_token_free(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	struct cks_token *t = make_token(&in);
	struct cks_uri *uri = NULL;
	const char *why = NULL;
	char *text;

	find_again(t);
	tell_apart(&in, t);
	text = fuzz_text(in.data, in.size);
	if (cks_uri_parse(text, &uri, &why) == CKS_OK) {
		(void)cks_uri_matches_token(uri, t);
		(void)cks_uri_matches_cert(uri, cks_token_cert(t, 0));
	} else {
		HOLDS(why && why[0]);
	}
	cks_uri_free(&uri);
	cks_token_free(&t);
	free(text);
	return 0;
}
