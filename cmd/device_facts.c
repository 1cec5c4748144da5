/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device_facts.h"
#include "say.h"

/* Where the holder works: the unit and the organization above it. */
static const char *agency_of(struct device_facts *facts,
			     const struct cks_cert *c)
{
	char **grown;
	char *text = NULL;

	if (cks_cert_unit(c)[0] == '\0')
		return cks_cert_organization(c);
	if (cks_cert_organization(c)[0] == '\0')
		return cks_cert_unit(c);
	grown = reallocarray(facts->strings, facts->n_strings + 1,
			     sizeof(*grown));
	if (!grown)
		return NULL;
	facts->strings = grown;
	if (asprintf(&text, "%s, %s", cks_cert_unit(c),
		     cks_cert_organization(c)) < 0)
		return NULL;
	grown[facts->n_strings++] = text;
	return text;
}

static bool add_cert(struct device_facts *facts, struct certificate_fact *fact,
		     const struct cks_cert *c)
{
	fact->name = cks_cert_name(c);
	fact->organization = agency_of(facts, c);
	fact->email = cks_cert_email(c);
	fact->serial = cks_cert_serial(c);
	fact->holder = cks_cert_holder(c);
	fact->not_before = cks_cert_not_before(c);
	fact->not_after = cks_cert_not_after(c);
	return fact->organization != NULL;
}

bool device_facts_add(struct device_facts *facts, const struct cks_token *token)
{
	size_t n = cks_token_n_certs(token);
	struct device_fact *grown =
		reallocarray(facts->devices, facts->n + 1, sizeof(*grown));
	struct device_fact *device;
	struct certificate_fact *certs;

	if (!grown)
		return false;
	facts->devices = grown;
	certs = calloc(n + 1, sizeof(*certs));
	if (!certs)
		return false;
	device = &grown[facts->n++];
	*device = (struct device_fact){
		.serial = cks_token_serial(token),
		.label = cks_token_label(token),
		.model = cks_token_model(token),
		.user_pin = cks_token_user_pin(token),
		.certs = certs,
	};
	for (size_t i = 0; i < n; i++) {
		const struct cks_cert *c = cks_token_cert(token, i);

		if (cks_cert_ca(c))
			continue;
		if (!cks_cert_readable(c))
			say(_("%s: the certificate \"%s\" (id %s) cannot be read; what it says must be filled in"),
			    cks_token_serial(token), cks_cert_label(c),
			    cks_cert_id(c));
		if (!add_cert(facts, &certs[device->n_certs++], c))
			return false;
	}
	return true;
}

void device_facts_tell_doubles(const struct device_facts *facts)
{
	for (size_t i = 1; i < facts->n; i++) {
		size_t same = 0;

		for (size_t k = 0; k < i; k++)
			same += strcmp(facts->devices[k].serial,
				       facts->devices[i].serial) == 0;
		if (same == 1)
			say(_("%s: more than one token bears this serial number; if they are PINs of one card, name one of them by --label"),
			    facts->devices[i].serial);
	}
}

void device_facts_free(struct device_facts *facts)
{
	for (size_t i = 0; i < facts->n; i++)
		free((void *)facts->devices[i].certs);
	for (size_t i = 0; i < facts->n_strings; i++)
		free(facts->strings[i]);
	free(facts->devices);
	free(facts->strings);
}
