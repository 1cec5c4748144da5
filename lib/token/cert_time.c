/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/date.h"
#include "cert.h"

enum cks_cert_state cks_cert_state(const struct cks_cert *c, time_t now,
				   unsigned int days)
{
	if (!c->readable)
		return CKS_CERT_UNREADABLE;
	if (now < c->not_before)
		return CKS_CERT_NOT_YET_VALID;
	if (now > c->not_after)
		return CKS_CERT_EXPIRED;
	if (cks_cert_days_left(c, now) < (long)days)
		return CKS_CERT_EXPIRING;
	return CKS_CERT_VALID;
}

const char *cks_cert_state_name(enum cks_cert_state state)
{
	switch (state) {
	case CKS_CERT_VALID:
		return "valid";
	case CKS_CERT_EXPIRING:
		return "expiring";
	case CKS_CERT_EXPIRED:
		return "expired";
	case CKS_CERT_NOT_YET_VALID:
		return "not-yet-valid";
	case CKS_CERT_UNREADABLE:
		break;
	}
	return "unreadable";
}

const char *cks_holder_name(enum cks_holder holder)
{
	switch (holder) {
	case CKS_HOLDER_PERSON:
		return "person";
	case CKS_HOLDER_ORGANIZATION:
		return "organization";
	case CKS_HOLDER_DEVICE:
		return "device";
	case CKS_HOLDER_UNKNOWN:
		break;
	}
	return "unknown";
}

long cks_cert_days_left(const struct cks_cert *c, time_t now)
{
	return date_day(c->not_after) - date_day(now);
}

/* A renewal leaves two certificates of one name and key, old and new. */
static bool was_renewed(const struct cks_token *token, const struct cks_cert *c)
{
	for (size_t i = 0; i < cks_token_n_certs(token); i++) {
		const struct cks_cert *other = cks_token_cert(token, i);

		if (other != c && other->readable &&
		    other->not_after != c->not_after &&
		    strcmp(other->subject, c->subject) == 0 &&
		    memcmp(other->key_digest, c->key_digest,
			   sizeof(c->key_digest)) == 0)
			return true;
	}
	return false;
}

bool cks_cert_renewable(const struct cks_token *token, const struct cks_cert *c,
			time_t now, unsigned int min_days, time_t *renew_by)
{
	long last = date_day(c->not_after) - (long)min_days;

	*renew_by = date_start(last);
	return c->readable && c->official && !c->ca && now >= c->not_before &&
	       date_day(now) <= last && !was_renewed(token, c);
}
