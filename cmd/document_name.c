/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "document_name.h"
#include "input/dossier.h"
#include "message.h"
#include "token/ckstoken.h"

static bool ends_in(const char *path, const char *ending)
{
	size_t len = strlen(path), n = strlen(ending);

	return len > n && strcasecmp(path + len - n, ending) == 0;
}

enum document_file_format document_kind_of(const char *path)
{
	if (strcmp(path, "-") == 0 || ends_in(path, ".pdf"))
		return DOCUMENT_PDF;
	return ends_in(path, ".docx") ? DOCUMENT_DOCX : DOCUMENT_UNKNOWN;
}

/* What would leave the folder, or hide the file, becomes a dash. */
static void put_datum(struct buffer *name, const char *text)
{
	if (*text == '.')
		buffer_puts(name, "-");
	for (; *text; text++)
		buffer_put(name, strchr("/\\:*?\"<>|", *text) ? "-" : text, 1);
}

static int put_field(struct buffer *name, const char *field, size_t number,
		     const json_t *subscriber)
{
	const char *text = dossier_text(subscriber, field);

	if (strcmp(field, "n") == 0) {
		buffer_printf(name, "%zu", number);
		return 0;
	}
	if (text[0] == '\0') {
		print_message(_("row %zu has no \"%s\" to name its file by"),
			      number, field);
		return -1;
	}
	put_datum(name, text);
	return 0;
}

char *document_name(const char *pattern, size_t number,
		    const json_t *subscriber)
{
	struct buffer name = { 0 };
	char field[64];
	int rc = 0;

	while (*pattern && !rc) {
		size_t len = strcspn(pattern, "{");
		size_t n;

		buffer_put(&name, pattern, len);
		pattern += len;
		if (*pattern == '\0')
			break;
		n = strcspn(pattern, "}");
		if (pattern[n] == '\0' || n > sizeof(field)) {
			buffer_puts(&name, pattern);
			break;
		}
		(void)snprintf(field, sizeof(field), "%.*s", (int)n - 1,
			       pattern + 1);
		rc = put_field(&name, field, number, subscriber);
		pattern += n + 1;
	}
	buffer_put(&name, "", 1);
	if (name.failed)
		print_message("%s", cks_strerror(CKS_ERR_MEMORY));
	if (rc || name.failed)
		buffer_free(&name);
	return (char *)name.data;
}
