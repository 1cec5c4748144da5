/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between province_find.c, which finds files, and province.c. */
#ifndef RULES_PROVINCE_READ_H
#define RULES_PROVINCE_READ_H

#include "base/xmlfile.h"
#include "province.h"

/* Of a code such as "lam-dong", and of folded text. */
static inline bool is_code_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/*
 * Makes a province of @doc, which is valid and was read from @path. It extends
 * @parent, which is taken over, or is whole when that is NULL. 0 with *@out,
 * for province_free(); else @error and -EINVAL, or -ENOMEM.
 */
int province_parse(const struct xml_doc *doc, const char *path,
		   struct province *parent, struct province **out,
		   struct error *error);

#endif
