/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Private to the provinces: from the XML of a file to a province. */
#ifndef RULES_PROVINCE_READ_H
#define RULES_PROVINCE_READ_H

#include "base/xmlfile.h"
#include "province.h"

/*
 * Makes a province of @doc, which is valid and was read from @path. It extends
 * @parent, which is taken over, or is whole when that is NULL. 0 with *@out,
 * for province_free(); else @error and -EINVAL, or -ENOMEM.
 */
int province_parse(const xmlDoc *doc, const char *path, struct province *parent,
		   struct province **out, struct error *error);

#endif
