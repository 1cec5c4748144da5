/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "labels.h"
#include "base/i18n.h"

const char *pin_state_label(enum cks_pin_state state)
{
	switch (state) {
	case CKS_PIN_OK:
		return _("works");
	case CKS_PIN_COUNT_LOW:
		return _("works, a wrong try was made");
	case CKS_PIN_FINAL_TRY:
		return _("one try left");
	case CKS_PIN_LOCKED:
		return _("locked");
	case CKS_PIN_NOT_SET:
		return _("not set");
	case CKS_PIN_MUST_CHANGE:
		return _("must be changed");
	case CKS_PIN_UNKNOWN:
		break;
	}
	return _("not known");
}

enum colour pin_state_colour(enum cks_pin_state state)
{
	switch (state) {
	case CKS_PIN_OK:
		return COLOUR_GOOD;
	case CKS_PIN_LOCKED:
	case CKS_PIN_FINAL_TRY:
		return COLOUR_BAD;
	case CKS_PIN_UNKNOWN:
		return COLOUR_NONE;
	default:
		return COLOUR_WARN;
	}
}

const char *cert_state_label(enum cks_cert_state state)
{
	switch (state) {
	case CKS_CERT_VALID:
		return _("valid");
	case CKS_CERT_EXPIRING:
		return _("expiring");
	case CKS_CERT_EXPIRED:
		return _("expired");
	case CKS_CERT_NOT_YET_VALID:
		return _("not yet valid");
	case CKS_CERT_UNREADABLE:
		break;
	}
	return _("unreadable");
}

enum colour cert_state_colour(enum cks_cert_state state)
{
	switch (state) {
	case CKS_CERT_VALID:
		return COLOUR_GOOD;
	case CKS_CERT_EXPIRING:
	case CKS_CERT_NOT_YET_VALID:
		return COLOUR_WARN;
	default:
		return COLOUR_BAD;
	}
}

const char *holder_label(enum cks_holder holder)
{
	switch (holder) {
	case CKS_HOLDER_PERSON:
		return _("person");
	case CKS_HOLDER_ORGANIZATION:
		return _("organization");
	case CKS_HOLDER_DEVICE:
		return _("device, service or software");
	case CKS_HOLDER_UNKNOWN:
		break;
	}
	return _("not known");
}

const char *advice_text(unsigned int attention)
{
	static const struct {
		unsigned int bit;
		const char *words;
	} advice[] = {
		{ CKS_WARN_SO_PIN_LOCKED,
		  N_("The SO PIN is locked: no desk can restore this token. Report it to the issuer.") },
		{ CKS_WARN_USER_PIN_LOCKED,
		  N_("The user PIN is locked: write the request with \"ckstoken request recover\".") },
		{ CKS_WARN_USER_PIN_FINAL_TRY,
		  N_("One more wrong user PIN locks the token: do not guess, ask its holder.") },
		{ CKS_WARN_USER_PIN_NOT_SET,
		  N_("No user PIN has been set: the token is not ready for use.") },
		{ CKS_WARN_CERT_EXPIRED,
		  N_("A certificate has expired: hand the token back with \"ckstoken handover return\".") },
		{ CKS_WARN_CERT_EXPIRING,
		  N_("A certificate expires soon: ask for its renewal before the last day for it.") },
		{ CKS_WARN_SO_PIN_FINAL_TRY,
		  N_("One more wrong SO PIN makes the token impossible to restore.") },
		{ CKS_WARN_CERT_UNREADABLE,
		  N_("An object that should be a certificate cannot be read: ask the issuer.") },
		{ CKS_WARN_NO_CERT,
		  N_("There is no certificate on the token, or none that can be seen.") },
		{ CKS_WARN_NOT_OFFICIAL,
		  N_("A certificate does not name the Government CA as its issuer.") },
	};

	for (size_t i = 0; i < sizeof(advice) / sizeof(advice[0]); i++)
		if (attention & advice[i].bit)
			return _(advice[i].words);
	return "";
}
