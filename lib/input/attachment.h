/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The data that a document made by ckstoken carries for programs. */
#ifndef INPUT_ATTACHMENT_H
#define INPUT_ATTACHMENT_H

#include <stdbool.h>

#include "base/error.h"

/*
 * The JSON text attached to the PDF or DOCX file @path, "-" being standard
 * input; the file may come from anybody. 0 with *@json, the caller's to free():
 * an object, valid and of a size that is safe to parse, whose "version" is 1.
 * Else @error says what is wrong:
 *	-ENODATA	there is none in it
 *	-EBADMSG	the file, or the data in it, is broken, hostile, of an
 *			unknown kind or version
 *	-ENOEXEC	the program that reads such files cannot be run
 *	-ENOMEM
 *	others		the file cannot be read
 */
int attachment_read(const char *path, char **json, struct error *error);

/* Whether @json is of a size that attachment_read() accepts. */
bool attachment_fits(const char *json);

#endif
