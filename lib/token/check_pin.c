/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One login and a signature by each private key, through libp11, as an office
 * does with its token all day. Only the worker touches libp11, so a token that
 * makes libp11 hang or crash costs this check alone.
 */
#include <libp11.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "cert.h"
#include "opensc_conf.h"
#include "token.h"
#include "worker.h"

#define CHECK_RESULT 1

struct check {
	enum cks_err err;
	unsigned int n_keys;
};

/* libp11 cuts the blanks off a field, which CK_TOKEN_INFO keeps. */
static bool same_field(const char *text, const unsigned char *field,
		       size_t size)
{
	size_t len = text ? strlen(text) : 0;

	while (size > 0 && (field[size - 1] == ' ' || field[size - 1] == '\0'))
		size--;
	return len == size && (len == 0 || memcmp(text, field, len) == 0);
}

static bool is_token(const PKCS11_SLOT *slot, const struct token_id *id)
{
	return slot->token &&
	       same_field(slot->token->serialnr, id->serial,
			  sizeof(id->serial)) &&
	       same_field(slot->token->label, id->label, sizeof(id->label));
}

static PKCS11_SLOT *find_slot(PKCS11_SLOT *slots, unsigned int n,
			      const struct token_id *id)
{
	PKCS11_SLOT *found = NULL;
	unsigned int matches = 0;

	for (unsigned int i = 0; i < n; i++) {
		if (!is_token(&slots[i], id))
			continue;
		found = &slots[i];
		if (PKCS11_get_slotid_from_slot(found) == id->slot)
			return found;
		matches++;
	}
	return matches == 1 ? found : NULL;
}

/* libp11 leaves the CKR as the reason of OpenSSL's last error. */
static enum cks_err login_error(void)
{
	switch (ERR_GET_REASON(ERR_peek_last_error())) {
	case CKR_PIN_INCORRECT:
	case CKR_PIN_INVALID:
	case CKR_PIN_LEN_RANGE:
		return CKS_ERR_USER_PIN_INCORRECT;
	case CKR_PIN_LOCKED:
		return CKS_ERR_USER_PIN_LOCKED;
	case CKR_DEVICE_REMOVED:
	case CKR_TOKEN_NOT_PRESENT:
		return CKS_ERR_REMOVED;
	default:
		return CKS_ERR_DEVICE;
	}
}

static bool can_sign(const X509 *x509)
{
	uint32_t usage = X509_get_key_usage((X509 *)x509);

	return usage &
	       (X509v3_KU_DIGITAL_SIGNATURE | X509v3_KU_NON_REPUDIATION);
}

static bool sign_and_verify(EVP_PKEY *private_key, EVP_PKEY *public_key)
{
	EVP_MD_CTX *sign = EVP_MD_CTX_new(), *verify = EVP_MD_CTX_new();
	unsigned char text[32], signature[1024];
	size_t len = sizeof(signature);
	bool ok;

	ok = sign && verify && RAND_bytes(text, sizeof(text)) == 1 &&
	     EVP_DigestSignInit(sign, NULL, EVP_sha256(), NULL, private_key) ==
		     1 &&
	     EVP_DigestSign(sign, signature, &len, text, sizeof(text)) == 1 &&
	     EVP_DigestVerifyInit(verify, NULL, EVP_sha256(), NULL,
				  public_key) == 1 &&
	     EVP_DigestVerify(verify, signature, len, text, sizeof(text)) == 1;
	EVP_MD_CTX_free(sign);
	EVP_MD_CTX_free(verify);
	return ok;
}

/* Counts @key if it has a certificate and its signature verifies. */
static enum cks_err check_key(PKCS11_KEY *key, const struct cks_token *token,
			      unsigned int *n_keys)
{
	char *id = text_hex(key->id, key->id_len);
	enum cks_err err = id ? CKS_OK : CKS_ERR_MEMORY;

	for (size_t i = 0; id && i < token->n_certs && !err; i++) {
		const struct cks_cert *c = token->certs[i];
		const unsigned char *at = c->der;
		X509 *x509 = NULL;
		EVP_PKEY *private_key;

		if (!c->readable || strcmp(c->id, id) != 0)
			continue;
		x509 = d2i_X509(NULL, &at, (long)c->der_len);
		if (x509 && can_sign(x509)) {
			private_key = PKCS11_get_private_key(key);
			if (private_key &&
			    sign_and_verify(private_key,
					    X509_get0_pubkey(x509)))
				(*n_keys)++;
			else
				err = CKS_ERR_SIGNATURE;
			EVP_PKEY_free(private_key);
		}
		X509_free(x509);
	}
	free(id);
	return err;
}

static enum cks_err check_slot(PKCS11_SLOT *slot, const struct cks_token *token,
			       struct cks_secret *pin, struct check *check)
{
	PKCS11_KEY *keys = NULL;
	unsigned int n = 0;
	enum cks_err err = CKS_OK;

	ERR_clear_error();
	if (PKCS11_open_session(slot, 0))
		return CKS_ERR_DEVICE;
	if (PKCS11_login(slot, 0, pin ? cks_secret_data(pin) : NULL))
		return login_error();
	if (PKCS11_enumerate_keys(slot->token, &keys, &n))
		return CKS_ERR_DEVICE;
	for (unsigned int i = 0; i < n && !err; i++)
		err = check_key(&keys[i], token, &check->n_keys);
	if (!err && check->n_keys == 0)
		err = CKS_ERR_NO_KEY;
	PKCS11_logout(slot);
	return err;
}

static enum cks_err check_token(const struct cks_token *token,
				struct cks_secret *pin, struct check *check)
{
	PKCS11_CTX *ctx = PKCS11_CTX_new();
	PKCS11_SLOT *slots = NULL, *slot;
	unsigned int n = 0;

	if (!ctx)
		return CKS_ERR_MEMORY;
	/* Nothing is released on failure: libp11 crashes when asked to, and
	 * the process ends anyway. */
	if (PKCS11_CTX_load(ctx, token->module))
		return CKS_ERR_LOAD;
	if (PKCS11_enumerate_slots(ctx, &slots, &n))
		return CKS_ERR_DEVICE;
	slot = find_slot(slots, n, &token->id);
	return slot ? check_slot(slot, token, pin, check) : CKS_ERR_REMOVED;
}

static void check_main(int channel, const void *arg)
{
	const struct cks_token *token = arg;
	struct cks_secret *pin = worker_take_secret(channel);
	struct check check = { 0 };
	struct wire w = { 0 };

	check.err = digest_library_for_all()
			    ? CKS_ERR_DIGEST
			    : opensc_conf_error(opensc_conf_enter(NULL));
	if (!check.err)
		check.err = check_token(token, pin, &check);
	cks_secret_free(&pin);
	wire_put_u64(&w, check.err);
	wire_put_u64(&w, check.n_keys);
	worker_send(channel, CHECK_RESULT, &w);
	wire_free(&w);
	worker_send_end(channel);
}

static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct check *check = w->owner;
	unsigned int err = wire_get_below(payload, CKS_ERR_COUNT);
	uint64_t n_keys = wire_get_u64(payload);

	if (type == CHECK_RESULT && !payload->failed) {
		check->err = (enum cks_err)err;
		check->n_keys = (unsigned int)n_keys;
	}
	return true;
}

static bool on_end(struct worker *w, enum cks_err err)
{
	struct check *check = w->owner;

	if (err)
		check->err = err;
	return false;
}

enum cks_err cks_token_check_pin(const struct cks_token *token,
				 const struct cks_secret *pin,
				 unsigned int timeout_ms, unsigned int *n_keys)
{
	struct check check = { .err = CKS_ERR_CRASH };
	struct worker worker = {
		.run = check_main,
		.arg = token,
		.secrets = { pin },
		.timeout_ms = timeout_ms,
		.on_frame = on_frame,
		.on_end = on_end,
		.owner = &check,
	};
	enum cks_err err;

	if (!token || !n_keys || (!pin && !cks_token_has_pin_pad(token)))
		return CKS_ERR_ARGUMENT;
	err = workers_run(&worker, 1);
	if (!err)
		err = check.err;
	if (!err)
		*n_keys = check.n_keys;
	return err;
}
