/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "reading.h"

static bool matches_id(const struct token_id *id, const CK_TOKEN_INFO *info)
{
	return !memcmp(id->serial, info->serialNumber, sizeof(id->serial)) &&
	       !memcmp(id->label, info->label, sizeof(id->label)) &&
	       !memcmp(id->manufacturer, info->manufacturerID,
		       sizeof(id->manufacturer));
}

static bool is_at(struct module *m, const struct token_id *id, CK_SLOT_ID slot,
		  CK_TOKEN_INFO *info)
{
	CK_TOKEN_INFO found;

	memset(&found, 0, sizeof(found));
	if (m->f->C_GetTokenInfo(slot, &found) || !matches_id(id, &found))
		return false;
	*info = found;
	return true;
}

enum cks_err token_id_find(struct module *m, const struct token_id *id,
			   CK_SLOT_ID *slot, CK_TOKEN_INFO *info)
{
	CK_SLOT_ID *slots = NULL;
	size_t n = 0, matches = 0;
	enum cks_err err = module_slots(m, &slots, &n);

	if (err)
		return err;
	for (size_t i = 0; i < n; i++) {
		if (slots[i] == id->slot && is_at(m, id, slots[i], info)) {
			*slot = slots[i];
			matches = 1;
			goto out;
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (slots[i] != id->slot && is_at(m, id, slots[i], info)) {
			*slot = slots[i];
			matches++;
		}
	}
out:
	free(slots);
	return matches == 1 ? CKS_OK : CKS_ERR_REMOVED;
}
