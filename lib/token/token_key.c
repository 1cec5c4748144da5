/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "reading.h"

static bool matches_key(const struct token_key *key, const CK_TOKEN_INFO *info)
{
	return !memcmp(key->serial, info->serialNumber, sizeof(key->serial)) &&
	       !memcmp(key->label, info->label, sizeof(key->label)) &&
	       !memcmp(key->manufacturer, info->manufacturerID,
		       sizeof(key->manufacturer));
}

static bool is_at(struct module *m, const struct token_key *key,
		  CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	CK_TOKEN_INFO found;

	memset(&found, 0, sizeof(found));
	if (m->f->C_GetTokenInfo(slot, &found) || !matches_key(key, &found))
		return false;
	*info = found;
	return true;
}

enum cks_err token_key_find(struct module *m, const struct token_key *key,
			    CK_SLOT_ID *slot, CK_TOKEN_INFO *info)
{
	CK_SLOT_ID *slots = NULL;
	size_t n = 0, matches = 0;
	enum cks_err err = module_slots(m, &slots, &n);

	if (err)
		return err;
	for (size_t i = 0; i < n; i++) {
		if (slots[i] == key->slot && is_at(m, key, slots[i], info)) {
			*slot = slots[i];
			matches = 1;
			goto out;
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (slots[i] != key->slot && is_at(m, key, slots[i], info)) {
			*slot = slots[i];
			matches++;
		}
	}
out:
	free(slots);
	return matches == 1 ? CKS_OK : CKS_ERR_REMOVED;
}
