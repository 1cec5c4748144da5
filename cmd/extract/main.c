/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/outfile.h"
#include "confined.h"
#include "found.h"

static bool prepare(void)
{
	xmlInitParser();
	return confine();
}

/* "extract check": whether the filter is in force here, for whoever wants to
 * know; a line for each thing tried. */
static int check(void)
{
	static const char *const words[] = { "allowed", "refused" };
	bool file, network, process;

	if (!prepare())
		return EXTRACT_UNLIMITED;
	file = open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0 && errno == EPERM;
	network = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) < 0 &&
		  errno == EPERM;
	network = network &&
		  socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) < 0 &&
		  errno == EPERM;
	process = fork() < 0;
	printf("file: %s\nnetwork: %s\nprocess: %s\n", words[file],
	       words[network], words[process]);
	return file && network && process ? EXTRACT_FOUND : EXTRACT_UNLIMITED;
}

static enum extract_exit print(const void *data, size_t len)
{
	return outfile_put(STDOUT_FILENO, data, len) ? EXTRACT_BROKEN
						     : EXTRACT_FOUND;
}

/* The line that goes before the data, as input/extract.h has it. */
static enum extract_exit print_line(struct printed *p)
{
	unsigned char digest[DIGEST_SIZE];
	char hex[DIGEST_HEX_SIZE] = "-", line[EXTRACT_LINE_MAX];
	int len;

	if (!digest_end(&p->digest, digest) && !p->unknown)
		digest_hex(digest, hex);
	len = snprintf(line, sizeof(line), "%s %zu %zu %zu %zu %u\n", hex,
		       p->n_others, p->n_updates, p->n_signatures, p->n_looks,
		       p->strays);
	return print(line, (size_t)len);
}

int main(int argc, char **argv)
{
	struct printed printed = { 0 };
	struct found found = { 0 };
	enum extract_exit end = EXTRACT_BROKEN;
	const char *kind = argc > 1 ? argv[1] : "";
	unsigned char rest[DIGEST_SIZE];

	if (argc == 2 && !strcmp(kind, "check"))
		return check();
	if (argc == 3 && strcmp(kind, "xlsx") != 0 &&
	    !strcmp(argv[2], "printed")) {
		found.printed = &printed;
		/* OpenSSL is made ready while files can be opened. */
		digest_add(&printed.digest, kind, strlen(kind));
	}
	if (!prepare())
		return EXTRACT_UNLIMITED;
	if (!strcmp(kind, "pdf"))
		end = extract_pdf(&found);
	else if (!strcmp(kind, "docx"))
		end = extract_docx(&found);
	else if (!strcmp(kind, "xlsx"))
		end = extract_xlsx(&found, argc > 2 ? argv[2] : NULL);
	if (end == EXTRACT_FOUND && found.printed)
		end = print_line(&printed);
	if (end == EXTRACT_FOUND)
		end = print(found.json.data, found.json.len);
	/* A file that is refused leaves a digest that nobody has asked for. */
	if (printed.digest.ctx)
		(void)digest_end(&printed.digest, rest);
	buffer_free(&found.json);
	return (int)end;
}
