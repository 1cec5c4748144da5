/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ckstoken.h"

static unsigned int pin_attention(const struct cks_token *token)
{
	unsigned int att = 0;

	switch (cks_token_user_pin(token)) {
	case CKS_PIN_LOCKED:
		att |= CKS_WARN_USER_PIN_LOCKED;
		break;
	case CKS_PIN_FINAL_TRY:
		att |= CKS_WARN_USER_PIN_FINAL_TRY;
		break;
	case CKS_PIN_COUNT_LOW:
		att |= CKS_WARN_USER_PIN_COUNT_LOW;
		break;
	case CKS_PIN_NOT_SET:
		att |= CKS_WARN_USER_PIN_NOT_SET;
		break;
	default:
		break;
	}
	if (cks_token_so_pin(token) == CKS_PIN_LOCKED)
		att |= CKS_WARN_SO_PIN_LOCKED;
	if (cks_token_so_pin(token) == CKS_PIN_FINAL_TRY)
		att |= CKS_WARN_SO_PIN_FINAL_TRY;
	return att;
}

static unsigned int cert_attention(const struct cks_cert *cert, time_t now,
				   unsigned int days)
{
	unsigned int att = 0;

	if (cks_cert_ca(cert))
		return 0;
	switch (cks_cert_state(cert, now, days)) {
	case CKS_CERT_UNREADABLE:
		return CKS_WARN_CERT_UNREADABLE;
	case CKS_CERT_EXPIRED:
		att |= CKS_WARN_CERT_EXPIRED;
		break;
	case CKS_CERT_EXPIRING:
		att |= CKS_WARN_CERT_EXPIRING;
		break;
	default:
		break;
	}
	if (!cks_cert_official(cert))
		att |= CKS_WARN_NOT_OFFICIAL;
	return att;
}

unsigned int cks_token_warnings(const struct cks_token *token, time_t now,
				unsigned int days)
{
	unsigned int att = pin_attention(token);
	size_t holders = 0;

	for (size_t i = 0; i < cks_token_n_certs(token); i++) {
		const struct cks_cert *cert = cks_token_cert(token, i);

		holders += !cks_cert_ca(cert);
		att |= cert_attention(cert, now, days);
	}
	if (holders == 0)
		att |= CKS_WARN_NO_CERT;
	return att;
}

const char *cks_warning_name(unsigned int bit)
{
	static const struct {
		enum cks_warning bit;
		const char *key;
	} keys[] = {
		{ CKS_WARN_USER_PIN_LOCKED, "user-pin-locked" },
		{ CKS_WARN_USER_PIN_FINAL_TRY, "user-pin-final-try" },
		{ CKS_WARN_USER_PIN_COUNT_LOW, "user-pin-count-low" },
		{ CKS_WARN_USER_PIN_NOT_SET, "user-pin-not-set" },
		{ CKS_WARN_SO_PIN_LOCKED, "so-pin-locked" },
		{ CKS_WARN_SO_PIN_FINAL_TRY, "so-pin-final-try" },
		{ CKS_WARN_CERT_EXPIRED, "certificate-expired" },
		{ CKS_WARN_CERT_EXPIRING, "certificate-expiring" },
		{ CKS_WARN_CERT_UNREADABLE, "certificate-unreadable" },
		{ CKS_WARN_NO_CERT, "no-certificate" },
		{ CKS_WARN_NOT_OFFICIAL, "not-official" },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].bit == bit)
			return keys[i].key;
	return NULL;
}
