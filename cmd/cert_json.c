/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "token_json.h"

json_t *json_text(const char *text)
{
	json_t *json = json_string(text);
	char *clean;

	if (json)
		return json;
	/* A path need not be UTF-8; JSON must. */
	clean = cks_text_clean(text, strlen(text));
	json = json_string(clean ? clean : "");
	free(clean);
	return json;
}

static void put(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, json_text(text));
}

static void put_or_null(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key,
			    text[0] ? json_string(text) : json_null());
}

static void put_time(json_t *object, const char *key, time_t t)
{
	char text[DATE_SIZE];

	date_utc(t, text);
	put(object, key, text);
}

static void put_validity(json_t *object, const struct cks_cert *c, time_t now)
{
	if (!cks_cert_readable(c)) {
		json_object_set_new(object, "not_before", json_null());
		json_object_set_new(object, "not_after", json_null());
		json_object_set_new(object, "days_left", json_null());
		return;
	}
	put_time(object, "not_before", cks_cert_not_before(c));
	put_time(object, "not_after", cks_cert_not_after(c));
	json_object_set_new(object, "days_left",
			    json_integer(cks_cert_days_left(c, now)));
}

static void put_renewal(json_t *object, const struct cks_token *token,
			const struct cks_cert *c, time_t now)
{
	char text[DATE_SIZE] = "";
	time_t renew_by;
	bool renewable =
		cks_cert_renewable(token, c, now, RENEWAL_MIN_DAYS, &renew_by);

	if (cks_cert_readable(c) && cks_cert_official(c) && !cks_cert_ca(c))
		date_iso(date_day(renew_by), text);
	json_object_set_new(object, "renewable", json_boolean(renewable));
	put_or_null(object, "renew_by", text);
}

json_t *json_of_cert(const struct cks_token *token, const struct cks_cert *c,
		     time_t now, unsigned int days)
{
	json_t *o = json_object();

	put(o, "id", cks_cert_id(c));
	put(o, "label", cks_cert_label(c));
	put(o, "subject", cks_cert_subject(c));
	put(o, "name", cks_cert_name(c));
	put(o, "organization", cks_cert_organization(c));
	put(o, "unit", cks_cert_unit(c));
	put(o, "email", cks_cert_email(c));
	put(o, "serial", cks_cert_serial(c));
	put(o, "issuer", cks_cert_issuer(c));
	put_validity(o, c, now);
	put(o, "state", cks_cert_state_name(cks_cert_state(c, now, days)));
	put(o, "key", cks_cert_key(c));
	put(o, "sha256", cks_cert_sha256(c));
	put(o, "holder", cks_holder_name(cks_cert_holder(c)));
	json_object_set_new(o, "official", json_boolean(cks_cert_official(c)));
	json_object_set_new(o, "ca", json_boolean(cks_cert_ca(c)));
	put_or_null(o, "tax_code", cks_cert_tax_code(c));
	put_or_null(o, "budget_code", cks_cert_budget_code(c));
	put_renewal(o, token, c, now);
	return o;
}
