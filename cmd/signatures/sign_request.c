/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The talk of the program with its caller: what is asked for, and why it is
 * refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sign.h"

#define MAX_CERTS 16

/* 1. Frames */

bool sign_refuse(struct sign *s, enum signing_refusal refusal,
		 const char *detail)
{
	if (!s->is_refused) {
		s->is_refused = true;
		s->refusal = refusal;
		(void)snprintf(s->detail, sizeof(s->detail), "%s",
			       detail ? detail : "");
	}
	return false;
}

static bool put_bytes(const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = write(STDOUT_FILENO, at, len);

		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

bool sign_put(enum signing_frame kind, const void *bytes, size_t len)
{
	unsigned char head[SIGNING_HEAD];

	signing_head(head, kind, len);
	return len <= SIGNING_FRAME_MAX && put_bytes(head, sizeof(head)) &&
	       put_bytes(bytes, len);
}

static bool get_bytes(void *bytes, size_t len)
{
	char *at = bytes;

	while (len > 0) {
		ssize_t n = read(STDOUT_FILENO, at, len);

		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

/* Appends the frame to @out, which must be @kind. */
static bool get_frame(enum signing_frame kind, struct buffer *out)
{
	unsigned char head[SIGNING_HEAD], part[8192];
	size_t len;

	if (!get_bytes(head, sizeof(head)) ||
	    signing_frame_of(head, &len) != kind || len > SIGNING_FRAME_MAX)
		return false;
	while (len > 0) {
		size_t n = len < sizeof(part) ? len : sizeof(part);

		if (!get_bytes(part, n))
			return false;
		buffer_put(out, part, n);
		len -= n;
	}
	return !out->failed;
}

bool sign_ask(struct sign *s, enum signing_frame ask, const void *bytes,
	      size_t len, enum signing_frame answer, struct buffer *got)
{
	return (sign_put(ask, bytes, len) && get_frame(answer, got)) ||
	       sign_refuse(s, REFUSED_LIMIT, NULL);
}

/* 2. The request */

const char *sign_text(const struct sign *s, const char *key)
{
	return json_string_value(json_object_get(s->request, key));
}

static bool has_cert(const struct sign *s, const X509 *cert)
{
	bool has = X509_cmp(s->cert, cert) == 0;

	for (int i = 0; i < sk_X509_num(s->others) && !has; i++)
		has = X509_cmp(sk_X509_value(s->others, i), cert) == 0;
	return has;
}

static bool take_cert(struct sign *s)
{
	struct buffer der = { 0 };
	const unsigned char *at;
	X509 *cert = NULL;

	if (get_frame(SIGNING_CERT, &der)) {
		at = der.data;
		cert = X509_new_ex(digest_library(), NULL);
		/* d2i_X509() has freed one that it cannot read. */
		cert = cert ? d2i_X509(&cert, &at, (long)der.len) : NULL;
	}
	buffer_free(&der);
	if (!cert)
		return false;
	if (!s->cert)
		s->cert = cert;
	/* A message has each once. */
	else if (has_cert(s, cert) || !sk_X509_push(s->others, cert))
		X509_free(cert);
	return true;
}

bool sign_take_request(struct sign *s)
{
	struct buffer text = { 0 };
	json_int_t n;

	if (get_frame(SIGNING_REQUEST, &text))
		s->request =
			json_loadb((const char *)text.data, text.len, 0, NULL);
	buffer_free(&text);
	s->others = sk_X509_new_null();
	if (!s->request || !s->others || !sign_text(s, "kind"))
		return false;
	if (strcmp(sign_text(s, "kind"), "look") == 0)
		return true;
	if (strcmp(sign_text(s, "kind"), "image") == 0)
		return get_frame(SIGNING_IMAGE, &s->image);
	n = json_integer_value(json_object_get(s->request, "certs"));
	if (n < 1 || n > MAX_CERTS || !sign_text(s, "digest") ||
	    !sign_text(s, "algorithm"))
		return false;
	for (json_int_t i = 0; i < n; i++)
		if (!take_cert(s))
			return false;
	s->digest =
		EVP_MD_fetch(digest_library(), sign_text(s, "digest"), NULL);
	return s->digest && !digest_is_weak(EVP_MD_get_type(s->digest)) &&
	       (!json_is_true(json_object_get(s->request, "image")) ||
		get_frame(SIGNING_IMAGE, &s->image));
}

bool sign_put_refusal(const struct sign *s)
{
	unsigned char text[1 + sizeof(s->detail)];
	size_t len = strlen(s->detail);

	text[0] = (unsigned char)s->refusal;
	memcpy(text + 1, s->detail, len);
	return sign_put(SIGNING_REFUSED, text, 1 + len);
}

void sign_free(struct sign *s)
{
	font_set_free(&s->fonts);
	buffer_free(&s->image);
	EVP_MD_free(s->digest);
	X509_free(s->cert);
	sk_X509_pop_free(s->others, X509_free);
	json_decref(s->request);
}
