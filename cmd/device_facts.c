/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "device_facts.h"

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

		if (cks_cert_readable(c) &&
		    !add_cert(facts, &certs[device->n_certs++], c))
			return false;
	}
	return true;
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
