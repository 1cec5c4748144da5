/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The meaning of the findings at a signature, and which digests and keys are
 * too weak. */
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <stdio.h>

#include "signed.h"

#define LEAST_RSA_BITS 2048
#define LEAST_EC_BITS 256

static const struct {
	const char *code, *sub;
	enum indication indication;
} findings[] = {
#define FINDING(name, code, indication, sub, words) { code, sub, indication },
	FINDINGS(FINDING)
#undef FINDING
};

void signature_add(struct signature *s, enum finding finding, const char *text)
{
	json_t *one = json_pack("{s:s}", "finding", findings[finding].code);

	if (text)
		(void)json_object_set_new(one, "text", json_string(text));
	/* Several revisions may show the same. */
	for (size_t i = 0; i < json_array_size(s->findings); i++)
		if (json_equal(one, json_array_get(s->findings, i))) {
			json_decref(one);
			return;
		}
	(void)json_array_append_new(s->findings, one);
	if (findings[finding].indication > s->indication) {
		s->indication = findings[finding].indication;
		s->sub = findings[finding].sub;
	}
}

void signature_describe(struct signature *s)
{
	static const char *const words[] = { "TOTAL-PASSED", "INDETERMINATE",
					     "TOTAL-FAILED" };
	json_t *json = s->json;

	(void)json_object_set_new(json, "indication",
				  json_string(words[s->indication]));
	(void)json_object_set_new(json, "sub_indication",
				  s->sub[0] ? json_string(s->sub)
					    : json_null());
	(void)json_object_set_new(json, "anchored",
				  json_boolean(s->is_anchored));
	(void)json_object_set(json, "findings", s->findings);
}

bool signature_stands(const struct signature *s)
{
	return s->indication != TOTAL_FAILED;
}

bool digest_is_weak(int digest)
{
	return digest == NID_sha1 || digest == NID_md5 || digest == NID_md4 ||
	       digest == NID_ripemd160;
}

bool has_strong_key(X509 *cert)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);
	int bits = key ? EVP_PKEY_get_bits(key) : 0;

	return key &&
	       (((EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS")) &&
		 bits >= LEAST_RSA_BITS) ||
		(EVP_PKEY_is_a(key, "EC") && bits >= LEAST_EC_BITS) ||
		EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "ED448"));
}

void key_check(struct signature *s, X509 *cert)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);
	const char *name = key ? EVP_PKEY_get0_type_name(key) : NULL;
	char text[64];

	if (has_strong_key(cert))
		return;
	(void)snprintf(text, sizeof(text), "%s %d", name ? name : "?",
		       key ? EVP_PKEY_get_bits(key) : 0);
	signature_add(s, FINDING_WEAK_KEY, text);
}
