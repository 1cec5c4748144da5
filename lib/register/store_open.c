/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store_private.h"

int store_open(const char *path, enum store_mode mode, struct store **out)
{
	return store_sqlite_open(path, mode, out);
}
