/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_XML_VALIDATE_H
#define BASE_XML_VALIDATE_H

#include <stddef.h>

#include "error.h"

/*
 * Validates the @len bytes of @text, read from @path, against the RELAX NG
 * @schema, the name of a file in the data folder. 0; -EINVAL, with @path and
 * the line in @error, where it is not valid XML, has a document type definition
 * or breaks the schema; -ELIBACC where libxml2 is missing; or -ENOMEM.
 */
int xml_validate(const char *path, const char *text, size_t len,
		 const char *schema, struct error *error);

#endif
