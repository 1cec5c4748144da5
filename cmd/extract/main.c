/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <unistd.h>

#include "found.h"

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

static enum extract_exit print(const struct buffer *json)
{
	size_t done = 0;

	while (done < json->len) {
		ssize_t n = write(STDOUT_FILENO, json->data + done,
				  json->len - done);

		if (n < 0)
			return EXTRACT_BROKEN;
		done += (size_t)n;
	}
	return EXTRACT_FOUND;
}

int main(int argc, char **argv)
{
	struct found found = { 0 };
	enum extract_exit end = EXTRACT_BROKEN;

	if (argc == 2 && !strcmp(argv[1], "pdf"))
		end = extract_pdf(&found);
	else if (argc == 2 && !strcmp(argv[1], "docx"))
		end = extract_docx(&found);
	if (end == EXTRACT_FOUND)
		end = print(&found.json);
	buffer_free(&found.json);
	return (int)end;
}
