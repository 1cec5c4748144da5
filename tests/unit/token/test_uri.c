/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The URIs of tokens and certificates whose fields hold what none should. */
#include "token/cert.h"
#include "token/uri.h"
#include "unit/unit.h"

/* A token with one certificate, whose label has these bytes. */
struct made {
	struct cks_token token;
	struct cks_cert cert, *certs[1];
};

static void make(struct made *m, const char *label, size_t len)
{
	static char text[] = "";
	static char hex[] = "4500";
	static unsigned char id[] = { 0x45, 0x00 };

	memset(m, 0, sizeof(*m));
	memset(m->token.id.label, ' ', sizeof(m->token.id.label));
	memset(m->token.id.manufacturer, ' ', sizeof(m->token.id.manufacturer));
	memset(m->token.id.serial, ' ', sizeof(m->token.id.serial));
	memset(m->token.model_bytes, ' ', sizeof(m->token.model_bytes));
	memcpy(m->token.id.serial, "T1", 2);
	m->token.module = text;
	m->cert.id = hex;
	m->cert.id_bytes = id;
	m->cert.id_len = sizeof(id);
	m->cert.label_bytes = (unsigned char *)label;
	m->cert.label_len = len;
	m->certs[0] = &m->cert;
	m->token.certs = m->certs;
	m->token.n_certs = 1;
	assert_true(uri_name_token(&m->token));
}

static void drop(struct made *m)
{
	free(m->token.uri);
	free(m->cert.uri);
}

/* Whether the URI of a certificate with that label leads to it. */
static void assert_found(char *label, size_t len, const char *part)
{
	struct cks_uri *uri = NULL;
	const char *why = NULL;
	struct made m;

	make(&m, label, len);
	assert_non_null(strstr(cks_cert_uri(&m.cert), part));
	if (cks_uri_parse(cks_cert_uri(&m.cert), &uri, &why))
		fail_msg("%s: %s", cks_cert_uri(&m.cert), why);
	assert_true(cks_uri_matches_token(uri, &m.token));
	assert_true(cks_uri_matches_cert(uri, &m.cert));
	cks_uri_free(&uri);
	drop(&m);
}

/* Some modules count the NUL behind a text, or a whole field of them. */
static void a_label_that_ends_in_nuls_is_found_by_its_uri(void **state)
{
	char padded[] = "Virt\x01\0\0", blanks[] = "Khóa ký  ";

	(void)state;
	assert_found(padded, sizeof(padded) - 1, "object=Virt%01;");
	assert_found(blanks, sizeof(blanks) - 1, "object=Kh%C3%B3a%20k%C3%BD;");
}

/* No URI can say a NUL (RFC 7512), so the certificate goes by its ID. */
static void a_label_with_a_nul_inside_is_left_out(void **state)
{
	char label[] = "a\0b", nothing[] = "\0\0";

	(void)state;
	assert_found(label, sizeof(label) - 1, "serial=T1;id=%45%00;type=cert");
	assert_found(nothing, 2, "serial=T1;id=%45%00;type=cert");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_label_that_ends_in_nuls_is_found_by_its_uri),
		cmocka_unit_test(a_label_with_a_nul_inside_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
