/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "i18n.h"
#include "path.h"

int error_set(struct error *error, int code, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int len;

	if (!error)
		return code;
	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	error_free(error);
	if (len < 0)
		return -ENOMEM;
	error->text = text;
	return code;
}

const char *error_text(const struct error *error, int code)
{
	if (error && error->text)
		return error->text;
	switch (code) {
	case -ENOMEM:
		return _("Out of memory.");
	case -ENOPKG: /* lib/base/digest.h */
		return _("OpenSSL gives no SHA-256 on this machine");
	case -EFOREIGN:
		return _(
			"a link, pipe or file of another user stands there, in a folder that others may write to");
	case -EMLINK: /* lib/base/kept.h */
		return _(
			"the file has a second name (a hard link), or is mounted by itself, and what belongs beside it would be sought beside each; remove the other name, or name it in the folder that it is in");
	case -ENOTFILE:
		return _("it is a pipe or a device, and not a file");
	default:
		return strerror(-code);
	}
}

void error_free(struct error *error)
{
	if (!error)
		return;
	free(error->text);
	error->text = NULL;
}
