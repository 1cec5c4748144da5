/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From tokens to what documents are made of. */
#ifndef DEVICE_FACTS_H
#define DEVICE_FACTS_H

#include "facts.h"
#include "scanning.h"

struct device_facts {
	struct device_fact *devices;
	size_t n;
	/* Private: what the above point to. */
	char **strings;
	size_t n_strings;
};

/*
 * Adds @token, which must outlive the facts. False when memory is out.
 */
bool device_facts_add(struct device_facts *facts,
		      const struct cks_token *token);
/* Tells of tokens that may be one device: a card with several PINs shows as
 * several tokens. */
void device_facts_tell_doubles(const struct device_facts *facts);

void device_facts_free(struct device_facts *facts);

#endif
