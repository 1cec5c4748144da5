/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <unistd.h>

#include "found.h"

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
