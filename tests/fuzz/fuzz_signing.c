/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Signing a stranger's PDF, with a stranger's image: a byte of flags; with the
 * first of them the image and with the second the answer of a time-stamping
 * authority, each behind its length in two bytes; and the file (input_pdf.h).
 * What is signed verifies, and what was signed before is as it was.
 */
#include <jansson.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "../../cmd/signatures/sign.h"
#include "input_pdf.h"

enum { WITH_IMAGE = 1, WITH_STAMP = 2, ONLY_LOOK = 4 };

/* 2026-11-21T02:00:00Z */
#define NOW 1795226400

static const char pem[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg6sASWTrkWbBiRYCJ\n"
	"yFeAwnMjoilRbYjwR3B8F6IEzpChRANCAASVRg9UA6G5MhypJWhYXsOWCt/oGZSX\n"
	"azAVs+/BMzBw5T+t5iV2JfUDV5ttTKAmLhmKzIyHLT14lHBs6SR4C8za\n"
	"-----END PRIVATE KEY-----\n"
	"";

static EVP_PKEY *key;
static X509 *cert;
static struct fuzz_input answer;

static void make_cert(void)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509_NAME *name;

	HOLDS(bio && (key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL)));
	BIO_free(bio);
	HOLDS((cert = X509_new_ex(digest_library(), NULL)));
	name = X509_get_subject_name(cert);
	HOLDS(X509_set_version(cert, X509_VERSION_3) &&
	      ASN1_INTEGER_set(X509_get_serialNumber(cert), 7) &&
	      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
					 (const unsigned char *)"A", -1, -1,
					 0) &&
	      X509_set_issuer_name(cert, name) &&
	      ASN1_TIME_set(X509_getm_notBefore(cert), NOW - 1000) &&
	      ASN1_TIME_set(X509_getm_notAfter(cert), NOW + 1000) &&
	      X509_set_pubkey(cert, key) && X509_sign(cert, key, EVP_sha256()));
}

/* In place of the program's own: the caller that has the key. */
bool sign_ask(struct sign *s, enum signing_frame ask, const void *bytes,
	      size_t len, enum signing_frame kind, struct buffer *got)
{
	EVP_PKEY_CTX *c;
	unsigned char signature[256];
	size_t n = sizeof(signature);

	(void)s;
	(void)kind;
	if (ask == SIGNING_ASK_STAMP) {
		buffer_put(got, answer.data, answer.size);
		return true;
	}
	c = EVP_PKEY_CTX_new(key, NULL);
	HOLDS(c && EVP_PKEY_sign_init(c) == 1 &&
	      EVP_PKEY_sign(c, signature, &n, bytes, len) == 1);
	EVP_PKEY_CTX_free(c);
	buffer_put(got, signature, n);
	return true;
}

static struct fuzz_input take(struct fuzz_input *in)
{
	size_t len = (size_t)fuzz_byte(in) << 8;
	struct fuzz_input part = { in->data, 0 };

	len += fuzz_byte(in);
	part.data = in->data;
	part.size = len < in->size ? len : in->size;
	in->data += part.size;
	in->size -= part.size;
	return part;
}

/* The signatures as they verify now; NULL where there are none. */
static json_t *verify(const struct buffer *file)
{
	struct trust *trust = trust_read(-1);
	struct buffer text = { 0 };
	json_t *json = NULL;

	HOLDS(trust);
	input_pdf(file->data, file->len);
	if (signatures_verify(&text, trust, NOW) == EXTRACT_FOUND)
		json = json_loadb((const char *)text.data, text.len, 0, NULL);
	trust_free(trust);
	buffer_free(&text);
	return json;
}

/* How many findings of one signature tell that it is not of these bytes, or
 * that they were changed. */
static size_t count_wrong(const json_t *signature)
{
	static const char *const wrong[] = { "range", "hash",	"crypto",
					     "cms",   "change", "revision" };
	const json_t *one;
	size_t i, n = 0;

	json_array_foreach (json_object_get(signature, "findings"), i, one) {
		const char *code =
			json_string_value(json_object_get(one, "finding"));

		/* Who signs is trusted by nobody here, and pages are small. */
		if (strcmp(code, "change-doubtful") == 0 ||
		    strcmp(code, "change-look") == 0)
			continue;
		for (size_t k = 0; k < sizeof(wrong) / sizeof(wrong[0]); k++)
			n += strncmp(code, wrong[k], strlen(wrong[k])) == 0;
	}
	return n;
}

static void check_signed(const struct buffer *file, const json_t *before,
			 const struct buffer *update)
{
	const json_t *old = json_object_get(before, "signatures"), *list;
	struct buffer all = { 0 };
	json_t *after;
	size_t n;

	buffer_put(&all, file->data, file->len);
	buffer_put(&all, update->data, update->len);
	after = verify(&all);
	list = json_object_get(after, "signatures");
	n = json_array_size(list);
	HOLDS(n == json_array_size(old) + 1);
	HOLDS(json_is_true(
		json_object_get(json_array_get(list, n - 1), "whole")));
	HOLDS(count_wrong(json_array_get(list, n - 1)) == 0);
	for (size_t i = 0; i + 1 < n; i++)
		HOLDS(count_wrong(json_array_get(list, i)) <=
		      count_wrong(json_array_get(old, i)));
	json_decref(after);
	buffer_free(&all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size }, image = { 0 };
	unsigned int flags = fuzz_byte(&in);
	struct buffer file, out = { 0 };
	struct sign s = { 0 };
	json_t *before;

	HOLDS(digest_library_for_all() == 0);
	if (!cert)
		make_cert();
	if (flags & WITH_IMAGE)
		image = take(&in);
	answer = (struct fuzz_input){ 0 };
	if (flags & WITH_STAMP)
		answer = take(&in);
	file = input_pdf_make(&in);
	before = verify(&file);
	s.request = json_pack("{s:s, s:s, s:s, s:I, s:i, s:[f,f,f,f], s:b}",
			      "kind", flags & ONLY_LOOK ? "look" : "pdf",
			      "digest", "SHA256", "algorithm", "ecdsa", "time",
			      (json_int_t)NOW, "page",
			      flags & WITH_IMAGE ? 1 : 0, "place", 10.0, 20.0,
			      60.0, 30.0, "stamp", flags & WITH_STAMP);
	s.cert = cert;
	s.others = sk_X509_new_null();
	s.digest = EVP_MD_fetch(digest_library(), "SHA256", NULL);
	HOLDS(s.request && s.others && s.digest && X509_up_ref(cert));
	buffer_put(&s.image, image.data, image.size);
	input_pdf(file.data, file.len);
	if (sign_make(&s, &out) && !s.is_refused && !out.failed) {
		HOLDS(!(flags & WITH_STAMP) || flags & ONLY_LOOK);
		if (!(flags & ONLY_LOOK))
			check_signed(&file, before, &out);
	}
	sign_free(&s);
	json_decref(before);
	buffer_free(&out);
	buffer_free(&file);
	return 0;
}
