/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "extracting.h"

#include <string.h>

#include "fuzz.h"

static enum extract_exit
search(enum extract_exit (*extract)(struct found *found), const void *data,
       size_t size, bool printed, struct found *found)
{
	static struct printed p;
	unsigned char digest[DIGEST_SIZE];
	enum extract_exit end;

	p = (struct printed){ 0 };
	*found = (struct found){ .printed = printed ? &p : NULL };
	fuzz_stdin(data, size);
	end = extract(found);
	HOLDS(end >= EXTRACT_FOUND && end <= EXTRACT_LIMIT);
	HOLDS(end != EXTRACT_FOUND ||
	      (found->json.len > 0 && found->json.len <= EXTRACT_MAX));
	(void)digest_end(&p.digest, digest);
	return end;
}

void extracting_check(enum extract_exit (*extract)(struct found *found),
		      const void *data, size_t size)
{
	struct found with, without;
	enum extract_exit end = search(extract, data, size, true, &with);

	HOLDS(search(extract, data, size, false, &without) == end);
	HOLDS(end != EXTRACT_FOUND ||
	      (with.json.len == without.json.len &&
	       memcmp(with.json.data, without.json.data, with.json.len) == 0));
	buffer_free(&with.json);
	buffer_free(&without.json);
}
