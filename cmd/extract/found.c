/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "found.h"

#include <string.h>

/* Copies of the text: each costs the time to decode it. */
#define MAX_COPIES 8

enum extract_exit found_add(struct found *found, const void *text, size_t len)
{
	if (len == 0 || len > EXTRACT_MAX || ++found->n > MAX_COPIES)
		return EXTRACT_BROKEN;
	if (found->n == 1)
		buffer_put(&found->json, text, len);
	else if (found->json.len != len ||
		 memcmp(found->json.data, text, len) != 0)
		return EXTRACT_DIFFER;
	return found->json.failed ? EXTRACT_BROKEN : EXTRACT_FOUND;
}
